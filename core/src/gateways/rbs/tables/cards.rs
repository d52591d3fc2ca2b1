//! Paying by the card itself, and what belongs to an order that is paid so. The shop's server sees
//! the card, or its encrypted form. Sources and marks: docs/gateways/rbs.md, "Cards".

use super::card_fields::{
    AUTO_REVERSE_DATE, AUTOCOMPLETION_DATE, CALLBACK_URL, CARDHOLDER_NAME, CVC, DESCRIPTION,
    EXPIRY, FAIL_URL, FINISH_URL, METHOD_NOTIFICATION_URL, ORIGINAL_DATE, ORIGINAL_REF, PAN,
    PAYMENT_FORM_REPLY, POST_ADDRESS, PRE_AUTH, RETURN_URL, SCA_EXEMPTION, SDK, SE_TOKEN,
    SERVER_TRANS_ID, TII,
};
use super::{
    ADDRESS_MATCH, AMOUNT, BILLING, BINDING_ID, BROWSER, CLIENT_ID, COMMON_REPLY, CURRENCY, D1,
    EMAIL, FEATURES, IP, JSON_PARAMS, LANGUAGE, MCC, MD_ORDER, MERCHANT_LOGIN, MVV, ORDER_NUMBER,
    ORDER_PAYER, PASSWORD, PAYMENT_FACILITATOR, PRE_ORDER, SHIPPING, TOKEN, USER_NAME,
};
use crate::native::Shape::{Code, Flag, Month, Text};
use crate::native::{Field, Native, Told, field, told};

pub const PAYMENT_ORDER: Native = Native {
    name: "paymentorder",
    path: "rest/paymentorder.do",
    repeat: "never: after a lost answer read the order's status",
    pci: "SAQ D",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "pays a registered order by card; a seToken with a bindingId goes to paymentOrderBinding",
    fields: PAYMENT_ORDER_FIELDS,
    reply: PAYMENT_FORM_REPLY,
    ..D1
};

const PAYMENT_ORDER_FIELDS: &[Field] = &[
    USER_NAME,
    PASSWORD,
    field("MDORDER", Text, 36, "the gateway's id of a registered order").required(),
    field("$PAN", Code, 19, "card number").card().one_of(),
    field("$CVC", Code, 3, "card verification code").card(),
    field("YYYY", Code, 4, "year of the card's expiry").at_least(4).card(),
    field("MM", Code, 2, "month of the card's expiry, two digits").at_least(2).card(),
    field("$EXPIRY", Month, 6, "the same as yyyyMM; it wins").card(),
    SE_TOKEN.one_of(),
    field("TEXT", Text, 512, "cardholder's name").required(),
    LANGUAGE.required(),
    field("ip", Text, 39, "the buyer's address; Alfa's Swagger demands it"),
    field("bindingNotNeeded", Flag, 5, "true: do not store the card"),
    // May carry the cavv of the shop's own 3-D Secure server.
    JSON_PARAMS.secret(),
    SDK,
    EMAIL,
    BILLING,
    SHIPPING,
    PRE_ORDER,
    ORDER_PAYER,
    ADDRESS_MATCH,
    TII,
    ORIGINAL_REF,
    ORIGINAL_DATE,
    SCA_EXEMPTION,
    BROWSER,
    field("acsInIFrame", Flag, 5, "true: the ACS page stands in a frame (Alfa)"),
    field(
        "sbpSubscriptionToken",
        Text,
        32,
        "pays by an SBP subscription instead of a card, with sbpMemberId (Alfa)",
    )
    .secret()
    .one_of(),
    field("sbpMemberId", Text, 12, "the bank of the SBP subscription (Alfa)"),
    MCC,
    MVV,
    PAYMENT_FACILITATOR,
    SERVER_TRANS_ID,
    FINISH_URL,
    METHOD_NOTIFICATION_URL,
];

pub const MOTO_PAYMENT: Native = Native {
    name: "motoPayment",
    path: "rest/motoPayment.do",
    repeat: "never: after a lost answer read the status by orderNumber",
    token: true,
    pci: "SAQ D",
    source: "BPC-REST, ALFA-SWG",
    doc: "registers an order and pays it by a card that the buyer told by mail or phone",
    fields: MOTO_FIELDS,
    reply: MOTO_REPLY,
    ..D1
};

const MOTO_FIELDS: &[Field] = &[
    USER_NAME,
    PASSWORD,
    TOKEN,
    ORDER_NUMBER,
    AMOUNT.required(),
    CURRENCY,
    RETURN_URL.required(),
    FAIL_URL,
    PAN.required(),
    CVC,
    EXPIRY.required(),
    field("cardholder", Text, 255, "cardholder's name").required(),
    DESCRIPTION,
    LANGUAGE,
    CLIENT_ID,
    MERCHANT_LOGIN,
    POST_ADDRESS,
    JSON_PARAMS,
    FEATURES,
    CALLBACK_URL,
    EMAIL,
    BILLING,
    SHIPPING,
    PRE_ORDER,
    ORDER_PAYER,
    ADDRESS_MATCH,
    IP,
    PRE_AUTH,
    AUTOCOMPLETION_DATE,
    AUTO_REVERSE_DATE,
];

