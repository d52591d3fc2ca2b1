//! Recurring tasks (`/recurrent/v1`): payments by a schedule that the gateway keeps
//! (the gateway's documents).

pub mod calls;
mod dates;
pub mod payment;
mod request;
mod schedule;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::orders::CardEntry;
use dates::written;
use schedule::Schedule;

/// `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Nothing was paid yet.
    Created,
    /// Paid at least once, or activated by hand.
    Active,
    /// The last payment failed; it is tried again after an activation.
    Failed,
    /// Nothing is left to pay.
    Completed,
    /// Stopped by hand.
    Terminated,
    /// Its time ended and nothing was paid.
    Expired,
}

impl TaskState {
    /// As the gateway writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Active => "ACTIVE",
            Self::Failed => "FAILED",
            Self::Completed => "COMPLETED",
            Self::Terminated => "TERMINATED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// What a task charges.
#[derive(Clone, Debug)]
pub enum Means {
    /// `bindingId`.
    Binding(String),
    /// A card as it was sent.
    Card(CardEntry),
}

/// One try to pay.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its own id.
    pub uuid: String,
    /// Id of the payment, the same for every try.
    pub payment_uuid: String,
    /// Whether the money came.
    pub succeeded: bool,
    /// Unix milliseconds.
    pub at: i64,
    /// `mdOrder`.
    pub order_id: String,
    /// Number that the gateway made up.
    pub order_number: String,
}

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// The gateway's id.
    pub uuid: String,
    /// The merchant's id.
    pub merchant_uuid: String,
    /// Login of its merchant.
    pub merchant: String,
    /// Unix milliseconds.
    pub created: i64,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 numeric.
    pub currency: String,
    /// What is charged.
    pub means: Means,
    /// Shop's customer.
    pub client_id: Option<String>,
    /// `params`: they become the orders' `jsonParams`.
    pub params: Map<String, Value>,
    /// `attributes`, kept as they were sent.
    pub attributes: Map<String, Value>,
    /// When.
    pub schedule: Schedule,
    /// Where it stands.
    pub state: TaskState,
    /// Number of the next payment, from 1.
    pub next_number: u32,
    /// Id of the next payment.
    pub next_uuid: String,
    /// Numbers of payments that will not be made.
    pub skipped: BTreeSet<u32>,
    /// Every try.
    pub attempts: Vec<Attempt>,
    /// Unix milliseconds.
    pub last_payment: Option<i64>,
}

impl Task {
    /// When the next payment is due; none when there will be none.
    pub fn next_payment(&self) -> Option<i64> {
        use TaskState::{Active, Created, Failed};
        matches!(self.state, Created | Active | Failed)
            .then(|| self.schedule.moment(self.next_number))
            .flatten()
    }

    /// Goes past what is skipped; a task without a next payment is over.
    pub fn settle(&mut self) {
        while self.skipped.contains(&self.next_number) {
            self.next_number = self.next_number.saturating_add(1);
        }
        if matches!(self.state, TaskState::Created | TaskState::Active | TaskState::Failed)
            && self.schedule.moment(self.next_number).is_none()
        {
            self.state = TaskState::Completed;
        }
    }

    /// What the clock did: after its last day a task is over.
    pub fn pass(&mut self, now: i64) {
        use TaskState::{Active, Completed, Created, Expired, Failed};
        if matches!(self.state, Created | Active | Failed) && self.schedule.till < now {
            self.state = if self.last_payment.is_some() { Completed } else { Expired };
        }
    }

    /// As most replies show it.
    pub fn brief(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("taskUuid".into(), json!(self.uuid));
        shown.insert("merchantTaskUuid".into(), json!(self.merchant_uuid));
        shown.insert("merchantLogin".into(), json!(self.merchant));
        shown.insert("created".into(), json!(written(self.created)));
        if let Some(next) = self.next_payment() {
            shown.insert("nextPaymentDate".into(), json!(written(next)));
        }
        shown.insert("state".into(), json!(self.state.name()));
        shown
    }

    /// With every try, as task/get shows it.
    pub fn whole(&self) -> Map<String, Value> {
        let mut shown = self.brief();
        shown.insert("amount".into(), json!(self.amount));
        shown.insert("currency".into(), json!(self.currency));
        if let Some(last) = self.last_payment {
            shown.insert("lastPaymentDate".into(), json!(written(last)));
        }
        shown.insert("params".into(), json!(self.params));
        shown.insert("attributes".into(), json!(self.attributes));
        let tries = self.attempts.iter().map(|attempt| {
            json!({
                "paymentAttemptUuid": attempt.uuid,
                "paymentUuid": attempt.payment_uuid,
                "state": if attempt.succeeded { "SUCCESS" } else { "FAILED" },
                "executed": written(attempt.at),
                "technicalAttempt": false,
                "orderId": attempt.order_id,
                "orderNumber": attempt.order_number,
            })
        });
        shown.insert("attemptsHistory".into(), tries.collect());
        shown
    }
}
