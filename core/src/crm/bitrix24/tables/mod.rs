//! The portal's methods as tables: fields, marks, sources and replies. Adding a method is adding a row;
//! docs/operations is made from them. What has no row is called by `bitrix24.call`.

mod comments;
mod deals;
mod events;
mod items;
pub mod mistakes;
mod ours;
mod pay_systems;
mod payments;
mod product_rows;
mod sale;
mod types;

pub use self::ours::{BATCH, CALL, LIST};
use crate::http::{Effect, Patience};
use crate::native::Shape::{Digits, Json, Whole, Words};
use crate::native::{Field, Mark, Native, Wire, field};

/// The families, in the order of the reference.
const FAMILIES: &[&[&Native]] = &[
    items::METHODS,
    types::METHODS,
    deals::METHODS,
    comments::METHODS,
    product_rows::METHODS,
    payments::METHODS,
    sale::METHODS,
    pay_systems::METHODS,
    events::METHODS,
    ours::METHODS,
];

/// Every method.
pub fn methods() -> impl Iterator<Item = &'static Native> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The row of a method of the portal; it knows them in any case.
pub fn of(method: &str) -> Option<&'static Native> {
    methods().find(|row| !row.path.is_empty() && row.path.eq_ignore_ascii_case(method))
}

/// The row that other rows are changes of: a method that changes something.
const WRITE: Native = Native {
    name: "",
    path: "",
    wire: Wire::Json,
    effect: Effect::Write,
    patience: Patience::Long,
    repeat: "never: after a lost answer look for what it made",
    token: false,
    serves: "",
    dialect: "",
    pci: "",
    mark: Mark::Confirmed,
    source: "",
    fields: &[],
    reply: &[],
    doc: "",
};

/// A method that changes nothing.
const READ: Native =
    Native { effect: Effect::Read, patience: Patience::Usual, repeat: "always", ..WRITE };

// What many methods take.

const ENTITY_TYPE_ID: Field = field(
    "entityTypeId",
    Digits,
    10,
    "which kind: 2 deals, 31 smart invoices, else the smart process (not its type's id)",
);
const ID: Field = field("id", Digits, 18, "its id");
const SELECT: Field = field("select", Words, 64, "the fields to tell; all if not given");
const FILTER: Field = field(
    "filter",
    Json,
    16_384,
    "field names with a prefix: = (the default), !=, >, >=, <, <=, @ (one of), !@, %",
);
const ORDER: Field = field("order", Json, 4096, "{\"id\": \"ASC\"}");
const START: Field =
    field("start", Whole, 12, "0, 50, 100 ...: the page; -1 counts nothing and gives no next");
