//! `capture`: deposit, then a look at the order.

use std::sync::Arc;

use super::reply::{Reply, Verdict};
use super::{Merchant, NAME, Step, add_extra, in_common_words, look, orders, positive, refusals};
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
    let id = request.id;
    let next = move |response| {
        let reply = Reply::read(&response, native.effect)?;
        match (reply.verdict(), refusals::check(native, &reply)) {
            (_, Ok(())) => after(&merchant, &id, |payment| {
                // It was held, so a part of it is what was wanted, not too little.
                if payment.status == Status::PartiallyPaid {
                    payment.status = Status::Paid;
                }
            }),
            (Verdict::Failed(code), Err(error)) if code == "7" => {
                explain(&merchant, &id, error, amount)
            }
            (_, Err(error)) => Err(error),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The write is done: what the order looks like now, or that it is done.
pub fn after(
    merchant: &Arc<Merchant>,
    id: &str,
    knowing: impl FnOnce(&mut Payment) + Send + 'static,
) -> Result<Step, Error> {
    let mut known = Payment::new(NAME, Status::Unknown);
    known.id = Some(id.to_owned());
    known.reason = Some("done_but_status_not_read");
    let known = merchant.reply(known, false);
    let shop = Arc::clone(merchant);
    look(merchant, id, Ok(known), move |mut payment| {
        knowing(&mut payment);
        Ok(Step::Done(shop.reply(payment, false)))
    })
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
        let held = payment.authorized.map(|held| held.minor);
        let taken = payment.captured.map_or(0, |taken| taken.minor);
        let refused = match payment.status {
            Status::Authorized | Status::PartiallyCaptured if action.as_deref() == Some("87") => {
                Error::refused("hold_expired", "the hold is too old to be captured")
            }
            Status::Authorized | Status::PartiallyCaptured
                if held.is_some_and(|held| amount.minor > held.saturating_sub(taken)) =>
            {
                Error::refused("amount_exceeded", "more than is held")
            }
            // Still held and the sum is fine: a system error, of which nobody knows the end.
            Status::Authorized | Status::PartiallyCaptured | Status::Pending | Status::Unknown => {
                doubt.clone()
            }
            Status::NotFound => {
                Error::refused("order_not_found", "the gateway knows no such order")
            }
            _ => Error::refused(
                "wrong_state",
                format!("nothing to capture: the payment is {}", payment.status.name()),
            ),
        };
        let code = doubt.code.clone().unwrap_or_default();
        Err(refused.with_code(code, doubt.text.clone()).with_payment(shop.reply(payment, false)))
    })
}
