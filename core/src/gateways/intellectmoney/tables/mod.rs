//! Every method of the gateway as a table: fields with limits, marks and sources in the order in which
//! they leave, the reply, and what is signed. Adding a method is adding a row; docs/operations is made
//! from them.

mod cards;
mod invoices;
mod p2p;
mod page;
mod payouts;
mod personal;
mod purchases;
mod schedules;
mod starts;

pub use self::invoices::{CREATE_INVOICE, CREATE_INVOICE_OF_PORTAL, STATE};
pub use self::page::PAYMENT_FORM;
pub use self::personal::{INVOICES_HISTORY, USER_TOKEN};
pub use self::purchases::{PURCHASE_TO_PAID, PURCHASE_TO_REFUND};
pub use self::starts::{
    BNPL_PAYMENT, GAZPROM_PAY_PAYMENT, MIR_PAY_GET_LINK, SBER_PAY_PAYMENT, SBP_PAYMENT,
};
use super::signature::Hash;
use crate::http::{Effect, Patience};
use crate::native::Shape::{Digits, JsonText, Language, Text};
use crate::native::{Field, Mark, Native, Wire, field};

/// A method: how it is called, and what its signatures cover.
pub struct Method {
    pub native: Native,
    /// The fields that are signed, as the documents print them without the key
    /// ([`signature::text`](super::signature::text)); the same for both signatures.
    pub template: &'static str,
    /// The signature in the body.
    pub hash: Hash,
    /// Whether test money may use it without token and header.
    pub in_test: bool,
}

/// The families, in the order of the reference.
const FAMILIES: &[&[&Method]] = &[
    invoices::METHODS,
    purchases::METHODS,
    cards::METHODS,
    starts::METHODS,
    page::METHODS,
    personal::METHODS,
    schedules::METHODS,
    payouts::METHODS,
    p2p::METHODS,
];

/// Every method.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The row that other rows are changes of: a write of the merchant API.
const WRITE: Native = Native {
    name: "",
    path: "",
    wire: Wire::Form,
    effect: Effect::Write,
    patience: Patience::Long,
    repeat: "never: after a lost answer ask for the state",
    token: false,
    serves: "",
    dialect: "merchant",
    pci: "",
    mark: Mark::Confirmed,
    source: "",
    fields: &[],
    reply: &[],
    doc: "",
};

/// A read of the merchant API.
const READ: Native =
    Native { effect: Effect::Read, patience: Patience::Usual, repeat: "always", ..WRITE };

/// The row that other rows are changes of: a write of the Personal API, which has one signature.
const PERSONAL: Method = Method {
    native: Native { dialect: "personal", ..WRITE },
    template: "",
    hash: Hash::None,
    in_test: false,
};

/// A read of the Personal API.
const PERSONAL_READ: Method = Method { native: Native { dialect: "personal", ..READ }, ..PERSONAL };

// What many methods take.

const ESHOP_ID: Field = field("EshopId", Digits, 6, "the shop's number").settings();
const HASH: Field = field("Hash", Text, 32, "MD5 over the signed fields").settings();
const INVOICE_ID: Field =
    field("InvoiceId", Digits, 10, "the invoice's number (СКО): ten digits, the first a 3");
const ORDER_ID: Field =
    field("OrderId", Text, 50, "the merchant's own number; unique where the cabinet says so");
const LANGUAGE: Field = field("Language", Language, 2, "ru or en");
const MERCHANT_RECEIPT: Field =
    field("MerchantReceipt", JsonText, 65536, "54-FZ receipt (docs/receipts.md); not signed");
const USER_TOKEN_FIELD: Field = field(
    "UserToken",
    Text,
    256,
    "of getUserToken; fetched with the settings' login and password if not given",
)
.secret();
const SKIP: Field = field("Skip", Digits, 9, "how many to leave out");
const TAKE: Field = field("Take", Digits, 9, "how many at the most").required();
