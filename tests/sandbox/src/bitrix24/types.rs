//! `crm.type.*`: smart processes themselves.

use serde_json::{Map, Value, json};

use super::filter::{self, Class};
use super::kinds::{DEAL, INVOICE, Kind};
use super::outcome::{Failure, Outcome, bad, done};
use super::params::{self, Params};
use super::portal::Portal;

/// Options that a type may have.
const FLAGS: [&str; 16] = [
    "isCategoriesEnabled",
    "isStagesEnabled",
    "isBeginCloseDatesEnabled",
    "isClientEnabled",
    "isUseInUserfieldEnabled",
    "isLinkWithProductsEnabled",
    "isMycompanyEnabled",
    "isDocumentsEnabled",
    "isSourceEnabled",
    "isObserversEnabled",
    "isRecyclebinEnabled",
    "isAutomationEnabled",
    "isBizProcEnabled",
    "isSetOpenPermissions",
    "isCountersEnabled",
    "isExternal",
];

/// `crm.type.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "get" => of_row(portal, asked).and_then(|kind| shown(portal, kind)),
        "getbyentitytypeid" => params::id(asked, "entityTypeId").and_then(|kind| {
            if own(portal, kind) { shown(portal, kind) } else { Err(not_found()) }
        }),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        "delete" => delete(portal, asked),
        _ => return None,
    })
}

fn own(portal: &Portal, kind: i64) -> bool {
    !matches!(kind, DEAL | INVOICE) && portal.kinds.contains_key(&kind)
}

fn not_found() -> Failure {
    bad("NOT_FOUND", "Smart process not found")
}

fn of_row(portal: &Portal, asked: &Params) -> Result<i64, Failure> {
    let row = params::id(asked, "id")?;
    let mut all = portal.kinds.values();
    let found = all.find(|kind| kind.row == row && own(portal, kind.entity_type));
    found.map(|kind| kind.entity_type).ok_or_else(not_found)
}

fn shown(portal: &Portal, kind: i64) -> Outcome {
    done(json!({"type": portal.kind(kind)?.shown()}))
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let fields = params::required(asked, "fields")?;
    let kind = make(portal, &fields)?;
    shown(portal, kind)
}

/// Makes a type and tells its `entityTypeId`.
pub fn make(portal: &mut Portal, fields: &Params) -> Result<i64, Failure> {
    let title = params::text_of(fields, "title");
    if title.is_empty() {
        return Err(bad("CRM_FIELD_ERROR_REQUIRED", "Required field \"title\" is empty"));
    }
    let entity_type = match fields.get("entityTypeId").filter(|value| !value.is_null()) {
        Some(value) => params::whole(value).unwrap_or(-1),
        None => loop {
            let next = portal.next_id("entity_type");
            if !portal.kinds.contains_key(&next) {
                break next;
            }
        },
    };
    let allowed =
        (128..=192).contains(&entity_type) || (entity_type >= 1030 && entity_type % 2 == 0);
    if !allowed || portal.kinds.contains_key(&entity_type) {
        return Err(bad("INVALID_ARG_VALUE", "entityTypeId is out of allowed range"));
    }
    let mut kind = Kind::new(portal.next_id("type"), entity_type, &title);
    for flag in FLAGS {
        kind.flags.insert(flag.to_owned(), "N".into());
    }
    write(&mut kind, fields);
    if kind.staged() {
        kind.add_category(portal.next_id("category"), None);
    }
    portal.kinds.insert(entity_type, kind);
    Ok(entity_type)
}

fn write(kind: &mut Kind, fields: &Params) {
    for flag in FLAGS {
        if let Some(value) = fields.get(flag) {
            let yes = matches!(params::text(value).as_str(), "Y" | "1");
            kind.flags.insert(flag.to_owned(), if yes { "Y" } else { "N" }.into());
        }
    }
    // The whole block is replaced: what is not named is gone.
    if let Some(relations) = fields.get("relations").cloned().map(params::numbered) {
        let named = |name: &str| -> Vec<i64> {
            let all = params::items(relations.get(name)).into_iter();
            let types = all.filter_map(|one| one.get("entityTypeId").and_then(params::whole));
            types.filter(|other| *other != kind.entity_type && !matches!(other, 3 | 4)).collect()
        };
        (kind.parents, kind.children) = (named("parent"), named("child"));
    }
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let known = |name: &str| match name {
        "id" | "entityTypeId" => Some((name.to_owned(), Class::Number)),
        "title" => Some((name.to_owned(), Class::Text)),
        other => FLAGS.contains(&other).then(|| (other.to_owned(), Class::Text)),
    };
    let kinds = portal.kinds.values().filter(|kind| own(portal, kind.entity_type));
    let rows: Vec<Map<String, Value>> = kinds.map(|kind| params::numbered(kind.shown())).collect();
    filter::page(rows, asked, &known, true, |rows| json!({"types": rows}))
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    let entity_type = of_row(portal, asked)?;
    let fields = params::required(asked, "fields")?;
    let kind = portal.kinds.get_mut(&entity_type).ok_or_else(not_found)?;
    if let Some(title) = fields.get("title") {
        kind.title = params::text(title);
    }
    write(kind, &fields);
    if kind.staged() && kind.categories.is_empty() {
        let category = portal.next_id("category");
        if let Some(kind) = portal.kinds.get_mut(&entity_type) {
            kind.add_category(category, None);
        }
    }
    resettle(portal, entity_type);
    shown(portal, entity_type)
}

/// After a change of the type its items have the keys of its fields and no others.
pub fn resettle(portal: &mut Portal, entity_type: i64) {
    let Some(kind) = portal.kinds.get(&entity_type) else { return };
    let fields = kind.fields();
    for item in portal.items.entry(entity_type).or_default().values_mut() {
        item.retain(|name, _| fields.iter().any(|field| field.name == *name));
        for field in &fields {
            item.entry(field.name.clone()).or_insert(Value::Null);
        }
    }
}

fn delete(portal: &mut Portal, asked: &Params) -> Outcome {
    let entity_type = of_row(portal, asked)?;
    if portal.items.get(&entity_type).is_some_and(|items| !items.is_empty()) {
        return Err(bad("ACCESS_DENIED", "The smart process has items"));
    }
    portal.kinds.remove(&entity_type);
    done(Value::Null)
}
