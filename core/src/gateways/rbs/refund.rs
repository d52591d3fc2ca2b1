//! `refund`: with the shop's own id, so that a repeat cannot give the money twice.

use std::sync::Arc;

use super::reply::{Reply, Verdict};
use super::{
    Merchant, Step, add_extra, capture, in_common_words, look, orders, positive, refusals,
};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::{HttpRequest, Patience};
use crate::money::Amount;
use crate::operation::{Before, Refund};
use crate::payment::Status;

const NAMES: &[(&str, &str)] = &[
    ("orderId", "id"),
    ("externalRefundId", "refund_id"),
    ("expectedDepositedAmount", "before.captured"),
];

pub fn start(merchant: Arc<Merchant>, request: Refund) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    let http = request_of(&merchant, &request)?;
    let (id, native) = (request.id, &orders::REFUND);
    let next = move |response| {
        let reply = Reply::read(&response, native.effect)?;
        match (reply.verdict(), refusals::check(native, &reply)) {
            (_, Ok(())) => capture::after(&merchant, &id, |_| ()),
            (Verdict::Failed(code), Err(error)) if code == "7" => {
                explain(&merchant, &id, error, amount)
            }
            (_, Err(error)) => Err(error),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The refund as it leaves; byte for byte the same for the same request.
pub fn request_of(merchant: &Merchant, request: &Refund) -> Result<HttpRequest, Error> {
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
        let deposited = deposited_before(merchant, before, amount)?;
        given.insert("expectedDepositedAmount".into(), deposited.into());
    }
    add_extra(native, &mut given, request.extra.clone())?;
    merchant
        .request(native, &merchant.for_merchant(given), Patience::Long)
        .map_err(|error| in_common_words(error, NAMES))
}

/// What the gateway called `depositedAmount` before the refund.
fn deposited_before(merchant: &Merchant, before: &Before, amount: Amount) -> Result<u64, Error> {
    let (captured, refunded) = amounts_before(before, amount)?;
    Ok(match merchant.settings.assumptions.deposited_is_net {
        true => captured.saturating_sub(refunded),
        false => captured,
    })
}

/// The amounts before a write, in minor units.
pub fn amounts_before(before: &Before, amount: Amount) -> Result<(u64, u64), Error> {
    let read = |field: &str, text: &str| {
        Amount::parse(text, amount.currency)
            .map(|amount| amount.minor)
            .map_err(|says| Error::invalid(field, says))
    };
    Ok((read("before.captured", &before.captured)?, read("before.refunded", &before.refunded)?))
}

/// Code 7 is a system error, a wrong state or a wrong amount: the order's state tells which.
fn explain(
    merchant: &Arc<Merchant>,
    id: &str,
    in_doubt: Error,
    amount: Amount,
) -> Result<Step, Error> {
    let shop = Arc::clone(merchant);
    let doubt = in_doubt.clone();
    look(merchant, id, Err(in_doubt), move |payment| {
        let action = payment.raw.get("actionCode").and_then(crate::fields::scalar);
        let left = match (payment.captured, payment.refunded) {
            (Some(taken), back) => {
                Some(taken.minor.saturating_sub(back.map_or(0, |back| back.minor)))
            }
            _ => None,
        };
        let refused = match payment.status {
            _ if action.as_deref() == Some("1120") => {
                Error::refused("in_progress", "another refund of this payment is in progress")
            }
            Status::Paid | Status::PartiallyPaid | Status::PartiallyRefunded | Status::Refunded
                if left.is_some_and(|left| amount.minor > left) =>
            {
                Error::refused("amount_exceeded", "more than is left to refund")
            }
            Status::Paid
            | Status::PartiallyPaid
            | Status::PartiallyRefunded
            | Status::Pending
            | Status::Unknown => doubt.clone(),
            Status::NotFound => {
                Error::refused("order_not_found", "the gateway knows no such order")
            }
            _ => Error::refused(
                "wrong_state",
                format!("nothing to refund: the payment is {}", payment.status.name()),
            ),
        };
        let code = doubt.code.clone().unwrap_or_default();
        Err(refused.with_code(code, doubt.text.clone()).with_payment(shop.reply(payment, false)))
    })
}
