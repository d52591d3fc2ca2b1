//! The carts of both dialects, from one receipt.

use serde_json::{Value, json};

use super::ecomm::ReceiptType;
use super::*;
use crate::fields;
use crate::money::{Amount, Currency};
use crate::receipt::{Checked, Receipt};

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    fields::read(value.as_object().unwrap()).unwrap()
}

fn checked(receipt: &Value, amount: &str) -> Checked {
    let amount = Amount::parse(amount, Currency::from_code("RUB").unwrap()).unwrap();
    read::<Receipt>(receipt).check(amount).unwrap()
}

/// One position with these fields changed.
fn one(changes: Value) -> Value {
    let mut position = json!({"name": "Tea", "quantity": "1", "price": "10.00", "vat": "20",
        "payment_method": "full_payment", "payment_object": "commodity"});
    position.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({"customer": {"email": "buyer@mail.example"}, "positions": [position]})
}

fn settings(changes: Value) -> ReceiptSettings {
    let mut settings = json!({"ffd_version": "1.2", "tax_system": "osn", "company": {
        "inn": "7700000000", "email": "shop@mail.example", "payment_address": "shop.example"}});
    settings.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    read(&settings)
}

fn d1(receipt: &Value) -> Value {
    bundle::order_bundle(&checked(receipt, "10.00"), AgentSpelling::Dotted).unwrap()
}

fn d4(receipt: &Value, changes: Value) -> Result<Value, Error> {
    ecomm::order_bundle(&checked(receipt, "10.00"), ReceiptType::Sell, &settings(changes))
}

#[test]
fn the_cart_of_the_form_api() {
    let receipt = json!({
        "customer": {"email": "buyer@mail.example", "phone": "+79991234567"},
        "positions": [
            {"name": "Tea", "quantity": "1.50", "measure": "kilogram", "price": "3.33",
             "vat": "10", "vat_amount": "0.45", "payment_method": "full_prepayment",
             "payment_object": "commodity", "code": "T-1", "attributes": {"bank": "x"}},
            {"id": 7, "name": "Delivery", "quantity": 1, "unit": "услуга", "price": "5.00",
             "vat": "none"},
        ],
    });
    let bundle = bundle::order_bundle(&checked(&receipt, "10.00"), AgentSpelling::Dotted).unwrap();
    // The text itself: quantities and sums must not become floats on the way.
    assert_eq!(
        bundle.to_string(),
        concat!(
            r#"{"customerDetails":{"email":"buyer@mail.example","phone":"79991234567"},"#,
            r#""cartItems":{"items":[{"positionId":"1","name":"Tea","#,
            r#""quantity":{"value":1.5,"measure":"11"},"itemAmount":500,"itemPrice":333,"#,
            r#""itemCode":"T-1","tax":{"taxType":2,"taxSum":45},"itemAttributes":{"attributes":["#,
            r#"{"name":"paymentMethod","value":"1"},{"name":"paymentObject","value":"1"},"#,
            r#"{"name":"bank","value":"x"}]}},{"positionId":"7","name":"Delivery","#,
            r#""quantity":{"value":1,"measure":"услуга"},"itemAmount":500,"itemPrice":500,"#,
            r#""itemCode":"7","tax":{"taxType":0}}]}}"#,
        )
    );
}

