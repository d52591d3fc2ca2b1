//! `settle_checkout`: after the gateway's verified notification, the portal's payment becomes paid.

use serde::Deserialize;
use serde_json::{Value, json};

use super::number;
use super::portal_payment;
use super::settle::{Outcome, Pay, pay};
use super::taken::{self, Taken};
use crate::crm::bitrix24::deal::Told;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

/// Tells the portal that its payment is paid. Safe to repeat.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleCheckout {
    /// The portal's payment, as `read_checkout` gave it.
    pub payment_id: u64,
    /// The portal's pay system, as `read_checkout` gave it.
    pub pay_system_id: u64,
    /// The order number that the caller stored with the portal's payment: the gateway's must be it.
    pub order_number: Option<String>,
    /// The reply of `confirm`, `payment_status` or `wait`, of any gateway. This or `notification`.
    pub payment: Option<Told>,
    /// The reply of `parse_notification`, where it is verified and says `needs_status: false`.
    pub notification: Option<Fields>,
    /// The caller holds its lock on this order: then a call whose answer is lost may be repeated. The first
    /// call needs no lock: it adds nothing, but marks the one payment that there is. Two workers without a
    /// lock may both send it.
    #[serde(default)]
    pub locked: bool,
    /// How long to repeat what the portal was too busy for, in milliseconds; 30 s if not given.
    pub timeout_ms: Option<u64>,
}

pub fn settle_checkout(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: SettleCheckout = fields::read(given)?;
    for (field, id) in
        [("payment_id", request.payment_id), ("pay_system_id", request.pay_system_id)]
    {
        if id == 0 {
            return Err(Error::invalid(field, "expected the portal's id, more than zero"));
        }
    }
    let told = taken::told(&request.payment, &request.notification)?;
    tied(&request, &told)?;
    let session = session.patient(request.timeout_ms)?;
    let mut outcome = match taken::taken(&told, session.call().test_mode())? {
        Taken::All(captured) => pay(
            &session,
            &Pay {
                payment_id: request.payment_id,
                pay_system_id: request.pay_system_id,
                captured,
                locked: request.locked,
            },
        )?,
        other => unchanged(&session, request.payment_id, &other)?,
    };
    if outcome.was_paid_before(told.paid_at.as_deref()) {
        outcome.attention.push("paid_before");
    }
    let reply = json!({
        "payment_id": request.payment_id,
        "pay_system_id": request.pay_system_id,
        "paid": outcome.paid,
        "repeated": outcome.repeated,
        "needs_attention": !outcome.attention.is_empty(),
        "attention": outcome.attention,
    });
    match reply {
        Value::Object(reply) => Ok(reply),
        _ => Ok(Fields::new()),
    }
}

/// Two payments of the same sum must not be mixed up.
fn tied(request: &SettleCheckout, told: &Told) -> Result<(), Error> {
    let Some(number) = told.order_number.as_deref() else { return Ok(()) };
    let stored = request.order_number.as_deref().is_none_or(|stored| stored == number);
    let made_for = number::payment_of(number).is_none_or(|id| id == request.payment_id);
    match stored && made_for {
        true => Ok(()),
        false => {
            let says =
                "order_number: the gateway's payment was made for another payment of the portal's";
            Err(Error::mismatch("order_number", says))
        }
    }
}

/// Nothing is marked; whether the portal shows it as paid is told all the same.
fn unchanged(session: &Session<'_>, id: u64, taken: &Taken) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    match portal_payment::find(session, id)? {
        Some(found) => outcome.paid = found.paid,
        None => outcome.attention.push("payment_not_found"),
    }
    if let Taken::Doubt(word) = taken {
        outcome.attention.push(word);
    }
    Ok(outcome)
}
