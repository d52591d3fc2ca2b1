//! The portal's methods as tables: fields, marks, sources and replies. Adding a method is adding a row;
//! docs/operations is made from them. What has no row is called by `bitrix24.call`.

mod items;

use crate::http::{Effect, Patience};
use crate::native::{Mark, Native, Wire};

/// The families, in the order of the reference.
const FAMILIES: &[&[&Native]] = &[items::METHODS];

/// Every method.
pub fn methods() -> impl Iterator<Item = &'static Native> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
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
