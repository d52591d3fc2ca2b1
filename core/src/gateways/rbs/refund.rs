//! `refund`: a look at the order, then the refund with the shop's own id, so that a repeat cannot give the money twice.

use std::sync::Arc;

use serde_json::json;

use super::create_payment::Given;
use super::write::{self, Meaning};
use super::{Merchant, Step, add_extra, in_common_words, positive};
use crate::error::Error;
use crate::http::HttpRequest;
use crate::money::Amount;
use crate::operation::{Before, Refund};
use crate::payment::{Payment, Status};

const NAMES: &[(&str, &str)] = &[
    ("orderId", "id"),
    ("externalRefundId", "refund_id"),
    ("refundItems", "receipt"),
    ("orderBundle", "receipt"),
    ("additionalOfdParams", "receipt"),
    ("expectedDepositedAmount", "before.captured"),
];

pub fn start(merchant: Arc<Merchant>, request: Refund) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    let most = merchant.settings.assumptions.refund_id_max;
    if !(1..=most).contains(&request.refund_id.chars().count()) {
        return Err(Error::invalid("refund_id", format!("expected 1 to {most} characters")));
    }
    let http = give_back(&merchant, &request, amount)?;
    let receipted = request.receipt.is_some();
    let before = request.before.as_ref().map(|before| before.read(amount.currency)).transpose()?;
    let (id, refund_id) = (request.id.clone(), request.refund_id);
    write::first_look(merchant, &request.id, None, move |merchant, payment| {
        write::same_currency(&payment, amount)?;
        if let Some(status) = listed(&payment, &refund_id) {
            return repeated(&merchant, payment, status, amount, &refund_id);
        }
        same_as_before(&merchant, &payment, before)?;
        let left = payment.captured.zip(payment.refunded);
        let left = left.map(|(taken, back)| taken.minor.saturating_sub(back.minor));
        write::positions_needed(&payment, left != Some(amount.minor), receipted)?;
        let native = merchant.dialect().refund;
        let id_of_it = refund_id.clone();
        let meaning = move |payment: &Payment| meaning(payment, amount, &id_of_it, before);
        let accepted = move |payment: &mut Payment| match listed(payment, &refund_id) {
            Some(Some("failed")) => {
                let says = "the gateway accepted the refund, and lists it as failed";
                Err(Error::outcome_unknown("refund_failed", says))
            }
            _ => Ok(()),
        };
        write::send(merchant, native, http, id, accepted, meaning)
    })
}

/// The gateway lists a refund by this id already. It would answer a repeat with the earlier refund,
/// whatever became of that and whatever its sum, so nothing is sent.
fn repeated(
    merchant: &Merchant,
    payment: Payment,
    status: Option<&'static str>,
    amount: Amount,
    refund_id: &str,
) -> Result<Step, Error> {
    let other_sum = other_sum(&payment, refund_id, amount);
    let shown = merchant.reply(payment, false);
    let error = match status {
        Some("done") if !other_sum => return Ok(Step::Done(shown)),
        _ if other_sum => {
            let says = "this id stands for another refund of this payment, of another sum";
            Error::invalid("refund_id", says)
        }
        Some("failed") => failed(),
        _ => Error::refused("in_progress", "the gateway lists this refund, not done yet"),
    };
    Err(error.with_payment(shown))
}

fn failed() -> Error {
    let says = "the gateway lists this refund as failed: refund again with a new refund_id";
    Error::refused("refund_failed", says)
}

/// Whether this id stands beside another sum.
pub fn other_sum(payment: &Payment, refund_id: &str, amount: Amount) -> bool {
    let ours = payment.refunds.iter().filter(|refund| refund.id.as_deref() == Some(refund_id));
    let mut sums = ours.filter_map(|refund| refund.amount);
    sums.any(|sum| sum != amount)
}

