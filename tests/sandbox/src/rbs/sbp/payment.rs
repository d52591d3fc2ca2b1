//! What a buyer and the buyer's bank do with a QR code.

use super::{QrState, state, subscriptions};
use crate::rbs::refusals::Refusal;
use crate::rbs::world::World;

/// Action code of a payment that the buyer's bank refused.
const REFUSED_BY_BANK: i64 = 116;
/// Action code while the bank decides.
const ASKED: i64 = -30_001;

/// One step of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The money came.
    Pay,
    /// The buyer agreed; the money is on its way.
    Confirm,
    /// The buyer closed the bank's application.
    Refuse,
    /// The buyer's bank refused.
    BankRefuses,
}

impl Step {
    /// The step that a button of the page names.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "pay" => Some(Self::Pay),
            "confirm" => Some(Self::Confirm),
            "refuse" => Some(Self::Refuse),
            "bank_refuses" => Some(Self::BankRefuses),
            _ => None,
        }
    }
}

/// Carries a step out on an open code.
pub fn act(world: &mut World, id: &str, step: Step) -> Result<(), Refusal> {
    let code = world.sbp.codes.get(id).cloned().ok_or_else(state::unknown)?;
    let order = world.orders.get(&code.order_id).ok_or_else(Refusal::unknown_order)?;
    let open = match state::shown(&code, order) {
        QrState::Started => true,
        QrState::Confirmed => matches!(step, Step::Pay | Step::BankRefuses),
        _ => false,
    };
    if !open {
        return Err(Refusal::wrong_state());
    }
    // The documents have no name for the way of a company's payment.
    let way = if code.company.is_some() { "" } else { "SBP_C2B" };
    let state = match step {
        Step::Pay => {
            world.change(&code.order_id, &format!("SBP: {id} paid"), |order, now| {
                order.accept_by(way, now)
            })?;
            if let Some(wish) = &code.subscription {
                subscriptions::create(world, &code.order_id, wish);
            }
            QrState::Accepted
        }
        Step::Confirm => {
            world.change(&code.order_id, &format!("SBP: {id} confirmed"), |order, _| {
                order.pend(ASKED)
            })?;
            QrState::Confirmed
        }
        Step::Refuse => QrState::RejectedByUser,
        Step::BankRefuses => {
            world.change(&code.order_id, &format!("SBP: {id} refused"), |order, now| {
                order.refuse_by(way, REFUSED_BY_BANK, false, now)
            })?;
            QrState::Rejected
        }
    };
    if let Some(code) = world.sbp.codes.get_mut(id) {
        code.state = state;
    }
    Ok(())
}
