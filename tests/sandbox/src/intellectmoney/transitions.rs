//! Every change of an invoice: allowed or not, and what the shop is told.

use serde::{Deserialize, Serialize};

use super::invoices::{Invoice, Movement, Payment, State, Step};
use super::reply::Refusal;
use crate::clock;

/// What becomes of a hold when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldEnd {
    /// Nothing.
    Stays,
    /// It is captured.
    Captured,
    /// It is released.
    Released,
}

/// Something to tell.
#[derive(Clone, Debug)]
pub struct Event {
    /// `PaymentStatus`.
    pub status: u8,
    /// `RefundAmount`, minor units.
    pub refund: Option<i64>,
}

/// What happened, or why it did not.
pub type Change = Result<Vec<Event>, Refusal>;

impl Invoice {
    fn told(&self) -> Change {
        Ok(vec![Event { status: self.state.number(), refund: None }])
    }

    fn moved(&mut self, kind: &'static str, amount: i64, at: i64) {
        self.movements.push(Movement { kind, amount, at, id: clock::digits(12) });
    }

    /// A payment begins. One that still runs is in the way: two could both succeed.
    pub fn begin(&mut self, payment: Payment) -> Change {
        let runs = self.payment.as_ref().is_some_and(|payment| !payment.step.is_final());
        if !self.is_open() || runs {
            return Err(Refusal::wrong_state());
        }
        self.payment = Some(payment);
        Ok(Vec::new())
    }

    fn set_step(&mut self, step: Step) {
        if let Some(payment) = &mut self.payment {
            payment.step = step;
        }
    }

    /// The buyer must act.
    pub fn await_buyer(&mut self, step: Step) -> Change {
        self.set_step(step);
        Ok(Vec::new())
    }

    /// Money comes: all that is open, or a part.
    pub fn pay(&mut self, amount: Option<i64>, now: i64) -> Change {
        let open = self.asked.saturating_sub(self.paid);
        let amount = amount.unwrap_or(open);
        if !self.is_open() {
            return Err(Refusal::wrong_state());
        }
        if amount < 1 || amount > open {
            return Err(Refusal::too_much("Amount"));
        }
        self.paid = self.paid.saturating_add(amount);
        self.moved("Entry", amount, now);
        self.state = match self.paid == self.asked {
            false => State::PartlyPaid,
            true if self.terms.hold => State::Held,
            true => State::Paid,
        };
        if self.state == State::Held {
            self.held_at = Some(now);
        } else {
            self.moved("Purchase", amount, now);
        }
        self.set_step(Step::Ok);
        if let Some(payment) = &mut self.payment {
            payment.rrn = Some(clock::digits(12));
        }
        self.told()
    }

    /// The payment failed; the invoice lives on, and nobody is told.
    pub fn fail(&mut self, message: &str, code: Option<i64>) -> Change {
        let Some(payment) = self.payment.as_mut().filter(|payment| !payment.step.is_final()) else {
            return Err(Refusal::wrong_state());
        };
        payment.step = Step::Error;
        payment.message = Some(message.to_owned());
        payment.rc_code = code;
        Ok(Vec::new())
    }

    /// purchaseToPaid: the hold becomes a payment.
    pub fn capture(&mut self, now: i64) -> Change {
        if self.state != State::Held {
            return Err(Refusal::wrong_state());
        }
        self.state = State::Paid;
        self.moved("Purchase", self.paid, now);
        self.told()
    }

    /// purchaseToRefund: cancels, releases, refunds, or reduces what is asked or held.
    pub fn give_back(&mut self, amount: Option<i64>, source: &str, now: i64) -> Change {
        let most = match self.state {
            State::Created => self.asked,
            State::Cancelled => 0,
            _ => self.left(),
        };
        if most == 0 {
            return Err(Refusal::wrong_state());
        }
        let amount = amount.unwrap_or(most);
        if amount < 1 || amount > most {
            return Err(Refusal::too_much(source));
        }
        let whole = amount == most;
        match self.state {
            State::Created if whole => return self.cancel(),
            State::Created => self.asked = self.asked.saturating_sub(amount),
            State::Held if whole => {
                self.state = State::Cancelled;
                self.moved("Refund", amount, now);
            }
            State::Held => {
                self.asked = self.asked.saturating_sub(amount);
                self.paid = self.paid.saturating_sub(amount);
                self.moved("Refund", amount, now);
            }
            _ => {
                self.refunded = self.refunded.saturating_add(amount);
                self.state = State::Refunded;
                self.moved("Refund", amount, now);
                return Ok(vec![Event { status: self.state.number(), refund: Some(amount) }]);
            }
        }
        self.told()
    }

    /// Closed before any money came: by the shop, or by its time.
    pub fn cancel(&mut self) -> Change {
        if self.state != State::Created {
            return Err(Refusal::wrong_state());
        }
        self.state = State::Cancelled;
        if self.payment.as_ref().is_some_and(|payment| !payment.step.is_final()) {
            self.set_step(Step::Error);
        }
        self.told()
    }

    /// The hold's time is over.
    pub fn end_hold(&mut self, end: HoldEnd, now: i64) -> Change {
        self.held_at = None;
        match end {
            HoldEnd::Stays => Ok(Vec::new()),
            HoldEnd::Captured => self.capture(now),
            HoldEnd::Released if self.state == State::Held => self.give_back(None, "", now),
            HoldEnd::Released => Err(Refusal::wrong_state()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::invoices::Terms;
    use super::*;

    fn invoice(hold: bool) -> Invoice {
        let terms = Terms { amount: 1000, hold, ..Terms::default() };
        Invoice::new("3000000001".into(), terms, 0)
    }

    fn statuses(change: Change) -> Vec<u8> {
        change.unwrap().iter().map(|event| event.status).collect()
    }

    #[test]
    fn money_goes_forth_and_back_once() {
        let mut paid = invoice(false);
        assert!(paid.capture(0).is_err());
        assert_eq!(statuses(paid.pay(Some(400), 0)), [7]);
        assert!(paid.pay(Some(601), 0).is_err());
        assert_eq!(statuses(paid.pay(None, 0)), [5]);
        assert!(paid.pay(None, 0).is_err() && paid.cancel().is_err());
        assert_eq!(statuses(paid.give_back(Some(300), "", 0)), [8]);
        assert!(paid.give_back(Some(701), "", 0).is_err());
        assert_eq!(statuses(paid.give_back(None, "", 0)), [8]);
        assert_eq!((paid.left(), paid.refunded), (0, 1000));
        assert!(paid.give_back(None, "", 0).is_err());
    }

    #[test]
    fn holds_are_captured_released_or_reduced() {
        let mut held = invoice(true);
        assert_eq!(statuses(held.pay(None, 0)), [6]);
        assert_eq!(statuses(held.give_back(Some(250), "", 0)), [6]);
        assert_eq!(statuses(held.capture(0)), [5]);
        assert_eq!(held.left(), 750);
        assert!(held.capture(0).is_err());
        let mut released = invoice(true);
        released.pay(None, 0).unwrap();
        assert_eq!(statuses(released.give_back(None, "", 0)), [4]);
        assert!(released.give_back(None, "", 0).is_err() && released.capture(0).is_err());
    }

    #[test]
    fn an_unpaid_invoice_is_reduced_or_cancelled() {
        let mut open = invoice(false);
        assert_eq!(statuses(open.give_back(Some(100), "", 0)), [3]);
        assert_eq!(open.asked, 900);
        assert_eq!(statuses(open.give_back(None, "", 0)), [4]);
        assert!(open.pay(None, 0).is_err());
    }
}
