//! paymentorder.do: the merchant's own form pays a registered order with card data.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::card_data::{self, Names};
use super::super::super::payments::{self, form};
use super::super::super::refusals::Refusal;
use super::super::super::sbp::subscriptions;
use super::super::super::world::World;
use super::super::{find, register};
use super::storing;

/// Names of the payment form's fields.
const FORM: Names = Names { pan: "$PAN", cvc: "$CVC", expiry: "$EXPIRY", holder: &["TEXT"] };

/// Pays, or goes on with the second leg of 3-D Secure.
pub fn pay(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let named = fields.renamed("MDORDER", "orderId");
    let id = find(world, merchant, &named, Refusal::bad_value("MDORDER"))?;
    // They may be empty, but they must be there.
    for name in ["TEXT", "language"] {
        if !fields.has(name) {
            return Err(Refusal::bad_value(name));
        }
    }
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    if order.terms.binding_id.is_some() {
        return Err(Refusal::bad_value("bindingId"));
    }
    if let Some(token) = fields.get("sbpSubscriptionToken") {
        let member = fields.get("sbpMemberId").unwrap_or_default();
        let binding = subscriptions::by_token(world, merchant, token, member)?;
        let info = subscriptions::charge(world, merchant, &id, &binding)?;
        let reply = [("errorCode", json!(0)), ("sbpC2bInfo", info)];
        return Ok(reply.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    }
    let leg = card_data::leg(fields)?;
    if leg.trans_id.is_some() {
        let outcome = payments::go_on(world, &id, &leg)?;
        return Ok(form::reply(world, &id, outcome, fields.language()));
    }
    let card = card_data::opened(world, &with_expiry(fields), &FORM, Some(&id))?;
    if fields.get("seToken").is_some() && card.get("bindingId").is_some() {
        // A token of a stored card belongs to paymentOrderBinding.
        return Err(Refusal::bad_value("seToken"));
    }
    let mut instrument = card_data::typed(merchant, &card, &FORM, "CARD")?;
    instrument.tii = card_data::tii(fields)?;
    storing(world, &id, fields, &mut instrument)?;
    let (more, ip) = (register::json_params(fields)?, register::address(fields)?);
    if let Some(order) = world.orders.get_mut(&id) {
        order.terms.json_params.extend(more);
        order.terms.ip = ip.or(order.terms.ip.take());
    }
    let outcome = payments::pay(world, &id, &instrument, &leg)?;
    Ok(form::reply(world, &id, outcome, fields.language()))
}

/// `$EXPIRY` wins over a year and a month.
fn with_expiry(fields: &Fields) -> Fields {
    match (fields.get("$EXPIRY"), fields.get("YYYY"), fields.get("MM")) {
        (None, Some(year), Some(month)) => fields.with("$EXPIRY", format!("{year}{month:0>2}")),
        _ => fields.clone(),
    }
}
