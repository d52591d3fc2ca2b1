//! The order methods as tables: every parameter with its limit, in the order in which it leaves.
//! Sources and marks: docs/gateways/rbs.md, "Orders".

use super::cart::AGENT;
use super::{
    ADDRESS_MATCH, BILLING, BINDING_ID, CLIENT_ID, COMMON_REPLY, CURRENCY, D1, D1_READ, EMAIL,
    FEATURES, IP, JSON_PARAMS, LANGUAGE, MCC, MERCHANT_LOGIN, MVV, OFD, ORDER_BUNDLE, ORDER_ID,
    ORDER_NUMBER, ORDER_PAYER, PASSWORD, PAYMENT_FACILITATOR, PRE_ORDER, SHIPPING, TOKEN,
    USER_NAME,
};
use crate::http::Patience;
use crate::native::Shape::{Date, Digits, Json, Text, Url};
use crate::native::{Field, Native, Told, field, told};

/// The published sample sends its parameters in this order.
const REGISTER_FIELDS: &[Field] = &[
    field("amount", Digits, 12, "minor units; 0 only to verify a card or to subscribe").required(),
    CURRENCY,
    USER_NAME,
    PASSWORD,
    TOKEN,
    field("returnUrl", Url, 512, "where the buyer comes back to").required(),
    field("description", Text, 598, "no personal or card data; about 99 characters reach the bank"),
    LANGUAGE,
    field(
        "orderNumber",
        Text,
        36,
        "unique per merchant; may be left out only where the gateway numbers",
    ),
    field("failUrl", Url, 512, "where the buyer comes back to after a failure"),
    field("dynamicCallbackUrl", Url, 512, "notifications of this order, payment events only"),
    IP,
    field("pageView", Text, 20, "DESKTOP, MOBILE or a page prefix"),
    CLIENT_ID,
    MERCHANT_LOGIN,
    field("cardholderName", Text, 150, "shown on the page"),
    JSON_PARAMS,
    field(
        "sessionTimeoutSecs",
        Digits,
        9,
        "life of the page; 1200 or the merchant's own if not given",
    ),
    field(
        "expirationDate",
        Date,
        19,
        "the same as a date, which wins; its time zone is not documented",
    ),
    BINDING_ID,
    FEATURES,
    field("autocompletionDate", Date, 19, "hold only; UTC at BPC, UTC+3 at Alfa"),
    field("autoReverseDate", Date, 19, "hold only; never both"),
    field("postAddress", Text, 598, "delivery address"),
    ORDER_BUNDLE,
    OFD,
    field("taxSystem", Digits, 1, "0 to 5"),
    field("feeInput", Digits, 8, "fee in minor units; needs permission"),
    EMAIL,
    field("merchantInn", Text, 16, "taxpayer number (Alfa)"),
    field("prepaymentMdOrder", Text, 36, "the order of the prepayment"),
    MCC,
    MVV,
    PAYMENT_FACILITATOR,
    BILLING,
    SHIPPING,
    PRE_ORDER,
    ORDER_PAYER,
    ADDRESS_MATCH,
];

const REGISTER_REPLY: &[Told] = &[
    told("orderId", "the gateway's id, 36 characters").always(),
    told("formUrl", "the payment page, up to 512 characters").always(),
    told("errorCode", "0 or absent: registered"),
    told("errorMessage", "for people"),
];

pub const REGISTER: Native = Native {
    name: "register",
    path: "rest/register.do",
    patience: Patience::Usual,
    repeat: "with the same orderNumber: the number is unique, a repeat is refused with code 1",
    token: true,
    serves: "create_payment, settle",
    doc: "registers an order that is paid in one stage",
    fields: REGISTER_FIELDS,
    reply: REGISTER_REPLY,
    ..D1
};

pub const REGISTER_PRE_AUTH: Native = Native {
    name: "registerPreAuth",
    path: "rest/registerPreAuth.do",
    doc: "registers an order whose sum is held, to be completed by deposit",
    ..REGISTER
};

pub const STATUS: Native = Native {
    name: "getOrderStatusExtended",
    path: "rest/getOrderStatusExtended.do",
    token: true,
    serves: "payment_status, wait, confirm, settle",
    doc: "says where an order stands; with the token only by orderId",
    fields: &[
        USER_NAME,
        PASSWORD,
        TOKEN,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        LANGUAGE,
        MERCHANT_LOGIN,
    ],
    reply: STATUS_REPLY,
    ..D1_READ
};

pub const DEPOSIT: Native = Native {
    name: "deposit",
    path: "rest/deposit.do",
    repeat: "never: after a lost answer read the status (settle)",
    serves: "capture",
    doc: "completes a held order, wholly or in part",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        MERCHANT_LOGIN,
        field("amount", Digits, 12, "minor units; 0 is the whole hold").required(),
        CURRENCY,
        LANGUAGE,
        JSON_PARAMS,
        field("depositItems", Json, 65536, "positions of the cart that are taken"),
        field("depositType", Digits, 1, "1 intermediate, 2 final of several; 0 or none ordinary"),
        field("multipleCompletionOrderDescription", Text, 598, "of several completions"),
        AGENT,
        field("supplierPhones", Json, 4096, "fiscal"),
    ],
    reply: COMMON_REPLY,
    ..D1
};

