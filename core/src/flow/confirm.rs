//! `confirm`: the one thing to do when a notification or a buyer arrives. The stored id is asked
//! for, and the answer is held against what was registered.

use serde_json::Value;

use crate::client::Call;
use crate::error::Error;
use crate::expect::Expect;
use crate::fields::Fields;
use crate::notification::{MOST_BYTES, Notification, Received};
use crate::operation::{Confirm, ParseNotification, PaymentStatus, Request};

pub(crate) fn run(call: &Call<'_>, request: &Confirm) -> Result<Fields, Error> {
    request.expect.require()?;
    let notification = match &request.notification {
        Some(received) => Some(belonging(call, received, request)?),
        None => None,
    };
    let told = notification.as_ref().and_then(Notification::told);
    let status = PaymentStatus {
        id: Some(request.id.clone()),
        expect: Expect { strict: true, ..request.expect.clone() },
        told,
        ..PaymentStatus::default()
    };
    let answer = notification.as_ref().map(|notification| notification.answer.clone());
    let mut payment = call.ask(Request::PaymentStatus(status)).map_err(|mut error| {
        error.answer = answer;
        error
    })?;
    if let Some(notification) = notification {
        payment.insert("notification".into(), Value::Object(notification.into_fields()));
    }
    Ok(payment)
}

/// The notification, if it is about the stored payment: that is checked even where the caller's
/// own expectation does not name the id.
fn belonging(
    call: &Call<'_>,
    received: &ParseNotification,
    request: &Confirm,
) -> Result<Notification, Error> {
    let mut received = received.clone();
    received.expect = request.expect.clone();
    received.expect.id = Some(request.id.clone());
    inner(parse(call, &received))
}

/// A notification inside another request: an error names the field by its whole path.
pub(crate) fn inner(parsed: Result<Notification, Error>) -> Result<Notification, Error> {
    parsed.map_err(|mut error| {
        if let Some(field) = error.field.take() {
            error.message = format!("notification.{}", error.message);
            error.field = Some(format!("notification.{field}"));
        }
        error
    })
}

/// `parse_notification`: authenticity and expectation, no network.
pub(crate) fn parse(call: &Call<'_>, request: &ParseNotification) -> Result<Notification, Error> {
    let gateway = call.gateway()?;
    let expected = request.expect.read(call.test_mode())?;
    let received = request.received()?;
    if let Some(says) = unreadable(&received) {
        let mut error = Error::untrusted("unreadable", says);
        error.answer = Some(gateway.answer());
        return Err(error);
    }
    gateway.notification(&received, &expected, call.clock.now())
}

/// Why it is not even looked at. Method and size are a stranger's choice, no mistake of the caller's.
fn unreadable(received: &Received) -> Option<&'static str> {
    if !matches!(received.method.as_str(), "GET" | "POST") {
        return Some("a notification comes by GET or by POST");
    }
    let large = received.body.len() > MOST_BYTES || received.query.len() > MOST_BYTES;
    large.then_some("more bytes than any notification has")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::Client;

    /// A stranger's size is no mistake of the caller's: there is an answer to give.
    #[test]
    fn what_is_larger_than_any_notification_is_refused_unread_at_every_gateway() {
        let settings = [
            json!({
                "gateway": "rbs", "base_url": "https://gateway.example/payment",
                "user_name": "u", "password": "p",
            }),
            json!({
                "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "s",
                "bearer_token": "b", "sign_secret_key": "k", "site_ip": "192.0.2.10",
            }),
            json!({
                "gateway": "declared", "descriptor": "examplepay",
                "base_url": "https://gateway.example",
                "secrets": { "api_key": "k", "webhook_secret": "s" },
            }),
        ];
        let expect = json!({ "order_number": "A-1", "amount": "100.00", "currency": "RUB" });
        for settings in settings {
            let client = Client::new(settings.as_object().unwrap()).unwrap();
            for (place, size, large) in [
                ("body", MOST_BYTES + 1, true),
                ("query", MOST_BYTES + 1, true),
                ("body", MOST_BYTES, false),
            ] {
                let mut sent = json!({ "method": "POST" });
                sent[place] = "x".repeat(size).into();
                let confirm = json!({ "id": "x", "expect": expect, "notification": sent });
                for (operation, given) in [("parse_notification", &sent), ("confirm", &confirm)] {
                    let error = client.call(operation, given.as_object().unwrap()).unwrap_err();
                    assert_eq!(error.kind.name(), "Untrusted");
                    let unread = error.message.contains("more bytes than any notification has");
                    assert_eq!(unread, large, "{error}");
                    let answer = error.answer.as_ref().unwrap();
                    assert!(answer["reject"]["status"].as_u64().unwrap() >= 400, "{answer}");
                }
            }
        }
    }
}
