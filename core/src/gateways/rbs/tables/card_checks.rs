//! Asking about a card without charging it. Sources and marks: docs/gateways/rbs.md, "Cards".

use super::card_fields::{
    ACS_URL, CALLBACK_URL, CARDHOLDER_NAME, CVC, DESCRIPTION, EXPIRY, FAIL_URL, FINISH_URL,
    FIRST_LEG_ORDER, IS_3DS2, METHOD_DATA, METHOD_NOTIFICATION_URL, METHOD_URL, METHOD_URL_DIRECT,
    METHOD_URL_SERVER, PA_REQ, PACKED_CREQ, PAN, RETURN_URL, SDK, SERVER_TRANS_ID, TERM_URL,
    TRANS_ID,
};
use super::{
    ADDRESS_MATCH, BILLING, CURRENCY, D1, D1_READ, EMAIL, LANGUAGE, ORDER_PAYER, PASSWORD,
    PRE_ORDER, SHIPPING, TOKEN, USER_NAME,
};
use crate::native::Shape::{Digits, Url};
use crate::native::{Native, field, told};

pub const VERIFY_ENROLLMENT: Native = Native {
    name: "verifyEnrollment",
    path: "rest/verifyEnrollment.do",
    pci: "SAQ D (inferred)",
    source: "ALFA-SWG, OLD",
    doc: "says whether a card takes part in 3-D Secure",
    fields: &[USER_NAME, PASSWORD, PAN.required(), LANGUAGE],
    reply: &[
        told("errorCode", "0 or absent: answered"),
        told("errorMessage", "for people"),
        told("emitterName", "the issuing bank"),
        told("emitterCountryCode", "its country"),
        told("enrolled", "Y, N or U"),
        told("is3DSVer2", "boolean: 3-D Secure 2"),
    ],
    ..D1_READ
};

pub const VERIFY_CARD: Native = Native {
    name: "verifyCard",
    path: "rest/verifyCard.do",
    repeat: "never: nothing is taken, but each call asks the bank and makes an order",
    token: true,
    pci: "SAQ D",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "checks a card without taking money; its order goes straight to reversed",
    fields: &[
        USER_NAME,
        PASSWORD,
        TOKEN,
        field("amount", Digits, 12, "minor units; 0, or at most 100 by Alfa's Swagger").required(),
        CURRENCY,
        PAN,
        CVC,
        EXPIRY,
        CARDHOLDER_NAME,
        field("backUrl", Url, 512, "where the buyer comes back to, beside returnUrl"),
        FAIL_URL,
        RETURN_URL,
        DESCRIPTION,
        EMAIL,
        LANGUAGE,
        CALLBACK_URL,
        SERVER_TRANS_ID,
        FINISH_URL,
        METHOD_NOTIFICATION_URL,
        FIRST_LEG_ORDER.inferred(),
        SDK.inferred(),
        BILLING,
        SHIPPING,
        PRE_ORDER,
        ORDER_PAYER,
        ADDRESS_MATCH,
    ],
    reply: &[
        told("errorCode", "0: accepted; text"),
        told("errorMessage", "for people"),
        told("orderId", "the gateway's id"),
        told("orderNumber", "the number that the gateway gave"),
        told("rrn", "retrieval reference number"),
        told("authCode", "the bank's"),
        told("actionCode", "0: the bank approves; why it does not"),
        told("actionCodeDescription", "the same for people"),
        told("time", "Unix milliseconds"),
        told("eci", "like \"07\": how the buyer was authenticated"),
        told("amount", "0"),
        told("currency", "ISO 4217 number"),
        ACS_URL,
        PA_REQ,
        TERM_URL,
        IS_3DS2,
        TRANS_ID,
        METHOD_URL,
        METHOD_URL_SERVER,
        METHOD_DATA,
        METHOD_URL_DIRECT,
        PACKED_CREQ,
    ],
    ..D1
};

/// All of them.
pub const NATIVES: &[&Native] = &[&VERIFY_ENROLLMENT, &VERIFY_CARD];
