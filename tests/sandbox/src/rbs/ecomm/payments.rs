//! Payments of a registered order: by card, by stored card, by phone, by subscription. What the
//! bank says follows from the test card.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::cards::{self, Behaviour};
use super::super::merchants::Merchant;
use super::super::orders::{CardEntry, Order, State};
use super::super::page::return_address;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::fields::Body;
use super::orders::of_dialect;
use super::{base64, bindings};

type Reply = Result<Map<String, Value>, Refusal>;

/// v1/paymentOrder.do. With the `threeDSServerTransId` of a first call it goes on to the issuer.
pub fn by_card(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("MDORDER").unwrap_or_default())?;
    if body.text("threeDSServerTransId").is_some() {
        return to_issuer(world, &id, body);
    }
    let field = |name: &str| body.digits(name).unwrap_or_default();
    let (year, month) = (field("YYYY"), format!("{:0>2}", field("MM")));
    let card = CardEntry {
        pan: field("$PAN"),
        expiration: format!("{year}{month}"),
        holder: body.text("TEXT").unwrap_or_default().to_owned(),
    };
    if let Some(email) = body.text("email") {
        let email = email.to_owned();
        world.change(&id, "e-mail of the buyer", |order, _| {
            order.terms.email = Some(email);
            Ok(Vec::new())
        })?;
    }
    let unkept = body.flag("bindingNotNeeded");
    let behaviour = cards::behaviour(&card.pan, &month, &year, &field("$CVC"));
    if behaviour == Behaviour::Challenge {
        return to_method(world, &id, card);
    }
    let amount = world.orders.get(&id).map_or(0, |order| order.terms.amount);
    let what = format!("paymentOrder with {}", cards::masked(&card.pan));
    world.change(&id, &what, |order, now| {
        if unkept {
            order.terms.features.push("BINDING_NOT_NEEDED".into());
        }
        match behaviour {
            Behaviour::Refused(code) => order.refuse(&card, code, false, now),
            Behaviour::RefusedForGood(code) => order.refuse(&card, code, true, now),
            _ => order.accept(&card, amount, now),
        }
    })?;
    outcome(world, &id)
}

/// v1/paymentOrderBinding.do. A stored card pays without questions.
pub fn by_binding(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("mdOrder").unwrap_or_default())?;
    let binding = body.text("bindingId").unwrap_or_default();
    pay_by_binding(world, merchant, &id, binding)?;
    outcome(world, &id)
}

/// Charges a stored card that belongs to the order's client.
pub fn pay_by_binding(
    world: &mut World,
    merchant: &Merchant,
    id: &str,
    binding: &str,
) -> Result<(), Refusal> {
    let (owner, stored) = bindings::find(world, merchant, binding)?;
    let (client, stored) = (owner.terms.client_id.clone(), stored.clone());
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    if !stored.active {
        return Err(bindings::unchanged(false));
    }
    if order.terms.client_id.is_none() || order.terms.client_id != client {
        return Err(Refusal::bad_value("clientId"));
    }
    let amount = order.terms.amount;
    let card = CardEntry {
        pan: stored.masked_pan.clone(),
        expiration: stored.expiration,
        holder: stored.holder,
    };
    world.change(id, &format!("paid with binding of {}", stored.masked_pan), |order, now| {
        if let Some(side) = &mut order.ecomm {
            side.paid_by = Some(stored.id);
        }
        let events = order.accept(&card, amount, now)?;
        if let Some(agreed) = &mut order.authorization {
            agreed.system = stored.system;
        }
        Ok(events)
    })
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
    let mut own = world.orders.values().filter(|order| order.terms.merchant == merchant.user_name);
    let known = own.any(|order| {
        let made = order.ecomm.as_ref().and_then(|side| side.subscription.as_ref());
        made.is_some_and(|made| Some(&*made.id) == wanted && Some(&*made.member) == member)
    });
    if !known {
        return Err(bindings::absent());
    }
    let card = CardEntry::default();
    world.change(&id, "paid by subscription", |order, now| {
        order.accept(&card, order.terms.amount, now)
    })?;
    outcome(world, &id)
}

