//! getBindings.do, getAllBindings.do, getBindingsByCardOrId.do.

use serde_json::{Map, Value, json};

use super::super::super::bindings::Binding;
use super::super::super::cards;
use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::refusals::Refusal;
use super::super::super::reply;
use super::super::super::world::World;
use crate::clock;

type Reply = Result<Map<String, Value>, Refusal>;

/// Active cards of a client.
pub fn active(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    of_client(world, merchant, fields, true)
}

/// All cards of a client, deactivated ones too.
pub fn all(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    of_client(world, merchant, fields, false)
}

fn of_client(world: &World, merchant: &Merchant, fields: &Fields, only_active: bool) -> Reply {
    let client = fields.get("clientId").ok_or_else(|| Refusal::bad_value("clientId"))?;
    if merchant.settings.bindings_v2 && fields.get("bindingType").is_none() {
        return Err(Refusal::bad_value("bindingType"));
    }
    let id = fields.get("bindingId");
    listed(
        world,
        merchant,
        fields,
        |binding| {
            binding.client_id == client
                && (binding.active || !only_active)
                && id.is_none_or(|id| binding.id == id)
        },
        whole,
    )
}

/// Cards with a number or an id; the number wins.
pub fn by_card(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let (pan, id) = (fields.get("pan"), fields.get("bindingId"));
    if pan.is_none() && id.is_none() {
        return Err(Refusal::bad_value("bindingId"));
    }
    if pan.is_some() && !merchant.settings.direct_cards {
        return Err(Refusal::access_denied());
    }
    listed(
        world,
        merchant,
        fields,
        |binding| match pan {
            Some(pan) => binding.active && binding.card.pan == pan,
            None => binding.active && id == Some(binding.id.as_str()),
        },
        short,
    )
}

fn listed(
    world: &World,
    merchant: &Merchant,
    fields: &Fields,
    wanted: impl Fn(&Binding) -> bool,
    row: fn(&Binding) -> Value,
) -> Reply {
    let kind = fields.get("bindingType");
    if kind.is_some_and(|kind| !matches!(kind, "C" | "R" | "I" | "CR")) {
        return Err(Refusal::bad_value("bindingType"));
    }
    let (expired_too, now) = (fields.flag("showExpired")?, clock::now());
    let rows: Vec<Value> = world
        .bindings
        .values()
        .filter(|binding| binding.merchant == merchant.user_name && wanted(binding))
        .filter(|binding| kind.is_none_or(|kind| kind.contains(binding.letter())))
        .filter(|binding| expired_too || !binding.expired(now))
        .map(row)
        .collect();
    if rows.is_empty() {
        return Err(Refusal::new(2, "Information not found", "Информация не найдена"));
    }
    let mut shown = reply::success(&merchant.settings, fields.language());
    shown.insert("bindings".into(), Value::Array(rows));
    Ok(shown)
}

fn short(binding: &Binding) -> Value {
    let mut row = Map::new();
    row.insert("bindingId".into(), json!(binding.id));
    // The number of a device's token is nobody's business.
    if !binding.tokenised() {
        row.insert("maskedPan".into(), json!(binding.masked_pan));
    }
    row.insert("expiryDate".into(), json!(binding.expiry));
    row.insert("clientId".into(), json!(binding.client_id));
    Value::Object(row)
}

fn whole(binding: &Binding) -> Value {
    let mut row = short(binding);
    let system = cards::by_pan(&binding.card.pan).map_or("VISA", |card| card.system);
    if let Some(row) = row.as_object_mut() {
        row.insert("paymentWay".into(), json!(binding.way));
        row.insert("bindingCategory".into(), json!(binding.category));
        row.insert("paymentSystem".into(), json!(system));
        row.insert("displayLabel".into(), json!(label(&binding.masked_pan)));
        row.insert("tokenizedInd".into(), json!(binding.tokenised()));
    }
    row
}

/// `XXXXXXXXXXXX5599`.
fn label(masked: &str) -> String {
    format!("XXXXXXXXXXXX{}", masked.split("**").nth(1).unwrap_or_default())
}
