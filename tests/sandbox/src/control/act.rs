//! What a test makes happen to an order: the buyer, the bank, the cabinet, the courier.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{error, orders};
use crate::exchange::Answer;
use crate::rbs::cards::{self, Behaviour};
use crate::rbs::orders::CardEntry;
use crate::rbs::transitions::DepositType;
use crate::sandbox::Sandbox;

mod redeliver;

/// An act. Which fields matter depends on `do`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    r#do: String,
    pan: Option<String>,
    month: Option<String>,
    year: Option<String>,
    cvc: Option<String>,
    /// Whether the buyer ticks that the card shall be stored.
    store: Option<bool>,
    amount: Option<i64>,
    external_refund_id: Option<String>,
    action_code: Option<i64>,
    operation: Option<String>,
    times: Option<u32>,
    reverse_order: Option<bool>,
    /// `true` or a kind: `status`, `order`, `checksum`, `unsigned`, `repeated`.
    tamper: Option<Value>,
}

const ACTS: &[&str] = &[
    "pay",
    "decline",
    "start_3ds",
    "pending",
    "expire",
    "deposit",
    "reverse",
    "refund",
    "finish_refund",
    "lapse_hold",
    "redeliver",
];

/// `POST /sandbox/orders/<mdOrder>/act`: answers the order as it is afterwards.
pub async fn act(sandbox: &Arc<Sandbox>, id: &str, act: Act) -> Answer {
    if act.r#do == "redeliver" {
        return redeliver::redeliver(sandbox, id, &act).await;
    }
    if !ACTS.contains(&act.r#do.as_str()) {
        return error(400, &format!("do: expected one of {}", ACTS.join(", ")));
    }
    let mut world = sandbox.world();
    let Some(order) = world.orders.get(id) else {
        return error(404, "there is no such order");
    };
    let amount = act.amount;
    if amount.is_some_and(|amount| amount < 0) {
        return error(400, "amount: must not be negative");
    }
    let asked = amount.unwrap_or(order.terms.amount);
    let (card, behaviour) = card_of(&act);
    if let Some(order) = world.orders.get_mut(id) {
        order.wants_storing |= act.store == Some(true);
    }
    let what = format!("act: {}", act.r#do);
    let done = world.change(id, &what, |order, now| match act.r#do.as_str() {
        "pay" => match behaviour {
            Behaviour::Accepted | Behaviour::Challenge => order.accept(&card, asked, now),
            Behaviour::Refused(code) => order.refuse(&card, code, false, now),
            Behaviour::RefusedForGood(code) => order.refuse(&card, code, true, now),
        },
        "decline" => order.refuse(&card, act.action_code.unwrap_or(116), true, now),
        "start_3ds" => order.challenge(card),
        "pending" => order.pend(act.action_code.unwrap_or(-30_001)),
        "deposit" => order.deposit(amount.unwrap_or(0), DepositType::Ordinary, now),
        "reverse" => order.reverse(amount, true, now),
        "refund" => order.refund(amount.unwrap_or(0), act.external_refund_id, now),
        "finish_refund" => order.finish_refund(now),
        "lapse_hold" => {
            order.hold_lapsed = true;
            Ok(Vec::new())
        }
        _ => order.expire(),
    });
    match (done, world.orders.get(id)) {
        (Ok(()), Some(order)) => Answer::json(200, &orders::shown(order, &sandbox.base_url)),
        (Err(refusal), _) => {
            Answer::json(409, &json!({"error": refusal.text("en"), "code": refusal.code}))
        }
        (Ok(()), None) => error(404, "there is no such order"),
    }
}

/// The card of a payment; what is not given is taken from the test card.
fn card_of(act: &Act) -> (CardEntry, Behaviour) {
    let pan = act.pan.clone().unwrap_or_else(|| "4444555511113333".into());
    let known = cards::by_pan(&pan);
    let month = act.month.clone().or(known.map(|card| card.month.to_owned())).unwrap_or_default();
    let last = known.and_then(|card| card.years.last()).map(|year| (*year).to_owned());
    let year = act.year.clone().or(last).unwrap_or_default();
    let cvc = act.cvc.clone().or(known.map(|card| card.cvc.to_owned())).unwrap_or_default();
    let behaviour = cards::behaviour(&pan, &month, &year, &cvc);
    let entry = CardEntry { pan, expiration: format!("{year}{month}"), holder: "TEST CARD".into() };
    (entry, behaviour)
}
