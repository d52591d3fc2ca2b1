//! What a notification says: which event, of which payment, and by which name it is known again.

use serde_json::{Value, json};

use crate::decline::DECLINED;
use crate::gateways::rbs::{NAME, amount, codes};
use crate::money::Currency;
use crate::payment::{Attempt, Card, Payment, Refund, Status};
use crate::redact;
use crate::sign;

pub fn event<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> (&'static str, Option<bool>) {
    let succeeded = match text("status") {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    let event = match (text("operation"), succeeded) {
        (Some("approved" | "deposited"), Some(false)) => "declined",
        (Some("approved"), _) => "held",
        // After a hold it is a capture; only `depositFlag` tells, where support switched it on.
        (Some("deposited"), _) if text("depositFlag") == Some("2") => "captured",
        (Some("deposited"), _) => "paid",
        (Some("reversed"), _) => "cancelled",
        (Some("refunded"), _) => "refunded",
        (Some("declinedByTimeout"), _) => "expired",
        (Some("declinedCardPresent" | "declinedCardpresent"), _) => "declined",
        (Some("bindingCreated" | "subscriptionCreated"), _) => "card_stored",
        (Some("bindingDeactivated"), _) => "card_removed",
        (Some("bindingActivityChanged"), _) | (None, _) if text("bindingId").is_some() => {
            match text("enabled") {
                Some("true") => "card_stored",
                Some("false") => "card_removed",
                _ => "unknown",
            }
        }
        // A receipt's notification is the receipt's status: it names no operation.
        (None, _) if text("receipt").or_else(|| text("receipts")).is_some() => "receipt",
        _ => "unknown",
    };
    (event, succeeded)
}

/// What it says about the payment. Unsigned words say nothing of its status.
pub fn hint<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    event: &str,
    succeeded: Option<bool>,
    verified: bool,
) -> Payment {
    let status = match (event, succeeded) {
        _ if !verified => Status::Unknown,
        ("held", Some(true)) => Status::Authorized,
        ("paid" | "captured", Some(true)) => Status::Paid,
        ("cancelled", Some(true)) => Status::Cancelled,
        ("expired", _) => Status::Expired,
        _ => Status::Unknown,
    };
    let mut payment = Payment::new(NAME, status);
    let currency = text("currency").and_then(|code| match code.parse() {
        Ok(number) => Currency::from_number(number),
        Err(_) => Currency::from_code(code),
    });
    let money = |name: &str| amount(text(name).and_then(|digits| digits.parse().ok()), currency);
    payment.id = text("mdOrder").or_else(|| text("orderId")).map(str::to_owned);
    payment.order_number = text("orderNumber").map(str::to_owned);
    payment.currency = currency;
    payment.amount = money("amount");
    payment.authorized = money("approvedAmount");
    payment.captured = money("depositedAmount");
    payment.refunded = money("refundedAmount");
    payment.fee = money("feeAmount");
    payment.method = text("paymentWay").map(str::to_lowercase);
    payment.refunds = refund(text, event, succeeded, verified, currency).into_iter().collect();
    payment.rrn = text("refNum").or_else(|| text("paymentRefNum")).map(str::to_owned);
    payment.approval_code = text("approvalCode").map(str::to_owned);
    let number = text("maskedPan").and_then(redact::card);
    let brand = text("paymentSystem").map(str::to_owned);
    payment.card =
        (number.is_some() || brand.is_some()).then_some(Card { number, expiry: None, brand });
    if event == "declined" && verified {
        payment.last_attempt = text("actionCode").map(|code| Attempt {
            code: Some(redact::code(code)),
            ..Attempt::failed(codes::action::reason(code).unwrap_or(DECLINED))
        });
    }
    payment
}

/// The refund that the event is about, where it is told from others.
fn refund<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    event: &str,
    succeeded: Option<bool>,
    verified: bool,
    currency: Option<Currency>,
) -> Option<Refund> {
    let minor = text("operationRefundedAmount").and_then(|digits| digits.parse().ok());
    let told = text("externalRefundId").is_some() || minor.is_some();
    (verified && event == "refunded" && told).then(|| Refund {
        id: text("externalRefundId").map(str::to_owned),
        amount: amount(minor, currency),
        status: succeeded.map(|done| if done { "done" } else { "failed" }),
    })
}

/// The stored card that the event is about.
pub fn card<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> Option<Value> {
    let id = text("bindingId").or_else(|| text("subscriptionId"))?;
    Some(json!({
        "id": id,
        "customer_id": text("clientId"),
        "number": text("panMasked").or_else(|| text("maskedPan")).and_then(redact::card),
        "active": text("enabled").map(|word| word == "true"),
    }))
}

/// Equal for two deliveries of one event. Null where two events could look alike: failed tries,
/// refunds without an id or a date, and a card that is switched off and on and off again.
pub fn event_id<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    event: &str,
    succeeded: Option<bool>,
) -> Option<String> {
    let order = text("mdOrder").or_else(|| text("bindingId")).or_else(|| text("orderId"))?;
    let operation = text("operation").unwrap_or(event);
    let distinct = match (event, succeeded) {
        ("declined" | "unknown", _) | (_, Some(false)) => return None,
        ("refunded", _) => {
            match (text("externalRefundId"), text("refundedAmount"), text("refundedDate")) {
                (Some(id), _, _) => id.to_owned(),
                (None, Some(amount), Some(date)) => format!("{amount}/{date}"),
                _ => return None,
            }
        }
        ("captured", _) => text("depositedAmount")?.to_owned(),
        ("paid", _) => text("depositedAmount").unwrap_or_default().to_owned(),
        // A card may be switched off and on again, a part reversed after a part.
        ("cancelled", _) => text("reversedDate")?.to_owned(),
        ("card_stored" | "card_removed", _) if text("operation") == Some("bindingCreated") => {
            text("bindingId").unwrap_or_default().to_owned()
        }
        ("card_stored" | "card_removed", _) => return None,
        _ => String::new(),
    };
    let status = text("status").unwrap_or_default();
    let text = format!("{NAME}\n{order}\n{operation}\n{status}\n{distinct}");
    sign::sha256_hex(text.as_bytes()).get(..32).map(str::to_owned)
}
