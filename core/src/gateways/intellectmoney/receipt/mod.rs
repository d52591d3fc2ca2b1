//! Receipts: `MerchantReceipt`, a JSON text beside an invoice or a refund. Facts and marks:
//! docs/receipts.md, "IntellectMoney".

mod content;
mod places;
#[cfg(test)]
mod tests;

pub use self::content::POSITION;

use serde::Deserialize;
use serde_json::{Value, json};

use super::merchant::Merchant;
use crate::error::Error;
use crate::fields::Fields;
use crate::money::Amount;
use crate::operation::Customer;
use crate::receipt::build::put;
use crate::receipt::{Checked, Receipt, TaxSystem};

/// The parameter's name in every method that takes it.
const PARAMETER: &str = "MerchantReceipt";

/// What the seller prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Money comes in.
    Sale = 1,
    /// Money goes back.
    Refund = 2,
}

/// The setting `receipt`: what the seller would repeat in each receipt.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptSettings {
    /// The seller, where the receipt does not say otherwise.
    pub company: Seller,
    /// The group of cash registers, as the cabinet names it.
    pub group: Option<String>,
    /// How the seller is taxed, where the receipt does not say otherwise.
    pub tax_system: Option<TaxSystem>,
}

/// The seller, as far as this gateway wants to know.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seller {
    /// Taxpayer number, 10 or 12 digits.
    pub inn: Option<String>,
}

impl ReceiptSettings {
    /// Checks the seller's data when the client is made.
    pub fn check(&self) -> Result<(), Error> {
        let inn = self.company.inn.clone();
        let company = crate::receipt::Company { inn, ..Default::default() };
        crate::receipt::check_company("receipt.company", &company)?;
        match &self.group {
            Some(group) => crate::receipt::limit("receipt.group", group, 64),
            None => Ok(()),
        }
    }
}

/// Puts the receipt of an operation into the parameters of its method, where there is one.
pub fn add(
    given: &mut Fields,
    merchant: &Merchant,
    receipt: Option<&Receipt>,
    customer: &Customer,
    amount: Amount,
    kind: Kind,
) -> Result<(), Error> {
    let Some(receipt) = receipt else { return Ok(()) };
    let value = merchant_receipt(merchant, receipt, customer, amount, kind)?;
    put(given, PARAMETER, Some(value));
    Ok(())
}

/// `MerchantReceipt` for that sum. A refund names by its id each position that was sold.
pub fn merchant_receipt(
    merchant: &Merchant,
    receipt: &Receipt,
    customer: &Customer,
    amount: Amount,
    kind: Kind,
) -> Result<Value, Error> {
    let receipt = receipt.clone().or_contact(customer.email.as_deref(), customer.phone.as_deref());
    let checked = match kind {
        Kind::Sale => receipt.check(amount)?,
        Kind::Refund => receipt.check_part(amount)?,
    };
    let supplier = &merchant.settings.assumptions.receipt_supplier_inn;
    written(&checked, &merchant.settings.receipt, supplier, kind)
}

fn written(
    checked: &Checked,
    settings: &ReceiptSettings,
    supplier_inn: &str,
    kind: Kind,
) -> Result<Value, Error> {
    places::refuse_what_has_none(&checked.receipt)?;
    let own = checked.receipt.company.as_ref().and_then(|company| company.inn.as_ref());
    let Some(inn) = own.or(settings.company.inn.as_ref()) else {
        let says = "required at this gateway, here or in the setting receipt.company.inn";
        return Err(Error::invalid("receipt.company.inn", says));
    };
    let mut receipt = Fields::new();
    put(&mut receipt, "inn", Some(inn.clone()));
    put(&mut receipt, "group", settings.group.clone());
    // The sum is right already: checked before anything leaves, and by the gateway again.
    put(&mut receipt, "skipAmountCheck", Some(json!(0)));
    let content = content::of(checked, settings.tax_system, supplier_inn, kind)?;
    put(&mut receipt, "content", Some(content));
    Ok(Value::Object(receipt))
}
