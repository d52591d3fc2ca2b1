//! A capture, a cancel or a refund whose answer was lost: the order's state and sums tell.

use std::sync::Arc;

use super::conclude;
use crate::error::Error;
use crate::expect::{Expect, Expected};
use crate::gateways::rbs::reply::Reply;
use crate::gateways::rbs::{Merchant, Step, in_common_words, payment_status, positive, refund};
use crate::money::Amount;
use crate::operation::Settle;
use crate::payment::{Payment, Status};
use crate::settled::Settled;

pub fn cancel(merchant: &Arc<Merchant>, request: &Settle, grace_over: bool) -> Result<Step, Error> {
    ask(merchant, request, Expected::default(), move |payment| match payment.status {
        Status::Cancelled | Status::Declined | Status::Expired => (Settled::Done, "it is closed"),
        _ if !grace_over => (Settled::Pending, "not closed yet; the cancel may be on its way"),
        Status::Created | Status::ActionRequired => {
            (Settled::NotDone, "still open: cancel may be called again")
        }
        Status::Authorized | Status::PartiallyCaptured => {
            (Settled::Review, "still held, and a reversal works once")
        }
        Status::Pending | Status::Unknown | Status::NotFound => {
            (Settled::Pending, "not decided yet")
        }
        _ => (Settled::NotDone, "money was captured: use refund"),
    })
}

pub fn capture(
    merchant: &Arc<Merchant>,
    request: &Settle,
    grace_over: bool,
) -> Result<Step, Error> {
    let (amount, captured, _) = amounts(request)?;
    let (partial, wanted) = (request.partial, captured.saturating_add(amount.minor));
    let held = Expect { hold: Some(true), ..Expect::default() }.read(None)?;
    ask(merchant, request, held, move |payment| {
        let taken = payment.captured.map(|taken| taken.minor);
        match payment.status {
            _ if other_currency(payment, amount) => (Settled::Review, OTHER_CURRENCY),
            Status::Pending | Status::Unknown | Status::NotFound => {
                (Settled::Pending, "not decided yet")
            }
            status if status.moved_money() && taken == Some(wanted) => {
                (Settled::Done, "captured as asked")
            }
            Status::PartiallyCaptured | Status::Authorized if !grace_over => {
                (Settled::Pending, "still held; the capture may be on its way")
            }
            // The state guards a whole capture against happening twice; a part nothing guards.
            Status::Authorized if !partial => {
                (Settled::NotDone, "still held: capture may be called again")
            }
            Status::Cancelled | Status::Expired => (Settled::NotDone, "the hold is gone"),
            _ => (Settled::Review, "the sums are not those of this capture"),
        }
    })
}

pub fn refund(merchant: &Arc<Merchant>, request: &Settle, grace_over: bool) -> Result<Step, Error> {
    let (amount, _, refunded) = amounts(request)?;
    let wanted = refunded.saturating_add(amount.minor);
    let Some(refund_id) = request.refund_id.clone() else {
        return Err(Error::invalid("refund_id", "required: the refund's own id"));
    };
    let names_refunds = merchant.dialect().names_refunds;
    ask(merchant, request, Expected::default(), move |payment| {
        let back = payment.refunded.map(|back| back.minor);
        let unmoved = back == Some(refunded);
        match refund::listed(payment, &refund_id) {
            _ if other_currency(payment, amount) => return (Settled::Review, OTHER_CURRENCY),
            Some(Some("done")) if refund::other_sum(payment, &refund_id, amount) => {
                return (Settled::Review, "this refund id stands beside another sum");
            }
            Some(Some("done")) => return (Settled::Done, "the gateway lists it by its id"),
            Some(Some("failed")) if unmoved && grace_over => {
                return (
                    Settled::NotDone,
                    "listed as failed, and nothing was refunded: a new refund takes a new refund_id",
                );
            }
            Some(Some("failed")) if grace_over => {
                return (Settled::Review, "listed as failed, and yet the refunded sum moved");
            }
            Some(_) => return (Settled::Pending, "the gateway lists it, not done yet"),
            None => {}
        }
        let in_progress = payment.code.as_deref() == Some("1120");
        // Where each refund is named, one without our id is another's.
        let others_listed = match names_refunds {
            true => !payment.refunds.is_empty(),
            false => payment.refunds.iter().any(|refund| refund.id.is_some()),
        };
        match payment.status {
            _ if in_progress => (Settled::Pending, "a refund is in progress"),
            Status::Pending | Status::Unknown | Status::NotFound => {
                (Settled::Pending, "not decided yet")
            }
            status if !status.moved_money() => {
                (Settled::Review, "nothing is captured here any more")
            }
            // Sums prove it only where no other id could have moved them.
            _ if back == Some(wanted) && !others_listed => {
                (Settled::Done, "the refunded sum grew by it")
            }
            _ if unmoved && grace_over => (
                Settled::NotDone,
                "nothing was refunded: repeat it as it was, with the same refund_id",
            ),
            _ if unmoved => (Settled::Pending, "it may be on its way"),
            _ => (Settled::Review, "the sums are not those of this refund: something else moved"),
        }
    })
}

const OTHER_CURRENCY: &str = "the payment is in another currency: not the one that was meant";

fn other_currency(payment: &Payment, amount: Amount) -> bool {
    payment.currency.is_some_and(|currency| currency != amount.currency)
}

/// The amount of the write and what was captured and refunded before it.
fn amounts(request: &Settle) -> Result<(Amount, u64, u64), Error> {
    let (amount, currency) = request.sum()?;
    let amount = positive(amount, currency)?;
    let (captured, refunded) = request.before()?.read(amount.currency)?;
    Ok((amount, captured, refunded))
}

/// Reads the status by id and concludes from the payment.
fn ask(
    merchant: &Arc<Merchant>,
    request: &Settle,
    expected: Expected,
    judge: impl FnOnce(&Payment) -> (Settled, &'static str) + Send + 'static,
) -> Result<Step, Error> {
    let Some(id) = request.id.clone() else {
        return Err(Error::invalid("id", "required: the gateway's id"));
    };
    let http = merchant.status_of(&id).map_err(|e| in_common_words(e, &[("orderId", "id")]))?;
    let merchant = Arc::clone(merchant);
    let next = move |response| {
        let reply = Reply::read(&response, merchant.dialect().status)?;
        let mut payment = payment_status::read(&merchant, &reply, Some(&id), None)?;
        payment.id.get_or_insert(id);
        let (verdict, why) = judge(&payment);
        conclude(&merchant, &expected, payment, verdict, why)
    };
    Ok(Step::Send(http, Box::new(next)))
}
