//! What follows a call that registers and pays at once (a wallet, a stored card): the status is read,
//! and held against what was asked for.

use std::sync::Arc;
use std::time::Duration;

use super::merchant::Merchant;
use super::reply::Reply;
use super::{NAME, Step, payment_status, refusals, write};
use crate::clock::{self, Time};
use crate::decline::DECLINED;
use crate::error::{Error, Kind};
use crate::expect::Expected;
use crate::native::Native;
use crate::payment::{Payment, Status};

/// The order's id, where the gateway took the call.
pub fn accepted(native: &Native, reply: &Reply) -> Result<String, Error> {
    refusals::check(native, reply)?;
    let says = "the reply reports no error, but holds no orderId";
    reply.order_id().ok_or_else(|| Error::outcome_unknown("reply_incomplete", says))
}

/// The payment that was made just now: what the status says of it, and that it is the one meant. A
/// refusal of the bank is an error, so that nobody ships what he takes for paid.
pub fn paid(merchant: &Arc<Merchant>, id: &str, expected: Expected) -> Result<Step, Error> {
    let says = "the gateway accepted it, and its status cannot be read";
    let mut known = Payment::new(NAME, Status::Unknown);
    known.id = Some(id.to_owned());
    let doubt =
        Error::outcome_unknown("status_not_read", says).with_payment(merchant.reply(known, false));
    let shop = Arc::clone(merchant);
    write::look(merchant, id, Err(doubt), move |payment| judge(&shop, payment, &expected))
}

fn judge(shop: &Merchant, mut payment: Payment, expected: &Expected) -> Result<Step, Error> {
    let checked = expected.check(&mut payment);
    // Refused, and the order lives on: it was not this call that may still pay it.
    let tried = payment.last_attempt.as_ref().filter(|_| payment.status == Status::Created);
    let tried = tried.filter(|attempt| attempt.status == Some("declined")).and_then(|a| a.reason);
    let declined = payment.status == Status::Declined || tried.is_some();
    let reason = payment.reason.or(tried);
    let code = payment.code.clone();
    let payment = shop.reply(payment, expected.hold == Some(true));
    checked.map_err(|error| error.with_payment(payment.clone()))?;
    if declined {
        let error = Error::declined(reason.unwrap_or(DECLINED), "the payment was declined");
        return Err(error.with_code(code.unwrap_or_default(), None).with_payment(payment));
    }
    Ok(Step::Done(payment))
}

/// A refusal is explained by the order's own state, if the order is there and of this call; else it
/// stands. A number that is taken may be this attempt's own, made by another worker: the order comes
/// along, and it is for the caller to look at it.
pub fn explain(
    merchant: &Arc<Merchant>,
    mut doubt: Error,
    number: &str,
    expected: Expected,
    now: Time,
) -> Result<Step, Error> {
    let taken = doubt.reason == "duplicate_order";
    match doubt.kind {
        Kind::OutcomeUnknown | Kind::Declined => {}
        _ if taken => doubt.may_have_happened = true,
        _ => return Err(doubt),
    }
    let Ok(http) = merchant.status_by_number(number) else { return Err(doubt) };
    let (shop, number, otherwise) = (Arc::clone(merchant), number.to_owned(), doubt.clone());
    let next = move |response| {
        let found = Reply::read(&response, shop.dialect().status)
            .and_then(|reply| payment_status::read(&shop, &reply, None, Some(&number)));
        match found {
            Ok(payment)
                if (payment.status.moved_money() || payment.status == Status::Declined)
                    && !taken
                    && !is_older(&shop, &payment, now) =>
            {
                judge(&shop, payment, &expected)
            }
            // Not there, not begun, or another's: the call may still be on its way.
            Ok(payment) => Err(doubt.with_payment(shop.reply(payment, false))),
            Err(error) if error.kind == Kind::Mismatch => Err(error),
            Err(_) => Err(doubt),
        }
    };
    Ok(Step::Look(http, Box::new(next), Box::new(Err(otherwise))))
}

/// Whether the order was registered before this attempt was made: then its number was given twice.
pub fn is_older(merchant: &Merchant, payment: &Payment, sent_at: Time) -> bool {
    let apart = Duration::from_secs(merchant.settings.assumptions.clocks_apart_s.into());
    let created = payment.created_at.as_deref().and_then(|text| clock::parse(text).ok());
    created.is_some_and(|created| sent_at - created > apart)
}
