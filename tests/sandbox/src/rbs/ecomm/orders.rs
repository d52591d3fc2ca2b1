//! register, registerPreAuth, deposit, reverse, refund, decline.

use serde_json::{Map, Value, json};

use super::super::merchants::Merchant;
use super::super::operations::register as form;
use super::super::orders::{Order, State};
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::transitions::{DepositType, Event};
use super::super::world::World;
use super::fields::Body;
use super::{Side, cart};
use crate::clock;

type Reply = Result<Map<String, Value>, Refusal>;

/// Moscow's clock, by which the bank's day ends.
const MOSCOW: i64 = 3;

/// v1/register.do.
pub fn register(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    Ok(registered(world, merchant, body, false, &[])?.1)
}

/// v1/registerPreAuth.do.
pub fn register_two_phase(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    Ok(registered(world, merchant, body, true, &[])?.1)
}

/// Registers an order of this dialect, and says its id and the reply. `further` are parameters that
/// the body has not got.
pub fn registered(
    world: &mut World,
    merchant: &Merchant,
    body: &Body,
    two_phase: bool,
    further: &[(&str, &str)],
) -> Result<(String, Map<String, Value>), Refusal> {
    let lines = cart::read(body, "sell")?;
    let mut further = further.to_vec();
    // A subscription alone costs nothing; the form dialect asks for its feature then.
    if body.param("sbp.scenario") == Some("C2B_SUBSCRIPTION") && body.whole("amount") == Some(0) {
        further.push(("features", "SBP_BINDING"));
    }
    let fields = body.translated(&further);
    let method = if two_phase { form::two_phase } else { form::one_phase };
    let mut reply = method(world, merchant, &fields)?;
    let id = reply.get("orderId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let qrc = body.param("qrType").map(|_| uuid::Uuid::new_v4().simple().to_string());
    world.change(&id, "created", |order, _| {
        order.terms.order_bundle = body.value("orderBundle").cloned();
        order.terms.cart = lines.unwrap_or_default();
        order.ecomm = Some(Side { qrc: qrc.clone(), ..Side::default() });
        Ok(vec![Event { operation: "created", succeeded: true, ..Event::default() }])
    })?;
    let external = external_params(body, &id, qrc.as_deref());
    if !external.is_empty() {
        reply.insert("externalParams".into(), Value::Object(external));
    }
    Ok((id, reply))
}

/// Links into the buyer's bank, for the ways that the registration asked for.
fn external_params(body: &Body, id: &str, qrc: Option<&str>) -> Map<String, Value> {
    let mut external = Map::new();
    let mut put = |name: &str, value: String| external.insert(name.to_owned(), json!(value));
    if body.param("app2app").is_some() || body.param("web2app").is_some() {
        put("sbolDeepLink", format!("sberpay://invoicing/v2?bankInvoiceId={id}"));
        put("sbolBankInvoiceId", id.replace('-', ""));
    }
    if let Some(qrc) = qrc {
        if body.param("qrType") == Some("SBERPAY_DYNAMIC_QR") {
            put("sberPayload", format!("https://sberbank.test/qr/?uuid={qrc}"));
        } else {
            put("sbpPayload", format!("https://qr.nspk.ru/{qrc}"));
            put("sbpDeeplink", format!("bank100000000111://qr.nspk.ru/{qrc}"));
        }
        put("qrcId", qrc.to_owned());
    }
    external
}

/// Whether a payment of this order makes an SBP subscription.
pub fn wants_subscription(order: &Order) -> bool {
    let scenario = order.json_param("sbp.scenario").unwrap_or_default();
    scenario.starts_with("C2B_SUBSCRIPTION")
        || order.json_param("qrType") == Some("SUBSCRIPTION_SBP")
}

/// v1/deposit.do. 0 takes the whole hold.
pub fn deposit(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let (id, amount) = (named(world, merchant, body)?, body.whole("amount").unwrap_or(0));
    let lines = cart::read(body, "sell")?;
    world.change(&id, &format!("deposit of {amount}"), |order, now| {
        order.fiscal.chosen = lines;
        order.deposit(amount, DepositType::Ordinary, now)
    })?;
    Ok(reply::success(&merchant.settings, body.language()))
}

/// v1/reverse.do: a hold before its completion, a purchase on the bank's day of its payment.
pub fn reverse(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = named(world, merchant, body)?;
    let part = body.whole("amount").filter(|amount| *amount > 0);
    let lines = cart::read(body, "sell_refund")?;
    world.change(&id, "reverse", |order, now| {
        let same_day =
            order.deposited_at.is_some_and(|at| clock::day(at, MOSCOW) == clock::day(now, MOSCOW));
        if order.state == State::Deposited && part.is_some_and(|part| part != order.captured) {
            return Err(Refusal::wrong_amount("A purchase is reversed whole"));
        }
        order.fiscal.chosen = lines;
        order.reverse(part, !order.terms.two_phase && same_day, now)
    })?;
    Ok(reply::success(&merchant.settings, body.language()))
}

/// v1/refund.do. A known `jsonParams.externalRefundId` is answered as before and moves nothing.
pub fn refund(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let (id, amount) = (named(world, merchant, body)?, body.whole("amount").unwrap_or(0));
    let external_id = body.param("externalRefundId").map(str::to_owned);
    if external_id.as_ref().is_some_and(|id| !(1..=36).contains(&id.chars().count())) {
        return Err(Refusal::bad_value("externalRefundId"));
    }
    let lines = cart::read(body, "sell_refund")?;
    let slowly = merchant.settings.slow_refunds;
    world.change(&id, &format!("refund of {amount}"), |order, now| {
        order.fiscal.chosen = lines;
        order.begin_refund(amount, external_id, now, slowly)
    })?;
    Ok(reply::success(&merchant.settings, body.language()))
}

/// v1/decline.do. An id and a number must name the same order.
pub fn decline(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = named(world, merchant, body)?;
    world.change(&id, "decline", |order, _| order.decline())?;
    Ok(reply::success(&merchant.settings, body.language()))
}

/// The order that a call names by `orderId`, `orderNumber`, or both.
pub fn named(world: &World, merchant: &Merchant, body: &Body) -> Result<String, Refusal> {
    let number = body.text("orderNumber");
    let Some(id) = body.text("orderId") else {
        let number = number.ok_or_else(Refusal::order_expected)?;
        let id = world.id_of(&merchant.user_name, number).ok_or_else(Refusal::unknown_order)?;
        return of_dialect(world, merchant, &id);
    };
    let id = of_dialect(world, merchant, id)?;
    let known = world.orders.get(&id).map(|order| order.terms.number.as_str());
    if number.is_some() && number != known {
        return Err(Refusal::unknown_order());
    }
    Ok(id)
}

/// An order of this merchant and of this dialect: the two platforms do not know each other's.
pub fn of_dialect(world: &World, merchant: &Merchant, id: &str) -> Result<String, Refusal> {
    let order = world.orders.get(id).filter(|order| order.ecomm.is_some());
    let order = order.ok_or_else(Refusal::unknown_order)?;
    if order.terms.merchant != merchant.user_name {
        return Err(Refusal::access_denied());
    }
    Ok(order.id.clone())
}
