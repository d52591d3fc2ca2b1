//! `crm.item.*`: deals (entityTypeId 2), smart invoices (31), smart-process items and the like.
//! Source: docs/gateways/bitrix24.md, "Tasks" and "Linking".

use super::{ENTITY_TYPE_ID, FILTER, ID, ORDER, READ, SELECT, START, WRITE};
use crate::native::Shape::{Json, YesNo};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] =
    &[&ITEM_ADD, &ITEM_GET, &ITEM_LIST, &ITEM_UPDATE, &ITEM_DELETE, &ITEM_FIELDS];

const FIELDS: Field = field(
    "fields",
    Json,
    65_536,
    "the object's fields, as crm.item.fields names them; a name that the type does not have is dropped without \
     a word. `parentId2` is the deal of an item, and an error in a deal's own fields; flags are Y or N",
);
const ORIGINAL_NAMES: Field = field(
    "useOriginalUfNames",
    YesNo,
    1,
    "Y: own fields are named UF_CRM_..., not ufCrm...; N if not given",
);

const ITEM_ADD: Native = Native {
    name: "crm.item.add",
    path: "crm.item.add",
    fields: &[ENTITY_TYPE_ID.required(), FIELDS.required(), ORIGINAL_NAMES],
    reply: &[told(
        "result.item",
        "the object: compare `parentId2`, which is dropped without a word where the type has no deal \
         relation, and `xmlId`",
    )
    .always()],
    repeat: "never: nothing is unique in the portal. After a lost answer list by xmlId and add if there is none",
    serves: "link_payment, settle_deal",
    source: "DOC crm-item-add, FAST, LIVE-1",
    doc: "Makes an object. Smart processes have no originId and originatorId: xmlId is the external key there",
    ..WRITE
};

const ITEM_GET: Native = Native {
    name: "crm.item.get",
    path: "crm.item.get",
    fields: &[ENTITY_TYPE_ID.required(), ID.required(), ORIGINAL_NAMES],
    reply: &[told(
        "result.item",
        "the object: a relation that is not set is null, one that the type does not have is no key. Deals have \
         `stageSemanticId` (P, S, F) and `closed` (Y, N)",
    )
    .always()],
    serves: "link_payment, settle_deal, settle_checkout",
    source: "DOC crm-item-get",
    doc: "One object. NOT_FOUND if there is none",
    ..READ
};

const ITEM_LIST: Native = Native {
    name: "crm.item.list",
    path: "crm.item.list",
    fields: &[ENTITY_TYPE_ID.required(), SELECT, FILTER, ORDER, START, ORIGINAL_NAMES],
    reply: &[
        told(
            "result.items",
            "up to 50; compare the rows, since `=` is blind to upper and lower case",
        )
        .always(),
        told("total", "not counted with start -1"),
        told("next", "where the next page starts; not on the last one"),
    ],
    serves: "link_payment, settle_deal",
    source: "DOC crm-item-list, LIVE-1",
    doc: "Objects by filter. A `%` in a value is a wildcard even without a prefix; an unknown filter field is \
          INVALID_ARG_VALUE, an unknown select field is left out",
    ..READ
};

const ITEM_UPDATE: Native = Native {
    name: "crm.item.update",
    path: "crm.item.update",
    fields: &[ENTITY_TYPE_ID.required(), ID.required(), FIELDS.required(), ORIGINAL_NAMES],
    reply: &[told("result.item", "the object as it is now").always()],
    repeat: "always: it sets the same values, and what does not differ is not saved",
    serves: "link_payment, settle_deal",
    source: "DOC crm-item-update",
    doc: "Changes an object; `stageId` moves it, whereupon the stage's required fields are checked and automation \
          runs. Whether a stage of another pipeline is refused is not documented",
    ..WRITE
};

const ITEM_DELETE: Native = Native {
    name: "crm.item.delete",
    path: "crm.item.delete",
    fields: &[ENTITY_TYPE_ID.required(), ID.required()],
    reply: &[told("result", "an empty list").always()],
    repeat: "always: the second time there is none (NOT_FOUND)",
    serves: "link_payment",
    source: "DOC crm-item-delete",
    doc: "Deletes an object",
    ..WRITE
};

const ITEM_FIELDS: Native = Native {
    name: "crm.item.fields",
    path: "crm.item.fields",
    fields: &[ENTITY_TYPE_ID.required(), ORIGINAL_NAMES],
    reply: &[told(
        "result.fields",
        "by name: type, isRequired, isReadOnly, title, settings. Without `parentId2` the type has no deal relation",
    )
    .always()],
    serves: "link_payment, settle_deal",
    source: "DOC crm-item-fields",
    doc: "Which fields the objects of a type have",
    ..READ
};
