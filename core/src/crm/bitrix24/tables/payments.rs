//! `crm.item.payment.*`: the payments of a deal or a smart invoice. Every refusal of theirs has the code 0.
//! Source: docs/gateways/bitrix24.md, "Payments".

use super::{ENTITY_TYPE_ID, FILTER, ID, ORDER, READ, WRITE};
use crate::native::Shape::{Decimal, Digits, Object, YesNo};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] = &[
    &PAYMENT_ADD,
    &PAYMENT_GET,
    &PAYMENT_LIST,
    &PAYMENT_UPDATE,
    &PAYMENT_DELETE,
    &PAYMENT_PAY,
    &PAYMENT_UNPAY,
    &PRODUCT_ADD,
    &PRODUCT_LIST,
    &PRODUCT_SET_QUANTITY,
    &PRODUCT_DELETE,
    &PUBLIC_URL,
];

const ENTITY_ID: Field = field("entityId", Digits, 18, "whose payment: the deal's or invoice's id");
const PAYMENT_ID: Field = field("paymentId", Digits, 18, "the payment");
const QUANTITY: Field =
    field("quantity", Decimal, 20, "more than 0, and no more than the row has left");

const PAYMENT_TOLD: &str = "id, accountNumber (order/number), paid (Y, N), datePaid, empPaidId, paySystemId, sum, currency, \
     paySystemName; no order id";

const PAYMENT_ADD: Native = Native {
    name: "crm.item.payment.add",
    path: "crm.item.payment.add",
    fields: &[ENTITY_ID.required(), ENTITY_TYPE_ID.required()],
    reply: &[told("result", "the payment's id").always()],
    repeat: "never: list the payments before, and after a lost answer take the one new id, if it is one",
    serves: "settle_deal",
    source: "DOC crm-item-payment-add, LIVE-2",
    doc: "Makes a payment without products, so of nothing: its sum comes from its products. Deals (2) and smart \
          invoices (31) alone",
    ..WRITE
};

const PAYMENT_GET: Native = Native {
    name: "crm.item.payment.get",
    path: "crm.item.payment.get",
    fields: &[ID.required()],
    reply: &[told("result", PAYMENT_TOLD).always()],
    serves: "settle_deal, settle_checkout",
    source: "DOC crm-item-payment-get, LIVE-1",
    doc: "One payment",
    ..READ
};

const PAYMENT_LIST: Native = Native {
    name: "crm.item.payment.list",
    path: "crm.item.payment.list",
    fields: &[ENTITY_ID.required(), ENTITY_TYPE_ID.required(), FILTER, ORDER],
    reply: &[told("result", "a list; unpaid ones have datePaid and empPaidId null").always()],
    serves: "settle_deal",
    source: "DOC crm-item-payment-list, LIVE-1",
    doc: "The payments of a deal or an invoice; empty for any other type. Not in a batch",
    ..READ
};

const PAYMENT_UPDATE: Native = Native {
    name: "crm.item.payment.update",
    path: "crm.item.payment.update",
    fields: &[
        ID.required(),
        field(
            "fields",
            Object(&[
                field("paid", YesNo, 1, "whether it is paid"),
                field("paySystemId", Digits, 18, "by what"),
            ]),
            2,
            "what changes; the sum cannot",
        )
        .required(),
    ],
    reply: &[told("result", "true").always()],
    repeat: "always: it sets the same values",
    serves: "settle_deal",
    source: "DOC crm-item-payment-update",
    doc: "Changes a payment",
    ..WRITE
};

const PAYMENT_DELETE: Native = Native {
    name: "crm.item.payment.delete",
    path: "crm.item.payment.delete",
    fields: &[ID.required()],
    reply: &[told("result", "true").always()],
    repeat: "always: the second time there is none (code 0)",
    source: "DOC crm-item-payment-delete",
    doc: "Deletes a payment",
    ..WRITE
};

const PAYMENT_PAY: Native = Native {
    name: "crm.item.payment.pay",
    path: "crm.item.payment.pay",
    fields: &[ID.required()],
    reply: &[told("result", "true").always()],
    repeat: "after crm.item.payment.get says paid N",
    serves: "settle_deal",
    source: "DOC crm-item-payment-pay",
    doc: "Says that a payment is paid",
    ..WRITE
};

const PAYMENT_UNPAY: Native = Native {
    name: "crm.item.payment.unpay",
    path: "crm.item.payment.unpay",
    fields: &[ID.required()],
    reply: &[told("result", "true").always()],
    repeat: "after crm.item.payment.get says paid Y",
    source: "DOC crm-item-payment-unpay",
    doc: "Takes that back; no money moves",
    ..WRITE
};

const PRODUCT_ADD: Native = Native {
    name: "crm.item.payment.product.add",
    path: "crm.item.payment.product.add",
    fields: &[
        PAYMENT_ID.required(),
        field("rowId", Digits, 18, "the product row of the deal").required(),
        QUANTITY.required(),
    ],
    reply: &[told("result", "the id of the product in the payment").always()],
    repeat: "never: after a lost answer list the payment's products",
    serves: "settle_deal",
    source: "DOC crm-item-payment-product-add",
    doc: "Puts a product row into a payment; its sum follows",
    ..WRITE
};

const PRODUCT_LIST: Native = Native {
    name: "crm.item.payment.product.list",
    path: "crm.item.payment.product.list",
    fields: &[PAYMENT_ID.required(), FILTER, ORDER],
    reply: &[told("result", "a list of {id, paymentId, quantity, rowId}").always()],
    serves: "settle_deal",
    source: "DOC crm-item-payment-product-list",
    doc: "The products of a payment",
    ..READ
};

const PRODUCT_SET_QUANTITY: Native = Native {
    name: "crm.item.payment.product.setQuantity",
    path: "crm.item.payment.product.setQuantity",
    fields: &[ID.required(), QUANTITY.required()],
    reply: &[told("result", "true").always()],
    repeat: "always: it sets the same quantity",
    source: "DOC crm-item-payment-product-set-quantity",
    doc: "How many of a product the payment is for",
    ..WRITE
};

const PRODUCT_DELETE: Native = Native {
    name: "crm.item.payment.product.delete",
    path: "crm.item.payment.product.delete",
    fields: &[ID.required()],
    reply: &[told("result", "true").always()],
    repeat: "always: the second time there is none (code 0)",
    source: "DOC crm-item-payment-product-delete",
    doc: "Takes a product out of a payment",
    ..WRITE
};

const PUBLIC_URL: Native = Native {
    name: "salescenter.payment.getPublicUrl",
    path: "salescenter.payment.getPublicUrl",
    fields: &[ID.required()],
    reply: &[told(
        "result.payment",
        "url, shortUrl, qr (PNG in Base64): whoever has them sees the order",
    )
    .always()],
    repeat: "always: the page of the same payment",
    source: "DOC salescenter-payment-get-public-url",
    doc: "Where the buyer pays a payment in the portal. Scope salescenter",
    ..WRITE
};
