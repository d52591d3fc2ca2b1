//! The payment where the portal itself keeps payments. Only under the caller's lock, since nothing in the
//! portal keeps two workers from making two.

pub mod deal;
pub mod order;
pub mod pay_system;

use crate::crm::bitrix24::reply::number;
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::money::{Amount, Currency};
use crate::sum;

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
    },
    /// A person must look at it: a word of the attention.
    Unclear(&'static str),
}

/// A payment of the portal's.
#[derive(Clone, Debug)]
pub struct PortalPayment {
    /// Its id.
    pub id: u64,
    /// Whether it is paid.
    pub paid: bool,
    /// Its sum, where it can be read in its currency.
    pub sum: Option<Amount>,
    /// Its currency, where there is such a one.
    pub currency: Option<Currency>,
}

impl PortalPayment {
    /// Reads a row of `crm.item.payment.*` or `sale.payment.*`, which name these alike.
    pub fn read(row: &Fields) -> Option<PortalPayment> {
        let currency = row.get("currency").and_then(fields::text);
        let currency = currency.and_then(|code| Currency::from_code(&code));
        let told = row.get("sum").and_then(fields::text);
        let paid = row.get("paid")?;
        Some(PortalPayment {
            id: row.get("id").and_then(number)?,
            paid: fields::scalar(paid).is_some_and(|word| word == "Y" || word == "true"),
            sum: currency.and_then(|currency| sum::exact(&told?, currency)),
            currency,
        })
    }

    /// Why it is not the payment of this sum, if it is not.
    pub fn differs(&self, sum: Amount) -> Option<&'static str> {
        match (self.currency == Some(sum.currency), self.sum == Some(sum)) {
            (false, _) => Some(PAYMENT_CURRENCY),
            (true, false) => Some(PAYMENT_AMOUNT),
            (true, true) => None,
        }
    }
}

/// Whether it is not known that a write was carried out.
pub fn in_doubt(error: &Error) -> bool {
    error.kind == Kind::OutcomeUnknown
}
