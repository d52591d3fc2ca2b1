//! A notification as the shop received it.

use serde::Deserialize;

use crate::error::Error;
use crate::expect::Expect;
use crate::fields::{self, Fields};
use crate::notification::Received;

/// The gateway's request as it came. Any bytes survive through `body_base64`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParseNotification {
    /// `GET` or `POST`.
    pub method: String,
    /// The raw query, where it is text.
    pub query: Option<String>,
    /// The raw query, where it may be anything.
    pub query_base64: Option<String>,
    /// Header names with their values, in any case.
    #[serde(default)]
    pub headers: Fields,
    /// The raw body, where it is text.
    pub body: Option<String>,
    /// The raw body, where it may be anything.
    pub body_base64: Option<String>,
    /// What was registered.
    #[serde(default)]
    pub expect: Expect,
}

impl ParseNotification {
    /// The request of the gateway in one piece.
    pub fn received(&self) -> Result<Received, Error> {
        let method = self.method.to_ascii_uppercase();
        let body = bytes("body", &self.body, &self.body_base64)?;
        let mut query = bytes("query", &self.query, &self.query_base64)?;
        if query.first() == Some(&b'?') {
            query.remove(0);
        }
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let value = fields::scalar(value)
                .ok_or_else(|| Error::invalid(format!("headers.{name}"), "expected text"))?;
            headers.push((name.to_ascii_lowercase(), value));
        }
        Ok(Received { method, query, headers, body })
    }
}

/// Bytes that came as text or as base64.
fn bytes(name: &str, text: &Option<String>, coded: &Option<String>) -> Result<Vec<u8>, Error> {
    use base64::Engine;
    let field = format!("{name}_base64");
    match (text, coded) {
        (Some(_), Some(_)) => {
            Err(Error::invalid(&field, format!("expected {name} or {field}, not both")))
        }
        (Some(text), None) => Ok(text.as_bytes().to_vec()),
        (None, Some(coded)) => base64::engine::general_purpose::STANDARD
            .decode(coded)
            .map_err(|_| Error::invalid(field, "expected base64")),
        (None, None) => Ok(Vec::new()),
    }
}
