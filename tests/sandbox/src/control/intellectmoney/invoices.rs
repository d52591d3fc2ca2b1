//! Invoices as tests and people see them.

use serde_json::{Value, json};

use super::super::error;
use crate::clock;
use crate::exchange::Answer;
use crate::html::render;
use crate::intellectmoney::decimal;
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::Invoice;
use crate::sandbox::Sandbox;

/// Everything about an invoice, its payment's real step even where looks lag behind.
pub fn shown(invoice: &Invoice, base_url: &str) -> Value {
    let terms = &invoice.terms;
    let payment = invoice.payment.as_ref().map(|payment| {
        let folder = payment.means.folder();
        json!({
            "means": payment.means.preference(),
            "step": payment.step.names().0,
            "message": payment.message,
            "page": (folder != "3ds").then(|| format!("{base_url}/{folder}/{}", payment.token)),
        })
    });
    json!({
        "invoice_id": invoice.id,
        "eshop_id": terms.eshop_id,
        "order_id": terms.order_id,
        "status": invoice.state.number(),
        "state": invoice.state.word(),
        "amount": decimal(terms.amount),
        "asked": decimal(invoice.asked),
        "paid": decimal(invoice.paid),
        "refunded": decimal(invoice.refunded),
        "currency": terms.currency,
        "hold": terms.hold,
        "recurring": terms.recurring,
        "source": terms.source,
        "description": terms.service_name,
        "payment": payment,
        "form_url": format!("{base_url}/{}/?InvoiceId={}", terms.language, invoice.id),
        "created_at": clock::rfc3339(invoice.created_at),
        "history": invoice.history,
        "notifications": invoice.notifications,
    })
}

/// One invoice of an installation that is held.
pub fn shown_by_id(installation: &Installation, id: &str) -> Answer {
    match installation.invoices.get(id) {
        Some(invoice) => Answer::json(200, &shown(invoice, &installation.base_url)),
        None => error(404, "there is no such invoice"),
    }
}

/// `GET /sandbox/invoices/<InvoiceId>`.
pub fn one(sandbox: &Sandbox, id: &str) -> Answer {
    shown_by_id(&sandbox.intellectmoney(), id)
}

fn all(installation: &Installation) -> Vec<Value> {
    installation.invoices.values().map(|invoice| shown(invoice, &installation.base_url)).collect()
}

/// `GET /sandbox/invoices`, oldest first.
pub fn list(sandbox: &Sandbox) -> Answer {
    Answer::json(200, &json!({"invoices": all(&sandbox.intellectmoney())}))
}

/// `GET /sandbox/invoices.html`, newest first.
pub fn page(sandbox: &Sandbox) -> Answer {
    let mut invoices = all(&sandbox.intellectmoney());
    invoices.reverse();
    render("invoices.html", &json!({"invoices": invoices, "language": "en"}))
}
