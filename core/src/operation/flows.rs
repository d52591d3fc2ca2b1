//! What the flows are asked: to wait, to confirm, to settle.

use std::time::Duration;

use serde::Deserialize;

use super::{Before, ChargeSavedCard, CreatePayment, Notified, ParseNotification};
use crate::clock::{self, Time};
use crate::error::Error;
use crate::expect::Expect;

/// Polls until a payment is settled; at the deadline the last payment, with `final: false`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// The gateway's id, as stored.
    pub id: String,
    /// `settled` (default) or `authorized`.
    #[serde(default)]
    pub until: Until,
    /// How long to wait at the most, in milliseconds.
    pub timeout_ms: u64,
    /// The pause between two looks, in milliseconds; growing ones of 1 to 15 s if not given.
    pub pause_ms: Option<u64>,
    /// What was registered; required.
    pub expect: Expect,
}

/// Pays a registered payment in instalments: begins it at the lender, and waits for the lender's page
/// or for its decision. Resumable after a restart from `id` alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalments {
    /// The gateway's id: what `create_payment` with the method `instalments` gave.
    pub id: String,
    /// How far it got, as stored before the last call; `begun` never begins it again.
    #[serde(default)]
    pub stage: Stage,
    /// What to wait for: `link` (default) or `decision`.
    #[serde(default)]
    pub until: Milestone,
    /// Where the lender sends the buyer back to; required where `link` may have to begin it.
    pub return_url: Option<String>,
    /// The same after a refusal; `return_url` if not given.
    pub fail_url: Option<String>,
    /// What was registered; required.
    pub expect: Expect,
    /// How long to wait at the most, in milliseconds.
    pub timeout_ms: u64,
    /// The pause between two looks, in milliseconds; growing ones of 1 to 15 s if not given.
    pub pause_ms: Option<u64>,
    /// How long a payment may look as if it was never begun before it is taken at its word, in
    /// milliseconds; 30 s if not given. In the stage `beginning` it is begun again then; after a
    /// refusal to begin, which another worker's call may have caused, the refusal is told then.
    pub init_grace_ms: Option<u64>,
}

/// How far a payment in instalments got. Store the stage before the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The invoice is there, and nobody ever called this: it is begun at once.
    Invoice,
    /// A call may have begun it: the state is asked first, and it is begun only if it looks
    /// untouched for `init_grace_ms`.
    #[default]
    Beginning,
    /// It was begun: never again.
    Begun,
}

impl Stage {
    /// The word, as it is given and handed back.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Invoice => "invoice",
            Stage::Beginning => "beginning",
            Stage::Begun => "begun",
        }
    }
}

/// What `instalments` waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// The lender's page, to which the buyer is sent.
    #[default]
    Link,
    /// The lender's decision.
    Decision,
}

/// What `wait` waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// Nothing more will happen by itself.
    #[default]
    Settled,
    /// A hold is enough.
    Authorized,
}

/// The one thing to call when a notification or a buyer arrives: asks for the stored id and holds
/// the answer against the expectation. An id from the buyer's return has no place here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The gateway's id, as stored when the payment was created.
    pub id: String,
    /// What was registered; required.
    pub expect: Expect,
    /// The notification that gave occasion, as it came; checked first.
    pub notification: Option<ParseNotification>,
}

/// What became of a write whose outcome is unknown. Give what was given to that write.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// `create_payment`, `charge_saved_card`, `capture`, `cancel` or `refund`.
    pub operation: Unsettled,
    /// For `create_payment`: its fields, exactly as they were given.
    pub create: Option<CreatePayment>,
    /// For `charge_saved_card`: its fields, exactly as they were given.
    pub charge: Option<ChargeSavedCard>,
    /// For `create_payment`: whether a buyer may have seen its page.
    #[serde(default)]
    pub page_shown: bool,
    /// For the others: the gateway's id.
    pub id: Option<String>,
    /// For the others: the shop's number, where the write was given it.
    pub order_number: Option<String>,
    /// What was captured or refunded.
    pub amount: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// The refund's own id.
    pub refund_id: Option<String>,
    /// For `capture`: it was one of several.
    #[serde(default)]
    pub partial: bool,
    /// The amounts before the write; required for `capture` and `refund`.
    pub before: Option<Before>,
    /// A notification that came meanwhile, as it came: with some gateways the only proof.
    pub notification: Option<ParseNotification>,
    /// Set by the flow: what that notification said, where it is authentic.
    #[serde(skip)]
    pub told: Option<Notified>,
    /// When the write was sent, RFC 3339: the grace time counts from here.
    pub sent_at: String,
    /// How long to wait for a verdict at the most, in milliseconds; 0 asks once.
    #[serde(default)]
    pub timeout_ms: u64,
}

impl Settle {
    /// When the write was sent.
    pub fn sent_at(&self, now: Time) -> Result<Time, Error> {
        let sent_at = clock::parse(&self.sent_at);
        let sent_at = sent_at.map_err(|says| Error::invalid("sent_at", says))?;
        // Two clocks may be an hour apart.
        match sent_at > now + Duration::from_secs(3600) {
            true => {
                Err(Error::invalid("sent_at", "expected the time of the write, got one to come"))
            }
            false => Ok(sent_at),
        }
    }

    /// Amount and currency, as given to the write.
    pub fn sum(&self) -> Result<(&str, &str), Error> {
        let says = "required: as given to the write";
        let amount = self.amount.as_deref().ok_or_else(|| Error::invalid("amount", says))?;
        let currency = self.currency.as_deref().ok_or_else(|| Error::invalid("currency", says))?;
        Ok((amount, currency))
    }

    /// The amounts before the write.
    pub fn before(&self) -> Result<&Before, Error> {
        let says = "required: the amounts before the write";
        self.before.as_ref().ok_or_else(|| Error::invalid("before", says))
    }
}

/// The writes that can be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsettled {
    /// See [`CreatePayment`].
    CreatePayment,
    /// See [`ChargeSavedCard`].
    ChargeSavedCard,
    /// See [`Capture`](super::Capture).
    Capture,
    /// See [`Cancel`](super::Cancel).
    Cancel,
    /// See [`Refund`](super::Refund).
    Refund,
}
