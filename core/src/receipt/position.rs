//! One line of a receipt.

use serde::Deserialize;

use super::{AgentType, Measure, PaymentMethod, PaymentObject, Quantity, Vat};
use crate::fields::Fields;

/// One thing that is sold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// A number of 1 to 12 digits, unique in the receipt; counted from 1 if not given. A capture or
    /// a refund names by it the position that was registered.
    pub id: Option<u64>,
    /// What it is (tag 1030), 128 characters at most.
    pub name: String,
    /// How much of it, `2` or `1.5`, three decimals at most (tag 1023).
    pub quantity: Quantity,
    /// What the quantity counts (tag 2108); pieces if neither this nor `unit` is given.
    pub measure: Option<Measure>,
    /// The same in free words, for cash registers of the format 1.05 (tag 1197), 16 characters at
    /// most.
    pub unit: Option<String>,
    /// Of one, after discounts and with its tax; decimal text in roubles: `100.00` (tag 1079).
    pub price: String,
    /// Of all, decimal text; counted if not given: quantity times price, rounded half up.
    pub amount: Option<String>,
    /// The rate of the tax in the price.
    pub vat: Vat,
    /// The tax in the amount, decimal text; left to the cash register if not given.
    pub vat_amount: Option<String>,
    /// How far it is paid for; the cabinet's own setting if not given.
    pub payment_method: Option<PaymentMethod>,
    /// What kind of thing it is; the cabinet's own setting if not given.
    pub payment_object: Option<PaymentObject>,
    /// The shop's number of the goods, unique in the receipt, 100 characters at most; `id` if not
    /// given.
    pub code: Option<String>,
    /// Whoever sells it for somebody else.
    pub agent: Option<Agent>,
    /// For whom it is sold.
    pub supplier: Option<Supplier>,
    /// The mark on marked goods: then the quantity is 1 and counts pieces.
    pub marking: Option<Marking>,
    /// Country of origin by its three digits (tag 1230).
    pub country: Option<String>,
    /// Number of the customs declaration (tag 1231), 32 characters at most.
    pub customs_declaration: Option<String>,
    /// The excise duty in it, decimal text in roubles (tag 1229).
    pub excise: Option<String>,
    /// A further attribute of the position (tag 1191), 64 characters at most.
    pub user_data: Option<String>,
    /// Attributes of the gateway's own, under its own names.
    #[serde(default)]
    pub attributes: Fields,
}

/// Who sells for somebody else (tag 1223). Phones have 1 to 18 digits, with or without `+`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// What kind of agent.
    pub r#type: AgentType,
    /// What a paying agent does (tag 1044), 24 characters at most.
    pub operation: Option<String>,
    /// Of a paying agent (tag 1073).
    #[serde(default)]
    pub phones: Vec<String>,
    /// Of the operator who takes payments (tag 1074).
    #[serde(default)]
    pub operator_phones: Vec<String>,
    /// Who transfers the money, for agents of banks.
    pub transfer_operator: Option<TransferOperator>,
}

/// Who transfers money for an agent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransferOperator {
    /// Tag 1026, 256 characters at most.
    pub name: Option<String>,
    /// Tag 1005, 256 characters at most.
    pub address: Option<String>,
    /// Tag 1016, 10 or 12 digits.
    pub inn: Option<String>,
    /// Tag 1075.
    pub phones: Vec<String>,
}

/// For whom an agent sells (tag 1224).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Supplier {
    /// Tag 1225, 256 characters at most.
    pub name: Option<String>,
    /// Tag 1226, 10 or 12 digits.
    pub inn: Option<String>,
    /// Tag 1171.
    pub phones: Vec<String>,
}

/// The mark on marked goods. One of `code` and `nomenclature`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Marking {
    /// As the scanner read it, 255 characters at most (tags 1300 to 1307).
    pub code: Option<String>,
    /// What kind of code that is.
    pub kind: MarkKind,
    /// The code for cash registers of the format 1.05 (tag 1162): up to 32 bytes in hexadecimal
    /// with spaces, `44 4D 05 ...`.
    pub nomenclature: Option<String>,
    /// Where a part of a pack is sold.
    pub fraction: Option<Fraction>,
}

/// What kind of code a mark is; the words are those of tags 1300 to 1307.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// GS1 with a check code (Data Matrix), what most goods bear.
    #[default]
    Gs1m,
    /// GS1 without a check code.
    Gs10,
    /// EAN-8.
    Ean8,
    /// EAN-13.
    Ean13,
    /// ITF-14.
    Itf14,
    /// The short code.
    Short,
    /// The sign on furs.
    Fur,
    /// None of these.
    Unknown,
}

/// A part of a pack (tag 1291): less than the whole.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    /// How many are sold.
    pub numerator: u64,
    /// How many are in the pack.
    pub denominator: u64,
}
