//! The portal's envelope: `{result, total, next, time}`, or `{error, error_description}`.

use serde_json::Value;

use super::refusals;
use crate::clock::Time;
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};

/// An envelope without an error.
pub struct Reply(Fields);

impl Reply {
    /// Reads an answer. Having the key `error` is a failure, whatever stands in it: it may be 0, and it
    /// may be empty. `now` is when it was asked.
    pub fn read(response: &HttpResponse, effect: Effect, now: Time) -> Result<Reply, Error> {
        let envelope = fields::parse(&response.body).map_err(|_| unusable(response, effect))?;
        if envelope.contains_key("error") {
            return Err(refusals::of(response, &envelope, effect, now));
        }
        match envelope.contains_key("result") && (200..300).contains(&response.status) {
            true => Ok(Reply(envelope)),
            false => Err(unusable(response, effect)),
        }
    }

    /// What went round the loop of Steps.
    pub fn of(envelope: Fields) -> Reply {
        Reply(envelope)
    }

    /// `{result, total, next, time}` as it came.
    pub fn into_fields(self) -> Fields {
        self.0
    }

    /// What the method answered.
    pub fn result(&self) -> &Value {
        self.0.get("result").unwrap_or(&Value::Null)
    }

    /// An object inside the result, such as `item`.
    pub fn object(&self, name: &str) -> Option<&Fields> {
        self.result().get(name)?.as_object()
    }

    /// The rows of a list: `result` itself, or the list of this name in it.
    pub fn rows(&self, name: &str) -> Option<&Vec<Value>> {
        match self.result() {
            Value::Array(rows) => Some(rows),
            other => other.get(name)?.as_array(),
        }
    }

    /// How many rows a list says it has.
    pub fn total(&self) -> Option<u64> {
        number(self.0.get("total")?)
    }

    /// Where the next page of a list starts; none on the last.
    pub fn next(&self) -> Option<u64> {
        number(self.0.get("next")?)
    }
}

/// What an answer means that is not the portal's envelope: a page of its server, of a proxy, of somebody
/// else. A write is in doubt whatever the status, since a filter in between may have put its page in the
/// place of an answer; but a redirect that asks for the same once more was not run.
pub fn unusable(response: &HttpResponse, effect: Effect) -> Error {
    let told = response.unusable(effect);
    let asks_again = matches!(response.status, 301 | 302 | 307 | 308);
    let mut error = match (told.kind, effect) {
        (Kind::NotDone, Effect::Write) if !asks_again => {
            let mut error = Error::outcome_unknown(told.reason, "");
            error.retry_after_ms = told.retry_after_ms;
            error.body.clone_from(&told.body);
            error
        }
        _ => told,
    };
    error.http_status = Some(response.status);
    error.message = match (error.reason, response.status) {
        ("redirected", status) => format!("the portal answers with a redirect ({status})"),
        ("http_refused", status) => format!(
            "HTTP {status} without the portal's own words: wrong webhook_url or \
             oauth.client_endpoint, or no access from this address"
        ),
        ("reply_unreadable", _) => "the answer is not the portal's JSON".to_owned(),
        ("unavailable", status) => format!("HTTP {status} without the portal's own words"),
        _ => return error,
    };
    error
}

/// A whole number, written as one or as text.
pub fn number(value: &Value) -> Option<u64> {
    fields::scalar(value)?.parse().ok()
}
