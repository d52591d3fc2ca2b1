//! Stored cards. Each stands with the order that stored it; a card that was stored twice for a
//! client counts once, under its first id. No card runs out here (`showExpired` changes nothing):
//! the test cards of the manuals would all be gone.

use serde_json::{Map, Value, json};

use super::super::cards;
use super::super::merchants::Merchant;
use super::super::orders::Order;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::StoredCard;
use super::fields::Body;

type Reply = Result<Map<String, Value>, Refusal>;

/// v1/getBindings.do.
pub fn of_client(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let client = body.text("clientId");
    let rows = stored(world, merchant).filter(|(order, card)| {
        order.terms.client_id.as_deref() == client && (card.active || body.flag("showInactive"))
    });
    listed(rows.map(|(order, card)| row(order, card)).collect(), merchant, body)
}

/// v1/getBindingsByCardOrId.do. A number wins over an id.
pub fn of_card(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let pan = body.digits("pan").map(|pan| cards::masked(&pan));
    let id = body.text("bindingId");
    if pan.is_none() && id.is_none() {
        return Err(Refusal::bad_value("bindingId"));
    }
    let rows = stored(world, merchant).filter(|(_, card)| {
        let named = match &pan {
            Some(pan) => card.masked_pan == *pan,
            None => Some(card.id.as_str()) == id,
        };
        named && card.active
    });
    listed(rows.map(|(order, card)| row(order, card)).collect(), merchant, body)
}

/// v1/bindCard.do.
pub fn switch_on(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    switch(world, merchant, body, true)
}

/// v1/unbindCard.do.
pub fn switch_off(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    switch(world, merchant, body, false)
}

fn switch(world: &mut World, merchant: &Merchant, body: &Body, active: bool) -> Reply {
    let id = body.text("bindingId").unwrap_or_default();
    let (order, card) = find(world, merchant, id)?;
    if card.active == active {
        return Err(unchanged(active));
    }
    let place = order.id.clone();
    let side = world.orders.get_mut(&place).and_then(|order| order.ecomm.as_mut());
    if let Some(card) = side.and_then(|side| side.stored.as_mut()) {
        card.active = active;
    }
    Ok(reply::success(&merchant.settings, body.language()))
}

/// No stored card, or not this one.
pub fn absent() -> Refusal {
    Refusal::new(2, "Binding not found", "Связка не найдена")
}

/// A stored card that is already as asked for.
pub fn unchanged(active: bool) -> Refusal {
    if active {
        Refusal::new(2, "Binding is already active", "Связка уже активна")
    } else {
        Refusal::new(2, "Binding is not active", "Связка не активна")
    }
}

/// The order that stored a card, and the card.
pub fn find<'a>(
    world: &'a World,
    merchant: &'a Merchant,
    id: &str,
) -> Result<(&'a Order, &'a StoredCard), Refusal> {
    let found = stored(world, merchant).find(|(_, card)| card.id == id);
    found.ok_or_else(absent)
}

/// `bindingId` of the card that an order stored, or was paid with.
pub fn of_order(world: &World, order: &Order) -> Option<String> {
    let side = order.ecomm.as_ref()?;
    if let Some(id) = &side.paid_by {
        return Some(id.clone());
    }
    let own = side.stored.as_ref()?;
    let merchant = world.merchant(&order.terms.merchant)?;
    let mut known = stored(world, merchant);
    let same = known.find(|(other, card)| is_same(other, card, order, own));
    same.map(|(_, card)| card.id.clone())
}

fn stored<'a>(
    world: &'a World,
    merchant: &'a Merchant,
) -> impl Iterator<Item = (&'a Order, &'a StoredCard)> {
    let all = move || {
        let own = world.orders.values().filter(|order| order.terms.merchant == merchant.user_name);
        own.filter_map(|order| Some((order, order.ecomm.as_ref()?.stored.as_ref()?)))
    };
    all().filter(move |(order, card)| {
        let first = all().find(|(other, known)| is_same(other, known, order, card));
        first.is_some_and(|(_, first)| first.id == card.id)
    })
}

fn is_same(other: &Order, known: &StoredCard, order: &Order, card: &StoredCard) -> bool {
    other.terms.client_id == order.terms.client_id
        && known.masked_pan == card.masked_pan
        && known.expiration == card.expiration
}

fn row(order: &Order, card: &StoredCard) -> Value {
    json!({
        "bindingId": card.id,
        "maskedPan": card.masked_pan,
        "expiryDate": card.expiration,
        "clientId": order.terms.client_id,
        "paymentWay": "CARD",
        "paymentSystem": card.system,
        "displayLabel": format!("{} *{}", card.system, tail(&card.masked_pan)),
        "bindingStatus": u8::from(card.active),
    })
}

fn tail(masked: &str) -> String {
    masked.chars().skip(masked.chars().count().saturating_sub(4)).collect()
}

fn listed(rows: Vec<Value>, merchant: &Merchant, body: &Body) -> Reply {
    if rows.is_empty() {
        return Err(absent());
    }
    let mut reply = reply::success(&merchant.settings, body.language());
    reply.insert("bindings".into(), Value::Array(rows));
    Ok(reply)
}
