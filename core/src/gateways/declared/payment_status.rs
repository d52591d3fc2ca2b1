//! `payment_status`: the first status call of the descriptor whose values are known, and beside it what
//! an authentic notification said; where nothing can be asked, that notification alone.

use std::sync::Arc;

use super::call::{self, Call};
use super::create_payment::{self, reply};
use super::known::Known;
use super::response::{Expectation, Listed};
use super::schema::{Mark, Word};
use super::shop::Shop;
use super::{Context, Step, raw, tries};
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
    // Beside another that took money too it tells of this one only by its id.
    let others = tries.iter().any(|(_, other)| other.status.moved_money());
    let named =
        |told: &Payment| !shop.named_by_order() && told.id.is_some() && told.id == payment.id;
    let told = told.filter(|told| !told.payment.unconfirmed);
    let told = told.filter(|told| !others || named(&told.payment));
    let agreed = told.is_some_and(|told| told.payment.status == payment.status);
    if let Some(told) = told {
        if agreed && !believes(shop, call) {
            sums_of(&mut payment, &told.payment);
        }
        combine(&mut payment, &told.payment, known.get("payment.id"), agreed);
    }
    if !agreed {
        doubt(shop, call, &mut payment);
        let proved = told.is_some_and(|told| told.payment.status.moved_money());
        if proved && !believes(shop, call) && payment.status != Status::Unknown {
            // Nor does it outweigh what is proved: where the money is, nobody can say.
            (payment.status, payment.reason) = (Status::Unknown, Some("unconfirmed"));
            payment.last_attempt = None;
        }
    }
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

/// Whether what the status call says may count by itself.
pub fn believes(shop: &Shop, call: Call) -> bool {
    let Call::Status(at) = call else { return false };
    let mark = shop.descriptor.status.get(at).map(|call| call.mark);
    mark.is_some_and(|mark| shop.believes(&call.section(), mark))
}

/// A status call that nobody confirmed adds no money to what the notification proves.
fn sums_of(payment: &mut Payment, told: &Payment) {
    payment.amount = told.amount.or(payment.amount);
    payment.authorized = told.authorized;
    payment.captured = told.captured;
    payment.refunded = told.refunded;
}

/// What a section says of money that nobody confirmed is not taken for true.
pub fn doubt(shop: &Shop, call: Call, payment: &mut Payment) {
    if let Some(mark) = mark(shop, call) {
        shop.doubt(&call.section(), mark, payment);
    }
}

/// A refusal in words that nobody confirmed does not prove that a write was not carried out.
pub fn doubt_refusal(shop: &Shop, call: Call, error: Error) -> Error {
    let sure = mark(shop, call).is_none_or(|mark| shop.believes(&call.section(), mark));
    if sure || error.kind != Kind::Refused {
        return error;
    }
    let says = format!("{}, as nobody confirmed that it says so", error.message);
    let mut doubted = Error::outcome_unknown(error.reason, says);
    (doubted.code, doubted.text) = (error.code.clone(), error.text.clone());
    doubted.http_status = error.http_status;
    doubted
}

fn mark(shop: &Shop, call: Call) -> Option<Mark> {
    let descriptor = &shop.descriptor;
    match call {
        Call::Create => Some(descriptor.create.mark),
        Call::Status(at) => descriptor.status.get(at).map(|call| call.mark),
        Call::Cancel => descriptor.cancel.as_ref().map(|call| call.mark),
        Call::Refund => descriptor.refund.as_ref().map(|call| call.mark),
    }
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

/// The status decides. What it does not tell may come from the notification where both say the same, or
/// both name the same payment of the gateway's.
fn combine(payment: &mut Payment, told: &Payment, asked: Option<&str>, agreed: bool) {
    let id = payment.id.as_deref().or(asked);
    let named = id.is_some() && told.id.as_deref() == id;
    let differs = |one: &Option<String>, other: &Option<String>| {
        one.is_some() && other.is_some() && one != other
    };
    let another =
        differs(&payment.order_number, &told.order_number) || differs(&payment.id, &told.id);
    if another || !(agreed || named) {
        return;
    }
    payment.id = payment.id.take().or_else(|| told.id.clone());
    payment.order_number = payment.order_number.take().or_else(|| told.order_number.clone());
    payment.amount = payment.amount.or(told.amount);
    payment.currency = payment.currency.or(told.currency);
    payment.test = payment.test.or(told.test);
    payment.method = payment.method.take().or_else(|| told.method.clone());
    payment.card = payment.card.take().or_else(|| told.card.clone());
    payment.rrn = payment.rrn.take().or_else(|| told.rrn.clone());
    if agreed {
        payment.authorized = payment.authorized.or(told.authorized);
        payment.captured = payment.captured.or(told.captured);
        payment.refunded = payment.refunded.or(told.refunded);
        payment.fee = payment.fee.or(told.fee);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Amount;

    fn payment(status: Status, id: Option<&str>, number: Option<&str>, sum: bool) -> Payment {
        let rouble = Currency::from_code("RUB");
        let mut payment = Payment::new("sample", status);
        payment.id = id.map(str::to_owned);
        payment.order_number = number.map(str::to_owned);
        payment.currency = rouble.filter(|_| sum);
        payment.amount = payment.currency.map(|currency| Amount { minor: 10_000, currency });
        payment.captured = payment.amount.filter(|_| status == Status::Paid);
        payment
    }

    #[test]
    fn a_notification_fills_in_what_it_proves() {
        // Status, its id and number; the notification's; whether they agree; what is filled in.
        let told = |id, number, status| payment(status, id, number, true);
        for (seen, told, asked, sums, captured) in [
            // Both say paid.
            ((None, None), told(None, Some("A"), Status::Paid), Some("1"), true, true),
            // They differ, and the notification names the same payment: what was registered is known.
            ((None, None), told(Some("1"), Some("A"), Status::Created), Some("1"), true, false),
            // They differ, and nothing binds it to this payment.
            ((None, None), told(None, Some("A"), Status::Created), Some("1"), false, false),
            ((None, None), told(Some("2"), Some("A"), Status::Created), Some("1"), false, false),
            // Another order, another payment.
            ((None, Some("B")), told(None, Some("A"), Status::Paid), Some("1"), false, false),
            ((Some("2"), None), told(Some("1"), Some("A"), Status::Paid), Some("2"), false, false),
        ] {
            let mut payment = payment(Status::Paid, seen.0, seen.1, false);
            let agreed = told.status == payment.status;
            combine(&mut payment, &told, asked, agreed);
            assert_eq!(payment.amount.is_some(), sums);
            assert_eq!(payment.order_number.as_deref() == Some("A"), sums);
            assert_eq!(payment.captured.is_some(), captured);
            assert_eq!(payment.status, Status::Paid);
        }
    }

    #[test]
    fn what_it_was_compared_with_before_counts_no_more() {
        let mut told = payment(Status::Unknown, None, Some("A"), true);
        told.checked = vec!["shop", "order_number", "amount"];
        let alone = alone(told);
        assert_eq!((alone.checked, alone.reason), (vec!["shop"], Some("unknown_status")));
    }
}
