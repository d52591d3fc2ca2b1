//! Payments that begin by a form of the buyer's browser: its exact fields, and its link. Expected signatures
//! were made apart from this library, by Python's hashlib over the texts that the gateways' documents give.

use kopeck::Client;
use serde_json::json;

use crate::order::{action, check, order, refused, spaces};

#[test]
fn robokassa_signs_the_receipt_as_it_stands_and_own_pairs_by_bytes() {
    let shop = json!({
        "descriptor": "robokassa", "config": { "login": "demo", "digest": "sha256", "test": "1" },
        "secrets": { "password1": "pass-one", "password2": "pass-two" },
    });
    let receipt = r#"{"items":[{"name":"Чай","quantity":1,"sum":100,"tax":"none"}]}"#;
    let change = json!({
        "order_number": "1001",
        "extra": { "Receipt": receipt, "shp_note": "a b", "Shp_a": "first", "Shp_Z": "last" },
    });
    let coded = "%7B%22items%22%3A%5B%7B%22name%22%3A%22%D0%A7%D0%B0%D0%B9%22%2C%22quantity%22%3A1%2C%22sum%22%3A100%2C%22tax%22%3A%22none%22%7D%5D%7D";
    // demo:100.00:1001:{coded}:pass-one:Shp_Z=last:Shp_a=first:shp_note=a b
    let signature = "ed6c4b87fb988aeec9c0848f1176c4fc52a7b17cf14f4d51fa3478f9f63309cb";
    let expected = json!({
        "MerchantLogin": "demo", "OutSum": "100.00", "InvId": "1001", "Description": "Заказ 1001",
        "Receipt": coded, "Email": "buyer@example.com", "Culture": "ru", "Encoding": "utf-8",
        "IsTest": "1", "shp_note": "a b", "Shp_a": "first", "Shp_Z": "last",
        "SignatureValue": signature,
    });
    let action = action(&shop, change);
    assert_eq!(action["type"], "form");
    assert_eq!(action["url"], "https://auth.robokassa.ru/Merchant/Index.aspx");
    assert_eq!(action["fields"], expected);
    // In a link the receipt is coded twice.
    let link = "https://auth.robokassa.ru/Merchant/Index.aspx?MerchantLogin=demo&OutSum=100.00&InvId=1001&Description=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%201001&Receipt=%257B%2522items%2522%253A%255B%257B%2522name%2522%253A%2522%25D0%25A7%25D0%25B0%25D0%25B9%2522%252C%2522quantity%2522%253A1%252C%2522sum%2522%253A100%252C%2522tax%2522%253A%2522none%2522%257D%255D%257D&Email=buyer%40example.com&Culture=ru&Encoding=utf-8&IsTest=1&shp_note=a%20b&Shp_a=first&Shp_Z=last&SignatureValue=ed6c4b87fb988aeec9c0848f1176c4fc52a7b17cf14f4d51fa3478f9f63309cb";
    assert_eq!(spaces(&action["link"]), link);
    for number in ["1001-1", "01001", "0", ""] {
        refused(&shop, json!({ "order_number": number }), "order_number");
    }
    let one = |name: &str| json!({ "order_number": "1001", "extra": { name: "1" } });
    for name in ["OutSum", "SignatureValue", "IsTest", "OutSumCurrency"] {
        refused(&shop, one(name), &format!("extra.{name}"));
    }
    refused(&shop, json!({ "order_number": "1001", "currency": "USD" }), "currency");
    refused(&shop, json!({ "order_number": "1001", "hold": true }), "hold");
}

#[test]
fn robokassa_leaves_out_what_is_not_given() {
    let shop = json!({
        "descriptor": "robokassa", "config": { "login": "demo" },
        "secrets": { "password1": "pass-one", "password2": "pass-two" },
    });
    let nothing = json!({
        "order_number": "1001", "description": null, "language": null, "customer": {},
    });
    // demo:100.00:1001:pass-one, md5
    let expected = json!({
        "MerchantLogin": "demo", "OutSum": "100.00", "InvId": "1001", "Encoding": "utf-8",
        "IsTest": "0", "SignatureValue": "0e48199a96970ddf302d2379bb36668b",
    });
    assert_eq!(action(&shop, nothing)["fields"], expected);
}

