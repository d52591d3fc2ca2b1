//! Events that wait in the portal: an application's alone. Source: docs/gateways/bitrix24.md, "Events".

use super::{READ, WRITE};
use crate::native::Shape::{Bit, Digits, Flag, Json, Text};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] = &[&EVENTS, &OFFLINE_GET, &OFFLINE_CLEAR];

const PROCESS_ID: Field =
    field("process_id", Text, 64, "whose records: event.offline.get gives it");

const EVENTS: Native = Native {
    name: "events",
    path: "events",
    fields: &[
        field("SCOPE", Text, 64, "of one permission alone"),
        field("FULL", Flag, 5, "all that there are; ignored with SCOPE"),
    ],
    reply: &[told("result", "a list of names").always()],
    source: "DOC events",
    doc: "Which events there are. By an application alone, not by a webhook",
    ..READ
};

const OFFLINE_GET: Native = Native {
    name: "event.offline.get",
    path: "event.offline.get",
    fields: &[
        field(
            "filter",
            Json,
            16_384,
            "ID, TIMESTAMP_X, EVENT_NAME, MESSAGE_ID, with a prefix such as `>=`",
        ),
        field("order", Json, 4096, "{\"TIMESTAMP_X\": \"ASC\"}, the default"),
        field("limit", Digits, 5, "how many; 50 if not given"),
        field(
            "clear",
            Bit,
            1,
            "1, the default, deletes them before they are known to have arrived: give 0",
        ),
        PROCESS_ID,
        field("error", Bit, 1, "1: those that failed too"),
    ],
    reply: &[
        told(
            "result.events",
            "ID, TIMESTAMP_X, EVENT_NAME, EVENT_DATA, EVENT_ADDITIONAL, MESSAGE_ID",
        )
        .always(),
        told("result.process_id", "with clear 0: for event.offline.clear"),
    ],
    repeat: "never with clear 1: what was deleted is lost; with clear 0 and the process_id",
    source: "DOC event-offline-get",
    doc: "Takes events out of the queue. By an application alone, not by a webhook",
    ..WRITE
};

const OFFLINE_CLEAR: Native = Native {
    name: "event.offline.clear",
    path: "event.offline.clear",
    fields: &[
        PROCESS_ID.required(),
        field("id", Json, 16_384, "a list of ids; all of the process if not given"),
        field("message_id", Json, 16_384, "a list of MESSAGE_ID; ignored with id"),
    ],
    reply: &[told("result", "true").always()],
    repeat: "always: what is gone is gone",
    source: "DOC event-offline-clear",
    doc: "Deletes events that were dealt with",
    ..WRITE
};
