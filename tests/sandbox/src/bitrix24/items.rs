//! `crm.item.*`: deals, smart invoices and items of smart processes.

use serde_json::{Map, Value, json};

use super::filter;
use super::kinds::{DEAL, Field, Holds, Kind};
use super::money::Sum;
use super::outcome::{Failure, Outcome, bad, done, moment};
use super::params::{self, Params};
use super::portal::{Item, Portal};
use crate::clock;

/// `crm.item.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "get" => get(portal, asked),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        "delete" => delete(portal, asked),
        "fields" => fields(portal, asked),
        _ => return None,
    })
}

fn kind_of<'a>(portal: &'a Portal, asked: &Params) -> Result<&'a Kind, Failure> {
    portal.kind(params::id(asked, "entityTypeId")?)
}

fn own_parent(entity_type: i64, name: &str) -> bool {
    name == format!("parentId{entity_type}") || name == format!("PARENT_ID_{entity_type}")
}

fn to_itself() -> Failure {
    bad("INVALID_ARG_VALUE", "An entity type can't be a parent/child type to itself")
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let entity_type = kind_of(portal, asked)?.entity_type;
    let fields = params::required(asked, "fields")?;
    let item = make(portal, entity_type, &fields)?;
    done(json!({"item": item}))
}

/// Makes an item.
pub fn make(portal: &mut Portal, entity_type: i64, fields: &Params) -> Result<Item, Failure> {
    let kind = portal.kind(entity_type)?.clone();
    let mut item = blank(&kind);
    write(&kind, &mut item, fields, true)?;
    let id = portal.next_id(if entity_type == DEAL { "deal" } else { "item" });
    item.insert("id".into(), id.into());
    if item.get("title").is_none_or(|title| title == "") {
        item.insert("title".into(), format!("{} #{id}", kind.title).into());
    }
    portal.keep(entity_type, id, Some(item.clone()));
    portal.tell_of_item("ADD", entity_type, id);
    Ok(item)
}

fn get(portal: &Portal, asked: &Params) -> Outcome {
    let kind = kind_of(portal, asked)?;
    let id = params::id(asked, "id")?;
    let item = portal.seen(kind.entity_type, id).ok_or_else(not_found)?;
    done(json!({"item": item}))
}

fn not_found() -> Failure {
    bad("NOT_FOUND", "Element not found")
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let kind = kind_of(portal, asked)?;
    let selected = params::items(asked.get("select"));
    let filter = params::map(asked, "filter");
    let names = filter.keys().map(|name| name.trim_start_matches(['=', '!', '@', '%', '<', '>']));
    let mut names = names.map(str::to_owned).chain(selected.iter().map(params::text));
    if names.any(|name| own_parent(kind.entity_type, &name)) {
        return Err(to_itself());
    }
    let fields = kind.fields();
    // Clients may be asked for where the type has none: nothing is found.
    let clients = ["companyId", "contactId"];
    let known = |name: &str| {
        let spelled =
            |field: &&Field| field.name == name || super::kinds::upper(&field.name) == name;
        let own = fields.iter().find(spelled).map(|field| (field.name.clone(), field.class()));
        own.or_else(|| clients.contains(&name).then(|| (name.to_owned(), filter::Class::Number)))
    };
    let rows = portal.all_seen(kind.entity_type);
    filter::page(rows, asked, &known, true, |rows| json!({"items": rows}))
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    let entity_type = kind_of(portal, asked)?.entity_type;
    let id = params::id(asked, "id")?;
    let fields = params::required(asked, "fields")?;
    done(json!({"item": change(portal, entity_type, id, &fields)?}))
}

/// Changes an item. Nothing is saved, and nobody hears of it, where nothing differs.
pub fn change(
    portal: &mut Portal,
    entity_type: i64,
    id: i64,
    fields: &Params,
) -> Result<Item, Failure> {
    let kind = portal.kind(entity_type)?.clone();
    let before = portal.items.get(&entity_type).and_then(|all| all.get(&id));
    let before = before.cloned().ok_or_else(not_found)?;
    let mut item = before.clone();
    write(&kind, &mut item, fields, false)?;
    if item == before {
        return Ok(item);
    }
    item.insert("updatedTime".into(), moment(clock::now()).into());
    portal.keep(entity_type, id, Some(item.clone()));
    portal.tell_of_item("UPDATE", entity_type, id);
    Ok(item)
}

fn delete(portal: &mut Portal, asked: &Params) -> Outcome {
    let entity_type = kind_of(portal, asked)?.entity_type;
    let id = params::id(asked, "id")?;
    remove(portal, entity_type, id)?;
    done(json!([]))
}

/// Deletes an item with its timeline.
pub fn remove(portal: &mut Portal, entity_type: i64, id: i64) -> Result<(), Failure> {
    if !portal.items.get(&entity_type).is_some_and(|all| all.contains_key(&id)) {
        return Err(not_found());
    }
    portal.keep(entity_type, id, None);
    portal.comments.retain(|_, comment| comment.owner != (entity_type, id));
    portal.tell_of_item("DELETE", entity_type, id);
    Ok(())
}

fn fields(portal: &Portal, asked: &Params) -> Outcome {
    let kind = kind_of(portal, asked)?;
    let shown: Map<String, Value> =
        kind.fields().iter().map(|field| (field.name.clone(), field.shown())).collect();
    done(json!({"fields": shown}))
}