#[test]
fn payeer_keeps_the_place_of_a_description() {
    let shop = json!({
        "descriptor": "payeer", "config": { "shop": "12345" }, "secrets": { "key": "payeer-key" },
    });
    // 12345:1001-1:100.00:RUB:0JfQsNC60LDQtyAxMDAx:payeer-key
    let signature = "791E45332AA14799046E0A16D8853428F7F9F0132DB1A623BA94B91AEA835E94";
    let described = action(&shop, json!({}));
    assert_eq!(
        (&described["type"], &described["url"]),
        (&json!("form"), &json!("https://payeer.com/merchant/"))
    );
    let expected = json!({
        "m_shop": "12345", "m_orderid": "1001-1", "m_amount": "100.00", "m_curr": "RUB",
        "m_desc": "0JfQsNC60LDQtyAxMDAx", "m_sign": signature,
    });
    assert_eq!(described["fields"], expected);
    let link = format!(
        "https://payeer.com/merchant/?m_shop=12345&m_orderid=1001-1&m_amount=100.00&m_curr=RUB&m_desc=0JfQsNC60LDQtyAxMDAx&m_sign={signature}"
    );
    assert_eq!(described["link"], link);
    // 12345:1001-1:100.00:RUB::payeer-key
    let bare = action(&shop, json!({ "description": null }));
    assert_eq!(bare["fields"]["m_desc"], "");
    assert_eq!(
        bare["fields"]["m_sign"],
        "AA76D59C65A146F9A98975669C633C92E27E4CE1CE2AA0DB899B6C26E6F3FD1C"
    );
    refused(&shop, json!({ "order_number": "1|success" }), "order_number");
    refused(&shop, json!({ "currency": "KZT" }), "currency");
}

#[test]
fn webmoney_and_yoomoney_sign_nothing() {
    let shop = json!({
        "descriptor": "webmoney", "config": { "purse": "Z945718891756", "currency": "USD" },
        "secrets": { "secret": "key" },
    });
    let order = json!({
        "order_number": "1001", "currency": "USD", "extra": { "LMI_SIM_MODE": "0", "cart": "7" },
    });
    let page = action(&shop, order);
    let expected = json!({
        "LMI_PAYEE_PURSE": "Z945718891756", "LMI_PAYMENT_AMOUNT": "100.00",
        "LMI_PAYMENT_NO": "1001", "LMI_PAYMENT_DESC_BASE64": "0JfQsNC60LDQtyAxMDAx",
        "LMI_SIM_MODE": "0", "cart": "7",
    });
    assert_eq!(page["url"], "https://merchant.webmoney.ru/lmi/payment.asp");
    assert_eq!((&page["type"], &page["fields"]), (&json!("form"), &expected));
    assert!(page.get("link").is_none(), "{page}");
    refused(&shop, json!({ "order_number": "1001" }), "currency");
    let other = json!({
        "order_number": "1001", "currency": "USD", "extra": { "LMI_PAYMENT_AMOUNT": "1.00" },
    });
    refused(&shop, other, "extra.LMI_PAYMENT_AMOUNT");

    let shop = json!({
        "descriptor": "yoomoney", "config": { "receiver": "41001000000000" },
        "secrets": { "notification_secret": "key" },
    });
    let page = action(&shop, json!({}));
    let expected = json!({
        "receiver": "41001000000000", "quickpay-form": "button", "paymentType": "AC",
        "sum": "100.00", "label": "1001-1", "successURL": "https://shop.example/ok",
    });
    assert_eq!(page["url"], "https://yoomoney.ru/quickpay/confirm");
    assert_eq!((&page["type"], &page["fields"]), (&json!("form"), &expected));
    refused(&shop, json!({ "order_number": "1".repeat(65) }), "order_number");
    refused(&shop, json!({ "currency": "USD" }), "currency");
}

