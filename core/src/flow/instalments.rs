//! `instalments`: begins the payment of an invoice at its lender, and waits for the lender's page or
//! for its decision. Each call asks the state first, so that it may be made again after any restart.

use std::time::Duration;

use serde_json::Value;

use super::Pauses;
use crate::client::Call;
use crate::error::{Error, Kind};
use crate::expect::Expect;
use crate::fields::Fields;
use crate::operation::{Instalments, Milestone, PaymentStatus, Request, Stage};
use crate::payment::{IN_PROCESS, UNTOUCHED};

const INIT_GRACE_MS: u64 = 30_000;

pub(crate) fn run(call: &Call<'_>, request: Instalments) -> Result<Fields, Error> {
    request.expect.require()?;
    if request.until == Milestone::Link && request.return_url.is_none() {
        return Err(Error::invalid(
            "return_url",
            "required: where the lender sends the buyer back to",
        ));
    }
    let start = call.clock.now();
    let deadline = start + super::patience(request.timeout_ms)?;
    let grace = match request.stage {
        Stage::Invoice => Duration::ZERO,
        _ => Duration::from_millis(request.init_grace_ms.unwrap_or(INIT_GRACE_MS)),
    };
    let mut pauses = Pauses::of(request.pause_ms)?;
    let mut begun = request.stage == Stage::Begun || request.until == Milestone::Decision;
    let mut last = None;
    loop {
        let mut rest = None;
        match call.ask(Request::PaymentStatus(status(&request))) {
            Ok(payment) if arrived(&payment, request.until) => return Ok(staged(payment, true)),
            Ok(payment) => {
                let untouched = reason(&payment) == Some(UNTOUCHED);
                if !begun && untouched && call.clock.now() - start >= grace {
                    call.ask(Request::BeginInstalments(Box::new(request.clone())))?;
                    begun = true;
                }
                last = Some(Ok(staged(payment, begun || !untouched)));
            }
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

fn status(request: &Instalments) -> PaymentStatus {
    PaymentStatus {
        id: Some(request.id.clone()),
        expect: Expect { strict: true, ..request.expect.clone() },
        ..PaymentStatus::default()
    }
}

fn reason(payment: &Fields) -> Option<&str> {
    payment.get("reason").and_then(Value::as_str)
}

/// Whether there is nothing more to wait for. A word that we don't know is no end.
fn arrived(payment: &Fields, until: Milestone) -> bool {
    let status = payment.get("status").and_then(Value::as_str).unwrap_or_default();
    match until {
        _ if status == "unknown" => reason(payment).is_some_and(|reason| reason != "unknown_step"),
        Milestone::Link => !matches!(reason(payment), Some(UNTOUCHED | IN_PROCESS)),
        Milestone::Decision => {
            !matches!(reason(payment), Some(UNTOUCHED | IN_PROCESS)) && status != "action_required"
        }
    }
}

/// The payment with the stage to store: what is given to the next call.
fn staged(mut payment: Fields, begun: bool) -> Fields {
    payment.insert("stage".into(), if begun { "begun" } else { "beginning" }.into());
    payment
}
