//! Yandex Pay. Sources and marks: docs/gateways/rbs.md, "Wallets".

use super::card_fields::{
    ADDITIONAL_PARAMETERS, DECRYPTED_TOKEN, FAIL_URL, FEE_INPUT, FINISH_URL, FIRST_LEG_ORDER,
    METHOD_NOTIFICATION_URL, PAYMENT_TOKEN, PHONE, POST_ADDRESS, RETURN_URL, SCA_EXEMPTION, SDK,
    SDK_APP_ID, SDK_DATA, SDK_KEY, SDK_REFERENCE, SDK_TRANS_ID, SERVER_TRANS_ID, TII,
};
use super::wallets::{MERCHANT, REPEAT, WALLET_ORDER};
use super::{
    ADDRESS_MATCH, AMOUNT, BILLING, BROWSER, D2, EMAIL, IP, LANGUAGE, MERCHANT_LOGIN, ORDER_ID,
    ORDER_NUMBER, ORDER_PAYER, PASSWORD, PRE_ORDER, SHIPPING, USERNAME,
};
use crate::native::Shape::Currency;
use crate::native::{Field, Native, Told, field, rows, told};

pub const YANDEX_PAY: Native = Native {
    name: "yandexPayment",
    path: "yandex/payment.do",
    repeat: "never: after a lost answer read the order's status",
    source: "ALFA-SWG",
    doc: "pays a registered order by Yandex Pay",
    fields: &[
        USERNAME,
        PASSWORD,
        ORDER_ID.required(),
        PAYMENT_TOKEN,
        SERVER_TRANS_ID,
        FIRST_LEG_ORDER,
        FINISH_URL,
        METHOD_NOTIFICATION_URL,
        SDK,
        SDK_APP_ID,
        SDK_DATA,
        SDK_KEY,
        SDK_REFERENCE,
        SDK_TRANS_ID,
        TII,
        LANGUAGE,
        ADDITIONAL_PARAMETERS,
        FEE_INPUT,
        EMAIL,
        PHONE,
        IP,
        POST_ADDRESS,
        BILLING,
        SHIPPING,
        PRE_ORDER,
        ORDER_PAYER,
        ADDRESS_MATCH,
        BROWSER,
    ],
    reply: PAYMENT_REPLY,
    ..D2
};

pub const YANDEX_INSTANT_PAYMENT: Native = Native {
    name: "yandexInstantPayment",
    path: "yandex/instantPayment.do",
    repeat: REPEAT,
    serves: "create_payment",
    doc: "registers an order and pays it by Yandex Pay; with acsUrl 3-D Secure follows",
    fields: &INSTANT_FIELDS,
    reply: INSTANT_REPLY,
    ..YANDEX_PAY
};

pub const YANDEX_PAY_DIRECT: Native = Native {
    name: "yandexPaymentDirect",
    path: "yandex/paymentDirect.do",
    serves: "",
    pci: "SAQ D (inferred)",
    doc: "registers and pays with a Yandex Pay token that the shop decrypted",
    fields: &DIRECT_FIELDS,
    ..YANDEX_INSTANT_PAYMENT
};

const CURRENCY_CODE: Field = field("currencyCode", Currency, 3, "ISO 4217 number");

const INSTANT_FIELDS: [Field; 45] = rows(
    rows::<10, 23, 33>(
        [
            USERNAME,
            PASSWORD,
            MERCHANT,
            MERCHANT_LOGIN,
            ORDER_NUMBER.required(),
            PAYMENT_TOKEN,
            AMOUNT,
            CURRENCY_CODE,
            RETURN_URL,
            FAIL_URL,
        ],
        WALLET_ORDER,
    ),
    [
        SERVER_TRANS_ID,
        FIRST_LEG_ORDER,
        FINISH_URL,
        METHOD_NOTIFICATION_URL,
        SDK,
        SDK_APP_ID,
        SDK_DATA,
        SDK_KEY,
        SDK_REFERENCE,
        SDK_TRANS_ID,
        SCA_EXEMPTION,
        BROWSER,
    ],
);

