//! `payment_status`: the first status call of the descriptor whose values are known, and beside it what
//! an authentic notification said; where nothing can be asked, that notification alone.

use std::sync::Arc;

use super::call::{self, Call};
use super::create_payment::{self, reply};
use super::known::Known;
use super::response::{Expectation, Listed};
use super::schema::Word;
use super::shop::Shop;
use super::trust::doubt;
use super::{Context, Step, beside, raw, tries};
use crate::decline;
use crate::error::{Error, Kind};
use crate::expect::Expected;
use crate::http::HttpResponse;
use crate::money::Currency;
use crate::operation::{Notified, PaymentStatus};
use crate::payment::{Payment, Status};

pub fn start(
    shop: Arc<Shop>,
    request: PaymentStatus,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let expect = &request.expect;
    let expected = expect.read(shop.test_mode)?;
    if request.id.is_some() == request.order_number.is_some() {
        return Err(Error::invalid("id", "expected either id or order_number"));
    }
    let told = request.told;
    if shop.descriptor.status.is_empty() {
        let Some(told) = told else {
            let says = "this gateway cannot be asked: a notification tells, given to confirm";
            return Err(Error::refused("not_supported", says));
        };
        return judge(&shop, &expected, alone(*told.payment), request.id);
    }
    let mut known = Known::new(shop, context)?;
    let number = request.order_number.as_ref().or(expect.order_number.as_ref());
    identify(&mut known, request.id.as_deref(), number.map(String::as_str));
    known.set_given("order.amount", expect.amount.as_deref());
    known.set_given("order.currency", expect.currency.as_deref());
    let call = find(&known).ok_or_else(|| lacking(&known))?;
    let then = move |known: Known, http: HttpResponse| {
        let payment = read(&known, call, &http, told.as_ref())?;
        judge(&known.shop, &expected, payment, request.id)
    };
    call::send(known, call, Box::new(then))
}

/// What a notification said, where it is all that is known: what it was compared with before says nothing
/// of what is expected now.
pub fn alone(mut told: Payment) -> Payment {
    told.checked.retain(|name| *name == "shop");
    if told.status == Status::Unknown && told.reason.is_none() {
        told.reason = Some(UNKNOWN_WORD);
    }
    told
}

/// The gateway's word for where it stands is not in the descriptor, or there was none.
const UNKNOWN_WORD: &str = "unknown_status";

fn judge(
    shop: &Shop,
    expected: &Expected,
    mut payment: Payment,
    id: Option<String>,
) -> Result<Step, Error> {
    let checked = expected.check(&mut payment);
    // Filled in only now: what was asked for is no proof of what came.
    payment.id = payment.id.or(id);
    let payment = reply(shop, payment, expected.hold == Some(true));
    checked.map_err(|error| error.with_payment(payment.clone()))?;
    Ok(Step::Done(payment))
}

/// Which payment is meant. Where it is named by the order number, the one is the other.
pub fn identify(known: &mut Known, id: Option<&str>, number: Option<&str>) {
    match known.shop.named_by_order() {
        true => known.set_given("order.id", id.or(number)),
        false => {
            known.set_given("payment.id", id);
            known.set_given("order.id", number);
        }
    }
}

/// The first status call whose values are known.
pub fn find(known: &Known) -> Option<Call> {
    let calls = known.shop.descriptor.status.iter();
    let at = calls.enumerate().find(|(_, call)| {
        let mut templates = call.templates();
        templates.all(|template| template.names().all(|name| is_known(known, name)))
    });
    at.map(|(at, _)| Call::Status(at))
}

fn is_known(known: &Known, name: &str) -> bool {
    let asked = name.starts_with("order.") || name.starts_with("payment.");
    !asked || known.get(name).is_some()
}

/// What the caller has to add, so that it can be asked.
fn lacking(known: &Known) -> Error {
    let calls = known.shop.descriptor.status.iter();
    let mut names = calls.flat_map(|call| call.templates()).flat_map(|one| one.names());
    let name = names.find(|name| !is_known(known, name)).unwrap_or("payment.id");
    Error::invalid(known.values().field_of(name), "required: the gateway is asked by it")
}

