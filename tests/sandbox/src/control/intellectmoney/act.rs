//! What a test makes happen to an invoice: the buyer, the bank, the cabinet, the sender of webhooks.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::error;
use super::invoices;
use crate::clock;
use crate::courier::Attempt;
use crate::exchange::Answer;
use crate::intellectmoney::HoldEnd;
use crate::intellectmoney::amount;
use crate::intellectmoney::webhooks::{self, Notification};
use crate::sandbox::Sandbox;

/// An act. Which fields matter depends on `do`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    r#do: String,
    /// Decimal text.
    amount: Option<String>,
    status: Option<u8>,
    times: Option<u32>,
    reverse_order: Option<bool>,
    /// `true` or a kind: `status`, `order`, `amount`, `hash`, `unsigned`, `repeated`, `payment_id`,
    /// `refund_amount`.
    tamper: Option<Value>,
}

const ACTS: &[&str] = &["pay", "fail", "capture", "refund", "expire", "end_hold", "redeliver"];

/// `POST /sandbox/invoices/<InvoiceId>/act`: answers the invoice as it is afterwards.
pub async fn act(sandbox: &Arc<Sandbox>, id: &str, act: Act) -> Answer {
    if act.r#do == "redeliver" {
        return redeliver(sandbox, id, &act).await;
    }
    if !ACTS.contains(&act.r#do.as_str()) {
        return error(400, &format!("do: expected one of {}", ACTS.join(", ")));
    }
    let wanted = act.amount.as_deref().map(|text| amount(text).ok_or("amount: expected 10.00"));
    let wanted = match wanted.transpose() {
        Ok(wanted) => wanted,
        Err(fault) => return error(400, fault),
    };
    let mut installation = sandbox.intellectmoney();
    let Some(invoice) = installation.invoices.get(id) else {
        return error(404, "there is no such invoice");
    };
    let end = match installation.eshop(&invoice.terms.eshop_id).map(|eshop| eshop.settings.hold_end)
    {
        None | Some(HoldEnd::Stays) => HoldEnd::Released,
        Some(end) => end,
    };
    let what = format!("act: {}", act.r#do);
    let done = installation.change(id, &what, |invoice, now| match act.r#do.as_str() {
        "pay" => invoice.pay(wanted, now),
        "fail" => invoice.fail("The payment was declined", Some(116)),
        "capture" => invoice.capture(now),
        "refund" => invoice.give_back(wanted, "amount", now),
        "end_hold" => invoice.end_hold(end, now),
        _ => invoice.cancel(),
    });
    match done {
        Ok(()) => invoices::shown_by_id(&installation, id),
        Err(refusal) => Answer::json(409, &json!({"error": refusal.text, "code": refusal.code})),
    }
}

/// Webhooks once more, one attempt each: duplicated, out of order, or tampered with.
async fn redeliver(sandbox: &Arc<Sandbox>, id: &str, wanted: &Act) -> Answer {
    let mut places: Vec<(usize, Notification)> = {
        let installation = sandbox.intellectmoney();
        let Some(invoice) = installation.invoices.get(id) else {
            return error(404, "there is no such invoice");
        };
        let chosen = |(_, sent): &(usize, Notification)| {
            wanted.status.is_none_or(|status| status == sent.status)
        };
        invoice.notifications.iter().cloned().enumerate().filter(chosen).collect()
    };
    if places.is_empty() {
        return error(409, "there is no such webhook");
    }
    if wanted.reverse_order == Some(true) {
        places.reverse();
    }
    let kind = match &wanted.tamper {
        None | Some(Value::Bool(false) | Value::Null) => None,
        Some(Value::Bool(true)) => Some("status"),
        Some(Value::String(kind)) => Some(kind.as_str()),
        Some(_) => return error(400, "tamper: expected true or a kind"),
    };
    let mut sent = Vec::new();
    for (place, mut notification) in places {
        if let Some(kind) = kind {
            let Some(body) = webhooks::tampered(&notification.body, kind) else {
                return error(400, "tamper: the kind is not known");
            };
            notification.body = body;
        }
        for _ in 0..wanted.times.unwrap_or(1).min(100) {
            let at = clock::rfc3339(clock::now());
            let result = webhooks::send(&sandbox.courier, &notification).await;
            let result = result.unwrap_or_else(|why| why);
            sent.push(json!({
                "status": notification.status,
                "url": notification.url,
                "body": notification.body,
                "result": result,
            }));
            let label = if kind.is_some() { "tampered" } else { "redelivery" };
            let attempt = Attempt { at, result: format!("{label}: {result}") };
            sandbox.intellectmoney().record_attempt(id, place, attempt, false);
        }
    }
    Answer::json(200, &json!({"sent": sent}))
}
