//! The shop module: `sale.payment.*`, `crm.orderentity.*`, `sale.persontype.list`. An administrator's alone.
//! Source: docs/gateways/bitrix24.md, "Payments".

use super::{FILTER, ID, ORDER, READ, SELECT, START, WRITE};
use crate::native::Shape::{Decimal, Digits, Object, Text, YesNo};
use crate::native::{Field, Native, field, rows, told};

pub const METHODS: &[&Native] = &[
    &PAYMENT_ADD,
    &PAYMENT_GET,
    &PAYMENT_LIST,
    &PAYMENT_UPDATE,
    &ORDER_ENTITY_ADD,
    &ORDER_ENTITY_LIST,
    &PERSON_TYPE_LIST,
];

const ORDER_ID: Field = field("orderId", Digits, 18, "the shop's order");

/// Dates are ISO 8601 with an offset: `2026-05-14T10:00:00+03:00`.
const PAYMENT: [Field; 35] = [
    field("paySystemId", Digits, 18, "by what it is paid").required(),
    field("paid", YesNo, 1, "whether it is paid; N if not given"),
    field("datePaid", Text, 32, "when"),
    field("empPaidId", Digits, 18, "by which user"),
    field("psStatus", YesNo, 1, "whether the gateway took it"),
    field("psStatusCode", Text, 255, "the gateway's code"),
    field("psStatusDescription", Text, 512, "the gateway's words"),
    field("psStatusMessage", Text, 250, "the gateway's message"),
    field("psSum", Decimal, 20, "what the gateway took"),
    field("psCurrency", Text, 3, "in what: letters of ISO 4217"),
    field("psResponseDate", Text, 32, "when the gateway said it"),
    field("payVoucherNum", Text, 20, "the document's number"),
    field("payVoucherDate", Text, 32, "its date"),
    field("datePayBefore", Text, 32, "deprecated: until when it is to be paid"),
    field("dateBill", Text, 32, "when it was billed"),
    field("xmlId", Text, 255, "the external key: the one that payments can be found by"),
    field("sum", Decimal, 20, "what is to be paid, in the order's currency"),
    field("companyId", Digits, 18, "not used by the portal"),
    field("payReturnNum", Text, 20, "the return's number"),
    field("priceCod", Decimal, 20, "on-premise: the price of cash on delivery"),
    field("payReturnDate", Text, 32, "the return's date"),
    field("empReturnId", Digits, 18, "who returned it"),
    field("payReturnComment", Text, 1024, "why"),
    field("responsibleId", Digits, 18, "who answers for it"),
    field("empResponsibleId", Digits, 18, "who said so"),
    field("isReturn", YesNo, 1, "whether it was returned; N if not given"),
    field("comments", Text, 4096, "a remark"),
    field("updated1c", YesNo, 1, "whether an accounting system changed it"),
    field("id1c", Text, 36, "its number there"),
    field("version1c", Text, 15, "its version there"),
    field("externalPayment", Text, 1, "on-premise: Y, F or N"),
    field("psInvoiceId", Text, 250, "the gateway's id of the payment"),
    field("marked", YesNo, 1, "whether it is marked as a problem"),
    field("reasonMarked", Text, 255, "why"),
    field("empMarkedId", Digits, 18, "by whom"),
];
const NEW_PAYMENT: [Field; 36] = rows([ORDER_ID.required()], PAYMENT);

const PAYMENT_TOLD: &str =
    "id, orderId, accountNumber, paid, sum, currency, paySystemId, psInvoiceId, xmlId and the rest";

const PAYMENT_ADD: Native = Native {
    name: "sale.payment.add",
    path: "sale.payment.add",
    fields: &[field("fields", Object(&NEW_PAYMENT), 64, "the payment").required()],
    reply: &[told("result.payment", PAYMENT_TOLD).always()],
    repeat: "never: after a lost answer list by xmlId, and add if there is none",
    serves: "settle_deal",
    source: "DOC sale-payment-add",
    doc: "Makes a payment of an order; with paid Y it is paid at once",
    ..WRITE
};

const PAYMENT_GET: Native = Native {
    name: "sale.payment.get",
    path: "sale.payment.get",
    fields: &[ID.required()],
    reply: &[told("result.payment", PAYMENT_TOLD).always()],
    serves: "settle_deal, settle_checkout",
    source: "DOC sale-payment-get",
    doc: "One payment",
    ..READ
};

const PAYMENT_LIST: Native = Native {
    name: "sale.payment.list",
    path: "sale.payment.list",
    fields: &[SELECT, FILTER, ORDER, START],
    reply: &[
        told("result.payments", "up to 50").always(),
        told("total", "how many there are"),
        told("next", "where the next page starts; not on the last one"),
    ],
    serves: "settle_deal",
    source: "DOC sale-payment-list",
    doc: "Payments by filter, by xmlId too",
    ..READ
};

const PAYMENT_UPDATE: Native = Native {
    name: "sale.payment.update",
    path: "sale.payment.update",
    fields: &[
        ID.required(),
        field("fields", Object(&PAYMENT), 64, "what changes; the order cannot").required(),
    ],
    reply: &[told("result.payment", PAYMENT_TOLD).always()],
    repeat: "always: it sets the same values",
    serves: "settle_deal",
    source: "DOC sale-payment-update, LIVE-2",
    doc: "Changes a payment; paySystemId is required, changed or not",
    ..WRITE
};

const OWNER: [Field; 2] = [
    field("ownerId", Digits, 18, "the deal's id").required(),
    field("ownerTypeId", Digits, 10, "2 for a deal").required(),
];
const LINK: [Field; 3] = rows([ORDER_ID.required()], OWNER);

const ORDER_ENTITY_ADD: Native = Native {
    name: "crm.orderentity.add",
    path: "crm.orderentity.add",
    fields: &[field("fields", Object(&LINK), 3, "which order belongs to what").required()],
    reply: &[told("result.dealOrder", "orderId, ownerId, ownerTypeId").always()],
    repeat: "always: the same link again is the code 201650000001",
    source: "DOC crm-order-entity-add",
    doc: "Links an order to a deal. An order has one owner: another takes its place",
    ..WRITE
};

const ORDER_ENTITY_LIST: Native = Native {
    name: "crm.orderentity.list",
    path: "crm.orderentity.list",
    fields: &[SELECT, FILTER, ORDER, START],
    reply: &[
        told("result.orderEntity", "up to 50; with start -1 all that there are").always(),
        told("total", "how many there are"),
        told("next", "where the next page starts; not on the last one").inferred(),
    ],
    serves: "settle_deal",
    source: "DOC crm-order-entity-list",
    doc: "Which orders belong to what",
    ..READ
};

const PERSON_TYPE_LIST: Native = Native {
    name: "sale.persontype.list",
    path: "sale.persontype.list",
    fields: &[SELECT, FILTER, ORDER, START],
    reply: &[
        told("result.personTypes", "id, name, code, active").always(),
        told("total", "how many there are"),
        told("next", "where the next page starts; not on the last one"),
    ],
    source: "DOC sale-person-type-list",
    doc: "The kinds of payers: sale.paysystem.add wants one",
    ..READ
};
