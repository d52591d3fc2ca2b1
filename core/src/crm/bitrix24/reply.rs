//! The portal's envelope: `{result, total, next, time}`, or `{error, error_description}`.

use serde_json::Value;

use super::refusals;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};

/// An envelope without an error.
pub struct Reply(Fields);

impl Reply {
    /// Reads an answer. Having the key `error` is a failure, whatever stands in it: it may be 0, and it
    /// may be empty.
    pub fn read(response: &HttpResponse, effect: Effect) -> Result<Reply, Error> {
        let envelope = fields::parse(&response.body).map_err(|_| response.unusable(effect))?;
        if envelope.contains_key("error") {
            return Err(refusals::of(response, &envelope, effect));
        }
        match envelope.contains_key("result") && (200..300).contains(&response.status) {
            true => Ok(Reply(envelope)),
            false => Err(response.unusable(effect)),
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

    /// Where the next page of a list starts; none on the last.
    pub fn next(&self) -> Option<u64> {
        number(self.0.get("next")?)
    }
}

/// A whole number, written as one or as text.
pub fn number(value: &Value) -> Option<u64> {
    fields::scalar(value)?.parse().ok()
}
