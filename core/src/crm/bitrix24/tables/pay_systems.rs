//! `sale.paysystem.*`: our own gateway as a pay system of the portal. Scope `pay_system`.
//! Source: docs/gateways/bitrix24.md, "Pay-system handler".

use super::{READ, WRITE};
use crate::native::Shape::{Digits, Json, Object, Text, Words, YesNo};
use crate::native::{Field, Native, field, told};

pub const METHODS: &[&Native] = &[
    &HANDLER_ADD,
    &HANDLER_LIST,
    &HANDLER_UPDATE,
    &HANDLER_DELETE,
    &ADD,
    &LIST,
    &UPDATE,
    &DELETE,
    &SETTINGS_GET,
    &SETTINGS_UPDATE,
    &SETTINGS_PAYMENT_GET,
    &PAY_PAYMENT,
];

const ID: Field = field("ID", Digits, 18, "the pay system's id");
const HANDLER_ID: Field = field("ID", Digits, 18, "the handler's id");
const PERSON_TYPE_ID: Field =
    field("PERSON_TYPE_ID", Digits, 18, "for which payers: sale.persontype.list");
const PAYMENT_ID: Field = field("PAYMENT_ID", Digits, 18, "the portal's payment");
const PAY_SYSTEM_ID: Field =
    field("PAY_SYSTEM_ID", Digits, 18, "the pay system that it is paid by");

const HANDLER_NAME: Field = field("NAME", Text, 255, "what it is called");
const HANDLER_CODE: Field = field("CODE", Text, 50, "its own code, once in a portal");
const SORT: Field = field("SORT", Digits, 10, "its place");
const HANDLER_SETTINGS: Field = field(
    "SETTINGS",
    Json,
    65_536,
    "CODES, and at least one of CHECKOUT_DATA, FORM_DATA, IFRAME_DATA: {ACTION_URI, METHOD, FIELDS}; CURRENCY, \
     CLIENT_TYPE (b2c, b2b)",
);

const NAME: Field = field("NAME", Text, 255, "what the buyer reads");
const DESCRIPTION: Field = field("DESCRIPTION", Text, 2000, "and below it");
const REST_HANDLER: Field = field("BX_REST_HANDLER", Text, 50, "the CODE of the handler");
const ACTIVE: Field = field("ACTIVE", YesNo, 1, "whether it is offered; N if not given");
const LOGOTYPE: Field = field("LOGOTYPE", Text, 1_000_000, "a picture in Base64");
const NEW_WINDOW: Field =
    field("NEW_WINDOW", YesNo, 1, "whether it opens a window; N if not given");
const XML_ID: Field =
    field("XML_ID", Text, 255, "the external key; sale.paysystem.list filters by it");
const VALUES: Field = field(
    "SETTINGS",
    Json,
    65_536,
    "by code: {TYPE, VALUE}, TYPE one of ORDER, PROPERTY, PAYMENT, USER, VALUE, Y\\N",
)
.secret();

const HANDLER_ADD: Native = Native {
    name: "sale.paysystem.handler.add",
    path: "sale.paysystem.handler.add",
    fields: &[HANDLER_NAME.required(), HANDLER_CODE.required(), SORT, HANDLER_SETTINGS.required()],
    reply: &[told("result", "the handler's id").always()],
    repeat: "always: the CODE is there once (ERROR_HANDLER_ALREADY_EXIST)",
    source: "DOC sale-pay-system-handler-add",
    doc: "Tells the portal where our handler stands and what it wants",
    ..WRITE
};

const HANDLER_LIST: Native = Native {
    name: "sale.paysystem.handler.list",
    path: "sale.paysystem.handler.list",
    reply: &[told("result", "a list: ID, NAME, CODE, SORT, SETTINGS").always()],
    source: "DOC sale-pay-system-handler-list",
    doc: "The handlers",
    ..READ
};

const HANDLER_UPDATE: Native = Native {
    name: "sale.paysystem.handler.update",
    path: "sale.paysystem.handler.update",
    fields: &[
        HANDLER_ID.required(),
        field(
            "FIELDS",
            Object(&[HANDLER_NAME, HANDLER_CODE, HANDLER_SETTINGS, SORT]),
            4,
            "what changes",
        )
        .required(),
    ],
    reply: &[told("result", "true").always()],
    repeat: "always: it sets the same values",
    source: "DOC sale-pay-system-handler-update",
    doc: "Changes a handler",
    ..WRITE
};

const HANDLER_DELETE: Native = Native {
    name: "sale.paysystem.handler.delete",
    path: "sale.paysystem.handler.delete",
    fields: &[HANDLER_ID.required()],
    reply: &[told("result", "true").always()],
    repeat: "always: the second time there is none (ERROR_HANDLER_NOT_FOUND)",
    source: "DOC sale-pay-system-handler-delete",
    doc: "Deletes a handler",
    ..WRITE
};

