//! `confirm`: the one thing to do when a notification or a buyer arrives. The stored id is asked
//! for, and the answer is held against what was registered.

use serde_json::Value;

use crate::client::Call;
use crate::error::Error;
use crate::expect::Expect;
use crate::fields::Fields;
use crate::notification::Notification;
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
    if !matches!(received.method.as_str(), "GET" | "POST") {
        // The method is the stranger's choice, so it is no mistake of the caller's.
        let mut error = Error::untrusted("unreadable", "a notification comes by GET or by POST");
        error.answer = Some(gateway.answer());
        return Err(error);
    }
    gateway.notification(&received, &expected, call.clock.now())
}
