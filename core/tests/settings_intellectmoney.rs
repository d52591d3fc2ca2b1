//! Settings of IntellectMoney: what is missing is named with the page of the cabinet where it is found,
//! when the client is made.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Error, Fields, Kind};
use serde_json::{Value, json};

struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendError> {
        panic!("a client that is made sends nothing");
    }
}

fn client(change: Value) -> Result<Client, Error> {
    let mut settings = json!({
        "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "s",
        "bearer_token": "b", "sign_secret_key": "k",
    });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Client::over(settings.as_object().unwrap(), Box::new(Nowhere))
}

#[test]
fn a_missing_key_is_named_with_the_place_where_it_is_found() {
    let tab = "Подключение магазина";
    let page = "lk.intellectmoney.ru/profile/security/api";
    for (change, field, place) in [
        (json!({ "eshop_id": null }), "eshop_id", tab),
        (json!({ "secret_key": null }), "secret_key", tab),
        (json!({ "bearer_token": null }), "bearer_token", page),
        (json!({ "sign_secret_key": null }), "sign_secret_key", page),
        (json!({ "bearer_token": null, "sign_secret_key": null }), "bearer_token", page),
        (
            json!({ "bearer_token": null, "sign_secret_key": null, "test_mode": false }),
            "bearer_token",
            page,
        ),
        // One of the two is a slip of the pen, in tests too.
        (json!({ "sign_secret_key": null, "test_mode": true }), "sign_secret_key", page),
        // Empty is what a shop starts with.
        (json!({ "secret_key": "" }), "secret_key", tab),
        (json!({ "sign_secret_key": "" }), "sign_secret_key", page),
        (json!({ "bearer_token": 1 }), "bearer_token", page),
        (json!({ "eshop_id": "4" }), "eshop_id", tab),
        (json!({ "login": "l", "personal_password": "" }), "personal_password", "lk."),
        (json!({ "login": "l" }), "personal_password", "lk.intellectmoney.ru"),
        (json!({ "personal_password": "p" }), "login", "lk.intellectmoney.ru"),
    ] {
        let error = client(change.clone()).err().unwrap_or_else(|| panic!("{change} passes"));
        assert_eq!(error.kind, Kind::InvalidRequest, "{change}");
        assert_eq!(error.field.as_deref(), Some(field), "{change}");
        assert!(error.message.contains(place), "{change}: {}", error.message);
    }
}

