//! The same parameters out of a JSON body: scalars as text, what is nested as JSON text.

use serde_json::Value;

use super::super::refusals::Refusal;
use super::Fields;
use crate::exchange::{Answer, Call};

impl Fields {
    /// An object labelled as JSON. The outer error is an answer of the web server, which never lets
    /// another body through to the method.
    pub fn of_json(call: &Call) -> Result<Result<Self, Refusal>, Answer> {
        let label = call.header("content-type").unwrap_or_default();
        let kind = label.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Answer::text(415, "Unsupported Media Type"));
        }
        let Ok(Value::Object(object)) = serde_json::from_slice(&call.body) else {
            return Err(Answer::text(400, "Bad Request: a JSON object was expected"));
        };
        let pairs = object.into_iter().map(|(name, value)| match value {
            Value::Null => (name, String::new()),
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        });
        let fields = Self { pairs: pairs.collect() };
        Ok(fields.check().map(|()| fields))
    }
}