#[test]
fn agents_are_spelled_as_the_bank_wants() {
    let receipt = one(json!({
        "agent": {"type": "commission_agent", "operation": "sale",
            "phones": ["+74950000001", "74950000002"], "operator_phones": ["+74950000003"],
            "transfer_operator": {"name": "Operator", "address": "Moscow", "inn": "7700000000",
                "phones": ["+74950000004"]}},
        "supplier": {"name": "Supplier", "inn": "770000000000", "phones": ["+74950000005"]},
    }));
    let checked = checked(&receipt, "10.00");
    let attributes = |spelling| {
        let bundle = bundle::order_bundle(&checked, spelling).unwrap();
        bundle["cartItems"]["items"][0]["itemAttributes"].clone()
    };
    let spelled = |spelling| {
        let list = attributes(spelling)["attributes"].clone();
        let pair =
            |pair: &Value| (pair["name"].as_str().unwrap().to_owned(), pair["value"].clone());
        list.as_array().unwrap().iter().skip(2).map(pair).collect::<Vec<_>>()
    };
    let flat = |agent: &str, r#type: &str, supplier: &str| {
        [
            (format!("{agent}.{type}"), json!("6")),
            (format!("{agent}.paying.operation"), json!("sale")),
            (format!("{agent}.paying.phones"), json!("+74950000001,+74950000002")),
            (format!("{agent}.paymentsOperator.phones"), json!("+74950000003")),
            (format!("{agent}.MTOperator.name"), json!("Operator")),
            (format!("{agent}.MTOperator.address"), json!("Moscow")),
            (format!("{agent}.MTOperator.inn"), json!("7700000000")),
            (format!("{agent}.MTOperator.phones"), json!("+74950000004")),
            (format!("{supplier}.phones"), json!("+74950000005")),
            (format!("{supplier}.name"), json!("Supplier")),
            (format!("{supplier}.inn"), json!("770000000000")),
        ]
    };
    assert_eq!(spelled(AgentSpelling::Dotted), flat("agent_info", "type", "supplier_info"));
    assert_eq!(spelled(AgentSpelling::Camel), flat("agentInfo", "agentType", "supplierInfo"));
    assert!(spelled(AgentSpelling::Nested).is_empty());
    let nested = attributes(AgentSpelling::Nested);
    let phones = &nested["agent_info"]["paying"]["phones"];
    assert_eq!(*phones, json!(["+74950000001", "+74950000002"]));
    assert_eq!(nested["supplier_info"]["inn"], "770000000000");
}

#[test]
fn every_tax_rate_has_the_number_of_its_dialect() {
    for (vat, number, documented) in [
        ("none", 0, true),
        ("0", 1, true),
        ("10", 2, true),
        ("18", 3, false),
        ("10/110", 4, true),
        ("18/118", 5, false),
        ("20", 6, true),
        ("20/120", 7, true),
        ("5", 10, false),
        ("5/105", 11, false),
        ("7", 12, false),
        ("7/107", 13, false),
        ("22", 14, false),
        ("22/122", 15, false),
    ] {
        let receipt = one(json!({"vat": vat}));
        assert_eq!(d1(&receipt)["cartItems"]["items"][0]["tax"]["taxType"], number, "{vat}");
        let ecomm = d4(&receipt, json!({}));
        assert_eq!(ecomm.is_ok(), documented, "{vat}");
        match ecomm {
            Ok(bundle) => assert_eq!(bundle["cartItems"]["items"][0]["tax"]["taxType"], number),
            Err(error) => assert_eq!(error.field.as_deref(), Some("receipt.positions.0.vat")),
        }
    }
    let told = d4(&one(json!({"vat": "22"})), json!({"tax_types": {"22": 14}})).unwrap();
    assert_eq!(told["cartItems"]["items"][0]["tax"]["taxType"], 14);
}

#[test]
fn marks_leave_as_bytes_or_as_the_bank_reads_them() {
    let mark = |marking: Value| one(json!({"marking": marking, "unit": "шт"}));
    let attribute = |receipt: &Value, name: &str| {
        let bundle = d1(receipt);
        let item = &bundle["cartItems"]["items"][0];
        assert_eq!(item["quantity"], json!({"value": 1, "measure": "0"}));
        let list = item["itemAttributes"]["attributes"].as_array().unwrap().clone();
        list.into_iter().find(|pair| pair["name"] == name).unwrap()["value"].clone()
    };
    assert_eq!(attribute(&mark(json!({"code": "010"})), "nomenclature"), "30 31 30");
    let half = json!({"nomenclature": "44 4d", "fraction": {"numerator": 1, "denominator": 2}});
    assert_eq!(attribute(&mark(half.clone()), "nomenclature"), "44 4D");
    assert_eq!(attribute(&mark(half), "markQuantity.denominator"), "2");
    let long = checked(&mark(json!({"code": "0".repeat(33)})), "10.00");
    let error = bundle::order_bundle(&long, AgentSpelling::Dotted).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("receipt.positions.0.marking.nomenclature"));

    let object = json!({"marking": {"code": "010\u{1d}x"}, "payment_object": "marked_with_code"});
    let item = d4(&one(object), json!({})).unwrap()["cartItems"]["items"][0].clone();
    assert_eq!(item["markCode"], json!({"gs1m": "MDEwHXg="}));
    assert_eq!((&item["markProcessingMode"], &item["paymentObject"]), (&json!("0"), &json!("33")));
    let old = d4(&mark(json!({"nomenclature": "44 4D"})), json!({"ffd_version": "1.05"})).unwrap();
    assert_eq!(old["cartItems"]["items"][0]["nomenclatureCode"], "44-4D");
    assert!(d4(&mark(json!({"nomenclature": "44 4D"})), json!({})).is_err());
}

