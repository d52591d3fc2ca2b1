//! Methods whose body is JSON and whose path stands beside `rest` (the gateway's documents):
//! credentials, the method, the reply in its envelope.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::merchants::Merchant;
use super::operations::bindings::merchant_initiated;
use super::operations::cards::industry_practice;
use super::operations::wallets::{google, in_app, network_token, yandex};
use super::refusals::Refusal;
use super::request_signature;
use super::world::World;
use crate::exchange::{Answer, Call};

type Reply = Map<String, Value>;
type Method = fn(&mut World, &Merchant, &Fields) -> Result<Reply, Refusal>;

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Login {
    /// `userName` and `password`.
    Camel,
    /// The same, or a public token.
    CamelOrToken,
    /// `username` and `password`: no other spelling is promised.
    Lower,
    /// `merchant`, no password: the payment token is what is trusted.
    Merchant,
}

/// How an error is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Envelope {
    /// `{success: false, error: {code: 10, ...}}`.
    Number,
    /// `{success: false, error: {code: "10", ...}}`.
    Text,
    /// `{errorCode: "1", errorMessage, error: true}`.
    Flat,
}

use Envelope::{Flat, Number, Text};
use Login::{Camel, CamelOrToken, Lower};

const METHODS: &[(&str, Method, Login, Envelope)] = &[
    ("recurrentPayment.do", merchant_initiated::recurrent, Camel, Text),
    ("installmentPayment.do", merchant_initiated::instalment, CamelOrToken, Flat),
    ("industryPractice/paymentOrder.do", industry_practice::pay, Camel, Text),
    ("token/payment.do", network_token::pay, Camel, Number),
    ("applepay/payment.do", in_app::apple, Login::Merchant, Number),
    ("applepay/paymentDirect.do", in_app::apple_direct, Lower, Number),
    ("google/payment.do", google::pay, Login::Merchant, Number),
    ("google/paymentDirect.do", google::direct, Lower, Number),
    ("samsung/payment.do", in_app::samsung, Login::Merchant, Number),
    ("samsung/paymentDirect.do", in_app::samsung_direct, Lower, Number),
    ("samsungWeb/payment.do", in_app::samsung, Login::Merchant, Number),
    ("mir/payment.do", in_app::mir, Lower, Number),
    ("mir/paymentDirect.do", in_app::mir, Lower, Number),
    ("yandex/payment.do", yandex::pay, Lower, Number),
    ("yandex/paymentDirect.do", yandex::register, Lower, Number),
    ("yandex/instantPayment.do", yandex::register, Lower, Number),
];

/// Answers a call below `/payment/`, or says that no JSON method has this path.
pub fn answer(world: &mut World, path: &str, call: &Call) -> Option<Answer> {
    if let Some(rest) = path.strip_prefix("mir/") {
        let parts: Vec<&str> = rest.split('/').collect();
        if let [login, id, name @ ("callback.do" | "certificate.do")] = parts.as_slice() {
            return Some(in_app::mir_hook(world, login, id, name, call));
        }
    }
    let (name, method, login, envelope) = METHODS.iter().find(|(known, ..)| *known == path)?;
    if call.method != "POST" {
        return Some(Answer::text(405, "Method Not Allowed").with("allow", "POST"));
    }
    world.sweep();
    // The documents do not say how this one's body is written: both forms are read.
    let read = if *name == "industryPractice/paymentOrder.do" && call.is_form() {
        Ok(Fields::of(call))
    } else {
        Fields::of_json(call)
    };
    let fields = match read {
        Ok(fields) => fields,
        Err(answer) => return Some(answer),
    };
    let language = match &fields {
        Ok(fields) => fields.language().to_owned(),
        Err(_) => "en".into(),
    };
    let outcome = fields.and_then(|fields| {
        let merchant = authenticate(world, &fields, *login)?;
        if let Some(key) = &merchant.signing_key {
            request_signature::check(key, call)?;
        }
        if let Some(name) = fields.unknown().filter(|_| merchant.settings.refuse_unknown_parameters)
        {
            return Err(Refusal::bad_value(name));
        }
        method(world, &merchant, &fields)
    });
    let reply = outcome.unwrap_or_else(|refusal| refused(&refusal, *envelope, &language));
    Some(Answer::new(200, "application/json;charset=UTF-8", Value::Object(reply).to_string()))
}

fn authenticate(world: &World, fields: &Fields, login: Login) -> Result<Merchant, Refusal> {
    let denied = || Refusal::access_denied();
    let by_name = |name: &str| fields.get(name).and_then(|login| world.merchant(login));
    let merchant = match (login, fields.get("token")) {
        (Login::Merchant, _) => by_name("merchant"),
        (CamelOrToken, Some(token)) if fields.get("password").is_none() => {
            world.merchants.iter().find(|merchant| merchant.token == token)
        }
        (CamelOrToken, Some(_)) => None,
        _ => {
            let name = if login == Lower { "username" } else { "userName" };
            by_name(name).filter(|merchant| fields.get("password") == Some(&merchant.password))
        }
    };
    let merchant = merchant.ok_or_else(denied)?;
    if merchant.settings.must_change_password {
        return Err(Refusal::change_password());
    }
    if fields.get("merchantLogin").is_some_and(|login| login != merchant.user_name) {
        return Err(denied());
    }
    Ok(merchant.clone())
}

fn refused(refusal: &Refusal, envelope: Envelope, language: &str) -> Reply {
    // 1 is the bank's refusal here, so that a used number has a code of its own; wrong credentials
    // share it.
    let wallet = envelope == Number && *refusal == Refusal::access_denied();
    let code = if refusal.code == 1 || wallet { 10 } else { refusal.code };
    let text = refusal.text(language);
    let error = |code: Value| {
        let mut reply = Map::new();
        reply.insert("success".into(), json!(false));
        let description = refusal.text("en");
        let error = json!({"code": code, "description": description, "message": text});
        reply.insert("error".into(), error);
        reply
    };
    match envelope {
        Number => error(json!(code)),
        Text => error(json!(code.to_string())),
        Flat => {
            let mut reply = Map::new();
            reply.insert("errorCode".into(), json!(refusal.code.to_string()));
            reply.insert("errorMessage".into(), json!(text));
            reply.insert("error".into(), json!(true));
            reply
        }
    }
}
