//! The payment where the portal itself keeps payments. Only under the caller's lock, since nothing in the
//! portal keeps two workers from making two.

pub mod deal;
pub mod order;
pub mod pay_system;

use crate::crm::bitrix24::checkout::portal_payment::PortalPayment;
use crate::error::{Error, Kind};
use crate::money::Amount;

use super::judgement::{PAYMENT_AMOUNT, PAYMENT_CURRENCY};

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The portal has it, paid.
    Done {
        /// The id of the portal's payment.
        payment_id: u64,
        /// By this call.
        done_now: bool,
        /// What a person must look at all the same: words of the attention.
        noted: Vec<&'static str>,
    },
    /// It is not paid, and a person must look at it: words of the attention.
    Unclear(Vec<&'static str>),
}

impl Registered {
    /// Paid, and nothing to look at.
    pub fn done(payment_id: u64, done_now: bool) -> Registered {
        Registered::Done { payment_id, done_now, noted: Vec::new() }
    }

    /// Not paid, for this reason.
    pub fn unclear(why: &'static str) -> Registered {
        Registered::Unclear(vec![why])
    }
}

/// Why it is not the payment of this sum, if it is not.
pub fn differs(payment: &PortalPayment, sum: Amount) -> Option<&'static str> {
    match (payment.currency == Some(sum.currency), payment.sum == Some(sum)) {
        (false, _) => Some(PAYMENT_CURRENCY),
        (true, false) => Some(PAYMENT_AMOUNT),
        (true, true) => None,
    }
}

/// Whether it is not known that a write was carried out.
pub fn in_doubt(error: &Error) -> bool {
    error.kind == Kind::OutcomeUnknown
}
