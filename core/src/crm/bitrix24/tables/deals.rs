//! Stages (`crm.status.list`) and the old method of deals.
//! Source: docs/gateways/bitrix24.md, "Identifiers" and "Tasks".

use super::{FILTER, ID, ORDER, READ, WRITE};
use crate::native::Shape::{Json, Object, YesNo};
use crate::native::{Native, field, told};

pub const METHODS: &[&Native] = &[&STATUS_LIST, &DEAL_UPDATE];

const STATUS_LIST: Native = Native {
    name: "crm.status.list",
    path: "crm.status.list",
    fields: &[ORDER, FILTER],
    reply: &[told(
        "result",
        "a list: ENTITY_ID, STATUS_ID, NAME, SORT, and SEMANTICS (S, F or null) or EXTRA.SEMANTICS (process, \
         success, failure, apology). All in one answer",
    )
    .always()],
    serves: "settle_deal",
    source: "DOC crm-status-list, REST-HELP",
    doc: "Stages and other dictionaries: filter ENTITY_ID is DEAL_STAGE, DEAL_STAGE_9, DYNAMIC_1220_STAGE_30",
    ..READ
};

const DEAL_UPDATE: Native = Native {
    name: "crm.deal.update",
    path: "crm.deal.update",
    fields: &[
        ID.required(),
        field("fields", Json, 65_536, "upper-case names: STAGE_ID, OPPORTUNITY").required(),
        field(
            "params",
            Object(&[
                field("REGISTER_SONET_EVENT", YesNo, 1, "tell it in the portal's live feed"),
                field("REGISTER_HISTORY_EVENT", YesNo, 1, "write it into the history").inferred(),
            ]),
            2,
            "how to save",
        ),
    ],
    reply: &[told("result", "true").always()],
    repeat: "always: it sets the same values",
    source: "DOC crm-deal-update",
    doc: "Changes a deal. Deprecated: crm.item.update with entityTypeId 2. Its errors have an empty code",
    ..WRITE
};
