//! What a webhook says: which event, and what of the payment its hash covers.

use time::PrimitiveDateTime;

use super::received::Webhook;
use crate::clock;
use crate::expect::Expected;
use crate::gateways::intellectmoney::NAME;
use crate::gateways::intellectmoney::currency;
use crate::gateways::intellectmoney::settings::Settings;
use crate::money::{Amount, Currency};
use crate::payment::{Payment, Refund, Status};
use crate::sum::exact;

/// The event, and whether it worked: the gateway tells of no failure.
pub fn event(webhook: &Webhook) -> (&'static str, Option<bool>) {
    let event = match webhook.text("PaymentStatus") {
        Some("3") => "created",
        Some("4") => "cancelled",
        Some("5" | "7") => "paid",
        Some("6") => "held",
        Some("8") => "refunded",
        _ => return ("unknown", None),
    };
    (event, Some(true))
}

/// What it says about the payment, from signed fields; only the number is not one, a candidate.
pub fn hint(settings: &Settings, webhook: &Webhook, expect: &Expected) -> Payment {
    let number = webhook.text("PaymentStatus").unwrap_or_default();
    let (status, reason) = match number {
        "3" => (Status::Created, None),
        "4" => (Status::Cancelled, None),
        "5" => (Status::Paid, None),
        "6" => (Status::Authorized, None),
        "7" => (Status::PartiallyPaid, None),
        // All or a part went back: the sum that would tell is not signed.
        "8" => (Status::Unknown, Some("refunded_sum_unsigned")),
        _ => (Status::Unknown, Some("unknown_payment_status")),
    };
    let mut payment = Payment::new(NAME, status);
    payment.reason = reason;
    payment.id = webhook.text("PaymentId").filter(|text| is_number(text)).map(str::to_owned);
    payment.order_number = webhook.text("OrderId").map(str::to_owned);
    payment.currency = webhook.text("RecipientCurrency").and_then(currency::read);
    payment.test = payment.currency.map(|currency| currency == Currency::TEST);
    let told = webhook.text("RecipientAmount").zip(payment.currency);
    let told = told.and_then(|(text, currency)| exact(text, currency));
    match number {
        // Money without a sum is not guessed.
        "5" | "6" | "7" if told.is_none() => {
            payment.status = Status::Unknown;
            payment.reason = Some("sum_unreadable");
        }
        "3" => payment.amount = told,
        "5" => {
            payment.captured = told;
            payment.amount = told.filter(|told| !is_part_of_hold(expect, *told));
            payment.paid_at = webhook.text("PaymentData").and_then(|text| moment(settings, text));
        }
        "6" => {
            payment.authorized = told;
            payment.amount = told.filter(|told| !is_part_of_hold(expect, *told));
        }
        "7" => (payment.captured, payment.in_part) = (told, true),
        _ => {}
    }
    payment
}

/// What it says of how much went back. No hash covers it: it may only make `settle` more careful.
pub fn refunded(webhook: &Webhook, currency: Option<Currency>) -> Vec<Refund> {
    let told = webhook.text("RefundAmount").zip(currency);
    let amount = told.and_then(|(text, currency)| exact(text, currency));
    amount.map(|amount| Refund { amount: Some(amount), ..Refund::default() }).into_iter().collect()
}

/// Less than was registered is data where a hold was: it may be reduced, or captured in part.
fn is_part_of_hold(expect: &Expected, told: Amount) -> bool {
    let less = |asked: Amount| asked.currency == told.currency && told.minor < asked.minor;
    expect.hold == Some(true) && expect.amount().is_some_and(less)
}

/// Whether an invoice could be numbered so: what no hash covers may be any text.
fn is_number(text: &str) -> bool {
    text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `PaymentData`, a date in the gateway's own zone.
fn moment(settings: &Settings, text: &str) -> Option<String> {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let local = PrimitiveDateTime::parse(text, format).ok()?;
    let moment = local.assume_offset(settings.time_zone).checked_to_offset(time::UtcOffset::UTC)?;
    (1970..=9999).contains(&moment.year()).then(|| clock::print(moment))
}
