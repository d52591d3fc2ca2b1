//! The document of one receipt, and everything that it has no place for.

use serde_json::{Value, json};

use super::*;
use crate::fields;
use crate::money::Currency;

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    fields::read(value.as_object().unwrap()).unwrap()
}

fn with(mut base: Value, changes: Value) -> Value {
    base.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    base
}

/// A receipt of one position for 10 roubles, both changed as given.
fn one(position: Value, receipt: Value) -> Value {
    let tea = json!({"id": 1, "name": "Tea", "quantity": "1", "price": "10.00", "vat": "20"});
    let base = json!({"customer": {"email": "buyer@mail.example"},
        "company": {"inn": "7700000000"}, "positions": [with(tea, position)]});
    with(base, receipt)
}

fn document(receipt: &Value, settings: Value, kind: Kind) -> Result<Value, Error> {
    let settings: ReceiptSettings = read(&settings);
    settings.check()?;
    let amount = Amount::parse("10.00", Currency::from_code("RUB").unwrap()).unwrap();
    let checked = read::<Receipt>(receipt).check(amount)?;
    written(&checked, &settings, "supplierINN", kind)
}

fn sale(receipt: &Value) -> Value {
    document(receipt, json!({}), Kind::Sale).unwrap()
}

fn refused(receipt: &Value) -> Error {
    document(receipt, json!({}), Kind::Sale).unwrap_err()
}

#[test]
fn the_document_of_a_sale_has_exact_numbers() {
    let receipt = json!({
        "customer": {"email": "buyer@mail.example", "phone": "+79991234567"},
        "tax_system": "usn_income",
        "payments": [{"with": "cashless", "amount": "6.00"}, {"with": "prepayment", "amount": "4.00"}],
        "positions": [
            {"name": "Tea", "quantity": "1.505", "price": "3.32", "vat": "22", "code": "T-1",
             "payment_method": "full_prepayment", "payment_object": "commodity",
             "agent": {"type": "commission_agent"},
             "supplier": {"name": "Supplier", "inn": "770000000000", "phones": ["74950000001"]}},
            {"name": "Доставка", "quantity": 1, "price": "5.00", "vat": "none",
             "agent": {"type": "attorney"}, "attributes": {"unitOfMeasurement": "услуга"}},
        ],
        "extra": {"senderEmail": "shop@mail.example"},
    });
    let settings = json!({"company": {"inn": "7700000001"}, "group": "Main", "tax_system": "osn"});
    // The text itself: quantities and sums must not become floats on the way.
    assert_eq!(
        document(&receipt, settings, Kind::Sale).unwrap().to_string(),
        concat!(
            r#"{"inn":"7700000001","group":"Main","skipAmountCheck":0,"content":{"type":1,"#,
            r#""customerContact":"buyer@mail.example","agentType":48,"positions":["#,
            r#"{"quantity":1.505,"price":3.32,"tax":11,"text":"Tea","paymentMethodType":1,"#,
            r#""paymentSubjectType":1,"agentType":32,"supplierINN":"770000000000","#,
            r#""supplierInfo":{"phoneNumbers":["+74950000001"],"name":"Supplier"}},"#,
            r#"{"quantity":1,"price":5.00,"tax":6,"text":"Доставка","agentType":16,"#,
            r#""unitOfMeasurement":"услуга"}],"checkClose":{"payments":[{"type":2,"amount":6.00},"#,
            r#"{"type":14,"amount":4.00}],"taxationSystem":1},"senderEmail":"shop@mail.example"}}"#,
        )
    );
}

#[test]
fn what_the_shop_leaves_to_the_cabinet_is_not_sent() {
    let receipt = one(json!({}), json!({"customer": {"phone": "79991234567"}}));
    assert_eq!(
        sale(&receipt),
        json!({"inn": "7700000000", "skipAmountCheck": 0, "content": {"type": 1,
            "customerContact": "+79991234567",
            "positions": [{"quantity": 1, "price": digits("10.00"), "tax": 1, "text": "Tea"}]}})
    );
}

fn digits(text: &str) -> Value {
    crate::receipt::build::digits(text.to_owned())
}

#[test]
fn money_that_goes_back_is_a_document_of_its_own_kind() {
    let document = document(&one(json!({}), json!({})), json!({}), Kind::Refund).unwrap();
    assert_eq!(document["content"]["type"], 2);
    assert_eq!(document["content"]["customerContact"], "buyer@mail.example");
}

#[test]
fn every_tax_rate_has_its_number_or_none() {
    for (vat, number) in [
        ("20", 1),
        ("10", 2),
        ("20/120", 3),
        ("10/110", 4),
        ("0", 5),
        ("none", 6),
        ("5", 7),
        ("7", 8),
        ("5/105", 9),
        ("7/107", 10),
        ("22", 11),
        ("22/122", 12),
    ] {
        let receipt = one(json!({ "vat": vat }), json!({}));
        assert_eq!(sale(&receipt)["content"]["positions"][0]["tax"], number, "{vat}");
    }
    for vat in ["18", "18/118"] {
        let error = refused(&one(json!({ "vat": vat }), json!({})));
        assert_eq!(error.field.as_deref(), Some("receipt.positions.0.vat"));
    }
}

