//! What capture, cancel and refund have in common: the order number, which is what is signed; a look
//! at the history before and after, where it is open; and a write that leaves once.

use std::sync::Arc;

use super::history;
use super::merchant::Merchant;
use super::reply::Reply;
use super::tables::Method;
use super::{Step, receipt, refusals};
use crate::clock::Time;
use crate::error::{Error, Kind};
use crate::expect;
use crate::fields::Fields;
use crate::http::HttpRequest;
use crate::money::Amount;
use crate::native::{add_extra, in_common_words};
use crate::operation::Customer;
use crate::payment::{Payment, Status};
use crate::receipt::Receipt;

/// The table's names beside the common ones, for errors.
const NAMES: &[(&str, &str)] =
    &[("InvoiceId", "id"), ("OrderId", "order_number"), ("MerchantReceipt", "receipt")];

/// An invoice by both of its numbers: only the shop's own is signed.
#[derive(Clone)]
pub struct Order {
    pub id: String,
    pub number: String,
}

impl Order {
    pub fn read(id: &str, number: Option<&str>) -> Result<Order, Error> {
        let says = "required: it is what the signature covers";
        let number = number.ok_or_else(|| Error::invalid("order_number", says))?;
        Ok(Order { id: id.to_owned(), number: number.to_owned() })
    }
}

/// Reads the amount of a common request.
pub fn positive(amount: &str, currency: &str) -> Result<Amount, Error> {
    expect::positive(amount, expect::currency("currency", currency)?)
}

/// What the cash register prints beside a write, for which sum, and as what.
pub type Printed<'a> = (&'a Receipt, Amount, receipt::Kind);

/// The request of a write. `part` goes into the field whose name the settings tell.
pub fn request(
    merchant: &Merchant,
    method: &'static Method,
    order: &Order,
    part: Option<Amount>,
    printed: Option<Printed<'_>>,
    extra: &Fields,
) -> Result<HttpRequest, Error> {
    let mut given = Fields::new();
    given.insert("InvoiceId".into(), order.id.as_str().into());
    given.insert("OrderId".into(), order.number.as_str().into());
    if let Some((paper, amount, kind)) = printed {
        let nobody = Customer::default();
        receipt::add(&mut given, merchant, Some(paper), &nobody, amount, kind)?;
    }
    let mut extra = extra.clone();
    if let Some(name) = &merchant.settings.refund_amount_field {
        if extra.keys().any(|given| given.eq_ignore_ascii_case(name)) {
            let says = "filled from the common fields";
            return Err(Error::invalid(format!("extra.{name}"), says));
        }
        extra.extend(part.map(|part| (name.clone(), part.to_string().into())));
    }
    add_extra(&method.native, &mut given, extra)?;
    merchant.request(method, &given).map_err(|error| in_common_words(error, NAMES))
}

/// Refuses a part where nobody knows how to ask for one: an unknown field might be passed over, and
/// then all of the money would move.
pub fn may_be_part(merchant: &Merchant) -> Result<(), Error> {
    match merchant.settings.refund_amount_field {
        Some(_) => Ok(()),
        None => Err(Error::refused(
            "not_supported",
            "a part needs the setting refund_amount_field: no document names the amount's field",
        )),
    }
}

/// What the history shows before the write; none where it is not open, or lists no such invoice.
pub fn first_look(
    merchant: Arc<Merchant>,
    order: &Order,
    hold: Option<bool>,
    now: Time,
    then: impl FnOnce(Arc<Merchant>, Option<Payment>) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    if !history::is_open(&merchant) {
        return then(merchant, None);
    }
    let number = order.number.clone();
    history::by_id(merchant, &order.id, now, move |merchant, found| {
        let Some(facts) = found.facts else { return then(merchant, None) };
        let payment = history::alone(&facts, found.raw, hold);
        same_number(&merchant, &payment, &number)?;
        then(merchant, Some(payment))
    })
}

