//! `cancel`: asks first where the payment stands, since captured money is never moved by it.

use std::sync::Arc;

use super::call::Call;
use super::create_payment::reply;
use super::known::Known;
use super::payment_status::{find, identify};
use super::shop::Shop;
use super::trust::believes;
use super::{Context, Step, write};
use crate::error::Error;
use crate::operation::Cancel;
use crate::payment::{Payment, Status};

pub fn start(shop: Arc<Shop>, request: Cancel, context: &Context<'_>) -> Result<Step, Error> {
    let mut known = Known::new(Arc::clone(&shop), context)?;
    identify(&mut known, Some(&request.id), request.order_number.as_deref());
    let sent = Call::Cancel.request(&shop.descriptor)?;
    known.take_extra(&[sent], &request.extra, |_| false)?;
    let may_refund = request.may_refund;
    let believed = find(&known).is_some_and(|status| believes(&shop, status));
    write::first_look(known, move |known, payment| match payment {
        Some(payment) if believed => close(known, payment),
        // Nobody confirmed that it is open, or closed: that must be sure, or it must not matter.
        Some(payment) if !is_open(&payment) && !is_closed(&payment) => close(known, payment),
        _ if may_refund => write::send(known, Call::Cancel, closed),
        _ => {
            let says = "required: this gateway cannot be asked for certain whether money was taken, and \
                        may give it back";
            Err(Error::invalid("may_refund", says))
        }
    })
}

fn is_open(payment: &Payment) -> bool {
    matches!(payment.status, Status::Created | Status::ActionRequired | Status::Authorized)
}

fn is_closed(payment: &Payment) -> bool {
    matches!(payment.status, Status::Cancelled | Status::Declined | Status::Expired)
}

fn close(known: Known, payment: Payment) -> Result<Step, Error> {
    match payment.status {
        _ if is_open(&payment) => write::send(known, Call::Cancel, closed),
        // Already closed: cancelling it again is no mistake.
        _ if is_closed(&payment) => Ok(Step::Done(reply(&known.shop, payment, false))),
        _ => Err(write::wrong_state(&known, payment, "there is nothing to close")),
    }
}

/// The gateway said yes, and yet it may be paid: somebody was faster.
fn closed(payment: &Payment) -> Result<(), Error> {
    match payment.status {
        Status::Authorized => Ok(()),
        status if status.moved_money() => {
            let says = format!("the payment is {}: money moved, use refund", status.name());
            Err(Error::refused("wrong_state", says))
        }
        _ => Ok(()),
    }
}
