//! `wait`: polls until a payment is settled or held. At the deadline the last payment, with
//! `final: false`, and no error: the shop goes on by notification.

use serde_json::Value;

use super::Pauses;
use crate::client::Call;
use crate::error::{Error, Kind};
use crate::expect::Expect;
use crate::fields::Fields;
use crate::operation::{PaymentStatus, Request, Until, Wait};

pub(crate) fn run(call: &Call<'_>, request: &Wait) -> Result<Fields, Error> {
    request.expect.require()?;
    let deadline = call.clock.now() + super::patience(request.timeout_ms)?;
    let mut pauses = Pauses::of(request.pause_ms)?;
    let mut last = None;
    loop {
        let status = PaymentStatus {
            id: Some(request.id.clone()),
            expect: Expect { strict: true, ..request.expect.clone() },
            ..PaymentStatus::default()
        };
        let mut rest = None;
        match call.ask(Request::PaymentStatus(status)) {
            Ok(payment) if enough(&payment, request.until) => return Ok(payment),
            Ok(payment) => last = Some(Ok(payment)),
            // A read that failed has changed nothing: it is asked again while there is time.
            Err(error) if error.kind == Kind::NotDone && error.advice != "fix_settings" => {
                rest = error.retry_after_ms;
                last = Some(last.and_then(Result::ok).ok_or(error));
            }
            Err(error) => return Err(error),
        }
        let left = deadline - call.clock.now();
        if !left.is_positive() {
            return last.unwrap_or_else(|| Err(Error::internal(false, "a wait without an answer")));
        }
        call.clock.sleep(pauses.next(left.unsigned_abs(), rest))?;
    }
}

fn enough(payment: &Fields, until: Until) -> bool {
    let status = payment.get("status").and_then(Value::as_str);
    let held = matches!(status, Some("authorized" | "partially_captured"));
    payment.get("final") == Some(&Value::Bool(true)) || (held && until == Until::Authorized)
}