pub const REVERSE: Native = Native {
    name: "reverse",
    path: "rest/reverse.do",
    repeat: "never: it works once; after a lost answer read the status (settle)",
    serves: "cancel",
    doc: "releases a hold, or cancels a payment within the bank's day",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        MERCHANT_LOGIN,
        field("amount", Digits, 12, "minor units, for a part where the bank allows it"),
        CURRENCY,
        LANGUAGE,
        JSON_PARAMS,
    ],
    reply: COMMON_REPLY,
    ..D1
};

pub const REFUND: Native = Native {
    name: "refund",
    path: "rest/refund.do",
    repeat: "with the same externalRefundId: answered with the first refund; else never",
    serves: "refund",
    doc: "gives captured money back, wholly or in part",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        MERCHANT_LOGIN,
        field("amount", Digits, 12, "minor units; 0 is everything that is left").required(),
        CURRENCY,
        LANGUAGE,
        JSON_PARAMS,
        field("expectedDepositedAmount", Digits, 12, "refused unless depositedAmount is this now"),
        field("externalRefundId", Text, 36, "the shop's id of the refund; BPC takes 32 characters"),
        field("refundItems", Json, 65536, "positions of the cart that are given back"),
        OFD,
    ],
    reply: COMMON_REPLY,
    ..D1
};

pub const DECLINE: Native = Native {
    name: "decline",
    path: "rest/decline.do",
    repeat: "always: a closed order refuses it and stays closed",
    serves: "cancel, settle",
    doc: "closes an order that nobody has paid",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        MERCHANT_LOGIN,
        LANGUAGE,
    ],
    reply: COMMON_REPLY,
    ..D1
};

/// What a status says grows with the version set for the merchant; the number stands behind.
const STATUS_REPLY: &[Told] = &[
    told("errorCode", "0, or 6 for an unknown order"),
    told("errorMessage", "for people"),
    told("orderNumber", "the merchant's number"),
    told("orderStatus", "0 to 8 (docs/gateways/rbs.md, Status); absent for an unknown order"),
    told("actionCode", "why the last try failed; -100 none, 0 success"),
    told("actionCodeDescription", "the same for people"),
    told("originalActionCode", "the processing centre's own code"),
    told("amount", "minor units, as registered"),
    told("currency", "ISO 4217 number as text; 810 stands for 643"),
    told("date", "of registration, Unix milliseconds"),
    told("orderDescription", "as registered"),
    told("ip", "the buyer's"),
    told("merchantOrderParams", "jsonParams as {name, value} pairs"),
    told("attributes", "{name, value} pairs; mdOrder is the gateway's id"),
    told(
        "cardAuthInfo",
        "maskedPan, expiration, cardholderName, approvalCode, paymentSystem (8), ...",
    ),
    told("bindingInfo", "clientId and bindingId of the stored card"),
    told("orderBundle", "the cart (1)"),
    told("authDateTime", "Unix milliseconds (2)"),
    told("terminalId", "(2)"),
    told("authRefNum", "retrieval reference number (2)"),
    told(
        "paymentAmountInfo",
        "paymentState, approvedAmount, depositedAmount, refundedAmount, ... (3)",
    ),
    told("bankInfo", "bankName, bankCountryCode, bankCountryName (3)"),
    told("loyaltyInfo", "(4, Alfa)"),
    told(
        "refunds",
        "each with amount, date, actionCode, externalRefundId (21), approvalCode (26) (5)",
    ),
    told("chargeback", "(6)"),
    told("paymentWay", "CARD, SBP_C2B, APPLE_PAY, ... (9)"),
    told("depositedDate", "Unix milliseconds (10)"),
    told("refundedDate", "Unix milliseconds (12)"),
    told("reversedDate", "Unix milliseconds (12)"),
    told("payerData", "email, phone, postAddress (13)"),
    told("transactionAttributes", "{name, value} pairs (14)"),
    told("prepaymentMdOrder", "the prepayment's order (15)"),
    told("partpaymentMdOrders", "orders of part payments (15)"),
    told("feUtrnno", "(16)"),
    told(
        "avsCode",
        "A both match, B address, C postcode, D none, E not possible, F bad format (19)",
    ),
    told("ofdOrderBundle", "the receipt's positions (24)"),
    told("pluginInfo", "(28)"),
    told("displayErrorMessage", "for the buyer (33)"),
    told("tii", "who began the transaction (37)"),
    told("usedPsdIndicatorValue", "LVP, TRA or SCA_REQUIRED (37)"),
    told("partialAuthorization", "REQUESTED, PARTIAL_AMOUNT, ... (41, BPC)"),
    told("tokenizationInfo", "tokenId, tokenizationProvider, dpan, ... (45, BPC)"),
    told("operations", "each with operationType, amount, operationDate, success, ..."),
];

/// All of them.
pub const NATIVES: &[&Native] =
    &[&REGISTER, &REGISTER_PRE_AUTH, &STATUS, &DEPOSIT, &REVERSE, &REFUND, &DECLINE];
