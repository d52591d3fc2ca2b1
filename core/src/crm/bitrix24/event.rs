//! `parse_event`: outgoing webhooks and the handlers of `event.bind`. An event is a hint to fetch: nothing
//! in it is believed but the id. The portal sends it once, whatever is answered
//! (docs/gateways/bitrix24.md, "Events").

use serde_json::{Value, json};

use super::Bitrix24;
use super::place::{Place, allowed};
use super::received::{self, Posted, prove, scrub, unreadable};
use crate::clock;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::hosts;
use crate::native::origin;
use crate::notification::Answer;
use crate::redact::{self, Mask};

/// The portal does not look at it; a person who reads its log does.
const ANSWER: Answer = Answer {
    ok: (200, "text/plain; charset=utf-8", "ok"),
    retry: (503, "text/plain; charset=utf-8", "try again"),
    reject: (403, "text/plain; charset=utf-8", "not accepted"),
};

/// A deal's `entityTypeId`.
const DEAL: u64 = 2;

pub fn parse_event(portal: &Bitrix24, given: &Fields) -> Result<Fields, Error> {
    let posted: Posted = fields::read(given)?;
    let Some(tokens) = &portal.settings.application_token else {
        let says = "required in the settings for this operation: it alone proves an event";
        return Err(Error::invalid("application_token", says));
    };
    let read = posted.read().and_then(|tree| {
        let auth = tree.get("auth").and_then(Value::as_object);
        let token = auth.and_then(|auth| auth.get("application_token"));
        prove(token, tokens, "auth[application_token]")?;
        let empty = Fields::new();
        let mut reply = authentic(portal, &tree, auth.unwrap_or(&empty))?;
        let mut raw = Value::Object(tree.clone());
        redact::mask(&mut raw, &mask_of);
        reply.insert("answer".into(), ANSWER.to_value());
        reply.insert("raw".into(), raw);
        reply.values_mut().for_each(|value| scrub(value, tokens));
        Ok(reply)
    });
    read.map_err(|mut error| {
        error.answer = Some(ANSWER.to_value());
        error
    })
}

fn authentic(portal: &Bitrix24, tree: &Fields, auth: &Fields) -> Result<Fields, Error> {
    let event = tree.get("event").and_then(Value::as_str).unwrap_or_default().to_ascii_uppercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if event.is_empty() || event.len() > 100 || !event.chars().all(plain) {
        return Err(unreadable("it names no event"));
    }
    let told = |name: &str| tree.get("data")?.get("FIELDS")?.get(name);
    let whole = |name: &str, says: &str| match told(name) {
        None => Ok(None),
        Some(value) => received::id(value).map(Some).ok_or_else(|| unreadable(says)),
    };
    let (about, suffix) = about(&event)?;
    let (id, entity_type_id) = match about {
        // Of these the object is fetched; of others nothing is known, so nothing is read.
        "deal" | "item" | "payment" => {
            let id = whole("ID", "its id is no whole number")?;
            let kind = whole("ENTITY_TYPE_ID", "its entity type is no whole number")?;
            (Some(id.ok_or_else(|| unreadable("it carries no id"))?), kind)
        }
        _ => (None, None),
    };
    let expected = if about == "deal" { Some(DEAL) } else { suffix };
    let entity_type_id = match (entity_type_id, expected) {
        (Some(one), Some(other)) if one != other => {
            return Err(unreadable("its name and its data are of two types"));
        }
        (one, other) => one.or(other),
    };
    if about == "item" && entity_type_id.is_none() {
        return Err(unreadable("it does not say of which type its item is"));
    }
    let text = |name: &str| auth.get(name).and_then(fields::text);
    let endpoint = text("client_endpoint").filter(|url| may_call(portal, url));
    let domain = text("domain").filter(|host| may_call_host(portal, host));
    let handler =
        tree.get("event_handler_id").or_else(|| tree.get("eventId")).and_then(received::id);
    let at = tree.get("ts").and_then(fields::text).and_then(|ts| ts.parse::<i64>().ok());
    let at = at.and_then(|seconds| clock::from_unix_ms(i128::from(seconds) * 1000));
    let reply = json!({
        "event": event,
        "about": about,
        "id": id,
        "entity_type_id": entity_type_id,
        "event_handler_id": handler,
        "at": at.map(clock::print),
        "domain": domain,
        "member_id": text("member_id"),
        "endpoint_allowed": endpoint.is_some(),
        "client_endpoint": endpoint,
        "needs_status": true,
    });
    match reply {
        Value::Object(reply) => Ok(reply),
        _ => Ok(Fields::new()),
    }
}

/// What the event is about, and the entity type that its name ends in.
fn about(event: &str) -> Result<(&'static str, Option<u64>), Error> {
    for name in ["ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE", "ONCRMDYNAMICITEMDELETE"] {
        if let Some(rest) = event.strip_prefix(name) {
            return match rest.strip_prefix('_').map(str::parse) {
                None if rest.is_empty() => Ok(("item", None)),
                Some(Ok(kind)) if kind > 0 => Ok(("item", Some(kind))),
                _ => Err(unreadable("its name ends in no entity type")),
            };
        }
    }
    Ok(match event {
        "ONCRMDEALADD" | "ONCRMDEALUPDATE" | "ONCRMDEALDELETE" | "ONCRMDEALMOVETOCATEGORY" => {
            ("deal", None)
        }
        "ONPAYMENTENTITYSAVED" | "ONPAYMENTDELETED" => ("payment", None),
        _ => ("other", None),
    })
}

/// Whether a place that the event names may be called: the webhook's own, or https on the allow-list.
/// Anybody who knows the token could name another.
fn may_call(portal: &Bitrix24, url: &str) -> bool {
    let settings = &portal.settings;
    let own = settings.place.as_ref().map(Place::origin);
    let clear = !url.contains(|c: char| c.is_whitespace() || c.is_control() || "\\@".contains(c));
    (clear && own == Some(origin(url)))
        || (hosts::https(url).is_some() && allowed(url, &settings.portal_hosts))
}

/// The same for a bare host, with its port where it has one.
fn may_call_host(portal: &Bitrix24, host: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let own = portal.settings.place.as_ref().and_then(|place| place.origin().split_once("://"));
    host.chars().all(plain)
        && (own.is_some_and(|(_, own)| own == host)
            || may_call(portal, &format!("https://{host}/")))
}

fn mask_of(name: &str) -> Option<Mask> {
    match name {
        "access_token" | "refresh_token" | "application_token" | "auth_id" | "refresh_id"
        | "client_secret" | "app_sid" | "code" => Some(Mask::Drop),
        "email" => Some(Mask::Email),
        "phone" => Some(Mask::Tail),
        _ => None,
    }
}
