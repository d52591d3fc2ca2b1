//! Stored cards, the same as in the form dialect.

use serde_json::{Map, Value, json};

use super::super::bindings::Binding;
use super::super::cards;
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::fields::Body;
use crate::clock;

type Reply = Result<Map<String, Value>, Refusal>;

/// v1/getBindings.do.
pub fn of_client(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let client = body.text("clientId");
    listed(world, merchant, body, |binding| {
        Some(binding.client_id.as_str()) == client && (binding.active || body.flag("showInactive"))
    })
}

/// v1/getBindingsByCardOrId.do. A number wins over an id.
pub fn of_card(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let (pan, id) = (body.digits("pan"), body.text("bindingId"));
    if pan.is_none() && id.is_none() {
        return Err(Refusal::bad_value("bindingId"));
    }
    listed(world, merchant, body, |binding| {
        let named = match &pan {
            Some(pan) => binding.card.pan == *pan,
            None => Some(binding.id.as_str()) == id,
        };
        named && binding.active
    })
}

/// v1/bindCard.do.
pub fn switch_on(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    switch(world, merchant, body, true)
}

/// v1/unbindCard.do.
pub fn switch_off(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    switch(world, merchant, body, false)
}

/// Nobody is told: this platform calls back for cards of SberPay alone.
fn switch(world: &mut World, merchant: &Merchant, body: &Body, active: bool) -> Reply {
    let id = body.text("bindingId").unwrap_or_default();
    let id = world.binding(&merchant.user_name, id)?.id.clone();
    let binding = world.bindings.get_mut(&id).ok_or_else(Refusal::no_binding)?;
    if binding.active == active {
        return Err(Refusal::new(2, "Binding is so already", "Связка уже в этом состоянии"));
    }
    binding.active = active;
    Ok(reply::success(&merchant.settings, body.language()))
}

fn listed(
    world: &World,
    merchant: &Merchant,
    body: &Body,
    wanted: impl Fn(&Binding) -> bool,
) -> Reply {
    let (expired_too, now) = (body.flag("showExpired"), clock::now());
    let own = world.bindings.values().filter(|binding| binding.merchant == merchant.user_name);
    let rows = own.filter(|binding| wanted(binding) && (expired_too || !binding.expired(now)));
    let rows: Vec<Value> = rows.map(row).collect();
    if rows.is_empty() {
        return Err(Refusal::no_binding());
    }
    let mut reply = reply::success(&merchant.settings, body.language());
    reply.insert("bindings".into(), Value::Array(rows));
    Ok(reply)
}

fn row(binding: &Binding) -> Value {
    let system = cards::by_pan(&binding.card.pan).map_or("VISA", |card| card.system);
    json!({
        "bindingId": binding.id,
        "maskedPan": binding.masked_pan,
        "expiryDate": binding.expiry,
        "clientId": binding.client_id,
        "paymentWay": binding.way,
        "paymentSystem": system,
        "bindingStatus": u8::from(binding.active),
    })
}