#[test]
fn every_agent_has_his_bit() {
    for (r#type, bit) in [
        ("bank_paying_agent", 1),
        ("bank_paying_subagent", 2),
        ("paying_agent", 4),
        ("paying_subagent", 8),
        ("attorney", 16),
        ("commission_agent", 32),
        ("another", 64),
    ] {
        let content = &sale(&one(json!({"agent": {"type": r#type}}), json!({})))["content"];
        assert_eq!(
            (&content["agentType"], &content["positions"][0]["agentType"]),
            (&json!(bit), &json!(bit))
        );
    }
}

#[test]
fn payments_and_taxes_close_the_check() {
    for (with, number) in [("cashless", 2), ("prepayment", 14), ("credit", 15), ("counter", 16)] {
        let paid = json!({"payments": [{"with": with, "amount": "10.00"}], "tax_system": "osn"});
        let close = &sale(&one(json!({}), paid))["content"]["checkClose"];
        assert_eq!(close["payments"], json!([{"type": number, "amount": digits("10.00")}]));
    }
    for (system, number) in
        [("osn", 0), ("usn_income", 1), ("usn_income_outcome", 2), ("esn", 4), ("patent", 5)]
    {
        let receipt = one(json!({}), json!({ "tax_system": system }));
        let close = &sale(&receipt)["content"]["checkClose"];
        assert_eq!(close["taxationSystem"], number, "{system}");
        assert_eq!(close["payments"][0]["type"], 2);
    }
    for wrong in [
        json!({"tax_system": "envd"}),
        json!({"payments": [{"with": "prepayment", "amount": "10.00"}]}),
    ] {
        let error = refused(&one(json!({}), wrong));
        assert_eq!(error.field.as_deref(), Some("receipt.tax_system"));
    }
}

#[test]
fn the_seller_must_be_named() {
    let mut receipt = one(json!({}), json!({}));
    receipt.as_object_mut().unwrap().remove("company");
    assert_eq!(refused(&receipt).field.as_deref(), Some("receipt.company.inn"));
    let settings = json!({"company": {"inn": "770000000000"}});
    assert_eq!(document(&receipt, settings, Kind::Sale).unwrap()["inn"], "770000000000");
    let wrong = json!({"company": {"inn": "77"}});
    let error = document(&receipt, wrong, Kind::Sale).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("receipt.company.inn"));
}

#[test]
fn what_has_no_place_at_a_position_is_refused() {
    for (name, value) in [
        ("measure", json!("kilogram")),
        ("unit", json!("услуга")),
        ("vat_amount", json!("1.67")),
        ("marking", json!({"code": "0104600000000000"})),
        ("country", json!("643")),
        ("customs_declaration", json!("10000000/010126/0000001")),
        ("excise", json!("1.00")),
        ("user_data", json!("x")),
        ("agent", json!({"type": "attorney", "operation": "sale"})),
        ("agent", json!({"type": "attorney", "phones": ["+74950000001"]})),
        ("agent", json!({"type": "attorney", "operator_phones": ["+74950000001"]})),
        ("agent", json!({"type": "attorney", "transfer_operator": {"name": "Operator"}})),
    ] {
        let error = refused(&one(json!({ name: value }), json!({})));
        assert_eq!(error.field, Some(format!("receipt.positions.0.{name}")), "{error}");
        assert!(error.message.contains("place for"), "{error}");
    }
    assert!(sale(&one(json!({"measure": "piece"}), json!({}))).is_object());
}

#[test]
fn what_has_no_place_beside_the_positions_is_refused() {
    let customer = |more| json!({"customer": with(json!({"email": "buyer@mail.example"}), more)});
    let company = |more| json!({"company": with(json!({"inn": "7700000000"}), more)});
    for (name, receipt) in [
        ("customer.name", customer(json!({"name": "Buyer", "inn": "770000000000"}))),
        ("customer.inn", customer(json!({"inn": "770000000000"}))),
        ("customer.address", customer(json!({"address": "Moscow"}))),
        ("company.email", company(json!({"email": "shop@mail.example"}))),
        ("company.payment_address", company(json!({"payment_address": "shop.example"}))),
        ("cashier", json!({"cashier": {"name": "Cashier"}})),
        ("check_attribute", json!({"check_attribute": "x"})),
        ("user_attribute", json!({"user_attribute": {"name": "x", "value": "y"}})),
        ("extra.positions", json!({"extra": {"positions": []}})),
        ("extra.skipAmountCheck", json!({"extra": {"skipAmountCheck": 1}})),
    ] {
        let error = refused(&one(json!({}), receipt));
        assert_eq!(error.field, Some(format!("receipt.{name}")), "{error}");
    }
}

#[test]
fn names_of_the_gateways_own_do_not_overwrite_ours() {
    let error = refused(&one(json!({"attributes": {"tax": 6}}), json!({})));
    assert_eq!(error.field.as_deref(), Some("receipt.positions.0.attributes.tax"));
    let own = one(json!({"attributes": {"nomenclatureCode": "x", "none": null}}), json!({}));
    let position = &sale(&own)["content"]["positions"][0];
    assert_eq!((&position["nomenclatureCode"], position.get("none")), (&json!("x"), None));
}

#[test]
fn texts_have_as_many_letters_as_a_register_prints() {
    let cyrillic = one(json!({"name": "Ж".repeat(128)}), json!({}));
    assert_eq!(sale(&cyrillic)["content"]["positions"][0]["text"], "Ж".repeat(128));
    let error = refused(&one(json!({"name": "Ж".repeat(129)}), json!({})));
    assert_eq!(error.field.as_deref(), Some("receipt.positions.0.name"));
    let error = refused(&one(json!({"supplier": {"name": "x".repeat(240)}}), json!({})));
    assert_eq!(error.field.as_deref(), Some("receipt.positions.0.supplier.name"));
}
