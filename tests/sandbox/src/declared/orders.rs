//! Orders: what was asked for, where the money stands, and what was told.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::format;
use crate::clock;
use crate::courier::Attempt;

/// A step of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// RFC 3339.
    pub at: String,
    /// What happened.
    pub event: String,
    /// Where it stands since.
    pub status: String,
}

/// A notification and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Notification {
    /// The status that it tells, a word of the format.
    pub status: String,
    /// Which of the descriptor's kinds it is.
    pub kind: usize,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The shop's address, its query included.
    pub url: String,
    /// Label of the body.
    pub content_type: String,
    /// Headers beside it.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The fields as they were signed.
    #[serde(skip)]
    pub fields: Map<String, Value>,
    /// Whether the shop answered as it must.
    pub delivered: bool,
    /// Every attempt.
    pub attempts: Vec<Attempt>,
}

/// An order.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// The gateway's id.
    pub id: String,
    /// The shop.
    pub shop: String,
    /// The gateway.
    pub gateway: String,
    /// The shop's number.
    pub number: String,
    /// What the buyer is asked for, with its currency's digits.
    pub amount: String,
    /// Letters.
    pub currency: String,
    /// What was taken.
    pub captured: String,
    /// What went back.
    pub refunded: String,
    /// A word of the format.
    pub status: String,
    /// Everything that the request told, by the names of templates.
    pub told: IndexMap<String, String>,
    /// Fields of the caller's own.
    pub extra: Map<String, Value>,
    /// What a repeat must equal.
    #[serde(skip)]
    pub sent: Value,
    /// The idempotency key.
    pub key: Option<String>,
    /// Refunds by their ids.
    pub refunds: IndexMap<String, String>,
    /// Where the buyer pays.
    pub page: String,
    /// What happened.
    pub history: Vec<Line>,
    /// What was sent.
    pub notifications: Vec<Notification>,
}

impl Order {
    /// What the request told under the name of a template's value.
    pub fn told(&self, name: &str) -> Option<&str> {
        self.told.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Whether the buyer may still pay.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "created" | "pending" | "failed")
    }

    /// Notes a step.
    pub fn note(&mut self, event: impl Into<String>) {
        let line = Line {
            at: clock::rfc3339(clock::now()),
            event: event.into(),
            status: self.status.clone(),
        };
        self.history.push(line);
    }

    fn minor(&self, text: &str) -> i128 {
        format::minor(text).parse().unwrap_or(0)
    }

    fn decimal(&self, minor: i128) -> String {
        let digits = format::digits_of(&self.currency);
        format::of_minor(&minor.to_string(), digits).unwrap_or_default()
    }

    /// Takes a step; `told_fail` is where a refused try leads at this gateway.
    pub fn act(&mut self, act: &str, amount: Option<&str>, fail_to: &str) -> Result<(), String> {
        let status = self.status.clone();
        let wrong = || format!("{act}: the order is {status}");
        let to = match (act, status.as_str()) {
            ("pay", "created" | "pending" | "failed")
                if self.told("order.hold") == Some("true") =>
            {
                "authorized"
            }
            ("pay", "created" | "pending" | "failed") | ("capture" | "pay", "authorized") => "paid",
            ("hold", "created" | "pending" | "failed") => "authorized",
            ("pending", "created" | "failed") => "pending",
            ("fail", "created" | "pending" | "failed") => fail_to,
            ("cancel", "created" | "pending" | "failed" | "authorized") => "cancelled",
            ("expire", "created" | "pending" | "failed") => "expired",
            ("dispute", "paid" | "partially_refunded") => "disputed",
            ("refund", "paid" | "partially_refunded") => {
                let left = self.minor(&self.captured) - self.minor(&self.refunded);
                let wanted = match amount {
                    Some(text) => format::amount(text, format::digits_of(&self.currency))
                        .map(|text| self.minor(&text))
                        .ok_or_else(|| format!("amount: {text:?} is not one"))?,
                    None => left,
                };
                if wanted <= 0 || wanted > left {
                    return Err("amount: more than is there".to_owned());
                }
                self.refunded = self.decimal(self.minor(&self.refunded) + wanted);
                if wanted == left { "refunded" } else { "partially_refunded" }
            }
            _ => return Err(wrong()),
        };
        if to == "paid" {
            self.captured = self.amount.clone();
        }
        self.status = to.to_owned();
        self.note(act);
        Ok(())
    }
}
