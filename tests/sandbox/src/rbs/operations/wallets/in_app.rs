//! Apple Pay, Samsung Pay, Mir Pay: tokens that come with the buyer's consent, so that no browser is
//! needed.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::Outcome;
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::{instrument, register_and_pay, shown, token};
use crate::exchange::{Answer, Call};

type Reply = Result<Map<String, Value>, Refusal>;

/// applepay/payment.do.
pub fn apple(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    pay(world, merchant, fields, "apple", "APPLE_PAY")
}

/// applepay/paymentDirect.do: the merchant has decrypted the token.
pub fn apple_direct(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    pay(world, merchant, fields, "apple_direct", "APPLE_PAY")
}

/// samsung/payment.do and samsungWeb/payment.do.
pub fn samsung(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    pay(world, merchant, fields, "samsung", "SAMSUNG_PAY")
}

/// samsung/paymentDirect.do.
pub fn samsung_direct(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    pay(world, merchant, fields, "samsung_direct", "SAMSUNG_PAY")
}

/// mir/payment.do and mir/paymentDirect.do.
pub fn mir(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let mut reply = pay(world, merchant, fields, "mir", "MIR_PAY")?;
    if let Some(data) = reply.get_mut("data").and_then(Value::as_object_mut) {
        data.insert("product".into(), json!("TEST"));
    }
    Ok(reply)
}

fn pay(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    wallet: &str,
    way: &'static str,
) -> Reply {
    let token = token(fields, wallet)?;
    // A verification charges nothing, and its token says so.
    let verifies = fields.all("features").iter().any(|name| name == "VERIFY");
    if verifies && token.amount.is_some_and(|amount| amount != 0) {
        return Err(Refusal::bad_value("paymentToken"));
    }
    let instrument = instrument(&token, way).unasked();
    let (id, outcome) = register_and_pay(world, merchant, fields, &token, instrument)?;
    let mut reply = shown(world, merchant, fields, &id, outcome)?;
    if outcome == Outcome::Paid
        && let Some(data) = reply.get_mut("data").and_then(Value::as_object_mut)
    {
        // There is no browser to send anywhere.
        data.retain(|name, _| name == "orderId" || name == "bindingId");
    }
    Ok(reply)
}

/// `mir/{merchant}/{order}/callback.do` and `.../certificate.do`: the wallet's own calls. What they
/// answer is not documented beyond their statuses, so they are taken in and written down.
pub fn mir_hook(world: &mut World, login: &str, id: &str, name: &str, call: &Call) -> Answer {
    let object = serde_json::from_slice::<Map<String, Value>>(&call.body);
    let Ok(body) = object else {
        return Answer::text(400, "Bad Request: a JSON object was expected");
    };
    let Some(order) = world.orders.get_mut(id).filter(|order| order.terms.merchant == login) else {
        return Answer::text(403, "Forbidden");
    };
    let error = body.get("error").is_some_and(|error| !error.is_null());
    let what = if error { "reported an error" } else { "called" };
    order.note(crate::clock::now(), format!("Mir Pay {name} {what}"));
    Answer::json(202, &json!({"orderId": id}))
}
