//! Shops: shown whole, changed in parts.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::error;
use super::super::merchants::given;
use crate::exchange::Answer;
use crate::intellectmoney::eshops::Eshop;
use crate::sandbox::Sandbox;

/// What may be changed; what is absent stays, and `result_url` may be null.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    eshop_id: String,
    secret_key: Option<String>,
    sign_secret_key: Option<String>,
    bearer_token: Option<String>,
    login: Option<String>,
    password: Option<String>,
    p2p_form_id: Option<String>,
    p2p_form_key: Option<String>,
    #[serde(default, deserialize_with = "given")]
    result_url: Option<Option<String>>,
    retry_pause_ms: Option<u64>,
    #[serde(default)]
    settings: Map<String, Value>,
}

/// `POST /sandbox/eshops`. An unknown number makes a new shop.
pub fn change(sandbox: &Sandbox, change: Change) -> Answer {
    let digits = change.eshop_id.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || change.eshop_id.len() != 6 || !change.eshop_id.starts_with('4') {
        return error(400, "eshop_id: six digits, the first a 4");
    }
    let mut installation = sandbox.intellectmoney();
    let place = installation.eshops.iter().position(|eshop| eshop.eshop_id == change.eshop_id);
    let known = place.and_then(|place| installation.eshops.get(place)).cloned();
    let eshop = known.unwrap_or_else(|| Eshop::new(&change.eshop_id));
    let changed = match apply(eshop, change) {
        Ok(changed) => changed,
        Err(fault) => return error(400, &fault),
    };
    let answer = Answer::json(200, &json!(changed));
    match place.and_then(|place| installation.eshops.get_mut(place)) {
        Some(eshop) => *eshop = changed,
        None => installation.eshops.push(changed),
    }
    answer
}

fn apply(mut eshop: Eshop, change: Change) -> Result<Eshop, String> {
    for (kept, new) in [
        (&mut eshop.secret_key, change.secret_key),
        (&mut eshop.sign_secret_key, change.sign_secret_key),
        (&mut eshop.bearer_token, change.bearer_token),
        (&mut eshop.login, change.login),
        (&mut eshop.password, change.password),
        (&mut eshop.p2p_form_id, change.p2p_form_id),
        (&mut eshop.p2p_form_key, change.p2p_form_key),
    ] {
        if let Some(new) = new {
            *kept = new;
        }
    }
    eshop.result_url = change.result_url.unwrap_or(eshop.result_url);
    eshop.retry_pause_ms = change.retry_pause_ms.or(eshop.retry_pause_ms);
    let mut settings = json!(eshop.settings);
    if let Some(object) = settings.as_object_mut() {
        object.extend(change.settings);
    }
    eshop.settings =
        serde_json::from_value(settings).map_err(|fault| format!("settings: {fault}"))?;
    Ok(eshop)
}
