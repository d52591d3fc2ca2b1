//! What people and other programs do in a portal, beside the API.

use serde_json::{Map, Value, json};

use super::error;
use crate::bitrix24::kinds::DEAL;
use crate::bitrix24::portal::Portal;
use crate::bitrix24::{comments, events, items, params, payments};
use crate::exchange::Answer;
use crate::sandbox::Sandbox;
use std::sync::Arc;

/// `POST` adds or changes, `DELETE` deletes: `deals[/id]`, `items/<entityTypeId>[/id]`, `comments/<id>`
/// (`comments/<entityTypeId>/<id>` to add one), `orders[/id]`, `payments[/id]`, `calls`. Answers the object.
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
        ("comments", [kind, id]) if method == "POST" => {
            let text = params::text_of(given, "COMMENT");
            Ok(json!({"id": comments::put(portal, (*kind, *id), &text)}))
        }
        ("orders", []) if method == "POST" => Ok(order(portal, given)),
        ("orders", [id]) if method == "DELETE" => {
            portal.shop.owners.remove(id);
            match portal.shop.orders.remove(id) {
                Some(order) => Ok(Value::Object(order)),
                None => Err("there is no such order".to_owned()),
            }
        }
        ("payments", []) if method == "POST" => payment(portal, given),
        ("payments", [id]) if method == "POST" => change_payment(portal, *id, given),
        ("payments", [id]) if method == "DELETE" => match portal.shop.payments.remove(id) {
            Some(payment) => Ok(Value::Object(payment)),
            None => Err("there is no such payment".to_owned()),
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

/// An order: `{currency?, ownerTypeId?, ownerId?}`.
fn order(portal: &mut Portal, given: &Map<String, Value>) -> Value {
    let id = given.get("id").and_then(params::whole).unwrap_or_else(|| portal.next_id("order"));
    let currency = params::text_of(given, "currency");
    let currency = if currency.is_empty() { "RUB".to_owned() } else { currency };
    let row = params::numbered(json!({"id": id, "currency": currency}));
    portal.shop.orders.insert(id, row.clone());
    let owner = given.get("ownerId").and_then(params::whole);
    if let Some(owner) = owner {
        let kind = given.get("ownerTypeId").and_then(params::whole).unwrap_or(DEAL);
        portal.shop.owners.insert(id, (kind, owner));
    }
    Value::Object(row)
}

/// A payment: `{orderId, sum?, currency?, paySystemId?, paid?, xmlId?, ...}`, as somebody else made it.
fn payment(portal: &mut Portal, given: &Map<String, Value>) -> Result<Value, String> {
    let order = given.get("orderId").and_then(params::whole).ok_or("orderId is a number")?;
    let known = portal.shop.orders.get(&order).ok_or("there is no such order")?;
    let currency = params::text_of(known, "currency");
    let id = payments::make(portal, order, &currency);
    payments::saved(portal, id);
    change_payment(portal, id, given)
}

/// Any field of a payment; nothing is checked.
fn change_payment(
    portal: &mut Portal,
    id: i64,
    given: &Map<String, Value>,
) -> Result<Value, String> {
    let row = portal.shop.payments.get_mut(&id).ok_or("there is no such payment")?;
    for (name, value) in given.iter().filter(|(name, _)| !["paid", "id"].contains(&name.as_str())) {
        row.insert(name.clone(), value.clone());
    }
    match params::text_of(given, "paid").as_str() {
        "" => {}
        word => payments::set_paid(portal, id, word == "Y"),
    }
    Ok(json!(portal.shop.payments.get(&id)))
}
