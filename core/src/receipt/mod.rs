//! A fiscal receipt (Russian law 54-FZ) as a shop knows it, the same whatever the gateway:
//! docs/receipts.md. [`Receipt::check`] holds it against the sum of its payment; a gateway's folder
//! translates what was checked.

pub(crate) mod build;
mod check;
#[cfg(test)]
mod copies;
mod issued;
mod marking;
mod people;
mod position;
mod quantity;
#[cfg(test)]
mod tests;
mod words;

use serde::Deserialize;

pub use check::{Checked, Line};
pub use issued::{Fiscal, Issued, Kind, Progress};

pub(crate) use people::{check_company, limit};
pub use position::{Agent, Fraction, MarkKind, Marking, Position, Supplier, TransferOperator};
pub use quantity::Quantity;
pub use words::{AgentType, Measure, PaidWith, PaymentMethod, PaymentObject, TaxSystem, Vat};

use crate::fields::Fields;

/// What is sold, to whom and by whom. The positions come to the sum of the payment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Who buys, and where the receipt is sent; the payment's own customer if no e-mail and no phone
    /// is given here.
    #[serde(default)]
    pub customer: Customer,
    /// What is sold, in the order in which it is printed.
    pub positions: Vec<Position>,
    /// How the seller is taxed; the cabinet's own setting if not given.
    pub tax_system: Option<TaxSystem>,
    /// Who sells, where the gateway does not know it from its cabinet.
    pub company: Option<Company>,
    /// Who took the money, where a person did.
    pub cashier: Option<Cashier>,
    /// With what it is paid, together the sum of the payment; all cashless if not given.
    #[serde(default)]
    pub payments: Vec<Paid>,
    /// A further attribute of the receipt (tag 1192), 16 characters at most.
    pub check_attribute: Option<String>,
    /// A further attribute of the buyer (tag 1084).
    pub user_attribute: Option<UserAttribute>,
    /// Parameters of the gateway's own, under its own names.
    #[serde(default)]
    pub extra: Fields,
}

impl Receipt {
    /// The receipt with the payment's own buyer, where it names neither e-mail nor phone itself.
    pub fn or_contact(mut self, email: Option<&str>, phone: Option<&str>) -> Receipt {
        if self.customer.email.is_none() && self.customer.phone.is_none() {
            self.customer.email = email.map(str::to_owned);
            self.customer.phone = phone.map(str::to_owned);
        }
        self
    }
}

/// The buyer. All of it is personal data.
///
/// Whoever gives `name`, `inn`, `birth_date`, `citizenship` or a document must give `inn`, or
/// `birth_date` with both fields of the document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Customer {
    /// Where the receipt is sent (tag 1008), 64 characters at most; this or `phone`.
    pub email: Option<String>,
    /// The same, 7 to 15 digits with country code, with or without `+`.
    pub phone: Option<String>,
    /// Of the person or the company (tag 1227), 256 characters at most.
    pub name: Option<String>,
    /// Taxpayer number (tag 1228), 10 or 12 digits.
    pub inn: Option<String>,
    /// `1990-12-31` (tag 1243).
    pub birth_date: Option<String>,
    /// Country by its three digits, `643` (tag 1244).
    pub citizenship: Option<String>,
    /// Kind of the identity document, two digits, `21` is a Russian passport (tag 1245).
    pub document_code: Option<String>,
    /// Its series and number, 64 characters at most (tag 1246).
    pub document_number: Option<String>,
    /// Address (tag 1254), 256 characters at most.
    pub address: Option<String>,
}

/// The seller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Company {
    /// Taxpayer number (tag 1018), 10 or 12 digits.
    pub inn: Option<String>,
    /// Who answers the buyer (tag 1117), 64 characters at most.
    pub email: Option<String>,
    /// Where it is paid (tag 1187), the shop's site; 256 characters at most.
    pub payment_address: Option<String>,
}

/// Who took the money.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cashier {
    /// Tag 1021, 256 characters at most.
    pub name: String,
    /// Tag 1203, 12 digits.
    pub inn: Option<String>,
}

/// A part of the sum and with what it is paid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paid {
    /// With what.
    pub with: PaidWith,
    /// Decimal text in roubles: `100.00`.
    pub amount: String,
}

/// A further attribute of the buyer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserAttribute {
    /// Tag 1085, 64 characters at most.
    pub name: String,
    /// Tag 1086, 256 characters at most.
    pub value: String,
}
