//! The state machine (the gateway's documents; `docs/gateways/rbs.md`, Status). Each transition
//! changes the order or refuses, and tells which callbacks follow.

use super::cards;
use super::orders::{Authorization, CardEntry, Operation, Order, Refund, State};
use super::refusals::Refusal;
use crate::clock::digits;

/// Something that a merchant is told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// `operation` of the callback.
    pub operation: &'static str,
    /// `status` of the callback.
    pub succeeded: bool,
    /// What this operation moved.
    pub amount: i64,
    /// The merchant's key of a refund.
    pub external_id: Option<String>,
}

/// `depositType` of deposit.do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositType {
    /// The only capture.
    Ordinary,
    /// More captures will follow.
    Intermediate,
    /// The last of several.
    Final,
}

type Outcome = Result<Vec<Event>, Refusal>;

fn told(operation: &'static str, succeeded: bool, amount: i64) -> Vec<Event> {
    vec![Event { operation, succeeded, amount, external_id: None }]
}

impl Order {
    fn log(&mut self, kind: &'static str, amount: i64, at: i64, success: bool) {
        let reference = digits(12);
        let action_code = if success { 0 } else { self.action_code };
        self.operations.push(Operation { kind, amount, at, reference, success, action_code });
    }

    fn authorize(&mut self, card: &CardEntry, now: i64, agreed: bool) {
        if cardless::WAYS.contains(&self.way) {
            self.way = "CARD";
        }
        self.card = Some(card.clone());
        self.authorization = Some(Authorization {
            at: now,
            masked_pan: cards::masked(&card.pan),
            expiration: card.expiration.clone(),
            holder: card.holder.clone(),
            system: cards::by_pan(&card.pan).map_or("VISA", |known| known.system),
            approval_code: agreed.then(|| digits(6)),
            reference: digits(12),
        });
    }

    /// The buyer was sent to the issuer's page.
    pub fn challenge(&mut self, card: CardEntry) -> Outcome {
        if self.state != State::Created {
            return Err(Refusal::wrong_state());
        }
        self.state = State::Challenged;
        self.challenge = Some(card);
        Ok(Vec::new())
    }

    /// The bank agreed to `amount`, which is less than asked in a partial authorisation.
    pub fn accept(&mut self, card: &CardEntry, amount: i64, now: i64) -> Outcome {
        if !self.state.is_open() && self.state != State::Pending {
            return Err(Refusal::wrong_state());
        }
        self.challenge = None;
        self.action_code = 0;
        self.authorize(card, now, true);
        if self.has_feature("VERIFY") {
            self.state = State::Reversed;
            self.reversed_at = Some(now);
            self.log("PRE_AUTH", 0, now, true);
            return Ok(told("reversed", true, 0));
        }
        self.approved = amount;
        if self.terms.two_phase {
            self.state = State::Approved;
            self.log("PRE_AUTH", amount, now, true);
            Ok(told("approved", true, amount))
        } else {
            self.state = State::Deposited;
            self.captured = amount;
            self.deposited_at = Some(now);
            self.log("PURCHASE", amount, now, true);
            Ok(told("deposited", true, amount))
        }
    }

    /// instantRefund.do: money goes to a card that has paid nothing before.
    pub fn credit(&mut self, card: &CardEntry, now: i64) -> Outcome {
        if self.state != State::Created {
            return Err(Refusal::wrong_state());
        }
        let amount = self.terms.amount;
        self.authorize(card, now, true);
        self.state = State::Refunded;
        self.action_code = 0;
        self.refunded = amount;
        self.refunded_at = Some(now);
        self.log("REFUND", amount, now, true);
        Ok(told("refunded", true, amount))
    }

    /// The bank refused. The order stays payable while attempts are left.
    pub fn refuse(&mut self, card: &CardEntry, code: i64, for_good: bool, now: i64) -> Outcome {
        if !self.state.is_open() && self.state != State::Pending {
            return Err(Refusal::wrong_state());
        }
        self.challenge = None;
        self.action_code = code;
        self.attempts_left = if for_good { 0 } else { self.attempts_left.saturating_sub(1) };
        self.state = if self.attempts_left == 0 { State::Declined } else { State::Created };
        self.authorize(card, now, false);
        let kind = if self.terms.two_phase { "PRE_AUTH" } else { "PURCHASE" };
        self.log(kind, self.terms.amount, now, false);
        if self.has_feature("SKIP_UNSUCCESSFUL_PAYMENT_CALLBACK") {
            return Ok(Vec::new());
        }
        let operation = if self.terms.two_phase { "approved" } else { "deposited" };
        Ok(told(operation, false, self.terms.amount))
    }

    /// The bank has not decided.
    pub fn pend(&mut self, code: i64) -> Outcome {
        if !self.state.is_open() {
            return Err(Refusal::wrong_state());
        }
        self.state = State::Pending;
        self.action_code = code;
        Ok(Vec::new())
    }

    /// The time for paying is over.
    pub fn expire(&mut self) -> Outcome {
        if !self.state.is_open() {
            return Err(Refusal::wrong_state());
        }
        self.action_code = if self.state == State::Challenged { -2009 } else { -2007 };
        self.state = State::Declined;
        self.challenge = None;
        Ok(told("declinedByTimeout", true, self.terms.amount))
    }

