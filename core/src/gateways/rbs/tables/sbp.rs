//! The Faster Payments System (SBP): QR codes of orders, subscriptions, banks, and payments between
//! companies. Codes that live without an order: templates.rs.

use super::{
    BINDING_ID, CLIENT_ID, D1, D1_READ, D2, ERROR_CODE, ERROR_MESSAGE, MD_ORDER, PASSWORD, TOKEN,
    USER_NAME, USERNAME,
};
use crate::http::Patience;
use crate::native::Shape::{Code, Digits, Flag, Json, Object, Text};
use crate::native::{Field, Native, Told, field, told};

const ACCOUNT: Field = field("account", Text, 255, "the account that is paid to");
const MEMBER_ID: Field = field("memberId", Text, 255, "the shop's bank in SBP");
const TSP_MERCHANT_ID: Field = field("tspMerchantId", Text, 255, "the shop in SBP");
const PURPOSE: Field = field("paymentPurpose", Text, 140, "shown to the buyer by the bank");
const REDIRECT_URL: Field =
    field("redirectUrl", Text, 1024, "where the bank's application sends the buyer back to");
const QR_HEIGHT: Field = field("qrHeight", Digits, 4, "10 to 1000; both, or there is no picture");
const QR_WIDTH: Field = field("qrWidth", Digits, 4, "10 to 1000; both, or there is no picture");
const QR_FORMAT: Field =
    field("qrFormat", Text, 10, "image (PNG in Base64, if not given) or matrix (0 and 1)");
const QR_ID: Field = field("qrId", Text, 255, "the code's id");

const QR_REPLY: &[Told] = &[
    ERROR_CODE,
    ERROR_MESSAGE,
    told("qrId", "the code's id"),
    told("payload", "the link inside the code, https://qr.nspk.ru/..."),
    told("renderedQr", "the picture; only where sizes were given"),
    told(
        "qrStatus",
        "STARTED, CONFIRMED, REJECTED, REJECTED_BY_USER, ACCEPTED; `status` in the pages' table",
    ),
];

pub const C2B_QR_DYNAMIC_GET: Native = Native {
    name: "sbpC2bQrDynamicGet",
    path: "rest/sbp/c2b/qr/dynamic/get.do",
    patience: Patience::Usual,
    repeat: "always: the code belongs to the order, which is paid once (inferred)",
    token: true,
    serves: "create_payment",
    source: "ALFA-REST, ALFA-SWG",
    doc: "makes the SBP code of a registered order",
    fields: &[
        USER_NAME,
        PASSWORD,
        TOKEN,
        MD_ORDER.required(),
        ACCOUNT,
        MEMBER_ID,
        TSP_MERCHANT_ID,
        PURPOSE,
        REDIRECT_URL,
        QR_HEIGHT,
        QR_WIDTH,
        QR_FORMAT,
        field("createSubscription", Flag, 5, "store the buyer's consent to later charges"),
        field("subscriptionServiceName", Text, 70, "what the subscription is for"),
        field("subscriptionServiceId", Text, 32, "its id at the shop"),
    ],
    reply: QR_REPLY,
    ..D1
};

const C2B_QR_STATUS: Native = Native {
    name: "sbpC2bQrStatus",
    path: "rest/sbp/c2b/qr/status.do",
    token: true,
    source: "ALFA-REST, ALFA-SWG",
    doc: "says where an order's SBP code stands",
    fields: &[USER_NAME, PASSWORD, TOKEN, MD_ORDER.required(), QR_ID.required()],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("qrType", "STATIC or DYNAMIC"),
        told("qrStatus", "STARTED, CONFIRMED, REJECTED, REJECTED_BY_USER, ACCEPTED"),
        told("transactionState", "CREATED, DECLINED, DEPOSITED"),
        told("transactionStateExtension", "SBP_C2B_STARTED, SBP_C2B_CONFIRMED or SBP_C2B_PENDING"),
        told("payload", "the link inside the code"),
    ],
    ..D1_READ
};

const C2B_QR_DYNAMIC_REJECT: Native = Native {
    name: "sbpC2bQrDynamicReject",
    path: "rest/sbp/c2b/qr/dynamic/reject.do",
    patience: Patience::Usual,
    repeat: "always: a rejected code stays rejected (inferred)",
    source: "ALFA-REST, ALFA-SWG",
    doc: "makes an SBP code unusable",
    fields: &[USER_NAME, PASSWORD, MD_ORDER.required(), QR_ID.required()],
    reply: &[ERROR_CODE, ERROR_MESSAGE, told("rejected", "true: the code is REJECTED_BY_USER now")],
    ..D1
};

const C2B_GET_BINDINGS: Native = Native {
    name: "sbpC2bGetBindings",
    path: "rest/sbp/c2b/getBindings.do",
    source: "ALFA-REST, ALFA-SWG",
    doc: "lists a buyer's SBP subscriptions",
    fields: &[
        USER_NAME,
        PASSWORD,
        CLIENT_ID.required(),
        BINDING_ID,
        field("showDisabled", Flag, 5, "with those that are switched off"),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told(
            "bindings",
            "each with bindingId, clientId, displayLabel (the bank), memberId, subscriptionToken, \
             subscriptionServiceName, subscriptionServiceId",
        ),
    ],
    ..D1_READ
};

