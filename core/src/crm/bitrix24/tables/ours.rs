//! What is not a method of the portal but ours: any method, many at once, whole lists.

use super::{READ, WRITE};
use crate::native::Shape::{Digits, Flag, Json, Text};
use crate::native::{Field, Native, field, told};

/// All of them.
pub const METHODS: &[&Native] = &[&CALL, &BATCH, &LIST];

const METHOD: Field = field("method", Text, 100, "its name, without .json");
const PARAMETERS: Field = field("parameters", Json, 10_000_000, "as the portal takes them");
const EFFECT: &str = "read or write";

pub const CALL: Native = Native {
    name: "call",
    fields: &[
        METHOD.required(),
        PARAMETERS,
        field(
            "effect",
            Text,
            5,
            "read or write; write if not given: a lost answer is then OutcomeUnknown",
        ),
    ],
    reply: &[
        told("result", "what the method answers").always(),
        told("total", "of a list"),
        told("next", "of a list: where the next page starts"),
    ],
    repeat: "as the method's own documentation says",
    source: "DOC",
    doc: "Any method of the portal, unchecked but for the mistakes that are known; `batch` has its own operation",
    ..WRITE
};

pub const BATCH: Native = Native {
    name: "batch",
    fields: &[
        field(
            "commands",
            Json,
            10_000_000,
            "up to 50 by name, in their order: {\"find\": {\"method\": \"crm.item.list\", \"parameters\": {...}}}. A \
             value may be `$result[find][items][0][id]`, of a command above it",
        )
        .required(),
        field("halt", Flag, 5, "whether the first failure ends it; true if not given, required for references"),
        field("effect", Text, 5, EFFECT),
    ],
    reply: &[
        told("results", "by name: what each answered").always(),
        told("errors", "by name: {kind, reason, may_have_happened, code, text}").always(),
        told("not_run", "names after the failure that ended it").always(),
        told("unknown", "names of which the portal said nothing: they may have run").always(),
        told("unassigned", "errors that the portal gave no name for").always(),
        told("totals", "by name, of lists").always(),
        told("nexts", "by name, of lists").always(),
    ],
    repeat: "never with a write in it; a failure inside is part of the reply, not an error",
    source: "DOC, FAST, JSSDK, CORE-2",
    doc: "Many methods as one request. Not crm.item.payment.list, and no batch in a batch. It is a read if the tables \
          know every command as one, or the caller says so",
    ..WRITE
};

pub const LIST: Native = Native {
    name: "list",
    fields: &[
        field("method", Text, 100, "a list method").required(),
        PARAMETERS,
        field("mode", Text, 5, "pages (start, next; the default) or fast (by id, uncounted)"),
        field("max_rows", Digits, 6, "how many at the most; 5000 if not given"),
        field("id_field", Text, 64, "the rows' id: id or ID by the method if not given"),
        field("timeout_ms", Digits, 8, "when to stop asking for pages; 30000 if not given"),
    ],
    reply: &[
        told("rows", "each id once").always(),
        told("complete", "whether these are all").always(),
        told("next", "where to go on if not: pages, `start`; fast, the value of `>id`").always(),
    ],
    source: "DOC huge-data, FAST, JSSDK",
    doc: "All rows of a list method. `total` is not believed: it ends where there is no next page",
    ..READ
};