#[test]
fn moneta_takes_only_numbers_that_no_operation_can_follow() {
    let shop = json!({
        "descriptor": "moneta", "config": { "account": "54600817" },
        "secrets": { "code": "moneta-code" },
    });
    let order = json!({ "order_number": "1001-A", "customer": { "id": "42" } });
    let page = action(&shop, order.clone());
    // 54600817 1001-A 100.00 RUB 42 0 moneta-code, run together
    let expected = json!({
        "MNT_ID": "54600817", "MNT_TRANSACTION_ID": "1001-A", "MNT_AMOUNT": "100.00",
        "MNT_CURRENCY_CODE": "RUB", "MNT_SUBSCRIBER_ID": "42", "MNT_TEST_MODE": "0",
        "MNT_DESCRIPTION": "Заказ 1001", "MNT_SUCCESS_URL": "https://shop.example/ok",
        "MNT_SIGNATURE": "e328f557da456e1c0a59baff4b35401f",
    });
    assert_eq!(page["url"], "https://www.payanyway.ru/assistant.htm");
    assert_eq!((&page["type"], &page["fields"]), (&json!("form"), &expected));
    let link = "https://www.payanyway.ru/assistant.htm?MNT_ID=54600817&MNT_TRANSACTION_ID=1001-A&MNT_AMOUNT=100.00&MNT_CURRENCY_CODE=RUB&MNT_SUBSCRIBER_ID=42&MNT_TEST_MODE=0&MNT_DESCRIPTION=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%201001&MNT_SUCCESS_URL=https://shop.example/ok&MNT_SIGNATURE=e328f557da456e1c0a59baff4b35401f";
    assert_eq!(spaces(&page["link"]), link);
    for number in ["1001", "1001-1", "A.", "1001-A1"] {
        refused(&shop, json!({ "order_number": number }), "order_number");
    }
    let mut demo = shop;
    demo["config"]["host"] = "demo.moneta.ru".into();
    assert_eq!(action(&demo, order)["url"], "https://demo.moneta.ru/assistant.htm");
}

#[test]
fn liqpay_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "liqpay", "clock": "2026-05-14T10:00:00Z",
            "config": { "public_key": "i1" }, "secrets": { "private_key": "key" },
        }),
        json!({ "currency": "UAH", "notification_url": "https://shop.example/notify" }),
        json!([]),
        &[],
        json!({
            "id": "A-1001",
            "action": {
                "type": "form", "url": "https://www.liqpay.ua/api/3/checkout",
                "fields": {
                    "data": "eyJ2ZXJzaW9uIjo3LCJwdWJsaWNfa2V5IjoiaTEiLCJhY3Rpb24iOiJwYXkiLCJhbW91bnQiOiIxNTQ3LjMwIiwiY3VycmVuY3kiOiJVQUgiLCJkZXNjcmlwdGlvbiI6ItCX0LDQutCw0Lcg4oSWMS/QsCIsIm9yZGVyX2lkIjoiQS0xMDAxIiwicmVzdWx0X3VybCI6Imh0dHBzOi8vc2hvcC5leGFtcGxlL3JldHVybiIsInNlcnZlcl91cmwiOiJodHRwczovL3Nob3AuZXhhbXBsZS9ub3RpZnkifQ==",
                    "signature": "ZXVXEjgYky2auy34rXhKx2tuT7QtDj1bEcjTjiSaFh0=",
                },
            },
        }),
    );
}

#[test]
fn liqpay_v3_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "liqpay-v3", "clock": "2026-05-14T10:00:00Z",
            "config": { "public_key": "i1" }, "secrets": { "private_key": "key" },
        }),
        json!({ "currency": "UAH", "notification_url": "https://shop.example/notify" }),
        json!([]),
        &[],
        json!({
            "id": "A-1001",
            "action": {
                "type": "form", "url": "https://www.liqpay.ua/api/3/checkout",
                "fields": {
                    "data": "eyJ2ZXJzaW9uIjozLCJwdWJsaWNfa2V5IjoiaTEiLCJhY3Rpb24iOiJwYXkiLCJhbW91bnQiOjE1NDcuMzAsImN1cnJlbmN5IjoiVUFIIiwiZGVzY3JpcHRpb24iOiLQl9Cw0LrQsNC3IOKEljEv0LAiLCJvcmRlcl9pZCI6IkEtMTAwMSIsInJlc3VsdF91cmwiOiJodHRwczovL3Nob3AuZXhhbXBsZS9yZXR1cm4iLCJzZXJ2ZXJfdXJsIjoiaHR0cHM6Ly9zaG9wLmV4YW1wbGUvbm90aWZ5In0=",
                    "signature": "yKPrTqCDc5t9kfwokiC9hLBpK0k=",
                },
            },
        }),
    );
}

