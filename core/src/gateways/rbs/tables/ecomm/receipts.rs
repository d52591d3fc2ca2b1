//! Fiscal receipts in D4: below `/ofd`, not below `/v1`.

use super::cart::ORDER_BUNDLE;
use super::{
    D4, D4_READ, EMAIL, ERROR_CODE, ERROR_MESSAGE, ORDER_ID, ORDER_NUMBER, PASSWORD, PHONE,
    USER_NAME,
};
use crate::native::Shape::{Digits, Text, Words};
use crate::native::{Native, field, told};

const DO_RECEIPT: Native = Native {
    name: "ofdDoReceipt",
    path: "ofd/v1/doReceipt",
    repeat: "never: each call makes a receipt; after a lost answer read ofdGetReceiptStatus",
    doc: "makes a fiscal receipt of an order",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        field("receiptId", Text, 64, "a failed receipt that this one takes the place of"),
        PHONE,
        EMAIL,
        ORDER_BUNDLE.required(),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("message", "for people"),
        told("receiptId", "the receipt's id"),
        told("orderId", "the gateway's id"),
        told("orderNumber", "the merchant's number"),
    ],
    ..D4
};

pub const GET_RECEIPT_STATUS: Native = Native {
    name: "ofdGetReceiptStatus",
    path: "ofd/v1/getReceiptStatus",
    serves: "payment_status",
    doc: "reads an order's fiscal receipts",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("receiptStatus", Digits, 1, "only receipts that stand there"),
        field("receiptId", Text, 64, "one receipt").one_of(),
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("message", "for people"),
        told("orderId", "the gateway's id"),
        told("orderNumber", "the merchant's number"),
        told(
            "receipts",
            "each with receiptId, origReceiptId, receiptType (SELL, SELL_REFUND), operationId, \
             operationType, timestamp, payload, receiptStatus (0 undefined, 1 waiting to be sent, 2 sent, 3 made, \
             4 processing error, 5 sending error, 6 bad data) and error.recommendation \
             (1 ofdRetryReceipt, 2 correct it and ofdDoReceipt, 3 mend the cash register first)",
        ),
    ],
    ..D4_READ
};

const RETRY_RECEIPT: Native = Native {
    name: "ofdRetryReceipt",
    path: "ofd/v1/retryReceipt",
    repeat: "never: after a lost answer read ofdGetReceiptStatus",
    doc: "sends receipts again that could not be sent",
    fields: &[USER_NAME, PASSWORD, field("receiptIds", Words, 255, "which receipts").required()],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("message", "for people"),
        told("retryResult", "what became of each"),
    ],
    ..D4
};

/// All of them.
pub const NATIVES: &[&Native] = &[&DO_RECEIPT, &GET_RECEIPT_STATUS, &RETRY_RECEIPT];
