//! bindCard.do, unBindCard.do, extendBinding.do.

use serde_json::{Map, Value};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::card_data;
use super::super::super::refusals::Refusal;
use super::super::super::reply;
use super::super::super::world::World;
use crate::clock;

type Reply = Result<Map<String, Value>, Refusal>;

/// Makes a deactivated card usable again.
pub fn bind(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    switched(world, merchant, fields, true)
}

/// Deactivates a card.
pub fn unbind(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    switched(world, merchant, fields, false)
}

fn switched(world: &mut World, merchant: &Merchant, fields: &Fields, active: bool) -> Reply {
    let id = named(world, merchant, fields)?;
    let binding = world.bindings.get_mut(&id).ok_or_else(Refusal::no_binding)?;
    if binding.active == active {
        return Err(if active {
            Refusal::new(2, "Binding is active", "Связка уже активна")
        } else {
            Refusal::new(2, "Binding is not active", "Связка не активна")
        });
    }
    binding.active = active;
    world.tell(&id, Some("bindingActivityChanged"));
    Ok(reply::success(&merchant.settings, fields.language()))
}

/// Gives a card a new last month.
pub fn extend(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let id = named(world, merchant, fields)?;
    if fields.get("language").is_none() {
        return Err(Refusal::bad_value("language"));
    }
    let expiry = fields.get("newExpiry").filter(|text| card_data::month(text));
    let expiry = expiry.ok_or_else(|| Refusal::bad_value("newExpiry"))?;
    let binding = world.bindings.get_mut(&id).ok_or_else(Refusal::no_binding)?;
    let mut extended = binding.clone();
    extended.expiry = expiry.to_owned();
    if extended.expired(clock::now()) {
        return Err(Refusal::bad_value("newExpiry"));
    }
    *binding = extended;
    Ok(reply::success(&merchant.settings, fields.language()))
}

fn named(world: &World, merchant: &Merchant, fields: &Fields) -> Result<String, Refusal> {
    let id = fields.get("bindingId").ok_or_else(|| Refusal::bad_value("bindingId"))?;
    Ok(world.binding(&merchant.user_name, id)?.id.clone())
}
