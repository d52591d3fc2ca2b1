//! Stored cards ("bindings"): listing and changing them. Charging one stands in `binding_payments`.
//! Sources and marks: docs/gateways/rbs.md, "Stored cards".

use super::card_fields::{ADDITIONAL_PARAMETERS, PAN, PHONE};
use super::{
    BINDING_ID, COMMON_REPLY, D1, D1_READ, EMAIL, LANGUAGE, MERCHANT_LOGIN, PASSWORD, USER_NAME,
};
use crate::native::Shape::{Code, Flag, Month, Text};
use crate::native::{Field, Native, Told, field, told};

const CLIENT: Field = field("clientId", Text, 255, "the shop's id of the buyer").required();
const BINDING_TYPE: Field = field(
    "bindingType",
    Text,
    2,
    "C common, R recurrent, I instalment; a must with \"bindings v2\"",
);
const SHOW_EXPIRED: Field = field("showExpired", Flag, 5, "true: expired cards too; else false");

pub const GET_BINDINGS: Native = Native {
    name: "getBindings",
    path: "rest/getBindings.do",
    serves: "saved_cards",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "lists the stored cards of a buyer; code 2 if there is none",
    fields: &[
        USER_NAME,
        PASSWORD,
        CLIENT,
        BINDING_ID,
        BINDING_TYPE,
        SHOW_EXPIRED,
        LANGUAGE,
        MERCHANT_LOGIN,
    ],
    reply: BINDINGS_REPLY,
    ..D1_READ
};

pub const GET_ALL_BINDINGS: Native = Native {
    name: "getAllBindings",
    path: "rest/getAllBindings.do",
    serves: "",
    source: "ALFA-SWG",
    doc: "lists all stored cards of a buyer",
    ..GET_BINDINGS
};

const BINDINGS_REPLY: &[Told] = &[
    told("errorCode", "0: found; 2: none; text"),
    told("errorMessage", "for people"),
    told("bindings", "list of stored cards, each with:"),
    told("bindings.bindingId", "its id; it can pay"),
    told("bindings.maskedPan", "first six and last four digits; absent for tokens"),
    told("bindings.expiryDate", "yyyyMM"),
    told("bindings.clientId", "the shop's id of the buyer"),
    told("bindings.paymentWay", "CARD, APPLE_PAY, ..."),
    told("bindings.bindingCategory", "COMMON, INSTALLMENT or RECURRENT"),
    told("bindings.paymentSystem", "VISA, MASTERCARD, MIR, ..."),
    told("bindings.displayLabel", "for people"),
    told("bindings.bindingStrength", "TDS, SSL, TDS_SSL, NO_PAYMENT"),
    told("bindings.tokenizedInd", "whether it stands for a network token"),
];

pub const GET_BINDINGS_BY_CARD_OR_ID: Native = Native {
    name: "getBindingsByCardOrId",
    path: "rest/getBindingsByCardOrId.do",
    pci: "SAQ D with the card (inferred)",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "lists the stored cards behind a card number or behind one stored card",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("pan", Code, 19, "card number; it wins over bindingId; needs permission")
            .at_least(15)
            .card()
            .one_of(),
        BINDING_ID.one_of(),
        SHOW_EXPIRED,
        LANGUAGE,
        BINDING_TYPE,
    ],
    reply: &[
        told("errorCode", "0: found; text"),
        told("errorMessage", "for people"),
        told("bindings", "list of stored cards, each with:"),
        told("bindings.bindingId", "its id; it can pay"),
        told("bindings.maskedPan", "first six and last four digits"),
        told("bindings.expiryDate", "yyyyMM"),
        told("bindings.clientId", "the shop's id of the buyer"),
    ],
    ..D1_READ
};

const SWITCH_FIELDS: &[Field] = &[
    USER_NAME,
    PASSWORD,
    BINDING_ID.required(),
    field("phone", Text, 17, "the buyer's"),
    field("externalBindingId", Text, 255, "its id in another system").secret(),
    field("externalBindingSystem", Text, 255, "that system"),
    field("fingerprint", Text, 4096, "of the buyer's device"),
    LANGUAGE,
];

pub const BIND_CARD: Native = Native {
    name: "bindCard",
    path: "rest/bindCard.do",
    repeat: "always: an active card refuses it with code 2 and stays active",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "makes a stored card active again",
    fields: SWITCH_FIELDS,
    reply: COMMON_REPLY,
    ..D1
};

pub const UNBIND_CARD: Native = Native {
    name: "unBindCard",
    path: "rest/unBindCard.do",
    repeat: "always: an inactive card refuses it with code 2 and stays inactive",
    serves: "forget_card",
    doc: "makes a stored card inactive",
    ..BIND_CARD
};

pub const EXTEND_BINDING: Native = Native {
    name: "extendBinding",
    path: "rest/extendBinding.do",
    repeat: "with the same newExpiry: it sets the same month again",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "gives a stored card a new expiry",
    fields: &[
        USER_NAME,
        PASSWORD,
        BINDING_ID.required(),
        field("newExpiry", Month, 6, "yyyyMM").required(),
        LANGUAGE.required(),
    ],
    reply: COMMON_REPLY,
    ..D1
};

pub const CREATE_BINDING_NO_PAYMENT: Native = Native {
    name: "createBindingNoPayment",
    path: "rest/createBindingNoPayment.do",
    repeat: "never: it may store the card twice; after a lost answer read getBindings",
    pci: "SAQ D (inferred)",
    source: "BPC-REST, ALFA-REST",
    doc: "stores a card without a payment",
    fields: &[
        USER_NAME,
        PASSWORD,
        CLIENT,
        PAN.required(),
        field("expiryDate", Month, 6, "card expiry, yyyyMM").card().required(),
        field("cardholderName", Text, 255, "Latin letters, as on the card").required(),
        ADDITIONAL_PARAMETERS,
        MERCHANT_LOGIN,
        EMAIL,
        PHONE,
        field(
            "bindingStrength",
            Text,
            10,
            "of a card from elsewhere (BPC): TDS, SSL, TDS_SSL, else NO_PAYMENT; the first three need \
             initNetworkReferenceNumber and networkReferenceNumber in additionalParameters",
        ),
    ],
    reply: &[
        told("errorCode", "0: stored; number"),
        told("error", "boolean: true is a refusal"),
        told("bindingId", "the stored card; it can pay"),
        told("clientId", "the shop's id of the buyer"),
        told("cardholderName", "as given"),
        told("expiryDate", "yyyyMM"),
        told("maskedPan", "first six and last four digits"),
    ],
    ..D1
};

/// All of them.
pub const NATIVES: &[&Native] = &[
    &GET_BINDINGS,
    &GET_ALL_BINDINGS,
    &GET_BINDINGS_BY_CARD_OR_ID,
    &BIND_CARD,
    &UNBIND_CARD,
    &EXTEND_BINDING,
    &CREATE_BINDING_NO_PAYMENT,
];