/// Another number in the history is another order: nothing is done to it.
pub fn same_number(merchant: &Merchant, payment: &Payment, number: &str) -> Result<(), Error> {
    match payment.order_number.as_deref() {
        Some(known) if known != number => {
            let says = "order_number: the payment of this id has another";
            let error = Error::mismatch("order_number", says);
            Err(error.with_payment(merchant.reply(payment.clone(), false)))
        }
        _ => Ok(()),
    }
}

/// Refuses a sum in another currency than the payment's.
pub fn same_currency(payment: &Payment, amount: Amount) -> Result<(), Error> {
    match payment.currency {
        Some(currency) if currency != amount.currency => {
            Err(Error::invalid("currency", format!("the payment is in {}", currency.code)))
        }
        _ => Ok(()),
    }
}

/// The payment is in a state in which the write makes no sense.
pub fn wrong_state(merchant: &Merchant, payment: Payment, what: &str) -> Error {
    let says = format!("{what}: the payment is {}", payment.status.name());
    Error::refused("wrong_state", says).with_payment(merchant.reply(payment, false))
}

/// How a write is looked at afterwards.
pub struct After {
    pub order: Order,
    /// How the history is read: whether the money was held first.
    pub hold: Option<bool>,
    pub now: Time,
    /// Whether the history shows the write; it may also complete the payment.
    pub shows: Box<dyn FnOnce(&mut Payment) -> bool + Send>,
}

/// Sends the write and looks at what became of it.
pub fn send(
    merchant: Arc<Merchant>,
    method: &'static Method,
    http: HttpRequest,
    after: After,
) -> Result<Step, Error> {
    let next = move |response| match accepted(method, &response) {
        Ok(()) => done(merchant, after),
        Err(error) => explain(merchant, after, error),
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// Whether the gateway said yes.
pub fn accepted(
    method: &'static Method,
    response: &crate::http::HttpResponse,
) -> Result<(), Error> {
    let reply = Reply::read(response, method.native.effect)?;
    refusals::check(method, &reply)
}

/// The write is done: the reply is what the history shows, or that it is done.
pub fn done(merchant: Arc<Merchant>, after: After) -> Result<Step, Error> {
    let mut known = merchant.payment(Status::Unknown, &after.order.id);
    known.reason = Some("done_but_status_not_read");
    known.order_number = Some(after.order.number.clone());
    let known = Ok(merchant.reply(known, false));
    look(merchant, after, known.clone(), move |merchant, payment, shown| {
        let Some(mut payment) = payment else { return known.map(Step::Done) };
        if !shown {
            // It may only be late; or the buyer was faster, and then the sums tell.
            payment.status = Status::Unknown;
            payment.reason = Some("done_but_not_shown");
        }
        Ok(Step::Done(merchant.reply(payment, false)))
    })
}

/// What the answer leaves open the history may explain, if it shows the write; a refusal stands.
fn explain(merchant: Arc<Merchant>, after: After, doubt: Error) -> Result<Step, Error> {
    if doubt.kind != Kind::OutcomeUnknown {
        return Err(doubt);
    }
    look(merchant, after, Err(doubt.clone()), move |merchant, payment, shown| match payment {
        Some(payment) if shown => Ok(Step::Done(merchant.reply(payment, false))),
        Some(payment) => Err(doubt.with_payment(merchant.reply(payment, false))),
        None => Err(doubt),
    })
}

fn look(
    merchant: Arc<Merchant>,
    after: After,
    otherwise: Result<Fields, Error>,
    then: impl FnOnce(Arc<Merchant>, Option<Payment>, bool) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    if !history::is_open(&merchant) {
        return otherwise.map(Step::Done);
    }
    let After { order, hold, now, shows } = after;
    let step = history::by_id(merchant, &order.id, now, move |merchant, found| {
        let Some(facts) = found.facts else { return then(merchant, None, false) };
        let mut payment = history::alone(&facts, found.raw, hold);
        same_number(&merchant, &payment, &order.number)?;
        let shown = shows(&mut payment);
        then(merchant, Some(payment), shown)
    });
    history::looking(step, otherwise)
}
