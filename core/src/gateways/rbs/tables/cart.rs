//! The cart of the fiscal receipt (`orderBundle`) and the parameters beside it, as D1 and D2 have
//! them.

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
    field("cartItems", Object(CART), 1, "what is bought").required(),
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
    field("deliveryType", Text, 20, "in the shop's words"),
    field("country", Text, 2, "ISO 3166-1, two letters").required(),
    field("city", Text, 40, "of the delivery").required(),
    field("postAddress", Text, 255, "of the delivery").required(),
];

const CART: &[Field] = &[field("items", List(ITEM), MOST_ITEMS, "the positions").required()];

const ITEM: &[Field] = &[
    field("positionId", Code, 12, "unique in the cart").required(),
    field("name", Text, 255, "the fiscal operator may take only 100 or 128 characters").required(),
    field("quantity", Object(QUANTITY), 1, "how many").required(),
    field("itemAmount", Digits, 12, "minor units; price times quantity, else refused").one_of(),
    field("itemPrice", Digits, 18, "minor units; needed where receipts are made").one_of(),
    field("depositedItemAmount", Digits, 12, "minor units"),
    field("itemCurrency", Currency, 3, "ISO 4217 number, the order's own"),
    field("itemCode", Text, 100, "the article's number, unique in the request").required(),
    field("tax", Object(TAX), 1, "value added tax"),
    field("itemDetails", Object(DETAILS), 1, "more about the article"),
    field("itemAttributes", Object(ATTRIBUTES), 1, "fiscal attributes of the position"),
    field("discount", Object(DISCOUNT), 1, "(Alfa)"),
    field("agentInterest", Object(INTEREST), 1, "(Alfa)"),
];

const QUANTITY: &[Field] = &[
    field("value", Decimal, 18, "at most three decimals; 1 for marked goods").required(),
    field(
        "measure",
        Text,
        20,
        "FFD 1.2: 0 piece, 10 g, 11 kg, 12 t, 20 cm, 21 dm, 22 m, 30 cm2, 31 dm2, 32 m2, 40 ml, \
         41 l, 42 m3, 50 kWh, 51 Gcal, 70 day, 71 h, 72 min, 73 s, 80 kB, 81 MB, 82 GB, 83 TB, \
         255 other; before it words",
    )
    .required(),
];

const TAX: &[Field] = &[
    field(
        "taxType",
        Digits,
        2,
        "0 none, 1 0%, 2 10%, 3 18%, 4 10/110, 5 18/118, 6 20%, 7 20/120, 10 5%, 11 5/105, \
         12 7%, 13 7/107, 14 22%, 15 22/122",
    )
    .required(),
    field("taxSum", Digits, 18, "minor units"),
];

const DETAILS: &[Field] =
    &[field("itemDetailsParams", List(PARAMETER), 100, "like fes_truCode").required()];

const PARAMETER: &[Field] = &[
    field("name", Text, 255, "of the parameter").required(),
    field("value", Text, 2000, "of the parameter").required(),
];

/// A flat list; what is nested has dotted names (`agent_info.MTOperator.inn`). Alfa's pages draw
/// three of them as objects instead.
const ATTRIBUTES: &[Field] = &[
    field(
        "attributes",
        List(ATTRIBUTE),
        100,
        "paymentMethod (1 full prepayment, 2 part of it, 3 advance, 4 full payment, 5 part and \
         credit, 6 on credit, 7 payment of a credit), paymentObject (1 goods, 2 excise, 3 work, \
         4 service, ... 33), nomenclature (hexadecimal, at most 95 characters), userData, \
         agent_info.type, supplier_info.phones, markQuantity.numerator, ...",
    )
    .required(),
    field("agent_info", Json, 4096, "instead of agent_info.* (Alfa)").inferred(),
    field("supplier_info", Json, 4096, "instead of supplier_info.* (Alfa)").inferred(),
    field("markQuantity", Json, 255, "instead of markQuantity.* (Alfa)").inferred(),
];

const ATTRIBUTE: &[Field] = &[
    field("name", Text, 255, "of the attribute").required(),
    field("value", Joined(","), 2000, "always text; phones joined by commas").required(),
];

const DISCOUNT: &[Field] = &[
    field("discountType", Text, 20, "what its value counts"),
    field("discountValue", Decimal, 18, "in the unit of its type"),
];

const INTEREST: &[Field] = &[
    field("interestType", Text, 20, "what its value counts"),
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
    field("payingOperation", Text, 24, "what the paying agent does"),
    field("payingPhones", Words, 19, "of the paying agent"),
    field("paymentsOperatorPhones", Words, 19, "of who takes the payments"),
    field("MTOperatorPhones", Words, 19, "of who transfers the money"),
    field("MTOperatorName", Text, 64, "who transfers the money"),
    field("MTOperatorAddress", Text, 256, "of who transfers the money"),
    field("MTOperatorInn", Code, 12, "taxpayer number").at_least(10),
];

pub const OFD: Field = field(
    "additionalOfdParams",
    Object(OFD_ROWS),
    1,
    "fiscal parameters of the whole receipt; attributes of a position win",
);

