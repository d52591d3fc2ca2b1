//! Sberbank's new interface (D4): JSON alone, below `/ecomm/gw/partner/api`. It refuses fields that it
//! does not know and enforces its limits, so these rows are its own, never those of D1.

mod accounts;
pub mod cards;
pub mod cart;
pub mod orders;
pub mod payments;
pub mod receipts;
mod three_ds;

use super::{D1, JSON_PARAMS, LANGUAGE, PASSWORD};
use crate::http::{Effect, Patience};
use crate::native::Shape::{self, Currency, Digits, Id, Text, Url};
use crate::native::{Field, Native, Told, Wire, field, told};

/// All its families, in the order of the reference.
pub const FAMILIES: &[&[&Native]] = &[
    orders::NATIVES,
    payments::NATIVES,
    three_ds::NATIVES,
    cards::NATIVES,
    receipts::NATIVES,
    accounts::NATIVES,
];

/// JSON in, JSON out. The row that other rows are changes of.
const D4: Native = Native { wire: Wire::Json, dialect: "D4", source: "SBER-EC", ..D1 };

/// A read of D4.
const D4_READ: Native =
    Native { effect: Effect::Read, patience: Patience::Usual, repeat: "always", ..D4 };

const USER_NAME: Field = field("userName", Text, 30, "login of the API user").settings();
const MERCHANT_LOGIN: Field =
    field("merchantLogin", Text, 30, "act for another merchant, where permitted");
const ORDER_NUMBER: Field = field("orderNumber", Text, 36, "the merchant's number");
const ORDER_ID: Field = field("orderId", Id, 36, "the gateway's id");
const MD_ORDER: Field = field("mdOrder", Id, 36, "the gateway's id of a registered order");
const BINDING_ID: Field = field("bindingId", Id, 36, "a stored card; it can pay").secret();
const AMOUNT: Field = field("amount", Digits, 12, "minor units");
const CURRENCY: Field =
    field("currency", Currency, 3, "ISO 4217 number; the merchant's own if not given");
const RETURN_URL: Field =
    field("returnUrl", Url, 2048, "where the buyer comes back to").at_least(12);
const FAIL_URL: Field =
    field("failUrl", Url, 2048, "where the buyer comes back to after a failure").at_least(12);
const DESCRIPTION: Field = field(
    "description",
    Text,
    512,
    "printable ASCII, Russian letters and the numero sign; 99 characters are safe",
);
const CLIENT_ID: Field =
    field("clientId", Text, 255, "the shop's id of the buyer; printable ASCII");
const FEATURES: Field =
    field("features", Shape::Joined(";"), 255, "AUTO_PAYMENT, VERIFY, FORCE_TDS, FORCE_SSL, ...");
const EMAIL: Field = field("email", Text, 128, "the buyer's").at_least(3);
const PHONE: Field =
    field("phone", Text, 16, "the buyer's: 7 to 15 digits, with or without +").at_least(7);
const IP: Field = field("ip", Text, 39, "the buyer's address, IPv4 or IPv6");
const SESSION_TIMEOUT: Field =
    field("sessionTimeoutSecs", Digits, 9, "life of the page, in seconds");

const ERROR_CODE: Told = told("errorCode", "0 or absent: accepted");
const ERROR_MESSAGE: Told = told("errorMessage", "for people; its wording follows the language");
const COMMON_REPLY: &[Told] = &[ERROR_CODE, ERROR_MESSAGE];

#[cfg(test)]
mod tests;
