//! What a gateway sends by itself, and what it is answered.

use serde::Deserialize;

use super::super::charset::Charset;
use super::super::template::Template;
use super::{Condition, Mark, Named, Place, Reading, Word};
use crate::fields::Fields;

/// A kind of notification.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// How well it is known.
    pub mark: Mark,
    /// Anything that its reader should know.
    pub note: Option<String>,
    /// All of these hold for this kind; without any it is the kind for all the rest.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// How it is written.
    #[serde(default)]
    pub accept: Accept,
    /// The charset of a form.
    #[serde(default)]
    pub charset: Charset,
    /// Its fields stand in base64 of JSON in this field of the form; the signature is over the form.
    pub base64_field: Option<String>,
    /// Where its values stand.
    pub fields: Reading,
    /// Fields that must have these values, or it is another shop's: `{ MERCHANT_ID = "{config.id}" }`.
    #[serde(default)]
    pub equals: Named<Template>,
    /// What a notification of this kind must tell: of `order_id`, `amount`, `currency`. `order_id` and
    /// `amount` if not given.
    pub must_match: Option<Vec<String>>,
    /// The first of these that holds decides where the payment stands, before `status_map` does.
    #[serde(default)]
    pub case: Vec<Case>,
    /// The words of this kind, where they differ from the descriptor's `status_map`.
    #[serde(default)]
    pub status_map: Named<Word>,
    /// Its signatures: any of them must be right. Several stand side by side while a gateway changes
    /// its recipe.
    #[serde(default)]
    pub signature: Vec<Place>,
    /// What makes it true.
    #[serde(default)]
    pub verify: Verify,
    /// The fields that tell one event from another; `event_id` is their digest.
    #[serde(default)]
    pub event_id: Vec<String>,
    /// Addresses that it comes from, to be told to a firewall: an address never stands for a signature.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// When the gateway sends it again.
    pub retry_hint: Option<String>,
    /// What it is answered.
    pub answer: Answers,
    /// Values of other fields that a real one has, as the sandbox sends them.
    #[serde(default)]
    pub sample: Fields,
}

/// How a notification is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accept {
    /// By its first byte that is not blank: `{` is JSON, `<` is XML, the rest a form; without a body the
    /// query. The content type is not asked: gateways get it wrong.
    #[default]
    Auto,
    /// A form.
    Form,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// The query.
    Query,
}

/// What makes a notification true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Verify {
    /// Its signature.
    #[default]
    #[serde(rename = "signature")]
    Signature,
    /// Nothing in it: it is a hint to ask by the status call.
    #[serde(rename = "status-call")]
    StatusCall,
}

/// A case that decides where the payment stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// All of these hold.
    pub when: Vec<Condition>,
    /// Then it stands here.
    pub status: Word,
}

/// The three answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Stored and committed: do not send it again.
    pub ok: Answer,
    /// Not stored: send it again later. HTTP 503 if not given.
    pub retry: Option<Answer>,
    /// Not ours, or forged. HTTP 403 if not given.
    pub reject: Option<Answer>,
}

impl Answers {
    /// Those that are given, by their names.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, &Answer)> {
        let all = [
            ("ok", Some(&self.ok)),
            ("retry", self.retry.as_ref()),
            ("reject", self.reject.as_ref()),
        ];
        all.into_iter().filter_map(|(name, answer)| Some((name, answer?)))
    }
}

/// An answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The HTTP status.
    #[serde(default = "ok")]
    pub status: u32,
    /// The content type; `text/plain; charset=utf-8` if not given.
    pub r#type: Option<String>,
    /// The body: `{field.InvId}`, `{gen.unix}`, `{sign.<recipe>}` over what was received and `fields`.
    pub body: Template,
    /// Values that are signed or written beside those received.
    #[serde(default)]
    pub fields: Named<Template>,
}

fn ok() -> u32 {
    200
}
