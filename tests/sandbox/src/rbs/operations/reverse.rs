//! reverse.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::{find, same_currency};

/// Releases a hold, or a part of it.
pub fn release(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let part = fields.minor_units("amount")?;
    same_currency(world, &id, fields)?;
    let captured_too = merchant.settings.reverse_deposited;
    world.change(&id, "reverse", |order, now| order.reverse(part, captured_too, now))?;
    Ok(reply::success(&merchant.settings, fields.language()))
}
