//! What a buyer's browser sees: the payment page, the banks' and lenders' pages behind `Form3DS`.

mod card;
mod decision;
mod form;
pub mod three_ds;
mod transfer;

use serde_json::{Value, json};

use super::fields::Fields;
use super::installation::Installation;
use super::invoices::{Invoice, State};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::rbs::page::words::words;

/// Answers a page below `/intellectmoney/`.
pub fn answer(installation: &mut Installation, name: &str, call: &Call) -> Answer {
    if !matches!(call.method.as_str(), "GET" | "HEAD" | "POST") {
        return Answer::text(405, "Method Not Allowed").with("allow", "GET, HEAD, POST");
    }
    installation.sweep();
    let path: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    match path.as_slice() {
        [] => form::answer(installation, None, call),
        [language @ ("ru" | "en")] => form::answer(installation, Some(language), call),
        ["v2", language, "process", id, "acquiring"] => {
            card::answer(installation, language, id, call)
        }
        ["3ds"] => three_ds::answer(installation, call),
        ["transfer", token] => transfer::answer(installation, token, call),
        [folder, token] => decision::answer(installation, folder, token, call),
        _ => unknown(),
    }
}

/// Fields of a form or of a link.
fn sent(call: &Call) -> Fields {
    if call.method == "POST" {
        Fields::of_form(&call.body)
    } else {
        Fields::of_form(call.query.as_deref().unwrap_or_default().as_bytes())
    }
}

/// Buttons of a page, by name.
fn buttons(names: &[&str], language: &str) -> Value {
    let words = words(language);
    names.iter().map(|name| json!({"name": name, "label": words.get(*name)})).collect()
}

/// To the first address there is, or to a page that says how it ended.
fn onward(addresses: &[Option<&String>], invoice: &Invoice) -> Answer {
    match addresses.iter().flatten().next() {
        Some(url) => Answer::redirect(url),
        None => closed(invoice),
    }
}

/// What stands where an invoice can no longer be paid.
fn closed(invoice: &Invoice) -> Answer {
    let language = &invoice.terms.language;
    let words = words(language);
    let name = if invoice.state == State::Cancelled { "declined" } else { "processed" };
    let text = words.get(name).copied();
    let number = &invoice.terms.order_id;
    render(
        "closed.html",
        &json!({"words": words, "language": language, "text": text, "number": number}),
    )
    .with_status(410)
}

fn unknown() -> Answer {
    let words = words("ru");
    let text = words.get("unknown").copied();
    render("closed.html", &json!({"words": words, "language": "ru", "text": text})).with_status(404)
}
