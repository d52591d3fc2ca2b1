//! The payment page and the issuer's page, as a buyer's browser sees them
//! (`docs/gateways/rbs.md`, Payment page).

use serde_json::json;

use super::cards::{self, Behaviour};
use super::orders::{CardEntry, Order, State};
use super::world::World;
use crate::exchange::{Answer, Call};
use crate::html::render;

pub(super) mod words;

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
    let entered = Entered::of(call);
    if let Some(field) = entered.fault() {
        return form(&order, Some(field));
    }
    match cards::behaviour(&entered.pan, &entered.month, &entered.year, &entered.cvc) {
        Behaviour::Accepted => accept(world, &order, &entered.card()),
        Behaviour::Challenge => {
            let card = entered.card();
            let _ = world.change(&order.id, "3-D Secure started", |order, _| order.challenge(card));
            Answer::redirect(&format!("/payment/acs.html?mdOrder={}", order.id))
        }
        Behaviour::Refused(code) => refuse(world, &order, call, &entered.card(), code, false),
        Behaviour::RefusedForGood(code) => refuse(world, &order, call, &entered.card(), code, true),
    }
}

/// The issuer's page, which asks for a code.
pub fn acs(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let Some(order) = order_of(world, call) else {
        return unknown();
    };
    let Some(card) = order.challenge.clone().filter(|_| order.state == State::Challenged) else {
        return closed(&order);
    };
    if call.method != "POST" {
        let words = words(&order.terms.language);
        return render(
            "acs.html",
            &json!({"words": words,
"language": order.terms.language,
"id": order.id,
"amount": money(order.terms.amount, &order.terms.currency),
"pan": cards::masked(&card.pan)}),
        );
    }
    let typed = posted(call, "code").unwrap_or_default();
    let codes = cards::by_pan(&card.pan).map_or(&[][..], |known| known.codes);
    let passed = posted(call, "cancel").is_none() && codes.contains(&typed.trim());
    if passed {
        accept(world, &order, &card)
    } else {
        refuse(world, &order, call, &card, -2006, false)
    }
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

/// Path and query of an order's payment page.
pub(super) fn form_address(order: &Order) -> String {
    format!(
        "/payment/merchants/{}/{}payment_{}.html?mdOrder={}",
        order.terms.merchant, order.terms.page_prefix, order.terms.language, order.id
    )
}

/// The merchant's URL with `orderId` and `lang`, before a fragment and after an own query.
pub(super) fn return_address(url: &str, order: &Order) -> String {
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

struct Entered {
    pan: String,
    month: String,
    year: String,
    cvc: String,
    holder: String,
}

impl Entered {
    fn of(call: &Call) -> Self {
        let field = |name: &str| posted(call, name).unwrap_or_default();
        let pan = field("$PAN").chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
        Self {
            pan,
            month: field("MM").trim().to_owned(),
            year: field("YYYY").trim().to_owned(),
            cvc: field("$CVC").trim().to_owned(),
            holder: field("TEXT").trim().to_owned(),
        }
    }

    /// The field that is not filled in well; that is no attempt to pay.
    fn fault(&self) -> Option<&'static str> {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&self.pan) || !(12..=19).contains(&self.pan.len()) {
            return Some("pan");
        }
        let month = self.month.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month));
        if !month || !digits(&self.year) || !matches!(self.year.len(), 2 | 4) {
            return Some("expiry");
        }
        if !digits(&self.cvc) || !matches!(self.cvc.len(), 3 | 4) {
            return Some("cvc");
        }
        None
    }

    fn card(&self) -> CardEntry {
        let century = if self.year.len() == 2 { "20" } else { "" };
        CardEntry {
            pan: self.pan.clone(),
            expiration: format!("{century}{}{:0>2}", self.year, self.month),
            holder: self.holder.clone(),
        }
    }
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
