//! `crm.item.productrow.*`: what a deal, an invoice or an item is made of.
//! Source: docs/gateways/bitrix24.md, "Payments".

use super::{FILTER, ID, ORDER, READ, START, WRITE};
use crate::native::Shape::{Decimal, Digits, List, Object, Text, YesNo};
use crate::native::{Field, Native, field, rows, told};

pub const METHODS: &[&Native] = &[
    &ROW_ADD,
    &ROW_GET,
    &ROW_LIST,
    &ROW_AVAILABLE,
    &ROW_UPDATE,
    &ROW_SET,
    &ROW_DELETE,
    &ROW_FIELDS,
];

const OWNER_ID: Field = field("ownerId", Digits, 18, "whose row: the object's id");
const OWNER_TYPE: Field = field(
    "ownerType",
    Text,
    10,
    "its short code: L, D, Q, SI, or T and the entityTypeId in hexadecimal (1220 is T4c4)",
);

/// One of the first two names the product.
const ROW: [Field; 12] = [
    field("productId", Digits, 18, "of the catalogue").one_of(),
    field("productName", Text, 255, "what it is; the catalogue's name if not given").one_of(),
    PRICE,
    QUANTITY,
    field("discountTypeId", Digits, 1, "1: a sum, 2: a percentage; 2 if not given"),
    field("discountRate", Decimal, 20, "in percent"),
    field("discountSum", Decimal, 20, "in the object's currency"),
    field("taxRate", Decimal, 20, "in percent"),
    field("taxIncluded", YesNo, 1, "whether the price has the tax in it; N if not given"),
    field("taxName", Text, 255, "a label alone"),
    field("measureCode", Digits, 10, "the unit"),
    field("sort", Digits, 10, "the row's place"),
];
const PRICE: Field = field(
    "price",
    Decimal,
    20,
    "of one, with discount and tax, in the object's currency; 0 if not given, whatever the catalogue says",
);
const QUANTITY: Field = field("quantity", Decimal, 20, "more than 0; 1 if not given");

const NEW_ROW: [Field; 14] = rows([OWNER_ID.required(), OWNER_TYPE.required()], ROW);
const SET_ROW: [Field; 13] = rows(
    [field(
        "id",
        Digits,
        18,
        "the row that is kept; without it, or with one of another object, a new row is made",
    )],
    ROW,
);
/// An update gives what changes alone.
const CHANGED_ROW: [Field; 12] = {
    let [mut id, mut name, _, _, ty, rate, sum, tax, included, tax_name, measure, sort] = ROW;
    id.need = crate::native::Need::Optional;
    name.need = crate::native::Need::Optional;
    [id, name, PRICE, QUANTITY, ty, rate, sum, tax, included, tax_name, measure, sort]
};

const ROW_TOLD: &str = "id, ownerId, ownerType, price, quantity and the rest, numbers as numbers";

const ROW_ADD: Native = Native {
    name: "crm.item.productrow.add",
    path: "crm.item.productrow.add",
    fields: &[
        field("fields", Object(&NEW_ROW), 16, "the row; prices as parts are computed").required()
    ],
    reply: &[told("result.productRow", ROW_TOLD).always()],
    repeat: "never: after a lost answer list the owner's rows",
    serves: "settle_deal",
    source: "DOC crm-item-productrow-add",
    doc: "Adds a row; the object's sum follows. OWNER_NOT_FOUND if there is no such object",
    ..WRITE
};

const ROW_GET: Native = Native {
    name: "crm.item.productrow.get",
    path: "crm.item.productrow.get",
    fields: &[ID.required()],
    reply: &[told("result.productRow", ROW_TOLD).always()],
    source: "DOC crm-item-productrow-get",
    doc: "One row",
    ..READ
};

const ROW_LIST: Native = Native {
    name: "crm.item.productrow.list",
    path: "crm.item.productrow.list",
    fields: &[FILTER.required(), ORDER, START],
    reply: &[
        told("result.productRows", "up to 50, whole").always(),
        told("total", "not counted with start -1"),
        told("next", "where the next page starts; not on the last one"),
    ],
    serves: "settle_deal",
    source: "DOC crm-item-productrow-list",
    doc: "The rows of an object: filter `=ownerType` and `=ownerId`, both required. Beside them it works on id \
          and productId alone: another condition is ignored, and everything comes back",
    ..READ
};

const ROW_AVAILABLE: Native = Native {
    name: "crm.item.productrow.getAvailableForPayment",
    path: "crm.item.productrow.getAvailableForPayment",
    fields: &[OWNER_ID.required(), OWNER_TYPE.required()],
    reply: &[told(
        "result.productRows",
        "rows that no payment holds yet; `quantity` is what is left. All in one answer",
    )
    .always()],
    serves: "settle_deal",
    source: "DOC crm-item-productrow-get-available-for-payment",
    doc: "What may still be put into a payment",
    ..READ
};

const ROW_UPDATE: Native = Native {
    name: "crm.item.productrow.update",
    path: "crm.item.productrow.update",
    fields: &[ID.required(), field("fields", Object(&CHANGED_ROW), 16, "what changes").required()],
    reply: &[told("result.productRow", ROW_TOLD).always()],
    repeat: "always: it sets the same values",
    source: "DOC crm-item-productrow-update",
    doc: "Changes a row",
    ..WRITE
};

const ROW_SET: Native = Native {
    name: "crm.item.productrow.set",
    path: "crm.item.productrow.set",
    fields: &[
        OWNER_ID.required(),
        OWNER_TYPE.required(),
        field("productRows", List(&SET_ROW), 500, "all rows that it shall have").required(),
    ],
    reply: &[told("result.productRows", "the rows as they are now").always()],
    repeat: "after a look at the rows: those without id are made anew",
    source: "DOC crm-item-productrow-set",
    doc: "Replaces all rows: what is not given is deleted, out of its payments too",
    ..WRITE
};

const ROW_DELETE: Native = Native {
    name: "crm.item.productrow.delete",
    path: "crm.item.productrow.delete",
    fields: &[ID.required()],
    reply: &[told("result", "null").inferred()],
    repeat: "always: the second time there is none",
    source: "DOC crm-item-productrow-delete",
    doc: "Deletes a row",
    ..WRITE
};

const ROW_FIELDS: Native = Native {
    name: "crm.item.productrow.fields",
    path: "crm.item.productrow.fields",
    reply: &[told("result.fields", "by name: type, isRequired, isReadOnly").always()],
    source: "DOC crm-item-productrow-fields",
    doc: "Which fields a row has",
    ..READ
};
