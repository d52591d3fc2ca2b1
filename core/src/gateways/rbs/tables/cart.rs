//! The cart of the fiscal receipt (`orderBundle`) and the parameters beside it, as D1 and D2 have
//! them. Numbers of the code lists stand in docs/gateways/rbs.md, "Receipts".

use crate::native::Shape::{
    Code, Currency, Decimal, Digits, Flag, Joined, Json, List, Object, Text, Words,
};
use crate::native::{Field, field};

/// The most positions that one cart may hold here; the documents name no limit.
const MOST_ITEMS: usize = 1000;

pub const ORDER_BUNDLE: Field =
    field("orderBundle", Object(BUNDLE), 1, "the cart of the fiscal receipt");

const BUNDLE: &[Field] = &[
    field("orderCreationDate", Text, 19, "yyyy-MM-ddTHH:mm:ss; Alfa also takes Unix milliseconds"),
    field("customerDetails", Object(CUSTOMER), 1, "who gets the receipt"),
    field("cartItems", Object(CART), 1, "").required(),
    AGENT,
    field("supplierPhones", Words, 19, "of the supplier, like +79990000000"),
    field("loyalties", Json, 65536, "bonuses by positionId (status version 32)"),
];

const CUSTOMER: &[Field] = &[
    field("email", Text, 40, "several with commas and no spaces").one_of(),
    field("phone", Code, 15, "with country code").at_least(7).one_of(),
    field("contact", Text, 40, "how else to reach the buyer"),
    field("fullName", Text, 100, "then inn, or birth date and document too"),
    field("passport", Text, 100, "series and number without a space"),
    field("inn", Code, 12, "taxpayer number").at_least(10),
    field("deliveryInfo", Object(DELIVERY), 1, "where the goods go"),
];

const DELIVERY: &[Field] = &[
    field("deliveryType", Text, 20, ""),
    field("country", Text, 2, "ISO 3166-1, two letters").required(),
    field("city", Text, 40, "").required(),
    field("postAddress", Text, 255, "").required(),
];

const CART: &[Field] = &[field("items", List(ITEM), MOST_ITEMS, "the positions").required()];

const ITEM: &[Field] = &[
    field("positionId", Code, 12, "unique in the cart").required(),
    field("name", Text, 255, "the fiscal operator may take only 100 or 128 characters").required(),
    field("quantity", Object(QUANTITY), 1, "").required(),
    field("itemAmount", Digits, 12, "minor units; price times quantity, else refused").one_of(),
    field("itemPrice", Digits, 18, "minor units; needed where receipts are made").one_of(),
    field("depositedItemAmount", Digits, 12, "minor units"),
    field("itemCurrency", Currency, 3, "ISO 4217 number, the order's own"),
    field("itemCode", Text, 100, "the article's number, unique in the request").required(),
    field("tax", Object(TAX), 1, ""),
    field("itemDetails", Object(DETAILS), 1, "more about the article"),
    field("itemAttributes", Object(ATTRIBUTES), 1, "fiscal attributes of the position"),
    field("discount", Object(DISCOUNT), 1, "(Alfa)"),
    field("agentInterest", Object(INTEREST), 1, "(Alfa)"),
];

const QUANTITY: &[Field] = &[
    field("value", Decimal, 18, "at most three decimals; 1 for marked goods").required(),
    field("measure", Text, 20, "0 piece, 11 kg, 41 l, 255 other, ... (FFD 1.2); before it words")
        .required(),
];

const TAX: &[Field] = &[
    field(
        "taxType",
        Digits,
        2,
        "0 none, 1 0%, 2 10%, 4 10/110, 6 20%, 7 20/120, 10 5%, 12 7%, 14 22%, 15 22/122, ...",
    )
    .required(),
    field("taxSum", Digits, 18, "minor units"),
];

const DETAILS: &[Field] =
    &[field("itemDetailsParams", List(PARAMETER), 100, "like fes_truCode").required()];

const PARAMETER: &[Field] =
    &[field("name", Text, 255, "").required(), field("value", Text, 2000, "").required()];

/// A flat list; what is nested has dotted names (`agent_info.MTOperator.inn`). Alfa's pages draw
/// three of them as objects instead.
const ATTRIBUTES: &[Field] = &[
    field(
        "attributes",
        List(ATTRIBUTE),
        100,
        "paymentMethod 1 to 7, paymentObject 1 to 33, nomenclature, agent_info.type, ...",
    )
    .required(),
    field("agent_info", Json, 4096, "instead of agent_info.* (Alfa)").inferred(),
    field("supplier_info", Json, 4096, "instead of supplier_info.* (Alfa)").inferred(),
    field("markQuantity", Json, 255, "instead of markQuantity.* (Alfa)").inferred(),
];

