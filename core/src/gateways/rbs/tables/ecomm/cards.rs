//! Stored cards in D4.

use super::{
    BINDING_ID, CLIENT_ID, COMMON_REPLY, D4, D4_READ, ERROR_CODE, ERROR_MESSAGE, LANGUAGE,
    MERCHANT_LOGIN, PASSWORD, USER_NAME,
};
use crate::http::Patience;
use crate::native::Shape::{Code, Flag};
use crate::native::{Field, Native, field, told};

const SHOW_EXPIRED: Field = field("showExpired", Flag, 5, "with cards that have ended");

pub const GET_BINDINGS: Native = Native {
    name: "getBindings",
    path: "v1/getBindings.do",
    serves: "saved_cards",
    doc: "lists a buyer's stored cards",
    fields: &[
        USER_NAME,
        PASSWORD,
        CLIENT_ID.required(),
        SHOW_EXPIRED,
        field("showInactive", Flag, 5, "with cards that are switched off"),
        MERCHANT_LOGIN.inferred(),
    ],
    reply: &[
        told("errorCode", "0; 2 no card"),
        ERROR_MESSAGE,
        told(
            "bindings",
            "each with bindingId, maskedPan, expiryDate, clientId, bindingStatus (1 active, 0 not)",
        ),
    ],
    ..D4_READ
};

const GET_BINDINGS_BY_CARD_OR_ID: Native = Native {
    name: "getBindingsByCardOrId",
    path: "v1/getBindingsByCardOrId.do",
    pci: "SAQ D with the card (inferred)",
    doc: "finds stored cards by number or id; the number wins",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("pan", Code, 19, "the card's number").at_least(15).one_of().card(),
        BINDING_ID.one_of(),
        SHOW_EXPIRED.inferred(),
        MERCHANT_LOGIN.inferred(),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("bindings", "each with bindingId, maskedPan, expiryDate, clientId"),
    ],
    ..D4_READ
};

const BIND_CARD: Native = Native {
    name: "bindCard",
    path: "v1/bindCard.do",
    patience: Patience::Usual,
    repeat: "always: code 2 says that it is active already (inferred)",
    doc: "switches a stored card on again",
    fields: &[
        USER_NAME,
        PASSWORD,
        BINDING_ID.required(),
        LANGUAGE.inferred(),
        MERCHANT_LOGIN.inferred(),
    ],
    reply: COMMON_REPLY,
    ..D4
};

pub const UNBIND_CARD: Native = Native {
    name: "unbindCard",
    path: "v1/unbindCard.do",
    repeat: "always: code 2 says that it is off already (inferred)",
    serves: "forget_card",
    doc: "switches a stored card off",
    ..BIND_CARD
};

/// All of them.
pub const NATIVES: &[&Native] =
    &[&GET_BINDINGS, &GET_BINDINGS_BY_CARD_OR_ID, &BIND_CARD, &UNBIND_CARD];
