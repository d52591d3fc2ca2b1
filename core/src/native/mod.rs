//! Native operations are tables: the gateway's own name, path, effect, fields and reply. One checker
//! ([`check`]) reads all of them; `describe`, the reference in docs/operations and the redaction of
//! logs come from them too.

mod check;
mod common;
mod describe;
mod wire;

use crate::fields::{self, Fields};
use crate::http::{Effect, Patience};

/// One native operation. Rows are written as changes of a gateway's own base row.
pub struct Native {
    /// After the gateway's name and a dot: `register`.
    pub name: &'static str,
    /// Below the gateway's base URL; with a slash in front, below the host. `{name}` stands for the
    /// field of that name, which then is not sent besides.
    pub path: &'static str,
    /// How its fields travel.
    pub wire: Wire,
    /// Whether it changes anything at the gateway.
    pub effect: Effect,
    /// How long it may take by default.
    pub patience: Patience,
    /// What makes it safe to repeat.
    pub repeat: &'static str,
    /// Whether a public token may do it.
    pub token: bool,
    /// The common operations that it serves; empty if none.
    pub serves: &'static str,
    /// Which of the gateway's dialects it belongs to.
    pub dialect: &'static str,
    /// The PCI DSS level that a shop needs to call it; empty where it carries no card data.
    pub pci: &'static str,
    /// How well it is known; single fields may be known less well.
    pub mark: Mark,
    /// The documents it is taken from (the gateway's page in docs/gateways names them).
    pub source: &'static str,
    /// Its parameters, in the order in which they leave.
    pub fields: &'static [Field],
    /// What it answers, beside the fields that every reply has.
    pub reply: &'static [Told],
    /// What it does, in a line.
    pub doc: &'static str,
}

/// How the fields of an operation travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// `POST`, `application/x-www-form-urlencoded`; an object is JSON text in one field.
    Form,
    /// `POST`, `application/json`.
    Json,
    /// `GET` with a query. Never with a secret in it.
    Query,
}

/// One parameter of a native operation, or of an object inside one.
#[derive(Clone, Copy)]
pub struct Field {
    /// As the gateway spells it.
    pub name: &'static str,
    /// How it is written.
    pub shape: Shape,
    /// The fewest characters it may have.
    pub min: usize,
    /// The most characters it may have; of a list, the most items.
    pub max: usize,
    /// Who must give it.
    pub need: Need,
    /// What must be kept from logs, and what a shop needs a permission for.
    pub guard: Guard,
    /// Whether the gateway's documents say so, or we infer it.
    pub mark: Mark,
    /// What it means.
    pub doc: &'static str,
}

/// How a parameter is written. In JSON bodies it is text, unless said otherwise.
#[derive(Clone, Copy)]
pub enum Shape {
    /// Any text.
    Text,
    /// A whole number of zero or more, in digits; a number in JSON.
    Digits,
    /// A whole number that may be below zero; a number in JSON.
    Whole,
    /// Digits that stay text in JSON: a code, a card number.
    Code,
    /// A number with a decimal point, exact; a number in JSON.
    Decimal,
    /// Exactly three digits: ISO 4217.
    Currency,
    /// A sum in major units with exactly two decimals and a dot: `10.00`.
    Money,
    /// `yyyy-MM-ddTHH:mm:ss`
    Date,
    /// `yyyy-MM-dd HH:mm:ss`
    Moment,
    /// `dd.MM.yyyy`
    DottedDay,
    /// `yyyy-MM-dd`
    Day,
    /// `yyyyMMddHHmmss`
    Stamp,
    /// `yyyyMM`, the month always in two digits.
    Month,
    /// Two letters: ISO 639-1.
    Language,
    /// `true` or `false`; a boolean in JSON.
    Flag,
    /// `1` or `0`; a number in JSON.
    Bit,
    /// `Y` or `N`.
    YesNo,
    /// An absolute URL.
    Url,
    /// An address, IPv4 or IPv6.
    Ip,
    /// 36 characters of `0-9`, `a-f` and `-`.
    Id,
    /// Any object or list; as it is in JSON, JSON text in a form.
    Json,
    /// The same, but JSON text inside JSON too.
    JsonText,
    /// One word, or a list of words: repeated in a form, a list in JSON.
    Words,
    /// One word, or a list of words, joined by this sign into one text.
    Joined(&'static str),
    /// An object with these fields; as it is in JSON, JSON text in a form.
    Object(&'static [Field]),
    /// A list of objects with these fields.
    List(&'static [Field]),
}

/// Who must give a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The caller, always.
    Required,
    /// The caller, if at all.
    Optional,
    /// The caller: this one or another row so marked.
    OneOf,
    /// The settings; the caller may not.
    Settings,
}

/// How a value is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Not at all.
    Open,
    /// It could pay or sign: never in logs.
    Secret,
    /// Card data in the clear: never in logs, and refused unless the settings say
    /// `card_data: "allowed"`.
    Card,
}

/// How well a fact is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Seen in a named source.
    Confirmed,
    /// Inferred by us.
    Inferred,
}

