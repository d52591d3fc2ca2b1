//! A cancel or a refund whose answer was lost. Never repeated: the status tells, or an authentic
//! notification.

use std::sync::Arc;

use super::{about, conclude};
use crate::error::Error;
use crate::expect::{self, Expected};
use crate::gateways::declared::call;
use crate::gateways::declared::known::Known;
use crate::gateways::declared::payment_status::{find, identify, read};
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::trust::believes;
use crate::gateways::declared::{Context, Step};
use crate::http::HttpResponse;
use crate::money::Amount;
use crate::operation::Settle;
use crate::payment::{Payment, Status};
use crate::settled::Settled;

type Verdict = (Settled, &'static str);

/// Says from a payment what became of the write. The flag: the status section is confirmed.
type Judge = Box<dyn FnOnce(&Payment, bool) -> Verdict + Send>;

pub fn cancel(
    shop: Arc<Shop>,
    request: Settle,
    grace_over: bool,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let judge = move |payment: &Payment, believed: bool| match payment.status {
        Status::Cancelled | Status::Declined | Status::Expired if believed => {
            (Settled::Done, "it is closed")
        }
        Status::Refunded if believed => {
            (Settled::Done, "it is closed, and what was paid in the meantime went back")
        }
        _ if !grace_over => (Settled::Pending, "not closed yet; the cancel may be on its way"),
        Status::Created | Status::ActionRequired if believed => {
            (Settled::NotDone, "still open: cancel may be called again")
        }
        Status::Authorized => (Settled::Review, "still held, and nobody knows whether it stays so"),
        Status::Pending | Status::NotFound => (Settled::Pending, "not decided yet"),
        _ if !believed => (Settled::Review, UNCLEAR),
        Status::Unknown => (Settled::Review, UNCLEAR),
        Status::PartiallyRefunded => (Settled::Review, "a part of what was paid went back"),
        _ => (Settled::NotDone, "money was captured: use refund"),
    };
    ask(shop, request, grace_over, context, Box::new(judge))
}

const UNCLEAR: &str = "where it stands is not clear: look in the gateway's cabinet";

pub fn refund(
    shop: Arc<Shop>,
    request: Settle,
    grace_over: bool,
    context: &Context<'_>,
) -> Result<Step, Error> {
    if request.refund_id.is_none() {
        return Err(Error::invalid("refund_id", "required: the refund's own id"));
    }
    let (amount, currency) = request.sum()?;
    let amount = expect::positive(amount, expect::currency("currency", currency)?)?;
    let (_, refunded) = request.before()?.read(amount.currency)?;
    let wanted = refunded.saturating_add(amount.minor);
    let judge = move |payment: &Payment, _: bool| {
        let other = payment.currency.is_some_and(|currency| currency != amount.currency);
        let back = payment.refunded.map(|back: Amount| back.minor);
        match payment.status {
            _ if other => (Settled::Review, "the payment is in another currency"),
            status if status.moved_money() && back == Some(wanted) => {
                (Settled::Done, "the refunded sum grew by it")
            }
            _ if back.is_some_and(|back| back != refunded) => {
                (Settled::Review, "the sums are not those of this refund: something else moved")
            }
            _ if !grace_over => (Settled::Pending, "it may be on its way"),
            _ => (Settled::Review, "nothing tells of it, and it is never repeated by itself"),
        }
    };
    ask(shop, request, grace_over, context, Box::new(judge))
}

/// Reads the status, or the notification where the gateway cannot be asked, and concludes from it.
fn ask(
    shop: Arc<Shop>,
    request: Settle,
    grace_over: bool,
    context: &Context<'_>,
    judge: Judge,
) -> Result<Step, Error> {
    let Some(id) = request.id else {
        return Err(Error::invalid("id", "required: the gateway's id"));
    };
    let number = request.order_number;
    let told = request.told;
    if let Some(told) = &told {
        let Some(number) = &number else {
            return Err(Error::invalid("order_number", "required beside a notification"));
        };
        about(&shop, told, number, Some(&id))?;
    }
    let mut known = Known::new(Arc::clone(&shop), context)?;
    identify(&mut known, Some(&id), number.as_deref());
    let expected = Expected::default();
    let Some(status) = find(&known) else {
        let mut payment = told.map_or_else(
            || Payment::new(shop.descriptor.id.clone(), Status::Unknown),
            |told| *told.payment,
        );
        let (verdict, why) = match payment.status {
            Status::Unknown if !grace_over => (Settled::Pending, "nothing tells of it yet"),
            Status::Unknown => {
                (Settled::Review, "nothing tells of it, and it is never repeated by itself")
            }
            _ => match judge(&payment, !payment.unconfirmed) {
                // An event of before the write says nothing of it.
                (Settled::NotDone, _) => (Settled::Review, UNCLEAR),
                verdict => verdict,
            },
        };
        payment.id.get_or_insert(id);
        payment.order_number = payment.order_number.or(number);
        return conclude(&shop, &expected, payment, verdict, why);
    };
    let next = move |known: Known, http: HttpResponse| {
        let mut payment = read(&known, status, &http, told.as_ref())?;
        payment.id.get_or_insert(id);
        let believed = believes(&shop, status);
        expected.apply(&mut payment);
        let (verdict, why) = judge(&payment, believed);
        conclude(&shop, &expected, payment, verdict, why)
    };
    call::send(known, status, Box::new(next))
}
