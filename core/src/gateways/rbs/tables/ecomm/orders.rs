//! The order methods of D4: what the common operations use.

use super::cart::ORDER_BUNDLE;
use super::{
    AMOUNT, BINDING_ID, CLIENT_ID, COMMON_REPLY, CURRENCY, D4, D4_READ, DESCRIPTION, EMAIL,
    ERROR_CODE, ERROR_MESSAGE, FAIL_URL, FEATURES, IP, JSON_PARAMS, LANGUAGE, MERCHANT_LOGIN,
    ORDER_ID, ORDER_NUMBER, PASSWORD, PHONE, RETURN_URL, SESSION_TIMEOUT, USER_NAME,
};
use crate::http::Patience;
use crate::native::Shape::{Date, Digits, Json};
use crate::native::{Field, Native, Told, field, told};

/// With `app2app`, `web2app`, `sbp.scenario`, `sberpay.backurl` and others in it.
const REGISTER_PARAMS: Field = field(
    "jsonParams",
    Json,
    4096,
    "qrType (DYNAMIC_QR_SBP, SUBSCRIPTION_SBP, SBERPAY_DYNAMIC_QR), sbp.scenario (C2B, \
     C2B_SUBSCRIPTION, ...), backToShopUrl, ...",
);
const ORDER_AMOUNT: Field =
    field("amount", Digits, 12, "minor units; 0 only to verify a card or to subscribe");
const RECEIPT: Field =
    Field { doc: "the cart of this operation's own fiscal receipt", ..ORDER_BUNDLE };

const REGISTER_FIELDS: &[Field] = &[
    USER_NAME,
    PASSWORD,
    ORDER_NUMBER.required(),
    ORDER_AMOUNT.required(),
    CURRENCY,
    RETURN_URL.required(),
    FAIL_URL,
    DESCRIPTION,
    LANGUAGE.inferred(),
    CLIENT_ID,
    MERCHANT_LOGIN.inferred(),
    REGISTER_PARAMS,
    SESSION_TIMEOUT,
    BINDING_ID.inferred(),
    FEATURES,
    EMAIL,
    PHONE,
    IP,
    ORDER_BUNDLE,
];

const REGISTER_REPLY: &[Told] = &[
    told("orderId", "the gateway's id, 36 characters").always(),
    told("formUrl", "the payment page").always(),
    told("externalParams.sbolDeepLink", "opens the bank's application"),
    told("externalParams.sbolBankInvoiceId", "the order's id in the bank's application"),
    told("externalParams.sbpPayload", "the link inside the SBP code"),
    told("externalParams.sbpDeeplink", "opens a bank's application for SBP"),
    told("externalParams.sberPayload", "the link inside the SberPay code"),
    told("externalParams.qrcId", "the code's id in SBP"),
    ERROR_CODE,
    ERROR_MESSAGE,
];

pub const REGISTER: Native = Native {
    name: "register",
    path: "v1/register.do",
    patience: Patience::Usual,
    repeat: "with the same orderNumber: the number is unique, a repeat is refused with code 1 (inferred)",
    serves: "create_payment, settle",
    doc: "registers an order that is paid in one stage",
    fields: REGISTER_FIELDS,
    reply: REGISTER_REPLY,
    ..D4
};

pub const REGISTER_PRE_AUTH: Native = Native {
    name: "registerPreAuth",
    path: "v1/registerPreAuth.do",
    doc: "registers an order whose sum is held, to be completed by deposit",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_NUMBER.required(),
        ORDER_AMOUNT.required(),
        CURRENCY,
        RETURN_URL.required(),
        FAIL_URL,
        DESCRIPTION,
        LANGUAGE.inferred(),
        CLIENT_ID,
        MERCHANT_LOGIN.inferred(),
        REGISTER_PARAMS,
        SESSION_TIMEOUT,
        BINDING_ID.inferred(),
        FEATURES,
        field("autocompletionDate", Date, 19, "when the hold is taken by itself"),
        EMAIL,
        PHONE,
        IP,
        ORDER_BUNDLE,
    ],
    ..REGISTER
};

pub const STATUS: Native = Native {
    name: "getOrderStatusExtended",
    path: "v1/getOrderStatusExtended.do",
    serves: "payment_status, wait, confirm, settle",
    doc: "says where an order stands",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        LANGUAGE.inferred(),
        MERCHANT_LOGIN.inferred(),
    ],
    reply: STATUS_REPLY,
    ..D4_READ
};

