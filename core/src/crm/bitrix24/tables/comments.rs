//! `crm.timeline.comment.*`: what stands on a card's timeline.
//! Source: docs/gateways/bitrix24.md, "Tasks".

use super::{ID, ORDER, READ, SELECT, START, WRITE};
use crate::native::Shape::{Digits, Json, Object, Text};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] =
    &[&COMMENT_ADD, &COMMENT_GET, &COMMENT_LIST, &COMMENT_UPDATE, &COMMENT_DELETE];

const COMMENT: Field = field("COMMENT", Text, 65_000, "the text, with BBCode; never empty");
const FILES: Field =
    field("FILES", Json, 10_000_000, "a list of [name, Base64]: [[\"a.pdf\", \"JVBER...\"]]");
const ENTITY_ID: Field = field("ENTITY_ID", Digits, 18, "whose timeline: the object's id");
const ENTITY_TYPE: Field =
    field("ENTITY_TYPE", Text, 32, "deal, lead, contact, company, or dynamic_1220 for an item");
const OWNER_TYPE_ID: Field =
    field("ownerTypeId", Digits, 10, "the entityTypeId of one of several cards that it stands on");
const OWNER_ID: Field = field("ownerId", Digits, 18, "that card's id");

const COMMENT_ADD: Native = Native {
    name: "crm.timeline.comment.add",
    path: "crm.timeline.comment.add",
    fields: &[field(
        "fields",
        Object(&[
            ENTITY_ID.required(),
            ENTITY_TYPE.required(),
            COMMENT.required(),
            FILES,
            field("AUTHOR_ID", Digits, 18, "who says it; the webhook's owner if not given")
                .inferred(),
        ]),
        8,
        "the comment; the name is lower-case",
    )
    .required()],
    reply: &[told("result", "its id").always()],
    repeat: "never: after a lost answer list the comments and look for the text",
    serves: "link_payment, settle_deal",
    source: "DOC crm-timeline-comment-add",
    doc: "Writes a comment. OWNER_NOT_FOUND if there is no such card",
    ..WRITE
};

const COMMENT_GET: Native = Native {
    name: "crm.timeline.comment.get",
    path: "crm.timeline.comment.get",
    fields: &[ID.required()],
    reply: &[
        told("result", "ID, ENTITY_ID, ENTITY_TYPE, CREATED, COMMENT, AUTHOR_ID, FILES").always()
    ],
    source: "DOC crm-timeline-comment-get",
    doc: "One comment. FILES hold links that open without a password",
    ..READ
};

const COMMENT_LIST: Native = Native {
    name: "crm.timeline.comment.list",
    path: "crm.timeline.comment.list",
    fields: &[
        field(
            "filter",
            Object(&[ENTITY_ID.required(), ENTITY_TYPE.required()]),
            2,
            "whose comments; it works on these two alone",
        )
        .required(),
        ORDER,
        SELECT,
        START,
    ],
    reply: &[
        told(
            "result",
            "a list of up to 50, ids as text; FILES hold links that open without a password",
        )
        .always(),
        told("total", "how many there are"),
        told("next", "where the next page starts; not on the last one"),
    ],
    serves: "link_payment, settle_deal",
    source: "DOC crm-timeline-comment-list",
    doc: "The comments of a card, sorted by ID, CREATED or AUTHOR_ID",
    ..READ
};

const COMMENT_UPDATE: Native = Native {
    name: "crm.timeline.comment.update",
    path: "crm.timeline.comment.update",
    fields: &[
        ID.required(),
        field("fields", Object(&[COMMENT.required(), FILES]), 2, "what it says now").required(),
        OWNER_TYPE_ID,
        OWNER_ID,
    ],
    reply: &[told("result", "its id").always()],
    repeat: "always: it sets the same text",
    source: "DOC crm-timeline-comment-update",
    doc: "Changes a comment",
    ..WRITE
};

const COMMENT_DELETE: Native = Native {
    name: "crm.timeline.comment.delete",
    path: "crm.timeline.comment.delete",
    fields: &[ID.required(), OWNER_TYPE_ID, OWNER_ID],
    reply: &[told("result", "null")],
    repeat: "always: the second time there is none (NOT_FOUND)",
    serves: "link_payment, settle_deal",
    source: "DOC crm-timeline-comment-delete",
    doc: "Deletes a comment. MULTIPLE_BINDINGS where it stands on several cards and none is named",
    ..WRITE
};
