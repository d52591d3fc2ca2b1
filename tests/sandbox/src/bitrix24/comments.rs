//! `crm.timeline.comment.*`.

use serde_json::{Map, Value, json};

use super::filter::{self, Class};
use super::outcome::{Failure, Outcome, bad, done, moment};
use super::params::{self, Params};
use super::portal::{Comment, Portal};
use crate::clock;

/// `crm.timeline.comment.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "get" => get(portal, asked),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        "delete" => delete(portal, asked),
        _ => return None,
    })
}

/// `deal` or `dynamic_1220`; nothing where the portal has no such type.
fn owner_type(portal: &Portal, name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    let found = match name.as_str() {
        "deal" => 2,
        "smart_invoice" => 31,
        other => other.strip_prefix("dynamic_")?.parse().ok()?,
    };
    portal.kinds.contains_key(&found).then_some(found)
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let fields = params::required(asked, "fields")?;
    let (id, name) = (params::id(&fields, "ENTITY_ID")?, params::text_of(&fields, "ENTITY_TYPE"));
    if name.is_empty() {
        return Err(params::missing("ENTITY_TYPE"));
    }
    let text = said(&fields)?;
    let owner = owner_type(portal, &name).map(|kind| (kind, id));
    let owner = owner.filter(|(kind, id)| portal.seen(*kind, *id).is_some());
    let owner = owner.ok_or_else(|| bad("OWNER_NOT_FOUND", "Owner was not found"))?;
    done(put(portal, owner, &text).into())
}

/// Writes into a timeline and tells the comment's id.
pub fn put(portal: &mut Portal, owner: (i64, i64), text: &str) -> i64 {
    let id = portal.next_id("comment");
    let kind = match owner.0 {
        2 => "deal".to_owned(),
        31 => "smart_invoice".to_owned(),
        other => format!("dynamic_{other}"),
    };
    let mut row = Map::new();
    for (name, value) in [
        ("ID", id.to_string()),
        ("ENTITY_ID", owner.1.to_string()),
        ("ENTITY_TYPE", kind),
        ("CREATED", moment(clock::now())),
        ("COMMENT", text.to_owned()),
        ("AUTHOR_ID", "1".to_owned()),
    ] {
        row.insert(name.into(), value.into());
    }
    row.insert("FILES".into(), json!({}));
    portal.comments.insert(id, Comment { owner, row });
    portal.tell("ONCRMTIMELINECOMMENTADD", &[("ID", id.to_string())]);
    id
}

fn said(fields: &Params) -> Result<String, Failure> {
    let text = params::text_of(fields, "COMMENT");
    if text.trim().is_empty() {
        return Err(bad("INVALID_ARG_VALUE", "Comment message can not be empty"));
    }
    Ok(text)
}

fn not_found() -> Failure {
    bad("NOT_FOUND", "Not found.")
}

fn get(portal: &Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    let comment = portal.comments.get(&id).ok_or_else(not_found)?;
    done(Value::Object(comment.row.clone()))
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let filter = params::map(asked, "filter");
    let given = |name: &str| {
        let found = filter.iter().find(|(known, _)| known.trim_start_matches('=') == name);
        found.map(|(_, value)| params::text(value)).filter(|text| !text.is_empty())
    };
    let (Some(_), Some(_)) = (given("ENTITY_ID"), given("ENTITY_TYPE")) else {
        return Err(bad("", "ENTITY_ID and ENTITY_TYPE are required in filter"));
    };
    let known = |name: &str| {
        let class = match name {
            "ID" | "ENTITY_ID" | "AUTHOR_ID" => Class::Number,
            "CREATED" => Class::Moment,
            "COMMENT" | "ENTITY_TYPE" | "FILES" => Class::Text,
            _ => return None,
        };
        Some((name.to_owned(), class))
    };
    let rows = portal.comments.values().map(|comment| comment.row.clone()).collect();
    filter::page(rows, asked, &known, false, Value::Array)
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    let text = said(&params::required(asked, "fields")?)?;
    let comment = portal.comments.get_mut(&id).ok_or_else(not_found)?;
    comment.row.insert("COMMENT".into(), text.into());
    done(true.into())
}

fn delete(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    portal.comments.remove(&id).ok_or_else(not_found)?;
    done(Value::Null)
}
