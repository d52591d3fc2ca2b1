//! What a gateway answers: told, refused for a documented reason, not found, or of no use.

use serde_json::Value;

use super::call;
use super::condition::Seen;
use super::message::Message;
use super::reading::{Reader, Told};
use super::recipe;
use super::schema::{Condition, Kind, REASONS, Refusal, Response};
use super::shop::Shop;
use super::values::Values;
use crate::error::Error;
use crate::http::{Effect, HttpResponse};
use crate::money::Currency;
use crate::redact;

/// A reply that was understood.
enum Understood {
    /// A success, its values not read yet.
    Success(Message),
    /// There is no such payment now.
    NotFound(Message),
}

/// A reply with its values.
pub enum Reply {
    /// What it tells.
    Told(Box<Told>, Message),
    /// There is no such payment now.
    NotFound,
}

/// The payments that a reply lists; none where there is no such payment now.
pub struct Listed {
    /// Each of them, as the gateway orders them.
    pub told: Vec<Told>,
    /// The whole reply.
    pub message: Message,
    /// False where it is seen to show only some of them.
    pub complete: bool,
}

/// How a reply is read.
pub struct Expectation<'a> {
    pub shop: &'a Shop,
    pub values: &'a Values<'a>,
    pub response: &'a Response,
    pub effect: Effect,
    /// What amounts are read in where the reply tells no currency.
    pub currency: Option<Currency>,
}

