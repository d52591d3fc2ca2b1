//! Webhooks (the gateway's documents): what is sent, to where, in which charset,
//! and every attempt.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;

use super::eshops::{Charset, Eshop, Names, OkAs, WebhookHash};
use super::fields::{Fields, decimal, moment_text};
use super::invoices::{Invoice, Means, State};
use super::signature::{md5, sha256, signed_text};
use super::transitions::Event;
use crate::clock;
use crate::courier::{Attempt, Courier, Parcel};
use crate::sandbox::Sandbox;

/// Order of the hashed values.
pub const TEMPLATE: &str = "EshopId::OrderId::ServiceName::EshopAccount::RecipientAmount::\
                            RecipientCurrency::PaymentStatus::UserName::UserEmail::PaymentData";

/// A webhook and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Notification {
    /// `PaymentStatus`.
    pub status: u8,
    /// The shop's address.
    pub url: String,
    /// Label of the body.
    pub content_type: String,
    /// The form, percent-encoded in its charset.
    pub body: String,
    /// Which answers count.
    #[serde(skip)]
    pub ok: OkAs,
    /// Whether the shop answered as it must.
    pub delivered: bool,
    /// Every attempt.
    pub attempts: Vec<Attempt>,
}

/// A webhook that waits to be sent.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its invoice.
    pub invoice: String,
    /// Place in the invoice's notifications.
    pub place: usize,
    /// What to send.
    pub notification: Notification,
    /// Attempts to make.
    pub attempts: u32,
    /// Wait before the first attempt.
    pub delay: Duration,
    /// Pause between attempts.
    pub pause: Duration,
}

/// Writes and signs a webhook. None where nobody wants it.
pub fn compose(invoice: &Invoice, event: &Event, eshop: &Eshop, now: i64) -> Option<Notification> {
    let settings = &eshop.settings;
    let url = invoice.terms.result_url.clone().or_else(|| eshop.result_url.clone())?;
    if !settings.webhook_statuses.contains(&event.status) {
        return None;
    }
    let mut values = Fields::new(values(invoice, event, eshop, now));
    let signed = signed_text(TEMPLATE, &values, &eshop.secret_key);
    let charset = settings.webhook_hash_charset.unwrap_or(settings.webhook_charset);
    let signed = bytes(&signed, charset);
    values.push(
        "Hash",
        match settings.webhook_hash {
            WebhookHash::Md5 => md5(&signed),
            WebhookHash::Sha256 => sha256(&signed),
        },
    );
    let mut content_type = String::from("application/x-www-form-urlencoded");
    if settings.webhook_charset_told {
        let charset = match settings.webhook_charset {
            Charset::Utf8 => "utf-8",
            Charset::Windows1251 => "windows-1251",
        };
        content_type = format!("{content_type}; charset={charset}");
    }
    Some(Notification {
        status: event.status,
        url,
        content_type,
        body: encoded(&values, settings.webhook_names, settings.webhook_charset),
        ok: settings.webhook_ok,
        delivered: false,
        attempts: Vec::new(),
    })
}

fn values(invoice: &Invoice, event: &Event, eshop: &Eshop, now: i64) -> Vec<(String, String)> {
    let terms = &invoice.terms;
    let amount = match invoice.state {
        State::Created | State::Cancelled => invoice.asked,
        State::Refunded if eshop.settings.webhook_net_amount => invoice.left(),
        _ => invoice.paid,
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut values = vec![
        pair("EshopId", &terms.eshop_id),
        pair("PaymentId", &invoice.id),
        pair("OrderId", &terms.order_id),
        pair("ServiceName", &terms.service_name),
        pair("EshopAccount", &eshop.eshop_account),
        pair("RecipientOriginalAmount", &decimal(terms.amount)),
        pair("RecipientAmount", &decimal(amount)),
        pair("RecipientCurrency", &terms.currency),
        pair("PaymentStatus", &event.status.to_string()),
        pair("UserName", &terms.user_name),
        pair("UserEmail", &terms.email),
        pair("PaymentData", &moment_text(now, eshop.settings.time_zone_hours)),
    ];
    if let Some(refund) = event.refund {
        values.push(pair("RefundAmount", &decimal(refund)));
    }
    if let Some(payment) = invoice.payment.as_ref().filter(|_| invoice.paid > 0) {
        values.push(pair("PayMethod", payment.means.pay_method(&terms.currency)));
        if payment.means == Means::BankCard {
            values.push(pair("ShortPan", payment.masked_pan.as_deref().unwrap_or_default()));
            values.push(pair("Country", "RUS"));
            values.push(pair("Bank", "Sandbox"));
        }
        values.push(pair("IpAddress", &payment.ip));
    }
    if terms.recurring && matches!(invoice.state, State::Paid | State::Held) {
        values.push(pair("RecurringState", "Activated"));
    }
    if let Some(source) = &terms.source {
        values.push(pair("RecurringState", "Payed"));
        values.push(pair("SourceInvoiceId", source));
    }
    values.extend(terms.user_fields.iter().cloned());
    values
}

/// The text in a charset; letters that windows-1251 lacks become character references.
fn bytes(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Utf8 => text.as_bytes().to_vec(),
        Charset::Windows1251 => encoding_rs::WINDOWS_1251.encode(text).0.into_owned(),
    }
}

