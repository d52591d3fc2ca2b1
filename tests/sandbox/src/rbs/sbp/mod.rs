//! SBP, the system of instant payments: QR codes for a person (C2B) and for a company (B2B), their
//! payment, and subscriptions (the gateway's documents).

pub mod b2b;
pub mod banks;
pub mod biometry;
pub mod page;
pub mod payment;
mod picture;
pub mod qr;
pub mod reject;
pub mod state;
pub mod subscriptions;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::refusals::Refusal;
use subscriptions::Subscription;

/// What the installation remembers of SBP.
#[derive(Default)]
pub struct Sbp {
    /// By `qrId`, oldest first.
    pub codes: IndexMap<String, Qr>,
    /// Oldest first.
    pub subscriptions: Vec<Subscription>,
}

/// `qrStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrState {
    /// Made, nobody paid.
    Started,
    /// The buyer agreed, the money is on its way.
    Confirmed,
    /// The buyer's bank refused, or the order died.
    Rejected,
    /// Given up, by the buyer or by the merchant.
    RejectedByUser,
    /// Paid.
    Accepted,
}

impl QrState {
    /// As the gateway writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Confirmed => "CONFIRMED",
            Self::Rejected => "REJECTED",
            Self::RejectedByUser => "REJECTED_BY_USER",
            Self::Accepted => "ACCEPTED",
        }
    }

    /// Whether the code may still bring money.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Confirmed)
    }
}

/// A dynamic QR code: one order's, one payment's.
#[derive(Clone, Debug)]
pub struct Qr {
    /// 32 letters and digits.
    pub id: String,
    /// `mdOrder`.
    pub order_id: String,
    /// Where it stands.
    pub state: QrState,
    /// Where the buyer goes from the bank's application.
    pub redirect_url: Option<String>,
    /// Where the buyer goes after giving up (biometry).
    pub fail_url: Option<String>,
    /// The subscription that the payment creates.
    pub subscription: Option<Wish>,
    /// Of a code for a company.
    pub company: Option<b2b::Terms>,
}

/// What a wished subscription is for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// `subscriptionServiceName`.
    pub service_name: Option<String>,
    /// `subscriptionServiceId`.
    pub service_id: Option<String>,
}

/// What the code says: `https://qr.nspk.ru/<qrId>`.
pub fn payload(id: &str) -> String {
    format!("https://qr.nspk.ru/{id}")
}

/// A fresh id: two letters of its kind and thirty more signs.
pub fn fresh_id(kind: &str) -> String {
    let signs = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    format!("{kind}{}", signs.chars().skip(2).collect::<String>())
}

/// The picture's size, when one is asked for: both sides, 10 to 1000 points.
pub fn size(fields: &Fields) -> Result<Option<(usize, usize)>, Refusal> {
    let side = |name: &str| {
        let length = fields.minor_units(name)?.and_then(|length| usize::try_from(length).ok());
        match length {
            Some(length) if !(10..=1000).contains(&length) => Err(Refusal::bad_value(name)),
            length => Ok(length),
        }
    };
    match (side("qrWidth")?, side("qrHeight")?) {
        (Some(width), Some(height)) => Ok(Some((width, height))),
        (None, None) => Ok(None),
        (None, _) => Err(Refusal::bad_value("qrWidth")),
        (_, None) => Err(Refusal::bad_value("qrHeight")),
    }
}

/// `renderedQr` of a text, as a picture or as a matrix.
pub fn rendered(text: &str, size: (usize, usize), as_matrix: bool) -> Value {
    let picture = picture::draw(text, size.0, size.1);
    json!(picture.map(|picture| if as_matrix { picture.matrix() } else { picture.png() }))
}

/// Puts a value where there is one.
pub fn put(reply: &mut Map<String, Value>, name: &str, value: Value) {
    if !value.is_null() {
        reply.insert(name.to_owned(), value);
    }
}
