//! Apple Pay and Samsung Pay; Google, Mir and Yandex Pay have files of their own. Sources and marks:
//! docs/gateways/rbs.md, "Wallets".

use super::card_fields::{
    ADDITIONAL_PARAMETERS, AUTO_REVERSE_DATE, AUTOCOMPLETION_DATE, CALLBACK_URL, DECRYPTED_TOKEN,
    DESCRIPTION, FEE_INPUT, OFD_PAIRS, PAYMENT_TOKEN, PHONE, POST_ADDRESS, PRE_AUTH, TAX_SYSTEM,
    TII,
};
use super::{
    ADDRESS_MATCH, BILLING, CLIENT_ID, D2, EMAIL, FEATURES, IP, LANGUAGE, ORDER_BUNDLE,
    ORDER_NUMBER, ORDER_PAYER, PASSWORD, PRE_ORDER, SHIPPING, USERNAME,
};
use crate::native::Shape::Text;
use crate::native::{Field, Mark, Native, Told, field, rows, told};

/// What wallet payments have in common.
const WALLET: Native = Native { repeat: REPEAT, source: "BPC-REST, ALFA-SWG", ..D2 };

pub const REPEAT: &str = "with the same orderNumber: a number once registered is refused (code 10)";

/// The shop is named by its login alone.
pub const MERCHANT: Field = field("merchant", Text, 255, "login of the merchant, no password");

pub const APPLE_PAY: Native = Native {
    name: "applepayPayment",
    path: "applepay/payment.do",
    serves: "create_payment",
    doc: "registers an order and pays it by Apple Pay; paymentToken is PKPaymentToken.paymentData",
    fields: &MERCHANT_FIELDS,
    reply: REPLY,
    ..WALLET
};

pub const APPLE_PAY_DIRECT: Native = Native {
    name: "applepayPaymentDirect",
    path: "applepay/paymentDirect.do",
    pci: "SAQ D (inferred)",
    doc: "the same, with a token that the shop decrypted; its transactionAmount is 0 to verify",
    fields: &DIRECT_FIELDS,
    reply: REPLY,
    ..WALLET
};

pub const SAMSUNG_PAY: Native = Native {
    name: "samsungPayment",
    path: "samsung/payment.do",
    serves: "create_payment",
    doc: "registers an order and pays it by Samsung Pay in an app; paymentToken is 3ds.data",
    fields: &MERCHANT_FIELDS,
    reply: REPLY,
    ..WALLET
};

pub const SAMSUNG_PAY_DIRECT: Native = Native {
    name: "samsungPaymentDirect",
    path: "samsung/paymentDirect.do",
    pci: "SAQ D (inferred)",
    doc: "the same, with a token that the shop decrypted",
    fields: &DIRECT_FIELDS,
    reply: REPLY,
    ..WALLET
};

pub const SAMSUNG_PAY_WEB: Native = Native {
    name: "samsungWebPayment",
    path: "samsungWeb/payment.do",
    mark: Mark::Inferred,
    source: "HELIOS",
    doc: "the same on a web page; its fields are taken to be those of samsungPayment",
    fields: &MERCHANT_FIELDS,
    reply: REPLY,
    ..WALLET
};

/// What an order that is paid by a wallet may say of itself.
pub const WALLET_ORDER: [Field; 23] = [
    DESCRIPTION,
    LANGUAGE,
    PRE_AUTH,
    AUTOCOMPLETION_DATE,
    AUTO_REVERSE_DATE,
    CLIENT_ID,
    ADDITIONAL_PARAMETERS,
    TII,
    EMAIL,
    PHONE,
    IP,
    BILLING,
    SHIPPING,
    PRE_ORDER,
    ORDER_PAYER,
    ADDRESS_MATCH,
    FEATURES,
    FEE_INPUT,
    CALLBACK_URL,
    ORDER_BUNDLE,
    OFD_PAIRS,
    TAX_SYSTEM,
    POST_ADDRESS,
];

const MERCHANT_FIELDS: [Field; 26] =
    rows([MERCHANT.required(), ORDER_NUMBER.required(), PAYMENT_TOKEN], WALLET_ORDER);

const DIRECT_FIELDS: [Field; 27] =
    rows([USERNAME, PASSWORD, ORDER_NUMBER.required(), DECRYPTED_TOKEN], WALLET_ORDER);

/// Approved only with success and orderStatus 1 or 2.
const REPLY: &[Told] = &[
    told("success", "boolean: the call was accepted"),
    told("data.orderId", "the gateway's id").always(),
    told("data.bindingId", "the card that was stored or used"),
    told("orderStatus", "object: the fields of getOrderStatusExtended"),
    told("orderStatus.orderStatus", "1 held, 2 captured: paid"),
    told("error.code", "1: the bank refused; 10: number already registered, or bad credentials"),
    told("error.description", "technical"),
    told("error.message", "for the buyer"),
];

/// All of them.
pub const NATIVES: &[&Native] =
    &[&APPLE_PAY, &APPLE_PAY_DIRECT, &SAMSUNG_PAY, &SAMSUNG_PAY_DIRECT, &SAMSUNG_PAY_WEB];
