//! recurrentPayment.do: registers and pays by a stored card in one call.

use serde_json::{Map, Value, json};

use super::super::merchants::Merchant;
use super::super::payments::three_ds::Leg;
use super::super::payments::{self, Instrument};
use super::super::refusals::Refusal;
use super::super::world::World;
use super::fields::Body;
use super::{orders, status};

/// v1/recurrentPayment.do. The order belongs to the client whose card it is; a declined payment is
/// told by its status, for the call went well.
pub fn pay(
    world: &mut World,
    merchant: &Merchant,
    body: &Body,
) -> Result<Map<String, Value>, Refusal> {
    let binding = body.text("bindingId").unwrap_or_default();
    let binding = world.usable_binding(&merchant.user_name, binding)?;
    let mut instrument = Instrument::stored(binding, None).unasked();
    instrument.tii = Some("R".into());
    let params = body.value("additionalParameters").map(Value::to_string).unwrap_or_default();
    // Nobody is sent back from anywhere: the address is never used.
    let back = format!("{}/", world.base_url);
    let further = [("returnUrl", back.as_str()), ("jsonParams", &params)];
    let two_phase = body.flag("preAuth");
    let (id, _) = orders::registered(world, merchant, body, two_phase, &further)?;
    if let Some(order) = world.orders.get_mut(&id) {
        order.attempts_left = 1;
    }
    payments::pay(world, &id, &instrument, &Leg::default())?;
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let mut shown = Map::new();
    shown.insert("errorCode".into(), json!("0"));
    status::describe(order, merchant, &mut shown);
    let mut reply = Map::new();
    reply.insert("success".into(), json!(true));
    reply.insert("data".into(), json!({"orderId": id}));
    reply.insert("orderStatus".into(), Value::Object(shown));
    Ok(reply)
}
