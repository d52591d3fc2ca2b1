//! Where a payment stands, and what follows from that alone.

use serde::Serialize;

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has paid; the buyer must act.
    Created,
    /// The buyer is in the middle of something (3-D Secure, a bank's app).
    ActionRequired,
    /// A bank, SBP or a lender decides: open no other attempt.
    Pending,
    /// Held on the buyer's card.
    Authorized,
    /// A part was taken and the hold is still open.
    PartiallyCaptured,
    /// Captured, at least what was expected.
    Paid,
    /// Captured, but less than was expected.
    PartiallyPaid,
    /// A part went back, decided by amounts.
    PartiallyRefunded,
    /// All went back, decided by amounts.
    Refunded,
    /// Voided, released or lapsed.
    Cancelled,
    /// A check for zero passed; nothing was to be paid.
    Verified,
    /// Dead: refused for good.
    Declined,
    /// Dead: time ran out.
    Expired,
    /// The gateway knows no such number *now*.
    NotFound,
    /// The gateway said a word that we don't know.
    Unknown,
}

impl Status {
    /// The word, as every language sees it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Created => "created",
            Status::ActionRequired => "action_required",
            Status::Pending => "pending",
            Status::Authorized => "authorized",
            Status::PartiallyCaptured => "partially_captured",
            Status::Paid => "paid",
            Status::PartiallyPaid => "partially_paid",
            Status::PartiallyRefunded => "partially_refunded",
            Status::Refunded => "refunded",
            Status::Cancelled => "cancelled",
            Status::Verified => "verified",
            Status::Declined => "declined",
            Status::Expired => "expired",
            Status::NotFound => "not_found",
            Status::Unknown => "unknown",
        }
    }

    /// Whether it will not change by itself any more. A hold is final only for who asked for one.
    pub(super) fn is_final(self, hold_expected: bool) -> bool {
        match self {
            Status::Authorized | Status::PartiallyCaptured => hold_expected,
            Status::Paid
            | Status::PartiallyPaid
            | Status::PartiallyRefunded
            | Status::Refunded
            | Status::Cancelled
            | Status::Verified
            | Status::Declined
            | Status::Expired => true,
            Status::Created
            | Status::ActionRequired
            | Status::Pending
            | Status::NotFound
            | Status::Unknown => false,
        }
    }

    /// Whether money is held, taken or given back.
    pub fn moved_money(self) -> bool {
        matches!(
            self,
            Status::Authorized
                | Status::PartiallyCaptured
                | Status::Paid
                | Status::PartiallyPaid
                | Status::PartiallyRefunded
                | Status::Refunded
        )
    }

    /// Whether the buyer can still pay it; null where nobody can say.
    pub(super) fn is_payable(self) -> Option<bool> {
        match self {
            Status::Created | Status::ActionRequired => Some(true),
            Status::PartiallyPaid | Status::NotFound | Status::Unknown => None,
            _ => Some(false),
        }
    }
}
