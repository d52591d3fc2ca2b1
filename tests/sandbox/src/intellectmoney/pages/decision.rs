//! The page behind a link or a QR code: the lender's for instalments, the bank's for the SBP and
//! wallets. `approve` or `pay`, `refuse`, or `leave` without a decision.

use serde_json::json;

use super::{buttons, closed, onward, sent, unknown};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Invoice, Means, Payment, Step};
use crate::rbs::page::words::{money, words};

/// Action code of a refusal.
const REFUSED: i64 = 116;

/// `/intellectmoney/<paylate|sbp|gazprompay|sberpay|mirpay>/<token>`.
pub fn answer(installation: &mut Installation, folder: &str, token: &str, call: &Call) -> Answer {
    let found = installation.by_page(token).cloned();
    let found = found.and_then(|invoice| Some((invoice.payment.clone()?, invoice)));
    let Some((payment, invoice)) =
        found.filter(|(payment, _)| payment.means.folder() == folder && folder != "3ds")
    else {
        return unknown();
    };
    if payment.step != Step::SendTo3ds {
        return closed(&invoice);
    }
    if call.method != "POST" {
        return shown(&invoice, &payment);
    }
    let pressed = sent(call);
    let yes = pressed.text("do");
    let terms = &invoice.terms;
    let failure = [
        payment.fail_url.as_ref(),
        terms.fail_url.as_ref(),
        terms.back_url.as_ref(),
        payment.success_url.as_ref(),
    ];
    let (done, addresses) = match yes {
        "approve" | "pay" => (
            installation.change(&invoice.id, &format!("{folder}: approved"), |invoice, now| {
                invoice.pay(None, now)
            }),
            [payment.success_url.as_ref(), terms.success_url.as_ref(), None, None],
        ),
        "refuse" => (
            installation.change(&invoice.id, &format!("{folder}: refused"), |invoice, _| {
                invoice.fail("The payment was declined", Some(REFUSED))
            }),
            failure,
        ),
        "leave" => (Ok(()), failure),
        _ => return shown(&invoice, &payment),
    };
    match done {
        Ok(()) => onward(&addresses, &invoice),
        Err(_) => closed(&invoice),
    }
}

fn shown(invoice: &Invoice, payment: &Payment) -> Answer {
    let terms = &invoice.terms;
    let words = words(&terms.language);
    let yes = if payment.means == Means::Bnpl { "approve" } else { "pay" };
    render(
        "choice.html",
        &json!({"title": words.get(payment.means.folder()),
"language": terms.language,
"amount": money(invoice.asked.saturating_sub(invoice.paid), &terms.currency),
"number": terms.order_id,
"description": terms.service_name,
"buttons": buttons(&[yes, "refuse", "leave"], &terms.language),
"words": words}),
    )
}
