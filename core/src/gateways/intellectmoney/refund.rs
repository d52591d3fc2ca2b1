//! `refund`: purchaseToRefund, of the whole; of a part only where the settings name the amount's
//! field. Nothing at the gateway keeps a refund from being made twice: it is never repeated.

use std::sync::Arc;

use super::merchant::Merchant;
use super::receipt::Kind;
use super::tables::PURCHASE_TO_REFUND;
use super::write::{self, After, Order, positive};
use super::{Step, history};
use crate::clock::Time;
use crate::error::Error;
use crate::money::Amount;
use crate::operation::Refund;
use crate::payment::{Payment, Status};

pub fn start(merchant: Arc<Merchant>, request: Refund, now: Time) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    if request.refund_id.is_empty() {
        return Err(Error::invalid("refund_id", "expected the shop's own id of this refund"));
    }
    let order = Order::read(&request.id, request.order_number.as_deref())?;
    let before = request.before.as_ref();
    let before = before.map(|before| before.read(amount.currency)).transpose()?;
    if before.is_none() && !history::is_open(&merchant) {
        let says = "required without login and password: whether this is the whole follows from it";
        return Err(Error::invalid("before", says));
    }
    // What cannot be sent is found before anything is.
    let printed = request.receipt.as_deref().map(|paper| (paper, amount, Kind::Refund));
    let extra = &request.extra;
    let http =
        write::request(&merchant, &PURCHASE_TO_REFUND, &order, Some(amount), printed, extra)?;
    let known = order.clone();
    write::first_look(merchant, &known, Some(false), now, move |merchant, payment| {
        let (captured, refunded) = sums(&merchant, payment, before, amount)?;
        let left = captured.saturating_sub(refunded);
        if amount.minor > left {
            let left = Amount { minor: left, ..amount };
            let says = format!("{left} are left to refund");
            return Err(Error::refused("amount_exceeded", says));
        }
        if amount.minor < left {
            write::may_be_part(&merchant)?;
        }
        let back = refunded.saturating_add(amount.minor);
        let shows = move |payment: &mut Payment| {
            payment.refunded.is_some_and(|sum| sum.minor == back && sum.currency == amount.currency)
        };
        let after = After { order, hold: Some(false), now, shows: Box::new(shows) };
        write::send(merchant, &PURCHASE_TO_REFUND, http, after)
    })
}

/// What was captured and refunded so far: by the history, which must agree with the caller; or else
/// as the caller says.
fn sums(
    merchant: &Merchant,
    payment: Option<Payment>,
    before: Option<(u64, u64)>,
    amount: Amount,
) -> Result<(u64, u64), Error> {
    let says = "required: the gateway tells no sums, and whether this is the whole follows from it";
    let needed = || Error::invalid("before", says);
    let Some(payment) = payment else { return before.ok_or_else(needed) };
    write::same_currency(&payment, amount)?;
    match payment.status {
        Status::Paid | Status::PartiallyPaid | Status::PartiallyRefunded | Status::Refunded => {}
        // Money went back of which the caller knows nothing: another refund may be one too many.
        Status::Unknown
            if payment.reason == Some(history::REFUNDED_UNKNOWN)
                && before.is_none_or(|(_, refunded)| refunded == 0) =>
        {
            let says = "money went back already, nobody knows how much: look into the cabinet";
            let error = Error::refused("wrong_state", says);
            return Err(error.with_payment(merchant.reply(payment, false)));
        }
        // A word that we don't know: what the caller knows may be more.
        Status::Unknown => return before.ok_or_else(needed),
        _ => return Err(write::wrong_state(merchant, payment, "nothing to refund")),
    }
    let seen = payment.captured.zip(payment.refunded);
    let seen = seen.map(|(taken, back)| (taken.minor, back.minor));
    match (seen, before) {
        (Some(seen), Some(before)) if seen != before => {
            let says = "the amounts are not those of before: something else moved since";
            let error = Error::refused("wrong_state", says);
            Err(error.with_payment(merchant.reply(payment, false)))
        }
        (Some(seen), _) => Ok(seen),
        (None, before) => before.ok_or_else(needed),
    }
}
