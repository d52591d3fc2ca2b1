//! What comes back: which values of it are meant, and what says that it is an error.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::super::format::Formats;
use super::super::pattern::Pattern;
use super::super::template::Template;
use super::{Named, Place, Word};

/// A reply.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// How it is written.
    #[serde(default)]
    pub kind: Kind,
    /// Of a status call in JSON: the list of payments that the gateway keeps under one number, a field's
    /// name or a JSON pointer. `fields` are then those of each of its entries.
    pub each: Option<String>,
    /// Where its values stand.
    #[serde(default)]
    pub fields: Reading,
    /// All of these must hold in a success.
    #[serde(default)]
    pub ok: Vec<Condition>,
    /// What an error looks like.
    pub error: Option<Refusal>,
    /// Any of these says that there is no such payment now.
    #[serde(default)]
    pub not_found: Vec<Condition>,
    /// Its signature, where it has one: any of these must be right.
    #[serde(default)]
    pub signature: Vec<Place>,
    /// The words of this reply, where they differ from the descriptor's `status_map`.
    #[serde(default)]
    pub status_map: Named<Word>,
}

/// How a reply is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// JSON.
    #[default]
    Json,
    /// XML, its names without their namespaces; the root's own name is left out of the pointers.
    Xml,
    /// `a=1&b=2`
    Form,
    /// The text itself, under the name `text`.
    Text,
}

/// A documented error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Any of these says that it is an error.
    pub when: Vec<Condition>,
    /// Where its code stands.
    pub code: Option<String>,
    /// Where its words stand.
    pub text: Option<String>,
    /// Codes with our word for them: `authentication_failed`, `not_permitted`, `order_not_found`,
    /// `duplicate_order`, `wrong_state`, `amount_exceeded`.
    #[serde(default)]
    pub reasons: Named<String>,
}

/// The words that `reasons` may give.
pub const REASONS: &[&str] = &[
    "authentication_failed",
    "not_permitted",
    "order_not_found",
    "duplicate_order",
    "wrong_state",
    "amount_exceeded",
];

/// Where the values of a message stand. A value that the gateway does not tell is left out here.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// The gateway's id of the payment, of a gateway that is called to create it.
    pub payment_id: Option<Pick>,
    /// The shop's number of the attempt.
    pub order_id: Option<Pick>,
    /// Where the buyer goes: an https URL on one of `redirect_hosts`.
    pub url: Option<Pick>,
    /// What the buyer was asked to pay, gross.
    pub amount: Option<Pick>,
    /// What the shop gets of it, where the gateway tells both; never compared.
    pub net: Option<Pick>,
    /// Its currency, letters or number.
    pub currency: Option<Pick>,
    /// Where it stands, a word of `status_map`.
    pub status: Option<Pick>,
    /// What was taken, where it differs from `amount`.
    pub captured: Option<Pick>,
    /// What went back in all.
    pub refunded: Option<Pick>,
    /// `true`, `1` or `yes` for test money.
    pub test: Option<Pick>,
    /// How it was paid.
    pub method: Option<Pick>,
    /// The masked number of the card.
    pub card: Option<Pick>,
    /// The bank's retrieval reference number.
    pub rrn: Option<Pick>,
    /// The gateway's code for why it failed.
    pub code: Option<Pick>,
    /// The gateway's words for why it failed.
    pub text: Option<Pick>,
}

impl Reading {
    /// Those that are told, by their names.
    pub fn picks(&self) -> impl Iterator<Item = (&'static str, &Pick)> {
        let all = [
            ("payment_id", &self.payment_id),
            ("order_id", &self.order_id),
            ("url", &self.url),
            ("amount", &self.amount),
            ("net", &self.net),
            ("currency", &self.currency),
            ("status", &self.status),
            ("captured", &self.captured),
            ("refunded", &self.refunded),
            ("test", &self.test),
            ("method", &self.method),
            ("card", &self.card),
            ("rrn", &self.rrn),
            ("code", &self.code),
            ("text", &self.text),
        ];
        all.into_iter().filter_map(|(name, pick)| Some((name, pick.as_ref()?)))
    }
}

/// One value of a message: the field's name or a JSON pointer, or a table with more to say.
pub struct Pick {
    /// A field by its name, or by a JSON pointer.
    pub at: Option<String>,
    /// Not of the message: a constant, or a template of `config` or of the fields, `{field.x}`.
    pub value: Option<Template>,
    /// How it is read.
    pub format: Formats,
    /// It is a whole number of minor units.
    pub minor: bool,
    /// Of a reply with `each`: it stands beside the list, not in its entries.
    pub whole: bool,
    /// Not the value, but whether it looks like this: `true` or `false`.
    pub matches: Option<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PickTable {
    at: Option<String>,
    value: Option<Template>,
    #[serde(default)]
    format: Formats,
    #[serde(default)]
    minor: bool,
    #[serde(default)]
    whole: bool,
    matches: Option<Pattern>,
}

impl<'de> Deserialize<'de> for Pick {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pick, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = Pick;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a field's name, a JSON pointer, or a table with at or value")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Pick, E> {
                let format = Formats::default();
                let at = Some(text.to_owned());
                let (minor, whole) = (false, false);
                Ok(Pick { at, value: None, format, minor, whole, matches: None })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Pick, A::Error> {
                let table = PickTable::deserialize(MapAccessDeserializer::new(map))?;
                let PickTable { at, value, format, minor, whole, matches } = table;
                if at.is_some() == value.is_some() {
                    return Err(serde::de::Error::custom("expected one of at and value"));
                }
                Ok(Pick { at, value, format, minor, whole, matches })
            }
        }
        deserializer.deserialize_any(TextOrTable)
    }
}

/// A condition on a message: where to look (one of `at`, `header`, `query`, `http`), and what must be
/// there (one of `is`, `not`, `one_of`, `exists`, `matches`).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A field by its name, or by a JSON pointer.
    pub at: Option<String>,
    /// A header.
    pub header: Option<String>,
    /// Of a notification: a parameter that the shop itself put on the URL. It is not signed.
    pub query: Option<String>,
    /// The HTTP status: its digits are the value.
    #[serde(default)]
    pub http: bool,
    /// The value is this.
    pub is: Option<String>,
    /// The value is there, and another.
    pub not: Option<String>,
    /// The value is one of these.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The value is there (and not null), or is not.
    pub exists: Option<bool>,
    /// The value looks like this.
    pub matches: Option<Pattern>,
}