/// One field of a reply.
pub struct Told {
    /// As the gateway spells it, dots leading into objects.
    pub name: &'static str,
    /// What it means and how it is written.
    pub doc: &'static str,
    /// Whether a success without it is no success.
    pub always: bool,
    /// How well it is known.
    pub mark: Mark,
}

/// A field of a reply.
pub const fn told(name: &'static str, doc: &'static str) -> Told {
    Told { name, doc, always: false, mark: Mark::Confirmed }
}

impl Told {
    /// The same, and a success without it is no success.
    pub const fn always(mut self) -> Told {
        self.always = true;
        self
    }
    /// The same, inferred by us.
    pub const fn inferred(mut self) -> Told {
        self.mark = Mark::Inferred;
        self
    }
}

/// An optional text: the commonest row. The other rows are written as changes of it.
pub const fn field(name: &'static str, shape: Shape, max: usize, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        min: 1,
        max,
        need: Need::Optional,
        guard: Guard::Open,
        mark: Mark::Confirmed,
        doc,
    }
}

impl Field {
    /// The same row, required.
    pub const fn required(mut self) -> Field {
        self.need = Need::Required;
        self
    }
    /// The same row, one of several of which one is required.
    pub const fn one_of(mut self) -> Field {
        self.need = Need::OneOf;
        self
    }
    /// The same row, filled from the settings.
    pub const fn settings(mut self) -> Field {
        self.need = Need::Settings;
        self.guard = Guard::Secret;
        self
    }
    /// The same row, kept from logs: it could pay or sign.
    pub const fn secret(mut self) -> Field {
        self.guard = Guard::Secret;
        self
    }
    /// The same row, card data.
    pub const fn card(mut self) -> Field {
        self.guard = Guard::Card;
        self
    }
    /// The same row with a least number of characters.
    pub const fn at_least(mut self, min: usize) -> Field {
        self.min = min;
        self
    }
    /// The same row, inferred by us.
    pub const fn inferred(mut self) -> Field {
        self.mark = Mark::Inferred;
        self
    }
}

/// Two runs of rows as one: what several methods have in common stands once. At compile time alone: a
/// wrong length does not build.
#[allow(clippy::indexing_slicing)]
pub const fn rows<const A: usize, const B: usize, const N: usize>(
    first: [Field; A],
    then: [Field; B],
) -> [Field; N] {
    assert!(A + B == N);
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < A { first[at] } else { then[at - A] };
        at += 1;
    }
    all
}

/// Checked parameters in the order in which they leave. Wiped when they go.
#[derive(Default)]
pub struct Parameters(Fields);

impl Parameters {
    /// Adds one at the end: a signature over the others.
    pub fn insert(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text.into());
    }

    /// All of them, for a form that leaves by the buyer's browser.
    pub fn into_fields(mut self) -> Fields {
        std::mem::take(&mut self.0)
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.0.get(name)
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        fields::wipe(&mut self.0);
    }
}

pub use check::is_url;
pub use common::{add_extra, in_common_words};
pub(crate) use wire::json_body;
pub use wire::origin;

#[cfg(test)]
mod tests;
