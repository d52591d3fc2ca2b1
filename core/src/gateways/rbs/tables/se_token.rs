//! `seToken`: not a method of the gateway but ours: it encrypts card data for the methods that take
//! a `seToken`. Docs: docs/gateways/rbs.md, "Encrypted card data".

use super::{BINDING_ID, D1_READ, MD_ORDER};
use crate::native::Shape::{Code, Month, Text};
use crate::native::{Native, field, told};

pub const SE_TOKEN: Native = Native {
    name: "seToken",
    path: "",
    repeat: "always: the card stays here, only the gateway's key is asked for",
    token: true,
    pci: "SAQ D",
    source: "BPC-SE, BPC-SDK",
    doc: "encrypts card data for paymentorder, instantPayment, paymentOrderBinding or instantRefund",
    fields: &[
        field("target", Text, 20, "the method that the token is for").required(),
        field("pan", Code, 19, "card number").card(),
        field("cvc", Code, 4, "the code on the card").card(),
        field("expiry", Month, 6, "yyyyMM").card(),
        field("cardholder", Text, 150, "as on the card"),
        MD_ORDER,
        BINDING_ID,
    ],
    reply: &[told("seToken", "Base64 on one line; good for half an hour, and once")],
    ..D1_READ
};

/// All of them.
pub const NATIVES: &[&Native] = &[&SE_TOKEN];
