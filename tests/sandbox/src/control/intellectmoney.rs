//! Shops and invoices of IntellectMoney: looked at and steered.

mod act;
mod eshops;
mod invoices;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{body, error};
use crate::exchange::{Answer, Call};
use crate::intellectmoney::eshops::Settings;
use crate::intellectmoney::{ACTIVATION_AMOUNT, ACTIVATION_CARD, charge_again, decimal};
use crate::sandbox::Sandbox;

/// Answers `/sandbox/eshops`, `/sandbox/invoices`, `/sandbox/schedules`.
pub async fn answer(sandbox: &Arc<Sandbox>, call: &Call, path: &[&str]) -> Answer {
    match (call.method.as_str(), path) {
        ("POST", ["eshops"]) => {
            body(call).map_or_else(std::convert::identity, |change| eshops::change(sandbox, change))
        }
        ("GET", ["invoices"]) => invoices::list(sandbox),
        ("GET", ["invoices.html"]) => invoices::page(sandbox),
        ("DELETE", ["invoices"]) => {
            sandbox.intellectmoney().forget();
            Answer::json(200, &json!({"invoices": []}))
        }
        ("GET", ["invoices", id]) => invoices::one(sandbox, id),
        ("POST", ["invoices", id, "act"]) => match body(call) {
            Ok(order) => act::act(sandbox, id, order).await,
            Err(answer) => answer,
        },
        ("POST", ["schedules", id, "act"]) => match body(call) {
            Ok(order) => charge(sandbox, id, &order),
            Err(answer) => answer,
        },
        (method, _) => error(404, &format!("nothing answers {method} {}", call.path)),
    }
}

/// What `GET /sandbox/config` says of this gateway.
pub fn config(sandbox: &Sandbox) -> Value {
    let installation = sandbox.intellectmoney();
    json!({
        // The hosts api., merchant. and p2p. in one.
        "base_url": installation.base_url,
        // A phone reads https://qr.nspk.ru/<qrId>; a browser here opens this page instead.
        "sbp_page": format!("{}/sbp/<qrId>", installation.base_url),
        "eshops": installation.eshops,
        "activation_card": {"pan": ACTIVATION_CARD, "amount": decimal(ACTIVATION_AMOUNT)},
        "default_settings": Settings::default(),
    })
}

/// `do` of a schedule: `charge`, or `fail`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleAct {
    r#do: String,
}

fn charge(sandbox: &Sandbox, id: &str, order: &ScheduleAct) -> Answer {
    let pays = match order.r#do.as_str() {
        "charge" => true,
        "fail" => false,
        _ => return error(400, "do: expected charge or fail"),
    };
    let mut installation = sandbox.intellectmoney();
    match charge_again(&mut installation, id, pays) {
        Ok(invoice) => invoices::shown_by_id(&installation, &invoice),
        Err(refusal) => error(409, &refusal.text),
    }
}