fn blank(kind: &Kind) -> Item {
    let now = Value::from(moment(clock::now()));
    let mut item = Item::new();
    for field in kind.fields() {
        let value = match (field.name.as_str(), field.holds) {
            ("entityTypeId", _) => kind.entity_type.into(),
            ("createdBy" | "updatedBy" | "movedBy" | "assignedById", _) => 1.into(),
            ("opened", _) => "Y".into(),
            ("currencyId", _) => "RUB".into(),
            (name, Holds::Flag) if !name.starts_with("uf") => "N".into(),
            (name, _) if name.starts_with("uf") && field.holds != Holds::Several => Value::Null,
            (_, Holds::Moment) => now.clone(),
            (_, Holds::Parent(_)) => Value::Null,
            (_, Holds::Integers | Holds::Several) => json!([]),
            (_, Holds::Integer | Holds::Double | Holds::Category) => 0.into(),
            _ => "".into(),
        };
        item.insert(field.name, value);
    }
    if let Some(first) = kind.categories.first().filter(|_| kind.staged()) {
        item.insert("categoryId".into(), first.id.into());
    }
    item
}

/// Writes what the type has; everything else is ignored without a word.
fn write(kind: &Kind, item: &mut Item, fields: &Params, adding: bool) -> Result<(), Failure> {
    if fields.keys().any(|name| own_parent(kind.entity_type, name)) {
        return Err(to_itself());
    }
    let stage_before = item.get("stageId").cloned();
    for (name, value) in fields {
        let Some(field) = kind.field(name).filter(|field| !field.read_only) else { continue };
        let value = taken(kind, &field, value)?;
        item.insert(field.name, value);
    }
    if !kind.staged() {
        return Ok(());
    }
    let category = item.get("categoryId").and_then(params::whole).unwrap_or(0);
    let stages = kind.categories.iter().find(|one| one.id == category).map(|one| &one.stages);
    let own = params::text_of(item, "stageId");
    if own.is_empty() || (fields.contains_key("categoryId") && !fields.contains_key("stageId")) {
        let in_place = stages.is_some_and(|all| all.iter().any(|stage| stage.id == own));
        let first = stages.and_then(|all| all.first());
        if let Some(first) = first.filter(|_| !in_place) {
            item.insert("stageId".into(), first.id.clone().into());
        }
    }
    let stage = params::text_of(item, "stageId");
    if !adding && stage_before != Some(Value::from(stage.clone())) {
        item.insert("previousStageId".into(), stage_before.unwrap_or_default());
        item.insert("movedTime".into(), moment(clock::now()).into());
    }
    for (of, field) in &kind.required {
        if *of == stage && item.get(field).is_none_or(|value| params::text(value).is_empty()) {
            let text = format!("Required field \"{field}\" is empty");
            return Err(bad("CRM_FIELD_ERROR_REQUIRED", text));
        }
    }
    if kind.entity_type == DEAL {
        let semantics = kind.stage(&stage).and_then(|stage| stage.semantics.clone());
        let closed = if semantics.is_some() { "Y" } else { "N" };
        item.insert("stageSemanticId".into(), semantics.unwrap_or_else(|| "P".into()).into());
        item.insert("closed".into(), closed.into());
    }
    Ok(())
}

fn not_valid(field: &Field) -> Failure {
    let text = format!("Invalid value of field \"{}\"", field.name);
    bad("CRM_FIELD_ERROR_VALUE_NOT_VALID", text)
}

/// A value as the portal keeps it.
fn taken(kind: &Kind, field: &Field, value: &Value) -> Result<Value, Failure> {
    let text = params::text(value);
    let several = matches!(value, Value::Array(_) | Value::Object(_));
    match field.holds {
        Holds::Integers | Holds::Several if !several && !text.is_empty() => {
            let text = format!("Field {} has to be an array", field.name);
            return Err(bad(100, text));
        }
        Holds::Integers | Holds::Several => {}
        _ if several => return Err(not_valid(field)),
        _ => {}
    }
    let own = field.name.starts_with("uf");
    Ok(match field.holds {
        Holds::Integers => {
            let ids: Option<Vec<i64>> =
                params::items(Some(value)).iter().map(params::whole).collect();
            json!(ids.ok_or_else(|| not_valid(field))?)
        }
        Holds::Several => json!(params::items(Some(value))),
        _ if own && text.is_empty() && field.holds != Holds::Flag => Value::Null,
        Holds::Parent(_) if text.is_empty() || text == "0" => Value::Null,
        Holds::Integer if text.is_empty() => 0.into(),
        Holds::Integer | Holds::Parent(_) => {
            params::whole(value).ok_or_else(|| not_valid(field))?.into()
        }
        Holds::Double => Sum::read(value).ok_or_else(|| not_valid(field))?.shown(),
        // Text such as `True` is no word for yes.
        Holds::Flag => {
            let yes = text == "Y" || text == "1";
            if own { yes.into() } else { (if yes { "Y" } else { "N" }).into() }
        }
        Holds::Category => {
            let id = params::whole(value).ok_or_else(|| not_valid(field))?;
            let known = kind.categories.iter().any(|one| one.id == id);
            if known { id.into() } else { return Err(not_valid(field)) }
        }
        // A stage of another pipeline is taken as it is: nobody promised an error.
        Holds::Stage if kind.stage(&text).is_none() => return Err(not_valid(field)),
        Holds::Currency => {
            let letters = text.len() == 3 && text.bytes().all(|one| one.is_ascii_uppercase());
            if letters { text.into() } else { return Err(not_valid(field)) }
        }
        Holds::Text | Holds::Stage | Holds::Moment | Holds::Any => text.into(),
    })
}
