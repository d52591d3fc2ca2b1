//! `check_settings`: credentials, TLS, clock and test mode, in plain words. It asks for the status
//! of an order that does not exist, which changes nothing.

use serde_json::{Value, json};

use crate::client::Call;
use crate::error::{Error, Kind};
use crate::expect::Expect;
use crate::fields::Fields;
use crate::operation::{PaymentStatus, Request};

pub(crate) fn run(call: &Call<'_>) -> Result<Fields, Error> {
    let id = call.gateway()?.no_such_id();
    // There are gateways that are asked by the number alone.
    let expect = Expect { order_number: Some(id.into()), ..Expect::default() };
    let status = PaymentStatus { id: Some(id.into()), expect, ..PaymentStatus::default() };
    let asked = call.ask(Request::PaymentStatus(status));
    let (connection, credentials) = match &asked {
        Ok(_) => (passed("the gateway answers"), passed("accepted")),
        Err(error) if error.kind == Kind::Refused && error.reason == "order_not_found" => {
            (passed("the gateway answers"), passed("accepted"))
        }
        // Its own code of a failed authentication is known, and this is another.
        Err(error) if error.kind == Kind::Refused && error.reason == "code_unknown" => {
            (passed("the gateway answers"), passed("accepted: the refusal has another cause"))
        }
        Err(error) if error.kind == Kind::Refused => (passed("the gateway answers"), failed(error)),
        Err(error) if error.code.is_some() => {
            (passed("the gateway answers"), unknown(&error.message))
        }
        Err(error) => (failed(error), unknown("not reached")),
    };
    let clock = clock(call);
    let test_mode = match call.test_mode() {
        Some(true) => unknown("test payments expected"),
        Some(false) => unknown("live payments expected"),
        None => unknown("not set: test and live payments are both taken"),
    };
    let checks = [
        ("connection", connection),
        ("credentials", credentials),
        ("clock", clock),
        ("test_mode", test_mode),
    ];
    Ok(reply(&checks))
}

/// The machine's clock beside the `Date` of the last answer.
pub(crate) fn clock(call: &Call<'_>) -> Check {
    match call.gateway_time().map(|theirs| (theirs - call.clock.now()).whole_seconds()) {
        None => unknown("the gateway does not say what time it has"),
        Some(off) if off.abs() <= 120 => passed("agrees with the gateway's to two minutes"),
        Some(off) => {
            (Some(false), format!("{off} s apart from the gateway's: set the machine's clock"))
        }
    }
}

/// `{ok, checks [{name, ok, says}]}`: what is not known spoils nothing.
pub(crate) fn reply(checks: &[(&str, Check)]) -> Fields {
    let ok = checks.iter().all(|(_, (ok, _))| *ok != Some(false));
    let row = |(name, (ok, says)): &(&str, Check)| json!({ "name": name, "ok": ok, "says": says });
    let checks = checks.iter().map(row).collect();
    let mut reply = Fields::new();
    reply.insert("ok".into(), Value::Bool(ok));
    reply.insert("checks".into(), Value::Array(checks));
    reply
}

/// Passed, failed or unknown, and what is said of it.
pub(crate) type Check = (Option<bool>, String);

pub(crate) fn passed(says: &str) -> Check {
    (Some(true), says.to_owned())
}
pub(crate) fn failed(error: &Error) -> Check {
    (Some(false), format!("{} ({})", error.message, error.reason))
}
pub(crate) fn unknown(says: &str) -> Check {
    (None, says.to_owned())
}
