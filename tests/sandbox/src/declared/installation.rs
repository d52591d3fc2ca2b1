//! Everything that the described gateways know: shops, orders, values handed out.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::asked::{Asked, Wrong};
use super::file::{items, pairs, text};
use super::orders::{Notification, Order};
use super::shops::Shop;
use super::switches::{Switches, When};
use super::{format, notify};
use crate::courier::Attempt;

/// The installation.
#[derive(Debug)]
pub struct Installation {
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    /// Pause between attempts of a notification.
    pub pause_ms: u64,
    /// Shops by id.
    pub shops: IndexMap<String, Shop>,
    /// Orders by the gateway's id.
    pub orders: IndexMap<String, Order>,
    /// Values of calls before others: `shop prev.step.value text`.
    pub issued: Vec<String>,
    count: u64,
}

/// Notifications to send: places in an order.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// The order.
    pub order: String,
    /// Places in its notifications.
    pub places: Vec<usize>,
    /// When they leave.
    pub when: When,
}

impl Installation {
    /// One without shops.
    pub fn new(origin: &str, pause_ms: u64) -> Self {
        Self {
            origin: origin.to_owned(),
            pause_ms,
            shops: IndexMap::new(),
            orders: IndexMap::new(),
            issued: Vec::new(),
            count: 0,
        }
    }

    /// The shop of an order.
    pub fn shop_of(&self, id: &str) -> Option<&Shop> {
        self.shops.get(&self.orders.get(id)?.shop)
    }

    /// Secrets of all shops, for what may not be shown.
    pub fn secrets(&self) -> Vec<String> {
        let all = self.shops.values().flat_map(|shop| shop.secrets.values());
        all.filter(|secret| secret.len() > 3).cloned().collect()
    }

    /// The order that a request names.
    pub fn named(&self, shop: &Shop, asked: &Asked) -> Result<String, Wrong> {
        let by = |name: &str| asked.values.get(name);
        let fits = |order: &&Order| {
            let id = by("payment.id")
                .is_none_or(|id| *id == order.id || (shop.by_form() && *id == order.number));
            let number = by("order.id").is_none_or(|number| *number == order.number);
            order.shop == shop.id && id && number
        };
        if by("payment.id").is_none() && by("order.id").is_none() {
            return Err(Wrong::new(9, "bad_request", "the request names no payment"));
        }
        let found = self.orders.values().rev().find(fits).map(|order| order.id.clone());
        found.ok_or_else(|| Wrong::new(9, "order_not_found", "there is no such payment"))
    }

    /// Makes an order, or finds the one that a repeat means.
    pub fn create(&mut self, shop: &Shop, asked: Asked) -> Result<String, Wrong> {
        let refused = |reason, says: &str| Err(Wrong::new(9, reason, says));
        let value = |name: &str| asked.values.get(name).cloned();
        let Some(number) = value("order.id") else {
            return refused("bad_request", "there is no order number");
        };
        let Some(amount) = value("order.amount") else {
            return refused("bad_request", "there is no amount");
        };
        let currency = value("order.currency").unwrap_or_else(|| shop.currency.clone());
        let Some(amount) = format::amount(&amount, format::digits_of(&currency)) else {
            return refused("bad_request", "the amount has too many digits");
        };
        let rules = shop.descriptor.get("order").cloned().unwrap_or_default();
        let pattern =
            text(&rules, "number").and_then(|pattern| regex_lite::Regex::new(pattern).ok());
        if pattern.is_some_and(|pattern| !pattern.is_match(&number)) {
            return refused("bad_request", "the order number does not look like one");
        }
        let pattern =
            text(&rules, "description").and_then(|text| regex_lite::Regex::new(text).ok());
        let told = value("order.description").filter(|told| !told.is_empty());
        if pattern.zip(told).is_some_and(|(pattern, told)| !pattern.is_match(&told)) {
            return refused("bad_request", "the description does not look like one");
        }
        let listed = items(&rules, "currencies");
        let takes = |one: &Value| {
            one.as_str().and_then(|one| shop.filled(one)).as_deref() == Some(currency.as_str())
        };
        if !listed.is_empty() && !listed.iter().any(takes) {
            return refused("bad_request", "the currency is not taken");
        }
        let mut known = self.orders.values().rev().filter(|order| order.shop == shop.id);
        let used = match &asked.key {
            Some(key) => known.find(|order| order.key.as_ref() == Some(key)),
            None => known.find(|order| order.number == number),
        };
        if let Some(order) = used {
            let default = if shop.by_form() { "same" } else { "refuse" };
            let rule = match asked.key {
                Some(_) => "same",
                None => shop.switches.used_number.as_deref().unwrap_or(default),
            };
            // A form may be signed again with another time: what must not change are number and money.
            let same = match &asked.key {
                Some(_) => order.sent == asked.sent,
                None => order.amount == amount && order.currency == currency,
            };
            match rule {
                "same" if same => return Ok(order.id.clone()),
                "new" => {}
                _ => return refused("duplicate_order", "the number was used before"),
            }
        }
        self.count += 1;
        let id = format!("7{:09}", self.count);
        let page = format!("{}/declared/{}/pay/{id}", self.origin, shop.page_host());
        let zero = format::of_minor("0", format::digits_of(&currency)).unwrap_or_default();
        let mut order = Order {
            id: id.clone(),
            shop: shop.id.clone(),
            gateway: shop.gateway().to_owned(),
            number,
            amount,
            currency,
            captured: zero.clone(),
            refunded: zero,
            status: "created".to_owned(),
            told: asked.values,
            extra: asked.extra,
            sent: asked.sent,
            key: asked.key,
            refunds: IndexMap::new(),
            page,
            history: Vec::new(),
            notifications: Vec::new(),
        };
        order.note("created");
        self.orders.insert(id.clone(), order);
        Ok(id)
    }