#[test]
fn what_stands_beside_the_cart_has_flat_names() {
    let mut receipt = one(json!({}));
    assert!(bundle::additional_ofd_params(&checked(&receipt, "10.00")).unwrap().is_none());
    receipt["customer"] = json!({"email": "buyer@mail.example", "phone": "+79991234567",
        "name": "A", "birth_date": "1990-12-31", "document_code": "21",
        "document_number": "2222888888"});
    receipt["cashier"] = json!({"name": "Cashier", "inn": "770000000000"});
    receipt["user_attribute"] = json!({"name": "Contract", "value": "5"});
    receipt["company"] = json!({"payment_address": "shop.example"});
    receipt["extra"] = json!({"use_legacy_vat": true});
    let checked_receipt = checked(&receipt, "10.00");
    assert_eq!(
        bundle::additional_ofd_params(&checked_receipt).unwrap().unwrap(),
        json!({
            "cashier": "Cashier", "cashier_inn": "770000000000",
            "additional_user_props.name": "Contract", "additional_user_props.value": "5",
            "client.birth_date": "31.12.1990", "client.document_code": "21",
            "client.passport_number": "2222888888", "client.email": "buyer@mail.example",
            "client.name": "A", "company.payment_address": "shop.example", "use_legacy_vat": true,
        })
    );
    let details = bundle::order_bundle(&checked_receipt, AgentSpelling::Dotted).unwrap();
    assert_eq!(details["customerDetails"]["passport"], "2222888888");
    receipt["extra"] = json!({"cashier": "other"});
    let error = bundle::additional_ofd_params(&checked(&receipt, "10.00")).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("receipt.extra.cashier"));

    let usual = settings(json!({"tax_system": "patent"}));
    assert_eq!(bundle::tax_system(&checked_receipt, &usual), Some(5));
    receipt["tax_system"] = json!("usn_income");
    assert_eq!(bundle::tax_system(&checked(&receipt, "10.00"), &usual), Some(1));
    assert_eq!(bundle::tax_system(&checked_receipt, &ReceiptSettings::default()), None);
}

#[test]
fn nothing_is_left_out_in_silence() {
    for (position, field) in [
        (json!({"country": "643"}), "country"),
        (json!({"excise": "1.00"}), "excise"),
        (json!({"customs_declaration": "1"}), "customs_declaration"),
        (json!({"attributes": {"paymentMethod": "1"}}), "attributes.paymentMethod"),
        (json!({"attributes": {"bank": {}}}), "attributes.bank"),
    ] {
        let receipt = checked(&one(position), "10.00");
        let error = bundle::order_bundle(&receipt, AgentSpelling::Dotted).unwrap_err();
        assert_eq!(error.field, Some(format!("receipt.positions.0.{field}")));
    }
    let mut paid = one(json!({}));
    paid["payments"] = json!([{"with": "credit", "amount": "10.00"}]);
    let error = bundle::order_bundle(&checked(&paid, "10.00"), AgentSpelling::Dotted).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("receipt.payments"));
    let mut long = one(json!({}));
    long["customer"]["email"] = json!(format!("{}@mail.example", "a".repeat(30)));
    let error = bundle::order_bundle(&checked(&long, "10.00"), AgentSpelling::Dotted).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("receipt.customer.email"));

    for (position, field) in [
        (json!({"payment_method": null}), "payment_method"),
        (json!({"payment_object": null}), "payment_object"),
        (json!({"vat_amount": "1.00"}), "vat_amount"),
        (json!({"name": "Tea «Assam»"}), "name"),
        (json!({"name": "x".repeat(101)}), "name"),
        (json!({"unit": "шт"}), "measure"),
        (json!({"quantity": "100000", "price": "0.00", "code": "x"}), "quantity"),
        (json!({"agent": {"type": "paying_agent"}}), "agent.phones"),
    ] {
        let receipt = one(position);
        let amount = if receipt["positions"][0]["price"] == "0.00" { "0.00" } else { "10.00" };
        let error = ecomm::order_bundle(
            &checked(&receipt, amount),
            ReceiptType::Sell,
            &settings(json!({})),
        );
        assert_eq!(error.unwrap_err().field, Some(format!("receipt.positions.0.{field}")));
    }
}

