//! Everything that the installation remembers, and the one way to change an order.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use tokio::sync::mpsc::UnboundedSender;

use super::bindings::Binding;
use super::callbacks::{Delivery, compose};
use super::ecomm;
use super::fiscal::receipts;
use super::merchants::{self, Merchant};
use super::orders::{Order, State, Terms};
use super::refusals::Refusal;
use super::sbp::Sbp;
use super::signature::RsaPair;
use super::tasks::Task;
use super::templates::Templates;
use super::transitions::{DepositType, Event};
use crate::clock;
use crate::courier::Attempt;

/// Merchants and orders.
pub struct World {
    /// `http://127.0.0.1:PORT`.
    pub base_url: String,
    /// In the order in which they were added.
    pub merchants: Vec<Merchant>,
    /// By `mdOrder`, oldest first.
    pub orders: IndexMap<String, Order>,
    /// QR codes and subscriptions of the SBP.
    pub sbp: Sbp,
    /// Templates of static QR codes and of payment links.
    pub templates: Templates,
    /// Recurring tasks, oldest first.
    pub tasks: Vec<Task>,
    /// Applications for instalments: their ids and orders.
    pub applications: HashMap<String, String>,
    /// Stored cards by `bindingId`, oldest first.
    pub bindings: IndexMap<String, Binding>,
    /// Cards that pay without 3-D Secure: merchant and number.
    pub ssl_cards: HashSet<(String, String)>,
    /// Encrypted card data that has been used: it works once.
    pub tokens_seen: HashSet<String>,
    numbers: HashMap<(String, String), String>,
    pub(super) rsa: Arc<RsaPair>,
    pub(super) outbox: UnboundedSender<Delivery>,
    pub(super) retry_pause_ms: u64,
    /// No order is due before this moment, so that most sweeps look at nothing.
    next_due: i64,
}

impl World {
    /// An installation with its standing merchants and no orders.
    pub fn new(
        base_url: String,
        rsa: Arc<RsaPair>,
        outbox: UnboundedSender<Delivery>,
        retry_pause_ms: u64,
    ) -> Self {
        Self {
            base_url,
            merchants: merchants::standing(),
            orders: IndexMap::new(),
            sbp: Sbp::default(),
            templates: Templates::default(),
            tasks: Vec::new(),
            applications: HashMap::new(),
            bindings: IndexMap::new(),
            ssl_cards: HashSet::new(),
            tokens_seen: HashSet::new(),
            numbers: HashMap::new(),
            rsa,
            outbox,
            retry_pause_ms,
            next_due: i64::MAX,
        }
    }

    /// The gateway's own key pair.
    pub fn keys(&self) -> &RsaPair {
        &self.rsa
    }

    /// The merchant with this login.
    pub fn merchant(&self, user_name: &str) -> Option<&Merchant> {
        self.merchants.iter().find(|merchant| merchant.user_name == user_name)
    }

    /// `mdOrder` of a merchant's number.
    pub fn id_of(&self, merchant: &str, number: &str) -> Option<String> {
        self.numbers.get(&(merchant.to_owned(), number.to_owned())).cloned()
    }

