//! `create_payment` where the gateway needs a moment to say what the buyer must do (a QR code, a
//! wallet's page): it is asked again until it says so.

use std::time::Duration;

use serde_json::Value;

use super::Pauses;
use crate::client::Call;
use crate::error::Error;
use crate::fields::Fields;
use crate::operation::{CreatePayment, PaymentStatus, Request};
use crate::payment::ACTION_PENDING;

/// How long a buyer is left waiting for it; then the payment is handed back as it is.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(call: &Call<'_>, request: Box<CreatePayment>) -> Result<Fields, Error> {
    let deadline = call.clock.now() + PATIENCE;
    let mut payment = call.ask(Request::CreatePayment(request))?;
    let mut pauses = Pauses::new();
    while payment.get("reason").and_then(Value::as_str) == Some(ACTION_PENDING) {
        let left = deadline - call.clock.now();
        let Some(id) = payment.get("id").and_then(Value::as_str).filter(|_| left.is_positive())
        else {
            break;
        };
        let status = PaymentStatus { id: Some(id.to_owned()), ..PaymentStatus::default() };
        call.clock.sleep(pauses.next(left.unsigned_abs(), None))?;
        // The payment is registered: a look that fails says nothing against it.
        let Ok(mut seen) = call.ask(Request::PaymentStatus(status)) else { continue };
        if seen.get("status").and_then(Value::as_str) == Some("pending") {
            continue;
        }
        for name in
            ["status", "reason", "final", "payable", "action", "last_attempt", "state_id", "raw"]
        {
            payment.extend(seen.remove(name).map(|value| (name.to_owned(), value)));
        }
    }
    Ok(payment)
}
