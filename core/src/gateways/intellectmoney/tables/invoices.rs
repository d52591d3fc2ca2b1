//! Invoices: made, and asked for. Sources: docs/gateways/intellectmoney.md, "Invoices".

use super::{
    ESHOP_ID, HASH, INVOICE_ID, LANGUAGE, MERCHANT_RECEIPT, Method, ORDER_ID, READ, WRITE,
};
use crate::gateways::intellectmoney::signature::Hash;
use crate::http::Patience;
use crate::native::Shape::{Bit, Digits, Joined, Moment, Money, Text, Url};
use crate::native::{Field, Native, field, rows, told};

pub const METHODS: &[&Method] = &[&CREATE_INVOICE, &STATE];

pub const SERVICE_NAME: Field = field("ServiceName", Text, 1024, "what is paid for");
pub const RECIPIENT_AMOUNT: Field =
    field("RecipientAmount", Money, 13, "major units with two decimals, 1.00 at the least");
pub const RECIPIENT_CURRENCY: Field =
    field("RecipientCurrency", Text, 3, "RUB, RUR, TST, USD or EUR");
pub const USER_NAME: Field = field("UserName", Text, 255, "who pays");
pub const EMAIL: Field = field("Email", Text, 100, "who pays");
pub const SUCCESS_URL: Field = field("SuccessUrl", Url, 512, "where the buyer comes back to");
pub const FAIL_URL: Field =
    field("FailUrl", Url, 512, "disputed: signed in some documents, not in others");
pub const BACK_URL: Field = field("BackUrl", Url, 512, "where \"back to the shop\" leads");
pub const RESULT_URL: Field = field("ResultUrl", Url, 512, "where this invoice's webhooks go");
pub const EXPIRE_DATE: Field =
    field("ExpireDate", Moment, 19, "until when it can be paid; half a year if not given");
pub const HOLD_MODE: Field =
    field("HoldMode", Bit, 1, "1 holds the money; the shop's own setting if not given");
pub const HOLD_TIME: Field =
    field("HoldTime", Digits, 3, "hours, 0 to 119; required with HoldMode 1");
pub const PREFERENCE: Field =
    field("Preference", Joined(","), 512, "the ways to pay that are offered");
pub const RECURRING_TYPE: Field =
    field("RecurringType", Text, 8, "Activate: the source of recurring payments");

/// The documents count them from 0 to 9 and give no limit.
pub const USER_FIELDS: [Field; 20] = [
    field("UserField_0", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_0", Text, 1024, "what the cabinet calls it"),
    field("UserField_1", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_1", Text, 1024, "what the cabinet calls it"),
    field("UserField_2", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_2", Text, 1024, "what the cabinet calls it"),
    field("UserField_3", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_3", Text, 1024, "what the cabinet calls it"),
    field("UserField_4", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_4", Text, 1024, "what the cabinet calls it"),
    field("UserField_5", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_5", Text, 1024, "what the cabinet calls it"),
    field("UserField_6", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_6", Text, 1024, "what the cabinet calls it"),
    field("UserField_7", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_7", Text, 1024, "what the cabinet calls it"),
    field("UserField_8", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_8", Text, 1024, "what the cabinet calls it"),
    field("UserField_9", Text, 1024, "the shop's own; webhooks bring it back"),
    field("UserFieldName_9", Text, 1024, "what the cabinet calls it"),
];

const CREATE_INVOICE_HEAD: [Field; 16] = [
    ESHOP_ID,
    ORDER_ID.required(),
    SERVICE_NAME,
    RECIPIENT_AMOUNT.required(),
    RECIPIENT_CURRENCY.required(),
    USER_NAME,
    EMAIL.required(),
    SUCCESS_URL,
    FAIL_URL,
    BACK_URL,
    RESULT_URL,
    EXPIRE_DATE,
    HOLD_MODE,
    HOLD_TIME,
    PREFERENCE,
    RECURRING_TYPE,
];
const CREATE_INVOICE_TAIL: [Field; 4] = [
    MERCHANT_RECEIPT,
    LANGUAGE,
    field("PurchaseHash", Text, 32, "MD5 for the payment page").settings(),
    HASH,
];
const CREATE_INVOICE_FIELDS: [Field; 40] =
    rows::<36, 4, 40>(rows::<16, 20, 36>(CREATE_INVOICE_HEAD, USER_FIELDS), CREATE_INVOICE_TAIL);

/// As the quick start, the official client and the guide to tokens have it.
pub const CREATE_INVOICE: Method = Method {
    native: Native {
        name: "createInvoice",
        path: "merchant/createInvoice",
        patience: Patience::Usual,
        repeat: "with the same OrderId, where the cabinet keeps it unique",
        serves: "create_payment",
        source: "D-ci, D-form, SDK",
        fields: &CREATE_INVOICE_FIELDS,
        reply: &[
            told("InvoiceId", "the invoice's number").always(),
            told("PaymentWays", "ways to pay, each with commission"),
            told("InvoiceIdSplits", "numbers of the parts, where it is split"),
        ],
        doc: "Makes an invoice (СКО)",
        ..WRITE
    },
    template: "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency::UserName::Email::\
               SuccessUrl::FailUrl::BackUrl::ResultUrl::ExpireDate::HoldMode::Preference",
    hash: Hash::Md5,
    in_test: true,
};

/// The portal's page of the method has an empty slot in place of `FailUrl`.
pub const CREATE_INVOICE_OF_PORTAL: &str = "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency::UserName::Email::SuccessUrl::\
     ::BackUrl::ResultUrl::ExpireDate::HoldMode::Preference";

/// For every way to pay, whatever its name says.
pub const STATE: Method = Method {
    native: Native {
        name: "getBankCardPaymentState",
        path: "merchant/getBankCardPaymentState",
        serves: "payment_status",
        source: "SDK, SEED",
        fields: &[ESHOP_ID, INVOICE_ID.required(), HASH],
        reply: &[
            told("PaymentStep", "Created, InProcess, SendTo3DS, ActivationPayment, OK or Error")
                .always(),
            told("Form3DS", "what the buyer must do: a link, JSON with a QR code, or a page"),
            told("Message", "the bank's words"),
            told("RcCodeId", "the bank's code"),
            told("Rrn", "retrieval reference number"),
        ],
        doc: "Where the newest payment of an invoice stands",
        ..READ
    },
    template: "EshopId::InvoiceId",
    hash: Hash::Md5,
    in_test: true,
};