    /// decline.do: the merchant closes an order that nobody paid.
    pub fn decline(&mut self) -> Outcome {
        if self.state != State::Created {
            return Err(Refusal::wrong_state());
        }
        self.state = State::Declined;
        self.action_code = 4005;
        Ok(Vec::new())
    }

    /// deposit.do: 0 takes all that is still held.
    pub fn deposit(&mut self, amount: i64, kind: DepositType, now: i64) -> Outcome {
        let allowed = match kind {
            DepositType::Ordinary => self.state == State::Approved,
            _ => matches!(self.state, State::Approved | State::PartlyDeposited),
        };
        if !allowed {
            return Err(Refusal::wrong_state());
        }
        let open = self.approved.saturating_sub(self.captured);
        let amount = if amount == 0 { open } else { amount };
        if amount > open {
            return Err(Refusal::wrong_amount("Deposit amount exceeds the held amount"));
        }
        if self.in_roubles() && amount < 100 {
            return Err(Refusal::wrong_amount("Deposit amount is less than 1 rouble"));
        }
        if self.hold_lapsed {
            self.action_code = 87;
            self.log("COMPLETION", amount, now, false);
            return Err(Refusal::wrong_amount("The hold is no longer valid"));
        }
        self.captured = self.captured.saturating_add(amount);
        self.deposited_at = Some(now);
        self.action_code = 0;
        self.state = match kind {
            DepositType::Intermediate => State::PartlyDeposited,
            _ => State::Deposited,
        };
        self.log("COMPLETION", amount, now, true);
        Ok(told("deposited", true, amount))
    }

    /// reverse.do: works once. A part lowers the hold and leaves the order held.
    pub fn reverse(&mut self, part: Option<i64>, captured_too: bool, now: i64) -> Outcome {
        if self.reversed_at.is_some() {
            return Err(Refusal::wrong_state());
        }
        match self.state {
            State::Approved => {
                let amount = part.filter(|part| *part > 0).unwrap_or(self.approved);
                if amount > self.approved {
                    return Err(Refusal::wrong_amount("Reversal amount exceeds the held amount"));
                }
                self.approved = self.approved.saturating_sub(amount);
                if self.approved == 0 {
                    self.state = State::Reversed;
                }
                self.log("REVERSAL_FOR_PRE_AUTH", amount, now, true);
            }
            State::Deposited if part.is_some_and(|part| part != 0 && part != self.captured) => {
                return Err(Refusal::wrong_amount("A capture is reversed whole or not at all"));
            }
            State::Deposited if captured_too && self.terms.two_phase => {
                self.log("REVERSAL_FOR_COMPLETION", self.captured, now, true);
                self.captured = 0;
                self.deposited_at = None;
                self.state = State::Approved;
            }
            State::Deposited if captured_too => {
                self.log("REVERSAL_FOR_PURCHASE", self.captured, now, true);
                self.approved = 0;
                self.captured = 0;
                self.state = State::Reversed;
            }
            _ => return Err(Refusal::wrong_state()),
        }
        self.reversed_at = Some(now);
        self.action_code = 0;
        let moved = self.operations.last().map_or(0, |line| line.amount);
        Ok(told("reversed", true, moved))
    }

    /// refund.do: 0 gives everything back; a known `external_id` moves nothing.
    pub fn refund(&mut self, amount: i64, external_id: Option<String>, now: i64) -> Outcome {
        self.begin_refund(amount, external_id, now, false)
    }

    /// The bank carries out the refund that it had taken in.
    pub fn finish_refund(&mut self, now: i64) -> Outcome {
        let (amount, external_id) = self.slow_refund.take().ok_or_else(Refusal::wrong_state)?;
        self.refund(amount, external_id, now)
    }

    /// A refund that the bank carries out at once, or only takes in: `actionCode` 1120 until then.
    pub fn begin_refund(
        &mut self,
        amount: i64,
        external_id: Option<String>,
        now: i64,
        slowly: bool,
    ) -> Outcome {
        if external_id.is_some()
            && self.refunds.iter().any(|refund| refund.external_id == external_id)
        {
            return Ok(Vec::new());
        }
        let rest = self.net();
        if let Some((_, known)) = &self.slow_refund {
            let repeated = known.is_some() && *known == external_id;
            return if repeated { Ok(Vec::new()) } else { Err(Refusal::refund_in_progress()) };
        }
        if !matches!(self.state, State::Deposited | State::Refunded) || rest <= 0 {
            return Err(Refusal::wrong_state());
        }
        let amount = if amount == 0 { rest } else { amount };
        if amount > rest {
            return Err(Refusal::wrong_amount("Refund amount exceeds the deposited amount"));
        }
        if slowly {
            self.slow_refund = Some((amount, external_id));
            self.action_code = 1120;
            return Ok(Vec::new());
        }
        self.refunded = self.refunded.saturating_add(amount);
        self.refunded_at = Some(now);
        self.state = State::Refunded;
        self.action_code = 0;
        self.log("REFUND", amount, now, true);
        let reference = self.operations.last().map(|line| line.reference.clone());
        self.refunds.push(Refund {
            at: now,
            amount,
            external_id: external_id.clone(),
            approval_code: digits(6),
            reference: reference.unwrap_or_default(),
        });
        Ok(vec![Event { operation: "refunded", succeeded: true, amount, external_id }])
    }
}

mod cardless;

#[cfg(test)]
mod tests;
