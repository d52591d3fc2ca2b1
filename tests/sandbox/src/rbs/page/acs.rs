//! The issuer's pages: for the gateway's own payment page, and for payments that a merchant's server
//! started (the gateway's documents).

use serde_json::{Value, json};

use super::super::cards;
use super::super::ecomm::payments::cres;
use super::super::operations::cards::finish::check_answer;
use super::super::orders::{CardEntry, Order, State};
use super::super::payments::form::{creq, pa_req};
use super::super::payments::three_ds::{self, Leg, Stage};
use super::super::payments::{self, Outcome};
use super::super::world::World;
use super::words::{money, words};
use super::{accept, closed, order_of, posted, refuse, unknown, way_back};
use crate::base64;
use crate::exchange::{Answer, Call};
use crate::html::render;

/// `/payment/acs.html`: the buyer came from the payment page.
pub fn from_page(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let Some(order) = order_of(world, call) else {
        return unknown();
    };
    let Some(card) = order.challenge.clone().filter(|_| order.state == State::Challenged) else {
        return closed(&order);
    };
    if call.method != "POST" {
        let action = format!("/payment/acs.html?mdOrder={}", order.id);
        return question(&order, &card, &action, &[]);
    }
    if passed(call, &card) {
        accept(world, &order, &card)
    } else {
        refuse(world, &order, call, &card, -2006, false)
    }
}

/// Whether the buyer typed a code of the card and did not cancel.
fn passed(call: &Call, card: &CardEntry) -> bool {
    let typed = posted(call, "code").unwrap_or_default();
    let codes = cards::by_pan(&card.pan).map_or(cards::CODES, |known| known.codes);
    posted(call, "cancel").is_none() && codes.contains(&typed.trim())
}

fn question(order: &Order, card: &CardEntry, action: &str, hidden: &[(&str, String)]) -> Answer {
    let hidden: Vec<Value> =
        hidden.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    render(
        "acs.html",
        &json!({
            "words": words(&order.terms.language),
            "language": order.terms.language,
            "action": action,
            "hidden": hidden,
            "amount": money(order.terms.amount, &order.terms.currency),
            "pan": cards::masked(&card.pan),
        }),
    )
}

/// `/payment/acs/challenge`: the merchant's page posted `creq`, or `MD`, `PaReq` and `TermUrl`.
pub fn challenge(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let field = |name: &str| posted(call, name).unwrap_or_default();
    let first = posted(call, "PaReq").is_some();
    let id = if first { Some(field("MD")) } else { trans_id(&field("creq")) };
    let id = if first { id } else { id.and_then(|id| three_ds::order_of(world, &id)) };
    let Some(order) = id.and_then(|id| world.orders.get(&id)).cloned() else {
        return unknown();
    };
    let session = order.three_ds.clone().filter(|session| session.stage == Stage::Challenge);
    let fits = |version: u8| version == if first { 1 } else { 2 };
    let Some(session) = session.filter(|session| fits(session.version)) else {
        return closed(&order);
    };
    if first && field("PaReq") != pa_req(&order) {
        return unknown();
    }
    let term_url = field("TermUrl");
    if first && !["http://", "https://"].iter().any(|scheme| term_url.starts_with(scheme)) {
        return Answer::text(400, "TermUrl: expected an http address");
    }
    if posted(call, "code").is_none() && posted(call, "cancel").is_none() {
        let hidden = if first {
            ["MD", "PaReq", "TermUrl"].map(|name| (name, field(name))).to_vec()
        } else {
            vec![("creq", field("creq"))]
        };
        return question(&order, &session.card, "/payment/acs/challenge", &hidden);
    }
    let stage = Stage::Answered { passed: passed(call, &session.card) };
    if let Some(kept) = world.orders.get_mut(&order.id).and_then(|order| order.three_ds.as_mut()) {
        kept.stage = stage;
    }
    if first {
        return post_on(&order, &term_url, &[("MD", order.id.clone()), ("PaRes", session.answer)]);
    }
    match &session.finish_url {
        Some(url) if order.ecomm.is_some() => {
            let answered = world.orders.get(&order.id).map(cres).unwrap_or_default();
            post_on(&order, url, &[("cRes", answered)])
        }
        Some(url) => Answer::redirect(url),
        None => finished(world, &order.id),
    }
}

/// `threeDSServerTransID` of a packed CReq.
fn trans_id(creq: &str) -> Option<String> {
    let message: Value = serde_json::from_slice(&base64::decode(creq)?).ok()?;
    message.get("threeDSServerTransID")?.as_str().map(str::to_owned)
}

/// The gateway charges or refuses, and sends the browser back to the shop.
fn finished(world: &mut World, id: &str) -> Answer {
    let done = three_ds::finish(world, id).is_ok();
    match world.orders.get(id) {
        Some(order) if done => Answer::redirect(&way_back(order)),
        Some(order) => closed(order),
        None => unknown(),
    }
}

/// `finish3ds.do`: the browser brings `PaRes` to the gateway's own `termUrl`.
pub fn finish_first(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let id = posted(call, "MD").unwrap_or_default();
    let answer = posted(call, "PaRes").unwrap_or_default();
    match check_answer(world, &id, &answer) {
        Ok(()) => finished(world, &id),
        Err(_) => world.orders.get(&id).map_or_else(unknown, closed),
    }
}

/// `acsRedirect.do?orderId=`: whatever is next in the order's authentication.
pub fn redirect(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let query = call.query.as_deref().unwrap_or_default();
    let id = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "orderId");
    let Some(order) = id.and_then(|(_, id)| world.orders.get(id.as_ref())).cloned() else {
        return unknown();
    };
    let Some(session) = &order.three_ds else {
        return match order.state {
            State::Challenged => {
                Answer::redirect(&format!("/payment/acs.html?mdOrder={}", order.id))
            }
            _ => closed(&order),
        };
    };
    let outcome = match session.stage {
        Stage::Method => payments::go_on(world, &order.id, &Leg::default()),
        _ => Ok(Outcome::Challenge),
    };
    let Some(order) = world.orders.get(&order.id) else {
        return unknown();
    };
    match outcome {
        Ok(Outcome::Challenge) if session.version == 1 => {
            let term_url = format!("{}/payment/rest/finish3ds.do", world.base_url);
            let fields =
                [("MD", order.id.clone()), ("PaReq", pa_req(order)), ("TermUrl", term_url)];
            post_on(order, "/payment/acs/challenge", &fields)
        }
        Ok(Outcome::Challenge) => {
            post_on(order, "/payment/acs/challenge", &[("creq", creq(order))])
        }
        Ok(_) => Answer::redirect(&way_back(order)),
        Err(_) => closed(order),
    }
}

/// A page that posts a form as soon as it is shown.
fn post_on(order: &Order, url: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<Value> =
        fields.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let language = &order.terms.language;
    render(
        "post_on.html",
        &json!({"words": words(language), "language": language, "url": url, "fields": fields}),
    )
}

/// The method URLs: a browser is looked at and nothing is shown.
pub fn method() -> Answer {
    Answer::page(200, "<!doctype html><title>3-D Secure</title>")
}
