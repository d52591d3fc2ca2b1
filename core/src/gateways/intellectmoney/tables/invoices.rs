//! Invoices: made, and asked for. Sources: docs/gateways/intellectmoney.md, "Invoices".

use super::{ESHOP_ID, HASH, INVOICE_ID, MERCHANT_RECEIPT, Method, READ, WRITE};
use crate::gateways::intellectmoney::signature::Hash;
use crate::http::Patience;
use crate::native::Shape::{Bit, Digits, Joined, Language, Moment, Money, Text, Url};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Method] = &[&CREATE_INVOICE, &STATE];

const CREATE_INVOICE_FIELDS: &[Field] = &[
    ESHOP_ID,
    field("OrderId", Text, 50, "the merchant's own number; unique where the cabinet says so")
        .required(),
    field("ServiceName", Text, 1024, "what is paid for"),
    field("RecipientAmount", Money, 13, "major units with two decimals, 1.00 at the least")
        .required(),
    field("RecipientCurrency", Text, 3, "RUB, RUR, TST, USD or EUR").required(),
    field("UserName", Text, 255, "who pays"),
    field("Email", Text, 100, "who pays").required(),
    field("SuccessUrl", Url, 512, "where the buyer comes back to"),
    field("FailUrl", Url, 512, "disputed: signed in some documents, not in others"),
    field("BackUrl", Url, 512, "where \"back to the shop\" leads"),
    field("ResultUrl", Url, 512, "where this invoice's webhooks go"),
    field("ExpireDate", Moment, 19, "until when it can be paid; half a year if not given"),
    field("HoldMode", Bit, 1, "1 holds the money; the shop's own setting if not given"),
    field("HoldTime", Digits, 3, "hours, 0 to 119; required with HoldMode 1"),
    field("Preference", Joined(","), 512, "the ways to pay that are offered"),
    field("RecurringType", Text, 8, "Activate: the source of recurring payments"),
    MERCHANT_RECEIPT,
    field("Language", Language, 2, "ru or en"),
    field("PurchaseHash", Text, 32, "MD5 for the payment page").settings(),
    HASH,
];

/// As the quick start, the official client and the guide to tokens have it.
pub const CREATE_INVOICE: Method = Method {
    native: Native {
        name: "createInvoice",
        path: "merchant/createInvoice",
        patience: Patience::Usual,
        repeat: "with the same OrderId, where the cabinet keeps it unique",
        serves: "create_payment",
        source: "D-ci, D-form, SDK",
        fields: CREATE_INVOICE_FIELDS,
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
