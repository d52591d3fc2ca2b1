//! Payments with the token of a wallet or of a card network, and the JSON replies that tell of them.

pub mod google;
pub mod in_app;
pub mod network_token;
pub mod yandex;

use serde_json::{Map, Value, json};

use super::super::cards::{Authentication, action_text};
use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::orders::Order;
use super::super::payments::{self, Instrument, Outcome, card_data, form};
use super::super::refusals::Refusal;
use super::super::wallet_tokens::{self, Token};
use super::super::world::World;
use super::{cards, status};

/// `{success, data: {orderId}, orderStatus}`.
pub fn told(world: &World, merchant: &Merchant, id: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("success".into(), json!(true));
    shown.insert("data".into(), json!({"orderId": id}));
    shown.insert("orderStatus".into(), status(world, merchant, id));
    shown
}

/// The fields of getOrderStatusExtended as a block of another reply.
pub fn status(world: &World, merchant: &Merchant, id: &str) -> Value {
    let mut block = Map::new();
    if let Some(order) = world.orders.get(id) {
        block.insert("errorCode".into(), json!("0"));
        status::describe(order, &merchant.settings, &mut block);
    }
    Value::Object(block)
}

/// A refusal of the bank is code 1 here.
fn declined(order: &Order) -> Map<String, Value> {
    let text = action_text(order.action_code);
    let mut shown = Map::new();
    shown.insert("success".into(), json!(false));
    shown.insert(
        "error".into(),
        json!({
            "code": 1,
            "description": format!("Processing Error - [{}: {text}]", order.action_code),
            "message": text,
        }),
    );
    shown
}

/// What became of a payment, with what the browser must do next inside of `data`.
fn shown(
    world: &World,
    merchant: &Merchant,
    fields: &Fields,
    id: &str,
    outcome: Outcome,
) -> Result<Map<String, Value>, Refusal> {
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    if outcome == Outcome::Declined {
        return Ok(declined(order));
    }
    let mut data = form::next(&world.base_url, order, outcome, fields.language());
    if let Some(url) = data.remove("redirect") {
        data.insert("redirectUrl".into(), url);
    }
    data.insert("orderId".into(), json!(id));
    let mut reply = told(world, merchant, id);
    reply.insert("data".into(), Value::Object(data));
    if outcome != Outcome::Paid {
        reply.remove("orderStatus");
    }
    Ok(reply)
}

/// What pays, out of a token.
fn instrument(token: &Token, way: &'static str) -> Instrument {
    let agreed = Instrument::agreed(token.card.clone(), way);
    let behaviour = token.behaviour;
    if token.challenged == Some(true) {
        return Instrument { behaviour, authentication: Authentication::Challenge, ..agreed };
    }
    Instrument { behaviour, ..agreed }.unasked()
}

/// Reads the request's token.
fn token(fields: &Fields, wallet: &str) -> Result<Token, Refusal> {
    let text = fields.get("paymentToken").ok_or_else(|| Refusal::missing("paymentToken"))?;
    wallet_tokens::read(wallet, text)
}

/// Registers an order for a token and pays it. The amount is the request's; where the wallet's
/// request has none, it is the token's.
fn register_and_pay(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    token: &Token,
    mut instrument: Instrument,
) -> Result<(String, Outcome), Refusal> {
    let mut fields = fields
        .renamed("currencyCode", "currency")
        .renamed("additionalParameters", "jsonParams")
        .with("bindingId", "");
    let sent = fields.minor_units("amount")?;
    match (sent, token.amount) {
        (Some(sent), Some(amount)) if amount != 0 && sent != amount => {
            return Err(Refusal::bad_value("paymentToken"));
        }
        (None, Some(amount)) => fields = fields.with("amount", amount.to_string()),
        _ => {}
    }
    if let Some(currency) = token.currency.as_ref().filter(|_| fields.get("currency").is_none()) {
        fields = fields.with("currency", currency.clone());
    }
    instrument.tii = card_data::tii(&fields)?;
    instrument.wants_storing = fields.get("clientId").is_some();
    let leg = card_data::leg(&fields)?;
    let id = cards::placed(world, merchant, &fields, fields.flag("preAuth")?)?;
    let outcome = payments::pay(world, &id, &instrument, &leg)?;
    Ok((id, outcome))
}
