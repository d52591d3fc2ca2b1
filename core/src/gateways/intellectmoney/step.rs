//! `PaymentStep`, as word or number, in any case (docs/gateways/intellectmoney.md, "Status").

use serde_json::Value;

use crate::fields;

/// Where the newest payment of an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStep {
    /// Begun, or nothing was begun yet.
    Created,
    /// With the bank or the lender.
    InProcess,
    /// The buyer must act: `Form3DS` says how.
    SendTo3ds,
    /// The buyer must name the sum that was charged (activationPay).
    ActivationPayment,
    /// Paid or held.
    Ok,
    /// Failed; the invoice lives on.
    Error,
    /// A word that we don't know: not final, and not lost (it stands in `raw`).
    Unknown,
}

impl PaymentStep {
    pub fn read(value: Option<&Value>) -> PaymentStep {
        let text = value.and_then(fields::text).unwrap_or_default();
        match text.to_ascii_lowercase().as_str() {
            "created" | "1" => PaymentStep::Created,
            "inprocess" | "2" => PaymentStep::InProcess,
            "sendto3ds" | "3" => PaymentStep::SendTo3ds,
            "activationpayment" | "4" => PaymentStep::ActivationPayment,
            "ok" | "0" => PaymentStep::Ok,
            "error" | "10" => PaymentStep::Error,
            _ => PaymentStep::Unknown,
        }
    }
}
