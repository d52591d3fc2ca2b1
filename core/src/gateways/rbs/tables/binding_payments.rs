//! Charging a stored card. Sources and marks: docs/gateways/rbs.md, "Stored cards".

use super::card_fields::{
    ADDITIONAL_PARAMETERS, AUTO_REVERSE_DATE, AUTOCOMPLETION_DATE, CALLBACK_URL, DESCRIPTION,
    FEE_INPUT, OFD_PAIRS, PAYMENT_FORM_REPLY, PRE_AUTH, PROTOCOL_VERSION, SCA_EXEMPTION, SDK,
    SE_TOKEN, TAX_SYSTEM,
};
use super::{
    ADDRESS_MATCH, AMOUNT, BILLING, BINDING_ID, BROWSER, CURRENCY, D1, D2, EMAIL, FEATURES,
    LANGUAGE, MCC, MD_ORDER, ORDER_BUNDLE, ORDER_NUMBER, ORDER_PAYER, PASSWORD, PRE_ORDER,
    SHIPPING, TOKEN, USER_NAME,
};
use crate::native::Shape::{Code, Text};
use crate::native::{Native, field, told};

pub const PAYMENT_ORDER_BINDING: Native = Native {
    name: "paymentOrderBinding",
    path: "rest/paymentOrderBinding.do",
    repeat: "never: after a lost answer read the order's status",
    pci: "SAQ D with cvc, SAQ A without cvc",
    source: "BPC-REST, ALFA-REST, ALFA-SWG, OLD",
    doc: "pays a registered order by a stored card or by an SBP subscription",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        BINDING_ID.one_of(),
        field("ip", Text, 39, "the buyer's address; Alfa's Swagger demands it"),
        LANGUAGE,
        field("cvc", Code, 3, "card verification code; not when the merchant begins the payment")
            .card(),
        SDK,
        field("tii", Text, 3, "who began it: F the buyer, U the merchant (one stage only)")
            .required(),
        EMAIL,
        MCC,
        PROTOCOL_VERSION,
        SCA_EXEMPTION,
        SE_TOKEN.one_of(),
        BROWSER,
    ],
    reply: PAYMENT_FORM_REPLY,
    ..D1
};

pub const RECURRENT_PAYMENT: Native = Native {
    name: "recurrentPayment",
    path: "recurrentPayment.do",
    repeat: "with the same orderNumber: the number is unique, a repeat is refused with code 10",
    serves: "charge_saved_card, settle",
    source: "BPC-REST, ALFA-SWG",
    doc: "registers an order and pays it by a stored card, without the buyer",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_NUMBER.required(),
        BINDING_ID.required(),
        AMOUNT.required(),
        CURRENCY,
        DESCRIPTION,
        LANGUAGE,
        PRE_AUTH,
        AUTOCOMPLETION_DATE,
        AUTO_REVERSE_DATE,
        FEATURES,
        ADDITIONAL_PARAMETERS,
        FEE_INPUT,
        CALLBACK_URL,
        ORDER_BUNDLE,
        OFD_PAIRS,
        TAX_SYSTEM,
        SCA_EXEMPTION,
        BILLING,
        SHIPPING,
        PRE_ORDER,
        ORDER_PAYER,
        ADDRESS_MATCH,
    ],
    reply: &[
        told("success", "boolean: the call was accepted"),
        told("data.orderId", "the gateway's id").always(),
        told("orderStatus", "object: the fields of getOrderStatusExtended"),
        told("orderStatus.orderStatus", "1 held, 2 captured: paid; 6 declined"),
        told("orderStatus.actionCode", "0: the bank approves; why it does not"),
        told("error.code", "text; \"10\": the order number is already registered"),
        told("error.description", "technical"),
        told("error.message", "for the buyer"),
    ],
    ..D2
};

pub const INSTALLMENT_PAYMENT: Native = Native {
    name: "installmentPayment",
    path: "installmentPayment.do",
    repeat: "never: after a lost answer read the status by orderNumber",
    token: true,
    source: "BPC-REST",
    doc: "registers an order and pays an instalment of it by a stored card",
    fields: &[
        USER_NAME,
        PASSWORD,
        TOKEN,
        ORDER_NUMBER.required(),
        BINDING_ID.required(),
        AMOUNT.required(),
        PRE_AUTH.required(),
        CURRENCY,
        DESCRIPTION,
        LANGUAGE,
        ADDITIONAL_PARAMETERS,
        BILLING,
        SHIPPING,
        PRE_ORDER,
        ORDER_PAYER,
        ADDRESS_MATCH,
    ],
    reply: &[
        told("errorCode", "0: accepted"),
        told("errorMessage", "for people"),
        told("orderId", "the gateway's id"),
        told("orderStatus", "object: the fields of getOrderStatusExtended"),
        told("orderStatus.orderStatus", "1 held, 2 captured: paid; 6 declined"),
        told("error", "boolean: true is a refusal"),
    ],
    ..D2
};

/// All of them.
pub const NATIVES: &[&Native] = &[&PAYMENT_ORDER_BINDING, &RECURRENT_PAYMENT, &INSTALLMENT_PAYMENT];