impl Expectation<'_> {
    /// Reads it.
    pub fn read(&self, http: &HttpResponse) -> Result<Reply, Error> {
        match self.understand(http)? {
            Understood::Success(message) => {
                Ok(Reply::Told(Box::new(self.told(&message, None)?), message))
            }
            Understood::NotFound(_) => Ok(Reply::NotFound),
        }
    }

    /// Reads it where it may list several; `number` is the order number that was asked for.
    pub fn list(&self, http: &HttpResponse, number: Option<&str>) -> Result<Listed, Error> {
        let message = match self.understand(http)? {
            Understood::Success(message) => message,
            Understood::NotFound(message) => {
                return Ok(Listed { told: Vec::new(), message, complete: true });
            }
        };
        let Some(place) = &self.response.each else {
            let told = vec![self.told(&message, None)?];
            return Ok(Listed { told, message, complete: true });
        };
        let Some(Value::Array(entries)) = message.at(place) else {
            return Err(self.doubt("its list is not there"));
        };
        let mut told = Vec::new();
        for entry in entries {
            let Value::Object(fields) = entry else {
                return Err(self.doubt("its list holds something else than objects"));
            };
            told.push(self.told(&Message::of(fields.clone()), Some(&message))?);
        }
        let another = |one: &Told| {
            one.order_id.as_deref().zip(number).is_some_and(|(one, asked)| one != asked)
        };
        let all = told.len();
        told.retain(|one| !another(one));
        if told.is_empty() && all > 0 {
            // The gateway did not look for the number: that ours is not among them proves nothing.
            return Err(self.doubt("its list holds other orders alone"));
        }
        let complete = told.len() == all;
        Ok(Listed { told, message, complete })
    }

    /// What is made of it before its values are read. A refusal is one only where the descriptor
    /// documents it; of all else a write is in doubt.
    fn understand(&self, http: &HttpResponse) -> Result<Understood, Error> {
        let unusable = || self.unusable(http);
        // Whatever the body says: it may be under way, or another's word (RFC 9110, 6585 and 8470).
        if http.status >= 500 || matches!(http.status, 408 | 425 | 429) {
            return Err(unusable());
        }
        let read = message(self.response.kind, &http.body);
        let Ok(message) = read else {
            // Nothing can be looked up in it: its HTTP status alone may say something, and only where
            // no other server (a proxy, a firewall) wrote a page of its own.
            let empty = Message::default();
            let seen = call::seen(&empty, http);
            let says = |conditions: &[Condition]| {
                let outside = |condition: &&Condition| condition.at.is_none();
                conditions.iter().filter(outside).any(|condition| seen.holds(condition))
            };
            return match http.body.is_empty() && says(&self.response.not_found) {
                true => Ok(Understood::NotFound(empty)),
                false => Err(unusable()),
            };
        };
        let seen = call::seen(&message, http);
        let signed = self.is_signed(&message, &seen)?;
        if seen.any(&self.response.not_found) {
            return Ok(Understood::NotFound(message));
        }
        if let Some(refusal) = &self.response.error
            && seen.any(&refusal.when)
        {
            return Err(refused(refusal, &message, http));
        }
        if !(200..=299).contains(&http.status) {
            return Err(unusable());
        }
        if !seen.all(&self.response.ok) {
            return Err(self.neither());
        }
        if !signed {
            return Err(self.untrusted("it has no signature"));
        }
        Ok(Understood::Success(message))
    }

    /// What a message tells, or an entry of the list in the `whole` of it.
    fn told(&self, message: &Message, whole: Option<&Message>) -> Result<Told, Error> {
        let reader = Reader {
            shop: self.shop,
            message,
            whole,
            values: self.values,
            words: &self.response.status_map,
            order_currency: self.currency,
            // The connection is the gateway's.
            believed: &|_| true,
        };
        let told = reader.read(&self.response.fields);
        told.map_err(|name| self.doubt(&format!("its {name} cannot be read")))
    }

    /// Whether its signature is there; a wrong one is an error. Refusals often have none.
    fn is_signed(&self, message: &Message, seen: &Seen<'_>) -> Result<bool, Error> {
        let places = &self.response.signature;
        let mut given = false;
        for place in places {
            let Some(signature) = seen.signature(place) else { continue };
            given = true;
            let recipe = self.shop.recipe(&place.recipe)?;
            if recipe::matches(recipe, message, self.values, &signature)? {
                return Ok(true);
            }
        }
        match given {
            true => Err(self.untrusted("its signature is wrong")),
            false => Ok(places.is_empty()),
        }
    }

    fn untrusted(&self, says: &str) -> Error {
        let mut error =
            Error::untrusted("reply_signature_mismatch", format!("the gateway's reply: {says}"));
        error.may_have_happened = self.effect == Effect::Write;
        error
    }

    /// A reply of which nothing can be made.
    fn unusable(&self, http: &HttpResponse) -> Error {
        let mut error = http.unusable(self.effect);
        if (200..=299).contains(&http.status) {
            error.message = "the reply cannot be read as the descriptor says".to_owned();
        }
        if self.effect == Effect::Write && (300..=399).contains(&http.status) {
            // There are gateways that answer a success by leading on to its page.
            let says = format!("the gateway leads on to another place (HTTP {})", http.status);
            error = Error::outcome_unknown("redirected", says);
            error.http_status = Some(http.status);
        }
        error
    }

    /// No success, and no error that is documented.
    fn neither(&self) -> Error {
        let says = "the reply is neither a success nor a documented error";
        match self.effect {
            Effect::Write => Error::outcome_unknown("reply_unusable", says),
            Effect::Read => Error::not_done("reply_unusable", says),
        }
    }

    /// A success that does not tell what it must.
    pub fn doubt(&self, says: &str) -> Error {
        let says = format!("the reply reports success, but {says}");
        match self.effect {
            Effect::Write => Error::outcome_unknown("reply_incomplete", says),
            Effect::Read => Error::not_done("reply_incomplete", says),
        }
    }
}

/// The message of a reply.
pub fn message(kind: Kind, body: &[u8]) -> Result<Message, &'static str> {
    match kind {
        Kind::Json => Message::json(body),
        Kind::Xml => Message::xml(body),
        Kind::Form => Message::form(body.trim_ascii(), super::charset::Charset::Utf8),
        Kind::Text => {
            let text = std::str::from_utf8(body).map_err(|_| "bytes that are not UTF-8")?;
            let mut message = Message::default();
            message.fields.insert("text".to_owned(), text.trim().into());
            message.body = body.to_vec();
            Ok(message)
        }
    }
}

