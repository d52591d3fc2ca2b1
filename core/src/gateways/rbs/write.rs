//! What every write on an order has in common: it is sent once, the order is looked at afterwards,
//! and code 7, which can mean anything, is explained by that look.

use std::sync::Arc;

use super::reply::{Reply, Verdict};
use super::{Merchant, NAME, Step, in_common_words, payment_status, refusals};
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::http::HttpRequest;
use crate::money::Amount;
use crate::native::Native;
use crate::payment::{Payment, Status};

/// A write on an order begins with a look at it: what is refused for what stands there is refused
/// before anything moves, and a look that fails leaves everything as it was.
pub fn first_look(
    merchant: Arc<Merchant>,
    id: &str,
    number: Option<&str>,
    then: impl FnOnce(Arc<Merchant>, Payment) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let status = merchant.dialect().status;
    let request =
        merchant.status_of(id).map_err(|error| in_common_words(error, &[("orderId", "id")]))?;
    let (id, number) = (id.to_owned(), number.map(str::to_owned));
    let next = move |response| {
        let reply = Reply::read(&response, status)?;
        let payment = payment_status::read(&merchant, &reply, Some(&id), number.as_deref())?;
        match payment.status {
            Status::NotFound => Err(not_found()),
            _ => then(merchant, payment),
        }
    };
    Ok(Step::Send(request, Box::new(next)))
}

/// Refuses a sum in another currency than the order's: it would be taken for minor units of that.
pub fn same_currency(payment: &Payment, amount: Amount) -> Result<(), Error> {
    match payment.currency {
        Some(currency) if currency != amount.currency => {
            Err(Error::invalid("currency", format!("the payment is in {}", currency.code)))
        }
        _ => Ok(()),
    }
}

/// Refuses to move a part of a payment with a receipt without saying which positions: the law wants
/// them on the receipt of that part.
pub fn positions_needed(payment: &Payment, part: bool, given: bool) -> Result<(), Error> {
    match payment.receipted && part && !given {
        true => {
            let says = "required: the payment has a receipt, and this is a part of it; give the \
                        positions of the part";
            Err(Error::invalid("receipt", says))
        }
        false => Ok(()),
    }
}

/// What code 7 meant, seen from the order's state.
pub enum Meaning {
    /// A wrong state or amount.
    Refused(Error),
    /// It is as it should be: nothing to complain about.
    Done,
    /// The state fits and the amount too: a system error, of which nobody knows the end.
    InDoubt,
}

/// Sends the write on the order `id`. `accepted` judges what the order looks like once the gateway
/// said yes; `meaning` what it meant where the answer leaves that open.
pub fn send(
    merchant: Arc<Merchant>,
    native: &'static Native,
    http: HttpRequest,
    id: String,
    accepted: impl FnOnce(&mut Payment) -> Result<(), Error> + Send + 'static,
    meaning: impl FnOnce(&Payment) -> Meaning + Send + 'static,
) -> Result<Step, Error> {
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        match (reply.verdict(), refusals::check(native, &reply)) {
            (_, Ok(())) => done(&merchant, &id, accepted),
            (Verdict::Failed(code), Err(error)) if code == "7" => {
                explain(&merchant, &id, error, meaning)
            }
            (Verdict::DressedUp, Err(error)) => explain(&merchant, &id, error, meaning),
            (_, Err(error)) => Err(error),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The write is done: the reply is what the order looks like now, or that it is done.
fn done(
    merchant: &Arc<Merchant>,
    id: &str,
    accepted: impl FnOnce(&mut Payment) -> Result<(), Error> + Send + 'static,
) -> Result<Step, Error> {
    let mut known = Payment::new(NAME, Status::Unknown);
    known.id = Some(id.to_owned());
    known.reason = Some("done_but_status_not_read");
    let known = merchant.reply(known, false);
    let shop = Arc::clone(merchant);
    look(merchant, id, Ok(known), move |mut payment| {
        let judged = accepted(&mut payment);
        let payment = shop.reply(payment, false);
        judged.map_err(|error| error.with_payment(payment.clone()))?;
        Ok(Step::Done(payment))
    })
}

fn explain(
    merchant: &Arc<Merchant>,
    id: &str,
    doubt: Error,
    meaning: impl FnOnce(&Payment) -> Meaning + Send + 'static,
) -> Result<Step, Error> {
    let shop = Arc::clone(merchant);
    look(merchant, id, Err(doubt.clone()), move |payment| {
        let error = match meaning(&payment) {
            Meaning::Done => return Ok(Step::Done(shop.reply(payment, false))),
            Meaning::Refused(error) => error,
            Meaning::InDoubt => doubt.clone(),
        };
        let code = doubt.code.clone().unwrap_or_default();
        Err(error.with_code(code, doubt.text.clone()).with_payment(shop.reply(payment, false)))
    })
}

/// The look at an order after a write; if it cannot be read, or the order is not there (a moment ago it
/// was), `otherwise` is the truth.
pub fn look(
    merchant: &Arc<Merchant>,
    id: &str,
    otherwise: Result<Fields, Error>,
    then: impl FnOnce(Payment) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let Ok(request) = merchant.status_of(id) else { return otherwise.map(Step::Done) };
    look_with(merchant, request, id, otherwise, then)
}

/// The same with a request of the caller's.
pub fn look_with(
    merchant: &Arc<Merchant>,
    request: HttpRequest,
    id: &str,
    otherwise: Result<Fields, Error>,
    then: impl FnOnce(Payment) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let (merchant, id, fallback) = (Arc::clone(merchant), id.to_owned(), otherwise.clone());
    let next = move |response| {
        let reply = Reply::read(&response, merchant.dialect().status);
        match reply.and_then(|reply| payment_status::read(&merchant, &reply, Some(&id), None)) {
            Ok(payment) if payment.status == Status::NotFound => fallback.map(Step::Done),
            Ok(mut payment) => {
                payment.id.get_or_insert(id);
                then(payment)
            }
            Err(error) if error.kind == Kind::Mismatch => Err(error),
            Err(_) => fallback.map(Step::Done),
        }
    };
    Ok(Step::Look(request, Box::new(next), Box::new(otherwise)))
}

/// The order is in a state in which the write makes no sense.
pub fn wrong_state(payment: &Payment, what: &str) -> Meaning {
    let says = format!("{what}: the payment is {}", payment.status.name());
    Meaning::Refused(Error::refused("wrong_state", says))
}

/// The order is not there at all.
pub fn not_found() -> Error {
    Error::refused("order_not_found", "the gateway knows no such order")
}
