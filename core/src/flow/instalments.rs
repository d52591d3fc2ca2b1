//! `instalments`: begins the payment of an invoice at its lender, and waits for the lender's page or
//! for its decision. Each call asks the state first, so that it may be made again after any restart;
//! it begins a payment at the most once, and never one that shows anything but "not begun yet".

use std::time::Duration;

use serde_json::Value;

use super::Pauses;
use crate::client::Call;
use crate::clock::Time;
use crate::error::{Error, Kind};
use crate::expect::Expect;
use crate::fields::Fields;
use crate::operation::{Instalments, Milestone, PaymentStatus, Request, Stage};
use crate::payment::{ACTION_PENDING, IN_PROCESS, UNTOUCHED};

const INIT_GRACE_MS: u64 = 30_000;

pub(crate) fn run(call: &Call<'_>, request: Instalments) -> Result<Fields, Error> {
    let start = call.clock.now();
    let deadline = start + super::patience(request.timeout_ms)?;
    let mut pauses = Pauses::of(request.pause_ms)?;
    let grace = check(call, &request)?;
    // A call that waits for the decision has nothing to begin.
    let mut may_begin = request.stage != Stage::Begun && request.until == Milestone::Link;
    let begin_at = match request.stage {
        Stage::Invoice => start,
        _ => start + grace,
    };
    let mut stage = request.stage;
    let mut began = false;
    let mut refused: Option<(Error, Time)> = None;
    let mut last = None;
    loop {
        let mut rest = None;
        match call.ask(Request::PaymentStatus(status(&request))) {
            Ok(payment) => {
                let untouched = reason(&payment) == Some(UNTOUCHED);
                if !untouched {
                    (stage, may_begin, refused) = (Stage::Begun, false, None);
                }
                if arrived(&payment, request.until) {
                    return Ok(staged(payment, stage));
                }
                if may_begin && call.clock.now() >= begin_at {
                    may_begin = false;
                    match call.ask(Request::BeginInstalments(Box::new(request.clone()))) {
                        Ok(_) => (stage, began) = (Stage::Begun, true),
                        // Another worker's may be in the way: that shows in the state before long.
                        Err(error) if may_be_begun(&error) => {
                            stage = Stage::Beginning;
                            refused = Some((error, call.clock.now() + grace));
                        }
                        Err(error) => return Err(in_doubt(error, payment, stage)),
                    }
                }
                last = Some(Ok(staged(payment, stage)));
            }
            // A read that failed has changed nothing: it is asked again while there is time.
            Err(error) if error.kind == Kind::NotDone && error.advice != "fix_settings" => {
                rest = error.retry_after_ms;
                last = Some(last.and_then(Result::ok).ok_or(error));
            }
            Err(error) => return Err(broken_off(error, last, stage, began)),
        }
        let left = deadline - call.clock.now();
        let no_more = refused.as_ref().is_some_and(|(_, until)| call.clock.now() >= *until);
        if let Some((error, _)) = refused.take_if(|_| no_more || !left.is_positive()) {
            return Err(unexplained(error, last, stage));
        }
        if !left.is_positive() {
            return last.unwrap_or_else(|| Err(Error::internal(false, "a wait without an answer")));
        }
        if let Err(error) = call.clock.sleep(pauses.next(left.unsigned_abs(), rest)) {
            return Err(broken_off(error, last, stage, began));
        }
    }
}

/// What is wrong is told before anything is asked; gives the grace.
fn check(call: &Call<'_>, request: &Instalments) -> Result<Duration, Error> {
    request.expect.require()?;
    let served = call.gateway()?.operations();
    if !served.iter().any(|common| common.name == "instalments") {
        return Err(Error::refused("not_supported", "this gateway has no instalments"));
    }
    let grace = request.init_grace_ms.unwrap_or(INIT_GRACE_MS);
    if grace > 3_600_000 {
        return Err(Error::invalid("init_grace_ms", "expected at most 3600000, which is an hour"));
    }
    let begins = request.until == Milestone::Link && request.stage != Stage::Begun;
    if begins && request.return_url.is_none() {
        let says = "required: where the lender sends the buyer back to";
        return Err(Error::invalid("return_url", says));
    }
    Ok(Duration::from_millis(grace))
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
    let waits = matches!(
        reason(payment),
        Some(UNTOUCHED | IN_PROCESS | ACTION_PENDING | "unknown_step" | "unknown_state")
    );
    !waits && (until == Milestone::Link || status != "action_required")
}

/// Whether a refusal may mean that the payment is begun already; its codes are not documented.
fn may_be_begun(error: &Error) -> bool {
    error.kind == Kind::Refused && error.advice != "fix_settings"
}

/// The error of the call that begins. Where it may have been carried out, the payment is to be taken
/// up again as one that may be begun; elsewhere nothing has changed.
fn in_doubt(mut error: Error, payment: Fields, stage: Stage) -> Error {
    let stage = match error.kind {
        Kind::InvalidRequest => return error,
        Kind::OutcomeUnknown => {
            let says =
                "whether the payment was begun is not known; call again with stage beginning";
            error.message = format!("{says}: {}", error.message);
            Stage::Beginning
        }
        _ => stage,
    };
    error.with_payment(staged(payment, stage))
}

/// A refusal that the state did not explain. Its code tells nothing, so no request is to be corrected.
fn unexplained(mut error: Error, last: Last, stage: Stage) -> Error {
    error.advice = "ask_status";
    broken_off(error, last, stage, false)
}

/// What the looks gave so far.
type Last = Option<Result<Fields, Error>>;

/// An error between two looks: the stage that the call has come to must not be lost, or the next one
/// would begin the payment again.
fn broken_off(mut error: Error, last: Last, stage: Stage, began: bool) -> Error {
    error.may_have_happened |= began;
    let seen = error.payment.take().or_else(|| last.and_then(Result::ok));
    match seen {
        Some(payment) => error.with_payment(staged(payment, stage)),
        None => error,
    }
}

/// The payment with the stage to store: what is given to the next call.
fn staged(mut payment: Fields, stage: Stage) -> Fields {
    payment.insert("stage".into(), stage.name().into());
    payment
}
