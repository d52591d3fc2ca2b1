//! Stored cards, the gateway's "bindings" (the gateway's documents): how they come to be,
//! and who is told.

use std::time::Duration;

use serde::Serialize;

use super::callbacks::{self, Delivery, Notification};
use super::orders::{CardEntry, Order, State};
use super::refusals::Refusal;
use super::world::World;
use crate::clock;

/// A card that a merchant may charge without knowing its number.
#[derive(Clone, Debug, Serialize)]
pub struct Binding {
    /// `bindingId`.
    pub id: String,
    /// Login of its merchant.
    pub merchant: String,
    /// The shop's customer.
    pub client_id: String,
    /// `paymentWay` of the payment that stored it.
    pub way: &'static str,
    /// COMMON, RECURRENT, INSTALLMENT.
    pub category: &'static str,
    /// Number, expiry and name.
    #[serde(skip)]
    pub card: CardEntry,
    /// `555555**5599`.
    pub masked_pan: String,
    /// `YYYYMM`.
    pub expiry: String,
    /// Whether it may be paid with.
    pub active: bool,
    /// Payments with it are refused with this action code.
    pub decline_with: Option<i64>,
    /// Every callback about it.
    pub notifications: Vec<Notification>,
}

impl Binding {
    /// Whether the card's last month is over.
    pub fn expired(&self, now: i64) -> bool {
        let month: String =
            clock::rfc3339(now).chars().filter(char::is_ascii_digit).take(6).collect();
        self.expiry < month
    }

    /// Whether the number stands for a device's token: it is never shown.
    pub fn tokenised(&self) -> bool {
        !matches!(self.way, "CARD" | "CARD_MOTO" | "FILE_BINDING" | "GOOGLE_PAY_CARD")
    }

    /// Letter of the category in requests.
    pub fn letter(&self) -> &'static str {
        match self.category {
            "RECURRENT" => "R",
            "INSTALLMENT" => "I",
            _ => "C",
        }
    }
}

/// COMMON unless the payment said that its card is stored for instalments or for recurrent payments.
fn category(order: &Order) -> &'static str {
    let named = |name: &str| order.terms.json_params.iter().any(|(known, _)| known == name);
    match order.tii.as_deref() {
        Some("RI") => "RECURRENT",
        Some("II") => "INSTALLMENT",
        _ if named("installments") => "INSTALLMENT",
        _ if named("recurringFrequency") => "RECURRENT",
        _ => "COMMON",
    }
}

/// Whether a finished payment stores its card.
fn stores(order: &Order) -> bool {
    let paid = match order.state {
        State::Approved | State::Deposited => true,
        State::Reversed => order.has_feature("VERIFY"),
        _ => false,
    };
    let wanted = order.wants_storing
        || order.has_feature("FORCE_CREATE_BINDING")
        || order.has_feature("VERIFY");
    paid && wanted && order.stored.is_none() && !order.has_feature("BINDING_NOT_NEEDED")
}

impl World {
    /// Stores the card of a payment that has just succeeded, when buyer or merchant wanted that.
    pub fn store_card(&mut self, order_id: &str) {
        if let Some(order) = self.orders.get_mut(order_id)
            && order.stored.is_none()
            && order.card.is_some()
        {
            order.stored.clone_from(&order.terms.binding_id);
        }
        let Some(order) = self.orders.get(order_id).filter(|order| stores(order)) else {
            return;
        };
        let (Some(client), Some(card)) = (order.terms.client_id.clone(), order.card.clone()) else {
            return;
        };
        let merchant = order.terms.merchant.clone();
        // The Sber platform calls back for cards of SberPay alone.
        let silent = order.ecomm.is_some();
        let known = self.bindings.values().find(|binding| {
            binding.merchant == merchant
                && binding.client_id == client
                && binding.card.pan == card.pan
                && binding.expiry == card.expiration
                && binding.active
        });
        let id = match known {
            Some(binding) => binding.id.clone(),
            None => {
                let (way, category) = (order.way, category(order));
                let id = self.add_binding(&merchant, &client, card, way, category);
                if !silent {
                    self.tell(&id, Some("bindingCreated"));
                }
                id
            }
        };
        if let Some(order) = self.orders.get_mut(order_id) {
            order.stored = Some(id);
        }
    }

    /// A stored card that is active, and its id.
    pub fn add_binding(
        &mut self,
        merchant: &str,
        client_id: &str,
        card: CardEntry,
        way: &'static str,
        category: &'static str,
    ) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let binding = Binding {
            id: id.clone(),
            merchant: merchant.to_owned(),
            client_id: client_id.to_owned(),
            way,
            category,
            masked_pan: super::cards::masked(&card.pan),
            expiry: card.expiration.clone(),
            card,
            active: true,
            decline_with: None,
            notifications: Vec::new(),
        };
        self.bindings.insert(id.clone(), binding);
        id
    }

    /// The merchant's stored card with this id.
    pub fn binding(&self, merchant: &str, id: &str) -> Result<&Binding, Refusal> {
        let found = self.bindings.get(id).filter(|binding| binding.merchant == merchant);
        found.ok_or_else(Refusal::no_binding)
    }

    /// One that may be paid with now.
    pub fn usable_binding(&self, merchant: &str, id: &str) -> Result<&Binding, Refusal> {
        let binding = self.binding(merchant, id)?;
        let usable = binding.active && !binding.expired(clock::now());
        if usable { Ok(binding) } else { Err(Refusal::no_binding()) }
    }

    /// Sends a callback about a stored card, always to the merchant's own URL.
    pub fn tell(&mut self, binding_id: &str, operation: Option<&str>) {
        let Some(binding) = self.bindings.get_mut(binding_id) else {
            return;
        };
        let merchants = &self.merchants;
        let Some(merchant) = merchants.iter().find(|known| known.user_name == binding.merchant)
        else {
            return;
        };
        let composed = callbacks::compose_binding(binding, operation, merchant, &self.rsa);
        let Some(notification) = composed else {
            return;
        };
        binding.notifications.push(notification.clone());
        let delivery = Delivery {
            order_id: binding_id.to_owned(),
            place: binding.notifications.len().saturating_sub(1),
            notification,
            delay: Duration::from_millis(merchant.settings.callback_delay_ms),
            pause: Duration::from_millis(merchant.retry_pause_ms.unwrap_or(self.retry_pause_ms)),
        };
        // The receiver ends only with the process.
        let _ = self.outbox.send(delivery);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbs::orders::Terms;

    #[test]
    fn only_paid_and_agreed_cards_are_stored() {
        let terms = Terms { client_id: Some("7".into()), ..Terms::default() };
        let mut order = Order::new("id".into(), terms, 0);
        order.wants_storing = true;
        assert!(!stores(&order));
        order.state = State::Deposited;
        assert!(stores(&order));
        order.wants_storing = false;
        assert!(!stores(&order));
        order.terms.features = vec!["FORCE_CREATE_BINDING".into()];
        assert!(stores(&order));
        order.state = State::Reversed;
        assert!(!stores(&order));
        order.terms.features = vec!["VERIFY".into()];
        assert!(stores(&order));
        order.terms.features.push("BINDING_NOT_NEEDED".into());
        assert!(!stores(&order));
    }

    #[test]
    fn categories_follow_the_first_payment() {
        let mut order = Order::new("id".into(), Terms::default(), 0);
        assert_eq!(category(&order), "COMMON");
        order.terms.json_params = vec![("recurringFrequency".into(), "28".into())];
        assert_eq!(category(&order), "RECURRENT");
        order.tii = Some("II".into());
        assert_eq!(category(&order), "INSTALLMENT");
    }
}
