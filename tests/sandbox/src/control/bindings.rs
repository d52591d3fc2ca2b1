//! Stored cards and payment tokens: looked at, steered, made.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error;
use crate::exchange::Answer;
use crate::rbs::wallet_tokens::{self, Wanted};
use crate::sandbox::Sandbox;

/// What may be changed; what is absent stays, and `decline_with` may be null.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    active: Option<bool>,
    expiry: Option<String>,
    #[serde(default, deserialize_with = "super::merchants::given")]
    decline_with: Option<Option<i64>>,
}

/// `GET /sandbox/bindings`, oldest first.
pub fn list(sandbox: &Sandbox) -> Answer {
    let world = sandbox.world();
    let all: Vec<Value> = world.bindings.values().map(|binding| json!(binding)).collect();
    Answer::json(200, &json!({"bindings": all}))
}

/// `POST /sandbox/bindings/<bindingId>`: nobody is told of it.
pub fn change(sandbox: &Sandbox, id: &str, change: Change) -> Answer {
    let mut world = sandbox.world();
    let Some(binding) = world.bindings.get_mut(id) else {
        return error(404, "there is no such stored card");
    };
    binding.active = change.active.unwrap_or(binding.active);
    binding.decline_with = change.decline_with.unwrap_or(binding.decline_with);
    if let Some(expiry) = change.expiry {
        binding.expiry = expiry;
    }
    Answer::json(200, &json!(binding))
}

/// `POST /sandbox/tokens`: a payment token in the shape of its wallet.
pub fn token(wanted: &Wanted) -> Answer {
    match wallet_tokens::made(wanted) {
        Some(token) => Answer::json(200, &json!({"token": token})),
        None => error(400, "wallet or expiration (YYYYMM) is not known"),
    }
}
