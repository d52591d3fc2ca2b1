//! token/payment.do: a token of a card network, or the number that a wallet's token holds.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::orders::{CardEntry, State};
use super::super::super::payments::{Instrument, Outcome, card_data};
use super::super::super::refusals::Refusal;
use super::super::super::wallet_tokens::Token;
use super::super::super::world::World;
use super::super::cards::instant::second_leg;
use super::{register_and_pay, shown};

const TYPES: &[&str] = &["MDES", "VTS", "APPLE", "GOOGLE", "SAMSUNG"];

/// Pays with the token; without its cryptogram the buyer may have to be asked first.
pub fn pay(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let second = fields.get("threeDSServerTransId").is_some();
    let named =
        if second { fields.renamed("orderId", "threeDSVer2MdOrder") } else { fields.clone() };
    let (id, outcome) = match second_leg(world, merchant, &named)? {
        Some(done) => done,
        None => first_leg(world, merchant, fields)?,
    };
    let mut reply = shown(world, merchant, fields, &id, outcome)?;
    // This one method spells the state as callbacks do.
    let state = world.orders.get(&id).map_or(State::Created, |order| order.state);
    let amounts = reply.get_mut("orderStatus").and_then(|block| block.get_mut("paymentAmountInfo"));
    if let Some(amounts) = amounts.and_then(Value::as_object_mut) {
        amounts.insert("paymentState".into(), json!(spelling(state)));
    }
    Ok(reply)
}

fn first_leg(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<(String, Outcome), Refusal> {
    for name in ["amount", "returnUrl"] {
        if fields.get(name).is_none() {
            return Err(Refusal::missing(name));
        }
    }
    if !fields.get("tokenType").is_some_and(|kind| TYPES.contains(&kind)) {
        return Err(Refusal::bad_value("tokenType"));
    }
    let wrong = || Refusal::bad_value("paymentData");
    let data = fields.json("paymentData")?.ok_or_else(|| Refusal::missing("paymentData"))?;
    let text = |name: &str| match data.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let pan = text("dpan").ok_or_else(wrong)?;
    let expiration =
        format!("{}{:0>2}", text("YYYY").ok_or_else(wrong)?, text("MM").ok_or_else(wrong)?);
    if !card_data::month(&expiration) || !pan.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let card = CardEntry { pan, expiration, holder: String::new() };
    let mut instrument = Instrument::agreed(card.clone(), "TOKEN_PAY");
    if text("tokenCryptogram").is_some() || card_data::mit(fields) {
        instrument = instrument.unasked();
    }
    let behaviour = instrument.behaviour;
    let token = Token { card, amount: None, currency: None, behaviour, challenged: None };
    register_and_pay(world, merchant, fields, &token, instrument)
}

fn spelling(state: State) -> &'static str {
    match state {
        State::Created | State::Challenged => "started",
        State::Approved => "payment_approved",
        State::Deposited => "payment_deposited",
        State::Reversed => "payment_void",
        State::Refunded => "refunded",
        State::Declined => "payment_declined",
        State::Pending => "pending",
        State::PartlyDeposited => "partly_deposited",
    }
}
