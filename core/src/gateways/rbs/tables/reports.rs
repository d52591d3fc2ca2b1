//! Reports and additions to an order, refunds of free sums, credit orders, and what single banks have
//! beside the family.

use super::orders::{REGISTER, REGISTER_PRE_AUTH};
use super::{
    AMOUNT, COMMON_REPLY, D1, D1_READ, ERROR_CODE, ERROR_MESSAGE, JSON_PARAMS, LANGUAGE, MD_ORDER,
    OFD, ORDER_ID, PASSWORD, USER_NAME,
};
use crate::native::Shape::{Code, Digits, Flag, Joined, Json, Object, Stamp, Text};
use crate::native::{Field, Mark, Native, field, told};

const GET_ORDER_STATUS: Native = Native {
    name: "getOrderStatus",
    path: "rest/getOrderStatus.do",
    source: "OLD, ALFA-SWG",
    doc: "says in short where an order stands; getOrderStatusExtended says more",
    fields: &[USER_NAME, PASSWORD, ORDER_ID.required(), LANGUAGE],
    reply: &[
        told("ErrorCode", "0; 2 declined because of payment data, 6 unknown order"),
        told("ErrorMessage", "for people"),
        told("OrderStatus", "0 to 8 (docs/gateways/rbs.md, Status); absent for an unknown order"),
        told("OrderNumber", "the merchant's number"),
        told("Pan", "masked"),
        told("expiration", "yyyyMM"),
        told("cardholderName", "name on the card"),
        told("Amount", "minor units, as registered"),
        told("depositAmount", "minor units, captured"),
        told("currency", "ISO 4217 number as text"),
        told("approvalCode", "the bank's"),
        told("authCode", "always 2"),
        told("Ip", "the buyer's"),
        told("clientId", "the shop's id of the buyer"),
        told("bindingId", "the stored card"),
        told("BindingInfo", "clientId and bindingId together (old manuals)"),
        told("OrderBundle", "the cart"),
        told("originalActionCode", "the processing centre's own code"),
        told("rrn", "retrieval reference number"),
        told("pluginInfo", "of an alternative way to pay"),
        told("userMessage", "for the buyer"),
    ],
    ..D1_READ
};

pub const GET_LAST_ORDERS_FOR_MERCHANTS: Native = Native {
    name: "getLastOrdersForMerchants",
    path: "rest/getLastOrdersForMerchants.do",
    serves: "list_payments",
    source: "OLD, ALFA-SWG, OMNI",
    doc: "lists orders of a time span, page by page",
    fields: &[
        USER_NAME,
        PASSWORD,
        field("size", Digits, 3, "orders on a page, at most 200").required(),
        field("from", Stamp, 14, "yyyyMMddHHmmss").required(),
        field("to", Stamp, 14, "yyyyMMddHHmmss").required(),
        field(
            "transactionStates",
            Joined(","),
            255,
            "CREATED, APPROVED, DEPOSITED, DECLINED, REVERSED, REFUNDED",
        )
        .required(),
        field("merchants", Joined(","), 4096, "logins; empty is every one that may be seen")
            .at_least(0)
            .required(),
        field("page", Digits, 9, "from 0"),
        field(
            "searchByCreatedDate",
            Flag,
            5,
            "else by date of payment, without CREATED and DECLINED",
        ),
        LANGUAGE,
    ],
    reply: &[
        told("errorCode", "0; 10 size too big or no right to a merchant; a number"),
        ERROR_MESSAGE,
        told("orderStatuses", "each like the reply of getOrderStatusExtended"),
        told("totalCount", "orders on all pages"),
        told("page", "from 0"),
        told("pageSize", "orders on a page"),
    ],
    ..D1_READ
};

const ADD_PARAMS: Native = Native {
    name: "addParams",
    path: "rest/addParams.do",
    repeat: "always: it sets the same values again (inferred)",
    source: "OLD, ALFA-SWG",
    doc: "attaches parameters to an order that is not yet paid",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        field("params", Json, 4096, "names with values, like jsonParams").required(),
        LANGUAGE,
    ],
    reply: COMMON_REPLY,
    ..D1
};

