//! Scheduled payments (D3, BPC): the gateway itself charges a card by a plan. JSON below the host,
//! not below `/payment`. Dates are `yyyy-MM-ddTHH:mm:ss.SSSZ`.

use super::{BINDING_ID, CLIENT_ID, D3, D3_READ, MERCHANT_LOGIN, PASSWORD, USERNAME};
use crate::http::Patience;
use crate::native::Shape::{Code, Currency, Digits, Json, List, Month, Object, Text};
use crate::native::{Field, Native, Told, field, told};

const LOCALE: Field = field("locale", Text, 10, "of texts, like en");
const MERCHANT_TASK_UUID: Field = field("merchantTaskUuid", Text, 36, "the shop's id of the task");
const PAN: Field = field("pan", Code, 19, "the card's number").at_least(12).card();
const EXPIRY: Field = field("expiry", Month, 6, "the card's").card();
const CARD_HOLDER: Field = field("cardHolder", Text, 150, "name on the card");
const PARAMS: Field = field("params", Json, 4096, "of each order");
const ATTRIBUTES: Field = field("attributes", Json, 4096, "of each order");
const SCHEDULE: Field = field("scheduleData", Object(PLAN), 1, "when to charge");
const TASK_AMOUNT: Field = field("amount", Digits, 12, "minor units, of each payment");
const TASK_CURRENCY: Field = field("currency", Currency, 3, "ISO 4217 number");

const PLAN: &[Field] = &[
    field("scheduledSince", Text, 30, "yyyy-MM-ddTHH:mm:ss.SSSZ"),
    field("scheduledTill", Text, 30, "yyyy-MM-ddTHH:mm:ss.SSSZ"),
    field("timeUnit", Text, 20, "DAYS, ..."),
    field("value", Digits, 9, "so many of the unit between two payments"),
];

const TASK: &[Field] = &[
    MERCHANT_TASK_UUID.required(),
    TASK_AMOUNT.required(),
    TASK_CURRENCY.required(),
    BINDING_ID.one_of(),
    PAN.one_of(),
    EXPIRY,
    CARD_HOLDER,
    CLIENT_ID,
    PARAMS,
    ATTRIBUTES,
    SCHEDULE,
];

/// What can be changed is not documented: the same as can be given at first.
const CHANGED_TASK: &[Field] = &[
    TASK_AMOUNT.inferred(),
    TASK_CURRENCY.inferred(),
    BINDING_ID.inferred(),
    PAN.inferred(),
    EXPIRY.inferred(),
    CARD_HOLDER.inferred(),
    CLIENT_ID.inferred(),
    PARAMS.inferred(),
    ATTRIBUTES.inferred(),
    SCHEDULE.inferred(),
];

const TASK_IDENTIFIER: Field =
    field("taskIdentifier", Object(IDENTIFIER), 1, "which task: its id, or the shop's own");

const IDENTIFIER: &[Field] = &[
    field("taskUuid", Text, 36, "the gateway's id of the task").one_of(),
    MERCHANT_TASK_UUID.one_of(),
    MERCHANT_LOGIN,
];

const STATUS: Told = told("status", "SUCCESS or FAIL");
const STATE: &str = "CREATED, ACTIVE, FAILED, COMPLETED, TERMINATED or EXPIRED";

const TASK_REPLY: &[Told] = &[
    STATUS.always(),
    told("task.taskUuid", "the gateway's id of the task"),
    told("task.merchantTaskUuid", "the shop's id of the task"),
    told("task.merchantLogin", "whose task it is"),
    told("task.created", "when it was made"),
    told("task.nextPaymentDate", "when it charges next"),
    told("task.state", STATE),
];

const CREATE: Native = Native {
    name: "recurrentTaskCreate",
    path: "/recurrent/v1/task/create",
    patience: Patience::Usual,
    repeat: "never: after a lost answer read recurrentTaskGet by merchantTaskUuid",
    pci: "SAQ D with the card (inferred)",
    doc: "has the gateway charge a card by a plan",
    fields: &[
        USERNAME,
        PASSWORD,
        LOCALE,
        MERCHANT_LOGIN,
        field("task", Object(TASK), 1, "what to charge, and when").required(),
    ],
    reply: TASK_REPLY,
    ..D3
};

const MODIFY: Native = Native {
    name: "recurrentTaskModify",
    path: "/recurrent/v1/task/modify",
    patience: Patience::Usual,
    repeat: "always: it sets the same values again (inferred)",
    pci: "SAQ D with the card (inferred)",
    doc: "changes a plan",
    fields: &[
        USERNAME,
        PASSWORD,
        LOCALE,
        TASK_IDENTIFIER.required(),
        field("task", Object(CHANGED_TASK), 1, "what changes").inferred(),
    ],
    reply: TASK_REPLY,
    ..D3
};

const GET: Native = Native {
    name: "recurrentTaskGet",
    path: "/recurrent/v1/task/get",
    doc: "says where a plan stands and what it charged",
    fields: &[USERNAME, PASSWORD, LOCALE, TASK_IDENTIFIER.required()],
    reply: &[
        STATUS,
        told("task.taskUuid", "the gateway's id of the task"),
        told("task.merchantTaskUuid", "the shop's id of the task"),
        told("task.merchantLogin", "whose task it is"),
        told("task.created", "when it was made"),
        told("task.nextPaymentDate", "when it charges next"),
        told("task.state", STATE),
        told("task.lastPaymentDate", "when it charged last").inferred(),
        told(
            "task.attemptsHistory",
            "each with paymentAttemptUuid, paymentUuid, state, executed, technicalAttempt, \
             orderId, orderNumber",
        )
        .inferred(),
    ],
    ..D3_READ
};

const TERMINATE: Native = Native {
    name: "recurrentTaskTerminate",
    path: "/recurrent/v1/task/terminate",
    patience: Patience::Usual,
    repeat: "always: an ended plan stays ended (inferred)",
    doc: "ends a plan",
    fields: &[USERNAME, PASSWORD, LOCALE, TASK_IDENTIFIER.required()],
    reply: TASK_REPLY,
    ..D3
};

const ACTIVATE: Native = Native {
    name: "recurrentTaskActivate",
    path: "/recurrent/v1/task/activate",
    repeat: "always: an active plan stays active (inferred)",
    doc: "makes a plan active",
    ..TERMINATE
};

/// The pages' example spells `tasksIdentifiers`: the assumption `spellings` says so where it holds.
const BATCH_TERMINATE: Native = Native {
    name: "recurrentTaskBatchTerminate",
    path: "/recurrent/v1/task/batchTerminate",
    doc: "ends several plans",
    fields: &[
        USERNAME,
        PASSWORD,
        LOCALE,
        field("taskIdentifiers", List(IDENTIFIER), 1000, "which tasks").required(),
    ],
    reply: &[STATUS.always()],
    ..TERMINATE
};

const SKIP: Native = Native {
    name: "recurrentPaymentSkip",
    path: "/recurrent/v1/payment/skip",
    patience: Patience::Usual,
    repeat: "always: a skipped payment stays skipped (inferred)",
    doc: "leaves out one payment of a plan",
    fields: &[
        USERNAME,
        PASSWORD,
        LOCALE,
        TASK_IDENTIFIER.required(),
        field("paymentNumber", Digits, 9, "which payment").required(),
    ],
    reply: TASK_REPLY,
    ..D3
};

/// All of them.
pub const NATIVES: &[&Native] =
    &[&CREATE, &MODIFY, &GET, &TERMINATE, &ACTIVATE, &BATCH_TERMINATE, &SKIP];
