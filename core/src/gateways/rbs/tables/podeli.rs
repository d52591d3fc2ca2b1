//! Podeli, payment in four parts (Alfa).

use super::{D2, D2_READ, ERROR_CODE, ERROR_MESSAGE, LANGUAGE, MD_ORDER, PASSWORD, USERNAME};
use crate::native::{Native, told};

const CALCULATE: Native = Native {
    name: "podeliCalculate",
    path: "podeli/api/calculate.do",
    source: "ALFA-SWG",
    doc: "says in which parts a registered order would be paid",
    fields: &[USERNAME, PASSWORD, MD_ORDER.required(), LANGUAGE],
    reply: &[
        ERROR_CODE,
        ERROR_MESSAGE,
        told(
            "paymentSchedule",
            "each with paymentNumber (1 to 4), paymentDate (yyyy-MM-dd), paymentAmount",
        ),
    ],
    ..D2_READ
};

const INIT: Native = Native {
    name: "podeliInit",
    path: "podeli/api/init.do",
    source: "ALFA-SWG",
    doc: "begins the payment of a registered order in parts",
    fields: &[USERNAME, PASSWORD, MD_ORDER.required(), LANGUAGE],
    reply: &[
        told("redirectTo", "where the buyer goes next").always(),
        told("amount", "minor units (inferred)"),
        ERROR_CODE,
        ERROR_MESSAGE,
    ],
    ..D2
};

/// All of them.
pub const NATIVES: &[&Native] = &[&CALCULATE, &INIT];
