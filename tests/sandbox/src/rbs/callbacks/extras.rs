//! Parameters that support switches on for one merchant and not for another
//! (`docs/gateways/rbs.md`, Callbacks).

use serde::{Deserialize, Deserializer};

use super::super::cards;
use super::super::merchants::Merchant;
use super::super::orders::{Order, State};
use super::super::transitions::Event;

/// What a value is taken from.
struct Facts<'a> {
    order: &'a Order,
    event: &'a Event,
    merchant: &'a Merchant,
}

type Read = fn(&Facts<'_>) -> Option<String>;

/// Names and what they hold; a parameter without a value is left out.
const EXTRAS: &[(&str, Read)] = &[
    ("amount", |facts| minor(facts.order.terms.amount)),
    ("paymentAmount", |facts| minor(facts.event.amount)),
    ("amountFormatted", |facts| major(facts.order.terms.amount)),
    ("feeAmount", |facts| minor(fee(facts))),
    ("approvedAmount", |facts| minor(facts.order.approved)),
    ("depositedAmount", |facts| minor(deposited(facts))),
    ("refundedAmount", |facts| minor(facts.order.refunded)),
    ("feeAmountFormatted", |facts| major(fee(facts))),
    ("approvedAmountFormatted", |facts| major(facts.order.approved)),
    ("depositedAmountFormatted", |facts| major(deposited(facts))),
    ("refundedAmountFormatted", |facts| major(facts.order.refunded)),
    ("totalAmountFormatted", |facts| major(facts.order.terms.amount.saturating_add(fee(facts)))),
    ("depositedTotalAmountFormatted", |facts| major(deposited(facts))),
    ("operationRefundedAmount", |facts| minor(refund(facts)?)),
    ("operationRefundedAmountFormatted", |facts| major(refund(facts)?)),
    ("currentRefundAmountFormatted", |facts| major(refund(facts)?)),
    ("currentReverseAmountFormatted", |facts| {
        (facts.event.operation == "reversed").then(|| major(facts.event.amount)).flatten()
    }),
    ("externalRefundId", |facts| facts.event.external_id.clone()),
    ("approvalCode", |facts| facts.order.authorization.as_ref()?.approval_code.clone()),
    ("authCode", |facts| facts.order.authorization.as_ref()?.approval_code.clone()),
    ("cardholderName", |facts| Some(facts.order.authorization.as_ref()?.holder.clone())),
    ("bankName", |facts| facts.order.authorization.as_ref().map(|_| "TEST CARD".into())),
    ("currency", |facts| Some(facts.order.terms.currency.clone())),
    ("currencyName", |facts| facts.order.in_roubles().then(|| "RUB".into())),
    ("depositFlag", |facts| Some(if facts.order.terms.two_phase { "2" } else { "1" }.into())),
    ("eci", |facts| facts.order.authorization.as_ref().map(|_| "7".into())),
    ("ip", |facts| facts.order.terms.ip.clone()),
    ("maskedPan", |facts| Some(facts.order.authorization.as_ref()?.masked_pan.clone())),
    // The lower-case twin of `mdOrder` is in the documents.
    ("mdorder", |facts| Some(facts.order.id.clone())),
    ("merchantFullName", |facts| Some(facts.merchant.user_name.clone())),
    ("merchantLogin", |facts| Some(facts.merchant.user_name.clone())),
    ("orderDescription", |facts| Some(facts.order.terms.description.clone())),
    ("threeDSType", |facts| facts.order.authorization.as_ref().map(|_| "SSL".into())),
    ("date", |facts| minor(facts.order.registered_at)),
    ("actionCode", |facts| minor(facts.order.action_code)),
    ("actionCodeDescription", |facts| Some(cards::action_text(facts.order.action_code).into())),
    ("paymentRefNum", |facts| Some(facts.order.authorization.as_ref()?.reference.clone())),
    ("refNum", |facts| Some(facts.order.authorization.as_ref()?.reference.clone())),
    ("refnum", |facts| Some(facts.order.authorization.as_ref()?.reference.clone())),
    ("paymentState", |facts| Some(payment_state(facts.order.state).into())),
    ("paymentWay", |facts| facts.order.authorization.as_ref().map(|_| "CARD".into())),
    ("processingId", |_| Some("123456".into())),
    ("terminalId", |_| Some("123456".into())),
    ("paymentSystem", |facts| Some(facts.order.authorization.as_ref()?.system.into())),
    ("paymentDate", |facts| minor(facts.order.authorization.as_ref()?.at)),
    ("depositedDate", |facts| minor(facts.order.deposited_at?)),
    ("refundedDate", |facts| minor(facts.order.refunded_at?)),
    ("reversedDate", |facts| minor(facts.order.reversed_at?)),
    ("sessionExpiredDate", |facts| minor(facts.order.terms.expires_at)),
];

/// The merchant's extras for one event, in the order of its settings.
pub fn of(order: &Order, event: &Event, merchant: &Merchant) -> Vec<(String, String)> {
    let facts = Facts { order, event, merchant };
    let chosen = merchant.settings.callback_extras.iter();
    let read = |name: &String| {
        let (_, read) = EXTRAS.iter().find(|(known, _)| known == name)?;
        Some((name.clone(), read(&facts)?))
    };
    chosen.filter_map(read).collect()
}

/// Reads a list of names and refuses one that the sandbox cannot fill.
pub fn known<'de, D: Deserializer<'de>>(names: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(names)?;
    for name in &names {
        if !EXTRAS.iter().any(|(known, _)| known == name) {
            let fault = format!("callback_extras: {name:?} is not among the parameters");
            return Err(serde::de::Error::custom(fault));
        }
    }
    Ok(names)
}

fn minor(amount: i64) -> Option<String> {
    Some(amount.to_string())
}

fn major(amount: i64) -> Option<String> {
    Some(format!("{}.{:02}", amount / 100, amount % 100))
}

fn fee(facts: &Facts<'_>) -> i64 {
    facts.order.terms.fee.unwrap_or(facts.merchant.settings.fee_amount)
}

fn deposited(facts: &Facts<'_>) -> i64 {
    let net = facts.merchant.settings.deposited_is_net;
    if net { facts.order.net() } else { facts.order.captured }
}

fn refund(facts: &Facts<'_>) -> Option<i64> {
    (facts.event.operation == "refunded").then_some(facts.event.amount)
}

/// Callbacks spell the state in their own way.
fn payment_state(state: State) -> &'static str {
    match state {
        State::Created | State::Challenged => "started",
        State::Approved => "payment_approved",
        State::Deposited => "payment_deposited",
        State::Reversed => "payment_void",
        State::Refunded => "refunded",
        State::Declined => "payment_declined",
        State::Pending => "pending",
        State::PartlyDeposited => "partly_deposited",
    }
}