/// After it only this method refunds the order.
const PROCESS_RAW_SUM_REFUND: Native = Native {
    name: "processRawSumRefund",
    path: "rest/processRawSumRefund.do",
    repeat: "never: after a lost answer compare refundedAmount in the status",
    source: "ALFA-REST",
    doc: "gives back a free sum; afterwards only this method refunds the order; needs permission",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        AMOUNT.required(),
        LANGUAGE,
        JSON_PARAMS,
        OFD,
        field("ofdParams", Object(OFD_PARAMS), 1, "the receipt's only position"),
    ],
    reply: COMMON_REPLY,
    ..D1
};

const OFD_PARAMS: &[Field] = &[
    field("name", Text, 255, "quotes and backslashes escaped once more"),
    field("itemCode", Text, 100, "the article's number"),
    field("taxType", Digits, 2, "as in the cart"),
];

/// The page's own example calls another path, `rest/processRawPositionOrderRefund.do`: a bank that
/// has it there is told by the assumption `spellings`.
const PROCESS_RAW_POSITION_REFUND: Native = Native {
    name: "processRawPositionRefund",
    path: "rest/processRawPositionRefund.do",
    doc: "gives back a free sum for one position of the cart; afterwards only this and \
          processRawSumRefund refund the order; needs permission",
    fields: &[
        USER_NAME,
        PASSWORD,
        ORDER_ID.required(),
        AMOUNT.required(),
        LANGUAGE,
        field("positionId", Code, 12, "of the cart as registered").required(),
        OFD,
    ],
    ..PROCESS_RAW_SUM_REFUND
};

/// Beside `/payment`, not below it.
const SBERCREDIT_REGISTER: Native = Native {
    name: "sbercreditRegister",
    path: "/sbercredit/register.do",
    serves: "",
    mark: Mark::Inferred,
    source: "VORON",
    doc: "registers an order that is paid by a credit (Sberbank's older interface)",
    ..REGISTER
};

const SBERCREDIT_REGISTER_PRE_AUTH: Native = Native {
    name: "sbercreditRegisterPreAuth",
    path: "/sbercredit/registerPreAuth.do",
    serves: "",
    mark: Mark::Inferred,
    source: "VORON",
    doc: "the same, the sum held until deposit (Sberbank's older interface)",
    ..REGISTER_PRE_AUTH
};

/// Only its path is known; parameters are those of the family.
const CONFIRM_ORDER: Native = Native {
    name: "confirmOrder",
    path: "public/confirmOrder.do",
    mark: Mark::Inferred,
    source: "SATIM",
    doc: "confirms an order (SATIM)",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        ORDER_ID.required().inferred(),
        LANGUAGE.inferred(),
    ],
    reply: COMMON_REPLY,
    ..D1
};

/// Only its path is known; parameters are those of the family.
const ACKNOWLEDGE_TRANSACTION: Native = Native {
    name: "acknowledgeTransaction",
    path: "public/acknowledgeTransaction.do",
    doc: "acknowledges a transaction (SATIM)",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        MD_ORDER.required().inferred(),
        LANGUAGE.inferred(),
    ],
    ..CONFIRM_ORDER
};

/// Only its path is known; parameters are those of the family.
const PSE_STATUS: Native = Native {
    name: "pseStatus",
    path: "pse/status.do",
    mark: Mark::Inferred,
    source: "OLD",
    doc: "says where a PSE bank transfer stands (Credibanco)",
    fields: &[
        USER_NAME.inferred(),
        PASSWORD.inferred(),
        ORDER_ID.required().inferred(),
        LANGUAGE.inferred(),
    ],
    reply: &[ERROR_CODE, ERROR_MESSAGE],
    ..D1_READ
};

/// All of them.
pub const NATIVES: &[&Native] = &[
    &GET_ORDER_STATUS,
    &GET_LAST_ORDERS_FOR_MERCHANTS,
    &ADD_PARAMS,
    &PROCESS_RAW_SUM_REFUND,
    &PROCESS_RAW_POSITION_REFUND,
    &SBERCREDIT_REGISTER,
    &SBERCREDIT_REGISTER_PRE_AUTH,
    &ACKNOWLEDGE_TRANSACTION,
    &CONFIRM_ORDER,
    &PSE_STATUS,
];