/// Flat: the dots belong to the names.
pub const OFD_ROWS: &[Field] = &[
    field("agent_info.type", Digits, 1, "1 to 7, as agentType"),
    field("agent_info.paying.operation", Text, 24, "what the paying agent does"),
    field("agent_info.paying.phones", Joined(","), 255, "of the paying agent"),
    field("agent_info.paymentsOperator.phones", Joined(","), 255, "of who takes the payments"),
    field("agent_info.MTOperator.address", Text, 256, "of who transfers the money"),
    field("agent_info.MTOperator.inn", Code, 12, "taxpayer number"),
    field("agent_info.MTOperator.name", Text, 256, "who transfers the money"),
    field("agent_info.MTOperator.phones", Joined(","), 255, "of who transfers the money"),
    field("supplier_info.phones", Joined(","), 255, "of the supplier"),
    field("cashier", Text, 256, "name"),
    field("cashier_inn", Code, 12, "taxpayer number"),
    field("additional_check_props", Text, 16, "one more line of the receipt"),
    field("additional_user_props.name", Text, 24, "of the buyer's own attribute"),
    field("additional_user_props.value", Text, 24, "of the buyer's own attribute"),
    field("client.address", Text, 256, "the buyer's"),
    field("client.birth_date", Text, 10, "dd.mm.yyyy"),
    field("client.citizenship", Code, 3, "country number"),
    field("client.document_code", Code, 2, "kind of document"),
    field("client.passport_number", Text, 11, "the document's data"),
    field("client.email", Text, 64, "either this or the phone, never both"),
    field("client.phone", Text, 19, "either this or the e-mail, never both"),
    field("client.inn", Code, 12, "taxpayer number").at_least(10),
    field("client.name", Text, 256, "the buyer's"),
    field("operatingcheckprops.name", Text, 1, "0"),
    field("operatingcheckprops.timestamp", Text, 19, "dd.mm.yyyy HH:MM:SS"),
    field("operatingcheckprops.value", Text, 64, "of the operation"),
    field("sectoralcheckprops.date", Text, 10, "dd.mm.yyyy"),
    field("sectoralcheckprops.federalid", Text, 3, "number of the authority"),
    field("sectoralcheckprops.number", Text, 32, "of the legal act"),
    field("sectoralcheckprops.value", Text, 256, "as the act asks"),
    field("company.automat_number", Text, 20, "of a vending machine"),
    field("company.location", Text, 256, "for vending, transport, couriers"),
    field("company.payment_address", Text, 256, "for vending, transport, couriers"),
    field("use_legacy_vat", Flag, 5, "the old rate of value added tax"),
];

#[cfg(test)]
mod tests {
    use super::super::D1;
    use super::{OFD, ORDER_BUNDLE};
    use crate::error::Error;
    use crate::fields;
    use crate::native::Native;

    const METHOD: Native = Native { path: "do", fields: &[ORDER_BUNDLE, OFD], ..D1 };

    fn body(given: &str) -> Result<String, Error> {
        let given = fields::parse(given.as_bytes()).unwrap();
        let checked = METHOD.check(&given, false, &|_| None)?;
        let request = METHOD.request("https://bank.example", "", METHOD.path, checked)?;
        let pairs = url::form_urlencoded::parse(&request.body);
        Ok(pairs.map(|(name, value)| format!("{name}={value}\n")).collect())
    }

    fn item(more: &str) -> String {
        format!(
            r#"{{"orderBundle":{{"cartItems":{{"items":[{{"positionId":"001","name":"Tea",
                "quantity":{{"value":"0.250","measure":"kg"}},"itemCode":"T-1"{more}}}]}}}}}}"#
        )
    }

    #[test]
    fn a_cart_leaves_as_one_text_with_exact_numbers() {
        let given = item(
            r#","itemPrice":"80000","tax":{"taxType":14},"itemAttributes":{"attributes":[
                {"name":"paymentMethod","value":"1"},
                {"name":"supplier_info.phones","value":["+79990000000","+79990000001"]}]}"#,
        );
        let expected = r#"orderBundle={"cartItems":{"items":[{"positionId":"001","name":"Tea","#
            .to_owned()
            + r#""quantity":{"value":0.250,"measure":"kg"},"itemPrice":80000,"itemCode":"T-1","#
            + r#""tax":{"taxType":14},"itemAttributes":{"attributes":["#
            + r#"{"name":"paymentMethod","value":"1"},"#
            + r#"{"name":"supplier_info.phones","value":"+79990000000,+79990000001"}]}}]}}"#
            + "\n";
        assert_eq!(body(&given).unwrap(), expected);
    }

    #[test]
    fn fiscal_parameters_keep_their_dotted_names() {
        let given = r#"{"additionalOfdParams":{"client.email":"a@b.example","agent_info.type":"7",
            "use_legacy_vat":"true","extra":{"bank.own":"1"}}}"#;
        let expected = "additionalOfdParams={\"agent_info.type\":7,\"client.email\":\"a@b.example\",\
            \"use_legacy_vat\":true,\"bank.own\":\"1\"}\n";
        assert_eq!(body(given).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_in_a_cart_is_named() {
        for (given, field) in [
            (item(""), "orderBundle.cartItems.items.0.itemAmount"),
            (item(r#","itemAmount":"1.5""#), "orderBundle.cartItems.items.0.itemAmount"),
            (item(r#","itemPrice":1,"colour":"red""#), "orderBundle.cartItems.items.0.colour"),
            (r#"{"orderBundle":{}}"#.into(), "orderBundle.cartItems"),
            (
                r#"{"orderBundle":{"cartItems":{"items":[]},"customerDetails":{}}}"#.into(),
                "orderBundle.customerDetails.email",
            ),
        ] {
            let error = body(&given).err().unwrap();
            assert_eq!(error.field.as_deref(), Some(field), "{given}: {}", error.message);
        }
    }
}
