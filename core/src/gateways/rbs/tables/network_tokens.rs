//! Paying by a token of a card network or a wallet in the clear. Sources and marks:
//! docs/gateways/rbs.md, "Wallets".

use super::card_fields::{
    ADDITIONAL_PARAMETERS, AUTO_REVERSE_DATE, AUTOCOMPLETION_DATE, CALLBACK_URL, DESCRIPTION,
    FEE_INPUT, OFD_PAIRS, PHONE, POST_ADDRESS, PRE_AUTH, RETURN_URL, TAX_SYSTEM, TII,
};
use super::wallets::REPEAT;
use super::{
    ADDRESS_MATCH, AMOUNT, BILLING, CLIENT_ID, D2, EMAIL, FEATURES, IP, LANGUAGE, ORDER_BUNDLE,
    ORDER_NUMBER, ORDER_PAYER, PASSWORD, PRE_ORDER, SHIPPING, USER_NAME,
};
use crate::native::Shape::{Code, Object, Text};
use crate::native::{Field, Native, field, told};

pub const TOKEN_PAYMENT: Native = Native {
    name: "tokenPayment",
    path: "token/payment.do",
    repeat: REPEAT,
    pci: "SAQ D (inferred)",
    source: "BPC-REST",
    doc: "registers an order and pays it by a network or wallet token that the shop holds",
    fields: FIELDS,
    reply: &[
        told("success", "boolean: the call was accepted"),
        told("data", "object: what the payment answers"),
        told("data.orderId", "the gateway's id").always(),
        told("orderStatus", "object: the fields of getOrderStatusExtended"),
        told("orderStatus.orderStatus", "1 held, 2 captured: paid"),
        told(
            "orderStatus.paymentAmountInfo.paymentState",
            "as notifications spell it: payment_deposited",
        ),
        told("error.code", "1: the bank refused; 10: the number is already registered"),
        told("error.description", "technical"),
        told("error.message", "for the buyer"),
    ],
    ..D2
};

const FIELDS: &[Field] = &[
    USER_NAME,
    PASSWORD,
    ORDER_NUMBER.one_of(),
    field("orderId", Text, 36, "second leg of 3-D Secure 2: as the first answered").one_of(),
    field("tokenType", Text, 7, "MDES, VTS, APPLE, GOOGLE or SAMSUNG").required(),
    AMOUNT.required(),
    RETURN_URL.required(),
    field("paymentData", Object(PAYMENT_DATA), 1, "the token").card().required(),
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

const PAYMENT_DATA: &[Field] = &[
    field("dpan", Code, 19, "the device or network card number").card().required(),
    field("tokenCryptogram", Text, 255, "made for this payment; some payments need it").card(),
    field("MM", Code, 2, "month of the expiry, two digits").at_least(2).card(),
    field("YYYY", Code, 4, "year of the expiry").at_least(4).card(),
    field("eci", Text, 2, "like \"07\": how the buyer was authenticated"),
];

/// All of them.
pub const NATIVES: &[&Native] = &[&TOKEN_PAYMENT];
