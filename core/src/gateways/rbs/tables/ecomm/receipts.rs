//! Fiscal receipts in D4: below `/ofd`, not below `/v1`.

use super::cart::ORDER_BUNDLE;
use super::{
    COMMON_REPLY, D4, D4_READ, ERROR_CODE, ERROR_MESSAGE, ORDER_ID, ORDER_NUMBER, PASSWORD,
    USER_NAME,
};
use crate::native::Shape::Words;
use crate::native::{Native, field, told};

const DO_RECEIPT: Native = Native {
    name: "ofdDoReceipt",
    path: "ofd/v1/doReceipt",
    repeat: "never: each call makes a receipt; after a lost answer read ofdGetReceiptStatus",
    doc: "makes a fiscal receipt of an order",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        ORDER_ID.required().inferred(),
        ORDER_BUNDLE.required().inferred(),
    ],
    reply: &[ERROR_CODE, ERROR_MESSAGE, told("receiptId", "the receipt's id").inferred()],
    ..D4
};

pub const GET_RECEIPT_STATUS: Native = Native {
    name: "ofdGetReceiptStatus",
    path: "ofd/v1/getReceiptStatus",
    serves: "payment_status",
    doc: "reads an order's fiscal receipts",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        ORDER_ID.one_of().inferred(),
        ORDER_NUMBER.one_of().inferred(),
    ],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told(
            "receipts",
            "each with receiptStatus (0 undefined, 1 waiting to be sent, 2 sent, 3 made, \
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
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        field("receiptIds", Words, 255, "which receipts").required(),
    ],
    reply: COMMON_REPLY,
    ..D4
};

/// All of them.
pub const NATIVES: &[&Native] = &[&DO_RECEIPT, &GET_RECEIPT_STATUS, &RETRY_RECEIPT];
