//! `/payment/sbp/<qrId>`: what the buyer's bank would show after the code was read.

use serde_json::json;

use super::payment::{Step, act};
use super::{Qr, QrState, payload, rendered, state};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::rbs::orders::Order;
use crate::rbs::page::words::{money, words};
use crate::rbs::page::{closed, posted, return_address, unknown};
use crate::rbs::templates;
use crate::rbs::world::World;

/// The page of a code, or what a pressed button led to.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let id = call.path.strip_prefix("/payment/sbp/").unwrap_or_default();
    let Some(code) = world.sbp.codes.get(id).cloned() else {
        return templates::scan::answer(world, call, id);
    };
    let Some(order) = world.orders.get(&code.order_id).cloned() else {
        return unknown();
    };
    if call.method != "POST" {
        return shown(&code, &order);
    }
    let Some(step) = posted(call, "do").and_then(|name| Step::named(&name)) else {
        return shown(&code, &order);
    };
    if act(world, id, step).is_err() {
        return closed(&order);
    }
    let terms = &order.terms;
    match step {
        Step::Confirm => Answer::redirect(&call.target()),
        // An address from get.do is used as it is: it may open an application.
        Step::Pay => match code.redirect_url {
            Some(url) => Answer::redirect(&url),
            None => Answer::redirect(&return_address(&terms.return_url, &order)),
        },
        Step::Refuse | Step::BankRefuses => match code.fail_url {
            Some(url) => Answer::redirect(&url),
            None => {
                let url = terms.fail_url.as_ref().unwrap_or(&terms.return_url);
                Answer::redirect(&return_address(url, &order))
            }
        },
    }
}

fn shown(code: &Qr, order: &Order) -> Answer {
    let confirmed = match state::shown(code, order) {
        QrState::Started => false,
        QrState::Confirmed => true,
        _ => return closed(order),
    };
    let words = words(&order.terms.language);
    let names: &[(&str, &str)] = if confirmed {
        &[("pay", "pay"), ("bank_refuses", "bank_refuses")]
    } else {
        &[
            ("pay", "pay"),
            ("refuse", "refuse"),
            ("confirm", "sbp_confirm"),
            ("bank_refuses", "bank_refuses"),
        ]
    };
    let buttons: Vec<_> =
        names.iter().map(|(name, text)| json!({"name": name, "label": words.get(*text)})).collect();
    let text = payload(&code.id);
    render(
        "choice.html",
        &json!({"title": words.get("sbp"),
"language": order.terms.language,
"amount": money(order.terms.amount, &order.terms.currency),
"number": order.terms.number,
"description": order.terms.description,
"problem": confirmed.then(|| words.get("sbp_confirmed")),
"picture": rendered(&text, (200, 200), false),
"text": text,
"buttons": buttons,
"words": words}),
    )
}
