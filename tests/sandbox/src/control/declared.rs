//! Shops and orders of gateways that are described as data: registered, looked at and steered.

mod act;
mod shops;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{body, error};
use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

/// Answers `/sandbox/declared/...`.
pub async fn answer(sandbox: &Arc<Sandbox>, call: &Call, path: &[&str]) -> Answer {
    match (call.method.as_str(), path) {
        ("GET", ["shops"]) => shops::list(sandbox),
        ("POST", ["shops"]) => {
            body(call).map_or_else(std::convert::identity, |given| shops::register(sandbox, given))
        }
        ("GET", ["shops", id]) => shops::one(sandbox, id),
        ("POST", ["shops", id]) => body(call)
            .map_or_else(std::convert::identity, |given| shops::change(sandbox, id, given)),
        ("DELETE", ["shops", id]) => {
            sandbox.declared().shops.shift_remove(*id);
            shops::list(sandbox)
        }
        ("GET", ["orders"]) => {
            let orders: Vec<Value> =
                sandbox.declared().orders.values().map(|order| json!(order)).collect();
            Answer::json(200, &json!({"orders": orders}))
        }
        ("DELETE", ["orders"]) => {
            sandbox.declared().orders.clear();
            Answer::json(200, &json!({"orders": []}))
        }
        ("GET", ["orders", id]) => order(sandbox, id),
        ("POST", ["orders", id, "act"]) => match body(call) {
            Ok(wanted) => act::act(sandbox, id, wanted).await,
            Err(answer) => answer,
        },
        (method, _) => error(404, &format!("nothing answers {method} {}", call.path)),
    }
}

/// What `GET /sandbox/config` says of these gateways.
pub fn config(sandbox: &Sandbox) -> Value {
    let shops: Vec<String> = sandbox.declared().shops.keys().cloned().collect();
    json!({"base_url": format!("{}/declared", sandbox.base_url), "shops": shops})
}

/// An order by the gateway's id, or by its number: of several the newest.
fn order(sandbox: &Sandbox, id: &str) -> Answer {
    let installation = sandbox.declared();
    let found = installation.orders.get(id);
    let found =
        found.or_else(|| installation.orders.values().rev().find(|order| order.number == id));
    match found {
        Some(order) => Answer::json(200, &json!(order)),
        None => error(404, "there is no such order"),
    }
}
