//! paymentOrderBinding.do: a stored card pays a registered order.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::orders::Order;
use super::super::super::payments::card_data::{self, PLAIN};
use super::super::super::payments::{self, Instrument, form};
use super::super::super::refusals::Refusal;
use super::super::super::sbp::subscriptions;
use super::super::super::world::World;
use super::super::find;

/// Pays, or goes on with the second leg of 3-D Secure.
pub fn pay(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let unknown = |refusal: Refusal| match refusal.code {
        6 => Refusal::new(2, "Order not found", "Заказ не найден"),
        _ => refusal,
    };
    let named = fields.renamed("mdOrder", "orderId");
    let id = find(world, merchant, &named, Refusal::bad_value("mdOrder")).map_err(unknown)?;
    let language = fields.language();
    if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(Refusal::new(1, "[language] is incorrect", "Неверный язык"));
    }
    let binding = fields.get("bindingId").unwrap_or_default();
    if subscriptions::is_subscription(world, merchant, binding) {
        let info = subscriptions::charge(world, merchant, &id, binding)?;
        let reply = [("errorCode", json!(0)), ("bindingId", json!(binding)), ("sbpC2bInfo", info)];
        return Ok(reply.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    }
    let leg = card_data::leg(fields)?;
    if leg.trans_id.is_some() {
        let outcome = payments::go_on(world, &id, &leg)?;
        return Ok(form::reply(world, &id, outcome, language));
    }
    let fields = card_data::opened(world, fields, &PLAIN, Some(&id))?;
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let instrument = chosen(world, merchant, order, &fields)?;
    let outcome = payments::pay(world, &id, &instrument, &leg)?;
    Ok(form::reply(world, &id, outcome, fields.language()))
}

/// The stored card of the request, if it may pay this order.
fn chosen(
    world: &World,
    merchant: &Merchant,
    order: &Order,
    fields: &Fields,
) -> Result<Instrument, Refusal> {
    let binding_id = fields.get("bindingId").ok_or_else(|| Refusal::bad_value("bindingId"))?;
    if order.terms.binding_id.as_deref().is_some_and(|known| known != binding_id) {
        return Err(Refusal::bad_value("bindingId"));
    }
    let client = order.terms.client_id.as_deref();
    let client = client.ok_or_else(|| Refusal::new(5, "[clientId] is empty", "[clientId] пуст"))?;
    let binding = world.usable_binding(&merchant.user_name, binding_id)?;
    if binding.client_id != client {
        return Err(Refusal::no_binding());
    }
    let wrong_code = |_| Refusal::new(1, "CVC is incorrect", "Неверный CVC");
    let cvc = card_data::code(fields, "cvc").map_err(wrong_code)?;
    let mit = card_data::mit(fields);
    let free = mit
        || merchant.settings.pay_without_cvc
        || order.has_feature("AUTO_PAYMENT")
        || order.has_feature("FORCE_NO_CVC");
    if cvc.is_none() && !free {
        return Err(Refusal::new(1, "CVC is required", "Требуется CVC"));
    }
    // The merchant's own payments are charged at once and carry no code.
    if mit && (order.terms.two_phase || cvc.is_some()) {
        return Err(Refusal::bad_value("tii"));
    }
    let mut instrument = Instrument::stored(binding, cvc);
    instrument.tii = card_data::tii(fields)?;
    Ok(if mit { instrument.unasked() } else { instrument })
}
