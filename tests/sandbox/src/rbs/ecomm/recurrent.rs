//! recurrentPayment.do: registers and pays by a stored card in one call.

use serde_json::{Map, Value, json};

use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::world::World;
use super::fields::Body;
use super::{bindings, orders, payments, status};

/// v1/recurrentPayment.do. The order belongs to the client whose card it is.
pub fn pay(
    world: &mut World,
    merchant: &Merchant,
    body: &Body,
) -> Result<Map<String, Value>, Refusal> {
    let binding = body.text("bindingId").unwrap_or_default();
    let (owner, stored) = bindings::find(world, merchant, binding)?;
    if !stored.active {
        return Err(bindings::unchanged(false));
    }
    let client = owner.terms.client_id.clone().unwrap_or_default();
    let params = body.value("additionalParameters").map(Value::to_string).unwrap_or_default();
    // Nobody is sent back from anywhere: the address is never used.
    let back = format!("{}/", world.base_url);
    let further =
        [("clientId", client.as_str()), ("returnUrl", back.as_str()), ("jsonParams", &params)];
    let two_phase = body.flag("preAuth");
    let (id, _) =
        orders::registered(world, merchant, &body.without("bindingId"), two_phase, &further)?;
    payments::pay_by_binding(world, merchant, &id, binding)?;
    let order = world.orders.get(&id).cloned().ok_or_else(Refusal::unknown_order)?;
    let mut shown = Map::new();
    shown.insert("errorCode".into(), json!("0"));
    status::describe(world, &order, merchant, &mut shown);
    let mut reply = Map::new();
    reply.insert("success".into(), json!(true));
    reply.insert("data".into(), json!({"orderId": id}));
    reply.insert("orderStatus".into(), Value::Object(shown));
    Ok(reply)
}