const ATTRIBUTE: &[Field] = &[
    field("name", Text, 255, "").required(),
    field("value", Joined(","), 2000, "always text; phones joined by commas").required(),
];

const DISCOUNT: &[Field] = &[
    field("discountType", Text, 20, ""),
    field("discountValue", Decimal, 18, "in the unit of its type"),
];

const INTEREST: &[Field] = &[
    field("interestType", Text, 20, ""),
    field("interestValue", Decimal, 18, "in the unit of its type"),
];

pub const AGENT: Field =
    field("agent", Object(AGENT_ROWS), 1, "fiscal agent; Alfa's Swagger spells mtOperator...");

const AGENT_ROWS: &[Field] = &[
    field(
        "agentType",
        Digits,
        1,
        "1 bank paying agent, 2 bank sub-agent, 3 paying agent, 4 paying sub-agent, 5 attorney, \
         6 commission agent, 7 other",
    ),
    field("payingOperation", Text, 24, ""),
    field("payingPhones", Words, 19, ""),
    field("paymentsOperatorPhones", Words, 19, ""),
    field("MTOperatorPhones", Words, 19, ""),
    field("MTOperatorName", Text, 64, ""),
    field("MTOperatorAddress", Text, 256, ""),
    field("MTOperatorInn", Code, 12, "taxpayer number").at_least(10),
];

pub const OFD: Field = field(
    "additionalOfdParams",
    Object(OFD_ROWS),
    1,
    "fiscal parameters of the whole receipt; attributes of a position win",
);

/// The same as D2 bodies have it: a list of names and values.
pub const OFD_PAIRS: Field = field(
    "additionalOfdParams",
    List(PARAMETER),
    100,
    "fiscal parameters of the whole receipt, with dotted names",
);

/// Flat: the dots belong to the names.
const OFD_ROWS: &[Field] = &[
    field("agent_info.type", Digits, 1, "1 to 7, as agentType"),
    field("agent_info.paying.operation", Text, 24, ""),
    field("agent_info.paying.phones", Joined(","), 255, ""),
    field("agent_info.paymentsOperator.phones", Joined(","), 255, ""),
    field("agent_info.MTOperator.address", Text, 256, ""),
    field("agent_info.MTOperator.inn", Code, 12, "taxpayer number"),
    field("agent_info.MTOperator.name", Text, 256, ""),
    field("agent_info.MTOperator.phones", Joined(","), 255, ""),
    field("supplier_info.phones", Joined(","), 255, ""),
    field("cashier", Text, 256, "name"),
    field("cashier_inn", Code, 12, "taxpayer number"),
    field("additional_check_props", Text, 16, ""),
    field("additional_user_props.name", Text, 24, ""),
    field("additional_user_props.value", Text, 24, ""),
    field("client.address", Text, 256, ""),
    field("client.birth_date", Text, 10, "dd.mm.yyyy"),
    field("client.citizenship", Code, 3, "country number"),
    field("client.document_code", Code, 2, "kind of document"),
    field("client.passport_number", Text, 11, ""),
    field("client.email", Text, 64, "either this or the phone, never both"),
    field("client.phone", Text, 19, "either this or the e-mail, never both"),
    field("client.inn", Code, 12, "taxpayer number").at_least(10),
    field("client.name", Text, 256, ""),
    field("operatingcheckprops.name", Text, 1, "0"),
    field("operatingcheckprops.timestamp", Text, 19, "dd.mm.yyyy HH:MM:SS"),
    field("operatingcheckprops.value", Text, 64, ""),
    field("sectoralcheckprops.date", Text, 10, "dd.mm.yyyy"),
    field("sectoralcheckprops.federalid", Text, 3, "number of the authority"),
    field("sectoralcheckprops.number", Text, 32, ""),
    field("sectoralcheckprops.value", Text, 256, ""),
    field("company.automat_number", Text, 20, "of a vending machine"),
    field("company.location", Text, 256, "for vending, transport, couriers"),
    field("company.payment_address", Text, 256, "for vending, transport, couriers"),
    field("use_legacy_vat", Flag, 5, "the old rate of value added tax"),
];