#[test]
fn wrong_settings_are_named() {
    for (change, field) in [
        (json!({ "secert_key": "s" }), "secert_key"),
        (json!({ "secret_key": "" }), "secret_key"),
        (json!({ "secret_key": 1 }), "secret_key"),
        (json!({ "bearer_token": "" }), "bearer_token"),
        (json!({ "eshop_id": "45000a" }), "eshop_id"),
        (json!({ "eshop_id": "4500011" }), "eshop_id"),
        (json!({ "eshop_id": "050001" }), "eshop_id"),
        (json!({ "base_url": "http://api.example" }), "base_url"),
        (json!({ "base_url": "https://api.example/?x" }), "base_url"),
        (json!({ "page_url": "merchant.example" }), "page_url"),
        (json!({ "page_url": "https://merchant.example/#x" }), "page_url"),
        (json!({ "login": "", "personal_password": "p" }), "login"),
        (json!({ "site_ip": "shop.example" }), "site_ip"),
        // Signed with "::" between the values.
        (json!({ "site_ip": "2001:db8::1" }), "site_ip"),
        (json!({ "body": "xml" }), "body"),
        (json!({ "hold_hours": 120 }), "hold_hours"),
        // It stands in a header.
        (json!({ "bearer_token": "b\r\nx-other: 1" }), "bearer_token"),
        (json!({ "bearer_token": "b\n" }), "bearer_token"),
        (json!({ "bearer_token": "Bearer b" }), "bearer_token"),
        (json!({ "bearer_token": "ключ" }), "bearer_token"),
        (json!({ "bearer_token": "b\n", "test_mode": true }), "bearer_token"),
        (json!({ "refund_amount_field": "" }), "refund_amount_field"),
        // Read in place of the amount, in whatever case.
        (json!({ "refund_amount_field": "orderid" }), "refund_amount_field"),
        (json!({ "refund_amount_field": "Hash" }), "refund_amount_field"),
        (json!({ "refund_amount_field": "merchantReceipt" }), "refund_amount_field"),
        (json!({ "refund_amount_field": "amount " }), "refund_amount_field"),
        (json!({ "card_data": "yes" }), "card_data"),
        (json!({ "gateway_time_zone": "MSK" }), "gateway_time_zone"),
        (json!({ "assumptions": { "fail_url_signed": 1 } }), "assumptions.fail_url_signed"),
        (json!({ "assumptions": { "user_token_kept_s": -1 } }), "assumptions.user_token_kept_s"),
        (json!({ "assumptions": { "no_such": 1 } }), "assumptions.no_such"),
        (
            json!({ "assumptions": { "receipt_supplier_inn": "" } }),
            "assumptions.receipt_supplier_inn",
        ),
        (
            json!({ "assumptions": { "receipt_supplier_inn": "price" } }),
            "assumptions.receipt_supplier_inn",
        ),
        (
            json!({ "assumptions": { "receipt_supplier_inn": "SupplierInfo" } }),
            "assumptions.receipt_supplier_inn",
        ),
    ] {
        let error = client(change.clone()).err().unwrap_or_else(|| panic!("{change} passes"));
        assert_eq!(error.kind, Kind::InvalidRequest, "{change}");
        assert_eq!(error.field.as_deref(), Some(field), "{change}: {}", error.message);
        assert!(!error.message.contains("mySecret"), "{change}");
    }
}

#[test]
fn an_address_may_be_of_either_kind() {
    for ip in ["192.0.2.1", "2001:db8:0:0:0:0:0:1"] {
        client(json!({ "site_ip": ip })).unwrap();
    }
}

#[test]
fn test_money_needs_no_keys_of_the_api() {
    let change = json!({ "bearer_token": null, "sign_secret_key": null, "test_mode": true });
    client(change).unwrap();
}

/// The hash of a form tells which key was used: spaces belong to it.
#[test]
fn a_key_is_never_trimmed() {
    let hash = |key: &str| {
        let fields = json!({
            "OrderId": "1", "RecipientAmount": "10.10", "RecipientCurrency": "RUB",
            "ServiceName": "покупка книги Хочу все знать",
        });
        let client = client(json!({ "secret_key": key, "eshop_id": "17354" })).unwrap();
        let form = client.call("intellectmoney.paymentForm", fields.as_object().unwrap());
        form.unwrap()["action"]["fields"]["Hash"].clone()
    };
    // Published in the manual.
    assert_eq!(hash("test"), "139de04be8c37061f99218353f4e13e0");
    for other in [" test", "test ", "test\n", "\ttest"] {
        assert_ne!(hash(other), hash("test"), "{other:?}");
    }
}

#[test]
fn pages_follow_the_base_url_unless_they_have_their_own() {
    let page = |change: Value| {
        let fields = Fields::from_iter([("InvoiceId".to_owned(), "3000000001".into())]);
        let form = client(change).unwrap().call("intellectmoney.paymentForm", &fields).unwrap();
        form["link"].as_str().unwrap().to_owned()
    };
    let invoice = "?InvoiceId=3000000001";
    assert_eq!(page(json!({})), format!("https://merchant.intellectmoney.ru/{invoice}"));
    assert_eq!(
        page(json!({ "base_url": "https://stand.example/api/" })),
        format!("https://stand.example/api/{invoice}")
    );
    assert_eq!(
        page(json!({ "base_url": "https://a.example", "page_url": "https://b.example/" })),
        format!("https://b.example/{invoice}")
    );
}
