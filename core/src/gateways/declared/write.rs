//! What cancel and refund have in common: a look at the payment where the gateway can be asked, the
//! write, which leaves once, and a look at what it brought about.

use super::Step;
use super::call::{self, Call};
use super::create_payment::reply;
use super::known::Known;
use super::payment_status::{find, read};
use super::raw;
use super::response::{Expectation, Reply};
use super::trust::{doubt, doubt_refusal};
use crate::error::{Error, Kind};
use crate::http::HttpResponse;
use crate::money::Currency;
use crate::payment::{Payment, Status};

/// The write is done, and where the payment stands now could not be read.
const NOT_READ: &str = "done_but_status_not_read";

/// What stands there refuses a write before anything moves. Without a status call nothing is known.
pub fn first_look(
    known: Known,
    then: impl FnOnce(Known, Option<Payment>) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    let Some(status) = find(&known) else { return then(known, None) };
    let next = move |mut known: Known, http: HttpResponse| {
        let payment = read(&known, status, &http, None)?;
        if payment.status == Status::NotFound {
            return Err(not_found());
        }
        // The write may need the number, and whoever asks afterwards has it.
        if known.get("order.id").is_none() {
            known.set_given("order.id", payment.order_number.as_deref());
        }
        then(known, Some(payment))
    };
    call::send(known, status, Box::new(next))
}

fn not_found() -> Error {
    Error::refused("order_not_found", "the gateway knows no such order")
}

/// Sends the write, and looks at the payment afterwards. `judge` says whether it stands as it must.
pub fn send(
    known: Known,
    call: Call,
    judge: impl FnOnce(&Payment) -> Result<(), Error> + Send + 'static,
) -> Result<Step, Error> {
    let next = move |known: Known, http: HttpResponse| {
        let payment = accepted(&known, call, &http)?;
        let Some(status) = find(&known) else {
            return Ok(Step::Done(reply(&known.shop, payment, false)));
        };
        let otherwise = Ok(reply(&known.shop, payment, false));
        let fallback = otherwise.clone();
        let look = move |known: Known, http: HttpResponse| match read(&known, status, &http, None) {
            Ok(seen) if seen.status != Status::NotFound => {
                let judged = judge(&seen);
                let seen = reply(&known.shop, identified(&known, seen), false);
                judged.map_err(|error| error.with_payment(seen.clone()))?;
                Ok(Step::Done(seen))
            }
            Err(error) if error.kind == Kind::Mismatch => Err(error),
            _ => fallback.map(Step::Done),
        };
        call::look(known, status, otherwise, Box::new(look))
    };
    call::send(known, call, Box::new(next))
}

/// The payment as far as the write's own reply tells of it.
fn accepted(known: &Known, call: Call, http: &HttpResponse) -> Result<Payment, Error> {
    let shop = &*known.shop;
    let response = call.response(&shop.descriptor)?;
    let values = known.values();
    let currency = known.get("refund.currency").and_then(Currency::from_code);
    let expectation =
        Expectation { shop, values: &values, response, effect: call.effect(), currency };
    let unsure = |error| doubt_refusal(shop, call, error);
    let (told, message) = match expectation.read(http).map_err(unsure)? {
        Reply::Told(told, message) => (told, message),
        Reply::NotFound => return Err(unsure(not_found())),
    };
    let mut payment = told.payment(shop);
    payment.raw = raw::shown(shop, &message);
    if payment.status == Status::Unknown {
        payment.reason = Some(NOT_READ);
    }
    doubt(shop, call, &mut payment);
    Ok(identified(known, payment))
}

/// The payment with the names under which the caller gave it.
fn identified(known: &Known, mut payment: Payment) -> Payment {
    let id = if known.shop.named_by_order() { "order.id" } else { "payment.id" };
    payment.id = payment.id.or_else(|| known.get(id).map(str::to_owned));
    let number = known.get("order.id").map(str::to_owned);
    payment.order_number = payment.order_number.or(number);
    payment
}

/// The payment is in a state in which the write makes no sense.
pub fn wrong_state(known: &Known, payment: Payment, says: &str) -> Error {
    let reason = match payment.status {
        Status::Pending => "in_progress",
        _ => "wrong_state",
    };
    let says = format!("{says}: the payment is {}", payment.status.name());
    let payment = reply(&known.shop, identified(known, payment), false);
    Error::refused(reason, says).with_payment(payment)
}
