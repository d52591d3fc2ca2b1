//! `cancel`: purchaseToRefund, which closes an unpaid invoice, releases a hold, and gives back what
//! was paid in the meantime: so only with the caller's consent.

use std::sync::Arc;

use super::history::State;
use super::merchant::Merchant;
use super::step::PaymentStep;
use super::tables::PURCHASE_TO_REFUND;
use super::write::{self, After, Order};
use super::{Step, payment_status};
use crate::clock::Time;
use crate::error::Error;
use crate::operation::Cancel;
use crate::payment::{IN_PROCESS, Payment, Status};

/// The bank has not decided: nothing is cancelled then, whatever the history says.
const UNDECIDED: &[PaymentStep] = &[PaymentStep::InProcess, PaymentStep::ActivationPayment];

/// The buyer was faster than the cancel: what was paid went back.
const PAID_AND_RETURNED: &str = "paid_and_returned";

pub fn start(merchant: Arc<Merchant>, request: Cancel, now: Time) -> Result<Step, Error> {
    if !request.may_refund {
        let says =
            "required to be true: the gateway's only cancel gives back what was paid before it";
        return Err(Error::invalid("may_refund", says));
    }
    let order = Order::read(&request.id, request.order_number.as_deref())?;
    // Without an amount: all there is.
    let http = write::request(&merchant, &PURCHASE_TO_REFUND, &order, None, None, &request.extra)?;
    let id = request.id;
    payment_status::look(merchant, &id, now, None, UNDECIDED, move |merchant, payment, facts| {
        write::same_number(&merchant, &payment, &order.number)?;
        let captured = |state| matches!(state, State::PartPaid | State::Paid | State::Refund);
        let captured = facts.is_some_and(|facts| captured(facts.state));
        match (payment.status, payment.reason) {
            (Status::Pending, Some(IN_PROCESS | "activation_needed")) => {
                let error = Error::refused("in_progress", "the bank has not decided yet");
                return Err(error.with_payment(merchant.reply(payment, false)));
            }
            // Already closed: cancelling it again is no mistake.
            (Status::Cancelled, _) => return Ok(Step::Done(merchant.reply(payment, false))),
            // Whether or not its sums are clear.
            _ if captured => {
                let what = "money moved, use refund";
                return Err(write::wrong_state(&merchant, payment, what));
            }
            _ => {}
        }
        let after = After { order, hold: None, now, shows: Box::new(closed) };
        write::send(merchant, &PURCHASE_TO_REFUND, http, after)
    })
}

fn closed(payment: &mut Payment) -> bool {
    match payment.status {
        Status::Cancelled => true,
        Status::Refunded | Status::PartiallyRefunded => {
            payment.reason = Some(PAID_AND_RETURNED);
            payment.status == Status::Refunded
        }
        _ => false,
    }
}
