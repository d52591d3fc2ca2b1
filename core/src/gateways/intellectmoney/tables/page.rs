//! The payment page's own form: not a method of the API, and nothing is sent. Source:
//! docs/gateways/intellectmoney.md, "Payment page".

use super::invoices::{
    BACK_URL, EMAIL, EXPIRE_DATE, FAIL_URL, HOLD_MODE, HOLD_TIME, PREFERENCE, RECIPIENT_AMOUNT,
    RECIPIENT_CURRENCY, RECURRING_TYPE, RESULT_URL, SERVICE_NAME, SUCCESS_URL, USER_FIELDS,
    USER_NAME,
};
use super::{ESHOP_ID, HASH, INVOICE_ID, LANGUAGE, MERCHANT_RECEIPT, Method, ORDER_ID, READ};
use crate::gateways::intellectmoney::signature::{Hash, PURCHASE};
use crate::native::Shape::Bit;
use crate::native::{Field, Native, field, rows, told};

pub const METHODS: &[&Method] = &[&PAYMENT_FORM];

const HEAD: [Field; 18] = [
    INVOICE_ID.one_of(),
    ESHOP_ID,
    ORDER_ID.one_of(),
    SERVICE_NAME,
    RECIPIENT_AMOUNT,
    RECIPIENT_CURRENCY,
    USER_NAME,
    EMAIL,
    SUCCESS_URL,
    FAIL_URL,
    BACK_URL,
    RESULT_URL,
    EXPIRE_DATE,
    HOLD_MODE,
    HOLD_TIME,
    PREFERENCE,
    RECURRING_TYPE,
    MERCHANT_RECEIPT,
];
const TAIL: [Field; 3] =
    [LANGUAGE, field("frame", Bit, 1, "1: the page stands in a frame of the shop's"), HASH];
const FIELDS: [Field; 41] = rows::<38, 3, 41>(rows::<18, 20, 38>(HEAD, USER_FIELDS), TAIL);

pub const PAYMENT_FORM: Method = Method {
    native: Native {
        name: "paymentForm",
        path: "",
        repeat: "always: nothing is sent",
        source: "D-form, WOO, TSA, W-proto",
        fields: &FIELDS,
        reply: &[
            told("action", "{type: form, url, fields}: what the shop's page submits by POST")
                .always(),
            told("link", "the same as a link; with InvoiceId, the invoice's own").always(),
        ],
        doc: "Makes the form, and the link, that leads a buyer to the payment page: for a new order \
              (then RecipientAmount and RecipientCurrency are required), or with InvoiceId alone \
              for an invoice that is there",
        ..READ
    },
    template: PURCHASE,
    hash: Hash::Md5,
    in_test: true,
};