fn refused(refusal: &Refusal, message: &Message, http: &HttpResponse) -> Error {
    let at = |place: &Option<String>| place.as_ref().and_then(|name| message.text(name));
    let (code, text) = (at(&refusal.code), at(&refusal.text).map(|text| redact::text(&text)));
    let named = code.as_ref().and_then(|code| refusal.reasons.get(code));
    let reason = REASONS.iter().find(|reason| named.is_some_and(|named| named == *reason));
    let reason = reason.copied().unwrap_or("code_unknown");
    let says = match &code {
        Some(code) => format!("the gateway refused it (code {})", redact::code(code)),
        None => "the gateway refused it".to_owned(),
    };
    let mut error = Error::refused(reason, says);
    error.http_status = Some(http.status);
    match code {
        Some(code) => error.with_code(code, text),
        None => {
            error.text = text;
            error
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::error::Kind;

    fn read(response: Value, effect: Effect, status: u16, body: &str) -> Result<Reply, Error> {
        let shop = Shop::sample(None);
        let values = Values::of(&shop);
        let response = Response::deserialize(response).unwrap();
        let expectation = Expectation {
            shop: &shop,
            values: &values,
            response: &response,
            effect,
            currency: None,
        };
        let body = body.as_bytes().to_vec();
        expectation.read(&HttpResponse { status, headers: Vec::new(), body })
    }

    #[test]
    fn what_cannot_be_read_is_no_refusal_and_no_absence() {
        let response = json!({
            "error": { "when": [{ "at": "/id", "exists": false }] },
            "not_found": [{ "http": true, "is": "404" }, { "at": "/id", "exists": false }],
        });
        for (status, body, kind) in [
            (200, "<html>", Kind::OutcomeUnknown),
            (200, "", Kind::OutcomeUnknown),
            (204, "", Kind::OutcomeUnknown),
            (302, "", Kind::OutcomeUnknown),
            (422, "no", Kind::OutcomeUnknown),
            (500, "{}", Kind::OutcomeUnknown),
            (404, "<html>", Kind::NotDone),
        ] {
            let error = read(response.clone(), Effect::Write, status, body).err().unwrap();
            assert_eq!(error.kind, kind, "{status} {body}");
            let error = read(response.clone(), Effect::Read, status, body).err().unwrap();
            assert_eq!(error.kind, Kind::NotDone, "{status} {body}");
        }
        for body in ["", "{}"] {
            let reply = read(response.clone(), Effect::Read, 404, body).unwrap();
            assert!(matches!(reply, Reply::NotFound));
        }
    }

    #[test]
    fn a_refusal_may_be_unsigned_a_success_may_not() {
        let response = json!({
            "ok": [{ "at": "ok", "is": "yes" }],
            "error": { "when": [{ "at": "error", "exists": true }], "code": "error" },
            "signature": [{ "recipe": "told", "field": "sign" }],
        });
        let kind = |body: &str| match read(response.clone(), Effect::Write, 200, body) {
            Ok(_) => None,
            Err(error) => Some((error.kind, error.may_have_happened)),
        };
        assert_eq!(kind(r#"{"error":"7"}"#), Some((Kind::Refused, false)));
        assert_eq!(kind(r#"{"error":"7","sign":"00"}"#), Some((Kind::Untrusted, true)));
        assert_eq!(kind(r#"{"ok":"yes"}"#), Some((Kind::Untrusted, true)));
        assert_eq!(kind(r#"{"ok":"yes","sign":"00"}"#), Some((Kind::Untrusted, true)));
        // HMAC-SHA256 of "ok=yes" by "w".
        let sign = "3adc0a0933251caf05296d68507b5ed2cd9ee8575f214dacb0e5f6642a3706d9";
        assert_eq!(kind(&format!(r#"{{"ok":"yes","sign":"{sign}"}}"#)), None);
    }

    #[test]
    fn a_reply_is_read_as_its_kind_is_written() {
        for (kind, at, body) in [
            ("json", "/r/id", r#"{"r":{"id":7.10}}"#),
            ("xml", "/r/id", r#"<x:all xmlns:x="urn:pay"><x:r><x:id>7.10</x:id></x:r></x:all>"#),
            ("form", "id", "code=0&id=7%2E10\n"),
            ("text", "text", "\r\n 7.10 "),
        ] {
            let response = json!({ "kind": kind, "fields": { "payment_id": at } });
            let reply = read(response.clone(), Effect::Write, 200, body).unwrap();
            let Reply::Told(told, _) = reply else { panic!("{kind}: there is no such payment") };
            assert_eq!(told.payment_id.as_deref(), Some("7.10"), "{kind}");
            if matches!(kind, "json" | "xml") {
                let error = read(response, Effect::Write, 200, "id=7.10").err().unwrap();
                assert_eq!(error.kind, Kind::OutcomeUnknown, "{kind}");
            }
        }
    }
}
