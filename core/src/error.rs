//! The one error type, its kinds and what they advise. The numbers of the kinds are part of the
//! ABI: they stand here, once, and every language is compared with them.

use serde_json::{Value, json};

use crate::decline::{self, BuyerText};
use crate::fields::Fields;
use crate::redact;

/// Named after what the caller may do next, not after what failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Refused before anything was sent; `field` names the place.
    InvalidRequest,
    /// Certainly not carried out: not delivered, a failed read, or documented as not run.
    NotDone,
    /// A write that may have been carried out. Ask before doing anything else.
    OutcomeUnknown,
    /// The bank, the lender, an antifraud rule or the buyer said no to this payment.
    Declined,
    /// Authenticity failed: of a notification, or of the reply to a write.
    Untrusted,
    /// The gateway refused this call (not the payment).
    Refused,
    /// Authentic, but not what was expected. Carries the payment and the answers.
    Mismatch,
    /// A defect here; `may_have_happened` says how far it got.
    Internal,
}

impl Kind {
    /// Every kind, in the order of its number.
    pub const ALL: [Kind; 8] = [
        Kind::InvalidRequest,
        Kind::NotDone,
        Kind::OutcomeUnknown,
        Kind::Declined,
        Kind::Untrusted,
        Kind::Refused,
        Kind::Mismatch,
        Kind::Internal,
    ];

    /// The status number of the C ABI. 0 is success; the rest is permanent from 1.0 on.
    pub const fn number(self) -> i32 {
        match self {
            Kind::InvalidRequest => 1,
            Kind::NotDone => 2,
            Kind::OutcomeUnknown => 3,
            Kind::Declined => 4,
            Kind::Untrusted => 5,
            Kind::Refused => 6,
            Kind::Mismatch => 7,
            Kind::Internal => 99,
        }
    }

    /// The name that every language uses, as in `RefusedError`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::InvalidRequest => "InvalidRequest",
            Kind::NotDone => "NotDone",
            Kind::OutcomeUnknown => "OutcomeUnknown",
            Kind::Declined => "Declined",
            Kind::Untrusted => "Untrusted",
            Kind::Refused => "Refused",
            Kind::Mismatch => "Mismatch",
            Kind::Internal => "Internal",
        }
    }
}

/// Everything that is known about a failure. Boxed inside, so that a `Result` stays small.
#[derive(Clone, Debug)]
pub struct Error(Box<Details>);

/// The fields of an error, under the names they have in every language.
#[derive(Clone, Debug)]
pub struct Details {
    /// What the caller may do next.
    pub kind: Kind,
    /// Our stable word for why.
    pub reason: &'static str,
    /// `fix_request`, `fix_settings`, `repeat`, `wait`, `ask_status`, `show_to_buyer`, `ignore`,
    /// `review` or `report`.
    pub advice: &'static str,
    /// Whether money or an order may have moved.
    pub may_have_happened: bool,
    /// For a person: lower case, no secrets, no personal data.
    pub message: String,
    /// The field of the request or the setting that is wrong, as a dotted path.
    pub field: Option<String>,
    /// The operation that was called.
    pub operation: Option<String>,
    /// The gateway it went to.
    pub gateway: Option<String>,
    /// The gateway's own code and text.
    pub code: Option<String>,
    /// The gateway's own words; never branch on them.
    pub text: Option<String>,
    /// The gateway's id of the exchange, if it gives one.
    pub request_id: Option<String>,
    /// The HTTP status of the reply.
    pub http_status: Option<u16>,
    /// How long the gateway asked to be left alone.
    pub retry_after_ms: Option<u64>,
    /// For a decline: `never`, `later` or `other_means`.
    pub retry: Option<&'static str>,
    /// For a decline: what the buyer may be told.
    pub buyer_text: Option<BuyerText>,
    /// An excerpt of the reply, by allow-list.
    pub body: Option<String>,
    /// The payment, where it is known (shape: [`Payment`](crate::payment::Payment)).
    pub payment: Option<Fields>,
    /// What to answer a notification (shape: [`Answer`](crate::notification::Answer)).
    pub answer: Option<Value>,
}

impl std::ops::Deref for Error {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.0
    }
}

impl std::ops::DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl Error {
    fn new(kind: Kind, reason: &'static str, message: String) -> Error {
        Error(Box::new(Details {
            kind,
            reason,
            advice: advice(kind, reason),
            may_have_happened: matches!(kind, Kind::OutcomeUnknown | Kind::Mismatch),
            message,
            field: None,
            operation: None,
            gateway: None,
            code: None,
            text: None,
            request_id: None,
            http_status: None,
            retry_after_ms: None,
            retry: None,
            buyer_text: None,
            body: None,
            payment: None,
            answer: None,
        }))
    }

    /// A request or a setting that cannot be used. `expected` completes "`field`: ...".
    pub fn invalid(field: impl Into<String>, expected: impl AsRef<str>) -> Error {
        let field = field.into();
        let message = if field.is_empty() {
            expected.as_ref().to_owned()
        } else {
            format!("{field}: {}", expected.as_ref())
        };
        let mut error = Error::new(Kind::InvalidRequest, "invalid_field", message);
        error.field = (!field.is_empty()).then_some(field);
        error
    }

    /// Certainly not carried out.
    pub fn not_done(reason: &'static str, message: impl Into<String>) -> Error {
        Error::new(Kind::NotDone, reason, message.into())
    }

    /// A write that may have been carried out.
    pub fn outcome_unknown(reason: &'static str, message: impl Into<String>) -> Error {
        Error::new(Kind::OutcomeUnknown, reason, message.into())
    }

