//! Webhooks: a form, sent to `ResultUrl`, in one of two charsets, signed over ten of its fields
//! (docs/gateways/intellectmoney.md, "Webhooks").

mod charset;
mod event;
mod hash;
mod received;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::received::Webhook;
use super::merchant::Merchant;
use super::{NAME, raw};
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::notification::{Answer, Notification, Received};
use crate::payment::{Payment, Status};
use crate::redact;
use crate::sign;

/// Two letters and nothing else, or the gateway sends it again.
pub const ANSWER: Answer = Answer {
    ok: (200, "text/plain; charset=utf-8", "OK"),
    retry: (503, "text/plain; charset=utf-8", "try again"),
    reject: (403, "text/plain; charset=utf-8", "not accepted"),
};

/// What is signed, in the order in which it is.
const SIGNED: [&str; 10] = [
    "EshopId",
    "OrderId",
    "ServiceName",
    "EshopAccount",
    "RecipientAmount",
    "RecipientCurrency",
    "PaymentStatus",
    "UserName",
    "UserEmail",
    "PaymentData",
];

/// Reads a webhook. This gateway signs every one, so what is not authentic is an error.
pub fn read(
    merchant: &Merchant,
    received: &Received,
    expect: &Expected,
) -> Result<Notification, Error> {
    authentic(merchant, received, expect).map_err(|mut error| {
        error.answer = Some(ANSWER.to_value());
        error
    })
}

fn authentic(
    merchant: &Merchant,
    received: &Received,
    expect: &Expected,
) -> Result<Notification, Error> {
    let webhook = Webhook::read(received)?;
    hash::verify(&webhook, &merchant.settings.secret_key)?;
    let mut payment = event::hint(&merchant.settings, &webhook, expect);
    let checked = check(merchant, &webhook, expect, &mut payment);
    // No hash covers PaymentId: another one is found here, an equal one proves nothing.
    payment.checked.retain(|name| *name != "id");
    let mut told = payment.clone();
    told.refunds = event::refunded(&webhook, told.currency);
    let (test, checked_names) = (payment.test, payment.checked.clone());
    let payment = payment.into_hint();
    if let Err(error) = checked {
        return Err(error.with_payment(payment));
    }
    let (event, succeeded) = event::event(&webhook);
    let values = SIGNED.map(|name| webhook.text(name).unwrap_or_default()).join("::");
    let event_id = sign::sha256_hex(format!("{NAME}\n{values}").as_bytes());
    Ok(Notification {
        event,
        succeeded,
        event_id: event_id.get(..32).map(str::to_owned),
        delivery_id: sign::sha256_hex(&hash::signed(&webhook)),
        verified: true,
        checked: checked_names,
        payment,
        told: Some(told),
        card: None,
        // It may be late, repeated, or of a part of the sum; and of a refund no sum is signed.
        needs_status: true,
        test,
        answer: ANSWER.to_value(),
        raw: shown(&webhook),
    })
}

/// Whether it is about this shop and the payment that is expected.
fn check(
    merchant: &Merchant,
    webhook: &Webhook,
    expect: &Expected,
    payment: &mut Payment,
) -> Result<(), Error> {
    payment.checked.push("shop");
    if webhook.text("EshopId") != Some(merchant.settings.eshop_id.as_str()) {
        let says = "shop: the webhook is authentic, but of another shop with the same secret_key";
        return Err(Error::mismatch("shop", says));
    }
    let part = payment.status == Status::PartiallyPaid;
    expect.check(payment)?;
    // A part of a hold is data; here the gateway itself says that the invoice is not paid up.
    if part && payment.status == Status::Paid {
        payment.status = Status::PartiallyPaid;
    }
    Ok(())
}

/// Numbers, codes and dates of the gateway's own, which stand as they came; what anybody wrote is cut
/// down to what may be shown.
const OWN: [&str; 13] = [
    "EshopId",
    "OrderId",
    "EshopAccount",
    "RecipientAmount",
    "RecipientCurrency",
    "PaymentStatus",
    "PaymentData",
    "PaymentId",
    "RecipientOriginalAmount",
    "RefundAmount",
    "SourceInvoiceId",
    "CommissionAmount",
    "Rrn",
];

/// Its fields under the names that they came with, and in `_unsigned` those that no hash covers.
fn shown(webhook: &Webhook) -> Value {
    let among = |names: &[&str], given: &str| names.iter().any(|n| n.eq_ignore_ascii_case(given));
    let mut fields = Fields::new();
    let mut unsigned = Vec::new();
    for (name, value) in webhook.fields() {
        let personal = raw::is_masked(name);
        let value = match personal || among(&OWN, name) {
            true => value.to_owned(),
            false => redact::text(value),
        };
        fields.insert(name.to_owned(), value.into());
        if !among(&SIGNED, name) && !among(&["Hash", "SecretKey"], name) {
            unsigned.push(Value::from(name));
        }
    }
    let mut shown = raw::shown(&fields);
    if let Value::Object(fields) = &mut shown {
        fields.insert("_unsigned".into(), unsigned.into());
    }
    shown
}
