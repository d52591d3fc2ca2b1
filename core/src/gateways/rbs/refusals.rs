//! The gateway's codes in our words. Its codes are ambiguous and its texts vary: a reason says no
//! more than the code proves (docs/gateways/rbs.md, "Codes").

use super::reply::{Reply, Verdict};
use crate::error::Error;
use crate::http::Effect;
use crate::native::Native;

/// Turns a reply that is no success into its error.
pub fn check(native: &Native, reply: &Reply) -> Result<(), Error> {
    match reply.verdict() {
        Verdict::Accepted => complete(native, reply),
        Verdict::DressedUp => {
            let reason = action_reason(reply);
            let message = "the gateway answers code 0 with an error text: declined";
            Err(declined(reason, message).with_code("0", reply.error_text()))
        }
        Verdict::Contradictory(code) => {
            let says = "the gateway reports success beside an error code";
            let error = match native.effect {
                Effect::Read => Error::not_done("reply_unreadable", says),
                Effect::Write => Error::outcome_unknown("reply_contradictory", says),
            };
            Err(error.with_code(code, reply.error_text()))
        }
        Verdict::Failed(code) => Err(failed(native, &code).with_code(code, reply.error_text())),
    }
}

/// The bank's refusal of a payment.
pub fn declined(reason: &'static str, message: &str) -> Error {
    let mut error = Error::declined(reason, message);
    error.retry = Some(retry(reason));
    error
}

/// Without what a success always holds it is none, whatever the code says.
fn complete(native: &Native, reply: &Reply) -> Result<(), Error> {
    let always = native.reply.iter().filter(|told| told.always);
    let Some(missing) = always.map(|told| told.name).find(|name| reply.text_at(name).is_none())
    else {
        return Ok(());
    };
    let says = format!("the reply reports no error, but holds no {missing}");
    let error = match native.effect {
        Effect::Read => Error::not_done("reply_unreadable", says),
        Effect::Write => Error::outcome_unknown("reply_incomplete", says),
    };
    Err(error.with_code(reply.text("errorCode").unwrap_or_default(), reply.error_text()))
}

fn failed(native: &Native, code: &str) -> Error {
    let register = native.path.starts_with("rest/register");
    let read = native.effect == Effect::Read;
    match code {
        "1" if register => Error::refused(
            "duplicate_order",
            "the gateway already knows this order number, or does not accept it",
        ),
        "3" if register => {
            Error::refused("not_permitted", "the gateway does not take this currency")
        }
        "4" => Error::refused(
            "bad_value",
            "the gateway misses a parameter, or does not accept the return URL",
        ),
        // The status call has no other parameter that it could mean.
        "5" if read => Error::refused(
            "authentication_failed",
            "wrong login or password, or the password must be changed",
        ),
        "5" => Error::refused(
            "not_permitted",
            "access denied: wrong login or password, a password to be changed, no right to this order \
             or operation, or a value that the gateway does not accept; check_settings tells which",
        ),
        "6" => Error::refused("order_not_found", "the gateway knows no such order"),
        "7" if read => Error::not_done("unavailable", "the gateway reports a system error"),
        "7" => Error::outcome_unknown(
            "system_error_or_wrong_state",
            "the gateway answers 7: a system error, a wrong state or a wrong amount; only the status tells",
        ),
        "13" => Error::refused("not_permitted", "the merchant may not use this feature"),
        "14" => Error::refused("bad_value", "the gateway does not accept these features"),
        _ if read => Error::refused("refused", "the gateway refused the call"),
        _ => Error::outcome_unknown(
            "unknown_code",
            "the gateway answers a code that is not documented",
        ),
    }
}

/// Why a payment failed, in one small stable set of words.
pub fn action_reason(reply: &Reply) -> &'static str {
    match reply.text("actionCode").as_deref() {
        None => "declined",
        Some(code) => reason_of(code),
    }
}

/// When the buyer may try again.
fn retry(reason: &str) -> &'static str {
    match reason {
        "limit_exceeded" | "issuer_unavailable" | "in_progress" => "later",
        "lost_or_stolen" | "fraud_suspected" | "card_blocked" => "never",
        _ => "other_means",
    }
}

/// Our word for an action code.
pub fn reason_of(code: &str) -> &'static str {
    match code {
        "20" | "116" => "insufficient_funds",
        "101" | "906" | "73" => "card_expired",
        "82" | "88" | "71015" => "wrong_cvc",
        "111" | "125" | "78" | "53" => "wrong_card_number",
        "100" | "121" | "123" | "209" | "814" | "902" | "903" | "-20010" | "1112" | "1113"
        | "1114" | "1115" | "1116" | "1117" | "1118" => "limit_exceeded",
        "62" | "203" | "204" | "208" | "823" => "lost_or_stolen",
        "4" | "106" | "2030" | "104" | "212" | "920" => "card_blocked",
        "907" | "909" | "910" | "912" | "916" | "998" | "151018" => "issuer_unavailable",
        "151" | "999" | "2001" => "fraud_suspected",
        "-2006" | "-2011" | "-2013" | "-2016" | "-2017" | "-2018" | "-2019" | "-2020" | "-2022"
        | "-2023" | "-2024" | "-2025" | "1434" | "151017" | "4032" | "2003" | "2016" => {
            "three_ds_failed"
        }
        "57" | "118" | "120" | "181" | "555" => "not_permitted_by_issuer",
        "-2007" | "-2014" | "-2009" => "expired",
        "4005" => "cancelled_by_merchant",
        "-30001" | "151019" => "outcome_unknown",
        "87" => "hold_expired",
        "1120" => "in_progress",
        _ => "declined",
    }
}
