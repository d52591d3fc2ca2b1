//! `refund`: with the shop's own id, so that a repeat cannot give the money twice.

use std::sync::Arc;

use super::write::{self, Meaning};
use super::{Merchant, Step, add_extra, in_common_words, orders, positive};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::Patience;
use crate::money::Amount;
use crate::operation::{Before, Refund};
use crate::payment::{Payment, Status};

const NAMES: &[(&str, &str)] = &[
    ("orderId", "id"),
    ("externalRefundId", "refund_id"),
    ("expectedDepositedAmount", "before.captured"),
];

pub fn start(merchant: Arc<Merchant>, request: Refund) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    if request.refund_id.chars().count() > 32 {
        // BPC takes 32 characters where Alfa takes 36: what is cut off could not be found again.
        return Err(Error::invalid("refund_id", "expected at most 32 characters"));
    }
    let native = &orders::REFUND;
    let mut given = Fields::new();
    given.insert("orderId".into(), request.id.as_str().into());
    given.insert("amount".into(), amount.minor.into());
    given.insert("currency".into(), amount.currency.digits().into());
    given.insert("externalRefundId".into(), request.refund_id.as_str().into());
    if let Some(before) = &request.before {
        let deposited = deposited_before(&merchant, before, amount)?;
        given.insert("expectedDepositedAmount".into(), deposited.into());
    }
    add_extra(native, &mut given, request.extra)?;
    let http = merchant
        .request(native, &merchant.for_merchant(given), Patience::Long)
        .map_err(|error| in_common_words(error, NAMES))?;
    let meaning = move |payment: &Payment| meaning(payment, amount);
    write::send(merchant, native, http, request.id, |_| (), meaning)
}

/// What the gateway called `depositedAmount` before the refund.
fn deposited_before(merchant: &Merchant, before: &Before, amount: Amount) -> Result<u64, Error> {
    let (captured, refunded) = amounts_before(before, amount)?;
    if refunded > captured {
        return Err(Error::invalid("before.refunded", "more than before.captured"));
    }
    Ok(match merchant.settings.assumptions.deposited_is_net {
        true => captured - refunded,
        false => captured,
    })
}

/// The amounts before a write, captured and refunded, in minor units.
pub fn amounts_before(before: &Before, amount: Amount) -> Result<(u64, u64), Error> {
    let read = |field: &str, text: &str| {
        Amount::parse(text, amount.currency)
            .map(|amount| amount.minor)
            .map_err(|says| Error::invalid(field, says))
    };
    Ok((read("before.captured", &before.captured)?, read("before.refunded", &before.refunded)?))
}

fn meaning(payment: &Payment, amount: Amount) -> Meaning {
    if write::action_code(payment).as_deref() == Some("1120") {
        let says = "another refund of this payment is in progress";
        return Meaning::Refused(Error::refused("in_progress", says));
    }
    let back = payment.refunded.map_or(0, |back| back.minor);
    let left = payment.captured.map(|taken| taken.minor.saturating_sub(back));
    match payment.status {
        Status::Paid | Status::PartiallyPaid | Status::PartiallyRefunded | Status::Refunded => {
            if left.is_some_and(|left| amount.minor > left) {
                return Meaning::Refused(Error::refused(
                    "amount_exceeded",
                    "more than is left to refund",
                ));
            }
            Meaning::InDoubt
        }
        Status::Pending | Status::Unknown => Meaning::InDoubt,
        Status::NotFound => Meaning::Refused(write::not_found()),
        _ => write::wrong_state(payment, "nothing to refund"),
    }
}
