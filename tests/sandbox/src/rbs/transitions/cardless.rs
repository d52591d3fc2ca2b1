//! Payments without a card: by SBP, by instalments.

use super::{Outcome, told};
use crate::clock::digits;
use crate::rbs::orders::{Authorization, Order, State};
use crate::rbs::refusals::Refusal;

/// Ways without a card; the empty one has no name in the documents.
pub const WAYS: &[&str] = &["SBP_C2B", "SBP_C2B_BINDING", "PODELI", ""];

impl Order {
    /// Another way of paying (`paymentWay`) brought the whole amount. There are no holds here.
    pub fn accept_by(&mut self, way: &'static str, now: i64) -> Outcome {
        if !self.state.is_open() && self.state != State::Pending {
            return Err(Refusal::wrong_state());
        }
        let amount = self.terms.amount;
        self.challenge = None;
        self.way = way;
        self.action_code = 0;
        self.authorize_by(now, true);
        self.approved = amount;
        self.captured = amount;
        self.state = State::Deposited;
        self.deposited_at = Some(now);
        self.log("PURCHASE", amount, now, true);
        Ok(told("deposited", true, amount))
    }

    /// Another way of paying failed. Attempts are counted for cards only: the order stays payable
    /// unless the failure is for good.
    pub fn refuse_by(&mut self, way: &'static str, code: i64, for_good: bool, now: i64) -> Outcome {
        if !self.state.is_open() && self.state != State::Pending {
            return Err(Refusal::wrong_state());
        }
        self.challenge = None;
        self.way = way;
        self.action_code = code;
        self.state = if for_good { State::Declined } else { State::Created };
        self.authorize_by(now, false);
        self.log("PURCHASE", self.terms.amount, now, false);
        if self.has_feature("SKIP_UNSUCCESSFUL_PAYMENT_CALLBACK") {
            return Ok(Vec::new());
        }
        Ok(told("deposited", false, self.terms.amount))
    }

    fn authorize_by(&mut self, now: i64, agreed: bool) {
        self.authorization = Some(Authorization {
            at: now,
            masked_pan: String::new(),
            expiration: String::new(),
            holder: String::new(),
            system: "",
            approval_code: agreed.then(|| digits(6)),
            reference: digits(12),
        });
    }
}