fn encoded(values: &Fields, names: Names, charset: Charset) -> String {
    let pair = |(name, value): (&str, &str)| {
        let mut name = name.to_owned();
        if names == Names::Camel
            && let Some(first) = name.get_mut(..1)
        {
            first.make_ascii_lowercase();
        }
        let value: String = form_urlencoded::byte_serialize(&bytes(value, charset)).collect();
        format!("{name}={value}")
    };
    values.pairs().map(pair).collect::<Vec<_>>().join("&")
}

/// The body changed after it was signed; the rest of its bytes stay. `payment_id` and
/// `refund_amount` are not covered by the hash.
pub fn tampered(body: &str, kind: &str) -> Option<String> {
    let target = match kind {
        "status" => "paymentstatus",
        "order" => "orderid",
        "amount" => "recipientamount",
        "hash" | "unsigned" => "hash",
        "payment_id" => "paymentid",
        "refund_amount" => "refundamount",
        "repeated" => return Some(format!("{body}&OrderId=another")),
        _ => return None,
    };
    let pairs = body.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !name.eq_ignore_ascii_case(target) {
            return Some(pair.to_owned());
        }
        let value = match kind {
            "unsigned" => return None,
            "status" if value == "5" => "8".to_owned(),
            "status" => "5".to_owned(),
            "amount" => format!("9{value}"),
            "hash" => broken(value),
            _ => format!("{value}1"),
        };
        Some(format!("{name}={value}"))
    });
    Some(pairs.collect::<Vec<_>>().join("&"))
}

/// The hash with another last digit.
fn broken(hash: &str) -> String {
    let mut text = hash.to_owned();
    let last = text.pop();
    text.push(if last == Some('0') { '1' } else { '0' });
    text
}

/// One attempt. Both sides are what the record will say.
pub async fn send(courier: &Courier, notification: &Notification) -> Result<String, String> {
    let post = Some((notification.content_type.as_str(), notification.body.as_str()));
    let parcel =
        Parcel { url: &notification.url, post, headers: &[], user_agent: "IntellectMoney" };
    let receipt = courier.deliver(parcel).await?;
    let answered = match notification.ok {
        OkAs::Exact => receipt.body == "OK",
        OkAs::Loose => receipt.body.trim_ascii().eq_ignore_ascii_case(b"OK"),
    };
    match (receipt.status, answered) {
        (200, true) => Ok("HTTP 200, OK".into()),
        (status, true) => Err(format!("HTTP {status}")),
        (status, false) => Err(format!("HTTP {status}, the body is not OK")),
    }
}

/// Sends what the installation puts into its outbox, each webhook on its own.
pub async fn run(sandbox: Arc<Sandbox>, mut outbox: UnboundedReceiver<Delivery>) {
    while let Some(delivery) = outbox.recv().await {
        tokio::spawn(deliver(Arc::clone(&sandbox), delivery));
    }
}

async fn deliver(sandbox: Arc<Sandbox>, delivery: Delivery) {
    tokio::time::sleep(delivery.delay).await;
    for attempt in 1..=delivery.attempts {
        let at = clock::rfc3339(clock::now());
        let outcome = send(&sandbox.courier, &delivery.notification).await;
        let delivered = outcome.is_ok();
        let result = outcome.unwrap_or_else(|why| why);
        let record = Attempt { at, result };
        let (invoice, place) = (&delivery.invoice, delivery.place);
        sandbox.intellectmoney().record_attempt(invoice, place, record, delivered);
        if delivered {
            return;
        }
        if attempt < delivery.attempts {
            tokio::time::sleep(delivery.pause).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tampering_touches_one_field() {
        let body = "eshopId=1&orderId=A&recipientAmount=10.00&paymentStatus=5&hash=ab0";
        for (kind, expected) in [
            ("status", "eshopId=1&orderId=A&recipientAmount=10.00&paymentStatus=8&hash=ab0"),
            ("order", "eshopId=1&orderId=A1&recipientAmount=10.00&paymentStatus=5&hash=ab0"),
            ("amount", "eshopId=1&orderId=A&recipientAmount=910.00&paymentStatus=5&hash=ab0"),
            ("hash", "eshopId=1&orderId=A&recipientAmount=10.00&paymentStatus=5&hash=ab1"),
            ("unsigned", "eshopId=1&orderId=A&recipientAmount=10.00&paymentStatus=5"),
        ] {
            assert_eq!(tampered(body, kind).unwrap(), expected);
        }
        assert_eq!(tampered(body, "what"), None);
    }

    #[test]
    fn bodies_are_written_in_either_charset_and_style() {
        let values = Fields::from_pairs(&[("ServiceName", "Иа"), ("UserField_1", "x y")]);
        assert_eq!(
            encoded(&values, Names::Pascal, Charset::Utf8),
            "ServiceName=%D0%98%D0%B0&UserField_1=x+y"
        );
        assert_eq!(
            encoded(&values, Names::Camel, Charset::Windows1251),
            "serviceName=%C8%E0&userField_1=x+y"
        );
    }
}
