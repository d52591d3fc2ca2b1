//! Reads the gateway's replies as they really come: codes as text or number or not at all, names in
//! any case, success that is none (docs/gateways/rbs.md, "Replies").

use serde_json::Value;

use super::raw;
use crate::clock::{self, Time};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};

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
}

impl Reply {
    /// The gateway's own JSON decides first, whatever the HTTP status; without it the status does.
    pub fn read(response: &HttpResponse, effect: Effect) -> Result<Reply, Error> {
        let parsed = serde_json::from_slice(&response.body);
        let Ok(Value::Object(fields)) = parsed else {
            return Err(response.unusable(effect));
        };
        let reply = Reply(fields);
        let says_something = reply.says_something();
        if (response.status != 200 && !says_something) || reply.0.is_empty() {
            return Err(response.unusable(effect));
        }
        Ok(reply)
    }

    fn says_something(&self) -> bool {
        ["errorCode", "success", "orderId", "orderStatus"]
            .iter()
            .any(|name| self.get(name).is_some())
            || self.0.get("error").is_some_and(|error| error.get("code").is_some())
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

    /// The order's id: D1 lists it in `attributes`, D4 has an object there, register says `orderId`.
    pub fn order_id(&self) -> Option<String> {
        let listed = self.blocks("attributes").into_iter().find_map(|attribute| {
            (attribute.text("name")? == "mdOrder").then(|| attribute.text("value"))?
        });
        listed.or_else(|| self.block("attributes").text("mdOrder")).or_else(|| self.text("orderId"))
    }

    /// Whether the call was carried out. `success` wins; a missing code is success; a code of zero
    /// beside an `error` text is not.
    pub fn verdict(&self) -> Verdict {
        let inner = self.0.get("error").and_then(Value::as_object);
        let code = self
            .text("errorCode")
            .or_else(|| inner.and_then(|error| text(get(error, "code")?)))
            .unwrap_or_default();
        let zero = code.trim_matches('0').is_empty();
        let flag = |name| self.get(name).and_then(Value::as_bool);
        if flag("success") == Some(false) || flag("error") == Some(true) || !zero {
            return Verdict::Failed(code);
        }
        let error_text =
            self.0.get("error").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if error_text || self.text("errorTypeName").is_some() {
            return Verdict::DressedUp;
        }
        Verdict::Accepted
    }

    /// The gateway's own words for a failure.
    pub fn error_text(&self) -> Option<String> {
        let inner = self.block("error");
        self.text("errorMessage")
            .or_else(|| self.0.get("error").and_then(Value::as_str).map(str::to_owned))
            .or_else(|| inner.text("message"))
            .or_else(|| inner.text("description"))
    }

    /// The reply as it may be shown.
    pub fn raw(&self) -> Value {
        raw::shown(&self.0)
    }
}

fn get<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    fields.get(name).or_else(|| {
        fields.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => None,
        other => fields::scalar(other).filter(|text| !text.is_empty()),
    }
}
