//! Paying by a token of a card network or a wallet in the clear. Sources and marks:
//! docs/gateways/rbs.md, "Wallets".

use super::card_fields::RETURN_URL;
use super::wallets::{REPEAT, WALLET_ORDER};
use super::{AMOUNT, D2, ORDER_NUMBER, PASSWORD, USER_NAME};
use crate::native::Shape::{Code, Object, Text};
use crate::native::{Field, Native, field, rows, told};

pub const TOKEN_PAYMENT: Native = Native {
    name: "tokenPayment",
    path: "token/payment.do",
    repeat: REPEAT,
    pci: "SAQ D (inferred)",
    source: "BPC-REST",
    doc: "registers an order and pays it by a network or wallet token that the shop holds",
    fields: &FIELDS,
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

const FIELDS: [Field; 31] = rows(
    [
        USER_NAME,
        PASSWORD,
        ORDER_NUMBER.one_of(),
        field("orderId", Text, 36, "second leg of 3-D Secure 2: as the first answered").one_of(),
        field("tokenType", Text, 7, "MDES, VTS, APPLE, GOOGLE or SAMSUNG").required(),
        AMOUNT.required(),
        RETURN_URL.required(),
        field("paymentData", Object(PAYMENT_DATA), 1, "the token").card().required(),
    ],
    WALLET_ORDER,
);

const PAYMENT_DATA: &[Field] = &[
    field("dpan", Code, 19, "the device or network card number").card().required(),
    field("tokenCryptogram", Text, 255, "made for this payment; some payments need it").card(),
    field("MM", Code, 2, "month of the expiry, two digits").at_least(2).card(),
    field("YYYY", Code, 4, "year of the expiry").at_least(4).card(),
    field("eci", Text, 2, "like \"07\": how the buyer was authenticated"),
];

/// All of them.
pub const NATIVES: &[&Native] = &[&TOKEN_PAYMENT];
