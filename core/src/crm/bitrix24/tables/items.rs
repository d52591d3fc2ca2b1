//! `crm.item.*`: deals (entityTypeId 2), smart-process items and the like.

use super::{READ, WRITE};
use crate::native::Shape::{Digits, Json};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] = &[&ITEM_GET, &ITEM_ADD];

/// Which kind of object.
const ENTITY_TYPE_ID: Field =
    field("entityTypeId", Digits, 10, "2 for deals, 31 for smart invoices, else the smart process");
const ID: Field = field("id", Digits, 18, "the object's id");

const ITEM_GET: Native = Native {
    name: "crm.item.get",
    path: "crm.item.get",
    fields: &[ENTITY_TYPE_ID.required(), ID.required()],
    reply: &[told("item", "its fields; `parentId2` is the deal of an item").always()],
    serves: "link_payment, settle_deal",
    source: "B24 crm-item-get",
    doc: "One object. NOT_FOUND if there is none.",
    ..READ
};

const ITEM_ADD: Native = Native {
    name: "crm.item.add",
    path: "crm.item.add",
    fields: &[
        ENTITY_TYPE_ID.required(),
        field("fields", Json, 65_536, "the object's fields").required(),
    ],
    reply: &[told(
        "item",
        "its fields: check `parentId2`, which is dropped without a word where the type \
        has no deal relation",
    )
    .always()],
    source: "B24 crm-item-add",
    doc: "Makes an object.",
    ..WRITE
};
