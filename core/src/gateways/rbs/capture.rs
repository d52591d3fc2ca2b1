//! `capture`: a look at the order, deposit, and a look at what became of it.

use std::sync::Arc;

use super::create_payment::Given;
use super::write::{self, Meaning};
use super::{Merchant, Step, add_extra, in_common_words, positive};
use crate::error::Error;
use crate::http::HttpRequest;
use crate::money::Amount;
use crate::operation::Capture;
use crate::payment::{Payment, Status};

const NAMES: &[(&str, &str)] =
    &[("orderId", "id"), ("depositItems", "receipt"), ("orderBundle", "receipt")];

pub fn start(merchant: Arc<Merchant>, request: Capture) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    // What cannot be sent is found before anything is.
    deposit(&merchant, &request, amount, request.partial.then_some(INTERMEDIATE))?;
    let id = request.id.clone();
    write::first_look(merchant, &id, None, move |merchant, payment| {
        write::same_currency(&payment, amount)?;
        let left = payment.authorized.zip(payment.captured);
        let left = left.map(|(held, taken)| held.minor.saturating_sub(taken.minor));
        write::positions_needed(&payment, left != Some(amount.minor), request.receipt.is_some())?;
        let kind = match (request.partial, payment.status) {
            (true, _) => Some(INTERMEDIATE),
            (false, Status::PartiallyCaptured) => Some(LAST),
            _ => None,
        };
        let http = deposit(&merchant, &request, amount, kind)?;
        let partial = request.partial;
        let native = merchant.dialect().deposit;
        let before = payment.captured.map(|taken| taken.minor);
        let meaning = move |payment: &Payment| meaning(payment, amount, before, partial);
        write::send(merchant, native, http, request.id, was_held, meaning)
    })
}

/// `depositType` of one capture of several, and of the last of them.
const INTERMEDIATE: &str = "1";
const LAST: &str = "2";

fn deposit(
    merchant: &Merchant,
    request: &Capture,
    amount: Amount,
    kind: Option<&str>,
) -> Result<HttpRequest, Error> {
    let mut given = Given::new(merchant.dialect().deposit);
    given.put("orderId", Some(request.id.as_str()))?;
    given.put("amount", Some(amount.minor))?;
    given.hint("currency", Some(amount.currency.digits()));
    if kind.is_some() && !given.knows("depositType") {
        return Err(Error::invalid("partial", "this dialect takes a hold in one piece"));
    }
    given.put("depositType", kind)?;
    if let Some(receipt) = &request.receipt {
        let part = receipt.check_part(amount)?;
        (merchant.dialect().receipts.capture)(&mut given, &part, &merchant.settings.receipt)?;
    }
    add_extra(given.native, &mut given.fields, request.extra.clone())?;
    merchant.request(given.native, &given.fields).map_err(|error| in_common_words(error, NAMES))
}

/// It was held, so a captured part is what was wanted, not too little.
fn was_held(payment: &mut Payment) -> Result<(), Error> {
    if payment.status == Status::PartiallyPaid {
        payment.status = Status::Paid;
    }
    Ok(())
}

/// Only what this capture cannot have brought about is a refusal of it.
fn meaning(payment: &Payment, amount: Amount, before: Option<u64>, partial: bool) -> Meaning {
    let held = payment.authorized.map(|held| held.minor);
    let taken = payment.captured.map(|taken| taken.minor);
    let wanted = before.map(|before| before.saturating_add(amount.minor));
    let perhaps_ours = match (partial, wanted) {
        (_, None) => true,
        (true, Some(_)) => taken.is_none_or(|taken| taken >= amount.minor),
        (false, Some(wanted)) => taken.is_none_or(|taken| taken == wanted),
    };
    match payment.status {
        Status::Authorized | Status::PartiallyCaptured if payment.code.as_deref() == Some("87") => {
            Meaning::Refused(Error::refused("hold_expired", "the hold is too old to be captured"))
        }
        Status::Authorized | Status::PartiallyCaptured
            if held.is_some_and(|held| amount.minor > held) =>
        {
            Meaning::Refused(Error::refused("amount_exceeded", "more than is held"))
        }
        Status::Authorized | Status::PartiallyCaptured | Status::Pending | Status::Unknown => {
            Meaning::InDoubt
        }
        Status::NotFound => Meaning::Refused(write::not_found()),
        status if status.moved_money() && perhaps_ours => Meaning::InDoubt,
        _ => write::wrong_state(payment, "nothing to capture"),
    }
}
