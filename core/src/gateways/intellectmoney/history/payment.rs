//! What the history makes of a payment: amounts decide wherever the state's word leaves it open.

use super::{Facts, State};
use crate::clock;
use crate::money::{Amount, Currency};
use crate::payment::{Payment, Status};

/// A state that we don't know.
pub const UNKNOWN_STATE: &str = "unknown_state";
/// Sums are missing, or contradict the state.
pub const SUMS_UNCLEAR: &str = "sums_unclear";
/// Money went back, nobody knows how much.
pub const REFUNDED_UNKNOWN: &str = "refunded_amount_unknown";

impl Facts {
    /// Adds what the history tells. `payment` is what the step says, which stays where the history
    /// says no more; `hold` is whether a hold was asked for.
    pub fn describe(&self, mut payment: Payment, hold: Option<bool>) -> Payment {
        payment.order_number = self.order_number.clone();
        payment.currency = self.currency;
        payment.amount = self.amount;
        payment.test = self.currency.map(|currency| currency == Currency::TEST);
        payment.created_at = self.created_at.map(clock::print);
        payment.refunds = self.refunds.clone();
        match self.state {
            // Whatever the step says: the invoice is open.
            State::Created => return payment,
            State::Unknown => {
                (payment.status, payment.reason) = (Status::Unknown, Some(UNKNOWN_STATE));
            }
            State::PartPaid => self.in_part(&mut payment),
            State::Held => self.held(&mut payment),
            State::Paid => self.paid(&mut payment),
            State::Refund => self.given_back(&mut payment, hold),
        }
        payment.last_attempt = None;
        payment.action = None;
        payment
    }

    fn money(&self, minor: u64) -> Option<Amount> {
        Some(Amount { minor, currency: self.currency? })
    }

    /// What the shop got: purchases, or, where none is listed and nothing went back, what came in.
    fn taken(&self) -> Option<u64> {
        let sums = self.sums?;
        let entered = (sums.back == 0 && sums.entered > 0).then_some(sums.entered);
        sums.purchased.or(entered)
    }

    fn in_part(&self, payment: &mut Payment) {
        payment.in_part = true;
        match self.taken() {
            Some(_) => self.sums_of_paid(payment, Status::PartiallyPaid),
            None => (payment.status, payment.reason) = (Status::Unknown, Some(SUMS_UNCLEAR)),
        }
    }

    fn paid(&self, payment: &mut Payment) {
        match self.taken() {
            Some(_) => self.sums_of_paid(payment, Status::Paid),
            None => (payment.status, payment.reason) = (Status::Unknown, Some(SUMS_UNCLEAR)),
        }
    }

    /// `untouched` is the status where nothing went back.
    fn sums_of_paid(&self, payment: &mut Payment, untouched: Status) {
        let taken = self.taken();
        let back = match self.sums {
            Some(sums) if sums.purchased.is_none() => Some(sums.back),
            Some(sums) => sums.refunded,
            None => None,
        };
        payment.held = self.sums.is_some_and(|sums| sums.released > 0);
        payment.captured = taken.and_then(|taken| self.money(taken));
        payment.refunded = back.and_then(|back| self.money(back));
        (payment.status, payment.reason) = match (taken, back) {
            (Some(_), Some(0)) => (untouched, None),
            (Some(taken), Some(back)) if back >= taken => (Status::Refunded, None),
            (Some(_), Some(_)) => (Status::PartiallyRefunded, None),
            _ => (Status::Unknown, Some(REFUNDED_UNKNOWN)),
        };
    }

    fn held(&self, payment: &mut Payment) {
        (payment.status, payment.reason) = (Status::Authorized, None);
        let Some(sums) = self.sums.filter(|sums| sums.entered > 0) else { return };
        match (sums.purchased, sums.entered.checked_sub(sums.back)) {
            (None, Some(left)) if left > 0 => {
                payment.authorized = self.money(left);
                payment.captured = self.money(0);
                payment.refunded = self.money(0);
                // What is released of a hold is no refund.
                payment.refunds.clear();
            }
            _ => (payment.status, payment.reason) = (Status::Unknown, Some(SUMS_UNCLEAR)),
        }
    }

    fn given_back(&self, payment: &mut Payment, hold: Option<bool>) {
        let Some(sums) = self.sums else {
            (payment.status, payment.reason) = (Status::Unknown, Some(REFUNDED_UNKNOWN));
            return;
        };
        if sums.purchased.is_some() {
            self.sums_of_paid(payment, Status::Unknown);
            if payment.status == Status::Unknown {
                payment.reason = Some(REFUNDED_UNKNOWN);
                // Something went back: that nothing is listed does not make it nothing.
                payment.refunded = None;
            }
            return;
        }
        match (sums.entered, sums.back) {
            // Nobody ever paid.
            (0, 0) => {
                (payment.status, payment.reason) = (Status::Cancelled, None);
                payment.captured = self.money(0);
            }
            (entered, back) if entered > 0 && back >= entered && hold == Some(false) => {
                (payment.status, payment.reason) = (Status::Refunded, None);
                payment.captured = self.money(entered);
                payment.refunded = self.money(back);
            }
            // All that was held is free again.
            (entered, back) if entered > 0 && back >= entered => {
                (payment.status, payment.reason) = (Status::Cancelled, Some("released"));
                payment.authorized = self.money(entered);
                payment.refunds.clear();
            }
            _ => (payment.status, payment.reason) = (Status::Unknown, Some(REFUNDED_UNKNOWN)),
        }
    }
}
