//! A descriptor, as it is written: what each table and key means. Unknown keys are refused, so that a
//! slip of the pen is an error and not a gateway without a signature. The guide for who writes one:
//! docs/describe-a-gateway.md.

#[cfg(test)]
mod documented;
mod named;
mod notify;
mod recipe;
mod request;
mod response;
mod vector;

use serde::Deserialize;

use super::template::Template;

pub use named::Named;
pub use notify::{Accept, Answer, Answers, Case, Notify, Verify};
pub use recipe::{Compare, DigestName, Encoding, Group, Json, Missing, Part, Place, Raw, Recipe};
pub use request::{Body, Call, Create, FieldValue, Idempotency, Method, PreStep, Request, Type};
pub use response::{Condition, Kind, Pick, REASONS, Reading, Refusal, Response};
pub use vector::{Origin, Vector};

/// A whole descriptor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// The version of this format: 1.
    pub schema: u32,
    /// The gateway's name in replies and in the built-in set: small letters, digits, `-` and `_`.
    pub id: String,
    /// The gateway's name for people.
    pub title: String,
    /// When the facts were last compared with the sources, `YYYY-MM-DD`.
    pub date: String,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// What a shop must know before it uses this file.
    pub note: Option<String>,
    /// Public settings of the shop (setting `config`), by name.
    #[serde(default)]
    pub config: Named<Config>,
    /// Secret settings of the shop (setting `secrets`), each with where it is found. Those that sign
    /// requests and those that sign notifications have separate names.
    #[serde(default)]
    pub secrets: Named<String>,
    /// Consent: secrets by which requests are signed as well as notifications, since the gateway has only
    /// one for both. Without it that is a warning: the two are easily mixed up.
    #[serde(default)]
    pub shared_secrets: Vec<String>,
    /// Who the shop is at the gateway, of `config`: part of a state's name.
    pub shop: Option<Template>,
    /// Hosts that a buyer may be sent to by a reply, each itself and what is below it.
    #[serde(default)]
    pub redirect_hosts: Vec<Template>,
    /// Fields of replies and notifications that hold personal data; names that say so themselves (email,
    /// phone, pan ...) need not be here.
    #[serde(default)]
    pub personal: Vec<String>,
    /// What the gateway takes of an order.
    #[serde(default)]
    pub order: Order,
    /// Signing recipes by name.
    #[serde(default)]
    pub recipe: Named<Recipe>,
    /// How a payment begins.
    pub create: Create,
    /// The kinds of notification: the first whose `when` holds is the one.
    #[serde(default)]
    pub notify: Vec<Notify>,
    /// Calls that ask where a payment stands: the first whose values are all known is sent.
    #[serde(default)]
    pub status: Vec<Call>,
    /// Closes an unpaid payment or releases a hold.
    pub cancel: Option<Call>,
    /// Gives money back.
    pub refund: Option<Call>,
    /// The gateway's words for where a payment stands. A word that is not here is `unknown`.
    #[serde(default)]
    pub status_map: Named<Word>,
    /// Published and computed signatures that prove the recipes.
    #[serde(default)]
    pub vector: Vec<Vector>,
}

/// How well a section is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Read in the gateway's documents or its own library, or recomputed from a published value.
    Confirmed,
    /// Seen in other people's code only.
    Third,
    /// A conclusion: check it before relying on it.
    Inferred,
    /// Our own addition, of a gateway that is only a sample.
    Ours,
}

impl Mark {
    /// The word, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Confirmed => "confirmed",
            Mark::Third => "third",
            Mark::Inferred => "inferred",
            Mark::Ours => "ours",
        }
    }
}

/// A public setting.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What it is and where it is found.
    pub doc: String,
    /// Its value where it is not given; without one it is required.
    pub default: Option<String>,
    /// The values that it may have.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// What its value must look like.
    pub pattern: Option<super::pattern::Pattern>,
}

/// What the gateway takes of an order; other orders are refused before anything is sent.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// What an order number must look like.
    pub number: Option<super::pattern::Pattern>,
    /// What the error says that an order number must look like.
    pub number_says: Option<String>,
    /// What a description must look like, where its text could pass for other signed values.
    pub description: Option<super::pattern::Pattern>,
    /// What the error says that a description must look like.
    pub description_says: Option<String>,
    /// Letters of the currencies that it takes; any if none is given.
    pub currencies: Vec<Template>,
}

/// Where a payment stands, in a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Nobody has paid; the buyer must act.
    Created,
    /// Somebody decides: open no other attempt.
    Pending,
    /// Held.
    Authorized,
    /// Taken.
    Paid,
    /// A try failed; the page may still be paid.
    Failed,
    /// Dead: refused for good.
    Declined,
    /// Dead: time ran out.
    Expired,
    /// Voided or released.
    Cancelled,
    /// All went back.
    Refunded,
    /// A part went back.
    PartiallyRefunded,
    /// The buyer's bank took it back, or tries to.
    Disputed,
    /// Of a notification: the gateway asks whether the order may be paid. No money has moved.
    Check,
    /// Not a word for anything above.
    Unknown,
}
