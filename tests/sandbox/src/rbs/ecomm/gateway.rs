//! `/ecomm/gw/partner/api/...`: the body's table, credentials, the method, the reply.

use serde_json::{Map, Value, json};

use super::super::gateway::not_found;
use super::super::merchants::{Merchant, Settings};
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::fields::{Body, Field};
use super::tables as table;
use super::{accounts, bindings, orders, payments, receipts, recurrent, status};
use crate::exchange::{Answer, Call};

/// What stands before a method's path.
pub const ROOT: &str = "/ecomm/gw/partner/api/";

type Reply = Result<Map<String, Value>, Refusal>;

/// How a method is carried out.
#[derive(Clone, Copy)]
enum Act {
    /// By a merchant.
    Of(fn(&mut World, &Merchant, &Body) -> Reply),
    /// By a merchant; refusals stand in `error`, beside `success`.
    Nested(fn(&mut World, &Merchant, &Body) -> Reply),
    /// By whoever knows the temporary password.
    Open(fn(&mut World, &Body) -> Reply),
}

/// Methods by their exact paths, and their tables.
const METHODS: &[(&str, &[&[Field]], Act)] = &[
    ("v1/register.do", &[table::CALLER, table::REGISTER], Act::Of(orders::register)),
    (
        "v1/registerPreAuth.do",
        &[table::CALLER, table::REGISTER, table::TWO_PHASE],
        Act::Of(orders::register_two_phase),
    ),
    ("v1/deposit.do", &[table::CALLER, table::MOVEMENT], Act::Of(orders::deposit)),
    ("v1/reverse.do", &[table::CALLER, table::REVERSE], Act::Of(orders::reverse)),
    ("v1/refund.do", &[table::CALLER, table::MOVEMENT], Act::Of(orders::refund)),
    ("v1/decline.do", &[table::CALLER, table::ORDER], Act::Of(orders::decline)),
    ("v1/getOrderStatusExtended.do", &[table::CALLER, table::ORDER], Act::Of(status::read)),
    ("v1/paymentOrder.do", &[table::CALLER, table::PAYMENT], Act::Of(payments::by_card)),
    (
        "v1/paymentOrderBinding.do",
        &[table::CALLER, table::BINDING_PAYMENT],
        Act::Of(payments::by_binding),
    ),
    ("v1/paymentSberPay.do", &[table::CALLER, table::SBER_PAY], Act::Of(payments::by_phone)),
    (
        "v1/paymentOrderBySubscription.do",
        &[table::CALLER, table::SUBSCRIPTION_PAYMENT],
        Act::Of(payments::by_subscription),
    ),
    ("v1/finish3dsPayment.do", &[table::CALLER, table::FINISH], Act::Of(payments::finish)),
    (
        "v1/finish3dsMethod.do",
        &[table::CALLER, table::FINISH_METHOD],
        Act::Of(payments::finish_method),
    ),
    ("v1/recurrentPayment.do", &[table::CALLER, table::RECURRENT], Act::Nested(recurrent::pay)),
    ("v1/getBindings.do", &[table::CALLER, table::BINDINGS], Act::Of(bindings::of_client)),
    (
        "v1/getBindingsByCardOrId.do",
        &[table::CALLER, table::BINDINGS_OF_CARD],
        Act::Of(bindings::of_card),
    ),
    ("v1/bindCard.do", &[table::CALLER, table::BINDING], Act::Of(bindings::switch_on)),
    ("v1/unbindCard.do", &[table::CALLER, table::BINDING], Act::Of(bindings::switch_off)),
    ("ofd/v1/doReceipt", &[table::CALLER, table::RECEIPT], Act::Of(receipts::make)),
    ("ofd/v1/getReceiptStatus", &[table::CALLER, table::ORDER], Act::Of(receipts::read)),
    ("ofd/v1/retryReceipt", &[table::CALLER, table::RETRY], Act::Of(receipts::retry)),
    ("accounts/v1/apikey/generate", &[table::CALLER, table::API_KEY], Act::Of(accounts::key)),
    ("accounts/v1/set-permanent-password", &[table::NEW_PASSWORD], Act::Open(accounts::password)),
];

/// Answers a call to one method; 404 for a name that differs in so much as a letter's case.
pub fn answer(world: &mut World, name: &str, call: &Call) -> Answer {
    let Some((_, table, act)) = METHODS.iter().find(|(known, _, _)| *known == name) else {
        return not_found(&call.path);
    };
    if call.method != "POST" {
        return Answer::text(405, "Method Not Allowed").with("allow", "POST");
    }
    let label = call.header("content-type").unwrap_or_default();
    let label = label.split(';').next().unwrap_or_default().trim();
    if !label.eq_ignore_ascii_case("application/json") {
        return Answer::text(415, "Unsupported Media Type");
    }
    world.sweep();
    let read = match call.query {
        // Credentials in an address would end up in logs: nothing is read from there.
        Some(_) => Err(Refusal::bad_value("query")),
        None => Body::read(&call.body, table, name.starts_with("v1/register")),
    };
    let body = match read {
        Ok(body) => body,
        Err(refusal) => return refused(&Settings::default(), *act, &refusal, "ru"),
    };
    let language = body.language();
    let (settings, outcome) = match act {
        Act::Open(method) => (Settings::default(), method(world, &body)),
        Act::Of(method) | Act::Nested(method) => match authenticate(world, &body) {
            Err(refusal) => (Settings::default(), Err(refusal)),
            Ok(merchant) => {
                // Capitals are a habit of old installations; this platform has one spelling.
                let settings = Settings { capitalised: false, ..merchant.settings.clone() };
                (settings, method(world, &merchant, &body))
            }
        },
    };
    match outcome {
        Ok(reply) => reply::labelled(&settings, reply),
        Err(refusal) => refused(&settings, *act, &refusal, language),
    }
}

fn refused(settings: &Settings, act: Act, refusal: &Refusal, language: &str) -> Answer {
    let mut reply = Map::new();
    if matches!(act, Act::Nested(_)) {
        // A number that is taken has a code of its own here.
        let code = if refusal.code == 1 { 10 } else { refusal.code };
        let text = refusal.text(language);
        let error = json!({"code": code.to_string(), "description": text, "message": text});
        reply.insert("success".into(), json!(false));
        reply.insert("error".into(), error);
    } else {
        reply = reply::refused(settings, refusal, language);
    }
    reply::labelled(settings, reply)
}

fn authenticate(world: &World, body: &Body) -> Result<Merchant, Refusal> {
    let login = body.text("userName").unwrap_or_default();
    let password = body.text("password").unwrap_or_default();
    let merchant = world.merchant(login).filter(|merchant| merchant.password == password);
    let merchant = merchant.ok_or_else(Refusal::access_denied)?;
    if merchant.settings.must_change_password {
        return Err(Refusal::change_password());
    }
    if body.text("merchantLogin").is_some_and(|login| login != merchant.user_name) {
        return Err(Refusal::access_denied());
    }
    Ok(merchant.clone())
}
