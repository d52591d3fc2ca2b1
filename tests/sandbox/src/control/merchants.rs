//! Merchants: shown whole, changed in parts.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error;
use crate::exchange::Answer;
use crate::rbs::merchants::{CallbackSignature, Merchant, Settings};
use crate::rbs::request_signature;
use crate::sandbox::Sandbox;

/// What may be changed; what is absent stays, and `callback_url` may be null.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    user_name: String,
    password: Option<String>,
    token: Option<String>,
    callback_key: Option<String>,
    #[serde(default, deserialize_with = "given")]
    callback_url: Option<Option<String>>,
    callback_method: Option<String>,
    callback_signature: Option<CallbackSignature>,
    retry_pause_ms: Option<u64>,
    #[serde(default, deserialize_with = "given")]
    signing_key: Option<Option<String>>,
    #[serde(default)]
    settings: Map<String, Value>,
}

/// Tells `null` from absent.
pub fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// A merchant with its secrets: they are test secrets, and tests need them.
pub fn shown(merchant: &Merchant, public_pem: &str) -> Value {
    let mut shown = json!(merchant);
    if let Some(object) = shown.as_object_mut() {
        object.insert("callback_public_key".into(), json!(public_pem));
    }
    shown
}

/// `POST /sandbox/merchants`. An unknown name with a password makes a new merchant.
pub fn change(sandbox: &Sandbox, change: Change) -> Answer {
    let mut world = sandbox.world();
    let known = world.merchant(&change.user_name).cloned();
    let fresh = known.is_none();
    let merchant = match (known, &change.password) {
        (Some(merchant), _) => merchant,
        (None, Some(password)) if good_login(&change.user_name) => {
            Merchant::new(&change.user_name, password, CallbackSignature::None)
        }
        (None, Some(_)) => return error(400, "user_name: letters, digits, `_`, `-` and `.` only"),
        (None, None) => return error(404, "no such merchant; a new one needs a password"),
    };
    let changed = match apply(merchant, change) {
        Ok(changed) => changed,
        Err(fault) => return error(400, &fault),
    };
    let answer = Answer::json(200, &shown(&changed, sandbox.rsa.public_pem()));
    if fresh {
        world.merchants.push(changed);
    } else {
        for merchant in &mut world.merchants {
            if merchant.user_name == changed.user_name {
                *merchant = changed.clone();
            }
        }
    }
    answer
}

/// Switches for every merchant at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Everywhere {
    settings: Map<String, Value>,
}

/// `POST /sandbox/config`: all merchants change, or none when a switch is wrong.
pub fn change_all(sandbox: &Sandbox, change: Everywhere) -> Result<(), String> {
    let mut world = sandbox.world();
    let mut changed = world.merchants.clone();
    for merchant in &mut changed {
        merchant.settings = overlaid(&merchant.settings, change.settings.clone())?;
    }
    world.merchants = changed;
    Ok(())
}

/// The login stands in the payment page's address.
fn good_login(login: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=30).contains(&login.len()) && login.bytes().all(sign)
}

fn apply(mut merchant: Merchant, change: Change) -> Result<Merchant, String> {
    if let Some(method) = change.callback_method {
        if method != "GET" && method != "POST" {
            return Err(format!("callback_method: expected GET or POST, got {method:?}"));
        }
        merchant.callback_method = method;
    }
    merchant.password = change.password.unwrap_or(merchant.password);
    merchant.token = change.token.unwrap_or(merchant.token);
    merchant.callback_key = change.callback_key.unwrap_or(merchant.callback_key);
    merchant.callback_url = change.callback_url.unwrap_or(merchant.callback_url);
    merchant.callback_signature = change.callback_signature.unwrap_or(merchant.callback_signature);
    if let Some(key) = change.signing_key {
        if key.as_deref().is_some_and(|pem| request_signature::public_key(pem).is_none()) {
            return Err("signing_key: expected a public key or a certificate in PEM".into());
        }
        merchant.signing_key = key;
    }
    merchant.retry_pause_ms = change.retry_pause_ms.or(merchant.retry_pause_ms);
    merchant.settings = overlaid(&merchant.settings, change.settings)?;
    Ok(merchant)
}

fn overlaid(settings: &Settings, changes: Map<String, Value>) -> Result<Settings, String> {
    let mut whole = json!(settings);
    if let Some(object) = whole.as_object_mut() {
        object.extend(changes);
    }
    serde_json::from_value(whole).map_err(|fault| format!("settings: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply_json(text: &str) -> Result<Merchant, String> {
        let change = serde_json::from_str(text).map_err(|fault| fault.to_string())?;
        let mut merchant = Merchant::new("m", "p", CallbackSignature::Hmac);
        merchant.callback_url = Some("http://127.0.0.1/".into());
        apply(merchant, change)
    }

    #[test]
    fn only_what_is_given_changes() {
        let same = apply_json(r#"{"user_name":"m","settings":{"attempts":1}}"#).unwrap();
        assert_eq!((same.password.as_str(), same.settings.attempts), ("p", 1));
        assert!(same.callback_url.is_some());
        let bare = apply_json(r#"{"user_name":"m","callback_url":null}"#).unwrap();
        assert_eq!(bare.callback_url, None);
        assert!(apply_json(r#"{"user_name":"m","settings":{"attemps":1}}"#).is_err());
        assert!(apply_json(r#"{"user_name":"m","callback_method":"PUT"}"#).is_err());
    }
}
