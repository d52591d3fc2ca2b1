//! The cart of the fiscal receipt as D4 has it: other names, words instead of numbers, and the
//! seller's own data in it.

use crate::native::Shape::{Code, Decimal, Digits, Json, List, Object, Text};
use crate::native::{Field, field};

/// The most positions that one cart may hold here; the documents name no limit.
const MOST_ITEMS: usize = 1000;

pub const ORDER_BUNDLE: Field =
    field("orderBundle", Object(BUNDLE), 1, "the cart of the fiscal receipt");

pub const BUNDLE: &[Field] = &[
    field("ffdVersion", Text, 4, "format of fiscal documents: 1.05 or 1.2"),
    field("receiptType", Text, 11, "sell or sell_refund"),
    field("customerDetails", Object(CUSTOMER), 1, "who gets the receipt").inferred(),
    field("company", Object(COMPANY), 1, "the seller"),
    field("payments", List(PAYMENT), 10, "how it is paid"),
    field("total", Digits, 12, "minor units"),
    field("cartItems", Object(CART), 1, "what is bought"),
    field("installments", Object(INSTALLMENTS), 1, "a purchase on credit"),
    field("additionalCheckProps", Text, 16, "one more line of the receipt").inferred(),
    field(
        "additionalUserProps",
        Object(&[
            field("name", Text, 64, "of the buyer's own attribute").inferred(),
            field("value", Text, 256, "of the buyer's own attribute").inferred(),
        ]),
        1,
        "the buyer's own attribute",
    )
    .inferred(),
];

/// E-mail and phone stand beside the cart, in register itself. All but the first two belong to the
/// format 1.2.
const CUSTOMER: &[Field] = &[
    field("fullName", Text, 100, "the buyer's").inferred(),
    field("inn", Code, 12, "taxpayer number").at_least(10).inferred(),
    field("address", Text, 256, "the buyer's").inferred(),
    field("birthdate", Text, 10, "dd.mm.yyyy").inferred(),
    field("citizenship", Code, 3, "country number").inferred(),
    field("documentType", Code, 2, "kind of document").inferred(),
    field("documentNo", Text, 64, "the document's data").inferred(),
];

const COMPANY: &[Field] = &[
    field("email", Text, 128, "the seller's").at_least(3),
    field("sno", Text, 20, "tax system: osn, usn_income, usn_income_outcome, esn or patent"),
    field("inn", Code, 12, "taxpayer number").at_least(10),
    field("paymentAddress", Text, 256, "where it is sold: the shop's site"),
];

const PAYMENT: &[Field] = &[
    field("type", Digits, 1, "1 cashless, 2 prepaid, 3 credit, 4 counter"),
    field("sum", Digits, 12, "minor units"),
];

const INSTALLMENTS: &[Field] = &[field("productType", Text, 11, "CREDIT or INSTALLMENT")];

const CART: &[Field] = &[field("items", List(ITEM), MOST_ITEMS, "the positions").required()];

/// Sums of a position are at most 4294967200.
pub const ITEM: &[Field] = &[
    field("positionId", Code, 12, "unique in the cart").required(),
    field("name", Text, 100, "of the article").required(),
    field("quantity", Object(QUANTITY), 1, "how many").required(),
    field("itemAmount", Digits, 10, "minor units"),
    field("itemPrice", Digits, 10, "minor units"),
    field("itemCode", Text, 100, "the article's number, unique in the request"),
    field("measurementUnit", Text, 20, "in words (FFD 1.05)"),
    field(
        "paymentMethod",
        Text,
        20,
        "full_prepayment, prepayment, advance, full_payment, partial_payment, credit or \
         credit_payment",
    ),
    field(
        "paymentObject",
        Text,
        40,
        "commodity, excise, service, job, payment, ... (FFD 1.05); numbers (FFD 1.2)",
    ),
    field("tax", Object(TAX), 1, "value added tax"),
    field("markCode", Json, 4096, "marking: gs1m in Base64, ..."),
    field("nomenclatureCode", Text, 95, "marking in hexadecimal (FFD 1.05)").inferred(),
    field("markProcessingMode", Text, 1, "0, beside markCode").inferred(),
    field(
        "markQuantity",
        Object(&[
            field("markQuantityNumerator", Code, 12, "how many parts").inferred(),
            field("markQuantityDenominator", Code, 12, "of how many").inferred(),
        ]),
        1,
        "part of a marked article",
    )
    .inferred(),
    field("excise", Code, 10, "minor units").inferred(),
    field("countryCode", Code, 3, "of origin, country number").inferred(),
    field("declarationNumber", Text, 32, "of the customs declaration").inferred(),
    field("userData", Text, 64, "of the position").inferred(),
    field("agentInfo", Object(AGENT), 1, "fiscal agent"),
    field("supplierInfo", Json, 4096, "phones, name, inn"),
    field("sectoralItemProps", Json, 4096, "a list"),
    field("itemDetails", Json, 65536, "itemDetailsParams: names with values").inferred(),
    field("discount", Json, 255, "discountType and discountValue").inferred(),
    field("agentInterest", Json, 255, "interestType and interestValue").inferred(),
];

const QUANTITY: &[Field] = &[
    field("value", Decimal, 18, "with a decimal point where it needs one").required(),
    field("measure", Text, 20, "the number of tag 2108 (FFD 1.2)"),
];

const TAX: &[Field] = &[
    field("taxType", Digits, 2, "0 none, 1 0%, 2 10%, 4 10/110, 6 20%, 7 20/120").required(),
    field("taxSum", Digits, 10, "minor units").inferred(),
];

const AGENT: &[Field] = &[
    field("type", Text, 40, "bank_paying_agent, ..."),
    field("payingAgent", Json, 4096, "operation and phones").inferred(),
    field("receivePaymentsOperator", Json, 4096, "phones").inferred(),
    field("moneyTransferOperator", Json, 4096, "phones, name, address, inn").inferred(),
];
