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
    if request.refund_id.chars().count() > most {
        return Err(Error::invalid("refund_id", format!("expected at most {most} characters")));
    }
    let http = give_back(&merchant, &request, amount)?;
    let receipted = request.receipt.is_some();
    let before =
        request.before.as_ref().map(|before| amounts_before(before, amount)).transpose()?;
    let (id, refund_id) = (request.id.clone(), request.refund_id);
    write::first_look(merchant, &request.id, None, move |merchant, payment| {
        write::same_currency(&payment, amount)?;
        same_as_before(&merchant, &payment, before, &refund_id)?;
        let left = payment.captured.zip(payment.refunded);
        let left = left.map(|(taken, back)| taken.minor.saturating_sub(back.minor));
        write::positions_needed(&payment, left != Some(amount.minor), receipted)?;
        let native = merchant.dialect().refund;
        let meaning = move |payment: &Payment| meaning(payment, amount, &refund_id, before);
        write::send(merchant, native, http, id, |_| (), meaning)
    })
}

/// Where the gateway cannot be told what was there before, it is compared here: something else moved
/// since, and what is to be given back must be thought over.
fn same_as_before(
    merchant: &Merchant,
    payment: &Payment,
    before: Option<(u64, u64)>,
    refund_id: &str,
) -> Result<(), Error> {
    let locks = Given::new(merchant.dialect().refund).knows("expectedDepositedAmount");
    let now = payment.captured.zip(payment.refunded);
    match (before, now) {
        (Some(before), Some((taken, back)))
            if !locks
                && listed(payment, refund_id).is_none()
                && before != (taken.minor, back.minor) =>
        {
            let says = "the amounts are not those of before: something else moved since";
            Err(Error::refused("wrong_state", says)
                .with_payment(merchant.reply(payment.clone(), false)))
        }
        _ => Ok(()),
    }
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
    let (captured, refunded) = amounts_before(before, amount)?;
    if refunded > captured {
        return Err(Error::invalid("before.refunded", "more than before.captured"));
    }
    Ok(match merchant.settings.assumptions.deposited_is_net {
        true => captured - refunded,
        false => captured,
    })
}

/// The amounts before a write, captured and refunded, in minor units.
pub fn amounts_before(before: &Before, amount: Amount) -> Result<(u64, u64), Error> {
    let read = |field: &str, text: &str| {
        Amount::parse(text, amount.currency)
            .map(|amount| amount.minor)
            .map_err(|says| Error::invalid(field, says))
    };
    Ok((read("before.captured", &before.captured)?, read("before.refunded", &before.refunded)?))
}

/// Only what this refund cannot have brought about is a refusal of it.
fn meaning(
    payment: &Payment,
    amount: Amount,
    refund_id: &str,
    before: Option<(u64, u64)>,
) -> Meaning {
    if let Some(listed) = listed(payment, refund_id) {
        return if listed == Some("done") { Meaning::Done } else { Meaning::InDoubt };
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
        Status::Pending | Status::Unknown => Meaning::InDoubt,
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
