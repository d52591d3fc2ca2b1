//! Static QR codes of SBP: a code on a counter, a cash desk or an invoice, without an order of its
//! own. A code ends as WAITING, ACTIVE, EXPIRED, INACTIVE (by hand), USED (where it pays once) or
//! DELETED.

use super::{D2, D2_READ, ERROR_CODE, ERROR_MESSAGE, PASSWORD, USERNAME};
use crate::http::Patience;
use crate::native::Shape::{Digits, Object, Text};
use crate::native::{Field, Native, Told, field, told};

/// How the code of a template looks.
pub const QR_TEMPLATE: Field = field(
    "qrTemplate",
    Object(&[
        field("qrHeight", Digits, 4, "10 to 1000"),
        field("qrWidth", Digits, 4, "10 to 1000"),
        field("paymentPurpose", Text, 140, "shown to the buyer by the bank"),
        field("qrcId", Text, 255, "the code's id in SBP"),
    ]),
    1,
    "the code itself",
);

const TEMPLATE_ID: Field = field("templateId", Text, 32, "the template's id");
const NAME: Field = field("name", Text, 140, "in the shop's lists");
const START_DATE: Field = field("startDate", Text, 30, "from when it can be paid");
const END_DATE: Field = field("endDate", Text, 30, "until when it can be paid");
const CHANNEL: Field = field("distributionChannel", Text, 256, "where the code is shown");
const PURPOSE: Field = field("paymentPurpose", Text, 140, "shown to the buyer by the bank");

const STATIC_REPLY: &[Told] = &[
    ERROR_CODE,
    ERROR_MESSAGE,
    told("templateId", "the template's id, 32 characters"),
    told("name", "in the shop's lists"),
    told("type", "SBP_QR, CASH_SBP_QR or B2B_SBP_QR"),
    told("status", "ACTIVE, INACTIVE, WAITING, EXPIRED, USED, DELETED"),
    told("startDate", "from when it can be paid"),
    told("endDate", "until when it can be paid"),
    told("qrTemplate.payload", "the link inside the code"),
    told("qrTemplate.renderedQr", "the picture"),
];

const CREATE_TEMPLATE: Native = Native {
    name: "createTemplate",
    path: "rest/templates/createTemplate.do",
    patience: Patience::Usual,
    repeat: "never: a repeat makes a second code; each can be paid",
    source: "ALFA-REST, ALFA-SWG",
    doc: "makes a static SBP code",
    fields: &[
        USERNAME,
        PASSWORD,
        NAME.required(),
        field("type", Text, 20, "SBP_QR, CASH_SBP_QR or B2B_SBP_QR").required(),
        field("amount", Digits, 12, "minor units; the buyer enters it if not given"),
        field("currency", Text, 3, "letters: RUB"),
        START_DATE,
        END_DATE,
        CHANNEL,
        PURPOSE,
        QR_TEMPLATE,
    ],
    reply: STATIC_REPLY,
    ..D2
};

const GET_TEMPLATE_DETAILS: Native = Native {
    name: "getTemplateDetails",
    path: "rest/templates/getTemplateDetails.do",
    source: "ALFA-REST, ALFA-SWG",
    doc: "reads a static SBP code",
    fields: &[USERNAME, PASSWORD, TEMPLATE_ID.required()],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("templateId", "the template's id, 32 characters"),
        told("name", "in the shop's lists"),
        told("type", "SBP_QR, CASH_SBP_QR or B2B_SBP_QR"),
        told("status", "ACTIVE, INACTIVE, WAITING, EXPIRED, USED, DELETED"),
        told("startDate", "from when it can be paid"),
        told("endDate", "until when it can be paid"),
        told("distributionChannel", "where the code is shown"),
        told("useDate", "when it was paid"),
        told("amount", "minor units"),
        told("currency", "letters"),
        told("takeTax", "whether value added tax is in the sum"),
        told("totalTaxAmount", "minor units"),
        told("qrTemplate.payload", "the link inside the code"),
        told("qrTemplate.renderedQr", "the picture"),
    ],
    ..D2_READ
};

const UPDATE_TEMPLATE: Native = Native {
    name: "updateTemplate",
    path: "rest/templates/updateTemplate.do",
    patience: Patience::Usual,
    repeat: "always: it sets the same values again (inferred)",
    source: "ALFA-REST, ALFA-SWG",
    doc: "changes a static SBP code",
    fields: &[
        USERNAME,
        PASSWORD,
        TEMPLATE_ID.required(),
        NAME,
        START_DATE,
        END_DATE,
        field("status", Text, 10, "ACTIVE, INACTIVE or WAITING"),
        CHANNEL,
        PURPOSE,
    ],
    reply: STATIC_REPLY,
    ..D2
};

/// All of them.
pub const NATIVES: &[&Native] = &[&CREATE_TEMPLATE, &GET_TEMPLATE_DETAILS, &UPDATE_TEMPLATE];