#[test]
fn captures_and_refunds_name_positions_in_either_shape() {
    let receipt = read::<Receipt>(&json!({"positions": [{"id": "2", "name": "Tea",
        "quantity": "0.125", "measure": "litre", "price": "80.00", "vat": "22/122"}]}));
    let amount = Amount::parse("10.00", Currency::from_code("RUB").unwrap()).unwrap();
    let part = receipt.check_part(amount).unwrap();
    let item = concat!(
        r#"{"positionId":"2","name":"Tea","quantity":{"value":0.125,"measure":"41"},"#,
        r#""itemAmount":1000,"itemPrice":8000,"itemCode":"2","tax":{"taxType":15}}"#,
    );
    let object = items::deposit_items(&part, ItemsShape::Object).unwrap().to_string();
    assert_eq!(object, format!(r#"{{"items":[{item}]}}"#));
    assert_eq!(items::refund_items(&part, ItemsShape::List).to_string(), format!("[{item}]"));

    let mut more = receipt.clone();
    more.check_attribute = Some("x".into());
    let part = more.check_part(amount).unwrap();
    let error = items::deposit_items(&part, ItemsShape::Object).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("receipt"));
}

#[test]
fn the_cart_of_sberbank() {
    let receipt = one(json!({"country": "643", "excise": "1.50", "supplier": {"name": "S"}}));
    let bundle = d4(&receipt, json!({})).unwrap();
    assert_eq!(
        bundle,
        json!({
            "ffdVersion": "1.2", "receiptType": "sell",
            "company": {"email": "shop@mail.example", "sno": "osn", "inn": "7700000000",
                "paymentAddress": "shop.example"},
            "cartItems": {"items": [{
                "positionId": "1", "itemCode": "1", "name": "Tea",
                "quantity": {"value": 1, "measure": "0"}, "itemPrice": 1000, "itemAmount": 1000,
                "paymentMethod": "full_payment", "paymentObject": "1", "tax": {"taxType": 6},
                "excise": "150", "countryCode": "643", "supplierInfo": {"name": "S"},
            }]},
            "payments": [{"type": 1, "sum": 1000}], "total": 1000,
        })
    );
    let mut own = one(json!({"measure": "kilogram", "payment_object": "non_operating_gain"}));
    own["company"] = json!({"email": "other@mail.example"});
    own["payments"] = json!([{"with": "prepayment", "amount": "10.00"}]);
    let refund = ecomm::order_bundle(
        &checked(&own, "10.00"),
        ReceiptType::SellRefund,
        &settings(json!({"ffd_version": "1.05"})),
    )
    .unwrap();
    assert_eq!(refund["receiptType"], "sell_refund");
    assert_eq!(refund["company"]["email"], "other@mail.example");
    assert_eq!(refund["payments"], json!([{"type": 2, "sum": 1000}]));
    let item = &refund["cartItems"]["items"][0];
    assert_eq!(item["quantity"], json!({"value": 1}));
    assert_eq!(item["measurementUnit"], "кг");
    assert_eq!(item["paymentObject"], "non-operating_gain");
}

#[test]
fn sberbank_wants_to_know_the_seller() {
    for (changes, field) in [
        (json!({"ffd_version": null}), "receipt.ffd_version"),
        (json!({"tax_system": null}), "receipt.tax_system"),
        (json!({"tax_system": "envd"}), "receipt.tax_system"),
        (json!({"company": {}}), "receipt.company.email"),
    ] {
        let error = d4(&one(json!({})), changes).unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field));
    }
    let wrong: ReceiptSettings = read(&json!({"company": {"inn": "1"}}));
    assert_eq!(wrong.check().unwrap_err().field.as_deref(), Some("receipt.company.inn"));
}
