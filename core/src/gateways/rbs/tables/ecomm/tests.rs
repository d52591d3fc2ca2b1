//! What must hold of every table of D4, and how its bodies look.

use std::collections::HashSet;

use super::{FAMILIES, orders};
use crate::fields;
use crate::native::{Field, Guard, Native, Need, Shape, Wire};

fn natives() -> impl Iterator<Item = &'static Native> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// Every row of a table and of the objects inside it, by path.
fn rows(native: &Native) -> Vec<(String, &'static Field)> {
    fn below(table: &'static [Field], path: &str, found: &mut Vec<(String, &'static Field)>) {
        for field in table {
            let path = format!("{path}.{}", field.name);
            if let Shape::Object(inner) | Shape::List(inner) = field.shape {
                below(inner, &path, found);
            }
            found.push((path, field));
        }
    }
    let mut found = Vec::new();
    below(native.fields, native.name, &mut found);
    found
}

#[test]
fn a_name_stands_once() {
    let (mut names, mut paths) = (HashSet::new(), HashSet::new());
    for native in natives() {
        assert!(names.insert(native.name), "{}", native.name);
        assert!(paths.insert(native.path), "{}", native.path);
        let mut fields = HashSet::new();
        for (path, _) in rows(native) {
            assert!(fields.insert(path.clone()), "{path}");
        }
    }
}

/// The base URL ends where the folders begin; nothing here is a form, and there is no token.
#[test]
fn every_table_is_of_this_dialect() {
    for native in natives() {
        assert_eq!((native.wire, native.dialect), (Wire::Json, "D4"), "{}", native.name);
        let folder = native.path.split('/').next();
        assert!(matches!(folder, Some("v1" | "ofd" | "accounts")), "{}", native.path);
        assert_eq!(folder == Some("v1"), native.path.ends_with(".do"), "{}", native.path);
        assert!(!native.token, "{}", native.name);
        assert!(!native.doc.is_empty() && !native.reply.is_empty(), "{}", native.name);
    }
}

/// By its name: a row that was forgotten would let a card number into logs.
#[test]
fn what_can_pay_is_guarded() {
    for native in natives() {
        for (path, field) in rows(native) {
            let guard = match field.name {
                "$PAN" | "$CVC" | "pan" | "cvc" | "YYYY" | "MM" | "paymentToken" => Guard::Card,
                "bindingId" | "subscriptionId" | "password" | "tmpPassword" | "paRes" | "cRes" => {
                    Guard::Secret
                }
                _ => continue,
            };
            assert!(field.guard == guard, "{path}");
            assert!(guard != Guard::Card || !native.pci.is_empty(), "{path}");
        }
    }
}

#[test]
fn only_the_settings_say_who_calls() {
    for native in natives().filter(|native| native.name != "setPermanentPassword") {
        let own = native.fields.iter().filter(|field| field.need == Need::Settings);
        let own = own.map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(own, ["userName", "password"], "{}", native.name);
    }
}

fn body(native: &Native, given: &str) -> Result<String, crate::error::Error> {
    let settings = |name: &str| Some(format!("my {name}").into());
    let checked = native.check(&fields::parse(given.as_bytes()).unwrap(), false, &settings)?;
    let request = native.request("https://bank.example/api", "", native.path, checked)?;
    Ok(String::from_utf8(request.body.clone()).unwrap())
}

/// This interface refuses wrongly typed fields: sums are numbers, the currency is text.
#[test]
fn types_are_what_the_gateway_takes() {
    let given = r#"{"orderNumber":"A-1","amount":"12000","currency":"643",
        "returnUrl":"https://shop.example/","features":["VERIFY","FORCE_TDS"],
        "orderBundle":{"payments":[{"type":"1","sum":"12000"}],"cartItems":{"items":[
            {"positionId":1,"name":"Tea","quantity":{"value":"1.500","measure":"kg"},
             "itemPrice":"8000","tax":{"taxType":"6"}}]}}}"#;
    let expected = r#"{"userName":"my userName","password":"my password","orderNumber":"A-1","#
        .to_owned()
        + r#""amount":12000,"currency":"643","returnUrl":"https://shop.example/","#
        + r#""features":"VERIFY;FORCE_TDS","orderBundle":{"payments":[{"type":1,"sum":12000}],"#
        + r#""cartItems":{"items":[{"positionId":"1","name":"Tea","#
        + r#""quantity":{"value":1.500,"measure":"kg"},"itemPrice":8000,"tax":{"taxType":6}}]}}}"#;
    assert_eq!(body(&orders::REGISTER, given).unwrap(), expected);
}

#[test]
fn limits_are_those_of_the_gateway() {
    for (native, given, field, says) in [
        (&orders::STATUS, r#"{"orderId":"1"}"#, "orderId", "36 characters of 0-9, a-f and -"),
        (&orders::STATUS, r#"{}"#, "orderId", "one of orderId, orderNumber"),
        (
            &orders::REGISTER,
            r#"{"orderNumber":"1","amount":"1","returnUrl":"http://a.b"}"#,
            "returnUrl",
            "at least 12 characters",
        ),
        (
            &orders::REGISTER,
            r#"{"orderNumber":"1","amount":"1","returnUrl":"https://a.example",
                "orderBundle":{"cartItems":{"items":[{"positionId":"1","name":"Tea",
                    "quantity":{"value":"one","measure":"kg"}}]}}}"#,
            "orderBundle.cartItems.items.0.quantity.value",
            "a number",
        ),
    ] {
        let error = body(native, given).err().unwrap();
        assert_eq!(error.field.as_deref(), Some(field), "{given}: {}", error.message);
        assert!(error.message.contains(says), "{}", error.message);
    }
}

/// What our own receipts are made into.
#[test]
fn a_whole_cart_passes() {
    let cart = r#"{"ffdVersion":"1.2","receiptType":"sell","company":{"email":"s@mail.example",
        "sno":"osn","inn":"7700000000","paymentAddress":"shop.example"},
        "customerDetails":{"fullName":"A","birthdate":"31.12.1990","documentType":"21"},
        "cartItems":{"items":[{"positionId":"1","itemCode":"1","name":"Tea",
            "quantity":{"value":1},"measurementUnit":"kg","itemPrice":1000,"itemAmount":1000,
            "paymentMethod":"full_payment","paymentObject":"33","tax":{"taxType":6},
            "markCode":{"gs1m":"MDEwHXg="},"markProcessingMode":"0",
            "markQuantity":{"markQuantityNumerator":"1","markQuantityDenominator":"2"},
            "excise":"150","countryCode":"643","agentInfo":{"type":"paying_agent",
            "payingAgent":{"phones":["+74950000001"]}},"supplierInfo":{"name":"S"}}]},
        "payments":[{"type":1,"sum":1000}],"total":1000}"#;
    let cart = fields::parse(cart.as_bytes()).unwrap();
    let given = serde_json::json!({ "orderId": "0c3b5c8e-1f2a-7b3c-9d4e-5f60718293a4",
        "amount": 1000, "orderBundle": cart });
    let sent = body(&orders::DEPOSIT, &given.to_string()).unwrap();
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(sent["orderBundle"], serde_json::Value::Object(cart));
}
