//! `/intellectmoney/v2/<language>/process/<InvoiceId>/acquiring`: the gateway's own card page.

use serde_json::json;

use super::{closed, onward, sent, three_ds, unknown};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Invoice, Means, Step};
use crate::intellectmoney::merchant::cards::charge;
use crate::intellectmoney::merchant::starts::begun;
use crate::rbs::cards;
use crate::rbs::page::words::{money, words};

/// The page, or what the posted card led to.
pub fn answer(installation: &mut Installation, language: &str, id: &str, call: &Call) -> Answer {
    let Some(invoice) = installation.invoices.get(id).cloned() else {
        return unknown();
    };
    if !invoice.is_open() {
        return closed(&invoice);
    }
    let fields = sent(call);
    if call.method != "POST" {
        return shown(&invoice, language, None);
    }
    let terms = &invoice.terms;
    let failure = [terms.fail_url.as_ref(), terms.back_url.as_ref()];
    if fields.text("do") == "leave" {
        return onward(&failure, &invoice);
    }
    let pan: String = fields.text("$PAN").chars().filter(|sign| !sign.is_whitespace()).collect();
    let answer =
        cards::behaviour(&pan, fields.text("MM"), fields.text("YYYY"), fields.text("$CVC"));
    let mut payment = begun(Means::BankCard, "127.0.0.1");
    payment.success_url.clone_from(&terms.success_url);
    payment.fail_url = failure.iter().flatten().next().map(|url| (*url).clone());
    if charge(installation, id, payment, &pan, answer).is_err() {
        return closed(&invoice);
    }
    let Some(after) = installation.invoices.get(id) else {
        return unknown();
    };
    match &after.payment {
        Some(payment) if payment.step == Step::Ok => onward(&[terms.success_url.as_ref()], after),
        Some(payment) if payment.step == Step::SendTo3ds => {
            three_ds::question(&installation.base_url, after, payment)
        }
        Some(payment) => shown(after, language, payment.message.as_deref()),
        None => unknown(),
    }
}

fn shown(invoice: &Invoice, language: &str, refused: Option<&str>) -> Answer {
    let terms = &invoice.terms;
    let words = words(language);
    let says = words.get("refused").copied().unwrap_or_default();
    render(
        "payment.html",
        &json!({"words": words,
"language": language,
"amount": money(invoice.asked.saturating_sub(invoice.paid), &terms.currency),
"number": terms.order_id,
"description": terms.service_name,
"fault": refused.map(|why| format!("{says}: {why}")),
"may_leave": true}),
    )
}
