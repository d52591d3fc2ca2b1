//! What is done with a registered payment: asked for, captured, cancelled, refunded, listed.

use serde::Deserialize;

use crate::error::Error;
use crate::expect::Expect;
use crate::fields::Fields;
use crate::money::{Amount, Currency};
use crate::payment::Payment;
use crate::receipt::Receipt;

/// Asks where a payment stands. One of `id` and `order_number`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentStatus {
    /// The gateway's id, as stored.
    pub id: Option<String>,
    /// The shop's number, where the gateway can be asked by it.
    pub order_number: Option<String>,
    /// What was registered.
    #[serde(default)]
    pub expect: Expect,
    /// Also ask what became of its receipt, where it has one: a second exchange.
    #[serde(default)]
    pub receipt: bool,
    /// Set by `confirm`: what an authentic notification said of this payment, for a gateway whose
    /// status says less than its notifications.
    #[serde(skip)]
    pub told: Option<Notified>,
}

/// What an authentic notification said of a payment, its signed fields alone.
#[derive(Clone, Debug)]
pub struct Notified {
    /// As in [`Notification`](crate::notification::Notification).
    pub event: &'static str,
    /// Its payment, as the gateway read it.
    pub payment: Box<Payment>,
}

/// Takes a held payment, or a part of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The gateway's id.
    pub id: String,
    /// Decimal text, more than zero.
    pub amount: String,
    /// Letters of ISO 4217.
    pub currency: String,
    /// The shop's number; some gateways want both.
    pub order_number: Option<String>,
    /// What is held, as stored: for a gateway that can only take all of it and does not tell how
    /// much that is.
    pub authorized: Option<String>,
    /// More captures of the same hold will follow.
    #[serde(default)]
    pub partial: bool,
    /// What the cash register prints for this part, by the positions' ids (54-FZ).
    pub receipt: Option<Box<Receipt>>,
    /// Parameters of the gateway's own.
    #[serde(default)]
    pub extra: Fields,
}

/// Closes an unpaid payment or releases a hold. Never moves captured money.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The gateway's id.
    pub id: String,
    /// The shop's number; some gateways want both.
    pub order_number: Option<String>,
    /// Consent, where the gateway's only cancel can refund; unused elsewhere.
    #[serde(default)]
    pub may_refund: bool,
    /// Parameters of the gateway's own.
    #[serde(default)]
    pub extra: Fields,
}

/// Gives captured money back, wholly or in part.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// The gateway's id of the payment.
    pub id: String,
    /// Decimal text, more than zero.
    pub amount: String,
    /// Letters of ISO 4217.
    pub currency: String,
    /// The shop's number; some gateways want both.
    pub order_number: Option<String>,
    /// The shop's id of this refund. Store it before the call: it keeps the money from going twice.
    pub refund_id: String,
    /// What was captured and refunded before, from a status just read: the gateway then refuses the
    /// refund if something else moved in between.
    pub before: Option<Before>,
    /// What the cash register prints for this part, by the positions' ids (54-FZ).
    pub receipt: Option<Box<Receipt>>,
    /// Parameters of the gateway's own.
    #[serde(default)]
    pub extra: Fields,
}

/// The amounts of a payment before a write, decimal text in the payment's currency.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Captured, gross.
    pub captured: String,
    /// Refunded so far.
    pub refunded: String,
}

impl Before {
    /// Captured and refunded, in minor units of the currency.
    pub fn read(&self, currency: Currency) -> Result<(u64, u64), Error> {
        let read = |field: &str, text: &str| {
            let sum = Amount::parse(text, currency);
            sum.map(|sum| sum.minor).map_err(|says| Error::invalid(field, says))
        };
        let captured = read("before.captured", &self.captured)?;
        let refunded = read("before.refunded", &self.refunded)?;
        match refunded > captured {
            true => Err(Error::invalid("before.refunded", "more than before.captured")),
            false => Ok((captured, refunded)),
        }
    }
}

/// Payments of a period, page by page: for reconciling what a shop believes with what the gateway
/// knows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListPayments {
    /// From when, RFC 3339.
    pub from: String,
    /// Until when, RFC 3339.
    pub to: String,
    /// Which moment counts.
    #[serde(default)]
    pub by: ListBy,
    /// Words of `status`: `created`, `authorized`, `paid`, `declined`, `cancelled`, `refunded`; all
    /// of them if none is given.
    #[serde(default)]
    pub statuses: Vec<String>,
    /// The page, from 0.
    #[serde(default)]
    pub page: u64,
    /// How many on a page, 1 to 200; 100 if not given.
    pub page_size: Option<u64>,
    /// Parameters of the gateway's own.
    #[serde(default)]
    pub extra: Fields,
}

/// By which moment payments are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListBy {
    /// When they were registered.
    #[default]
    Created,
    /// When they were paid: payments that nobody paid are left out.
    Paid,
}