const MOTO_REPLY: &[Told] = &[
    told("success", "boolean: the call was accepted"),
    told("errorCode", "0 or absent: accepted; text"),
    told("errorMessage", "for people"),
    told("mdOrder", "the gateway's id of the order"),
    told("orderNumber", "the merchant's number"),
    told("userMessage", "for the buyer"),
    told("payerData", "object: email, phone, postAddress"),
];

pub const INDUSTRY_PRACTICE: Native = Native {
    name: "industryPractice",
    path: "industryPractice/paymentOrder.do",
    repeat: "never: after a lost answer read the status by orderNumber",
    source: "BPC-REST",
    doc: "charges the card of an earlier order again: no-show, delayed charge, re-authorization, ...",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("originalMdOrder", Text, 36, "the gateway's id of the earlier order").required(),
        ORDER_NUMBER.required(),
        field("amount", AMOUNT.shape, 12, "minor units; with IPI, IPD and IPN, never IPS or IPA"),
        field(
            "tii",
            Text,
            3,
            "IPI incremental, IPS resubmission, IPD delayed charge, IPA re-authorization, IPN no-show",
        )
        .required(),
        JSON_PARAMS,
        FEATURES,
    ],
    reply: COMMON_REPLY,
    ..D1
};

pub const INSTANT_REFUND: Native = Native {
    name: "instantRefund",
    path: "rest/instantRefund.do",
    repeat: "never: money may leave twice; after a lost answer read the status by orderNumber",
    pci: "SAQ D with the card (inferred)",
    source: "BPC-REST, ALFA-SWG, HELIOS",
    doc: "pays money to a card without an earlier order; needs permission",
    fields: &[
        USER_NAME,
        PASSWORD,
        AMOUNT.required(),
        LANGUAGE,
        CURRENCY,
        field("orderNumber", Text, 36, "the merchant's number, unless the gateway numbers"),
        JSON_PARAMS,
        BINDING_ID.one_of(),
        SE_TOKEN.one_of(),
        PAN.one_of(),
        CVC,
        EXPIRY,
        CARDHOLDER_NAME,
    ],
    reply: &[
        told("errorCode", "0: accepted"),
        told("errorMessage", "for people"),
        told("orderId", "the gateway's id of the refund's order"),
        told("orderStatus", "object; speaks of the look-up of the status alone"),
        told("orderStatus.approvalCode", "the bank's approval"),
        told("orderStatus.rrn", "retrieval reference number"),
        told("orderStatus.ErrorCode", "of the look-up: may be 7 beside an outer 0"),
        told("orderStatus.ErrorMessage", "of the look-up, for people"),
    ],
    ..D1
};

pub const PAYMENT_OTHER_WAY: Native = Native {
    name: "paymentotherway",
    path: "rest/paymentotherway.do",
    repeat: "never: after a lost answer read the order's status",
    source: "ALFA-SWG, OLD",
    doc: "starts another way to pay a registered order",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("MDORDER", Text, 36, "the gateway's id of a registered order").required(),
        field("paymentWay", Text, 14, "the way's name, like ALFA_ALFACLICK").required(),
        LANGUAGE,
    ],
    reply: PAYMENT_FORM_REPLY,
    ..D1
};

pub const UPDATE_SSL_CARD_LIST: Native = Native {
    name: "updateSSLCardList",
    path: "rest/updateSSLCardList.do",
    repeat: "always: a card that is in the list is refused with code 6 and stays there",
    source: "OLD",
    doc: "adds the card of an order to the SSL list",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("mdorder", Text, 36, "the gateway's id of an order paid by the card").required(),
    ],
    reply: COMMON_REPLY,
    ..D1
};

pub const DECLINE_BY_CLIENT: Native = Native {
    name: "declineByClient",
    path: "rest/declineByClient.do",
    repeat: "always: a closed order refuses it and stays closed",
    source: "ALFA-SWG",
    doc: "closes an unpaid order on the buyer's behalf; takes no login",
    fields: &[MD_ORDER.required()],
    reply: COMMON_REPLY,
    ..D1
};

/// All of them.
pub const NATIVES: &[&Native] = &[
    &PAYMENT_ORDER,
    &MOTO_PAYMENT,
    &INDUSTRY_PRACTICE,
    &INSTANT_REFUND,
    &PAYMENT_OTHER_WAY,
    &UPDATE_SSL_CARD_LIST,
    &DECLINE_BY_CLIENT,
];
