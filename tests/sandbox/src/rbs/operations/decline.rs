//! decline.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find;

/// Closes an order that nobody has paid. An id and a number must name the same order.
pub fn close(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let number = fields.get("orderNumber");
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    if number.is_some_and(|number| number != order.terms.number) {
        return Err(Refusal::unknown_order());
    }
    world.change(&id, "decline", |order, _| order.decline())?;
    Ok(reply::success(&merchant.settings, fields.language()))
}
