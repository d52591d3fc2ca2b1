//! `cancel`: asks the state first, since an unpaid order is declined, a hold is reversed, and
//! captured money is never moved.

use std::sync::Arc;

use super::reply::{Reply, Verdict};
use super::{
    Merchant, Step, add_extra, capture, in_common_words, look, orders, payment_status, refusals,
};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::{Effect, Patience};
use crate::native::Native;
use crate::operation::Cancel;
use crate::payment::{Payment, Status};

pub fn start(merchant: Arc<Merchant>, request: Cancel) -> Result<Step, Error> {
    let http =
        merchant.status_of(&request.id).map_err(|e| in_common_words(e, &[("orderId", "id")]))?;
    let next = move |response| {
        let reply = Reply::read(&response, Effect::Read)?;
        let payment = payment_status::read(&merchant, &reply, Some(&request.id), None)?;
        let close = |native| close(&merchant, native, &request, &payment);
        match payment.status {
            Status::Created | Status::ActionRequired => close(&orders::DECLINE),
            Status::Authorized => close(&orders::REVERSE),
            // Already closed: cancelling it again is no mistake.
            Status::Cancelled | Status::Verified | Status::Declined | Status::Expired => {
                Ok(Step::Done(merchant.reply(payment, false)))
            }
            Status::NotFound => {
                Err(Error::refused("order_not_found", "the gateway knows no such order"))
            }
            Status::Pending => Err(Error::refused("in_progress", "the bank has not decided yet")
                .with_payment(merchant.reply(payment, false))),
            _ => {
                let says =
                    format!("the payment is {}: money moved, use refund", payment.status.name());
                Err(Error::refused("wrong_state", says)
                    .with_payment(merchant.reply(payment, false)))
            }
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

fn close(
    merchant: &Arc<Merchant>,
    native: &'static Native,
    request: &Cancel,
    payment: &Payment,
) -> Result<Step, Error> {
    let mut given = Fields::new();
    given.insert("orderId".into(), request.id.as_str().into());
    let number = payment.order_number.as_ref().or(request.order_number.as_ref());
    if let Some(number) = number.filter(|_| native.name == orders::DECLINE.name) {
        // One document wants both, another either: both are always right.
        given.insert("orderNumber".into(), number.as_str().into());
    }
    add_extra(native, &mut given, request.extra.clone())?;
    let http = merchant.request(native, &merchant.for_merchant(given), Patience::Long)?;
    let (merchant, id) = (Arc::clone(merchant), request.id.clone());
    let next = move |response| {
        let reply = Reply::read(&response, native.effect)?;
        match (reply.verdict(), refusals::check(native, &reply)) {
            (_, Ok(())) => capture::after(&merchant, &id, |_| ()),
            (Verdict::Failed(code), Err(error)) if code == "7" => explain(&merchant, &id, error),
            (_, Err(error)) => Err(error),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// Code 7: perhaps the buyer paid, or the hold was taken, in the same moment.
fn explain(merchant: &Arc<Merchant>, id: &str, in_doubt: Error) -> Result<Step, Error> {
    let shop = Arc::clone(merchant);
    let doubt = in_doubt.clone();
    look(merchant, id, Err(in_doubt), move |payment| {
        let says =
            format!("the gateway refused to close it: the payment is {}", payment.status.name());
        let error = match payment.status {
            Status::Cancelled | Status::Declined | Status::Expired => {
                return Ok(Step::Done(shop.reply(payment, false)));
            }
            Status::Created
            | Status::ActionRequired
            | Status::Authorized
            | Status::Pending
            | Status::Unknown => doubt,
            _ => Error::refused("wrong_state", says).with_code("7", doubt.text.clone()),
        };
        Err(error.with_payment(shop.reply(payment, false)))
    })
}
