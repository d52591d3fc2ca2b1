//! `capture`: deposit, then a look at the order.

use std::sync::Arc;

use super::write::{self, Meaning};
use super::{Merchant, Step, add_extra, in_common_words, orders, positive};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::Patience;
use crate::money::Amount;
use crate::operation::Capture;
use crate::payment::{Payment, Status};

pub fn start(merchant: Arc<Merchant>, request: Capture) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    let native = &orders::DEPOSIT;
    let mut given = Fields::new();
    given.insert("orderId".into(), request.id.as_str().into());
    given.insert("amount".into(), amount.minor.into());
    given.insert("currency".into(), amount.currency.digits().into());
    if request.partial {
        given.insert("depositType".into(), "1".into());
    }
    add_extra(native, &mut given, request.extra)?;
    let http = merchant
        .request(native, &merchant.for_merchant(given), Patience::Long)
        .map_err(|error| in_common_words(error, &[("orderId", "id")]))?;
    let meaning = move |payment: &Payment| meaning(payment, amount);
    write::send(merchant, native, http, request.id, was_held, meaning)
}

/// It was held, so a captured part is what was wanted, not too little.
pub fn was_held(payment: &mut Payment) {
    if payment.status == Status::PartiallyPaid {
        payment.status = Status::Paid;
    }
}

fn meaning(payment: &Payment, amount: Amount) -> Meaning {
    let taken = payment.captured.map_or(0, |taken| taken.minor);
    let left = payment.authorized.map(|held| held.minor.saturating_sub(taken));
    match payment.status {
        Status::Authorized | Status::PartiallyCaptured => {
            match write::action_code(payment).as_deref() {
                Some("87") => Meaning::Refused(Error::refused(
                    "hold_expired",
                    "the hold is too old to be captured",
                )),
                _ if left.is_some_and(|left| amount.minor > left) => {
                    Meaning::Refused(Error::refused("amount_exceeded", "more than is held"))
                }
                _ => Meaning::InDoubt,
            }
        }
        Status::Pending | Status::Unknown => Meaning::InDoubt,
        Status::NotFound => Meaning::Refused(write::not_found()),
        _ => write::wrong_state(payment, "nothing to capture"),
    }
}
