//! Everything that the gateway remembers, and the one way to change an invoice.

use std::collections::HashMap;
use std::time::Duration;

use indexmap::IndexMap;
use tokio::sync::mpsc::UnboundedSender;

use super::eshops::{self, Eshop};
use super::invoices::{Invoice, State, Terms};
use super::p2p::Transfer;
use super::personal::payouts::Payout;
use super::personal::schedules::Schedule;
use super::reply::Refusal;
use super::transitions::{Change, Event, HoldEnd};
use super::webhooks::{Delivery, compose};
use crate::clock;
use crate::courier::Attempt;

/// Shops, invoices, payouts.
pub struct Installation {
    /// `http://127.0.0.1:PORT/intellectmoney`.
    pub base_url: String,
    /// In the order in which they were added.
    pub eshops: Vec<Eshop>,
    /// By number, oldest first.
    pub invoices: IndexMap<String, Invoice>,
    /// Logins and ends of life by `UserToken`.
    pub user_tokens: HashMap<String, (String, i64)>,
    /// By id, oldest first.
    pub payouts: IndexMap<String, Payout>,
    /// Scheduled charges by id, oldest first.
    pub schedules: IndexMap<String, Schedule>,
    /// P2P transfers by form and order, oldest first.
    pub transfers: IndexMap<(String, String), Transfer>,
    outbox: UnboundedSender<Delivery>,
    retry_pause_ms: u64,
}

impl Installation {
    /// One with its standing shops and no invoices.
    pub fn new(origin: &str, outbox: UnboundedSender<Delivery>, retry_pause_ms: u64) -> Self {
        Self {
            base_url: format!("{origin}/intellectmoney"),
            eshops: eshops::standing(),
            invoices: IndexMap::new(),
            user_tokens: HashMap::new(),
            payouts: IndexMap::new(),
            schedules: IndexMap::new(),
            transfers: IndexMap::new(),
            outbox,
            retry_pause_ms,
        }
    }

    /// The shop with this number.
    pub fn eshop(&self, id: &str) -> Option<&Eshop> {
        self.eshops.iter().find(|eshop| eshop.eshop_id == id)
    }

    /// A shop's invoice by its number.
    pub fn invoice(&self, eshop: &str, id: &str) -> Option<&Invoice> {
        self.invoices.get(id).filter(|invoice| invoice.terms.eshop_id == eshop)
    }

    /// A shop's newest invoice by the shop's own number.
    pub fn by_order(&self, eshop: &str, order: &str) -> Option<&Invoice> {
        self.invoices
            .values()
            .rfind(|invoice| invoice.terms.eshop_id == eshop && invoice.terms.order_id == order)
    }

    /// The invoice whose buyer's page has this name.
    pub fn by_page(&self, token: &str) -> Option<&Invoice> {
        self.invoices
            .values()
            .find(|invoice| invoice.payment.as_ref().is_some_and(|payment| payment.token == token))
    }

    /// Creates an invoice and tells the shop.
    pub fn create(&mut self, terms: Terms) -> String {
        let id = loop {
            let id = format!("3{}", clock::digits(9));
            if !self.invoices.contains_key(&id) {
                break id;
            }
        };
        self.invoices.insert(id.clone(), Invoice::new(id.clone(), terms, clock::now()));
        // The invoice was put there a line above.
        let _ = self.change(&id, "created", |_, _| {
            Ok(vec![Event { status: State::Created.number(), refund: None }])
        });
        id
    }

