//! What a gateway took, from a reply of Kopeck's own: only what was captured in full counts.

use crate::crm::bitrix24::deal::{Told, is_some, is_sure};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};

/// What the money says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Captured in full.
    All(Amount),
    /// Not yet, or never: nobody has to look.
    Nothing,
    /// Money moved otherwise: a person must look, for this reason.
    Doubt(&'static str),
}

/// The payment that was given: itself, or the hint of a notification that needs no status.
pub fn told(payment: &Option<Told>, notification: &Option<Fields>) -> Result<Told, Error> {
    let field = "notification";
    match (payment, notification) {
        (Some(payment), None) => Ok(payment.clone()),
        (Some(_), Some(_)) => Err(Error::invalid(field, "expected payment or this, not both")),
        (None, None) => Err(Error::invalid("payment", "expected payment or notification")),
        (None, Some(notification)) => {
            if !is_sure(notification) {
                let says = "expected one that is verified, succeeded and needs no status; ask with \
                            confirm and give its payment";
                return Err(Error::invalid(field, says));
            }
            let Some(payment) = notification.get("payment").and_then(|it| it.as_object()) else {
                return Err(Error::invalid("notification.payment", "required, but not given"));
            };
            fields::read(payment).map_err(|error| {
                let below = error.field.as_deref().unwrap_or_default();
                Error::invalid(format!("notification.payment.{below}"), "not a payment's field")
            })
        }
    }
}

/// Reads it. `test_mode` is the setting: test money marks nothing paid where it is not expected.
pub fn taken(payment: &Told, test_mode: Option<bool>) -> Result<Taken, Error> {
    let status = payment.status.as_deref().unwrap_or_default();
    match status {
        "created" | "action_required" | "pending" | "authorized" | "cancelled" | "verified"
        | "declined" | "expired" | "not_found" => {
            // A word that says "no money" beside a sum that says otherwise.
            return Ok(match is_some(&payment.captured) {
                true => Taken::Doubt("status_unknown"),
                false => Taken::Nothing,
            });
        }
        "partially_captured" | "partially_paid" => return Ok(Taken::Doubt("partially_paid")),
        "partially_refunded" | "refunded" => return Ok(Taken::Doubt("refunded")),
        "unknown" => return Ok(Taken::Doubt("status_unknown")),
        "paid" => {}
        _ => return Err(Error::invalid("payment.status", "expected a status of a payment's")),
    }
    let code = payment.currency.as_deref();
    let currency = match code.map(|code| (code, Currency::from_code(code))) {
        Some((_, Some(currency))) => currency,
        Some((_, None)) => {
            return Err(Error::invalid("payment.currency", "expected a code like \"RUB\""));
        }
        None => return Ok(Taken::Doubt("sum_unknown")),
    };
    let sum = |field: &str, text: &Option<String>| match text {
        Some(text) => Amount::parse(text, currency)
            .map(Some)
            .map_err(|says| Error::invalid(format!("payment.{field}"), says)),
        None => Ok(None),
    };
    let captured = sum("captured", &payment.captured)?;
    let refunded = sum("refunded", &payment.refunded)?.map_or(0, |sum| sum.minor);
    Ok(match captured {
        // No money without a comparison.
        None => Taken::Doubt("sum_unknown"),
        Some(_) if payment.disputed => Taken::Doubt("disputed"),
        Some(_) if refunded > 0 => Taken::Doubt("refunded"),
        Some(_) if payment.test == Some(true) && test_mode != Some(true) => Taken::Doubt("test"),
        Some(captured) => Taken::All(captured),
    })
}
