//! The operations common to all gateways, by name and as typed requests. What a field means and
//! how it is written stands at the field; unknown fields are refused.

use serde::Deserialize;

use crate::error::Error;
use crate::expect::Expect;
use crate::fields::{self, Fields};
use crate::http::Effect;
use crate::notification::Received;

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
    /// See [`ParseNotification`].
    ParseNotification(ParseNotification),
    /// See [`Wait`].
    Wait(Wait),
    /// See [`Confirm`].
    Confirm(Box<Confirm>),
    /// See [`Settle`].
    Settle(Box<Settle>),
    /// Credentials, TLS, clock and test mode, in plain words. Takes no fields.
    CheckSettings,
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

/// The common operations, in the order of a payment's life.
pub const COMMON: &[Common] = &[
    Common { name: "create_payment", effect: Effect::Write, repeat: "settle" },
    Common { name: "payment_status", effect: Effect::Read, repeat: "always" },
    Common { name: "capture", effect: Effect::Write, repeat: "settle" },
    Common { name: "cancel", effect: Effect::Write, repeat: "settle" },
    Common { name: "refund", effect: Effect::Write, repeat: "settle, or with the same refund_id" },
    Common { name: "parse_notification", effect: Effect::Read, repeat: "always" },
    Common { name: "wait", effect: Effect::Read, repeat: "always" },
    Common { name: "confirm", effect: Effect::Read, repeat: "always" },
    Common { name: "settle", effect: Effect::Write, repeat: "always" },
    Common { name: "check_settings", effect: Effect::Read, repeat: "always" },
];

impl Common {
    /// The names of its fields, in the order in which they are documented.
    pub fn fields(&self) -> &'static [&'static str] {
        match self.name {
            "create_payment" => fields::names::<CreatePayment>(),
            "payment_status" => fields::names::<PaymentStatus>(),
            "capture" => fields::names::<Capture>(),
            "cancel" => fields::names::<Cancel>(),
            "refund" => fields::names::<Refund>(),
            "parse_notification" => fields::names::<ParseNotification>(),
            "wait" => fields::names::<Wait>(),
            "confirm" => fields::names::<Confirm>(),
            "settle" => fields::names::<Settle>(),
            _ => &[],
        }
    }
}

impl Request {
    /// Reads the operation's fields. `gateway` is whose native operations are meant by a dot.
    pub fn read(gateway: &str, operation: &str, fields: &Fields) -> Result<Request, Error> {
        Ok(match operation {
            "create_payment" => Request::CreatePayment(fields::read(fields)?),
            "payment_status" => Request::PaymentStatus(fields::read(fields)?),
            "capture" => Request::Capture(fields::read(fields)?),
            "cancel" => Request::Cancel(fields::read(fields)?),
            "refund" => Request::Refund(fields::read(fields)?),
            "parse_notification" => Request::ParseNotification(fields::read(fields)?),
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

/// Registers a payment and says where the buyer must go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    /// One attempt at one gateway, unique for ever. Store it before the call.
    pub order_number: String,
    /// Decimal text in major units with exactly the currency's digits: `100.00`.
    pub amount: String,
    /// Letters of ISO 4217: `RUB`.
    pub currency: String,
    /// What the buyer reads on the payment page. No personal data.
    pub description: Option<String>,
    /// Where the buyer comes back to; absolute.
    pub return_url: String,
    /// Where the buyer comes back to after a failure; `return_url` if not given.
    pub fail_url: Option<String>,
    /// Where the gateway notifies, if not where its cabinet says.
    pub notification_url: Option<String>,
    /// Two letters: of the page, and of the gateway's texts.
    pub language: Option<String>,
    /// Who pays.
    #[serde(default)]
    pub customer: Customer,
    /// Seconds until the page closes.
    pub expires_in: Option<u64>,
    /// Hold now, capture later.
    #[serde(default)]
    pub hold: bool,
    /// How to pay; `page` (the gateway's own page) where not given.
    pub method: Option<String>,
    /// `verification`: check the card, take nothing.
    pub purpose: Option<crate::expect::Purpose>,
    /// Parameters of the gateway's own, under its own names.
    #[serde(default)]
    pub extra: Fields,
}

/// Who pays. All of it is personal data and is masked in replies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Customer {
    /// The shop's id of the customer: lets gateways keep cards.
    pub id: Option<String>,
    /// For the receipt and for 3-D Secure.
    pub email: Option<String>,
    /// Digits with country code.
    pub phone: Option<String>,
    /// As on the card.
    pub name: Option<String>,
    /// The buyer's address, IPv4 or IPv6.
    pub ip: Option<String>,
}

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
    /// More captures of the same hold will follow.
    #[serde(default)]
    pub partial: bool,
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
    /// The shop's id of this refund. Store it before the call: it keeps the money from going twice.
    pub refund_id: String,
    /// What was captured and refunded before, from a status just read: the gateway then refuses the
    /// refund if something else moved in between.
    pub before: Option<Before>,
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

/// The gateway's request as it came. Any bytes survive through `body_base64`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParseNotification {
    /// `GET` or `POST`.
    pub method: String,
    /// The raw query, where it is text.
    pub query: Option<String>,
    /// The raw query, where it may be anything.
    pub query_base64: Option<String>,
    /// Header names with their values, in any case.
    #[serde(default)]
    pub headers: Fields,
    /// The raw body, where it is text.
    pub body: Option<String>,
    /// The raw body, where it may be anything.
    pub body_base64: Option<String>,
    /// What was registered.
    #[serde(default)]
    pub expect: Expect,
}

impl ParseNotification {
    /// The request of the gateway in one piece.
    pub fn received(&self) -> Result<Received, Error> {
        let method = self.method.to_ascii_uppercase();
        let body = bytes("body", &self.body, &self.body_base64)?;
        let mut query = bytes("query", &self.query, &self.query_base64)?;
        if query.first() == Some(&b'?') {
            query.remove(0);
        }
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let value = fields::scalar(value)
                .ok_or_else(|| Error::invalid(format!("headers.{name}"), "expected text"))?;
            headers.push((name.to_ascii_lowercase(), value));
        }
        Ok(Received { method, query, headers, body })
    }
}

