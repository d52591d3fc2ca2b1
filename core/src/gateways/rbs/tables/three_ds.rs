//! Going on after 3-D Secure. `acsRedirect.do`, `rest/finish3ds.do` and `rest/finish3dsVer2.do` are no
//! calls of a server: the buyer's browser opens them.
//! Sources and marks: docs/gateways/rbs.md, "Cards".

use super::card_fields::{
    ACS_URL, ERROR_TYPE, FINISH_URL, FIRST_LEG_ORDER, INFO, IS_3DS2, PACKED_CREQ, PROCESSING_ERROR,
    REDIRECT, SDK, SDK_APP_ID, SDK_DATA, SDK_KEY, SDK_REFERENCE, SDK_TRANS_ID, SERVER_TRANS_ID,
};
use super::{D1, MD_ORDER, PASSWORD, TOKEN, USER_NAME};
use crate::native::Shape::Text;
use crate::native::{Native, field, told};

/// A step of a payment under way; all of them are.
const STEP: Native = Native { repeat: "never: after a lost answer read the order's status", ..D1 };

pub const FINISH_3DS_PAYMENT: Native = Native {
    name: "finish3dsPayment",
    path: "rest/finish3dsPayment.do",
    source: "ALFA-REST, ALFA-SWG",
    doc: "ends a payment after 3-D Secure 1, with what the bank's page answered",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        field("paRes", Text, 65536, "the PaRes that the buyer's browser brought")
            .required()
            .secret(),
    ],
    reply: &[
        told("errorCode", "0: accepted; number"),
        told("error", "for people; beside code 0 it is a refusal"),
        REDIRECT,
    ],
    ..STEP
};

pub const FINISH_3DS_VER2_PAYMENT: Native = Native {
    name: "finish3dsVer2Payment",
    path: "rest/finish3dsVer2Payment.do",
    source: "BPC-REST, ALFA-REST, ALFA-SWG",
    doc: "ends a payment after the challenge of 3-D Secure 2; only with threeDSVer2FinishUrl",
    fields: &[
        USER_NAME,
        PASSWORD,
        SERVER_TRANS_ID.required(),
        FIRST_LEG_ORDER,
        FINISH_URL,
        SDK,
        SDK_APP_ID,
        SDK_DATA,
        SDK_KEY,
        SDK_REFERENCE,
        SDK_TRANS_ID,
    ],
    reply: &[
        told("errorCode", "0: accepted; number"),
        told("errorMessage", "for people"),
        REDIRECT,
        IS_3DS2,
    ],
    ..STEP
};

pub const CONTINUE: Native = Native {
    name: "threeDsContinue",
    path: "rest/3ds/continue.do",
    token: true,
    source: "BPC-REST, ALFA-REST",
    doc: "goes on after the 3-D Secure method, in place of a second payment call",
    fields: &[USER_NAME, PASSWORD, TOKEN, MD_ORDER.required()],
    reply: &[
        told("errorCode", "0, of a decline too"),
        INFO,
        REDIRECT,
        ACS_URL,
        PACKED_CREQ,
        told("error", "for people; beside code 0 it is a refusal"),
        ERROR_TYPE,
        PROCESSING_ERROR,
    ],
    ..STEP
};

/// All of them.
pub const NATIVES: &[&Native] = &[&FINISH_3DS_PAYMENT, &FINISH_3DS_VER2_PAYMENT, &CONTINUE];
