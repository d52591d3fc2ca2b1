//! The portal's error codes (docs/gateways/bitrix24.md, "Errors"). The code decides, whatever the HTTP
//! status and however it is written; its text is in the portal's language and decides nothing.

use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpResponse};
use crate::redact;

/// The error of an envelope that has one.
pub fn of(response: &HttpResponse, envelope: &Fields, effect: Effect) -> Error {
    let code = envelope.get("error").and_then(fields::scalar).unwrap_or_default();
    let told = envelope.get("error_description").and_then(fields::text);
    let mut error = by_code(&code, response.status, effect);
    error.http_status = Some(response.status);
    error.retry_after_ms = response.retry_after_ms();
    error.with_code(code, told.map(|text| redact::text(&text)))
}

/// The same for a command inside a batch, which has no HTTP status of its own.
pub fn by_code(code: &str, status: u16, effect: Effect) -> Error {
    let refused = |reason, says: &str| Error::refused(reason, format!("the portal says: {says}"));
    match code.to_ascii_uppercase().as_str() {
        // Documented as not run, a write too.
        "QUERY_LIMIT_EXCEEDED" => {
            Error::not_done("rate_limited", "too many requests to the portal")
        }
        "OPERATION_TIME_LIMIT" => {
            Error::not_done("rate_limited", "this method used up its time: 480 s in ten minutes")
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
        "INTERNAL_SERVER_ERROR" | "ERROR_UNEXPECTED_ANSWER" => in_doubt(effect),
        _ if status >= 500 => in_doubt(effect),
        _ => refused("code_unknown", "it refused the call"),
    }
}

fn in_doubt(effect: Effect) -> Error {
    let says = "the portal failed while it worked on this";
    match effect {
        Effect::Read => Error::not_done("unavailable", says),
        Effect::Write => Error::outcome_unknown("unavailable", says),
    }
}