const C2B_UN_BIND: Native = Native {
    name: "sbpC2bUnBind",
    path: "rest/sbp/c2b/unBind.do",
    patience: Patience::Usual,
    repeat: "always: a subscription that is off stays off (inferred)",
    source: "ALFA-REST, ALFA-SWG",
    doc: "switches an SBP subscription off",
    fields: &[USER_NAME, PASSWORD, BINDING_ID.required()],
    reply: &[
        told("errorCode", "2 (\"binding disabled\") is success here; 5 failure"),
        ERROR_MESSAGE,
    ],
    ..D1
};

const C2B_GET_BANK_LIST: Native = Native {
    name: "sbpC2bGetBankListSBP",
    path: "rest/sbp/c2b/getBankListSBP.do",
    source: "ALFA-REST, ALFA-SWG",
    doc: "lists the banks of SBP",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("scenarioName", Text, 255, "of SBP"),
        field("scenarioRole", Text, 255, "of SBP"),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("banks", "each with bankId, bankNameRus, bankNameEng"),
        told("effectiveDate", "Unix milliseconds"),
    ],
    ..D1_READ
};

const C2B_BIO_GET_URL: Native = Native {
    name: "sbpC2bBioGetUrl",
    path: "rest/sbp/c2b/bio/getUrl.do",
    patience: Patience::Usual,
    repeat: "never: after a lost answer read the status",
    source: "ALFA-SWG",
    doc: "gives the page where a buyer pays an order by biometry",
    fields: &[
        USERNAME,
        PASSWORD,
        MD_ORDER.required(),
        field("successUrl", Text, 1024, "where the buyer comes back to"),
        field("failUrl", Text, 1024, "where the buyer comes back to after a failure"),
        field("metadata", Json, 4096, "the buyer's device"),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("location", "the page"),
        told("qrId", "the code's id"),
        told("sessionId", "of the biometric check"),
    ],
    ..D2
};

const B2B_QR_DYNAMIC_GET: Native = Native {
    name: "sbpB2bQrDynamicGet",
    path: "rest/sbp/b2b/qr/dynamic/get.do",
    token: false,
    serves: "",
    source: "ALFA-SWG",
    doc: "makes the SBP code of a registered order that a company pays",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        ACCOUNT,
        MEMBER_ID,
        TSP_MERCHANT_ID,
        PURPOSE,
        REDIRECT_URL,
        QR_HEIGHT,
        QR_WIDTH,
        QR_FORMAT,
        field("takeTax", Flag, 5, "value added tax is in the sum"),
        field("totalTaxAmount", Digits, 12, "minor units"),
    ],
    ..C2B_QR_DYNAMIC_GET
};

const B2B_GET_PAYLOAD: Native = Native {
    name: "sbpB2bGetPayload",
    path: "rest/sbp/b2b/getPayload.do",
    source: "ALFA-SWG",
    doc: "reads what stands in an SBP code between companies",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("qrcId", Text, 255, "the code's id in SBP"),
        field("qrId", Text, 255, "the code's id at the gateway"),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("data.qrcId", "the code's id in SBP"),
        told("data.qrcType", "kind of the code"),
        told("data.amount", "minor units"),
        told("data.legalName", "the receiver"),
        told("data.inn", "the receiver's taxpayer number"),
        told("data.receiverAccount", "the account that is paid to"),
        told("data.memberId", "the receiver's bank"),
        told("data.paymentPurpose", "what it is paid for"),
        told("data.takeTax", "whether value added tax is in the sum"),
        told("data.totalTaxAmount", "minor units"),
        told("data.uip", "id of the payment between banks"),
        told("feeInfo.amount", "minor units"),
        told("feeInfo.take", "whether a fee is taken"),
    ],
    ..D1_READ
};

const B2B_PERFORM: Native = Native {
    name: "sbpB2bPerform",
    path: "rest/sbp/b2b/perform.do",
    source: "ALFA-SWG",
    doc: "pays an order from a company's account",
    fields: &[
        USERNAME,
        PASSWORD,
        MD_ORDER.required(),
        field("nds", Digits, 12, "value added tax, minor units"),
        field(
            "sbpSenderParams",
            Object(&[field("account", Code, 20, "the account that pays")]),
            1,
            "who pays",
        ),
        field(
            "sbpRecipientParams",
            Object(&[
                field("bankId", Text, 255, "the receiver's bank in SBP"),
                field("paymentId", Text, 255, "of the payment in SBP"),
            ]),
            1,
            "who is paid",
        ),
    ],
    reply: &[ERROR_CODE, ERROR_MESSAGE, told("fpMessageId", "id of the message in SBP")],
    ..D2
};

/// All of them.
pub const NATIVES: &[&Native] = &[
    &C2B_QR_DYNAMIC_GET,
    &C2B_QR_STATUS,
    &C2B_QR_DYNAMIC_REJECT,
    &C2B_GET_BINDINGS,
    &C2B_UN_BIND,
    &C2B_GET_BANK_LIST,
    &C2B_BIO_GET_URL,
    &B2B_QR_DYNAMIC_GET,
    &B2B_GET_PAYLOAD,
    &B2B_PERFORM,
];
