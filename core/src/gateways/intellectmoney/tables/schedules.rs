//! Recurring payments: plans of the Personal API. Both methods sign the same sixteen slots, each with
//! its own ones empty. Source: docs/gateways/intellectmoney.md, "Recurring payments".

use super::{Method, PERSONAL, PERSONAL_READ, SKIP, TAKE, USER_TOKEN_FIELD};
use crate::native::Shape::{Bit, Digits, DottedDay, Id, JsonText, Moment, Text};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Method] = &[&SET_SCHEDULE, &GET_SCHEDULES];

const OPERATION: Field = field("Operation", Id, 36, "the plan's id: only to change or to find one");
const OBJECT_ID: Field =
    field("ObjectId", Digits, 10, "the source invoice, made with RecurringType Activate");
const OBJECT_TYPE: Field = field("ObjectTypeVal", Digits, 2, "1: an invoice");
const PARAMS: Field = field("ParamsJson", JsonText, 1024, "{\"Amount\": 10}: what is charged");
const REPEAT: Field = field(
    "RepeatPlan",
    Text,
    1024,
    "JSON text {\"StartAt\": ISO 8601, \"PeriodLength\": 1, \"PeriodType\": \"Day\"}; before: Quartz cron",
);
const RETRY: Field = field(
    "RetryOnFailPlan",
    Text,
    1024,
    "JSON text {\"PeriodLength\": 5, \"PeriodType\": \"Minute\"}",
);
const RETRIES: Field = field("RetryOnFailCount", Digits, 3, "how often it is tried again");
const SINGLE: Field = field("IsSingle", Bit, 1, "1: once");
const ON_SKIP: Field = field("FireOnSkip", Bit, 1, "1: a charge that was missed is made up for");
const STATE: Field = field("State", Bit, 1, "1: switched on");

const SET_SCHEDULE: Method = Method {
    native: Native {
        name: "setScheduledOperationData",
        path: "personal/scheduler/setScheduledOperationData",
        repeat: "never: after a lost answer look at getScheduledOperationData",
        source: "D-pers, W-rec, TSA",
        fields: &[
            USER_TOKEN_FIELD,
            OPERATION,
            OBJECT_ID,
            OBJECT_TYPE,
            PARAMS,
            REPEAT,
            RETRY,
            RETRIES,
            SINGLE,
            ON_SKIP,
            STATE,
            field("EndExecDate", DottedDay, 10, "the last day"),
        ],
        reply: &[told("Operation", "the plan's id").inferred()],
        doc: "Plans later charges of a source invoice's card, or changes the plan that Operation names",
        ..PERSONAL.native
    },
    template: "UserToken::::::Operation::ObjectId::ObjectTypeVal::ParamsJson::RepeatPlan::\
               RetryOnFailPlan::RetryOnFailCount::IsSingle::FireOnSkip::State::::::EndExecDate",
    ..PERSONAL
};

const GET_SCHEDULES: Method = Method {
    native: Native {
        name: "getScheduledOperationData",
        path: "personal/scheduler/getScheduledOperationData",
        source: "D-pers",
        fields: &[
            USER_TOKEN_FIELD,
            SKIP,
            TAKE.inferred(),
            OPERATION,
            OBJECT_ID,
            OBJECT_TYPE,
            PARAMS,
            REPEAT,
            RETRY,
            RETRIES,
            SINGLE,
            ON_SKIP,
            STATE,
            field("DateFrom", Moment, 19, "then or later").inferred(),
            field("DateTo", Moment, 19, "then or before").inferred(),
        ],
        reply: &[told("ScheduledOperationDataList", "the plans").inferred()],
        doc: "Plans of later charges",
        ..PERSONAL_READ.native
    },
    template: "UserToken::Skip::Take::Operation::ObjectId::ObjectTypeVal::ParamsJson::RepeatPlan::\
               RetryOnFailPlan::RetryOnFailCount::IsSingle::FireOnSkip::State::DateFrom::DateTo::",
    ..PERSONAL
};
