//! A capture, a cancel or a refund whose answer was lost. Never repeated: the history tells, or an
//! authentic webhook; the state alone does not.

use std::sync::Arc;

use super::{about, conclude};
use crate::clock::Time;
use crate::error::Error;
use crate::expect::{Expect, Expected};
use crate::gateways::intellectmoney::history;
use crate::gateways::intellectmoney::merchant::Merchant;
use crate::gateways::intellectmoney::write::{positive, same_number};
use crate::gateways::intellectmoney::{Step, payment_status, told};
use crate::money::Amount;
use crate::operation::{Notified, Settle};
use crate::payment::{Payment, Status};
use crate::settled::Settled;

/// What is known of the write: a verdict, or nothing yet.
type Judged = Option<(Settled, &'static str)>;

/// How a write shows in the history, and how in a webhook.
struct Recipe {
    expected: Expected,
    by_history: Box<dyn FnOnce(&mut Payment) -> Judged + Send>,
    by_webhook: Box<dyn FnOnce(&Notified) -> Judged + Send>,
}

pub fn cancel(
    merchant: Arc<Merchant>,
    request: Settle,
    grace_over: bool,
    now: Time,
) -> Result<Step, Error> {
    let recipe = Recipe {
        expected: Expected::default(),
        by_history: Box::new(|payment| match payment.status {
            Status::Cancelled => Some((Settled::Done, "it is closed")),
            Status::Refunded => {
                payment.reason = Some("paid_and_returned");
                Some((Settled::Done, "it is closed, and what was paid in the meantime went back"))
            }
            Status::PartiallyRefunded => {
                Some((Settled::Review, "a part of what was paid went back"))
            }
            _ => None,
        }),
        by_webhook: Box::new(|told| match told.event {
            "cancelled" => Some((Settled::Done, "the webhook says that it is closed")),
            "refunded" => {
                Some((Settled::Review, "it was paid, and money went back: how much is not signed"))
            }
            _ => None,
        }),
    };
    ask(merchant, request, recipe, grace_over, now)
}

pub fn capture(
    merchant: Arc<Merchant>,
    request: Settle,
    grace_over: bool,
    now: Time,
) -> Result<Step, Error> {
    let (amount, captured, _) = amounts(&request)?;
    let wanted = captured.saturating_add(amount.minor);
    let as_asked = move |sum: Option<Amount>| {
        sum.is_some_and(|sum| sum.minor == wanted && sum.currency == amount.currency)
    };
    let recipe = Recipe {
        expected: Expect { hold: Some(true), ..Expect::default() }.read(None)?,
        by_history: Box::new(move |payment| match payment.status {
            Status::Authorized | Status::Unknown => None,
            status if is_open(status) => None,
            Status::Cancelled => Some((Settled::Review, "the hold is gone")),
            _ if as_asked(payment.captured) => Some((Settled::Done, "captured as asked")),
            _ => Some((Settled::Review, "the sums are not those of this capture")),
        }),
        by_webhook: Box::new(move |told| match (told.event, told.payment.captured) {
            ("cancelled", _) => Some((Settled::Review, "the hold is gone")),
            (_, None) => None,
            (_, sum) if as_asked(sum) => {
                Some((Settled::Done, "the webhook says so, with this sum"))
            }
            _ => Some((Settled::Review, "the webhook has another sum than this capture")),
        }),
    };
    ask(merchant, request, recipe, grace_over, now)
}

pub fn refund(
    merchant: Arc<Merchant>,
    request: Settle,
    grace_over: bool,
    now: Time,
) -> Result<Step, Error> {
    let (amount, captured, refunded) = amounts(&request)?;
    let wanted = refunded.saturating_add(amount.minor);
    let whole = refunded == 0 && amount.minor == captured;
    let recipe = Recipe {
        expected: Expected::default(),
        by_history: Box::new(move |payment| {
            let other = payment.currency.is_some_and(|currency| currency != amount.currency);
            let listed = payment.refunds.iter().any(|refund| refund.status == Some("pending"));
            let back = payment.refunded.map(|back| back.minor);
            match payment.status {
                _ if other => Some((Settled::Review, "the payment is in another currency")),
                status if status.moved_money() && back == Some(wanted) => {
                    Some((Settled::Done, "the refunded sum grew by it"))
                }
                _ if listed => Some((Settled::Pending, "the history lists a refund, not done yet")),
                Status::Unknown => None,
                status if is_open(status) => None,
                status if status.moved_money() && back == Some(refunded) => None,
                _ => Some((Settled::Review, "the sums are not those of this refund")),
            }
        }),
        by_webhook: Box::new(move |told| match told.event {
            "cancelled" if whole => Some((
                Settled::Done,
                "the webhook says that all of it went back, and this was all of it",
            )),
            // Its sum is not signed, so it proves nothing alone; another one is another refund.
            "refunded" if whole && says_as_much(told, amount) => Some((
                Settled::Done,
                "the webhook says that money went back, as much as this, and this was all of it",
            )),
            "refunded" | "cancelled" => {
                Some((Settled::Review, "money went back: how much is not signed"))
            }
            _ => None,
        }),
    };
    if request.refund_id.is_none() {
        return Err(Error::invalid("refund_id", "required: the refund's own id"));
    }
    ask(merchant, request, recipe, grace_over, now)
}

fn says_as_much(told: &Notified, amount: Amount) -> bool {
    told.payment.refunds.iter().any(|refund| refund.amount == Some(amount))
}

/// The history knows of no money yet: it is behind, and says nothing against the write.
fn is_open(status: Status) -> bool {
    matches!(status, Status::Pending | Status::ActionRequired | Status::Created)
}

/// The amount of the write and what was captured and refunded before it.
fn amounts(request: &Settle) -> Result<(Amount, u64, u64), Error> {
    let (amount, currency) = request.sum()?;
    let amount = positive(amount, currency)?;
    let (captured, refunded) = request.before()?.read(amount.currency)?;
    Ok((amount, captured, refunded))
}

fn ask(
    merchant: Arc<Merchant>,
    request: Settle,
    recipe: Recipe,
    grace_over: bool,
    now: Time,
) -> Result<Step, Error> {
    let Some(id) = request.id else {
        return Err(Error::invalid("id", "required: the gateway's id"));
    };
    let Some(number) = request.order_number else {
        return Err(Error::invalid("order_number", "required: as given to the write"));
    };
    if let Some(told) = &request.told {
        about(&merchant, told, &number, Some(&id))?;
    }
    let (told, hold) = (request.told, recipe.expected.hold);
    let Recipe { expected, by_history, by_webhook } = recipe;
    // A try that was left open says nothing of the order: the history is asked at every step.
    payment_status::look(merchant, &id, now, hold, &[], move |merchant, payment, facts| {
        same_number(&merchant, &payment, &number)?;
        let mut payment = match &told {
            Some(told) => told::combine(payment, facts.as_ref(), told),
            None => payment,
        };
        payment.order_number.get_or_insert(number);
        if hold == Some(true) && facts.is_none() {
            // A webhook of a hold signs what is left or taken of it, not what was registered.
            payment.amount = None;
        }
        // The history, where it is open, wins over a webhook that may be an old one.
        let judged = match (&facts, &told) {
            (Some(_), _) => by_history(&mut payment),
            (None, Some(told)) if !history::is_open(&merchant) => by_webhook(told),
            _ => None,
        };
        let (verdict, why) = judged.unwrap_or(match grace_over {
            false => (Settled::Pending, "nothing tells of it yet; it may be on its way"),
            true => (Settled::Review, "nothing tells of it, and it is never repeated by itself"),
        });
        conclude(&merchant, &expected, payment, verdict, why)
    })
}
