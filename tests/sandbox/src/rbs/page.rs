//! The payment page and the issuer's page, as a buyer's browser sees them
//! (`docs/gateways/rbs.md`, Payment page).

use serde_json::json;

use super::bindings::Binding;
use super::cards::{self, Behaviour};
use super::orders::{CardEntry, Order, State};
use super::payments::Instrument;
use super::world::World;
use crate::exchange::{Answer, Call};
use crate::html::render;

pub mod acs;
mod entered;
pub mod other_way;
pub mod words;

use entered::Entered;
use words::{money, words};

/// `payment_<lang>.html?mdOrder=`: the form, or what a posted form led to.
pub fn payment(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let Some(order) = order_of(world, call) else {
        return unknown();
    };
    if call.method != "POST" {
        return match order.state {
            State::Created => form(&order, None),
            State::Challenged => {
                Answer::redirect(&format!("/payment/acs.html?mdOrder={}", order.id))
            }
            _ => closed(&order),
        };
    }
    if order.state != State::Created {
        return closed(&order);
    }
    let stored = stored_card(world, &order);
    let entered = Entered::of(call);
    if let Some(field) = entered.fault(stored.is_some()) {
        return form(&order, Some(field));
    }
    let instrument = match &stored {
        Some(binding) => Instrument::stored(binding, Some(&entered.cvc)),
        None => Instrument::typed(entered.card(), Some(&entered.cvc), "CARD"),
    };
    if let Some(kept) = world.orders.get_mut(&order.id) {
        kept.way = instrument.way;
        kept.stored.clone_from(&instrument.binding);
        kept.wants_storing = entered.store;
        kept.three_ds = None;
        kept.eci = 7;
    }
    let card = instrument.card;
    match instrument.behaviour {
        Behaviour::Accepted => accept(world, &order, &card),
        Behaviour::Challenge => {
            let _ = world.change(&order.id, "3-D Secure started", |order, _| order.challenge(card));
            Answer::redirect(&format!("/payment/acs.html?mdOrder={}", order.id))
        }
        Behaviour::Refused(code) => refuse(world, &order, call, &card, code, false),
        Behaviour::RefusedForGood(code) => refuse(world, &order, call, &card, code, true),
    }
}

/// The only card that may pay this order, while it may.
fn stored_card(world: &World, order: &Order) -> Option<Binding> {
    let id = order.terms.binding_id.as_ref()?;
    world.usable_binding(&order.terms.merchant, id).ok().cloned()
}

fn accept(world: &mut World, order: &Order, card: &CardEntry) -> Answer {
    let amount = order.terms.amount;
    let done = world.change(
        &order.id,
        &format!("paid with {}", cards::masked(&card.pan)),
        |order, now| order.accept(card, amount, now),
    );
    if done.is_err() {
        return closed(order);
    }
    Answer::redirect(&return_address(&order.terms.return_url, order))
}

/// Where the browser goes when the payment is over, one way or the other.
pub fn way_back(order: &Order) -> String {
    let paid = order.action_code == 0 && order.state != State::Created;
    let failed = order.terms.fail_url.as_ref().filter(|_| !paid);
    return_address(failed.unwrap_or(&order.terms.return_url), order)
}

fn refuse(
    world: &mut World,
    order: &Order,
    call: &Call,
    card: &CardEntry,
    code: i64,
    for_good: bool,
) -> Answer {
    let what = format!("{} refused with {code}", cards::masked(&card.pan));
    let done = world.change(&order.id, &what, |order, now| order.refuse(card, code, for_good, now));
    let state = world.orders.get(&order.id).map(|order| order.state);
    match (done, state) {
        (Ok(()), Some(State::Created)) if call.path.ends_with("/acs.html") => {
            Answer::redirect(&form_address(order))
        }
        (Ok(()), Some(State::Created)) => Answer::redirect(&call.target()),
        (Ok(()), _) => {
            let url = order.terms.fail_url.as_ref().unwrap_or(&order.terms.return_url);
            Answer::redirect(&return_address(url, order))
        }
        (Err(_), _) => closed(order),
    }
}

/// The payment page's path.
pub fn form_address(order: &Order) -> String {
    format!(
        "/payment/merchants/{}/{}payment_{}.html?mdOrder={}",
        order.terms.merchant, order.terms.page_prefix, order.terms.language, order.id
    )
}

/// The merchant's URL with `orderId` and `lang`, before a fragment and after an own query.
pub fn return_address(url: &str, order: &Order) -> String {
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joiner = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{joiner}orderId={}&lang={}{fragment}", order.id, order.terms.language)
}

/// A value of a posted form.
pub(super) fn posted(call: &Call, name: &str) -> Option<String> {
    let found = form_urlencoded::parse(&call.body).find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

fn order_of(world: &World, call: &Call) -> Option<Order> {
    let query = call.query.as_deref().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, id) = pairs.find(|(name, _)| name == "mdOrder")?;
    let order = world.orders.get(id.as_ref())?;
    // A page stands in its merchant's folder; the short form of the published sample names none.
    let mut folders = call.path.trim_start_matches("/payment/merchants/").split('/');
    let own = match (folders.next(), folders.next()) {
        (Some(login), Some(_)) if call.path.starts_with("/payment/merchants/") => {
            login == order.terms.merchant
        }
        _ => true,
    };
    own.then(|| order.clone())
}

fn form(order: &Order, fault: Option<&str>) -> Answer {
    let words = words(&order.terms.language);
    let refused = order.authorization.is_some() && order.action_code != 0;
    render(
        "payment.html",
        &json!({"fault": fault.and_then(|field| words.get(&format!("fault_{field}")).copied()),
"words": words,
"language": order.terms.language,
"amount": money(order.terms.amount, &order.terms.currency),
"description": order.terms.description,
"number": order.terms.number,
"attempts_left": order.attempts_left,
"stored": order.terms.binding_id.is_some(),
"may_store": order.terms.client_id.is_some() && !order.has_feature("BINDING_NOT_NEEDED"),
"refused": refused.then(|| cards::action_text(order.action_code)),
"action_code": order.action_code}),
    )
}

/// What stands where an order can no longer be paid.
pub(super) fn closed(order: &Order) -> Answer {
    let words = words(&order.terms.language);
    let text = match (order.state, order.action_code) {
        (State::Declined, -2007 | -2009) => words.get("expired").copied(),
        (State::Declined, _) => words.get("declined").copied(),
        _ => words.get("processed").copied(),
    };
    let language = &order.terms.language;
    render(
        "closed.html",
        &json!({"words": words,
"language": language,
"text": text,
"number": order.terms.number}),
    )
    .with_status(410)
}

/// What stands where there is no order.
pub(super) fn unknown() -> Answer {
    let words = words("en");
    render(
        "closed.html",
        &json!({"words": words,
"language": "en",
"text": words.get("unknown").copied()}),
    )
    .with_status(404)
}

#[cfg(test)]
mod tests;