    /// Where a refused try leads: the payment is dead where the gateway has a word for that.
    pub fn fail_to(shop: &Shop) -> &'static str {
        if shop.tells("declined") || !shop.tells("failed") { "declined" } else { "failed" }
    }

    /// Takes a step with an order and writes what is to be told of it.
    pub fn act(
        &mut self,
        id: &str,
        act: &str,
        amount: Option<&str>,
        switches: &Switches,
    ) -> Result<Due, String> {
        let mut shop = self.shop_of(id).ok_or("there is no such order")?.clone();
        shop.switches = switches.clone();
        let order = self.orders.get_mut(id).ok_or("there is no such order")?;
        order.act(act, amount, Self::fail_to(&shop))?;
        let status = order.status.clone();
        let mut told = vec![status.clone()];
        if let Some(twin) = switches.twin.clone().filter(|_| status == "paid") {
            told.insert(if switches.twin_last { 1 } else { 0 }, twin);
        }
        let mut due = Due { order: id.to_owned(), places: Vec::new(), when: switches.notify };
        for status in told {
            due.places.extend(self.write(id, &shop, &status)?);
        }
        if switches.notify == When::Never {
            due.places.clear();
        }
        Ok(due)
    }

    /// Writes the notifications of a status into the order.
    pub fn write(&mut self, id: &str, shop: &Shop, status: &str) -> Result<Vec<usize>, String> {
        let order = self.orders.get_mut(id).ok_or("there is no such order")?;
        let near = match status {
            "failed" => Some("declined"),
            "declined" => Some("failed"),
            // What changed is asked for by the status call.
            "refunded" | "partially_refunded" | "cancelled" => Some("unknown"),
            _ => None,
        };
        let mut composed = None;
        for status in std::iter::once(status).chain(near) {
            composed = match notify::compose(shop, order, status, order.notifications.len() + 1) {
                Ok(composed) => composed,
                Err(why) => {
                    order.note(format!("no notification: {why}"));
                    None
                }
            };
            if composed.is_some() {
                break;
            }
        }
        let Some(notification) = composed else { return Ok(Vec::new()) };
        let first = order.notifications.len();
        for _ in 0..shop.switches.times.clamp(1, 20) {
            order.notifications.push(notification.clone());
        }
        Ok((first..order.notifications.len()).collect())
    }

    /// A notification of an order.
    pub fn notification(&self, id: &str, place: usize) -> Option<Notification> {
        self.orders.get(id)?.notifications.get(place).cloned()
    }

    /// Notes an attempt.
    pub fn attempted(&mut self, id: &str, place: usize, attempt: Attempt, delivered: bool) {
        let order = self.orders.get_mut(id);
        if let Some(sent) = order.and_then(|order| order.notifications.get_mut(place)) {
            sent.attempts.push(attempt);
            sent.delivered |= delivered;
        }
    }

    /// Gives money back, once for each id.
    pub fn refund(&mut self, id: &str, asked: &Asked, switches: &Switches) -> Result<Due, Wrong> {
        let wrong = |says: String| {
            let reason = if says.starts_with("amount") { "amount_exceeded" } else { "wrong_state" };
            Wrong::new(9, reason, says)
        };
        let amount = asked.values.get("refund.amount").cloned();
        if let Some(refund) = asked.values.get("refund.id") {
            let order = self.orders.get_mut(id);
            let order = order.ok_or_else(|| wrong("there is no such order".to_owned()))?;
            let wanted = amount.clone().unwrap_or_default();
            match order.refunds.get(refund) {
                Some(known) if *known == wanted => return Ok(Due::default()),
                Some(_) => return Err(wrong("the refund's id was used".to_owned())),
                None => drop(order.refunds.insert(refund.clone(), wanted)),
            }
        }
        let done = self.act(id, "refund", amount.as_deref(), switches);
        if done.is_err()
            && let (Some(order), Some(refund)) =
                (self.orders.get_mut(id), asked.values.get("refund.id"))
        {
            order.refunds.shift_remove(refund);
        }
        done.map_err(wrong)
    }

    /// Hands out the values of a call before another.
    pub fn issue(&mut self, shop: &Shop, step: &str, table: &Value) -> IndexMap<String, String> {
        let mut values = IndexMap::new();
        for (name, _) in pairs(table, "values") {
            let value = uuid::Uuid::new_v4().simple().to_string();
            self.issued.push(format!("{} prev.{step}.{name} {value}", shop.id));
            values.insert(name.to_owned(), value);
        }
        values
    }

    /// Whether the values of calls before this one were handed out.
    pub fn was_issued(&self, shop: &Shop, asked: &Asked) -> Result<(), Wrong> {
        for (name, value) in &asked.values {
            let line = format!("{} {name} {value}", shop.id);
            if name.starts_with("prev.") && !self.issued.contains(&line) {
                return Err(Wrong::new(
                    9,
                    "authentication_failed",
                    format!("{name} was not handed out"),
                ));
            }
        }
        Ok(())
    }
}

/// Changes of switches as they are given.
pub type Changes = Map<String, Value>;
