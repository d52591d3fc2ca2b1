//! `capture`: deposit, then a look at the order.

use std::sync::Arc;

use super::write::{self, Meaning};
use super::{Merchant, Step, add_extra, in_common_words, positive};
use crate::error::Error;
use crate::fields::Fields;
use crate::money::Amount;
use crate::operation::Capture;
use crate::payment::{Payment, Status};

pub fn start(merchant: Arc<Merchant>, request: Capture) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    let native = merchant.dialect().deposit;
    let mut given = Fields::new();
    given.insert("orderId".into(), request.id.as_str().into());
    given.insert("amount".into(), amount.minor.into());
    given.insert("currency".into(), amount.currency.digits().into());
    if request.partial {
        given.insert("depositType".into(), "1".into());
    }
    add_extra(native, &mut given, request.extra)?;
    let http = merchant
        .request(native, &given)
        .map_err(|error| in_common_words(error, &[("orderId", "id")]))?;
    let partial = request.partial;
    let meaning = move |payment: &Payment| meaning(payment, amount, partial);
    write::send(merchant, native, http, request.id, was_held, meaning)
}

/// It was held, so a captured part is what was wanted, not too little.
pub fn was_held(payment: &mut Payment) {
    if payment.status == Status::PartiallyPaid {
        payment.status = Status::Paid;
    }
}

/// Only what this capture cannot have brought about is a refusal of it.
fn meaning(payment: &Payment, amount: Amount, partial: bool) -> Meaning {
    let held = payment.authorized.map(|held| held.minor);
    let taken = payment.captured.map(|taken| taken.minor);
    let perhaps_ours = match partial {
        true => taken.is_none_or(|taken| taken >= amount.minor),
        false => taken.is_none_or(|taken| taken == amount.minor),
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
