//! The portal's error codes (docs/gateways/bitrix24.md, "Errors"). The code decides, whatever the HTTP
//! status and however it is written; its text is in the portal's language and decides nothing.

use serde_json::Value;

use crate::clock::{self, Time};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};
use crate::redact;

/// The window in which the portal sums up a method's time: ten minutes.
const WINDOW_MS: i128 = 600_000;

/// The error of an envelope that has one; `now` is when it was asked.
pub fn of(response: &HttpResponse, envelope: &Fields, effect: Effect, now: Time) -> Error {
    let (code, told) = words(envelope);
    let mut error = by_code(&code, response.status, effect);
    // Neither the code nor the status says that nothing was done.
    let success = (200..300).contains(&response.status);
    if success && effect == Effect::Write && error.reason == "code_unknown" {
        error = in_doubt(effect);
    }
    error.http_status = Some(response.status);
    error.retry_after_ms = response.retry_after_ms();
    if code.eq_ignore_ascii_case("OPERATION_TIME_LIMIT") {
        let theirs = response.header("date").and_then(clock::parse_http).unwrap_or(now);
        error.retry_after_ms = envelope
            .get("time")
            .and_then(|time| until_reset(time, theirs))
            .or(error.retry_after_ms);
    }
    with_words(error, &code, told)
}

/// Adds the portal's code and text, as far as they may be shown.
pub fn with_words(error: Error, code: &str, told: Option<String>) -> Error {
    let mut error = error.with_code(code, told.map(|text| redact::text(&text)));
    if is_word(code) {
        error.code = Some(code.to_owned());
    }
    error
}

/// Code and text of `{error, error_description}`. The newer API's `{error: {code, message}}` is read too.
pub fn words(envelope: &Fields) -> (String, Option<String>) {
    let of = |fields: &Fields, code: &str, text: &str| {
        let code = fields.get(code).and_then(fields::scalar).unwrap_or_default();
        (code, fields.get(text).and_then(fields::text))
    };
    match envelope.get("error") {
        Some(Value::Object(error)) => of(error, "code", "message"),
        _ => of(envelope, "error", "error_description"),
    }
}

/// One of the portal's words, such as `QUERY_LIMIT_EXCEEDED` or `expired_token`; nobody's secret looks
/// like that.
fn is_word(code: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphabetic());
    code.len() <= 60 && code.contains('_') && code.split('_').all(part)
}

/// How long until a method may be called again: by the portal's own clock, of which `theirs` is the
/// answer's.
pub fn until_reset(time: &Value, theirs: Time) -> Option<u64> {
    let ms = |name: &str| {
        let seconds: f64 = fields::scalar(time.get(name)?)?.parse().ok()?;
        // Beyond the year 5138 it is no time.
        (0.0..1e11).contains(&seconds).then_some((seconds * 1000.0) as i128)
    };
    let theirs = ms("finish").unwrap_or(theirs.unix_timestamp_nanos() / 1_000_000);
    u64::try_from((ms("operating_reset_at")? - theirs).clamp(0, WINDOW_MS)).ok()
}

/// What a code means; of a command inside a batch too, which has no HTTP status of its own.
pub fn by_code(code: &str, status: u16, effect: Effect) -> Error {
    let refused = |reason, says: &str| Error::refused(reason, format!("the portal says: {says}"));
    match code.to_ascii_uppercase().as_str() {
        // Documented as not run, a write too.
        "QUERY_LIMIT_EXCEEDED" => {
            Error::not_done("rate_limited", "too many requests to the portal")
        }
        "OPERATION_TIME_LIMIT" => {
            Error::not_done("rate_limited", "this method used up its time in ten minutes")
        }
        "EXPIRED_TOKEN" => refused(
            "token_expired",
            "the access token is over: bitrix24.refresh_token gives the next pair",
        ),
        "NO_AUTH_FOUND"
        | "INVALID_TOKEN"
        | "INVALID_CLIENT"
        | "INVALID_GRANT"
        | "WRONG_CLIENT"
        | "BAD_VERIFICATION_CODE" => {
            refused("authentication_failed", "wrong webhook, token or application")
        }
        "INVALID_CREDENTIALS"
        | "INSUFFICIENT_SCOPE"
        | "INVALID_SCOPE"
        | "ACCESS_DENIED"
        | "USER_ACCESS_ERROR"
        | "ALLOWED_ONLY_INTRANET_USER"
        | "PAYMENT_REQUIRED"
        | "PORTAL_DELETED"
        | "OVERLOAD_LIMIT" => refused("not_permitted", "no permission, scope or plan for this"),
        "NOT_FOUND" | "OWNER_NOT_FOUND" => refused("not_found", "no such object"),
        "ERROR_METHOD_NOT_FOUND" => refused("not_supported", "no such method, or no scope for it"),
        "ERROR_MANIFEST_IS_NOT_AVAILABLE" => refused("not_supported", "no such manifest"),
        "ERROR_BATCH_METHOD_NOT_ALLOWED" => {
            refused("not_supported", "this method does not go into a batch")
        }
        "ERROR_BATCH_LENGTH_EXCEEDED" | "INVALID_ARG_VALUE" => {
            refused("bad_value", "a parameter that it does not take")
        }
        "INVALID_REQUEST" => refused("bad_value", "a request that it does not take, or no https"),
        "ENTITY_TYPE_NOT_SUPPORTED" => refused("not_supported", "no such kind of object"),
        code if code.starts_with("CRM_FIELD_ERROR_") => {
            refused("bad_value", "a field is required there, or does not take this")
        }
        "INTERNAL_SERVER_ERROR" | "ERROR_UNEXPECTED_ANSWER" => in_doubt(effect),
        _ if status >= 500 => in_doubt(effect),
        _ => refused("code_unknown", "it refused the call"),
    }
}

/// Whether the portal said that its bucket is full.
pub fn is_overflow(error: &Error) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    code.eq_ignore_ascii_case("QUERY_LIMIT_EXCEEDED")
}

fn in_doubt(effect: Effect) -> Error {
    let says = "the portal failed while it worked on this";
    match effect {
        Effect::Read => Error::not_done("unavailable", says),
        Effect::Write => Error::outcome_unknown("unavailable", says),
    }
}
