//! An invoice (СКО) and the payment under it, as the gateway keeps them.

use serde::Serialize;

use super::webhooks::Notification;

/// `PaymentStatus` of webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for money.
    Created = 3,
    /// Cancelled before payment, released, or lapsed.
    Cancelled = 4,
    /// Paid whole.
    Paid = 5,
    /// Held.
    Held = 6,
    /// Paid in part.
    PartlyPaid = 7,
    /// Some or all of it went back.
    Refunded = 8,
}

impl State {
    /// `PaymentStatus`.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// `State` of the Personal API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Cancelled | Self::Refunded => "Refund",
            Self::Paid => "Paid",
            Self::Held => "Held",
            Self::PartlyPaid => "PartPaid",
        }
    }
}

/// `PaymentStep`, beyond what early looks show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begun.
    Created,
    /// With the bank or the lender.
    InProcess,
    /// The buyer must act.
    SendTo3ds,
    /// The buyer must name a charged amount.
    ActivationPayment,
    /// Paid or held.
    Ok,
    /// Failed.
    Error,
}

impl Step {
    /// The documents' word and the official client's number.
    pub fn names(self) -> (&'static str, u8) {
        match self {
            Self::Created => ("Created", 1),
            Self::InProcess => ("InProcess", 2),
            Self::SendTo3ds => ("SendTo3DS", 3),
            Self::ActivationPayment => ("ActivationPayment", 4),
            Self::Ok => ("OK", 0),
            Self::Error => ("Error", 10),
        }
    }

    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ok | Self::Error)
    }
}

/// How an invoice is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A bank card.
    BankCard,
    /// Instalments of PayLate.
    Bnpl,
    /// A QR code of the SBP.
    Sbp,
    /// Gazprom Pay.
    GazpromPay,
    /// SberPay.
    SberPay,
    /// Mir Pay.
    MirPay,
}

impl Means {
    /// Name in `Preference` and `PaymentWays`.
    pub fn preference(self) -> &'static str {
        match self {
            Self::BankCard => "BankCard",
            other => other.pay_method("RUB"),
        }
    }

    /// `PayMethod` of webhooks.
    pub fn pay_method(self, currency: &str) -> &'static str {
        match self {
            Self::BankCard if currency == "TST" => "TestAcquiring",
            Self::BankCard => "Acquiring",
            Self::Bnpl => "BNPL",
            Self::Sbp => "Sbp",
            Self::GazpromPay => "GazpromPay",
            Self::SberPay => "SberPay",
            Self::MirPay => "MirPay",
        }
    }

    /// Folder of the page where the buyer decides.
    pub fn folder(self) -> &'static str {
        match self {
            Self::BankCard => "3ds",
            Self::Bnpl => "paylate",
            Self::Sbp => "sbp",
            Self::GazpromPay => "gazprompay",
            Self::SberPay => "sberpay",
            Self::MirPay => "mirpay",
        }
    }
}

/// The newest payment of an invoice.
#[derive(Clone, Debug)]
pub struct Payment {
    /// How.
    pub means: Means,
    /// Name of the buyer's page.
    pub token: String,
    /// Where it stands.
    pub step: Step,
    /// Looks so far.
    pub looks: u32,
    /// Where the buyer goes after success.
    pub success_url: Option<String>,
    /// Where the buyer goes after failure.
    pub fail_url: Option<String>,
    /// `222222**4444` of a card.
    pub masked_pan: Option<String>,
    /// The charged amount that the buyer must name, minor units.
    pub activation: Option<i64>,
    /// `Message`: why it failed.
    pub message: Option<String>,
    /// `RcCodeId`.
    pub rc_code: Option<i64>,
    /// `Rrn`.
    pub rrn: Option<String>,
    /// Address of the site.
    pub ip: String,
}

/// What creation fixed.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Its shop.
    pub eshop_id: String,
    /// The shop's number.
    pub order_id: String,
    /// What for.
    pub service_name: String,
    /// Minor units.
    pub amount: i64,
    /// Letters.
    pub currency: String,
    /// Buyer's name.
    pub user_name: String,
    /// Buyer's e-mail.
    pub email: String,
    /// Where the buyer goes after success.
    pub success_url: Option<String>,
    /// Where the buyer goes after failure.
    pub fail_url: Option<String>,
    /// Where the buyer goes who gives up.
    pub back_url: Option<String>,
    /// Address of this invoice's webhooks.
    pub result_url: Option<String>,
    /// Unix milliseconds.
    pub expires_at: i64,
    /// Whether the payment is held first.
    pub hold: bool,
    /// Length of the hold.
    pub hold_hours: Option<i64>,
    /// Ways to pay; empty for all.
    pub preference: Vec<String>,
    /// Whether later charges are agreed to.
    pub recurring: bool,
    /// `UserField_N` and `UserFieldName_N`, echoed.
    pub user_fields: Vec<(String, String)>,
    /// Two letters.
    pub language: String,
    /// Invoice whose card is charged again.
    pub source: Option<String>,
}

/// Money that moved.
#[derive(Clone, Debug, Serialize)]
pub struct Movement {
    /// `Entry`, `Purchase` or `Refund`.
    pub kind: &'static str,
    /// Minor units.
    pub amount: i64,
    /// Unix milliseconds.
    pub at: i64,
    /// Number of the transaction.
    pub id: String,
}

/// A line of the history that the sandbox's pages show.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// RFC 3339.
    pub at: String,
    /// What happened.
    pub event: String,
    /// `PaymentStatus` afterwards.
    pub status: u8,
}

/// An invoice.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// Ten digits, the first a 3.
    pub id: String,
    /// What creation fixed.
    pub terms: Terms,
    /// Where it stands.
    pub state: State,
    /// What is asked, after reductions; minor units.
    pub asked: i64,
    /// What was paid or is held; minor units.
    pub paid: i64,
    /// What went back; minor units.
    pub refunded: i64,
    /// The newest payment.
    pub payment: Option<Payment>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub changed_at: i64,
    /// Unix milliseconds.
    pub held_at: Option<i64>,
    /// Oldest first.
    pub movements: Vec<Movement>,
    /// Oldest first.
    pub history: Vec<Line>,
    /// Oldest first.
    pub notifications: Vec<Notification>,
}

impl Invoice {
    /// A fresh invoice.
    pub fn new(id: String, terms: Terms, now: i64) -> Self {
        Self {
            id,
            state: State::Created,
            asked: terms.amount,
            paid: 0,
            refunded: 0,
            payment: None,
            created_at: now,
            changed_at: now,
            held_at: None,
            movements: Vec::new(),
            history: Vec::new(),
            notifications: Vec::new(),
            terms,
        }
    }

    /// What the shop has of it.
    pub fn left(&self) -> i64 {
        self.paid.saturating_sub(self.refunded)
    }

    /// Whether the shop has money that a refund can take back.
    pub fn is_paid(&self) -> bool {
        self.left() > 0 && matches!(self.state, State::Paid | State::PartlyPaid | State::Refunded)
    }

    /// Whether money may still come.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Created | State::PartlyPaid)
    }

    /// Whether this way to pay was offered.
    pub fn offers(&self, means: Means) -> bool {
        let wanted = &self.terms.preference;
        wanted.is_empty() || wanted.iter().any(|name| name.eq_ignore_ascii_case(means.preference()))
    }

    /// Adds a line to the history.
    pub fn note(&mut self, now: i64, event: impl Into<String>) {
        let status = self.state.number();
        self.history.push(Line { at: crate::clock::rfc3339(now), event: event.into(), status });
    }
}
