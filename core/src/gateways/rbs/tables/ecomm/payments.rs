//! Paying registered orders of D4: cards, stored cards, SberPay, SBP subscriptions, Mir Pay, and what
//! happens by itself.

use super::cart::ORDER_BUNDLE;
use super::{
    AMOUNT, BINDING_ID, CLIENT_ID, COMMON_REPLY, CURRENCY, D4, D4_READ, DESCRIPTION, EMAIL,
    ERROR_CODE, ERROR_MESSAGE, FEATURES, IP, JSON_PARAMS, LANGUAGE, MD_ORDER, MERCHANT_LOGIN,
    ORDER_ID, ORDER_NUMBER, PASSWORD, PHONE, USER_NAME,
};
use crate::native::Shape::{Code, Currency, Digits, Flag, Id, Json, Text, Url};
use crate::native::{Field, Native, Told, field, told};

const ADDITIONAL: Field = field("additionalParameters", Json, 65536, "like jsonParams");
const METHOD_NOTIFICATION_URL: Field =
    field("threeDSMethodNotificationUrl", Url, 2048, "told when the browser's check is done");
const TERM_URL: Field =
    field("termUrl", Url, 2048, "where the buyer comes back to from the acsUrl");
const COMPOSITE_AMOUNT: Field = field(
    "compositeAmount",
    Digits,
    12,
    "minor units, money and bonuses together; all that is left if not given (inferred)",
);
const CVC: Field = field("cvc", Code, 4, "the card's code").at_least(3).card();

/// What every payment of an order answers.
const PAYMENT_REPLY: &[Told] = &[
    ERROR_CODE,
    ERROR_MESSAGE.inferred(),
    told("error", "for people, in some refusals"),
    told("info", "the outcome for people"),
    told("redirect", "where the buyer goes next: returnUrl or failUrl"),
    told("formUrl", "a page on which the buyer goes on"),
    told("acsUrl", "where the buyer proves who he is"),
    told("paReq", "for the acsUrl, 3-D Secure 1"),
    told("termUrl", "for the acsUrl, 3-D Secure 1"),
    told("cReq", "for the acsUrl, 3-D Secure 2"),
    told("threeDSMethodUrl", "to be called from the buyer's browser first; then finish3dsMethod"),
    told("threeDSMethodData", "what it is called with"),
    told("threeDSMethodNotificationUrl", "as given"),
    told("threeDSServerTransId", "goes into finish3dsMethod"),
    told("acsRenderingType", "for an application's own 3-D Secure"),
    told("acsSignedContent", "for an application's own 3-D Secure"),
    told("acsDecoupleIndicator", "whether the buyer proves it elsewhere"),
];

const PAYMENT_ORDER: Native = Native {
    name: "paymentOrder",
    path: "v1/paymentOrder.do",
    pci: "SAQ D",
    doc: "pays a registered order with card data",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("MDORDER", Id, 36, "the gateway's id of a registered order").required(),
        field("$PAN", Code, 19, "the card's number").at_least(12).required().card(),
        field("$CVC", Code, 4, "the card's code").at_least(3).card(),
        field("YYYY", Code, 4, "the year when the card ends").at_least(4).required().card(),
        field("MM", Code, 2, "the month when the card ends").at_least(2).required().card(),
        field("TEXT", Text, 200, "name on the card"),
        LANGUAGE,
        IP,
        EMAIL,
        JSON_PARAMS.secret(),
        METHOD_NOTIFICATION_URL,
        TERM_URL,
        field("bindingNotNeeded", Flag, 5, "the card is not to be stored"),
    ],
    reply: PAYMENT_REPLY,
    ..D4
};

const PAYMENT_ORDER_BINDING: Native = Native {
    name: "paymentOrderBinding",
    path: "v1/paymentOrderBinding.do",
    pci: "SAQ D with cvc, SAQ A without cvc",
    doc: "pays a registered order with a stored card",
    fields: &[
        USER_NAME,
        PASSWORD,
        MD_ORDER.required(),
        BINDING_ID.required(),
        CVC,
        LANGUAGE,
        IP.required(),
        EMAIL,
        JSON_PARAMS.secret(),
        METHOD_NOTIFICATION_URL,
        TERM_URL,
    ],
    reply: PAYMENT_REPLY,
    ..D4
};

