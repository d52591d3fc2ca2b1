//! The Sber platform's own dialect under `/ecomm/gw/partner/api` (`docs/gateways/rbs.md`, Sber):
//! JSON only, POST only, strict, over the same orders and the same state machine.
//!
//! Methods whose bodies no document shows are absent: autoCompletion, autoRefund,
//! getLoyaltyBalance and mir/paymentDirect.

mod accounts;
mod bindings;
pub mod callbacks;
mod cart;
mod fields;
pub mod gateway;
mod orders;
pub mod payments;
mod receipts;
mod recurrent;
mod status;
mod tables;

use uuid::Uuid;

use super::orders::{Order, State};
use super::transitions::Event;

/// What an order of this dialect remembers beside its terms.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Id of the QR code, where one was asked for.
    pub qrc: Option<String>,
    /// Subscription that this order made.
    pub subscription: Option<Subscription>,
}

/// An SBP subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// `subscriptionId`.
    pub id: String,
    /// The buyer's bank.
    pub member: String,
}

impl Order {
    /// A value of the registration's `jsonParams`.
    fn json_param(&self, name: &str) -> Option<&str> {
        let pair = self.terms.json_params.iter().find(|(known, _)| known == name);
        pair.map(|(_, value)| value.as_str())
    }
}

/// What else follows from a transition: a subscription and its event.
pub fn follow(before: &Order, order: &mut Order) -> Vec<Event> {
    let paid = before.state != State::Deposited && order.state == State::Deposited;
    let subscribes = paid && orders::wants_subscription(order);
    let Some(side) = order.ecomm.as_mut().filter(|_| subscribes) else {
        return Vec::new();
    };
    let id = Uuid::new_v4().simple().to_string();
    side.subscription = Some(Subscription { id, member: "100000000111".into() });
    let operation = "subscriptionCreated";
    vec![Event { operation, succeeded: true, amount: 0, external_id: None }]
}
