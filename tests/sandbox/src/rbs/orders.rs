//! An order as the gateway keeps it.

use serde::Serialize;

use super::callbacks::Notification;
use super::ecomm::Side;
use super::fiscal::Fiscal;
use super::fiscal::cart::Line;
use super::payments::three_ds::ThreeDs;

/// `orderStatus` (`docs/gateways/rbs.md`, Status).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Registered, not paid.
    Created = 0,
    /// Held.
    Approved = 1,
    /// Captured.
    Deposited = 2,
    /// Hold released, or a verification finished.
    Reversed = 3,
    /// Some of the capture went back.
    Refunded = 4,
    /// The issuer's page was opened.
    Challenged = 5,
    /// Dead.
    Declined = 6,
    /// The bank has not decided.
    Pending = 7,
    /// A part was captured, the hold is open.
    PartlyDeposited = 8,
}

impl State {
    /// Every state, in the order of the numbers.
    #[cfg(test)]
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Approved,
        Self::Deposited,
        Self::Reversed,
        Self::Refunded,
        Self::Challenged,
        Self::Declined,
        Self::Pending,
        Self::PartlyDeposited,
    ];

    /// `orderStatus`.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// `paymentState`.
    pub fn payment_state(self) -> &'static str {
        match self {
            Self::Created | Self::Challenged => "CREATED",
            Self::Approved => "APPROVED",
            Self::Deposited => "DEPOSITED",
            Self::Reversed => "REVERSED",
            Self::Refunded => "REFUNDED",
            Self::Declined => "DECLINED",
            Self::Pending => "PENDING",
            Self::PartlyDeposited => "MULTIPLE_INTERMEDIATE_DEPOSITED",
        }
    }

    /// Whether the buyer may still pay.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Challenged)
    }
}

/// What registration fixed.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Login of its merchant.
    pub merchant: String,
    /// The merchant's number.
    pub number: String,
    /// Whether a hold was asked for.
    pub two_phase: bool,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 numeric, as sent.
    pub currency: String,
    /// Free text.
    pub description: String,
    /// Two letters.
    pub language: String,
    /// Absolute URL.
    pub return_url: String,
    /// Absolute URL for failures.
    pub fail_url: Option<String>,
    /// Per-order callback URL.
    pub callback_url: Option<String>,
    /// Names and values of `jsonParams`.
    pub json_params: Vec<(String, String)>,
    /// Shop's customer.
    pub client_id: Option<String>,
    /// Buyer's e-mail.
    pub email: Option<String>,
    /// Buyer's phone.
    pub phone: Option<String>,
    /// Buyer's address.
    pub post_address: Option<String>,
    /// Buyer's address on the network.
    pub ip: Option<String>,
    /// `features`.
    pub features: Vec<String>,
    /// The cart as it was sent.
    pub order_bundle: Option<serde_json::Value>,
    /// Its positions.
    pub cart: Vec<Line>,
    /// Order of the prepayment or advance.
    pub prepayment: Option<String>,
    /// Fee that the shop set, minor units.
    pub fee: Option<i64>,
    /// Prefix of the payment page's name.
    pub page_prefix: String,
    /// Unix milliseconds.
    pub expires_at: i64,
    /// Unix milliseconds.
    pub auto_completion: Option<i64>,
    /// Unix milliseconds.
    pub auto_reverse: Option<i64>,
    /// Payment attempts on the page.
    pub attempts: u32,
    /// The only stored card that may pay.
    pub binding_id: Option<String>,
}

/// Card data as the buyer typed it, kept only while the issuer's page is open.
#[derive(Clone, Debug, Default)]
pub struct CardEntry {
    /// Number.
    pub pan: String,
    /// `YYYYMM`.
    pub expiration: String,
    /// Name on the card.
    pub holder: String,
}

/// The authorisation of an order.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Unix milliseconds.
    pub at: i64,
    /// `555555**5599`; empty for a payment without a card.
    pub masked_pan: String,
    /// `YYYYMM`.
    pub expiration: String,
    /// Name on the card.
    pub holder: String,
    /// VISA, MASTERCARD, MIR.
    pub system: &'static str,
    /// Six digits; none for a refusal.
    pub approval_code: Option<String>,
    /// Reference number (RRN).
    pub reference: String,
}

/// One refund.
#[derive(Clone, Debug, Serialize)]
pub struct Refund {
    /// Unix milliseconds.
    pub at: i64,
    /// Minor units.
    pub amount: i64,
    /// The merchant's key.
    pub external_id: Option<String>,
    /// Six digits.
    pub approval_code: String,
    /// RRN of the refund.
    pub reference: String,
}

/// One line of `operations[]`.
#[derive(Clone, Debug)]
pub struct Operation {
    /// PRE_AUTH, PURCHASE, COMPLETION, ...
    pub kind: &'static str,
    /// Minor units.
    pub amount: i64,
    /// Unix milliseconds.
    pub at: i64,
    /// RRN.
    pub reference: String,
    /// Whether the bank agreed.
    pub success: bool,
    /// What the bank said.
    pub action_code: i64,
}