pub const RECURRENT_PAYMENT: Native = Native {
    name: "recurrentPayment",
    path: "v1/recurrentPayment.do",
    repeat: "with the same orderNumber: the number is unique, a repeat is refused",
    serves: "charge_saved_card, settle",
    doc: "registers an order and pays it with a stored card, without the buyer",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_NUMBER.required(),
        BINDING_ID.required(),
        LANGUAGE,
        AMOUNT.required(),
        CURRENCY,
        DESCRIPTION,
        ADDITIONAL,
        ORDER_BUNDLE,
    ],
    reply: DIRECT_REPLY,
    ..D4
};

const DIRECT_REPLY: &[Told] = &[
    told("success", "whether it was carried out; it says nothing of the money"),
    told("data.orderId", "the gateway's id"),
    told("orderStatus", "like the reply of getOrderStatusExtended"),
    told("error.code", "text; 10: the number is known already"),
    told("error.description", "technical"),
    told("error.message", "for the buyer"),
];

pub const MIR_PAYMENT_DIRECT: Native = Native {
    name: "mirPaymentDirect",
    path: "v1/mir/paymentDirect.do",
    repeat: "with the same orderNumber: the number is unique, a repeat is refused (inferred)",
    pci: "SAQ D (inferred)",
    doc: "registers an order and pays it with a Mir Pay token that the merchant decrypted",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_NUMBER.required(),
        AMOUNT.required(),
        field("currencyCode", Currency, 3, "ISO 4217 number"),
        DESCRIPTION,
        LANGUAGE,
        field("preAuth", Flag, 5, "the sum is held until deposit"),
        ADDITIONAL,
        CLIENT_ID,
        field(
            "paymentToken",
            Text,
            8192,
            "Base64 with the alphabet of URLs, of JSON: tan, cav, tey, tem, transId, mId, mx5c, \
             orderId, sum, cur, media",
        )
        .required()
        .card(),
        field("merchant", Text, 30, "act for another merchant, where permitted"),
        FEATURES,
        ORDER_BUNDLE,
        PHONE,
        EMAIL,
    ],
    reply: DIRECT_REPLY,
    ..D4
};

const PAYMENT_SBER_PAY: Native = Native {
    name: "paymentSberPay",
    path: "v1/paymentSberPay.do",
    doc: "asks the buyer in the bank's application to pay a registered order",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        field("phone", Code, 11, "the buyer's: 7 and ten digits").at_least(11).required(),
        MERCHANT_LOGIN,
    ],
    reply: COMMON_REPLY,
    ..D4
};

const PAYMENT_ORDER_BY_SUBSCRIPTION: Native = Native {
    name: "paymentOrderBySubscription",
    path: "v1/paymentOrderBySubscription",
    doc: "pays a registered order by an SBP subscription, without the buyer",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        field("subscriptionId", Text, 255, "the SBP subscription; it can pay").required().secret(),
        field("memberId", Text, 255, "the buyer's bank in SBP").required(),
    ],
    reply: COMMON_REPLY,
    ..D4
};

const AUTO_COMPLETION: Native = Native {
    name: "autoCompletion",
    path: "v1/autoCompletion",
    repeat: "never: after a lost answer read the status",
    doc: "completes a held order that is paid with bonuses too",
    fields: &[USER_NAME, PASSWORD, ORDER_ID.required(), COMPOSITE_AMOUNT, LANGUAGE, ORDER_BUNDLE],
    reply: COMMON_REPLY,
    ..D4
};

const AUTO_REFUND: Native = Native {
    name: "autoRefund",
    path: "v1/autoRefund",
    doc: "gives back a payment that was made with bonuses too, wholly or in part",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        COMPOSITE_AMOUNT,
        LANGUAGE,
        JSON_PARAMS,
        ORDER_BUNDLE,
    ],
    ..AUTO_COMPLETION
};

const GET_LOYALTY_BALANCE: Native = Native {
    name: "getLoyaltyBalance",
    path: "v1/getLoyaltyBalance",
    doc: "says how many bonuses the owner of a stored card has",
    fields: &[USER_NAME, PASSWORD, BINDING_ID.required()],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told("loyaltyOperations", "each programme, with the bonuses that can be spent"),
    ],
    ..D4_READ
};

/// All of them.
pub const NATIVES: &[&Native] = &[
    &PAYMENT_ORDER,
    &PAYMENT_ORDER_BINDING,
    &RECURRENT_PAYMENT,
    &MIR_PAYMENT_DIRECT,
    &PAYMENT_SBER_PAY,
    &PAYMENT_ORDER_BY_SUBSCRIPTION,
    &AUTO_COMPLETION,
    &AUTO_REFUND,
    &GET_LOYALTY_BALANCE,
];
