//! Every method of the gateway as a table: parameters with limits, marks and sources in the order in
//! which they leave, and the reply. A file for each family; docs/operations/rbs.md is made from them.

pub mod binding_payments;
pub mod bindings;
pub mod card_checks;
mod card_fields;
pub mod cards;
pub mod cart;
pub mod ecomm;
pub mod fiscal;
pub mod google_pay;
pub mod instant_payment;
pub mod keys;
mod link_templates;
pub mod mir_pay;
pub mod network_tokens;
pub mod orders;
mod podeli;
pub mod reports;
pub mod sbp;
pub mod se_token;
mod tasks;
mod templates;
pub mod three_ds;
pub mod wallets;
pub mod yandex_pay;

pub use self::cart::{OFD, ORDER_BUNDLE};
use crate::http::{Effect, Patience};
use crate::native::Shape::{self, Code, Currency, Digits, Flag, Json, Language, Object, Text};
use crate::native::{Field, Mark, Native, Told, Wire, field, told};

/// The families of the form and JSON dialects, in the order of the reference.
pub const FAMILIES: &[&[&Native]] = &[
    orders::NATIVES,
    cards::NATIVES,
    instant_payment::NATIVES,
    card_checks::NATIVES,
    three_ds::NATIVES,
    bindings::NATIVES,
    binding_payments::NATIVES,
    wallets::NATIVES,
    google_pay::NATIVES,
    mir_pay::NATIVES,
    yandex_pay::NATIVES,
    network_tokens::NATIVES,
    reports::NATIVES,
    sbp::NATIVES,
    templates::NATIVES,
    link_templates::NATIVES,
    fiscal::NATIVES,
    tasks::NATIVES,
    podeli::NATIVES,
    keys::NATIVES,
    se_token::NATIVES,
];

/// D1: a form goes in, JSON comes out. The row that other rows are changes of.
pub const D1: Native = Native {
    name: "",
    path: "",
    wire: Wire::Form,
    effect: Effect::Write,
    patience: Patience::Long,
    repeat: "never: after a lost answer read the status",
    token: false,
    serves: "",
    dialect: "D1",
    pci: "",
    mark: Mark::Confirmed,
    source: "BPC-REST, ALFA-REST",
    fields: &[],
    reply: &[],
    doc: "",
};

/// A read of D1.
pub const D1_READ: Native =
    Native { effect: Effect::Read, patience: Patience::Usual, repeat: "always", ..D1 };

/// D2: JSON in, JSON out, on the same hosts.
pub const D2: Native = Native { wire: Wire::Json, dialect: "D2", ..D1 };

/// A read of D2.
pub const D2_READ: Native = Native { wire: Wire::Json, dialect: "D2", ..D1_READ };

/// D3: scheduled payments of BPC, JSON below the host itself.
pub const D3: Native = Native { wire: Wire::Json, dialect: "D3", source: "BPC-REST", ..D1 };

/// A read of D3.
pub const D3_READ: Native =
    Native { effect: Effect::Read, patience: Patience::Usual, repeat: "always", ..D3 };

// What many methods take.

pub const USER_NAME: Field = field("userName", Text, 100, "login of the API user").settings();
/// The spelling of direct wallets, templates, SBP B2B and Podeli.
pub const USERNAME: Field = field("username", Text, 100, "login of the API user").settings();
pub const PASSWORD: Field = field("password", Text, 200, "its password").settings();
pub const TOKEN: Field =
    field("token", Text, 256, "the public token, instead of login and password").settings();
pub const LANGUAGE: Field = field("language", Language, 2, "of the page and of error texts");
pub const CURRENCY: Field =
    field("currency", Currency, 3, "ISO 4217 number; the merchant's own if not given");
pub const AMOUNT: Field = field("amount", Digits, 12, "minor units");
pub const MERCHANT_LOGIN: Field =
    field("merchantLogin", Text, 255, "act for another merchant, where permitted");
pub const JSON_PARAMS: Field =
    field("jsonParams", Json, 4096, "names up to 255 bytes with values up to 1024");
pub const ORDER_ID: Field = field("orderId", Text, 36, "the gateway's id");
pub const MD_ORDER: Field = field("mdOrder", Text, 36, "the gateway's id of a registered order");
pub const ORDER_NUMBER: Field = field("orderNumber", Text, 36, "the merchant's number");
pub const BINDING_ID: Field = field("bindingId", Text, 255, "a stored card; it can pay").secret();
pub const CLIENT_ID: Field =
    field("clientId", Text, 255, "the shop's id of the buyer; lets the gateway keep cards");
pub const IP: Field = field("ip", Text, 39, "the buyer's address, IPv4 or IPv6");
pub const EMAIL: Field = field("email", Text, 40, "the buyer's, checked when paying");
pub const FEATURES: Field =
    field("features", Shape::Words, 255, "VERIFY, FORCE_TDS, FORCE_SSL, FORCE_CREATE_BINDING, ...");
pub const MCC: Field = field("mcc", Code, 4, "merchant category; needs permission (BPC)");
pub const MVV: Field = field("mvv", Text, 10, "needs permission (BPC)");
pub const PAYMENT_FACILITATOR: Field = field(
    "paymentFacilitator",
    Object(FACILITATOR),
    1,
    "the facilitator and its sub-merchants (BPC)",
);

