//! Reads the envelope of every reply, in JSON or in XML, names in any case
//! (docs/gateways/intellectmoney.md, "Replies").

use serde_json::Value;

use super::raw;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};
use crate::redact;
use crate::xml;

/// A reply whose envelope is the gateway's.
pub struct Reply {
    envelope: Fields,
    result: Fields,
}

impl Reply {
    /// The gateway's own envelope decides first, whatever the HTTP status; without it the status does.
    pub fn read(response: &HttpResponse, effect: Effect) -> Result<Reply, Error> {
        let Some(envelope) = envelope(&response.body) else {
            return Err(response.unusable(effect));
        };
        let result = match fields::find(&envelope, "Result") {
            Some(Value::Object(result)) => result.clone(),
            _ => Fields::new(),
        };
        let reply = Reply { envelope, result };
        // Success under another status is none; a refusal is one under any.
        match (200..=299).contains(&response.status) || !reply.is_success() {
            true => Ok(reply),
            false => Err(response.unusable(effect)),
        }
    }

    /// Whether both codes say so: 0, or inside also 1 (with warnings).
    pub fn is_success(&self) -> bool {
        self.operation_code().as_deref() == Some("0")
            && matches!(self.state_code().as_deref(), Some("0" | "1"))
    }

    /// `OperationState.Code`: whether the call was processed at all.
    pub fn operation_code(&self) -> Option<String> {
        code(&self.envelope, "OperationState")
    }

    /// `Result.State.Code`: what came of it.
    pub fn state_code(&self) -> Option<String> {
        code(&self.result, "State")
    }

    /// The request's field that the gateway complains of, in the gateway's spelling.
    pub fn error_source(&self) -> Option<String> {
        let state = fields::find(&self.result, "State")?.as_object()?;
        fields::text(fields::find(state, "ErrorSourceParam")?)
    }

    /// The gateway's own words, as far as they may be shown.
    pub fn error_text(&self) -> Option<String> {
        let of = |fields: &Fields, name| {
            fields::text(fields::find(fields::find(fields, name)?.as_object()?, "Desc")?)
        };
        of(&self.result, "State")
            .or_else(|| of(&self.envelope, "OperationState"))
            .map(|text| redact::text(&text))
    }

    /// The gateway's id of the exchange, a GUID; anything that is none is left to `raw`.
    pub fn operation_id(&self) -> Option<String> {
        let id = fields::text(fields::find(&self.envelope, "OperationId")?)?;
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (id.len() <= 64 && id.bytes().all(sign)).then_some(id)
    }

    /// A field of the result.
    pub fn get(&self, name: &str) -> Option<&Value> {
        fields::find(&self.result, name)
    }

    /// A text or number of the result as text; empty is absent.
    pub fn text(&self, name: &str) -> Option<String> {
        fields::text(self.get(name)?)
    }

    /// The reply as it may be shown.
    pub fn raw(&self) -> Value {
        raw::shown(&self.envelope)
    }

    /// The same without a field of the result, whose meaning is told elsewhere.
    pub fn raw_without(&self, name: &str) -> Value {
        let mut raw = self.raw();
        let results = raw.as_object_mut().into_iter().flat_map(|fields| fields.values_mut());
        for result in results.filter_map(Value::as_object_mut) {
            result.retain(|given, _| !given.eq_ignore_ascii_case(name));
        }
        raw
    }
}

/// JSON, or the XML of a server that knows no other; none where it is not this gateway's.
fn envelope(body: &[u8]) -> Option<Fields> {
    // A byte order mark, as servers of its kind write.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(_) => xml::read(std::str::from_utf8(body).ok()?, "Response")?,
    };
    match value {
        Value::Object(fields) if code(&fields, "OperationState").is_some() => Some(fields),
        _ => None,
    }
}

fn code(fields: &Fields, name: &str) -> Option<String> {
    fields::text(fields::find(fields::find(fields, name)?.as_object()?, "Code")?)
}
