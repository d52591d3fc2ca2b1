//! The Sber platform's own dialect under `/ecomm/gw/partner/api` (`docs/gateways/rbs.md`, Sber):
//! JSON only, POST only, strict, over the same orders and the same state machine.
//!
//! Methods whose bodies no document shows are absent: autoCompletion, autoRefund,
//! getLoyaltyBalance and mir/paymentDirect.

mod accounts;
mod base64;
mod bindings;
pub mod callbacks;
mod cart;
mod fields;
pub mod gateway;
mod orders;
mod payments;
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
    /// Card that this order stored.
    pub stored: Option<StoredCard>,
    /// Stored card that pays this order.
    pub paid_by: Option<String>,
    /// `threeDSServerTransId` of the attempt under way.
    pub transaction: Option<String>,
}

/// An SBP subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// `subscriptionId`.
    pub id: String,
    /// The buyer's bank.
    pub member: String,
}

/// A stored card, the number masked.
#[derive(Clone, Debug)]
pub struct StoredCard {
    /// `bindingId`.
    pub id: String,
    /// `555555**5599`.
    pub masked_pan: String,
    /// `YYYYMM`.
    pub expiration: String,
    /// Name on the card.
    pub holder: String,
    /// VISA, MASTERCARD, MIR.
    pub system: &'static str,
    /// Whether it may pay.
    pub active: bool,
}

impl Order {
    /// A value of the registration's `jsonParams`.
    fn json_param(&self, name: &str) -> Option<&str> {
        let pair = self.terms.json_params.iter().find(|(known, _)| known == name);
        pair.map(|(_, value)| value.as_str())
    }
}

/// What else follows from a transition: a stored card, a subscription and its event.
pub fn follow(before: &Order, order: &mut Order) -> Vec<Event> {
    let agreed = |order: &Order| {
        order.authorization.as_ref().is_some_and(|agreed| agreed.approval_code.is_some())
    };
    if order.ecomm.is_none() || agreed(before) || !agreed(order) {
        return Vec::new();
    }
    let subscribes = order.state == State::Deposited && orders::wants_subscription(order);
    let keeps = order.terms.client_id.is_some() && !order.has_feature("BINDING_NOT_NEEDED");
    let authorization = order.authorization.clone();
    let (Some(side), Some(card)) = (&mut order.ecomm, authorization) else {
        return Vec::new();
    };
    if subscribes {
        let id = Uuid::new_v4().simple().to_string();
        side.subscription = Some(Subscription { id, member: "100000000111".into() });
        let operation = "subscriptionCreated";
        return vec![Event { operation, succeeded: true, amount: 0, external_id: None }];
    }
    if keeps && side.paid_by.is_none() {
        side.stored = Some(StoredCard {
            id: Uuid::new_v4().to_string(),
            masked_pan: card.masked_pan,
            expiration: card.expiration,
            holder: card.holder,
            system: card.system,
            active: true,
        });
    }
    Vec::new()
}
