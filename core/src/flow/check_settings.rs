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
    let clock = match call.gateway_time().map(|theirs| (theirs - call.clock.now()).whole_seconds())
    {
        None => unknown("the gateway does not say what time it has"),
        Some(off) if off.abs() <= 120 => passed("agrees with the gateway's to two minutes"),
        Some(off) => {
            (Some(false), format!("{off} s apart from the gateway's: set the machine's clock"))
        }
    };
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
    let ok = checks.iter().all(|(_, (ok, _))| *ok != Some(false));
    let checks = checks.map(|(name, (ok, says))| json!({ "name": name, "ok": ok, "says": says }));
    let mut reply = Fields::new();
    reply.insert("ok".into(), Value::Bool(ok));
    reply.insert("checks".into(), Value::Array(checks.into()));
    Ok(reply)
}

type Check = (Option<bool>, String);

fn passed(says: &str) -> Check {
    (Some(true), says.to_owned())
}
fn failed(error: &Error) -> Check {
    (Some(false), format!("{} ({})", error.message, error.reason))
}
fn unknown(says: &str) -> Check {
    (None, says.to_owned())
}
