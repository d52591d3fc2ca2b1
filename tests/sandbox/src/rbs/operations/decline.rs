//! decline.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::merchants::{ErrorCodeAs, Merchant, Settings};
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find;
use crate::exchange::{Answer, Call};

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

/// declineByClient.do: the buyer closes the order. It has no credentials, `mdOrder` is enough.
pub fn by_client(world: &mut World, call: &Call) -> Answer {
    let outcome = Fields::of(call).and_then(|fields| {
        let id = fields.owned("mdOrder").ok_or_else(|| Refusal::bad_value("mdOrder"))?;
        world.change(&id, "declined by the buyer", |order, _| order.decline())
    });
    let settings = Settings { error_code_as: ErrorCodeAs::Integer, ..Settings::default() };
    let reply = match outcome {
        Ok(()) => reply::success(&settings, "ru"),
        Err(refusal) => reply::refused(&settings, &refusal, "ru"),
    };
    reply::labelled(&settings, reply)
}
