//! `/sandbox/...`, or `/control/...`: what tests and people use to look into the sandbox and to steer it.

mod act;
mod bindings;
mod bitrix24;
mod declared;
mod intellectmoney;
mod merchants;
mod orders;
mod schedules;
mod tls;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::exchange::{Answer, Call};
use crate::faults::Armed;
use crate::rbs::cards::CARDS;
use crate::rbs::ecomm::gateway::ROOT as ECOMM;
use crate::rbs::wallet_tokens::Wanted;
use crate::sandbox::Sandbox;

/// Answers a control request.
pub async fn answer(sandbox: &Arc<Sandbox>, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.split('/').skip(2).filter(|part| !part.is_empty()).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("GET", [] | ["config"]) => Answer::json(200, &config(sandbox)),
        ("POST", ["config"]) => match body(call) {
            Ok(change) => match merchants::change_all(sandbox, change) {
                Ok(()) => Answer::json(200, &config(sandbox)),
                Err(fault) => error(400, &fault),
            },
            Err(answer) => answer,
        },
        ("GET", ["orders"]) if wants_html(call) => orders::page(sandbox),
        ("GET", ["orders"]) => orders::list(sandbox),
        ("GET", ["orders.html"]) => orders::page(sandbox),
        ("DELETE", ["orders"]) => {
            sandbox.world().forget_orders();
            Answer::json(200, &json!({"orders": []}))
        }
        ("GET", ["orders", id]) => orders::one(sandbox, id),
        ("POST", ["orders", id, "act"]) => match body(call) {
            Ok(order) => act::act(sandbox, id, order).await,
            Err(answer) => answer,
        },
        ("GET", ["tasks"]) => schedules::list(sandbox),
        ("POST", ["tasks", uuid, "act"]) => match body(call) {
            Ok(order) => schedules::act(sandbox, uuid, &order),
            Err(answer) => answer,
        },
        ("POST", ["templates", id, "act"]) => match body(call) {
            Ok(order) => schedules::act_on_template(sandbox, id, &order),
            Err(answer) => answer,
        },
        ("POST", ["merchants"]) => match body(call) {
            Ok(change) => merchants::change(sandbox, change),
            Err(answer) => answer,
        },
        ("GET", ["bindings"]) => bindings::list(sandbox),
        ("POST", ["bindings", id]) => match body(call) {
            Ok(change) => bindings::change(sandbox, id, change),
            Err(answer) => answer,
        },
        ("POST", ["tokens"]) => match body::<Wanted>(call) {
            Ok(wanted) => bindings::token(&wanted),
            Err(answer) => answer,
        },
        (_, ["bitrix24", rest @ ..]) => bitrix24::answer(sandbox, call, rest).await,
        (_, ["declared", rest @ ..]) => declared::answer(sandbox, call, rest).await,
        (_, ["eshops" | "invoices" | "invoices.html" | "schedules", ..]) => {
            intellectmoney::answer(sandbox, call, &path).await
        }
        ("GET", ["faults"]) => Answer::json(200, &sandbox.faults.list()),
        ("POST", ["faults"]) => match body::<Armed>(call) {
            Ok(fault) => {
                sandbox.faults.arm(fault);
                Answer::json(200, &sandbox.faults.list())
            }
            Err(answer) => answer,
        },
        ("DELETE", ["faults"]) => {
            sandbox.faults.clear();
            Answer::json(200, &sandbox.faults.list())
        }
        ("GET", ["requests"]) => Answer::json(200, &json!({"requests": sandbox.requests()})),
        ("DELETE", ["requests"]) => {
            sandbox.forget_requests();
            Answer::json(200, &json!({"requests": []}))
        }
        (_, ["tls"]) => tls::answer(sandbox, call),
        (method, _) => error(404, &format!("nothing answers {method} {}", call.path)),
    }
}

fn config(sandbox: &Sandbox) -> Value {
    let world = sandbox.world();
    let merchants: Vec<Value> = world
        .merchants
        .iter()
        .map(|merchant| merchants::shown(merchant, sandbox.rsa.public_pem()))
        .collect();
    json!({
        "base_url": format!("{}/payment", sandbox.base_url),
        "origin": sandbox.base_url,
        "ecomm_url": format!("{}{}", sandbox.base_url, ECOMM.trim_end_matches('/')),
        // A phone reads https://qr.nspk.ru/<qrId>; a browser here opens this page instead.
        "sbp_page": format!("{}/payment/sbp/<qrId>", sandbox.base_url),
        "refused_url": sandbox.refused_url,
        "tls_root": sandbox.tls.as_ref().map(|tls| &tls.root),
        "merchants": merchants,
        "intellectmoney": intellectmoney::config(sandbox),
        "declared": declared::config(sandbox),
        "bitrix24": {"base_url": format!("{}/bitrix24", sandbox.base_url)},
        "cards": CARDS,
        "replay": sandbox.replay.names(),
    })
}

/// An error of the control interface; the gateway has its own.
fn error(status: u16, text: &str) -> Answer {
    Answer::json(status, &json!({"error": text}))
}

fn body<T: DeserializeOwned>(call: &Call) -> Result<T, Answer> {
    serde_json::from_slice(&call.body).map_err(|fault| error(400, &fault.to_string()))
}

fn wants_html(call: &Call) -> bool {
    call.header("accept").is_some_and(|accept| accept.contains("text/html"))
}
