//! Google Pay. Sources and marks: docs/gateways/rbs.md, "Wallets".

use super::card_fields::{
    ADDITIONAL_PARAMETERS, AUTO_REVERSE_DATE, AUTOCOMPLETION_DATE, CALLBACK_URL, DECRYPTED_TOKEN,
    DESCRIPTION, FAIL_URL, FEE_INPUT, FINISH_URL, FIRST_LEG_ORDER, METHOD_NOTIFICATION_URL,
    OFD_PAIRS, PAYMENT_TOKEN, PHONE, POST_ADDRESS, PRE_AUTH, RETURN_URL, SCA_EXEMPTION, SDK,
    SDK_APP_ID, SDK_DATA, SDK_KEY, SDK_REFERENCE, SDK_TRANS_ID, SERVER_TRANS_ID, TAX_SYSTEM, TII,
};
use super::wallets::{MERCHANT, REPEAT};
use super::{
    ADDRESS_MATCH, AMOUNT, BILLING, BROWSER, CLIENT_ID, D2, EMAIL, FEATURES, IP, LANGUAGE,
    ORDER_BUNDLE, ORDER_NUMBER, ORDER_PAYER, PASSWORD, PRE_ORDER, SHIPPING, USERNAME,
};
use crate::native::Shape::{Currency, Text};
use crate::native::{Field, Native, Told, field, told};

pub const GOOGLE_PAY: Native = Native {
    name: "googlePayment",
    path: "google/payment.do",
    repeat: REPEAT,
    serves: "create_payment",
    source: "BPC-REST, ALFA-SWG",
    doc: "registers an order and pays it by Google Pay; with acsUrl 3-D Secure follows",
    fields: MERCHANT_FIELDS,
    reply: REPLY,
    ..D2
};

pub const GOOGLE_PAY_DIRECT: Native = Native {
    name: "googlePaymentDirect",
    path: "google/paymentDirect.do",
    serves: "",
    pci: "SAQ D (inferred)",
    doc: "the same, with a token that the shop decrypted",
    fields: DIRECT_FIELDS,
    ..GOOGLE_PAY
};

const CURRENCY_CODE: Field = field("currencyCode", Currency, 3, "ISO 4217 number");

const MERCHANT_FIELDS: &[Field] = &[
    MERCHANT.required(),
    ORDER_NUMBER.required(),
    PAYMENT_TOKEN,
    AMOUNT.required(),
    CURRENCY_CODE,
    IP.required(),
    RETURN_URL.required(),
    FAIL_URL,
    DESCRIPTION,
    LANGUAGE,
    PRE_AUTH,
    AUTOCOMPLETION_DATE,
    AUTO_REVERSE_DATE,
    CLIENT_ID,
    ADDITIONAL_PARAMETERS,
    TII,
    EMAIL,
    PHONE,
    BILLING,
    SHIPPING,
    PRE_ORDER,
    ORDER_PAYER,
    ADDRESS_MATCH,
    FEATURES,
    FEE_INPUT,
    CALLBACK_URL,
    ORDER_BUNDLE,
    OFD_PAIRS,
    TAX_SYSTEM,
    POST_ADDRESS,
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
];

/// The documents list the token's own fields; the others are taken to be those of `payment.do`.
const DIRECT_FIELDS: &[Field] = &[
    USERNAME,
    PASSWORD,
    ORDER_NUMBER.required(),
    field("protocolVersion", Text, 4, "of the token: ECv1 or ECv2"),
    DECRYPTED_TOKEN,
    AMOUNT.inferred(),
    CURRENCY_CODE.inferred(),
    IP,
    RETURN_URL.inferred(),
    FAIL_URL.inferred(),
    DESCRIPTION,
    LANGUAGE,
    PRE_AUTH,
    AUTOCOMPLETION_DATE,
    AUTO_REVERSE_DATE,
    CLIENT_ID,
    ADDITIONAL_PARAMETERS,
    TII,
    EMAIL,
    PHONE,
    BILLING,
    SHIPPING,
    PRE_ORDER,
    ORDER_PAYER,
    ADDRESS_MATCH,
    FEATURES,
    FEE_INPUT,
    CALLBACK_URL,
    ORDER_BUNDLE,
    OFD_PAIRS,
    TAX_SYSTEM,
    POST_ADDRESS,
    SERVER_TRANS_ID.inferred(),
    FIRST_LEG_ORDER.inferred(),
];

const REPLY: &[Told] = &[
    told("success", "boolean: the call was accepted"),
    told("data.orderId", "the gateway's id").always(),
    told("data.bindingId", "the card that was stored or used"),
    told("data.redirectUrl", "no 3-D Secure, or done: where the buyer goes; proves no payment"),
    told("data.acsUrl", "3-D Secure: where the buyer's browser posts the form to"),
    told("data.paReq", "3-D Secure 1: the form's PaReq"),
    told("data.termUrl", "3-D Secure 1: the form's TermUrl"),
    told("data.packedCReq", "3-D Secure 2: the form's creq, posted to acsUrl"),
    told("data.is3DSVer2", "boolean: 3-D Secure 2"),
    told("data.threeDSServerTransId", "3-D Secure 2, first leg: give it to the second"),
    told("data.threeDSMethodURL", "3-D Secure 2: the issuer's method"),
    told("data.threeDSMethodURLServer", "3-D Secure 2: the gateway's method"),
    told("data.threeDSMethodDataPacked", "3-D Secure 2: what the browser posts to the first"),
    told("data.threeDSMethodURLServerDirect", "3-D Secure 2: the gateway's method, directly"),
    told("orderStatus", "object: the fields of getOrderStatusExtended"),
    told("orderStatus.orderStatus", "1 held, 2 captured: paid"),
    told("error.code", "1: the bank refused; 10: number already registered, or bad credentials"),
    told("error.description", "technical"),
    told("error.message", "for the buyer"),
    told("error.displayErrorMessage", "for the buyer"),
];

/// All of them.
pub const NATIVES: &[&Native] = &[&GOOGLE_PAY, &GOOGLE_PAY_DIRECT];
