//! API keys and passwords.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::fields::Body;

type Reply = Result<Map<String, Value>, Refusal>;

/// accounts/v1/apikey/generate. The key is for the SDK; no method here takes it.
pub fn key(_: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let mut reply = reply::success(&merchant.settings, body.language());
    reply.insert("id".into(), json!(Uuid::new_v4().to_string()));
    reply.insert("apiKey".into(), json!(Uuid::new_v4().simple().to_string()));
    reply.insert("message".into(), json!("The key is shown once"));
    Ok(reply)
}

/// accounts/v1/set-permanent-password: the way out of "must change password". Without a new
/// password the platform makes one up and tells it.
pub fn password(world: &mut World, body: &Body) -> Reply {
    let (login, current) = (body.text("login"), body.text("tmpPassword"));
    let known = world
        .merchants
        .iter_mut()
        .find(|merchant| login == Some(&merchant.user_name) && current == Some(&merchant.password));
    let merchant = known.ok_or_else(Refusal::access_denied)?;
    let mut reply = reply::success(&merchant.settings, body.language());
    let made_up = || Uuid::new_v4().simple().to_string().chars().take(16).collect();
    merchant.password = match body.text("password") {
        Some(chosen) => chosen.to_owned(),
        None => {
            let password: String = made_up();
            reply.insert("password".into(), json!(password));
            password
        }
    };
    merchant.settings.must_change_password = false;
    Ok(reply)
}
