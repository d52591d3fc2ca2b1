//! What a page's buttons do, without a browser, and notifications once more.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::error;
use crate::clock;
use crate::courier::Attempt;
use crate::declared::{deliveries, tampering};
use crate::exchange::Answer;
use crate::sandbox::Sandbox;

/// `POST /sandbox/declared/orders/<id>/act`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    #[serde(alias = "do")]
    act: String,
    amount: Option<String>,
    #[serde(default)]
    switches: Map<String, Value>,
    place: Option<usize>,
    times: Option<u32>,
    tamper: Option<String>,
}

const ACTS: &[&str] =
    &["pay", "hold", "capture", "pending", "fail", "cancel", "expire", "refund", "dispute"];

/// Takes a step with an order, by its id or its number.
pub async fn act(sandbox: &Arc<Sandbox>, name: &str, wanted: Act) -> Answer {
    let id = {
        let installation = sandbox.declared();
        let known = installation.orders.values().rev();
        let found = known.clone().find(|order| order.id == name);
        match found.or_else(|| known.clone().find(|order| order.number == name)) {
            Some(order) => order.id.clone(),
            None => return error(404, "there is no such order"),
        }
    };
    if wanted.act == "redeliver" {
        return redeliver(sandbox, &id, &wanted).await;
    }
    if !ACTS.contains(&wanted.act.as_str()) {
        return error(400, &format!("act: expected redeliver or one of {}", ACTS.join(", ")));
    }
    let amount = wanted.amount.as_deref();
    match deliveries::act(sandbox, &id, &wanted.act, amount, &wanted.switches).await {
        Ok(()) => super::order(sandbox, &id),
        Err(says) => error(409, &says),
    }
}

/// One attempt of each notification, or of the one in its place.
async fn redeliver(sandbox: &Arc<Sandbox>, id: &str, wanted: &Act) -> Answer {
    let (shop, all) = {
        let installation = sandbox.declared();
        let order = installation.orders.get(id);
        match installation.shop_of(id).cloned().zip(order) {
            Some((shop, order)) => (shop, order.notifications.clone()),
            None => return error(404, "there is no such order"),
        }
    };
    let mut sent = Vec::new();
    for (place, notification) in all.into_iter().enumerate() {
        if wanted.place.is_some_and(|only| only != place) {
            continue;
        }
        let notification = match wanted.tamper.as_deref() {
            None => notification,
            Some(what) => match tampering::tampered(&shop, &notification, what) {
                Some(forged) => forged,
                None => return error(400, "tamper: this notification has nothing of that"),
            },
        };
        for _ in 0..wanted.times.unwrap_or(1).min(100) {
            let outcome = deliveries::post(sandbox, &shop, &notification).await;
            let delivered = outcome.is_ok();
            let result = outcome.unwrap_or_else(|why| why);
            let label = if wanted.tamper.is_some() { "tampered" } else { "redelivery" };
            let record =
                Attempt { at: clock::rfc3339(clock::now()), result: format!("{label}: {result}") };
            sandbox.declared().attempted(id, place, record, delivered && wanted.tamper.is_none());
            sent.push(json!({
                "place": place,
                "status": notification.status,
                "url": notification.url,
                "body": notification.body,
                "headers": notification.headers,
                "delivered": delivered,
                "result": result,
            }));
        }
    }
    if sent.is_empty() {
        return error(409, "there is no such notification");
    }
    Answer::json(200, &json!({"sent": sent}))
}
