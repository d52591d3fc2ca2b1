//! `/payment/rest/<method>.do`: credentials, the method, the reply.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::merchants::{ErrorCodeAs, Merchant, Settings};
use super::operations::bindings::{activity, create, list, payment};
use super::operations::cards::{
    enrolment, finish, instant, instant_refund, other_way, payment_order,
};
use super::operations::{
    add_params, close_receipt, external_receipt, last_orders, legacy_status, raw_refund,
    receipt_status,
};
use super::operations::{decline, deposit, refund, register, reverse, status};
use super::refusals::Refusal;
use super::sbp;
use super::world::World;
use super::{page, reply, request_signature};
use crate::clock;
use crate::exchange::{Answer, Call};

type Reply = Map<String, Value>;
type Method = fn(&mut World, &Merchant, &Fields) -> Result<Reply, Refusal>;

/// Methods by their exact names, and whether a public token may call them.
const METHODS: &[(&str, Method, bool)] = &[
    ("register.do", register::one_phase, true),
    ("registerPreAuth.do", register::two_phase, true),
    ("getOrderStatusExtended.do", status::read, true),
    ("deposit.do", deposit::capture, false),
    ("reverse.do", reverse::release, false),
    ("refund.do", refund::give_back, false),
    ("decline.do", decline::close, false),
    ("addParams.do", add_params::add, false),
    (legacy_status::NAME, legacy_status::read, false),
    ("getLastOrdersForMerchants.do", last_orders::list, false),
    ("processRawSumRefund.do", raw_refund::of_sum, false),
    // The heading of the documents and their sample disagree about the name.
    ("processRawPositionRefund.do", raw_refund::of_position, false),
    ("processRawPositionOrderRefund.do", raw_refund::of_position, false),
    ("closeOfdReceipt.do", close_receipt::close, false),
    ("getReceiptStatus.do", receipt_status::read, false),
    // Stands at the origin, beside `/payment`.
    (EXTERNAL_RECEIPT, external_receipt::take, false),
    ("sbp/c2b/qr/dynamic/get.do", sbp::qr::for_person, true),
    ("sbp/c2b/qr/status.do", sbp::state::read, true),
    ("sbp/c2b/qr/dynamic/reject.do", sbp::reject::give_up, false),
    ("sbp/c2b/getBindings.do", sbp::subscriptions::list, false),
    ("sbp/c2b/unBind.do", sbp::subscriptions::unbind, false),
    ("sbp/c2b/getBankListSBP.do", sbp::banks::list, false),
    ("sbp/b2b/qr/dynamic/get.do", sbp::qr::for_company, true),
    ("sbp/b2b/getPayload.do", sbp::b2b::payload, false),
    ("paymentorder.do", payment_order::pay, false),
    ("instantPayment.do", instant::pay, true),
    ("motoPayment.do", instant::moto, true),
    ("verifyCard.do", instant::verify, true),
    ("verifyEnrollment.do", enrolment::read, false),
    ("updateSSLCardList.do", enrolment::trust, false),
    ("finish3dsPayment.do", finish::first, false),
    ("finish3dsVer2Payment.do", finish::second, false),
    ("3ds/continue.do", finish::go_on, true),
    ("paymentotherway.do", other_way::start, false),
    ("instantRefund.do", instant_refund::credit, false),
    ("paymentOrderBinding.do", payment::pay, false),
    ("getBindings.do", list::active, false),
    ("getAllBindings.do", list::all, false),
    ("getBindingsByCardOrId.do", list::by_card, false),
    ("bindCard.do", activity::bind, false),
    ("unBindCard.do", activity::unbind, false),
    ("extendBinding.do", activity::extend, false),
    ("createBindingNoPayment.do", create::store, false),
];

/// Methods of the payment form: their `errorCode` is a number in every installation.
const PAYMENT_FORMS: &[&str] = &[
    "paymentorder.do",
    "paymentOrderBinding.do",
    "paymentotherway.do",
    "finish3dsPayment.do",
    "finish3dsVer2Payment.do",
    "3ds/continue.do",
    "createBindingNoPayment.do",
];

/// Methods that a buyer's browser calls, without credentials.
fn of_browser(world: &mut World, name: &str, call: &Call) -> Option<Answer> {
    if call.method != "POST" && call.method != "GET" {
        return None;
    }
    match name {
        "declineByClient.do" => Some(decline::by_client(world, call)),
        "finish3ds.do" => Some(page::acs::finish_first(world, call)),
        _ => None,
    }
}

/// Path of the receipts of electronic certificates.
pub const EXTERNAL_RECEIPT: &str = "/fes-nspk-proxy/externalReceipt";

