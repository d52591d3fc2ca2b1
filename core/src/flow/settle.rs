//! `settle`: what became of a write whose outcome is unknown. The gateway has the recipe; here it is
//! asked again, with pauses, until there is a verdict or the time is over.

use serde_json::Value;

use super::{Pauses, confirm};
use crate::client::Call;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::operation::{Request, Settle};
use crate::settled::Settled;

pub(crate) fn run(call: &Call<'_>, request: Settle) -> Result<Fields, Error> {
    let mut request = request;
    if let Some(notification) = request.notification.take() {
        request.told = confirm::inner(confirm::parse(call, &notification))?.told();
    }
    let deadline = call.clock.now() + super::patience(request.timeout_ms)?;
    let mut pauses = Pauses::new();
    loop {
        let mut rest = None;
        let last = match call.ask(Request::Settle(Box::new(request.clone()))) {
            Ok(reply) if is_pending(&reply) => Ok(reply),
            Err(error) if may_pass(&error) => {
                rest = error.retry_after_ms;
                Err(still_unknown(error))
            }
            other => return other.map_err(still_unknown),
        };
        let left = deadline - call.clock.now();
        if !left.is_positive() {
            return last;
        }
        call.clock.sleep(pauses.next(left.unsigned_abs(), rest))?;
    }
}

fn is_pending(reply: &Fields) -> bool {
    reply.get("verdict").and_then(Value::as_str) == Some(Settled::Pending.name())
}

fn may_pass(error: &Error) -> bool {
    matches!(error.kind, Kind::NotDone | Kind::OutcomeUnknown) && error.advice != "fix_settings"
}

/// An inquiry that failed says nothing of the write: that is as unknown as before, whatever became
/// of the inquiry itself.
fn still_unknown(mut error: Error) -> Error {
    match error.kind {
        Kind::NotDone | Kind::OutcomeUnknown => {
            let advice = if error.advice == "fix_settings" { "fix_settings" } else { "ask_status" };
            error.kind = Kind::OutcomeUnknown;
            error.advice = advice;
        }
        Kind::Refused => {}
        _ => return error,
    }
    error.may_have_happened = true;
    error.message = format!("the write is as unknown as before: {}", error.message);
    error
}