pub const DEPOSIT: Native = Native {
    name: "deposit",
    path: "v1/deposit.do",
    repeat: "never: after a lost answer read the status (settle)",
    serves: "capture",
    doc: "completes a held order, wholly or in part",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        field("amount", Digits, 12, "minor units; 0 is the whole hold (inferred)").required(),
        LANGUAGE,
        JSON_PARAMS,
        RECEIPT,
    ],
    reply: COMMON_REPLY,
    ..D4
};

pub const REVERSE: Native = Native {
    name: "reverse",
    path: "v1/reverse.do",
    repeat: "never: after a lost answer read the status (settle)",
    serves: "cancel",
    doc: "releases a hold, or cancels a payment until the end of the bank's day in Moscow",
    fields: &[USER_NAME, PASSWORD, ORDER_ID.required(), AMOUNT, LANGUAGE, JSON_PARAMS, RECEIPT],
    reply: COMMON_REPLY,
    ..D4
};

pub const REFUND: Native = Native {
    name: "refund",
    path: "v1/refund.do",
    repeat: "with the same jsonParams.externalRefundId: it holds for the order for ever; else never",
    serves: "refund",
    doc: "gives captured money back, wholly or in part",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        field("amount", Digits, 12, "minor units; 0 is everything that is left (inferred)")
            .required(),
        LANGUAGE,
        field(
            "jsonParams",
            Json,
            4096,
            "externalRefundId: the shop's id of the refund, up to 36 characters",
        ),
        RECEIPT,
    ],
    reply: COMMON_REPLY,
    ..D4
};

pub const DECLINE: Native = Native {
    name: "decline",
    path: "v1/decline.do",
    repeat: "always: a closed order refuses it and stays closed",
    serves: "cancel, settle",
    doc: "closes an order that nobody has paid",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        MERCHANT_LOGIN.inferred(),
        LANGUAGE.inferred(),
    ],
    reply: COMMON_REPLY,
    ..D4
};

const STATUS_REPLY: &[Told] = &[
    ERROR_CODE,
    ERROR_MESSAGE,
    told("orderNumber", "the merchant's number").inferred(),
    told("orderStatus", "0 to 6; 2 may also be an SBP subscription that was made"),
    told("actionCode", "why the last try failed; -100 none, 0 success").inferred(),
    told("actionCodeDescription", "the same for people").inferred(),
    told("amount", "minor units, as registered").inferred(),
    told("currency", "ISO 4217 number as text").inferred(),
    told("date", "of registration, Unix milliseconds").inferred(),
    told("orderDescription", "as registered").inferred(),
    told("ip", "the buyer's").inferred(),
    told("merchantOrderParams", "jsonParams as {name, value} pairs").inferred(),
    told("attributes.mdOrder", "the gateway's id"),
    told("attributes.qrcId", "the code's id in SBP"),
    told("attributes.subscriptionId", "the SBP subscription"),
    told("attributes.memberId", "the buyer's bank in SBP"),
    told("cardAuthInfo", "maskedPan, expiration, cardholderName, approvalCode, ...").inferred(),
    told("cardAuthInfo.secureCardInfo", "sessionKey and secureData"),
    told("bindingInfo", "clientId and bindingId of the stored card").inferred(),
    told("orderBundle", "the cart").inferred(),
    told("authDateTime", "Unix milliseconds").inferred(),
    told("terminalId", "of the bank").inferred(),
    told("authRefNum", "retrieval reference number").inferred(),
    told(
        "paymentAmountInfo",
        "paymentState, approvedAmount, depositedAmount, refundedAmount, feeAmount",
    ),
    told("bankInfo", "bankName, bankCountryCode, bankCountryName").inferred(),
    told("payerData", "email, phone, postAddress").inferred(),
    told("loyaltyInfo", "bonuses"),
    told(
        "operations",
        "each with date, type (AUTHORIZATION, PREAUTHORIZATION, COMPLETION, REVERSAL, REFUND), \
         amount, referenceNumber, externalRefundId, approvalCode, actionCode, amountBonus",
    ),
];

/// All of them.
pub const NATIVES: &[&Native] =
    &[&REGISTER, &REGISTER_PRE_AUTH, &STATUS, &DEPOSIT, &REVERSE, &REFUND, &DECLINE];
