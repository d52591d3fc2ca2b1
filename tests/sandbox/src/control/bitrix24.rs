//! Portals of Bitrix24: made, looked at, changed by hand.

mod objects;
mod portals;

use std::sync::Arc;

use super::{body, error};
use crate::bitrix24::checkout;
use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

/// Answers `/sandbox/bitrix24/...`.
pub async fn answer(sandbox: &Arc<Sandbox>, call: &Call, path: &[&str]) -> Answer {
    match (call.method.as_str(), path) {
        ("POST", ["portals"]) => {
            body(call).map_or_else(std::convert::identity, |given| portals::make(sandbox, given))
        }
        ("POST", ["checkout"]) => match body(call) {
            Ok(wanted) => match checkout::run(sandbox, wanted).await {
                Ok(told) => Answer::json(200, &told),
                Err(says) => error(400, &says),
            },
            Err(answer) => answer,
        },
        ("GET", ["portals"]) => portals::list(sandbox),
        ("GET", ["portals", name]) => portals::one(sandbox, name),
        ("POST", ["portals", name]) => body(call)
            .map_or_else(std::convert::identity, |given| portals::change(sandbox, name, given)),
        ("DELETE", ["portals", name]) => {
            let known = sandbox.bitrix24().forget(name);
            if known { portals::list(sandbox) } else { error(404, "there is no such portal") }
        }
        ("POST", ["portals", name, "oauth"]) => body(call)
            .map_or_else(std::convert::identity, |given| portals::oauth(sandbox, name, &given)),
        (method @ ("POST" | "DELETE"), ["portals", name, what, id @ ..]) => {
            let given = if call.body.is_empty() { Ok(serde_json::Map::new()) } else { body(call) };
            given.map_or_else(std::convert::identity, |given| {
                objects::by_hand(sandbox, name, method, what, id, &given)
            })
        }
        (method, _) => error(404, &format!("nothing answers {method} {}", call.path)),
    }
}