/// Where the gateway cannot be told what was there before, it is compared here: something else moved
/// since, and what is to be given back must be thought over.
fn same_as_before(
    merchant: &Merchant,
    payment: &Payment,
    before: Option<(u64, u64)>,
) -> Result<(), Error> {
    let locks = Given::new(merchant.dialect().refund).knows("expectedDepositedAmount");
    let now = payment.captured.zip(payment.refunded);
    let now = now.map(|(taken, back)| (taken.minor, back.minor));
    if locks || before.is_none() || before == now {
        return Ok(());
    }
    let says = match now {
        Some(_) => "the amounts are not those of before: something else moved since",
        None => "the gateway tells no amounts to compare with those of before",
    };
    Err(Error::refused("wrong_state", says).with_payment(merchant.reply(payment.clone(), false)))
}

fn give_back(merchant: &Merchant, request: &Refund, amount: Amount) -> Result<HttpRequest, Error> {
    let mut given = Given::new(merchant.dialect().refund);
    given.put("orderId", Some(request.id.as_str()))?;
    given.put("amount", Some(amount.minor))?;
    given.hint("currency", Some(amount.currency.digits()));
    let id = request.refund_id.as_str();
    match given.knows("externalRefundId") {
        true => given.put("externalRefundId", Some(id))?,
        false => given.put("jsonParams", Some(json!({ "externalRefundId": id })))?,
    }
    if let Some(before) = &request.before {
        let deposited = deposited_before(merchant, before, amount)?;
        given.hint("expectedDepositedAmount", Some(deposited));
    }
    if let Some(receipt) = &request.receipt {
        let part = receipt.check_part(amount)?;
        (merchant.dialect().receipts.refund)(&mut given, &part, &merchant.settings.receipt)?;
    }
    add_extra(given.native, &mut given.fields, request.extra.clone())?;
    merchant.request(given.native, &given.fields).map_err(|error| in_common_words(error, NAMES))
}

/// What the gateway called `depositedAmount` before the refund.
fn deposited_before(merchant: &Merchant, before: &Before, amount: Amount) -> Result<u64, Error> {
    let (captured, refunded) = before.read(amount.currency)?;
    Ok(match merchant.settings.assumptions.deposited_is_net {
        true => captured - refunded,
        false => captured,
    })
}

/// Only what this refund cannot have brought about is a refusal of it.
fn meaning(
    payment: &Payment,
    amount: Amount,
    refund_id: &str,
    before: Option<(u64, u64)>,
) -> Meaning {
    match listed(payment, refund_id) {
        Some(Some("done")) => return Meaning::Done,
        Some(_) => return Meaning::InDoubt,
        None => {}
    }
    let most = match before {
        Some((captured, refunded)) => Some(captured.saturating_sub(refunded)),
        None => payment.captured.map(|taken| taken.minor),
    };
    match payment.status {
        Status::Paid | Status::PartiallyPaid | Status::PartiallyRefunded | Status::Refunded
            if most.is_some_and(|most| amount.minor > most) =>
        {
            Meaning::Refused(Error::refused("amount_exceeded", "more than is left to refund"))
        }
        Status::NotFound => Meaning::Refused(write::not_found()),
        // On the same day the bank may give money back by reversing it.
        Status::Pending | Status::Unknown | Status::Cancelled => Meaning::InDoubt,
        Status::Paid | Status::PartiallyPaid | Status::PartiallyRefunded | Status::Refunded => {
            Meaning::InDoubt
        }
        _ => write::wrong_state(payment, "nothing to refund"),
    }
}

/// How the gateway lists this refund, if at all. One id may stand beside several tries: what was
/// done once is done, and what may still be done is not failed.
pub fn listed(payment: &Payment, refund_id: &str) -> Option<Option<&'static str>> {
    let tries: Vec<_> = payment
        .refunds
        .iter()
        .filter(|refund| refund.id.as_deref() == Some(refund_id))
        .map(|refund| refund.status)
        .collect();
    ["done", "pending", "failed"]
        .into_iter()
        .find(|word| tries.contains(&Some(word)))
        .map(Some)
        .or_else(|| tries.first().copied())
}
