//! Reads the gateway's replies as they really come: codes as text or number or not at all, names in
//! any case, success that is none (docs/gateways/rbs.md, "Replies").

use serde_json::Value;

use super::raw;
use crate::clock::{self, Time};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::HttpResponse;
use crate::native::Native;
use crate::redact;

/// A reply: a JSON object, whatever it is labelled as.
pub struct Reply(Fields);

/// What the reply says of the call.
pub enum Verdict {
    /// Carried out, as far as the reply goes.
    Accepted,
    /// Code 0 and yet an error text: a refusal dressed as success.
    DressedUp,
    /// Refused, with this code (empty where there was only a flag).
    Failed(String),
    /// Success and a code that denies it.
    Contradictory(String),
}

impl Reply {
    /// The gateway's own JSON decides first, whatever the HTTP status; without it the status does.
    /// An object in which nothing is the gateway's (a firewall's, a proxy's) is no reply of it.
    pub fn read(response: &HttpResponse, native: &Native) -> Result<Reply, Error> {
        match serde_json::from_slice(&response.body) {
            Ok(Value::Object(fields)) if Reply::is_ours(&fields, native) => {
                let reply = Reply(fields);
                // An error needs no code where HTTP says so; a refusal is one under any status.
                let fine = (200..=299).contains(&response.status);
                match reply.verdict() {
                    Verdict::Accepted | Verdict::DressedUp if !fine => {
                        Err(response.unusable(native.effect))
                    }
                    _ => Ok(reply),
                }
            }
            _ => Err(response.unusable(native.effect)),
        }
    }

    fn is_ours(fields: &Fields, native: &Native) -> bool {
        let known =
            ["errorCode", "errorMessage", "success", "orderId", "orderStatus", "actionCode"];
        let own = native.reply.iter().filter_map(|told| told.name.split('.').next());
        // A field by the name of `error` or `status` alone is anybody's.
        let own = own.filter(|name| !matches!(*name, "error" | "status" | "info"));
        let word = fields.get("status").and_then(Value::as_str);
        known.into_iter().chain(own).any(|name| get(fields, name).is_some())
            || matches!(word, Some("SUCCESS" | "FAIL"))
            || fields.get("error").is_some_and(|error| error.get("code").is_some())
    }

    /// A field by its path, dots leading into objects.
    pub fn at(&self, path: &str) -> Option<&Value> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
        let mut value = self.get(first)?;
        for name in rest.into_iter().flat_map(|rest| rest.split('.')) {
            value = get(value.as_object()?, name)?;
        }
        Some(value)
    }

    /// A text or number by its path.
    pub fn text_at(&self, path: &str) -> Option<String> {
        text(self.at(path)?)
    }

    /// A field by its name; failing that, by its name in another case.
    pub fn get(&self, name: &str) -> Option<&Value> {
        get(&self.0, name)
    }

    /// A text or number as text; empty is absent.
    pub fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?)
    }

    /// A whole number of zero or more, sent as a number or as text.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// Whether a field is there and yet no number: then it is not "absent", and nothing follows.
    pub fn unreadable(&self, name: &str) -> bool {
        self.get(name).is_some() && self.number(name).is_none()
    }

    /// A block inside the reply.
    pub fn block(&self, name: &str) -> Reply {
        match self.get(name) {
            Some(Value::Object(fields)) => Reply(fields.clone()),
            _ => Reply(Fields::new()),
        }
    }

    /// The blocks of a list inside the reply.
    pub fn blocks(&self, name: &str) -> Vec<Reply> {
        let Some(Value::Array(list)) = self.get(name) else {
            return Vec::new();
        };
        list.iter().filter_map(Value::as_object).map(|fields| Reply(fields.clone())).collect()
    }

    /// A moment, sent as Unix milliseconds.
    pub fn moment(&self, name: &str) -> Option<Time> {
        clock::from_unix_ms(self.text(name)?.parse().ok()?)
    }

    /// The order's id: D1 lists it in `attributes`, D4 has an object there, register says `orderId`,
    /// wallets say it in `data`.
    pub fn order_id(&self) -> Option<String> {
        let listed = self.blocks("attributes").into_iter().find_map(|attribute| {
            (attribute.text("name")? == "mdOrder").then(|| attribute.text("value"))?
        });
        let at = |path| self.text_at(path);
        listed
            .or_else(|| at("attributes.mdOrder"))
            .or_else(|| at("orderId"))
            .or_else(|| at("data.orderId"))
            .or_else(|| at("mdOrder"))
    }

    /// Whether the call was carried out. A missing code is success; a code of zero beside an `error`
    /// text is not; `success` beside a code that says otherwise is neither.
    pub fn verdict(&self) -> Verdict {
        let inner = self.0.get("error").and_then(Value::as_object);
        let code = self
            .text("errorCode")
            .or_else(|| inner.and_then(|error| text(get(error, "code")?)))
            .unwrap_or_default();
        let zero = code.trim_matches('0').is_empty();
        match (self.flag("success"), self.flag("error")) {
            (Some(true), _) if !zero => return Verdict::Contradictory(code),
            (Some(false), _) | (_, Some(true)) => return Verdict::Failed(code),
            // Templates and tasks say SUCCESS or FAIL.
            _ if self.text("status").as_deref() == Some("FAIL") => return Verdict::Failed(code),
            _ if !zero => return Verdict::Failed(code),
            _ => {}
        }
        let error_text =
            self.0.get("error").and_then(Value::as_str).filter(|_| self.flag("error").is_none());
        if error_text.is_some_and(|text| !text.is_empty()) || self.text("errorTypeName").is_some() {
            return Verdict::DressedUp;
        }
        Verdict::Accepted
    }

    /// A boolean, sent as one or as its word.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(word) => word.parse().ok(),
            _ => None,
        }
    }

    /// The gateway's own words for a failure, as far as they may be shown.
    pub fn error_text(&self) -> Option<String> {
        let inner = self.block("error");
        self.text("errorMessage")
            .or_else(|| self.0.get("error").and_then(Value::as_str).map(str::to_owned))
            .or_else(|| inner.text("message"))
            .or_else(|| inner.text("description"))
            .map(|text| redact::text(&text))
    }

    /// The reply as it may be shown.
    pub fn raw(&self) -> Value {
        raw::shown(&self.0)
    }
}

fn get<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    let given = |value: &&Value| !value.is_null();
    fields.get(name).filter(given).or_else(|| {
        let mut others = fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        others.find(|(_, value)| given(value)).map(|(_, value)| value)
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => None,
        other => fields::scalar(other).filter(|text| !text.is_empty()),
    }
}
