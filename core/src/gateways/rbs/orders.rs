//! The order methods as tables: every parameter with its limit, in the order in which it leaves.
//! Sources and marks: docs/gateways/rbs.md, "Orders".

use crate::http::Effect;
use crate::native::Shape::{Currency, Date, Digits, Json, Language, Text, Url, Words};
use crate::native::{Field, Native, field};

const USER_NAME: Field = field("userName", Text, 100, "login of the API user").settings();
const PASSWORD: Field = field("password", Text, 200, "its password").settings();
const TOKEN: Field =
    field("token", Text, 256, "the public token, instead of login and password").settings();
const LANGUAGE: Field = field("language", Language, 2, "of the page and of error texts");
const CURRENCY: Field =
    field("currency", Currency, 3, "ISO 4217 number; the merchant's own if not given");
const MERCHANT_LOGIN: Field =
    field("merchantLogin", Text, 255, "act for another merchant, where permitted");
const JSON_PARAMS: Field =
    field("jsonParams", Json, 4096, "names up to 255 bytes with values up to 1024");
const ORDER_ID: Field = field("orderId", Text, 36, "the gateway's id");
const ORDER_NUMBER: Field = field("orderNumber", Text, 36, "the merchant's number");
const OFD: Field =
    field("additionalOfdParams", Json, 65536, "fiscal parameters, flat with dotted names");

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
    field("ip", Text, 39, "the buyer's address"),
    field("pageView", Text, 20, "DESKTOP, MOBILE or a page prefix"),
    field("clientId", Text, 255, "the shop's id of the buyer; lets the gateway keep cards"),
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
    field("bindingId", Text, 255, "payable with this stored card only"),
    field("features", Words, 255, "VERIFY, FORCE_TDS, FORCE_SSL, ..."),
    field("autocompletionDate", Date, 19, "hold only; UTC at BPC, UTC+3 at Alfa"),
    field("autoReverseDate", Date, 19, "hold only; never both"),
    field("postAddress", Text, 598, "delivery address"),
    field("orderBundle", Json, 65536, "cart for the fiscal receipt"),
    OFD,
    field("taxSystem", Digits, 1, "0 to 5"),
    field("feeInput", Digits, 8, "fee in minor units; needs permission"),
    field("email", Text, 40, "the buyer's, checked when paying"),
    field("merchantInn", Text, 16, "taxpayer number (Alfa)"),
    field("prepaymentMdOrder", Text, 36, "the order of the prepayment"),
    field("mcc", Digits, 4, "needs permission (BPC)"),
    field("mvv", Text, 10, "needs permission (BPC)"),
    field("paymentFacilitator", Json, 4096, "(BPC)"),
    field("billingPayerData", Json, 4096, "for the address check"),
    field("shippingPayerData", Json, 4096, "for 3-D Secure"),
    field("preOrderPayerData", Json, 4096, "for 3-D Secure"),
    field("orderPayerData", Json, 4096, "phones, for 3-D Secure"),
    field("billingAndShippingAddressMatchIndicator", Text, 1, "Y or N"),
];

pub const REGISTER: Native = Native {
    name: "register",
    path: "rest/register.do",
    effect: Effect::Write,
    repeat: "with the same orderNumber: the number is unique, a repeat is refused with code 1",
    token: true,
    doc: "registers an order that is paid in one stage",
    fields: REGISTER_FIELDS,
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
    effect: Effect::Read,
    repeat: "always",
    token: true,
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
};

pub const DEPOSIT: Native = Native {
    name: "deposit",
    path: "rest/deposit.do",
    effect: Effect::Write,
    repeat: "never: after a lost answer read the status (settle)",
    token: false,
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
        field("agent", Json, 4096, "fiscal agent"),
        field("supplierPhones", Json, 4096, "fiscal"),
    ],
};

pub const REVERSE: Native = Native {
    name: "reverse",
    path: "rest/reverse.do",
    effect: Effect::Write,
    repeat: "never: it works once; after a lost answer read the status (settle)",
    token: false,
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
};

pub const REFUND: Native = Native {
    name: "refund",
    path: "rest/refund.do",
    effect: Effect::Write,
    repeat: "with the same externalRefundId: answered with the first refund; else never",
    token: false,
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
};

pub const DECLINE: Native = Native {
    name: "decline",
    path: "rest/decline.do",
    effect: Effect::Write,
    repeat: "always: a closed order refuses it and stays closed",
    token: false,
    doc: "closes an order that nobody has paid",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.one_of(),
        ORDER_NUMBER.one_of(),
        MERCHANT_LOGIN,
        LANGUAGE,
    ],
};

/// All of them.
pub const NATIVES: &[&Native] =
    &[&REGISTER, &REGISTER_PRE_AUTH, &STATUS, &DEPOSIT, &REVERSE, &REFUND, &DECLINE];