/// One line of the order's history.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryLine {
    /// RFC 3339.
    pub at: String,
    /// What happened.
    pub event: String,
    /// `orderStatus` after it.
    pub status: u8,
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// `mdOrder`.
    pub id: String,
    /// What registration fixed.
    pub terms: Terms,
    /// Unix milliseconds.
    pub registered_at: i64,
    /// Where it stands.
    pub state: State,
    /// Last `actionCode`.
    pub action_code: i64,
    /// What was held, or charged at once.
    pub approved: i64,
    /// What was captured, refunds not subtracted.
    pub captured: i64,
    /// What went back.
    pub refunded: i64,
    /// Attempts that the buyer still has.
    pub attempts_left: u32,
    /// Card of the attempt that waits for the issuer's page.
    pub challenge: Option<CardEntry>,
    /// Last authorisation, refused ones too.
    pub authorization: Option<Authorization>,
    /// Unix milliseconds.
    pub deposited_at: Option<i64>,
    /// Unix milliseconds.
    pub reversed_at: Option<i64>,
    /// Unix milliseconds.
    pub refunded_at: Option<i64>,
    /// The issuer let the hold go; a capture will be refused with 87.
    pub hold_lapsed: bool,
    /// Every refund.
    pub refunds: Vec<Refund>,
    /// Every movement.
    pub operations: Vec<Operation>,
    /// Cart, positions and receipts.
    pub fiscal: Fiscal,
    /// What only the Sber platform remembers; none for an order of the form dialect.
    pub ecomm: Option<Side>,
    /// Every event.
    pub history: Vec<HistoryLine>,
    /// Every callback.
    pub notifications: Vec<Notification>,
    /// What status reads still show after a change, and how many of them.
    pub stale: Option<(Box<Order>, u32)>,
    /// `paymentWay` of the last attempt; empty where the documents have no name for it.
    pub way: &'static str,
    /// Whether the buyer agreed to have the card stored.
    pub wants_storing: bool,
    /// `tii` of the last attempt.
    pub tii: Option<String>,
    /// `eci` of the last attempt.
    pub eci: u8,
    /// The card of the last attempt: a stand-in may keep what a shop may not.
    pub card: Option<CardEntry>,
    /// The stored card that paid, or that came of the payment.
    pub stored: Option<String>,
    /// 3-D Secure of the attempt that a merchant's server started.
    pub three_ds: Option<ThreeDs>,
    /// `tii` of industry-practice payments that followed from this order.
    pub practices: Vec<String>,
    /// A refund that the bank has not carried out yet.
    pub slow_refund: Option<(i64, Option<String>)>,
}

impl Order {
    /// `originalActionCode`: what the bank itself answered, which counts otherwise than the gateway.
    /// None where the bank was not asked.
    pub fn bank_code(&self) -> Option<&'static str> {
        Some(match self.action_code {
            0 => "00",
            5 => "05",
            100 => "57",
            101 => "33",
            116 => "51",
            117 => "55",
            208 => "41",
            209 => "43",
            904 => "30",
            _ => return None,
        })
    }

    /// A fresh order.
    pub fn new(id: String, terms: Terms, now: i64) -> Self {
        Self {
            id,
            attempts_left: terms.attempts.max(1),
            terms,
            registered_at: now,
            state: State::Created,
            action_code: -100,
            approved: 0,
            captured: 0,
            refunded: 0,
            challenge: None,
            authorization: None,
            deposited_at: None,
            reversed_at: None,
            refunded_at: None,
            hold_lapsed: false,
            refunds: Vec::new(),
            operations: Vec::new(),
            fiscal: Fiscal::default(),
            ecomm: None,
            history: Vec::new(),
            notifications: Vec::new(),
            stale: None,
            way: "CARD",
            wants_storing: false,
            tii: None,
            eci: 7,
            card: None,
            stored: None,
            three_ds: None,
            practices: Vec::new(),
            slow_refund: None,
        }
    }

    /// Captured less refunds: what `expectedDepositedAmount` is compared with.
    pub fn net(&self) -> i64 {
        self.captured.saturating_sub(self.refunded).max(0)
    }

    /// Whether registration asked for this feature.
    pub fn has_feature(&self, name: &str) -> bool {
        self.terms.features.iter().any(|feature| feature == name)
    }

    /// Whether the amount is in roubles, by either code.
    pub fn in_roubles(&self) -> bool {
        matches!(self.terms.currency.as_str(), "643" | "810")
    }

    /// Writes a line of history with the state that the order has now.
    pub fn note(&mut self, now: i64, event: impl Into<String>) {
        let at = crate::clock::rfc3339(now);
        self.history.push(HistoryLine { at, event: event.into(), status: self.state.number() });
    }
}