#[test]
fn wayforpay_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "wayforpay", "clock": "2026-05-14T10:00:00Z",
            "config": { "merchant_account": "m1", "domain": "shop.example" },
            "secrets": { "secret_key": "key" },
        }),
        json!({ "currency": "UAH", "notification_url": "https://shop.example/notify" }),
        json!([]),
        &[],
        json!({
            "id": "A-1001",
            "action": {
                "type": "form", "url": "https://secure.wayforpay.com/pay",
                "fields": {
                    "merchantAccount": "m1", "merchantDomainName": "shop.example",
                    "orderReference": "A-1001", "orderDate": "1778752800", "amount": "1547.3",
                    "currency": "UAH", "productName[]": "Заказ №1/а", "productCount[]": "1",
                    "productPrice[]": "1547.3", "serviceUrl": "https://shop.example/notify",
                    "returnUrl": "https://shop.example/return",
                    "merchantSignature": "97a93ed43553464153f89f73de413d76",
                },
            },
        }),
    );
}

#[test]
fn interkassa_begins_as_computed() {
    for (digest, sign, coded) in [
        (
            "sha256",
            "wmXFZqXfswoqSoAO+JwlE+bwfczHKwh/WksUaSRX1A8=",
            "wmXFZqXfswoqSoAO%2BJwlE%2BbwfczHKwh/WksUaSRX1A8%3D",
        ),
        ("md5", "Z97yzsEunoFyiVouupozcQ==", "Z97yzsEunoFyiVouupozcQ%3D%3D"),
    ] {
        let link = format!(
            "https://sci.interkassa.com/?ik_co_id=co1&ik_pm_no=A-1001&ik_am=1547.30&ik_cur=UAH&ik_desc=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%84%961/%D0%B0&ik_sign={coded}"
        );
        check(
            json!({
                "gateway": "declared", "descriptor": "interkassa", "clock": "2026-05-14T10:00:00Z",
                "config": { "co_id": "co1", "digest": digest },
                "secrets": { "secret_key": "key", "test_key": "tkey" },
            }),
            json!({ "currency": "UAH" }),
            json!([]),
            &[],
            json!({
                "id": "A-1001",
                "action": {
                    "type": "form", "url": "https://sci.interkassa.com/",
                    "fields": {
                        "ik_co_id": "co1", "ik_pm_no": "A-1001", "ik_am": "1547.30",
                        "ik_cur": "UAH", "ik_desc": "Заказ №1/а", "ik_sign": sign,
                    },
                    "link": link,
                },
            }),
        );
    }
}

#[test]
fn paymaster_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "paymaster", "clock": "2026-05-14T10:00:00Z",
            "config": { "merchant_id": "g-1" }, "secrets": { "secret_word": "key" },
        }),
        json!({}),
        json!([]),
        &[],
        json!({
            "id": "A-1001",
            "action": {
                "type": "form", "url": "https://paymaster.ru/Payment/Init",
                "fields": {
                    "LMI_MERCHANT_ID": "g-1", "LMI_PAYMENT_AMOUNT": "1547.30",
                    "LMI_CURRENCY": "RUB", "LMI_PAYMENT_NO": "A-1001",
                    "LMI_PAYMENT_DESC_BASE64": "0JfQsNC60LDQtyDihJYxL9Cw",
                },
            },
        }),
    );
}

#[test]
fn a_form_of_interkassa_cannot_pass_for_a_notification() {
    let settings = json!({
        "gateway": "declared", "descriptor": "interkassa", "config": { "co_id": "co1" },
        "secrets": { "secret_key": "key", "test_key": "tkey" },
    });
    let client = Client::new(settings.as_object().unwrap()).unwrap();
    for text in ["success", "a:success:b", ":", "1:success"] {
        let error = client
            .call("create_payment", &order(json!({ "currency": "UAH", "description": text })))
            .unwrap_err();
        assert_eq!(error.field.as_deref(), Some("description"), "{text}");
    }
    let error = client
        .call("create_payment", &order(json!({ "currency": "UAH", "order_number": "1:success" })))
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("order_number"));
}
