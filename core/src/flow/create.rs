//! `create_payment` where the gateway needs a moment to say what the buyer must do (a QR code, a
//! wallet's page): it is asked again until it says so.

use std::time::Duration;

use serde_json::Value;

use super::Pauses;
use crate::client::Call;
use crate::error::{Error, Kind};
use crate::expect::Expect;
use crate::fields::Fields;
use crate::operation::{CreatePayment, PaymentStatus, Request};
use crate::payment::{ACTION_PENDING, IN_PROCESS, UNTOUCHED};

/// How long a buyer is left waiting for it; then the payment is handed back as it is.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(call: &Call<'_>, request: Box<CreatePayment>) -> Result<Fields, Error> {
    let deadline = call.clock.now() + PATIENCE;
    let expect = expected(&request);
    let mut payment = call.ask(Request::CreatePayment(request))?;
    let mut pauses = Pauses::new();
    while reason(&payment) == Some(ACTION_PENDING) {
        let left = deadline - call.clock.now();
        let Some(id) = payment.get("id").and_then(Value::as_str).filter(|_| left.is_positive())
        else {
            break;
        };
        let status = PaymentStatus {
            id: Some(id.to_owned()),
            expect: expect.clone(),
            ..PaymentStatus::default()
        };
        // The payment is registered: neither a wait that is broken off nor a look that fails says
        // anything against it.
        if call.clock.sleep(pauses.next(left.unsigned_abs(), None)).is_err() {
            break;
        }
        match call.ask(Request::PaymentStatus(status)) {
            Ok(seen) if is_underway(&seen) => {}
            Ok(seen) => take(&mut payment, seen),
            Err(error) if error.kind == Kind::Mismatch => return Err(error),
            Err(_) => {}
        }
    }
    Ok(payment)
}

/// What the state must say of it, where it says so.
fn expected(request: &CreatePayment) -> Expect {
    Expect {
        order_number: Some(request.order_number.clone()),
        amount: Some(request.amount.clone()),
        currency: Some(request.currency.clone()),
        hold: Some(request.hold),
        purpose: request.purpose,
        strict: true,
        ..Expect::default()
    }
}

fn reason(payment: &Fields) -> Option<&str> {
    payment.get("reason").and_then(Value::as_str)
}

/// Whether what the buyer must do may still come.
fn is_underway(seen: &Fields) -> bool {
    matches!(reason(seen), Some(UNTOUCHED | IN_PROCESS | ACTION_PENDING))
}

/// Takes over where the payment stands; what the state does not tell stays as registered.
fn take(payment: &mut Fields, seen: Fields) {
    let stands = ["reason", "payable", "action", "last_attempt"];
    for (name, value) in seen {
        if !value.is_null() || stands.contains(&name.as_str()) {
            payment.insert(name, value);
        }
    }
    let until = payment.get("expires_at").cloned().unwrap_or_default();
    if let Some(Value::Object(action)) = payment.get_mut("action")
        && action.get("expires_at").is_none_or(Value::is_null)
    {
        action.insert("expires_at".into(), until);
    }
}