    /// The bank or the buyer said no, for one of the reasons of [`decline`].
    pub fn declined(reason: &'static str, message: impl Into<String>) -> Error {
        let mut error = Error::new(Kind::Declined, reason, message.into());
        let why = decline::of(reason);
        (error.retry, error.buyer_text) = (why.retry, Some(why.buyer_text));
        error
    }

    /// Authenticity failed: `signature_missing`, `signature_malformed`, `signature_mismatch`,
    /// `unreadable`.
    pub fn untrusted(reason: &'static str, message: impl Into<String>) -> Error {
        Error::new(Kind::Untrusted, reason, message.into())
    }

    /// The gateway refused this call.
    pub fn refused(reason: &'static str, message: impl Into<String>) -> Error {
        Error::new(Kind::Refused, reason, message.into())
    }

    /// Authentic, but not what was expected.
    pub fn mismatch(reason: &'static str, message: impl Into<String>) -> Error {
        Error::new(Kind::Mismatch, reason, message.into())
    }

    /// A defect of the library. Never give it a field's value: the text may reach a log.
    pub fn internal(may_have_happened: bool, message: impl Into<String>) -> Error {
        let mut error = Error::new(Kind::Internal, "defect", message.into());
        error.may_have_happened = may_have_happened;
        error.advice = if may_have_happened { "ask_status" } else { "report" };
        error
    }

    /// Adds the payment that is known.
    pub fn with_payment(mut self, payment: Fields) -> Error {
        self.payment = Some(payment);
        self
    }

    /// Adds the gateway's own code and text.
    pub fn with_code(mut self, code: impl Into<String>, text: Option<String>) -> Error {
        self.code = Some(redact::code(&code.into()));
        self.text = text;
        self
    }

    /// The error as the message that crosses every boundary; what is not known is null.
    pub fn to_fields(&self) -> Fields {
        let Details { kind, reason, advice, may_have_happened, message, .. } = &**self;
        let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
        let word = |value: Option<&'static str>| value.map_or(Value::Null, Value::from);
        let mut fields = Fields::new();
        fields.insert("kind".into(), kind.name().into());
        fields.insert("reason".into(), (*reason).into());
        fields.insert("advice".into(), (*advice).into());
        fields.insert("may_have_happened".into(), (*may_have_happened).into());
        fields.insert("message".into(), message.clone().into());
        fields.insert("field".into(), text(&self.field));
        fields.insert("operation".into(), text(&self.operation));
        fields.insert("gateway".into(), text(&self.gateway));
        fields.insert("code".into(), text(&self.code));
        fields.insert("text".into(), text(&self.text));
        fields.insert("request_id".into(), text(&self.request_id));
        fields.insert("http_status".into(), self.http_status.map_or(Value::Null, Value::from));
        fields
            .insert("retry_after_ms".into(), self.retry_after_ms.map_or(Value::Null, Value::from));
        fields.insert("retry".into(), word(self.retry));
        fields.insert("buyer_text".into(), self.buyer_text.map_or(Value::Null, |text| json!(text)));
        fields.insert("body".into(), text(&self.body));
        fields.insert("payment".into(), self.payment.clone().map_or(Value::Null, Value::Object));
        fields.insert("answer".into(), self.answer.clone().unwrap_or(Value::Null));
        fields
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Error {}

/// What to do, from the kind and the reason together.
fn advice(kind: Kind, reason: &str) -> &'static str {
    match (kind, reason) {
        (Kind::InvalidRequest, _) => "fix_request",
        (
            Kind::NotDone,
            "tls_untrusted"
            | "tls_failed"
            | "client_certificate_required"
            | "proxy_failed"
            | "http_refused"
            | "redirected",
        ) => "fix_settings",
        (Kind::NotDone, "rate_limited" | "unavailable") => "wait",
        (Kind::NotDone, _) => "repeat",
        (Kind::OutcomeUnknown, _) => "ask_status",
        (Kind::Declined, _) => "show_to_buyer",
        (Kind::Untrusted, "reply_signature_mismatch") => "ask_status",
        (Kind::Untrusted, _) => "ignore",
        (Kind::Refused, "authentication_failed" | "not_permitted" | "token_expired") => {
            "fix_settings"
        }
        (Kind::Refused, "duplicate_order" | "wrong_state" | "hold_expired") => "ask_status",
        (Kind::Refused, "in_progress") => "wait",
        (Kind::Refused, _) => "fix_request",
        (Kind::Mismatch, _) => "review",
        (Kind::Internal, _) => "report",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_pinned() {
        let numbers: Vec<_> = Kind::ALL.iter().map(|kind| (kind.number(), kind.name())).collect();
        assert_eq!(
            numbers,
            [
                (1, "InvalidRequest"),
                (2, "NotDone"),
                (3, "OutcomeUnknown"),
                (4, "Declined"),
                (5, "Untrusted"),
                (6, "Refused"),
                (7, "Mismatch"),
                (99, "Internal"),
            ]
        );
    }

    #[test]
    fn what_may_have_happened_follows_the_kind() {
        assert!(!Error::not_done("timeout", "x").may_have_happened);
        assert!(Error::outcome_unknown("timeout", "x").may_have_happened);
        assert!(Error::mismatch("amount", "x").may_have_happened);
        assert_eq!(Error::internal(true, "x").advice, "ask_status");
        assert_eq!(Error::refused("authentication_failed", "x").advice, "fix_settings");
    }
}
