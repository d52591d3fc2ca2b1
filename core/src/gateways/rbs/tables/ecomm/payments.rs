//! Paying registered orders of D4: cards, stored cards, SberPay, SBP subscriptions, Mir Pay, and what
//! happens by itself.

use super::cart::ORDER_BUNDLE;
use super::{
    AMOUNT, BINDING_ID, CLIENT_ID, COMMON_REPLY, CURRENCY, D4, D4_READ, DESCRIPTION, EMAIL,
    ERROR_CODE, ERROR_MESSAGE, FEATURES, IP, JSON_PARAMS, LANGUAGE, MD_ORDER, MERCHANT_LOGIN,
    ORDER_ID, ORDER_NUMBER, PASSWORD, PHONE, USER_NAME,
};
use crate::native::Shape::{Code, Date, Flag, Id, Json, Text, Url};
use crate::native::{Field, Mark, Native, Told, field, told};

const PRE_AUTH: Field = field("preAuth", Flag, 5, "the sum is held until deposit");
const ADDITIONAL: Field = field("additionalParameters", Json, 4096, "like jsonParams");
const TRANSACTION_ID: Field =
    field("threeDSServerTransId", Text, 36, "of the first reply, in the second call");
const CVC: Field = field("cvc", Code, 4, "the card's code").at_least(3).card();

/// What every payment of an order answers.
const PAYMENT_REPLY: &[Told] = &[
    ERROR_CODE,
    ERROR_MESSAGE,
    told("error", "for people, in some refusals").inferred(),
    told("info", "the outcome for people").inferred(),
    told("redirect", "where the buyer goes next").inferred(),
    told("acsUrl", "where the buyer proves who he is").inferred(),
    told("paReq", "for the acsUrl, 3-D Secure 1").inferred(),
    told("termUrl", "for the acsUrl, 3-D Secure 1").inferred(),
    told("cReq", "for the acsUrl, 3-D Secure 2"),
    told("threeDSMethodUrl", "to be called from the buyer's browser first"),
    told("threeDSMethodData", "what it is called with"),
    told("threeDSServerTransId", "goes into the second call"),
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
        field("TEXT", Text, 200, "name on the card").required(),
        LANGUAGE,
        IP,
        field("bindingNotNeeded", Flag, 5, "the card is not to be stored").inferred(),
        EMAIL.inferred(),
        JSON_PARAMS.inferred(),
        TRANSACTION_ID,
        field("threeDSMethodNotificationUrl", Url, 2048, "told when the browser's check is done"),
        field("termUrl", Url, 2048, "where the buyer comes back to from the acsUrl"),
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
        IP.inferred(),
        LANGUAGE.inferred(),
        CVC.inferred(),
        EMAIL.inferred(),
        field("tii", Text, 3, "who begins the payment: F or U").inferred(),
        JSON_PARAMS.inferred(),
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
        AMOUNT.required(),
        CURRENCY,
        DESCRIPTION.inferred(),
        LANGUAGE.inferred(),
        MERCHANT_LOGIN.inferred(),
        PRE_AUTH.inferred(),
        field("autocompletionDate", Date, 19, "when the hold is taken by itself").inferred(),
        FEATURES.inferred(),
        ADDITIONAL.inferred(),
        ORDER_BUNDLE.inferred(),
    ],
    reply: DIRECT_REPLY,
    ..D4
};

const DIRECT_REPLY: &[Told] = &[
    told("success", "whether it was carried out; it says nothing of the money"),
    told("data.orderId", "the gateway's id"),
    told("orderStatus", "like the reply of getOrderStatusExtended"),
    told("error", "code (10 the number is known already), description, message"),
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
        field("merchant", Text, 30, "act for another merchant, where permitted").inferred(),
        ORDER_NUMBER.required().inferred(),
        field("paymentToken", Text, 8192, "Base64 with the alphabet of URLs").required().card(),
        DESCRIPTION.inferred(),
        LANGUAGE.inferred(),
        PRE_AUTH.inferred(),
        CLIENT_ID.inferred(),
        IP.inferred(),
        ADDITIONAL.inferred(),
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
    ],
    reply: COMMON_REPLY,
    ..D4
};

const PAYMENT_ORDER_BY_SUBSCRIPTION: Native = Native {
    name: "paymentOrderBySubscription",
    path: "v1/paymentOrderBySubscription.do",
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

/// Only its name is known; parameters are those of the family.
const AUTO_COMPLETION: Native = Native {
    name: "autoCompletion",
    path: "v1/autoCompletion.do",
    mark: Mark::Inferred,
    doc: "sets when a hold is taken by itself",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        ORDER_ID.required().inferred(),
        AMOUNT.inferred(),
        field("autocompletionDate", Date, 19, "when the hold is taken by itself").inferred(),
        LANGUAGE.inferred(),
    ],
    reply: COMMON_REPLY,
    ..D4
};

/// Only its name is known; parameters are those of the family.
const AUTO_REFUND: Native = Native {
    name: "autoRefund",
    path: "v1/autoRefund.do",
    doc: "gives money back by itself",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        ORDER_ID.required().inferred(),
        AMOUNT.inferred(),
        LANGUAGE.inferred(),
        JSON_PARAMS.inferred(),
    ],
    ..AUTO_COMPLETION
};

/// Only its name is known; parameters are those of the family.
const GET_LOYALTY_BALANCE: Native = Native {
    name: "getLoyaltyBalance",
    path: "v1/getLoyaltyBalance.do",
    mark: Mark::Inferred,
    doc: "says how many bonuses the buyer has",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        MD_ORDER.inferred(),
        BINDING_ID.inferred(),
        PHONE.inferred(),
        LANGUAGE.inferred(),
    ],
    reply: COMMON_REPLY,
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