const DIRECT_FIELDS: [Field; 45] = rows(
    rows::<10, 23, 33>(
        [
            USERNAME,
            PASSWORD,
            MERCHANT,
            MERCHANT_LOGIN,
            ORDER_NUMBER.required(),
            DECRYPTED_TOKEN,
            AMOUNT,
            CURRENCY_CODE,
            RETURN_URL,
            FAIL_URL,
        ],
        WALLET_ORDER,
    ),
    [
        SERVER_TRANS_ID,
        FIRST_LEG_ORDER,
        FINISH_URL,
        METHOD_NOTIFICATION_URL,
        SDK,
        SDK_APP_ID,
        SDK_DATA,
        SDK_KEY,
        SDK_REFERENCE,
        SDK_TRANS_ID,
        SCA_EXEMPTION,
        BROWSER,
    ],
);

const PAYMENT_REPLY: &[Told] = &[
    told("success", "boolean: the call was accepted"),
    told("data.redirectUrl", "no 3-D Secure, or done: where the buyer goes; proves no payment"),
    told("data.acsUrl", "3-D Secure: where the buyer's browser posts the form to"),
    told("data.paReq", "3-D Secure 1: the form's PaReq"),
    told("data.packedCReq", "3-D Secure 2: the form's creq, posted to acsUrl"),
    told("data.is3DSVer2", "boolean: 3-D Secure 2"),
    told("data.threeDSServerTransId", "3-D Secure 2, first leg: give it to the second"),
    told("data.threeDSMethodURL", "3-D Secure 2: the issuer's method"),
    told("data.threeDSMethodURLServer", "3-D Secure 2: the gateway's method"),
    told("data.threeDSMethodDataPacked", "3-D Secure 2: what the browser posts to the first"),
    told("data.threeDSMethodURLServerDirect", "3-D Secure 2: the gateway's method, directly"),
    told("data.bindingId", "the card that was stored or used"),
    told("data.transactionId", "of Yandex Pay"),
    told("error.code", "1: the bank refused; 10: number already registered, or bad credentials"),
    told("error.description", "technical"),
    told("error.message", "for the buyer"),
    told("error.displayErrorMessage", "for the buyer"),
];

const INSTANT_REPLY: &[Told] = &[
    told("success", "boolean: the call was accepted"),
    told("data.orderId", "the gateway's id").always(),
    told("data.redirectUrl", "no 3-D Secure, or done: where the buyer goes; proves no payment"),
    told("data.acsUrl", "3-D Secure: where the buyer's browser posts the form to"),
    told("data.paReq", "3-D Secure 1: the form's PaReq"),
    told("data.packedCReq", "3-D Secure 2: the form's creq, posted to acsUrl"),
    told("data.is3DSVer2", "boolean: 3-D Secure 2"),
    told("data.threeDSServerTransId", "3-D Secure 2, first leg: give it to the second"),
    told("data.threeDSMethodURL", "3-D Secure 2: the issuer's method"),
    told("data.threeDSMethodURLServer", "3-D Secure 2: the gateway's method"),
    told("data.threeDSMethodDataPacked", "3-D Secure 2: what the browser posts to the first"),
    told("data.threeDSMethodURLServerDirect", "3-D Secure 2: the gateway's method, directly"),
    told("data.bindingId", "the card that was stored or used"),
    told("data.transactionId", "of Yandex Pay"),
    told("error.code", "1: the bank refused; 10: number already registered, or bad credentials"),
    told("error.description", "technical"),
    told("error.message", "for the buyer"),
    told("error.displayErrorMessage", "for the buyer"),
];

/// All of them.
pub const NATIVES: &[&Native] = &[&YANDEX_PAY, &YANDEX_INSTANT_PAYMENT, &YANDEX_PAY_DIRECT];
