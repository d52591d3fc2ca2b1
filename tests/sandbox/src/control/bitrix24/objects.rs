//! What people and other programs do in a portal, beside the API.

use serde_json::{Map, Value, json};

use super::error;
use crate::bitrix24::kinds::DEAL;
use crate::bitrix24::portal::Portal;
use crate::bitrix24::{events, items, params};
use crate::exchange::Answer;
use crate::sandbox::Sandbox;
use std::sync::Arc;

/// `POST` adds or changes, `DELETE` deletes: `deals[/id]`, `items/<entityTypeId>[/id]`, `comments/<id>`,
/// `orders[/id]`, `payments[/id]`. Answers the object.
pub fn by_hand(
    sandbox: &Arc<Sandbox>,
    name: &str,
    method: &str,
    what: &str,
    id: &[&str],
    given: &Map<String, Value>,
) -> Answer {
    let mut installation = sandbox.bitrix24();
    let Some(portal) = installation.portals.get_mut(name) else {
        return error(404, "there is no such portal");
    };
    let ids: Option<Vec<i64>> = id.iter().map(|one| one.parse().ok()).collect();
    let Some(ids) = ids else { return error(400, "ids are numbers") };
    let done = match (what, ids.as_slice()) {
        ("deals", ids) => of_kind(portal, method, DEAL, ids, given),
        ("items", [kind, ids @ ..]) => of_kind(portal, method, *kind, ids, given),
        ("calls", []) if method == "DELETE" => {
            portal.calls.clear();
            Ok(json!({"calls": []}))
        }
        ("comments", [id]) if method == "DELETE" => match portal.comments.remove(id) {
            Some(comment) => Ok(Value::Object(comment.row)),
            None => Err("there is no such comment".to_owned()),
        },
        _ => Err(format!("nothing answers {method} {what}")),
    };
    events::send(sandbox, portal);
    match done {
        Ok(shown) => Answer::json(200, &shown),
        Err(says) => error(400, &says),
    }
}

fn of_kind(
    portal: &mut Portal,
    method: &str,
    kind: i64,
    ids: &[i64],
    given: &Map<String, Value>,
) -> Result<Value, String> {
    let outcome = match (method, ids) {
        ("POST", []) => items::make(portal, kind, given).map(|made| {
            super::portals::force_id(portal, kind, &made, given);
            let wanted = given.get("id").and_then(params::whole);
            let id = wanted.or_else(|| made.get("id").and_then(params::whole)).unwrap_or(0);
            let all = portal.items.get(&kind);
            Value::Object(all.and_then(|all| all.get(&id)).cloned().unwrap_or(made))
        }),
        ("POST", [id]) => items::change(portal, kind, *id, given).map(Value::Object),
        ("DELETE", [id]) => items::remove(portal, kind, *id).map(|()| json!({"deleted": id})),
        _ => return Err("POST one, or DELETE one by its id".to_owned()),
    };
    outcome.map_err(|failure| failure.description)
}
