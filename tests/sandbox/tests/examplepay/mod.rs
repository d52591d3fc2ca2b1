//! A shop of ExamplePay.

#![allow(dead_code, reason = "each test program uses its part of it")]

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::listener::Heard;
use crate::started::Sandbox;

/// The descriptor.
pub const DESCRIPTOR: &str =
    include_str!("../../../../core/src/gateways/declared/descriptors/examplepay.toml");
/// Where a payment begins.
pub const CREATE: &str = "declared/api.examplepay.com/create-smart-process";

/// A shop.
pub fn shop(sandbox: &Sandbox, notification_url: &str, switches: Value) -> Value {
    let given = json!({
        "id": "shop",
        "descriptor": DESCRIPTOR,
        "secrets": {"api_key": "the-api-key", "webhook_secret": "examplepay-secret"},
        "notification_url": notification_url,
        "switches": switches,
    });
    sandbox.control("declared/shops", &given.to_string())
}

/// A create call by curl; `body` are its arguments. Status and reply.
pub fn create(sandbox: &Sandbox, key: &str, body: &[&str]) -> (String, Value) {
    let url = format!("{}/{CREATE}", sandbox.origin);
    let key = format!("Idempotency-Key: {key}");
    let mut arguments =
        vec!["-w", "\n%{http_code}", "-H", "Authorization: Bearer the-api-key", "-H", &key];
    arguments.extend(body);
    arguments.push(&url);
    let answer = sandbox.curl(&arguments);
    let (reply, status) = answer.rsplit_once('\n').unwrap();
    (status.to_owned(), serde_json::from_str(reply).unwrap())
}

/// A payment's fields.
pub const FORM: [&str; 2] =
    ["--data", "deal_id=662&amount=100.00&currency=RUB&return_url=http%3A%2F%2Fshop.test%2Fback"];

/// What a notification's signature must be.
pub fn signature(heard: &Heard) -> String {
    let pairs = heard.sorted().into_iter().filter(|(name, _)| name != "sign");
    let text: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"examplepay-secret").unwrap();
    hex::encode(mac.chain_update(text.join("&")).finalize().into_bytes())
}
