//! Receipts in the words of this family: `bundle` and `items` for the form API (D1), `ecomm` for
//! Sberbank's (D4), `status` for what became of them. Facts and marks: docs/receipts.md, "RBS".

mod attributes;
pub mod bundle;
pub mod ecomm;
pub mod items;
mod place;
pub mod status;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use self::attributes::AgentSpelling;
pub use self::items::ItemsShape;
pub use self::place::{ECOMM, Places, RBS};
use crate::error::Error;
use crate::fields::Fields;
use crate::native::Field;
use crate::receipt::build::{at_position, number, phones, put, put_object};
use crate::receipt::{Company, Line, Supplier, TaxSystem, Vat, check_company};

/// The setting `receipt`: what differs from bank to bank, and what the seller would repeat in each
/// receipt.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptSettings {
    /// D1: how the attributes of agents are spelled.
    pub agent_spelling: AgentSpelling,
    /// D1: how the positions of captures and refunds are wrapped.
    pub items_shape: ItemsShape,
    /// D4: the format of the shop's cash register; required there.
    pub ffd_version: Option<FfdVersion>,
    /// D4: the seller, where the receipt does not say otherwise.
    pub company: Company,
    /// How the seller is taxed, where the receipt does not say otherwise.
    pub tax_system: Option<TaxSystem>,
    /// D4: numbers of tax rates that the bank told the shop, where its documents list none:
    /// `{"22": 14}`.
    pub tax_types: BTreeMap<Vat, u64>,
}

/// The fiscal data format of a cash register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum FfdVersion {
    /// 1.05
    #[serde(rename = "1.05")]
    V1_05,
    /// 1.2
    #[serde(rename = "1.2")]
    V1_2,
}

impl ReceiptSettings {
    /// Checks the seller's data when the client is made.
    pub fn check(&self) -> Result<(), Error> {
        check_company("receipt.company", &self.company)
    }
}

/// Phones with their plus, as both dialects want those of agents and suppliers.
fn put_phones(target: &mut Fields, given: &[String]) {
    put(target, "phones", phones(given));
}

/// Spelled alike in both dialects.
fn supplier(given: &Supplier) -> Fields {
    let mut supplier = Fields::new();
    put_phones(&mut supplier, &given.phones);
    put(&mut supplier, "name", given.name.clone());
    put(&mut supplier, "inn", given.inn.clone());
    supplier
}

/// Adds what the shop gave under the gateway's own names; what we fill ourselves is refused.
fn add_own(target: &mut Fields, table: &[Field], given: &Fields, path: &str) -> Result<(), Error> {
    let mut unknown = Fields::new();
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        if target.contains_key(name) {
            let says = "filled from the common fields";
            return Err(Error::invalid(format!("{path}.{name}"), says));
        }
        let known = table.iter().any(|field| field.name == name);
        let place = if known { &mut *target } else { &mut unknown };
        place.insert(name.clone(), value.clone());
    }
    // What a bank added stands where its table lets it pass.
    put_object(target, "extra", unknown);
    Ok(())
}

/// The mark in hexadecimal with spaces (tag 1162): as the shop gave it, or the bytes of the code
/// where they fit.
fn nomenclature(line: &Line, index: usize) -> Result<Option<String>, Error> {
    let Some(marking) = &line.position.marking else { return Ok(None) };
    match (&marking.nomenclature, &marking.code) {
        (Some(text), _) => Ok(Some(text.to_uppercase())),
        (None, Some(code)) if code.len() <= 32 => {
            let bytes: Vec<_> = code.bytes().map(|byte| format!("{byte:02X}")).collect();
            Ok(Some(bytes.join(" ")))
        }
        (None, Some(_)) => {
            let says = "required: the code has more than the 32 bytes that this gateway takes";
            Err(at_position(index, "marking.nomenclature", says))
        }
        (None, None) => Ok(None),
    }
}
