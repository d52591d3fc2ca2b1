//! Payments of a registered order: by card, by stored card, by phone, by subscription. Cards and
//! 3-D Secure are those of the form dialect; only the names in the replies differ.

use serde_json::{Map, Value, json};

use super::super::merchants::Merchant;
use super::super::operations::cards::finish::check_answer;
use super::super::orders::{CardEntry, Order, State};
use super::super::payments::three_ds::{self, Leg, Stage};
use super::super::payments::{self, Instrument, Outcome, form};
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::fields::Body;
use super::orders::of_dialect;
use crate::base64;

type Reply = Result<Map<String, Value>, Refusal>;

/// Fields of a payment's reply: here, and in the form dialect.
const NAMES: &[(&str, &str)] = &[
    ("cReq", "packedCReq"),
    ("threeDSMethodUrl", "threeDSMethodURL"),
    ("threeDSMethodData", "threeDSMethodDataPacked"),
];

/// v1/paymentOrder.do. With the `threeDSServerTransId` of a first call it goes on to the issuer.
pub fn by_card(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("MDORDER").unwrap_or_default())?;
    if body.text("threeDSServerTransId").is_some() {
        return go_on(world, &id, body);
    }
    let field = |name: &str| body.digits(name).unwrap_or_default();
    let card = CardEntry {
        pan: field("$PAN"),
        expiration: format!("{}{:0>2}", field("YYYY"), field("MM")),
        holder: body.text("TEXT").unwrap_or_default().to_owned(),
    };
    let mut instrument = Instrument::typed(card, Some(&field("$CVC")), "CARD");
    instrument.wants_storing = !body.flag("bindingNotNeeded");
    if let Some((order, email)) = world.orders.get_mut(&id).zip(body.text("email")) {
        order.terms.email = Some(email.to_owned());
    }
    let outcome = payments::pay(world, &id, &instrument, &leg(body))?;
    Ok(told(world, &id, outcome, body))
}

/// v1/paymentOrderBinding.do. Without a code of the card nobody can be asked.
pub fn by_binding(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("mdOrder").unwrap_or_default())?;
    if body.text("threeDSServerTransId").is_some() {
        return go_on(world, &id, body);
    }
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let client = order.terms.client_id.as_deref().ok_or_else(|| Refusal::bad_value("clientId"))?;
    let binding = body.text("bindingId").unwrap_or_default();
    let binding = world.usable_binding(&merchant.user_name, binding)?;
    let fixed = order.terms.binding_id.as_ref();
    if binding.client_id != client || fixed.is_some_and(|fixed| *fixed != binding.id) {
        return Err(Refusal::no_binding());
    }
    let cvc = body.digits("cvc");
    let mut instrument = Instrument::stored(binding, cvc.as_deref());
    instrument.tii = body.text("tii").map(str::to_owned);
    let instrument = if cvc.is_some() { instrument } else { instrument.unasked() };
    let outcome = payments::pay(world, &id, &instrument, &leg(body))?;
    Ok(told(world, &id, outcome, body))
}

/// v1/paymentSberPay.do: a message goes to the phone. The order waits for its owner
/// (`act` with `pay` or `decline`).
pub fn by_phone(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("orderId").unwrap_or_default())?;
    let phone = body.text("phone").map(str::to_owned);
    world.change(&id, "SberPay message sent", |order, _| {
        if order.state != State::Created {
            return Err(Refusal::wrong_state());
        }
        order.terms.phone = phone;
        Ok(Vec::new())
    })?;
    Ok(reply::success(&merchant.settings, body.language()))
}

/// v1/paymentOrderBySubscription.do.
pub fn by_subscription(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("orderId").unwrap_or_default())?;
    let (wanted, member) = (body.text("subscriptionId"), body.text("memberId"));
    let known = world.orders.values().any(|order| {
        let made = order.ecomm.as_ref().and_then(|side| side.subscription.as_ref());
        order.terms.merchant == merchant.user_name
            && made.is_some_and(|made| Some(&*made.id) == wanted && Some(&*made.member) == member)
    });
    if !known {
        return Err(Refusal::no_binding());
    }
    let card = CardEntry::default();
    world.change(&id, "paid by subscription", |order, now| {
        order.accept(&card, order.terms.amount, now)
    })?;
    Ok(told(world, &id, Outcome::Paid, body))
}

/// v1/finish3dsMethod.do: the buyer's browser has been looked at.
pub fn finish_method(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("mdOrder").unwrap_or_default())?;
    if !matches!(body.text("threeDSCompInd"), Some("Y" | "N" | "U")) {
        return Err(Refusal::bad_value("threeDSCompInd"));
    }
    go_on(world, &id, body)
}

/// v1/finish3dsPayment.do: what the issuer's page posted to the shop, `paRes` or `cRes`.
pub fn finish(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("mdOrder").unwrap_or_default())?;
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    match (body.text("paRes"), body.text("cRes")) {
        (Some(answer), None) => check_answer(world, &id, answer)?,
        (None, Some(answer)) => {
            let session = order.three_ds.as_ref().ok_or_else(Refusal::wrong_state)?;
            if !matches!(session.stage, Stage::Answered { .. }) || cres(order) != answer {
                return Err(Refusal::bad_value("cRes"));
            }
        }
        _ => return Err(Refusal::bad_value("cRes")),
    }
    let outcome = three_ds::finish(world, &id)?;
    Ok(told(world, &id, outcome, body))
}

/// What the issuer's page posts to the shop after its question.
pub fn cres(order: &Order) -> String {
    let session = order.three_ds.as_ref();
    let passed = session.is_some_and(|session| session.stage == Stage::Answered { passed: true });
    let message = json!({
        "threeDSServerTransID": session.map(|session| &session.trans_id),
        "acsTransID": order.id,
        "messageType": "CRes",
        "messageVersion": "2.2.0",
        "transStatus": if passed { "Y" } else { "N" },
    });
    base64::encode(message.to_string().as_bytes())
}

fn leg(body: &Body) -> Leg {
    let finish_url = body.text("threeDSVer2FinishUrl").or_else(|| body.text("termUrl"));
    Leg {
        trans_id: body.text("threeDSServerTransId").map(str::to_owned),
        finish_url: finish_url.map(str::to_owned),
        sdk: false,
    }
}

fn go_on(world: &mut World, id: &str, body: &Body) -> Reply {
    let outcome = payments::go_on(world, id, &leg(body))?;
    Ok(told(world, id, outcome, body))
}

/// The form dialect's reply under this platform's names. A decline is code 0 too: only `error` and
/// the status tell of it.
fn told(world: &World, id: &str, outcome: Outcome, body: &Body) -> Map<String, Value> {
    let mut told = form::reply(world, id, outcome, body.language());
    for (name, known) in NAMES {
        if let Some(value) = told.shift_remove(*known) {
            told.insert((*name).into(), value);
        }
    }
    told.retain(|name, _| !name.starts_with("threeDSMethodURL"));
    let open = world.orders.get(id).is_some_and(|order| order.state.is_open());
    if open && outcome == Outcome::Declined {
        // The shop's own form may ask for another card.
        told.shift_remove("redirect");
    }
    told
}
