//! A notification: an event, not a state. What it says about the payment is a hint; the state is
//! asked for (`confirm`), and applied once, by its `state_id`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::operation::Notified;
use crate::payment::Payment;

/// The most bytes of a body or a query that are read; a notification has some kilobytes.
pub const MOST_BYTES: usize = 1 << 20;

/// The request of the gateway, as it came.
pub struct Received {
    /// `GET` or `POST`, in upper case.
    pub method: String,
    /// The bytes of the query, without its question mark; empty if there was none.
    pub query: Vec<u8>,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
}

/// What a notification said.
#[derive(Clone, Debug, Serialize)]
pub struct Notification {
    /// `check`, `created`, `held`, `paid`, `captured`, `declined`, `refunded`, `cancelled`, `expired`,
    /// `card_stored`, `card_removed`, `receipt`, `disputed` or `unknown`.
    pub event: &'static str,
    /// Whether it worked: a failed refund is `refunded` that did not succeed. Null if unsaid.
    pub succeeded: Option<bool>,
    /// Equal for two deliveries of one event; null where the gateway gives nothing to tell.
    pub event_id: Option<String>,
    /// The digest of the signed bytes: equal for byte-identical deliveries.
    pub delivery_id: String,
    /// Whether its signature was checked and is right.
    pub verified: bool,
    /// Which expectations could be compared.
    pub checked: Vec<&'static str>,
    /// What it says about the payment, a hint.
    pub payment: Fields,
    /// The same for the gateway's own use, where the notification is authentic.
    #[serde(skip)]
    pub told: Option<Payment>,
    /// The stored card that it is about: `{id, customer_id, number, active}`.
    pub card: Option<Value>,
    /// Whether the state must be asked for before anything is shipped.
    pub needs_status: bool,
    /// Test money.
    pub test: Option<bool>,
    /// What to answer the gateway.
    pub answer: Value,
    /// Its own parameters, personal data masked.
    pub raw: Value,
}

impl Notification {
    /// What it said of its payment, where it is authentic.
    pub(crate) fn told(&self) -> Option<Notified> {
        let payment = Box::new(self.told.clone()?);
        Some(Notified { event: self.event, payment })
    }

    /// The message that crosses the boundary.
    pub fn into_fields(self) -> Fields {
        match serde_json::to_value(&self) {
            Ok(Value::Object(fields)) => fields,
            _ => Fields::new(),
        }
    }
}

/// The three answers to a notification, each a status, a content type and a body.
pub struct Answer {
    /// Stored and committed: do not send it again.
    pub ok: (u16, &'static str, &'static str),
    /// Not stored: send it again later.
    pub retry: (u16, &'static str, &'static str),
    /// Not ours, or forged.
    pub reject: (u16, &'static str, &'static str),
}

impl Answer {
    /// `{ok, retry, reject}`, each `{status, content_type, body}`.
    pub fn to_value(&self) -> Value {
        let one = |(status, content_type, body): (u16, &str, &str)| json!({ "status": status, "content_type": content_type, "body": body });
        json!({ "ok": one(self.ok), "retry": one(self.retry), "reject": one(self.reject) })
    }
}