/// Reads a status reply: another payment than was asked for is never taken for it.
pub fn read(
    known: &Known,
    call: Call,
    http: &HttpResponse,
    told: Option<&Notified>,
) -> Result<Payment, Error> {
    let shop = &*known.shop;
    let response = call.response(&shop.descriptor)?;
    let currency = known.get("order.currency").and_then(Currency::from_code);
    let currency = currency.or(told.and_then(|told| told.payment.currency));
    let expectation =
        Expectation { shop, values: &known.values(), response, effect: call.effect(), currency };
    let number = known.get("order.id");
    let Listed { told: listed, message, complete } = match expectation.list(http, number) {
        Ok(listed) => listed,
        Err(error) if error.kind == Kind::Refused && error.reason == "order_not_found" => {
            return Ok(not_found(known));
        }
        Err(error) => return Err(error),
    };
    if response.fields.status.is_some() && listed.iter().any(|said| said.word.is_none()) {
        return Err(expectation.doubt("it holds no status"));
    }
    let mut tries = tries::ranked(shop, listed);
    let twice = tries::is_paid_twice(&tries);
    let Some((said, mut payment)) = tries.pop_front() else {
        let mut payment = not_found(known);
        payment.raw = raw::shown(shop, &message);
        return Ok(payment);
    };
    payment.complete = complete;
    payment.raw = raw::shown(shop, &message);
    if payment.status == Status::Declined {
        payment.reason = Some(decline::DECLINED);
    }
    if matches!(said.word, None | Some(Word::Unknown)) {
        payment.reason = Some(UNKNOWN_WORD);
    }
    if let Some(name) = other_than(known, &payment) {
        let says = "the gateway answers with another order than was asked for";
        doubt(shop, call, &mut payment);
        let payment = reply(shop, payment, false);
        return Err(Error::mismatch(name, says).with_payment(payment));
    }
    // It was asked by the number, and is documented not to repeat it.
    if call.request(&shop.descriptor)?.names("order.id") && response.fields.order_id.is_none() {
        payment.order_number = number.map(str::to_owned);
        if shop.named_by_order() {
            payment.id.clone_from(&payment.order_number);
        }
    }
    let others = tries.iter().any(|(_, other)| other.status.moved_money());
    beside::weigh(known, call, &mut payment, told, others);
    if payment.status == Status::Created {
        let page = create_payment::page(known, response.fields.url.as_ref(), &said);
        payment.action = page.ok().flatten();
    }
    for (_, other) in &mut tries {
        doubt(shop, call, other);
    }
    payment.attempts = tries::attempts(&said, &payment, &tries);
    if twice {
        let says = "two payments of this number are paid or held: give one of them back";
        let payment = reply(shop, payment, false);
        return Err(Error::mismatch("paid_twice", says).with_payment(payment));
    }
    Ok(payment)
}

fn not_found(known: &Known) -> Payment {
    let shop = &*known.shop;
    let mut payment = Payment::new(shop.descriptor.id.clone(), Status::NotFound);
    let name = if shop.named_by_order() { "order.id" } else { "payment.id" };
    payment.id = known.get(name).map(str::to_owned);
    payment.order_number = known.get("order.id").map(str::to_owned);
    payment
}

/// What of the answer is not what was asked by.
fn other_than(known: &Known, payment: &Payment) -> Option<&'static str> {
    let differs = |asked: Option<&str>, got: &Option<String>| {
        asked.zip(got.as_deref()).is_some_and(|(asked, got)| asked != got)
    };
    if differs(known.get("payment.id"), &payment.id) {
        Some("id")
    } else if differs(known.get("order.id"), &payment.order_number) {
        Some("order_number")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_was_compared_with_before_counts_no_more() {
        let mut told = Payment::new("sample", Status::Unknown);
        told.checked = vec!["shop", "order_number", "amount"];
        let alone = alone(told);
        assert_eq!((alone.checked, alone.reason), (vec!["shop"], Some("unknown_status")));
    }
}
