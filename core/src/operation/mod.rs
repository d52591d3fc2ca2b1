//! The operations common to all gateways, by name and as typed requests. What a field means and
//! how it is written stands at the field; unknown fields are refused.

mod cards;
mod create;
mod descriptor;
mod flows;
mod order;
mod received;
mod texts;

use serde::Deserialize;

use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::Effect;

pub use cards::{ChargeSavedCard, ForgetCard, SavedCards};
pub use create::{CreatePayment, Customer, Method};
pub use descriptor::DescriptorCheck;
pub use flows::{Confirm, Instalments, Milestone, Settle, Stage, Unsettled, Until, Wait};
pub use order::{Before, Cancel, Capture, ListBy, ListPayments, Notified, PaymentStatus, Refund};
pub use received::ParseNotification;
pub(crate) use texts::is_odd;

/// A checked request, ready for a gateway or a flow.
pub enum Request {
    /// See [`CreatePayment`].
    CreatePayment(Box<CreatePayment>),
    /// See [`PaymentStatus`].
    PaymentStatus(PaymentStatus),
    /// See [`Capture`].
    Capture(Capture),
    /// See [`Cancel`].
    Cancel(Cancel),
    /// See [`Refund`].
    Refund(Refund),
    /// See [`SavedCards`].
    SavedCards(SavedCards),
    /// See [`ChargeSavedCard`].
    ChargeSavedCard(Box<ChargeSavedCard>),
    /// See [`ForgetCard`].
    ForgetCard(ForgetCard),
    /// See [`ListPayments`].
    ListPayments(ListPayments),
    /// See [`ParseNotification`].
    ParseNotification(ParseNotification),
    /// See [`Instalments`].
    Instalments(Box<Instalments>),
    /// See [`Wait`].
    Wait(Wait),
    /// See [`Confirm`].
    Confirm(Box<Confirm>),
    /// See [`Settle`].
    Settle(Box<Settle>),
    /// Credentials, TLS, clock and test mode, in plain words. Takes no fields.
    CheckSettings,
    /// Set by the flow `instalments`: begins the payment of an invoice at its lender.
    BeginInstalments(Box<Instalments>),
    /// One of the gateway's own operations, by its name after the dot.
    Native(String, Fields),
}

/// A common operation's name, its effect, and whether and how it may be repeated.
pub struct Common {
    /// As `call` takes it.
    pub name: &'static str,
    /// Whether it may move money or an order.
    pub effect: Effect,
    /// What makes it safe to repeat.
    pub repeat: &'static str,
}

/// The common operations of gateways, in the order of a payment's life.
pub const COMMON: &[Common] = &[
    Common { name: "create_payment", effect: Effect::Write, repeat: "settle" },
    Common { name: "payment_status", effect: Effect::Read, repeat: "always" },
    Common { name: "capture", effect: Effect::Write, repeat: "settle" },
    Common { name: "cancel", effect: Effect::Write, repeat: "settle" },
    Common { name: "refund", effect: Effect::Write, repeat: "settle, or with the same refund_id" },
    Common { name: "saved_cards", effect: Effect::Read, repeat: "always" },
    Common { name: "charge_saved_card", effect: Effect::Write, repeat: "settle" },
    Common { name: "forget_card", effect: Effect::Write, repeat: "always" },
    Common { name: "list_payments", effect: Effect::Read, repeat: "always" },
    Common { name: "parse_notification", effect: Effect::Read, repeat: "always" },
    Common { name: "instalments", effect: Effect::Write, repeat: "always" },
    Common { name: "wait", effect: Effect::Read, repeat: "always" },
    Common { name: "confirm", effect: Effect::Read, repeat: "always" },
    Common { name: "settle", effect: Effect::Write, repeat: "always" },
    Common { name: "check_settings", effect: Effect::Read, repeat: "always" },
];

/// Those that need no gateway: every client serves them.
pub const WITHOUT_GATEWAY: &[Common] =
    &[Common { name: "descriptor_check", effect: Effect::Read, repeat: "always" }];

impl Common {
    /// The names of its fields, in the order in which they are documented.
    pub fn fields(&self) -> &'static [&'static str] {
        match self.name {
            "create_payment" => fields::names::<CreatePayment>(),
            "payment_status" => fields::names::<PaymentStatus>(),
            "capture" => fields::names::<Capture>(),
            "cancel" => fields::names::<Cancel>(),
            "refund" => fields::names::<Refund>(),
            "saved_cards" => fields::names::<SavedCards>(),
            "charge_saved_card" => fields::names::<ChargeSavedCard>(),
            "forget_card" => fields::names::<ForgetCard>(),
            "list_payments" => fields::names::<ListPayments>(),
            "parse_notification" => fields::names::<ParseNotification>(),
            "instalments" => fields::names::<Instalments>(),
            "wait" => fields::names::<Wait>(),
            "confirm" => fields::names::<Confirm>(),
            "settle" => fields::names::<Settle>(),
            "descriptor_check" => fields::names::<DescriptorCheck>(),
            _ => &[],
        }
    }
}

impl Request {
    /// Reads the operation's fields. `gateway` is whose native operations are meant by a dot.
    pub fn read(gateway: &str, operation: &str, fields: &Fields) -> Result<Request, Error> {
        if operation != "parse_notification" && !operation.contains('.') {
            texts::check(fields)?;
        }
        Ok(match operation {
            "create_payment" => Request::CreatePayment(fields::read(fields)?),
            "payment_status" => Request::PaymentStatus(fields::read(fields)?),
            "capture" => Request::Capture(fields::read(fields)?),
            "cancel" => Request::Cancel(fields::read(fields)?),
            "refund" => Request::Refund(fields::read(fields)?),
            "saved_cards" => Request::SavedCards(fields::read(fields)?),
            "charge_saved_card" => Request::ChargeSavedCard(fields::read(fields)?),
            "forget_card" => Request::ForgetCard(fields::read(fields)?),
            "list_payments" => Request::ListPayments(fields::read(fields)?),
            "parse_notification" => Request::ParseNotification(fields::read(fields)?),
            "instalments" => Request::Instalments(fields::read(fields)?),
            "wait" => Request::Wait(fields::read(fields)?),
            "confirm" => Request::Confirm(fields::read(fields)?),
            "settle" => Request::Settle(fields::read(fields)?),
            "check_settings" => {
                fields::read::<Nothing>(fields)?;
                Request::CheckSettings
            }
            _ => match operation.split_once('.') {
                Some((owner, name)) if owner == gateway => {
                    Request::Native(name.to_owned(), fields.clone())
                }
                _ => return Err(unknown(operation)),
            },
        })
    }
}

/// No such operation. The name is the caller's own, so it may be shown.
pub(crate) fn unknown(operation: &str) -> Error {
    let shown: String = operation.chars().filter(|c| !c.is_control()).take(60).collect();
    Error::invalid("operation", format!("no operation {shown:?}; `operations` lists them"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}
