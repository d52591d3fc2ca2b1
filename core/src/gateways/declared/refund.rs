//! `refund`: a look at the payment where the gateway can be asked, then the refund under the shop's own
//! id.

use std::sync::Arc;

use super::call::Call;
use super::known::Known;
use super::payment_status::identify;
use super::shop::Shop;
use super::{Context, Step, write};
use crate::error::Error;
use crate::expect;
use crate::money::Amount;
use crate::operation::Refund;
use crate::payment::{Payment, Status};

pub fn start(shop: Arc<Shop>, request: Refund, context: &Context<'_>) -> Result<Step, Error> {
    let currency = expect::currency("currency", &request.currency)?;
    let amount = expect::positive(&request.amount, currency)?;
    if request.refund_id.is_empty() {
        return Err(Error::invalid("refund_id", "expected a text that is not empty"));
    }
    if request.receipt.is_some() {
        let says = "expected none: this gateway's descriptor has no place for it";
        return Err(Error::invalid("receipt", says));
    }
    let mut known = Known::new(Arc::clone(&shop), context)?;
    identify(&mut known, Some(&request.id), request.order_number.as_deref());
    known.set("refund.id", &request.refund_id);
    known.set("refund.amount", amount.to_string());
    known.set("refund.currency", currency.code);
    let sent = Call::Refund.request(&shop.descriptor)?;
    known.take_extra(&[sent], &request.extra, |_| false)?;
    let before = request.before.as_ref().map(|before| before.read(currency)).transpose()?;
    write::first_look(known, move |known, payment| {
        check(&known, payment, amount, before)?;
        write::send(known, Call::Refund, |_| Ok(()))
    })
}

/// What is refused for what stands there, before anything moves.
fn check(
    known: &Known,
    payment: Option<Payment>,
    amount: Amount,
    before: Option<(u64, u64)>,
) -> Result<(), Error> {
    let Some(payment) = payment else {
        return match before {
            None => Ok(()),
            Some(_) => Err(Error::refused("wrong_state", NOTHING_TO_COMPARE)),
        };
    };
    if let Some(other) = payment.currency.filter(|currency| *currency != amount.currency) {
        return Err(Error::invalid("currency", format!("the payment is in {}", other.code)));
    }
    let told = |amount: Option<Amount>| amount.map(|amount| amount.minor);
    let (captured, refunded) = (told(payment.captured), told(payment.refunded));
    let left = captured.map(|captured| captured.saturating_sub(refunded.unwrap_or(0)));
    match payment.status {
        // What is not known the gateway itself judges.
        Status::Paid | Status::PartiallyPaid | Status::PartiallyRefunded | Status::Unknown => {}
        _ => return Err(write::wrong_state(known, payment, "there is nothing to give back")),
    }
    let now = captured.zip(refunded);
    if before.is_some() && before != now {
        let says = match now {
            Some(_) => "the amounts are not those of before: something else moved since",
            None => NOTHING_TO_COMPARE,
        };
        return Err(write::wrong_state(known, payment, says));
    }
    match left.is_some_and(|left| amount.minor > left) {
        true => Err(Error::refused("amount_exceeded", "more than is left to refund")),
        false => Ok(()),
    }
}

const NOTHING_TO_COMPARE: &str = "the gateway tells no amounts to compare with those of before";
