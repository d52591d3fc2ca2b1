//! Shops: a descriptor with a shop's settings.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::error;
use crate::declared::file::{self, pairs, text};
use crate::declared::shops::Shop;
use crate::declared::switches::Switches;
use crate::exchange::Answer;
use crate::sandbox::Sandbox;

/// `POST /sandbox/declared/shops`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    id: Option<String>,
    descriptor: Value,
    #[serde(default)]
    config: IndexMap<String, String>,
    #[serde(default)]
    secrets: IndexMap<String, String>,
    notification_url: Option<String>,
    currency: Option<String>,
    #[serde(default)]
    switches: Map<String, Value>,
}

/// `POST /sandbox/declared/shops/<id>`: what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    notification_url: Option<String>,
    currency: Option<String>,
    #[serde(default)]
    switches: Map<String, Value>,
}

/// Registers a shop; one of the same id is replaced.
pub fn register(sandbox: &Sandbox, given: Given) -> Answer {
    match shop(given) {
        Ok(mut shop) => {
            let mut installation = sandbox.declared();
            if shop.id.is_empty() {
                shop.id = format!("{}-{}", shop.gateway(), installation.shops.len() + 1);
            }
            let answer = Answer::json(200, &shop.shown(&sandbox.base_url));
            installation.shops.shift_remove(&shop.id);
            installation.shops.insert(shop.id.clone(), shop);
            answer
        }
        Err(says) => error(400, &says),
    }
}

fn shop(given: Given) -> Result<Shop, String> {
    let descriptor = match given.descriptor {
        Value::String(text) => file::read(&text)?,
        table @ Value::Object(_) => table,
        _ => return Err("descriptor: expected TOML or JSON".to_owned()),
    };
    if text(&descriptor, "id").is_none() || descriptor.pointer("/create/request/url").is_none() {
        return Err("descriptor: expected id and create.request.url".to_owned());
    }
    let mut config = IndexMap::new();
    for (name, rule) in pairs(&descriptor, "config") {
        let value =
            given.config.get(name).cloned().or_else(|| text(rule, "default").map(str::to_owned));
        config.insert(name.to_owned(), value.ok_or_else(|| format!("config.{name}: required"))?);
    }
    let unknown = given.config.keys().find(|name| !config.contains_key(*name));
    if let Some(name) = unknown {
        return Err(format!("config.{name}: the descriptor has no such setting"));
    }
    for (name, _) in pairs(&descriptor, "secrets") {
        if given.secrets.get(name).is_none_or(String::is_empty) {
            return Err(format!("secrets.{name}: required"));
        }
    }
    let mut shop = Shop {
        id: given.id.unwrap_or_default(),
        descriptor,
        config,
        secrets: given.secrets,
        notification_url: given.notification_url,
        currency: String::new(),
        switches: Switches::default().with(&given.switches)?,
    };
    let listed = shop.descriptor.pointer("/order/currencies/0").and_then(Value::as_str);
    let own = given.currency.or_else(|| listed.and_then(|letters| shop.filled(letters)));
    shop.currency = own.unwrap_or_else(|| "RUB".to_owned());
    Ok(shop)
}

/// Changes a shop.
pub fn change(sandbox: &Sandbox, id: &str, change: Change) -> Answer {
    let mut installation = sandbox.declared();
    let Some(shop) = installation.shops.get_mut(id) else {
        return error(404, "there is no such shop");
    };
    match shop.switches.with(&change.switches) {
        Ok(switches) => shop.switches = switches,
        Err(says) => return error(400, &says),
    }
    shop.notification_url = change.notification_url.or(shop.notification_url.take());
    shop.currency = change.currency.unwrap_or_else(|| shop.currency.clone());
    Answer::json(200, &shop.shown(&sandbox.base_url))
}

/// All of them.
pub fn list(sandbox: &Sandbox) -> Answer {
    let installation = sandbox.declared();
    let shops: Vec<Value> =
        installation.shops.values().map(|shop| shop.shown(&sandbox.base_url)).collect();
    Answer::json(200, &json!({"shops": shops}))
}

/// One of them.
pub fn one(sandbox: &Sandbox, id: &str) -> Answer {
    match sandbox.declared().shops.get(id) {
        Some(shop) => Answer::json(200, &shop.shown(&sandbox.base_url)),
        None => error(404, "there is no such shop"),
    }
}