/// v1/finish3dsMethod.do: the buyer's browser has been looked at.
pub fn finish_method(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("mdOrder").unwrap_or_default())?;
    if !matches!(body.text("threeDSCompInd"), Some("Y" | "N" | "U")) {
        return Err(Refusal::bad_value("threeDSCompInd"));
    }
    to_issuer(world, &id, body)
}

/// v1/finish3dsPayment.do: the issuer's answer, `transStatus` Y or A in a cRes. No attempt here is
/// of the first 3-D Secure, so a paRes never fits.
pub fn finish(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = of_dialect(world, merchant, body.text("mdOrder").unwrap_or_default())?;
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let waiting = order.challenge.clone().filter(|_| order.state == State::Challenged);
    let card = waiting.ok_or_else(Refusal::wrong_state)?;
    let answer = body.text("cRes").ok_or_else(|| Refusal::bad_value("cRes"))?;
    let answer = base64::decoded(answer).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let answer: Value = answer.ok_or_else(|| Refusal::bad_value("cRes"))?;
    let status = answer.get("transStatus").and_then(Value::as_str);
    let amount = order.terms.amount;
    world.change(&id, "3-D Secure finished", |order, now| match status {
        Some("Y" | "A") => order.accept(&card, amount, now),
        _ => order.refuse(&card, -2006, false, now),
    })?;
    outcome(world, &id)
}

/// The first reply of 3-D Secure: where the browser is to be looked at.
fn to_method(world: &mut World, id: &str, card: CardEntry) -> Reply {
    let transaction = Uuid::new_v4().to_string();
    let remembered = transaction.clone();
    world.change(id, "3-D Secure started", |order, _| {
        let events = order.challenge(card)?;
        if let Some(side) = &mut order.ecomm {
            side.transaction = Some(remembered);
        }
        Ok(events)
    })?;
    let data = json!({"threeDSServerTransID": transaction}).to_string();
    let mut reply = form_result("Authentication is needed");
    reply.insert("is3DSVer2".into(), json!(true));
    reply.insert("threeDSServerTransId".into(), json!(transaction));
    let page = format!("{}/payment/acs.html?mdOrder={id}", world.base_url);
    reply.insert("threeDSMethodUrl".into(), json!(page));
    reply.insert("threeDSMethodData".into(), json!(base64::encoded(data.as_bytes())));
    Ok(reply)
}

/// The second reply: the issuer's page and what the browser posts there.
fn to_issuer(world: &World, id: &str, body: &Body) -> Reply {
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    let transaction = order.ecomm.as_ref().and_then(|side| side.transaction.as_deref());
    if order.state != State::Challenged {
        return Err(Refusal::wrong_state());
    }
    if transaction.is_none() || transaction != body.text("threeDSServerTransId") {
        return Err(Refusal::bad_value("threeDSServerTransId"));
    }
    let request = json!({"messageType": "CReq", "messageVersion": "2.2.0",
        "threeDSServerTransID": transaction, "challengeWindowSize": "05"});
    let mut reply = form_result("Authentication is needed");
    let page = format!("{}/payment/acs.html?mdOrder={id}", world.base_url);
    reply.insert("acsUrl".into(), json!(page));
    reply.insert("cReq".into(), json!(base64::encoded(request.to_string().as_bytes())));
    Ok(reply)
}

/// What a payment came to. A refusal is code 0 too: only `error` and the status tell of it.
fn outcome(world: &World, id: &str) -> Reply {
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    let mut reply = form_result("Your payment has been processed");
    if order.action_code != 0 {
        let text = cards::action_text(order.action_code);
        reply.insert("info".into(), json!("Your payment has been declined"));
        reply.insert("error".into(), json!(text));
    }
    if !order.state.is_open() {
        reply.insert("redirect".into(), json!(way_back(order)));
    }
    Ok(reply)
}

fn way_back(order: &Order) -> String {
    let failed = order.terms.fail_url.as_ref().filter(|_| order.state == State::Declined);
    return_address(failed.unwrap_or(&order.terms.return_url), order)
}

/// The start of a payment form's reply, where the code is a number.
fn form_result(info: &str) -> Map<String, Value> {
    let mut reply = Map::new();
    reply.insert("errorCode".into(), json!(0));
    reply.insert("info".into(), json!(info));
    reply
}
