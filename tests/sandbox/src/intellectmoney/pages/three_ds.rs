//! `/intellectmoney/3ds`: the issuer asks for a code.

use serde_json::json;

use super::{closed, onward, sent, unknown};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::invoices::{Invoice, Means, Payment, Step};
use crate::rbs::cards::CODES;
use crate::rbs::page::words::{money, words};

/// Action code of a wrong code.
const WRONG_CODE: i64 = -2006;

/// `Form3DS` of a card: a page that posts its hidden `data` at once.
pub fn form(base_url: &str, token: &str) -> String {
    format!(
        "<form id=\"form3ds\" method=\"post\" action=\"{base_url}/3ds\">\
         <input type=\"hidden\" name=\"data\" value=\"{token}\" /></form>\
         <script>document.getElementById('form3ds').submit();</script>"
    )
}

/// The question, or what an answered one led to.
pub fn answer(installation: &mut Installation, call: &Call) -> Answer {
    let fields = sent(call);
    let found = installation.by_page(fields.text("data")).cloned();
    let found = found.and_then(|invoice| Some((invoice.payment.clone()?, invoice)));
    let Some((payment, invoice)) = found.filter(|(payment, _)| payment.means == Means::BankCard)
    else {
        return unknown();
    };
    if payment.step != Step::SendTo3ds {
        return closed(&invoice);
    }
    let (code, cancel) = (fields.given("code"), fields.given("cancel"));
    if code.is_none() && cancel.is_none() {
        return question(&installation.base_url, &invoice, &payment);
    }
    let passed = cancel.is_none() && code.is_some_and(|code| CODES.contains(&code.trim()));
    let done = installation.change(&invoice.id, "3-D Secure", |invoice, now| match passed {
        true => invoice.pay(None, now),
        false => invoice.fail("3-D Secure failed", Some(WRONG_CODE)),
    });
    if done.is_err() {
        return closed(&invoice);
    }
    let (good, bad) = (payment.success_url.as_ref(), payment.fail_url.as_ref());
    onward(&[if passed { good } else { bad }], &invoice)
}

/// The issuer's question.
pub fn question(base_url: &str, invoice: &Invoice, payment: &Payment) -> Answer {
    let terms = &invoice.terms;
    render(
        "acs.html",
        &json!({"words": words(&terms.language),
"language": terms.language,
"action": format!("{base_url}/3ds"),
"hidden": [{"name": "data", "value": payment.token}],
"amount": money(invoice.asked, &terms.currency),
"pan": payment.masked_pan}),
    )
}