/// Bytes that came as text or as base64.
fn bytes(name: &str, text: &Option<String>, coded: &Option<String>) -> Result<Vec<u8>, Error> {
    use base64::Engine;
    let field = format!("{name}_base64");
    match (text, coded) {
        (Some(_), Some(_)) => {
            Err(Error::invalid(&field, format!("expected {name} or {field}, not both")))
        }
        (Some(text), None) => Ok(text.as_bytes().to_vec()),
        (None, Some(coded)) => base64::engine::general_purpose::STANDARD
            .decode(coded)
            .map_err(|_| Error::invalid(field, "expected base64")),
        (None, None) => Ok(Vec::new()),
    }
}

/// Polls until a payment is settled; at the deadline the last payment, with `final: false`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// The gateway's id, as stored.
    pub id: String,
    /// `settled` (default) or `authorized`.
    #[serde(default)]
    pub until: Until,
    /// How long to wait at the most, in milliseconds.
    pub timeout_ms: u64,
    /// What was registered; required.
    pub expect: Expect,
}

/// What `wait` waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// Nothing more will happen by itself.
    #[default]
    Settled,
    /// A hold is enough.
    Authorized,
}

/// The one thing to call when a notification or a buyer arrives: asks for the stored id and holds
/// the answer against the expectation. An id from the buyer's return has no place here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The gateway's id, as stored when the payment was created.
    pub id: String,
    /// What was registered; required.
    pub expect: Expect,
    /// The notification that gave occasion, as it came; checked first.
    pub notification: Option<ParseNotification>,
}

/// What became of a write whose outcome is unknown. Give what was given to that write.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// `create_payment`, `capture`, `cancel` or `refund`.
    pub operation: Unsettled,
    /// For `create_payment`: its fields, exactly as they were given.
    pub create: Option<CreatePayment>,
    /// For `create_payment`: whether a buyer may have seen its page.
    #[serde(default)]
    pub page_shown: bool,
    /// For the others: the gateway's id.
    pub id: Option<String>,
    /// What was captured or refunded.
    pub amount: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// The refund's own id.
    pub refund_id: Option<String>,
    /// For `capture`: it was one of several.
    #[serde(default)]
    pub partial: bool,
    /// The amounts before the write; required for `capture` and `refund`.
    pub before: Option<Before>,
    /// When the write was sent, RFC 3339: the grace time counts from here.
    pub sent_at: String,
    /// How long to wait for a verdict at the most, in milliseconds; 0 asks once.
    #[serde(default)]
    pub timeout_ms: u64,
}

/// The writes that can be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsettled {
    /// See [`CreatePayment`].
    CreatePayment,
    /// See [`Capture`].
    Capture,
    /// See [`Cancel`].
    Cancel,
    /// See [`Refund`].
    Refund,
}