const ADD: Native = Native {
    name: "sale.paysystem.add",
    path: "sale.paysystem.add",
    fields: &[
        NAME.required(),
        DESCRIPTION,
        PERSON_TYPE_ID.required(),
        REST_HANDLER.required(),
        ACTIVE,
        VALUES,
        field("ENTITY_REGISTRY_TYPE", Text, 16, "ORDER (orders, deals), CRM_INVOICE or CRM_QUOTE")
            .required(),
        LOGOTYPE,
        NEW_WINDOW,
        XML_ID,
    ],
    reply: &[told("result", "the pay system's id").always()],
    repeat: "never: after a lost answer list by XML_ID",
    source: "DOC sale-pay-system-add",
    doc: "Makes a pay system of a handler",
    ..WRITE
};

const LIST: Native = Native {
    name: "sale.paysystem.list",
    path: "sale.paysystem.list",
    fields: &[
        field("SELECT", Words, 64, "the fields to tell; all if not given"),
        field("FILTER", Json, 16_384, "field names, with a prefix such as `@` or `>=`"),
        field("ORDER", Json, 4096, "{\"ID\": \"ASC\"}"),
    ],
    reply: &[told("result", "a list: ID, NAME, ACTIVE, ACTION_FILE, XML_ID and the rest").always()],
    source: "DOC sale-pay-system-list",
    doc: "The pay systems",
    ..READ
};

const UPDATE: Native = Native {
    name: "sale.paysystem.update",
    path: "sale.paysystem.update",
    fields: &[
        ID.required(),
        field(
            "FIELDS",
            Object(&[
                NAME,
                DESCRIPTION,
                PERSON_TYPE_ID,
                REST_HANDLER,
                ACTIVE,
                LOGOTYPE,
                NEW_WINDOW,
                XML_ID,
            ]),
            8,
            "what changes",
        )
        .required(),
    ],
    reply: &[told("result", "true").always()],
    repeat: "always: it sets the same values",
    source: "DOC sale-pay-system-update",
    doc: "Changes a pay system of one's own",
    ..WRITE
};

const DELETE: Native = Native {
    name: "sale.paysystem.delete",
    path: "sale.paysystem.delete",
    fields: &[ID.required()],
    reply: &[told("result", "true").always()],
    repeat: "always: the second time there is none (ERROR_PAY_SYSTEM_NOT_FOUND)",
    source: "DOC sale-pay-system-delete",
    doc: "Deletes a pay system of one's own",
    ..WRITE
};

const SETTINGS_GET: Native = Native {
    name: "sale.paysystem.settings.get",
    path: "sale.paysystem.settings.get",
    fields: &[
        ID.required(),
        field("PERSON_TYPE_ID", Digits, 18, "for which payers; 0 for the default").required(),
    ],
    reply: &[told("result", "by code, in the clear: keys and secrets stand here").always()],
    source: "DOC sale-pay-system-settings-get",
    doc: "What was set for a pay system",
    ..READ
};

const SETTINGS_UPDATE: Native = Native {
    name: "sale.paysystem.settings.update",
    path: "sale.paysystem.settings.update",
    fields: &[ID.required(), PERSON_TYPE_ID, VALUES.required()],
    reply: &[told("result", "true").always()],
    repeat: "always: it sets the same values",
    source: "DOC sale-pay-system-settings-update",
    doc: "Sets it",
    ..WRITE
};

const SETTINGS_PAYMENT_GET: Native = Native {
    name: "sale.paysystem.settings.payment.get",
    path: "sale.paysystem.settings.payment.get",
    fields: &[PAYMENT_ID.required(), PAY_SYSTEM_ID.required()],
    reply: &[told("result", "by code, in the clear: keys and secrets stand here").always()],
    source: "DOC sale-pay-system-settings-payment-get",
    doc: "The same, filled for one payment",
    ..READ
};

const PAY_PAYMENT: Native = Native {
    name: "sale.paysystem.pay.payment",
    path: "sale.paysystem.pay.payment",
    fields: &[
        PAYMENT_ID.required(),
        PAY_SYSTEM_ID.required(),
        field("PS_INVOICE_ID", Text, 250, "the gateway's id").inferred(),
        field("PS_STATUS_CODE", Text, 255, "the gateway's code").inferred(),
        field("PS_STATUS_DESCRIPTION", Text, 512, "its words").inferred(),
        field("PS_STATUS_MESSAGE", Text, 250, "its message").inferred(),
        field("PS_SUM", Text, 20, "what it took, as decimal text").inferred(),
        field("PS_CURRENCY", Text, 3, "in what: letters of ISO 4217").inferred(),
    ],
    reply: &[told("result", "true").always()],
    repeat: "after crm.item.payment.get says paid N",
    serves: "settle_checkout",
    source: "DOC sale-pay-system-pay-payment, CORE-1",
    doc: "Says that a payment was paid through our pay system. PS_... are not documented: the portal's code reads \
          them. ERROR_CHECK_FAILURE if payment or pay system is not found",
    ..WRITE
};