/// Answers a call to one method; 404 for a name that differs in so much as a letter's case.
pub fn answer(world: &mut World, name: &str, call: &Call) -> Answer {
    if let Some(answer) = of_browser(world, name, call) {
        return answer;
    }
    let Some((_, method, by_token)) = METHODS.iter().find(|(known, _, _)| *known == name) else {
        return not_found(&call.path);
    };
    if call.method != "POST" && call.method != "GET" {
        return Answer::text(405, "Method Not Allowed").with("allow", "GET, POST");
    }
    world.sweep();
    let registering = name.starts_with("register");
    let fields = match Fields::of(call) {
        Ok(fields) => fields,
        Err(refusal) => return refused(&Settings::default(), &refusal, "en", registering),
    };
    let language = fields.language();
    let mut merchant = match authenticate(world, &fields, *by_token, registering) {
        Ok(merchant) => merchant,
        Err(refusal) => {
            let known = fields.get("userName").and_then(|login| world.merchant(login));
            let settings = known.map(|merchant| merchant.settings.clone()).unwrap_or_default();
            if name == legacy_status::NAME {
                return reply::labelled(&settings, legacy_status::refused(&refusal, language));
            }
            return refused(&settings, &refusal, language, registering);
        }
    };
    if PAYMENT_FORMS.contains(&name) {
        merchant.settings.error_code_as = ErrorCodeAs::Integer;
    }
    let signed = match &merchant.signing_key {
        Some(key) => request_signature::check(key, call),
        None => Ok(()),
    };
    let outcome = signed.and_then(|()| match fields.unknown() {
        Some(name) if merchant.settings.refuse_unknown_parameters => Err(Refusal::bad_value(name)),
        _ => method(world, &merchant, &fields),
    });
    match outcome {
        Ok(reply) => reply::labelled(&merchant.settings, reply),
        Err(refusal) => {
            let settings = &merchant.settings;
            if PAYMENT_FORMS.contains(&name) {
                let mut reply = reply::refused(settings, &refusal, language);
                let flag = name == "createBindingNoPayment.do";
                let error = if flag { json!(true) } else { json!(refusal.text(language)) };
                reply.insert("error".into(), error);
                return reply::labelled(settings, reply);
            }
            if name == "getOrderStatusExtended.do" && !settings.omit_status_on_unknown {
                let mut reply = reply::refused(settings, &refusal, language);
                reply.insert("orderStatus".into(), Value::from(0));
                return reply::labelled(settings, reply);
            }
            if name == legacy_status::NAME {
                return reply::labelled(settings, legacy_status::refused(&refusal, language));
            }
            refused(settings, &refusal, language, registering)
        }
    }
}

/// `GET se/keys.do`: the key that encrypts card data.
pub fn keys(world: &World) -> Answer {
    let pem = world.keys().public_pem().trim().replace('\n', "");
    let keys = json!([{
        "keyValue": pem,
        "protocolVersion": "RSA",
        "keyExpiration": clock::now().saturating_add(365 * 24 * 3_600_000),
    }]);
    Answer::new(200, "application/json;charset=UTF-8", json!({"keys": keys}).to_string())
}

fn refused(settings: &Settings, refusal: &Refusal, language: &str, registering: bool) -> Answer {
    let reply = if registering {
        reply::not_registered(settings, refusal, language)
    } else {
        reply::refused(settings, refusal, language)
    };
    reply::labelled(settings, reply)
}

/// The gateway's page for a path that it has not got.
pub fn not_found(path: &str) -> Answer {
    let path = path.replace('&', "&amp;").replace('<', "&lt;");
    Answer::page(
        404,
        format!("<!doctype html><title>404</title><h1>HTTP Status 404 – Not Found</h1><p>{path}"),
    )
}

/// The merchant whose credentials these are.
pub fn authenticate(
    world: &World,
    fields: &Fields,
    by_token: bool,
    registering: bool,
) -> Result<Merchant, Refusal> {
    let merchant = if let Some(token) = fields.get("token") {
        if !by_token || fields.get("userName").is_some() || fields.get("password").is_some() {
            return Err(Refusal::access_denied());
        }
        world.merchants.iter().find(|merchant| merchant.token == token)
    } else {
        let absent = |name: &str| {
            if registering { Refusal::missing(name) } else { Refusal::access_denied() }
        };
        let login = fields.get("userName").ok_or_else(|| absent("userName"))?;
        let password = fields.get("password").ok_or_else(|| absent("password"))?;
        world.merchant(login).filter(|merchant| merchant.password == password)
    };
    let merchant = merchant.ok_or_else(Refusal::access_denied)?;
    if merchant.settings.must_change_password {
        return Err(Refusal::change_password());
    }
    // Acting for a child merchant needs a permission that nobody has here.
    if fields.get("merchantLogin").is_some_and(|login| login != merchant.user_name) {
        return Err(Refusal::access_denied());
    }
    Ok(merchant.clone())
}