    /// Applies one transition, writes history, and sends the webhooks that follow from it.
    pub fn change(
        &mut self,
        id: &str,
        what: &str,
        act: impl FnOnce(&mut Invoice, i64) -> Change,
    ) -> Result<(), Refusal> {
        let now = clock::now();
        let invoice = self.invoices.get_mut(id).ok_or_else(|| Refusal::not_found("InvoiceId"))?;
        let events = act(invoice, now).inspect_err(|refusal| {
            invoice.note(now, format!("{what}: refused, {}", refusal.text));
        })?;
        invoice.note(now, what);
        invoice.changed_at = now;
        let eshop = self.eshops.iter().find(|eshop| eshop.eshop_id == invoice.terms.eshop_id);
        let eshop = eshop.ok_or_else(|| Refusal::not_found("EshopId"))?;
        for event in &events {
            let Some(notification) = compose(invoice, event, eshop, now) else {
                continue;
            };
            invoice.notifications.push(notification.clone());
            let pause = eshop.retry_pause_ms.unwrap_or(self.retry_pause_ms);
            let delivery = Delivery {
                invoice: id.to_owned(),
                place: invoice.notifications.len().saturating_sub(1),
                notification,
                attempts: eshop.settings.webhook_attempts,
                delay: Duration::from_millis(eshop.settings.webhook_delay_ms),
                pause: Duration::from_millis(pause),
            };
            // The receiver ends only with the process.
            let _ = self.outbox.send(delivery);
        }
        Ok(())
    }

    /// Does what is due by the clock: invoices expire, holds end.
    pub fn sweep(&mut self) {
        let now = clock::now();
        let due: Vec<String> = self
            .invoices
            .values()
            .filter(|invoice| is_due(invoice, now))
            .map(|due| due.id.clone())
            .collect();
        for id in due {
            let Some(invoice) = self.invoices.get(&id) else { continue };
            // What is due is allowed; a refusal would stand in the invoice's history.
            let _ = if invoice.state == State::Held {
                let eshop = self.eshop(&invoice.terms.eshop_id);
                let end = eshop.map_or(HoldEnd::Stays, |eshop| eshop.settings.hold_end);
                self.change(&id, "the hold's time is over", |invoice, now| {
                    invoice.end_hold(end, now)
                })
            } else {
                self.change(&id, "expired", |invoice, _| invoice.cancel())
            };
        }
    }

    /// Forgets everything but the shops.
    pub fn forget(&mut self) {
        self.invoices.clear();
        self.payouts.clear();
        self.schedules.clear();
        self.transfers.clear();
    }

    /// Adds an attempt to its notification's record.
    pub fn record_attempt(&mut self, id: &str, place: usize, attempt: Attempt, delivered: bool) {
        let invoice = self.invoices.get_mut(id);
        if let Some(sent) = invoice.and_then(|invoice| invoice.notifications.get_mut(place)) {
            sent.attempts.push(attempt);
            sent.delivered |= delivered;
        }
    }
}

fn is_due(invoice: &Invoice, now: i64) -> bool {
    match (invoice.state, invoice.held_at, invoice.terms.hold_hours) {
        (State::Created, _, _) => invoice.terms.expires_at <= now,
        (State::Held, Some(since), Some(hours)) => {
            since.saturating_add(hours.saturating_mul(3_600_000)) <= now
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[test]
    fn invoices_expire_and_holds_end_by_the_clock() {
        let (sender, mut outbox) = mpsc::unbounded_channel();
        let mut installation = Installation::new("http://127.0.0.1:1", sender, 1);
        let base = Terms {
            eshop_id: "450001".into(),
            amount: 1000,
            result_url: Some("http://127.0.0.1:1/".into()),
            hold: true,
            hold_hours: Some(0),
            ..Terms::default()
        };
        let alive = installation.create(Terms { expires_at: i64::MAX, ..base.clone() });
        let held = installation.create(Terms { expires_at: i64::MAX, ..base.clone() });
        let over = installation.create(base);
        installation.change(&held, "paid", |invoice, now| invoice.pay(None, now)).unwrap();
        if let Some(eshop) = installation.eshops.first_mut() {
            eshop.settings.hold_end = HoldEnd::Captured;
        }
        installation.sweep();
        let states = [&alive, &held, &over].map(|id| installation.invoices[id].state.number());
        assert_eq!(states, [3, 5, 4]);
        let mut told = Vec::new();
        while let Ok(delivery) = outbox.try_recv() {
            told.push((delivery.invoice, delivery.notification.status));
        }
        assert_eq!(told.len(), 6);
        assert!(told.contains(&(held, 5)) && told.contains(&(over, 4)));
        // Once is enough.
        installation.sweep();
        assert!(outbox.try_recv().is_err());
    }
}
