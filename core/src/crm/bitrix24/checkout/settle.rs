//! Marks the portal's own payment paid, once the money is in. Nothing here ever takes that back: a refund
//! is a person's to enter.

use std::time::Duration;

use serde_json::json;

use super::portal_payment::{self, PortalPayment};
use crate::clock::Time;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::Reply;
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::money::Amount;

/// How long the portal gets to finish what its lost answer was about, before it is looked at again.
const PAUSE: Duration = Duration::from_secs(1);

/// The portal's payment, and what a gateway took for it.
#[derive(Clone, Copy, Debug)]
pub struct Pay {
    /// The portal's id of the payment.
    pub payment_id: u64,
    /// The portal's pay system.
    pub pay_system_id: u64,
    /// What was taken, in full.
    pub captured: Amount,
    /// The caller holds its lock on this order: only then may a lost call be repeated.
    pub locked: bool,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the portal shows it as paid.
    pub paid: bool,
    /// It was paid before: nothing was done.
    pub repeated: bool,
    /// Since when it was paid before, where the portal tells.
    pub paid_at: Option<Time>,
    /// What a person must look at: `payment_not_found`, `currency`, `amount` (less came), `overpaid`,
    /// `pay_system`, `sum_unknown`, `still_unpaid`.
    pub attention: Vec<&'static str>,
}

/// Compares what was taken with the portal's payment and, where it is all of it, has the portal mark it
/// paid. Safe to repeat: a payment that is paid is left alone.
///
/// # Errors
///
/// `OutcomeUnknown` where the call's answer was lost and the payment still shows as unpaid; under a lock
/// it is repeated once before that.
pub fn pay(session: &Session<'_>, wanted: &Pay) -> Result<Outcome, Error> {
    let Some(found) = portal_payment::find(session, wanted.payment_id)? else {
        return Ok(Outcome { attention: vec!["payment_not_found"], ..Outcome::default() });
    };
    let attention = differences(&found, wanted);
    if found.paid {
        return Ok(Outcome { paid: true, repeated: true, paid_at: found.paid_at, attention });
    }
    if attention.iter().any(|word| *word != "overpaid") {
        return Ok(Outcome { attention, ..Outcome::default() });
    }
    let call = Method::write(
        "sale.paysystem.pay.payment",
        json!({ "PAYMENT_ID": wanted.payment_id, "PAY_SYSTEM_ID": wanted.pay_system_id }),
    );
    let first = match session.ask(&call) {
        Err(error) if error.kind == Kind::OutcomeUnknown => error,
        answer => return read_back(session, wanted, answer, None, attention),
    };
    if is_paid_by_now(session, wanted.payment_id, &first)? {
        return Ok(Outcome { paid: true, attention, ..Outcome::default() });
    }
    if !wanted.locked {
        return Err(first);
    }
    match session.ask(&call) {
        Err(again) if again.kind == Kind::OutcomeUnknown => {
            match is_paid_by_now(session, wanted.payment_id, &again)? {
                true => Ok(Outcome { paid: true, attention, ..Outcome::default() }),
                false => Err(again),
            }
        }
        answer => read_back(session, wanted, answer, Some(first), attention),
    }
}

/// What a person must know of, before anything is marked.
fn differences(found: &PortalPayment, wanted: &Pay) -> Vec<&'static str> {
    let mut words = Vec::new();
    match found.sum {
        None => words.push("sum_unknown"),
        Some(sum) if sum.currency != wanted.captured.currency => words.push("currency"),
        Some(sum) if sum.minor > wanted.captured.minor => words.push("amount"),
        Some(sum) if sum.minor < wanted.captured.minor => words.push("overpaid"),
        Some(_) => {}
    }
    if found.pay_system_id.is_some_and(|id| id != wanted.pay_system_id) {
        words.push("pay_system");
    }
    words
}

/// After a lost answer: looks twice, since the portal may still be at it.
fn is_paid_by_now(session: &Session<'_>, id: u64, lost: &Error) -> Result<bool, Error> {
    for pause in [Duration::ZERO, PAUSE] {
        let slept = pause.is_zero() || session.call().clock.sleep(pause).is_ok();
        // A look that failed leaves the call's outcome as unknown as it was.
        match slept.then(|| portal_payment::find(session, id)) {
            Some(Ok(Some(found))) if found.paid => return Ok(true),
            Some(Ok(Some(_))) => {}
            _ => return Err(lost.clone()),
        }
    }
    Ok(false)
}

/// After an answer: the portal's word is believed once its payment shows it. `lost` is a call before it
/// whose answer never came.
fn read_back(
    session: &Session<'_>,
    wanted: &Pay,
    answer: Result<Reply, Error>,
    lost: Option<Error>,
    mut attention: Vec<&'static str>,
) -> Result<Outcome, Error> {
    if let Err(error) = &answer
        && error.kind != Kind::Refused
    {
        // Whatever kept a repeat from leaving says nothing about the call before it.
        return Err(lost.unwrap_or_else(|| error.clone()));
    }
    match (answer, portal_payment::find(session, wanted.payment_id)) {
        (_, Ok(Some(found))) if found.paid => {
            Ok(Outcome { paid: true, attention, ..Outcome::default() })
        }
        (Err(refused), _) => Err(lost.unwrap_or(refused)),
        (Ok(_), Ok(_)) => {
            attention.push("still_unpaid");
            Ok(Outcome { attention, ..Outcome::default() })
        }
        (Ok(_), Err(_)) => {
            let says = "the portal answered, but its payment could not be read back";
            Err(Error::outcome_unknown("not_read_back", says))
        }
    }
}
