//! `crm.status.list`: the stages of a pipeline, and what they mean.

use serde_json::{Map, Value, json};

use super::filter::{self, Class};
use super::kinds::{Category, Kind, Stage};
use super::outcome::Outcome;
use super::params::Params;
use super::portal::Portal;

const NUMBERS: [&str; 3] = ["ID", "SORT", "CATEGORY_ID"];
const TEXTS: [&str; 6] = ["ENTITY_ID", "STATUS_ID", "NAME", "NAME_INIT", "SYSTEM", "SEMANTICS"];

/// An old method: a filter field that it does not know is ignored.
pub fn list(portal: &Portal, asked: &Params) -> Outcome {
    let known = |name: &str| {
        let class = match name {
            _ if NUMBERS.contains(&name) => Class::Number,
            _ if TEXTS.contains(&name) => Class::Text,
            _ => return None,
        };
        Some((name.to_owned(), class))
    };
    let mut rows = Vec::new();
    for kind in portal.kinds.values().filter(|kind| kind.staged()) {
        for category in &kind.categories {
            for (at, stage) in category.stages.iter().enumerate() {
                let id = 101 + rows.len();
                rows.push(row(portal, kind, category, stage, at, id));
            }
        }
    }
    // Not paged.
    let mut asked = asked.clone();
    asked.insert("start".into(), 0.into());
    let mut page = filter::page(rows, &asked, &known, false, Value::Array)?;
    page.next = None;
    Ok(page)
}

fn row(
    portal: &Portal,
    kind: &Kind,
    category: &Category,
    stage: &Stage,
    at: usize,
    id: usize,
) -> Map<String, Value> {
    let word = match stage.semantics.as_deref() {
        Some("S") => "success",
        Some("F") if stage.id.ends_with("APOLOGY") => "apology",
        Some("F") => "failure",
        _ => "process",
    };
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| drop(row.insert(name.to_owned(), value));
    put("ID", id.to_string().into());
    put("ENTITY_ID", kind.stage_entity(category.id).into());
    put("STATUS_ID", stage.id.clone().into());
    put("NAME", stage.name.clone().into());
    put("NAME_INIT", stage.name.clone().into());
    put("SORT", ((at + 1) * 10).to_string().into());
    put("SYSTEM", if at == 0 || stage.semantics.is_some() { "Y" } else { "N" }.into());
    put("CATEGORY_ID", if category.id == 0 { Value::Null } else { category.id.to_string().into() });
    put("COLOR", "#39A8EF".into());
    if portal.semantics != "extra" {
        put("SEMANTICS", stage.semantics.clone().map_or(Value::Null, Value::from));
    }
    if portal.semantics != "plain" {
        put("EXTRA", json!({"SEMANTICS": word, "COLOR": "#39A8EF"}));
    }
    row
}