    /// Registers an order whose number is free, and says its `mdOrder`.
    pub fn register(&mut self, terms: Terms) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let now = clock::now();
        self.numbers.insert((terms.merchant.clone(), terms.number.clone()), id.clone());
        let mut order = Order::new(id.clone(), terms, now);
        let what = if order.terms.two_phase { "registerPreAuth" } else { "register" };
        order.note(now, what);
        self.next_due = self.next_due.min(due_at(&order));
        self.orders.insert(id.clone(), order);
        id
    }

    /// Forgets every order and stored card; merchants stay.
    pub fn forget_orders(&mut self) {
        self.bindings.clear();
        self.ssl_cards.clear();
        self.orders.clear();
        self.numbers.clear();
        self.sbp.codes.clear();
        self.applications.clear();
    }

    /// Applies one transition, writes history, and sends the callbacks that follow from it.
    pub fn change(
        &mut self,
        id: &str,
        what: &str,
        act: impl FnOnce(&mut Order, i64) -> Result<Vec<Event>, Refusal>,
    ) -> Result<(), Refusal> {
        let now = clock::now();
        let order = self.orders.get_mut(id).ok_or_else(Refusal::unknown_order)?;
        let mut before = order.clone();
        let mut events = match act(order, now) {
            Ok(events) => events,
            Err(refusal) => {
                order.fiscal.chosen = before.fiscal.chosen;
                order.note(now, format!("{what}: refused, {}", refusal.text("en")));
                return Err(refusal);
            }
        };
        order.note(now, what);
        let merchant = self
            .merchants
            .iter()
            .find(|merchant| merchant.user_name == order.terms.merchant)
            .ok_or_else(Refusal::access_denied)?;
        receipts::follow(&before, order, &merchant.settings);
        events.extend(ecomm::follow(&before, order));
        if merchant.settings.status_lag > 0 {
            before.stale = None;
            order.stale = Some((Box::new(before), merchant.settings.status_lag));
        }
        // The Sber platform takes twice the time: 60 s where the form dialect waits 30.
        let usual = if order.ecomm.is_some() { 2 } else { 1 } * self.retry_pause_ms;
        let pause = merchant.retry_pause_ms.unwrap_or(usual);
        for event in &events {
            let Some(notification) = compose(order, event, merchant, &self.rsa, now) else {
                continue;
            };
            order.notifications.push(notification.clone());
            let delivery = Delivery {
                order_id: id.to_owned(),
                place: order.notifications.len().saturating_sub(1),
                notification,
                delay: Duration::from_millis(merchant.settings.callback_delay_ms),
                pause: Duration::from_millis(pause),
            };
            // The receiver ends only with the process.
            let _ = self.outbox.send(delivery);
        }
        self.store_card(id);
        Ok(())
    }

    /// The order as a status read shows it, which may lag behind.
    pub fn seen(&mut self, id: &str) -> Option<Order> {
        let order = self.orders.get_mut(id)?;
        match order.stale.take() {
            Some((old, reads)) if reads > 0 => {
                let shown = (*old).clone();
                order.stale = Some((old, reads.saturating_sub(1)));
                Some(shown)
            }
            _ => Some(order.clone()),
        }
    }

    /// Does what is due by the clock: time-outs, automatic completion and reversal.
    pub fn sweep(&mut self) {
        let now = clock::now();
        if now < self.next_due {
            return;
        }
        let mut due: Vec<(String, &str)> = Vec::new();
        for (id, order) in &self.orders {
            let passed = |moment: Option<i64>| moment.is_some_and(|moment| moment <= now);
            if order.state.is_open() && order.terms.expires_at <= now {
                due.push((id.clone(), "time-out"));
            } else if order.state == State::Approved && passed(order.terms.auto_completion) {
                due.push((id.clone(), "automatic completion"));
            } else if order.state == State::Approved && passed(order.terms.auto_reverse) {
                due.push((id.clone(), "automatic reversal"));
            }
        }
        for (id, what) in due {
            let done = self.change(&id, what, |order, now| match what {
                "time-out" => order.expire(),
                "automatic completion" => order.deposit(0, DepositType::Ordinary, now),
                _ => order.reverse(None, false, now),
            });
            if done.is_err()
                && let Some(order) = self.orders.get_mut(&id)
            {
                order.terms.auto_completion = None;
                order.terms.auto_reverse = None;
            }
        }
        self.next_due = self.orders.values().map(due_at).min().unwrap_or(i64::MAX);
    }

    /// Adds an attempt to its notification's record.
    pub fn record_attempt(&mut self, delivery: &Delivery, attempt: Attempt, delivered: bool) {
        let id = &delivery.order_id;
        let of_order = self.orders.get_mut(id).map(|order| &mut order.notifications);
        let of_card = self.bindings.get_mut(id).map(|binding| &mut binding.notifications);
        let Some(notification) = of_order.or(of_card).and_then(|all| all.get_mut(delivery.place))
        else {
            return;
        };
        notification.attempts.push(attempt);
        notification.delivered |= delivered;
    }
}

/// The earliest moment at which the clock may change an order.
fn due_at(order: &Order) -> i64 {
    let end = order.state.is_open().then_some(order.terms.expires_at);
    let held = order.state.is_open() || order.state == State::Approved;
    let planned = [order.terms.auto_completion, order.terms.auto_reverse];
    let planned = planned.into_iter().flatten().filter(|_| held);
    end.into_iter().chain(planned).min().unwrap_or(i64::MAX)
}
