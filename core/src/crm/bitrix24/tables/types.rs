//! `crm.type.*`: the smart processes themselves, and what they may be linked to.
//! Source: docs/gateways/bitrix24.md, "Linking".

use super::{FILTER, ORDER, READ, START, WRITE};
use crate::native::Shape::{Digits, Json, List, Object, Text, YesNo};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] =
    &[&TYPE_ADD, &TYPE_GET, &TYPE_GET_BY_ENTITY_TYPE_ID, &TYPE_LIST, &TYPE_UPDATE, &TYPE_DELETE];

/// Its own id; everything else wants the other one.
const TYPE_ID: Field = field("id", Digits, 18, "the type's own id, which is not its entityTypeId");
const TITLE: Field = field("title", Text, 255, "what the portal calls it");

const RELATION: &[Field] = &[
    field("entityTypeId", Digits, 10, "the other type: 2 for deals").required(),
    field(
        "isChildrenListEnabled",
        Text,
        5,
        "whether the other's card shows a list: \"true\" or \"false\" as text; Y and N do nothing here, though \
         answers have them",
    ),
];
const RELATIONS: Field = field(
    "relations",
    Object(&[
        field(
            "parent",
            List(RELATION),
            50,
            "whose children its items are: `parentId2` exists if 2 is here",
        ),
        field("child", List(RELATION), 50, "whose parents its items are"),
    ]),
    2,
    "the types that its items are linked to. An update replaces all of it: what is missing is taken away",
);
const ENTITY_TYPE_ID: Field = field(
    "entityTypeId",
    Digits,
    10,
    "128 to 192, or an even number from 1030; the portal's choice if not given, and never changed",
);
const LINKED_USER_FIELDS: Field = field(
    "linkedUserFields",
    Json,
    4096,
    "where it can be chosen: {\"TASKS_TASK|UF_CRM_TASK\": \"true\"}, with isUseInUserfieldEnabled Y alone",
);

macro_rules! settings {
    ($($first:expr),*) => {
        &[
            $($first,)*
            RELATIONS,
            field("isUseInUserfieldEnabled", YesNo, 1, "usable in fields of others"),
            LINKED_USER_FIELDS,
            field("isAutomationEnabled", YesNo, 1, "automation rules and triggers"),
            field("isBeginCloseDatesEnabled", YesNo, 1, "begindate and closedate"),
            field("isBizProcEnabled", YesNo, 1, "business processes"),
            field("isCategoriesEnabled", YesNo, 1, "pipelines of its own"),
            field("isClientEnabled", YesNo, 1, "companyId and contactId"),
            field("isDocumentsEnabled", YesNo, 1, "printed documents"),
            field("isLinkWithProductsEnabled", YesNo, 1, "products: opportunity, currencyId and taxValue"),
            field("isMycompanyEnabled", YesNo, 1, "mycompanyId"),
            field("isObserversEnabled", YesNo, 1, "observers"),
            field("isRecyclebinEnabled", YesNo, 1, "the bin"),
            field("isSetOpenPermissions", YesNo, 1, "new pipelines are open to everybody; Y if not given"),
            field("isSourceEnabled", YesNo, 1, "sourceId and sourceDescription"),
            field("isStagesEnabled", YesNo, 1, "stages: stageId"),
        ]
    };
}

const TYPE: &str = "id, entityTypeId, title, the is...Enabled flags, relations with Y and N";

const TYPE_ADD: Native = Native {
    name: "crm.type.add",
    path: "crm.type.add",
    fields: &[field("fields", Object(settings!(TITLE.required(), ENTITY_TYPE_ID)), 64, "the type")
        .required()],
    reply: &[told("result.type", TYPE).always()],
    repeat: "with the same entityTypeId, of which there is one alone",
    source: "DOC crm-type-add",
    doc: "Makes a smart process. Wants an administrator of the CRM; flags are N if not given",
    ..WRITE
};

const TYPE_GET: Native = Native {
    name: "crm.type.get",
    path: "crm.type.get",
    fields: &[TYPE_ID.required()],
    reply: &[told("result.type", TYPE).always()],
    source: "DOC crm-type-get",
    doc: "A smart process by its own id",
    ..READ
};

const TYPE_GET_BY_ENTITY_TYPE_ID: Native = Native {
    name: "crm.type.getByEntityTypeId",
    path: "crm.type.getByEntityTypeId",
    fields: &[super::ENTITY_TYPE_ID.required()],
    reply: &[told("result.type", TYPE).always()],
    source: "DOC crm-type-get-by-entity-type-id",
    doc: "A smart process by the number that its items are asked for by",
    ..READ
};

const TYPE_LIST: Native = Native {
    name: "crm.type.list",
    path: "crm.type.list",
    fields: &[ORDER, FILTER, START],
    reply: &[
        told("result.types", "up to 50, without their relations").always(),
        told("total", "how many there are"),
        told("next", "where the next page starts; not on the last one"),
    ],
    source: "DOC crm-type-list",
    doc: "The smart processes",
    ..READ
};

const TYPE_UPDATE: Native = Native {
    name: "crm.type.update",
    path: "crm.type.update",
    fields: &[
        TYPE_ID.required(),
        field("fields", Object(settings!(TITLE)), 64, "what changes; the entityTypeId cannot")
            .required(),
    ],
    reply: &[told("result.type", TYPE).always()],
    repeat: "always: it sets the same values",
    source: "DOC crm-type-update",
    doc: "Changes a smart process; `relations` is replaced as a whole",
    ..WRITE
};

const TYPE_DELETE: Native = Native {
    name: "crm.type.delete",
    path: "crm.type.delete",
    fields: &[TYPE_ID.required()],
    reply: &[told("result", "an empty list, or null").inferred()],
    repeat: "always: the second time there is none (NOT_FOUND)",
    source: "DOC crm-type-delete",
    doc: "Deletes a smart process that has no items",
    ..WRITE
};
