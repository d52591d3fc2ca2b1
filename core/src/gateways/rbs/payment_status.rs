//! `payment_status`, and how a status reply becomes a payment.

use std::sync::Arc;

use super::reply::{Reply, Verdict};
use super::settings::Auth;
use super::{Merchant, NAME, Step, amount, codes, receipt, refusals};
use crate::clock;
use crate::decline;
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::money::Currency;
use crate::operation::PaymentStatus;
use crate::payment::{Attempt, Card, Payment, Refund, Status};
use crate::redact;

pub fn start(merchant: Arc<Merchant>, request: PaymentStatus) -> Result<Step, Error> {
    let expected = request.expect.read(merchant.test_mode)?;
    let mut given = Fields::new();
    match (&request.id, &request.order_number) {
        (Some(id), None) => given.insert("orderId".into(), id.as_str().into()),
        (None, Some(_)) if matches!(merchant.settings.auth, Auth::Token(_)) => {
            return Err(Error::invalid(
                "id",
                "required: the public token reads a status only by id",
            ));
        }
        (None, Some(number)) => given.insert("orderNumber".into(), number.as_str().into()),
        _ => return Err(Error::invalid("id", "expected either id or order_number")),
    };
    let http = merchant.request(merchant.dialect().status, &given).map_err(|e| {
        super::in_common_words(e, &[("orderId", "id"), ("orderNumber", "order_number")])
    })?;
    let next = move |response| {
        let reply = Reply::read(&response, merchant.dialect().status)?;
        let (id, number) = (request.id.as_deref(), request.order_number.as_deref());
        let mut payment = read(&merchant, &reply, id, number)?;
        let checked = expected.check(&mut payment);
        // Filled in only now: what was asked for is no proof of what came.
        payment.id = payment.id.or(request.id);
        let hold = expected.hold == Some(true);
        if let Err(error) = checked {
            return Err(error.with_payment(merchant.reply(payment, hold)));
        }
        match request.receipt && payment.receipted {
            true => with_receipt(merchant, payment, hold),
            false => Ok(Step::Done(merchant.reply(payment, hold))),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// Adds what became of the receipts; if that cannot be read, the payment stands all the same.
fn with_receipt(merchant: Arc<Merchant>, mut payment: Payment, hold: bool) -> Result<Step, Error> {
    let native = merchant.dialect().receipt_status;
    let given = Fields::from_iter([("orderId".to_owned(), payment.id.clone().into())]);
    let http = merchant.request(native, &given)?;
    let otherwise = merchant.reply(payment.clone(), hold);
    let fallback = otherwise.clone();
    let next = move |response| {
        let reply = Reply::read(&response, native);
        let reply = reply.and_then(|reply| refusals::check(native, &reply).map(|()| reply));
        let Ok(reply) = reply else { return Ok(Step::Done(fallback)) };
        let mut fiscal = (merchant.dialect().receipts.status)(&reply);
        // No receipt was made yet; that there is a cart for one stands in the order.
        let known = payment.receipt.as_ref().and_then(|order| order.get("requested")?.as_bool());
        fiscal.requested = fiscal.requested.or(known);
        payment.receipt = serde_json::to_value(fiscal).ok();
        Ok(Step::Done(merchant.reply(payment, hold)))
    };
    Ok(Step::Look(http, Box::new(next), Box::new(Ok(otherwise))))
}

/// Reads a status reply. `id` and `number` are what was asked for: another order in the answer is
/// never taken for it.
pub fn read(
    merchant: &Merchant,
    reply: &Reply,
    id: Option<&str>,
    number: Option<&str>,
) -> Result<Payment, Error> {
    match reply.verdict() {
        Verdict::Failed(code) if code == "6" => {
            let mut payment = Payment::new(NAME, Status::NotFound);
            payment.id = id.map(str::to_owned);
            payment.order_number = number.map(str::to_owned);
            payment.raw = reply.raw();
            return Ok(payment);
        }
        Verdict::Failed(_) | Verdict::Contradictory(_) => {
            refusals::check(merchant.dialect().status, reply)?
        }
        Verdict::Accepted | Verdict::DressedUp => {}
    }
    if reply.get("orderStatus").is_none() && reply.get("actionCode").is_none() {
        return Err(Error::not_done("reply_unreadable", "the status reply holds no status"));
    }
    let payment = describe(merchant, reply);
    let differs = |asked: Option<&str>, got: &Option<String>| {
        asked.is_some_and(|asked| got.as_deref().is_some_and(|got| got != asked))
    };
    let other = if differs(id, &payment.id) {
        Some("id")
    } else if differs(number, &payment.order_number) {
        Some("order_number")
    } else {
        None
    };
    match other {
        None => Ok(payment),
        Some(name) => {
            Err(Error::mismatch(name, "the gateway answers with another order than was asked for")
                .with_payment(merchant.reply(payment, false)))
        }
    }
}

/// A status reply, or one row of a report, as a payment.
pub fn describe(merchant: &Merchant, reply: &Reply) -> Payment {
    let currency = reply.number("currency").and_then(|n| Currency::from_number(n.try_into().ok()?));
    let money = |minor| amount(minor, currency);
    let amounts = reply.block("paymentAmountInfo");
    let registered = reply.number("amount");
    let approved = amounts.number("approvedAmount");
    let refunded = amounts.number("refundedAmount");
    let deposited = amounts.number("depositedAmount").or_else(|| reply.number("depositAmount"));
    let again = reply.text("orderStatus").as_deref() == Some("4");
    let captured = match (refunded, again) {
        // Something went back, nobody knows how much: then the net sum says nothing of the gross.
        (None, true) => None,
        _ => gross(
            approved.or(registered),
            deposited,
            refunded,
            merchant.settings.assumptions.deposited_is_net,
        ),
    };

    let mut payment = Payment::new(NAME, Status::Unknown);
    let card = reply.block("cardAuthInfo");
    payment.id = reply.order_id();
    payment.code = reply.text("actionCode");
    payment.held = was_held(reply);
    payment.receipted =
        reply.at("orderBundle.cartItems").is_some() || receipt::status::of_order(reply).is_some();
    payment.order_number = reply.text("orderNumber");
    payment.currency = currency;
    payment.amount = money(registered);
    payment.authorized = money(approved);
    payment.captured = money(captured);
    payment.refunded = money(refunded);
    payment.fee = money(amounts.number("feeAmount"));
    // The newer API has these two beside the card.
    payment.disputed =
        reply.flag("chargeback") == Some(true) || card.flag("chargeback") == Some(true);
    let way = reply.text("paymentWay").or_else(|| card.text("paymentWay"));
    payment.method = way.map(|way| way.to_lowercase());
    payment.rrn = reply.text("authRefNum").or_else(|| reply.text("rrn"));
    payment.approval_code = card.text("approvalCode").or_else(|| reply.text("approvalCode"));
    payment.card = card_of(&card, reply);
    payment.refunds = refunds(reply, currency);
    payment.receipt = receipt::status::of_order(reply).and_then(|f| serde_json::to_value(f).ok());
    payment.created_at = reply.moment("date").map(clock::print);
    payment.raw = reply.raw();
    let lapsed = &merchant.settings.assumptions.hold_lapsed_code;
    set_status(&mut payment, reply, captured, refunded, lapsed);
    // The bank also dates what it refused.
    let paid_at = reply.moment("depositedDate").or_else(|| reply.moment("authDateTime"));
    payment.paid_at = paid_at.filter(|_| payment.status.moved_money()).map(clock::print);
    let sums = ["depositedAmount", "refundedAmount", "approvedAmount"];
    let unreadable = reply.unreadable("amount") || sums.iter().any(|name| amounts.unreadable(name));
    if unreadable && payment.status.moved_money() {
        payment.status = Status::Unknown;
        payment.reason = Some("unreadable_amount");
    }
    // Without an expectation, what the gateway registered is what was expected.
    Expected::default().apply(&mut payment);
    payment
}

/// What was taken, gross. `depositedAmount` is net of refunds in one source and gross in another:
/// the assumption says which, and is overruled where net would exceed what was approved.
pub fn gross(
    approved: Option<u64>,
    deposited: Option<u64>,
    refunded: Option<u64>,
    deposited_is_net: bool,
) -> Option<u64> {
    let deposited = deposited?;
    let refunded = refunded.unwrap_or(0);
    let both = deposited.checked_add(refunded)?;
    let too_much = approved.is_some_and(|approved| approved > 0 && both > approved);
    // Gross is at least what went back.
    let gross_after_all = too_much && deposited >= refunded;
    Some(if deposited_is_net && !gross_after_all { both } else { deposited })
}

fn set_status(
    payment: &mut Payment,
    reply: &Reply,
    captured: Option<u64>,
    refunded: Option<u64>,
    lapsed: &str,
) {
    let registered = payment.amount.map(|amount| amount.minor);
    let action = reply.text("actionCode").unwrap_or_default();
    let reason = codes::reason_in(reply);
    let status = reply.text("orderStatus");
    payment.status = match status.as_deref() {
        // The bank is still being asked, whatever the status says.
        _ if reason == Some("outcome_unknown") => Status::Pending,
        Some("0") => Status::Created,
        Some("5") => Status::ActionRequired,
        Some("7") => Status::Pending,
        Some("1") => Status::Authorized,
        Some("8") => Status::PartiallyCaptured,
        Some("2" | "4") => match (refunded, captured) {
            (Some(back), Some(taken)) if back > 0 && back >= taken => Status::Refunded,
            (Some(back), None) if back > 0 && registered == Some(back) => Status::Refunded,
            (Some(back), Some(_)) if back > 0 => Status::PartiallyRefunded,
            (Some(back), None) if back > 0 => Status::Unknown,
            _ if status.as_deref() == Some("4") => Status::Unknown,
            _ => Status::Paid,
        },
        Some("3") => Status::Cancelled,
        Some("6") => match action.as_str() {
            "4005" => Status::Cancelled,
            "-2007" | "-2009" | "-2014" => Status::Expired,
            _ => Status::Declined,
        },
        _ => Status::Unknown,
    };
    payment.reason = match payment.status {
        Status::Declined | Status::Expired => Some(codes::refusal_in(reply)),
        Status::Pending if action != "-100" => Some("outcome_unknown"),
        Status::Cancelled if action == lapsed => Some("hold_lapsed"),
        Status::Cancelled if action == "4005" => reason,
        Status::Unknown if matches!(status.as_deref(), Some("2" | "4")) => {
            Some("refunded_amount_unknown")
        }
        Status::Unknown => Some("unknown_status"),
        _ => None,
    };
    let tried = match payment.status {
        Status::Created | Status::ActionRequired => reason,
        Status::Declined => reason.and(payment.reason),
        // Some banks leave the status out after a refused try: that is all they say of it.
        Status::Unknown if status.is_none() => reason,
        _ => None,
    };
    payment.last_attempt = tried.filter(|_| !action.is_empty()).map(|reason| Attempt {
        text: reply.text("actionCodeDescription").map(|text| redact::text(&text)),
        code: Some(redact::code(&action)),
        ..Attempt::failed(reason)
    });
}

/// Whether the reply itself shows that the sum was held first.
fn was_held(reply: &Reply) -> bool {
    reply.blocks("operations").iter().any(|operation| {
        matches!(
            kind_of(operation).as_deref(),
            Some("PRE_AUTH" | "PREAUTHORIZATION" | "COMPLETION")
        )
    })
}

fn card_of(card: &Reply, reply: &Reply) -> Option<Card> {
    let number = card.text("maskedPan").or_else(|| card.text("pan")).or_else(|| reply.text("Pan"));
    let expiry = card.text("expiration").or_else(|| reply.text("expiration")).and_then(|text| {
        let (year, month) = (text.get(..4)?, text.get(4..6)?);
        (text.len() == 6).then(|| format!("{year}-{month}"))
    });
    let number = number.and_then(|number| redact::card(&number));
    let brand = card.text("paymentSystem");
    (number.is_some() || expiry.is_some() || brand.is_some()).then_some(Card {
        number,
        expiry,
        brand,
    })
}

fn refunds(reply: &Reply, currency: Option<Currency>) -> Vec<Refund> {
    let done = |code: Option<String>| match code.as_deref()? {
        code if code.trim_matches('0').is_empty() => Some("done"),
        // Nobody knows: as long as it may still be done it has not failed.
        "151018" | "998" | "-1" => Some("pending"),
        // A code that refuses nothing says nothing of a refund.
        code => codes::action::reason(code)
            .map(|reason| if decline::is_final(reason) { "failed" } else { "pending" }),
    };
    let one = |refund: &Reply| Refund {
        id: refund.text("externalRefundId"),
        amount: amount(refund.number("amount"), currency),
        status: done(refund.text("actionCode")).or_else(|| match refund.flag("success")? {
            true => Some("done"),
            false => Some("failed"),
        }),
    };
    let listed = reply.blocks("refunds");
    if !listed.is_empty() {
        return listed.iter().map(one).collect();
    }
    // The newer API lists refunds among the operations.
    let operations = reply.blocks("operations");
    operations
        .iter()
        .filter(|operation| kind_of(operation).as_deref() == Some("REFUND"))
        .map(one)
        .collect()
}

fn kind_of(operation: &Reply) -> Option<String> {
    operation.text("operationType").or_else(|| operation.text("type"))
}

#[cfg(test)]
mod tests {
    use super::gross;

    #[test]
    fn captured_is_gross_whatever_the_gateway_means() {
        for (approved, deposited, refunded, net, captured) in [
            (Some(100), Some(70), Some(30), true, Some(100)),
            (Some(100), Some(100), Some(30), true, Some(100)), // net would be 130 of 100
            (Some(100), Some(70), Some(30), false, Some(70)),
            (Some(100), Some(100), Some(0), true, Some(100)),
            (None, Some(70), Some(30), true, Some(100)),
            (Some(100), Some(45), Some(60), true, Some(105)), // taken with a tolerance
            (Some(0), Some(70), None, true, Some(70)),
            (Some(100), None, Some(30), true, None),
        ] {
            assert_eq!(gross(approved, deposited, refunded, net), captured);
        }
    }
}
