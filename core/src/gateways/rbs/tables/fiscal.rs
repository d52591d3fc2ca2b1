//! Fiscal receipts of orders (54-FZ): the closing receipt, their state, and receipts made elsewhere.

use super::{
    COMMON_REPLY, D1, D1_READ, ERROR_CODE, ERROR_MESSAGE, LANGUAGE, MD_ORDER, MERCHANT_LOGIN, OFD,
    ORDER_BUNDLE, ORDER_ID, ORDER_NUMBER, PASSWORD, USER_NAME,
};
use crate::native::Shape::{Digits, Object, Text};
use crate::native::{Field, Native, field, told};

const CLOSE_OFD_RECEIPT: Native = Native {
    name: "closeOfdReceipt",
    path: "rest/closeOfdReceipt.do",
    repeat: "never: each call makes a receipt; after a lost answer read getReceiptStatus",
    source: "ALFA-REST",
    doc: "makes the closing receipt of a prepaid order; refused once all is refunded",
    fields: &[
        MD_ORDER.one_of(),
        ORDER_NUMBER.one_of(),
        USER_NAME,
        PASSWORD,
        field("amount", Digits, 12, "minor units; may differ from the order's").required(),
        MERCHANT_LOGIN,
        ORDER_BUNDLE,
        OFD,
    ],
    reply: &[told("success", "true: taken"), ERROR_CODE, ERROR_MESSAGE],
    ..D1
};

pub const GET_RECEIPT_STATUS: Native = Native {
    name: "getReceiptStatus",
    path: "rest/getReceiptStatus.do",
    serves: "payment_status",
    source: "ALFA-REST",
    doc: "reads an order's receipts, or one of them by its uuid",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        field("uuid", Text, 32, "one receipt's id; alone, only that receipt").one_of(),
        LANGUAGE,
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("orderNumber", "the merchant's number"),
        told("orderId", "the gateway's id"),
        told(
            "receipt",
            "a list; each with receiptStatus (0 payment sent, 1 delivered, 2 error, 3 refund sent, \
             4 refund delivered, 5 refund error, 6 correction sent, 7 delivered, 8 error), \
             receiptType (null or close), uuid, original_ofd_uuid, shift_number, \
             fiscal_receipt_number, receipt_datetime or receipt_date_time (Unix milliseconds), \
             fn_number, ecr_registration_number, fiscal_document_number, \
             fiscal_document_attribute, amount_total, serial_number, ofd_receipt_url, \
             OFD {inn, name, website}, ofdReceiptParams {ofdReceiptStatus {queuedDoc, \
             queuedFirstDocNum, queuedFirstDocDate, ffdVersion, internetSign}, vatAmount}, \
             ofdOrderBundle (each with name, itemAmount, itemPrice, taxType, quantity, \
             itemAttributes)",
        ),
    ],
    ..D1_READ
};

/// Beside `/payment`, not below it.
const EXTERNAL_RECEIPT: Native = Native {
    name: "externalReceipt",
    path: "/fes-nspk-proxy/externalReceipt",
    source: "HELIOS",
    doc: "tells of a receipt made elsewhere, for electronic certificates (FES, NSPK)",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        field("receipt", Object(RECEIPT), 1, "as it was made").required(),
        field(
            "jsonParams",
            Object(&[
                field("cashboxId", Text, 255, "the cash register"),
                field("basketId", Text, 255, "the cart of the certificate"),
            ]),
            1,
            "where it was made",
        ),
        LANGUAGE,
    ],
    reply: COMMON_REPLY,
    ..D1
};

const RECEIPT: &[Field] = &[
    field("type", Digits, 1, "0 sale, 1 return"),
    field("paymentType", Digits, 1, "1 payment, 3 return"),
    field("fn_number", Text, 16, "of the fiscal storage"),
    field("fiscal_document_number", Digits, 12, "of the receipt"),
    field("fiscal_document_attribute", Text, 10, "of the receipt"),
    field("amount_total", Digits, 12, "minor units").inferred(),
    field("receipt_date_time", Text, 19, "yyyy:MM:dd HH:mm:ss"),
];

/// All of them.
pub const NATIVES: &[&Native] = &[&CLOSE_OFD_RECEIPT, &GET_RECEIPT_STATUS, &EXTERNAL_RECEIPT];