pub const BILLING: Field =
    field("billingPayerData", Object(BILLING_ADDRESS), 1, "for the address check; then mandatory");
pub const SHIPPING: Field =
    field("shippingPayerData", Object(SHIPPING_ADDRESS), 1, "for 3-D Secure");
pub const PRE_ORDER: Field =
    field("preOrderPayerData", Object(PRE_ORDER_DATA), 1, "for 3-D Secure");
pub const ORDER_PAYER: Field = field("orderPayerData", Object(PHONES), 1, "phones, for 3-D Secure");
pub const ADDRESS_MATCH: Field = field(
    "billingAndShippingAddressMatchIndicator",
    Text,
    1,
    "Y or N: billing and shipping address are the same",
);
pub const BROWSER: Field = field(
    "clientBrowserInfo",
    Object(BROWSER_INFO),
    1,
    "the buyer's browser; needs a merchant setting",
);

const BILLING_ADDRESS: &[Field] = &[
    field("billingCity", Text, 50, ""),
    field("billingCountry", Text, 50, "any form of ISO 3166-1"),
    field("billingAddressLine1", Text, 50, "needed for the address check"),
    field("billingAddressLine2", Text, 50, ""),
    field("billingAddressLine3", Text, 50, ""),
    field("billingPostalCode", Text, 9, "needed for the address check"),
    field("billingState", Text, 50, ""),
];

const SHIPPING_ADDRESS: &[Field] = &[
    field("shippingCity", Text, 50, ""),
    field("shippingCountry", Text, 50, ""),
    field("shippingAddressLine1", Text, 50, ""),
    field("shippingAddressLine2", Text, 50, ""),
    field("shippingAddressLine3", Text, 50, ""),
    field("shippingState", Text, 50, ""),
    field("shippingPostalCode", Text, 16, ""),
    field(
        "shippingMethodIndicator",
        Code,
        2,
        "01 billing address, 02 other verified, 03 different, 04 pick-up, 05 digital, 06 tickets, 07 other",
    ),
    field("deliveryTimeframe", Code, 2, "01 electronic, 02 same day, 03 next day, 04 later"),
    field("deliveryEmail", Text, 254, ""),
];

const PRE_ORDER_DATA: &[Field] = &[
    field("preOrderDate", Code, 8, "yyyyMMdd"),
    field("preOrderPurchaseInd", Code, 2, "01 available, 02 future"),
    field("reorderItemsInd", Code, 2, "01 first, 02 repeated"),
];

const PHONES: &[Field] = &[
    field("homePhone", Text, 17, "7 to 15 digits with country code"),
    field("workPhone", Text, 17, "7 to 15 digits with country code"),
    field("mobilePhone", Text, 17, "7 to 15 digits with country code"),
];

const BROWSER_INFO: &[Field] = &[
    field("userAgent", Text, 2048, ""),
    field("OS", Text, 255, ""),
    field("OSVersion", Text, 255, ""),
    field("browserAcceptHeader", Text, 2048, ""),
    field("browserIpAddress", Text, 45, ""),
    field("browserLanguage", Text, 8, ""),
    field("browserTimeZone", Text, 255, ""),
    field("browserTimeZoneOffset", Text, 6, "minutes"),
    field("colorDepth", Digits, 3, ""),
    field("fingerprint", Text, 255, ""),
    field("isMobile", Flag, 5, ""),
    field("javaEnabled", Flag, 5, ""),
    field("javascriptEnabled", Flag, 5, ""),
    field("plugins", Text, 2048, ""),
    field("screenHeight", Digits, 5, ""),
    field("screenWidth", Digits, 5, ""),
    field("screenPrint", Text, 2048, ""),
];

const FACILITATOR: &[Field] = &[
    field("pfId", Text, 11, "the facilitator's id").required(),
    field("name", Text, 40, "the facilitator's name").required(),
    field("isoId", Text, 11, ""),
    field("subMerchants", Shape::List(SUB_MERCHANT), 100, "who sells").required(),
];

const SUB_MERCHANT: &[Field] = &[
    field("subMerchantId", Text, 20, "its id").required(),
    field("name", Text, 40, "its name").required(),
    field("address", Object(SUB_MERCHANT_ADDRESS), 1, "where it is").required(),
];

const SUB_MERCHANT_ADDRESS: &[Field] = &[
    field("city", Text, 50, "the town").required(),
    field("postalCode", Text, 16, "the postal code").required(),
    field("country", Digits, 3, "ISO 3166-1 number").required(),
    field("street", Text, 40, ""),
];

/// What every reply may hold.
pub const COMMON_REPLY: &[Told] =
    &[ERROR_CODE, ERROR_MESSAGE, told("userMessage", "for the buyer")];
pub const ERROR_CODE: Told = told("errorCode", "0 or absent: accepted; text or number");
pub const ERROR_MESSAGE: Told =
    told("errorMessage", "for people; its wording follows the language");

#[cfg(test)]
mod tests;
