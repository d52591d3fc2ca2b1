//! `cancel`: asks the state first, since an unpaid order is declined, a hold is reversed, and
//! captured money is never moved.

use std::sync::Arc;

use super::write::{self, Meaning};
use super::{Merchant, Step, add_extra, in_common_words};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::HttpRequest;
use crate::native::Native;
use crate::operation::Cancel;
use crate::payment::{Payment, Status};

/// The table's names beside the common ones, for errors.
const NAMES: &[(&str, &str)] = &[("orderId", "id"), ("orderNumber", "order_number")];

pub fn start(merchant: Arc<Merchant>, request: Cancel) -> Result<Step, Error> {
    // Whatever the state will be: a request that cannot be sent is found before anything is.
    let dialect = merchant.dialect();
    for native in [dialect.decline, dialect.reverse] {
        closing(&merchant, native, &request, request.order_number.as_deref())?;
    }
    let (id, number) = (request.id.clone(), request.order_number.clone());
    write::first_look(merchant, &id, number.as_deref(), move |merchant, payment| {
        match payment.status {
            Status::Created | Status::ActionRequired => {
                close(merchant, dialect.decline, request, &payment)
            }
            Status::Authorized => close(merchant, dialect.reverse, request, &payment),
            // Already closed: cancelling it again is no mistake.
            Status::Cancelled | Status::Verified | Status::Declined | Status::Expired => {
                Ok(Step::Done(merchant.reply(payment, false)))
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
    })
}

fn close(
    merchant: Arc<Merchant>,
    native: &'static Native,
    request: Cancel,
    payment: &Payment,
) -> Result<Step, Error> {
    let number = payment.order_number.as_deref().or(request.order_number.as_deref());
    let http = closing(&merchant, native, &request, number)?;
    write::send(merchant, native, http, request.id, closed, meaning)
}

fn closing(
    merchant: &Merchant,
    native: &'static Native,
    request: &Cancel,
    number: Option<&str>,
) -> Result<HttpRequest, Error> {
    let mut given = Fields::new();
    given.insert("orderId".into(), request.id.as_str().into());
    if let Some(number) = number.filter(|_| native.name == merchant.dialect().decline.name) {
        // One document wants both, another either: both are always right.
        given.insert("orderNumber".into(), number.into());
    }
    add_extra(native, &mut given, request.extra.clone())?;
    merchant.request(native, &given).map_err(|error| in_common_words(error, NAMES))
}

/// It said yes, and yet the order may be paid: somebody was faster.
fn closed(payment: &mut Payment) -> Result<(), Error> {
    match payment.status {
        Status::Authorized | Status::Pending | Status::Unknown => Ok(()),
        status if status.moved_money() => {
            let says = format!("the payment is {}: money moved, use refund", status.name());
            Err(Error::refused("wrong_state", says))
        }
        _ => Ok(()),
    }
}

/// Perhaps the buyer paid, or the hold was taken, in the same moment.
fn meaning(payment: &Payment) -> Meaning {
    match payment.status {
        Status::Cancelled | Status::Declined | Status::Expired => Meaning::Done,
        Status::Created
        | Status::ActionRequired
        | Status::Authorized
        | Status::Pending
        | Status::Unknown => Meaning::InDoubt,
        Status::NotFound => Meaning::Refused(write::not_found()),
        _ => write::wrong_state(payment, "the gateway refused to close it"),
    }
}
