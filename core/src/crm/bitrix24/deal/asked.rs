//! What the flows of a deal are asked.

use serde::Deserialize;

use super::payment::Told;
use crate::fields::Fields;

/// Links a payment to a deal before any money: a smart-process item stands for the payment. Safe to
/// repeat: before the payment is created (then `payment` is `{gateway, order_number, amount, currency}`),
/// again with its reply, and after any lost answer.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkPayment {
    /// The deal's id.
    pub deal_id: u64,
    /// The smart process: its `entityTypeId`, not the id of its type.
    pub entity_type_id: u64,
    /// The reply of `create_payment`, or what it will be asked: `{gateway, order_number, amount, currency}`.
    pub payment: Told,
    /// The item's external key, unique for ever; `kopeck:<gateway>:<order_number>` if not given.
    pub xml_id: Option<String>,
    /// The item's title; `Payment <order_number>` if not given.
    pub title: Option<String>,
    /// The item's pipeline; the type's default if not given.
    pub category_id: Option<u64>,
    /// The item's own fields for what is stored in it.
    #[serde(default)]
    pub fields: Stored,
    /// The payment is a part of the deal's sum; else it must be all of it.
    #[serde(default)]
    pub partial: bool,
    /// How long to repeat what the portal was too busy for, in milliseconds; 30 s if not given.
    pub timeout_ms: Option<u64>,
}

/// The names of the item's own fields (`ufCrm...`) that take the payment; what has none stands in the
/// comment alone.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// The gateway's id.
    pub payment_id: Option<String>,
    /// Where the buyer pays.
    pub payment_url: Option<String>,
    /// The status, in Kopeck's words.
    pub status: Option<String>,
    /// The payment's `state_id`.
    pub state_id: Option<String>,
    /// The id of the portal's own payment: required to register one on a deal without an order.
    pub portal_payment_id: Option<String>,
}

/// Tells a deal what became of its payment: the item and the deal move on when the money is in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleDeal {
    /// The deal's id.
    pub deal_id: u64,
    /// The smart process: its `entityTypeId`.
    pub entity_type_id: u64,
    /// The reply of `confirm`, `payment_status` or `wait`, of any gateway. This or `notification`.
    pub payment: Option<Told>,
    /// The reply of `parse_notification`, where it is verified and says `needs_status: false`.
    pub notification: Option<Fields>,
    /// As given to `link_payment`.
    pub xml_id: Option<String>,
    /// As given to `link_payment`: for an item that is missing.
    pub title: Option<String>,
    /// As given to `link_payment`: for an item that is missing.
    pub category_id: Option<u64>,
    /// As given to `link_payment`.
    #[serde(default)]
    pub fields: Stored,
    /// As given to `link_payment`: the deal then keeps its stage.
    #[serde(default)]
    pub partial: bool,
    /// What a dead payment does to its deal: `lose` (default) or `keep`.
    #[serde(default)]
    pub on_failure: OnFailure,
    /// Stages to take instead of the first of their meaning.
    #[serde(default)]
    pub stages: Stages,
    /// Registers the payment in the portal too. Only under a lock.
    pub register: Option<Register>,
    /// The caller holds its lock on this order: nobody else settles it at the same time.
    #[serde(default)]
    pub locked: bool,
    /// Test money counts: for a portal of tests. Else it moves nothing.
    #[serde(default)]
    pub accept_test: bool,
    /// How long to repeat what the portal was too busy for, in milliseconds; 30 s if not given.
    pub timeout_ms: Option<u64>,
}

/// What a dead payment does to its deal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It goes to its failure stage, unless another payment of it is live or paid.
    #[default]
    Lose,
    /// It stays where it is: the buyer may pay otherwise.
    Keep,
}

/// Stage ids; each must have the meaning that its name says.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stages {
    /// Of the deal.
    pub deal_success: Option<String>,
    /// Of the deal.
    pub deal_failure: Option<String>,
    /// Of the item.
    pub item_success: Option<String>,
    /// Of the item.
    pub item_failure: Option<String>,
}

/// Where the portal keeps the payment.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// `order`, `deal` or `pay_system`.
    pub way: Way,
    /// The portal's pay system.
    pub pay_system_id: u64,
    /// For `pay_system`: the portal's payment, from its CHECKOUT request.
    pub payment_id: Option<u64>,
}

/// The three ways in which a portal keeps payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// `sale.payment.add` on the deal's order, found again by `xmlId`.
    Order,
    /// `crm.item.payment.*` on the deal.
    Deal,
    /// `sale.paysystem.pay.payment` on a payment that is there.
    PaySystem,
}
