//! Payment links: a page that many buyers can pay, each with an order of its own.

use super::templates::QR_TEMPLATE;
use super::{D2, D2_READ, LANGUAGE, MERCHANT_LOGIN, PASSWORD, USERNAME};
use crate::http::Patience;
use crate::native::Shape::{Decimal, Digits, Flag, List, Object, Text};
use crate::native::{Field, Native, Told, field, told};

const TEMPLATE_ID: Field = field("templateId", Text, 32, "the template's id");
const NAME: Field = field("name", Text, 140, "in the shop's lists");
const NAME_FOR_CLIENT: Field = field("nameForClient", Text, 255, "shown to the buyer");
const TYPE: Field = field("type", Text, 10, "ECOM");
const PRE_AUTH: Field = field("preAuth", Flag, 5, "the sum is held until deposit");
const AMOUNT: Field = field("amount", Digits, 12, "minor units; the buyer enters it if not given");
const CURRENCY: Field = field("currency", Text, 3, "as the bank writes it");
const DESCRIPTION: Field = field("description", Text, 598, "of the orders");
const DESCRIPTION_FOR_CLIENT: Field =
    field("descriptionForClient", Text, 598, "shown to the buyer");
const START_DATE: Field = field("startDate", Text, 30, "from when it can be paid");
const END_DATE: Field = field("endDate", Text, 30, "until when it can be paid");
const SINGLE_PAYMENT: Field = field("singlePayment", Flag, 5, "it can be paid once");
const COMMISSION: Field = field(
    "commission",
    Object(&[
        field("feeMin", Digits, 12, "minor units"),
        field("feeMax", Digits, 12, "minor units"),
        field("feePercentage", Decimal, 12, "of the sum"),
        field("fixedAmount", Digits, 12, "minor units"),
    ]),
    1,
    "what the buyer pays besides",
);

const LABEL: Field = field("label", Text, 255, "shown to the buyer");
const PARAMETER_NAME: Field = field("name", Text, 255, "small Latin letters and _");
const PLACEHOLDER: Field = field("placeholder", Text, 255, "shown where nothing is entered");
const REGEXP: Field = field("regexp", Text, 200, "what the buyer may enter");
const REQUIRED: Field = field("required", Flag, 5, "whether the buyer must enter it");
const VALUE: Field = field("value", Text, 1024, "what stands there at first");
const VISIBLE: Field = field("visible", Flag, 5, "whether the buyer sees it");

/// What a buyer enters besides.
const PARAMETER: &[Field] = &[
    LABEL.required(),
    PARAMETER_NAME.required(),
    PLACEHOLDER,
    REGEXP,
    REQUIRED.required(),
    VALUE,
    VISIBLE,
];

const CHANGED_PARAMETER: &[Field] = &[
    field("mode", Text, 6, "ADD or REMOVE"),
    LABEL,
    PARAMETER_NAME.required(),
    PLACEHOLDER,
    REGEXP,
    REQUIRED,
    VALUE,
    VISIBLE,
];

const TEMPLATE: &[Field] = &[
    TYPE.required(),
    NAME.required(),
    NAME_FOR_CLIENT.required(),
    PRE_AUTH,
    AMOUNT,
    CURRENCY,
    DESCRIPTION,
    DESCRIPTION_FOR_CLIENT,
    START_DATE,
    END_DATE,
    SINGLE_PAYMENT,
    field("additionalParams", List(PARAMETER), 100, "what a buyer enters besides"),
    COMMISSION,
    QR_TEMPLATE,
];

const CHANGED_TEMPLATE: &[Field] = &[
    TEMPLATE_ID.required(),
    TYPE,
    NAME,
    NAME_FOR_CLIENT,
    field("status", Text, 10, "ACTIVE or INACTIVE"),
    PRE_AUTH,
    AMOUNT,
    field("isFreeAmount", Flag, 5, "the buyer enters the sum"),
    CURRENCY,
    DESCRIPTION,
    DESCRIPTION_FOR_CLIENT,
    START_DATE,
    END_DATE,
    field("isIndefinite", Flag, 5, "it never ends"),
    SINGLE_PAYMENT,
    field("additionalParams", List(CHANGED_PARAMETER), 100, "what a buyer enters besides"),
    COMMISSION,
    QR_TEMPLATE,
];

const STATUS: Told = told("status", "SUCCESS or FAIL");
const ERROR: Told = told(
    "error",
    "code (1 bad request, 4 missing, 5 denied, 6 unknown template, 7 system), description, message",
);

const LINK_REPLY: &[Told] = &[
    STATUS.always(),
    told("template.templateId", "the template's id"),
    told("template.status", "ACTIVE, INACTIVE or DELETE"),
    told("template.qrTemplate.payload", "the link"),
    told("template.qrTemplate.renderedQr", "the picture"),
    ERROR,
];

const CREATE: Native = Native {
    name: "templatesCreate",
    path: "rest/templates/create.do",
    patience: Patience::Usual,
    repeat: "never: a repeat makes a second link; look in templatesGetList",
    source: "ALFA-REST, ALFA-SWG",
    doc: "makes a payment link",
    fields: &[
        USERNAME,
        PASSWORD,
        LANGUAGE,
        field("template", Object(TEMPLATE), 1, "the link").required(),
    ],
    reply: LINK_REPLY,
    ..D2
};

const GET: Native = Native {
    name: "templatesGet",
    path: "rest/templates/get.do",
    source: "ALFA-REST, ALFA-SWG",
    doc: "reads a payment link",
    fields: &[
        USERNAME,
        PASSWORD,
        LANGUAGE,
        field("template", Object(&[TEMPLATE_ID.required(), QR_TEMPLATE]), 1, "which link")
            .required(),
    ],
    reply: LINK_REPLY,
    ..D2_READ
};

const UPDATE: Native = Native {
    name: "templatesUpdate",
    path: "rest/templates/update.do",
    patience: Patience::Usual,
    repeat: "always, unless additionalParams are added: it sets the same values again (inferred)",
    source: "ALFA-REST, ALFA-SWG",
    doc: "changes a payment link",
    fields: &[
        USERNAME,
        PASSWORD,
        LANGUAGE,
        field("template", Object(CHANGED_TEMPLATE), 1, "the link and what changes").required(),
    ],
    reply: LINK_REPLY,
    ..D2
};

/// The pages' table spells `merchant_login`, their example `merchantLogin`.
const GET_LIST: Native = Native {
    name: "templatesGetList",
    path: "rest/templates/getList.do",
    source: "ALFA-REST, ALFA-SWG",
    doc: "lists payment links",
    fields: &[
        USERNAME,
        PASSWORD,
        MERCHANT_LOGIN,
        field("status", Text, 10, "ACTIVE, INACTIVE or DELETE"),
        QR_TEMPLATE,
    ],
    reply: &[STATUS, told("templates", "each like template in the reply of templatesGet"), ERROR],
    ..D2_READ
};

/// All of them.
pub const NATIVES: &[&Native] = &[&CREATE, &GET, &UPDATE, &GET_LIST];
