//! Payments that begin by a link alone: its exact text. Expected signatures
//! were made apart from this library, by Python's hashlib over the texts that the gateways' documents give.

use serde_json::json;

use crate::order::{action, check, refused, spaces};

#[test]
fn freekassa_signs_the_currency_too() {
    let shop = json!({
        "descriptor": "freekassa", "config": { "merchant_id": "14963" },
        "secrets": { "secret1": "word-one", "secret2": "word-two", "api_key": "api" },
    });
    let action = action(&shop, json!({ "extra": { "us_note": "a b" } }));
    assert_eq!(action["type"], "redirect");
    // 14963:100.00:word-one:RUB:1001-1
    let link = "https://pay.freekassa.com/?m=14963&oa=100.00&currency=RUB&o=1001-1&em=buyer%40example.com&lang=ru&us_note=a%20b&s=eb83fd2334a7bd69b2db18df2dc9e9f3";
    assert_eq!(spaces(&action["url"]), link);
    refused(&shop, json!({ "order_number": "RUB:1" }), "order_number");
    refused(&shop, json!({ "extra": { "oa": "1" } }), "extra.oa");
}

#[test]
fn unitpay_signs_four_values_and_no_number_is_a_method() {
    let shop = json!({
        "descriptor": "unitpay", "config": { "public_key": "1-abc/d", "project_id": "1" },
        "secrets": { "secret_key": "unitpay-key" },
    });
    let cash = json!([{ "name": "Чай", "count": 1, "price": 100, "type": "commodity" }]);
    let action = action(
        &shop,
        json!({
            "customer": { "email": "buyer@example.com", "phone": "+79991234567" },
            "extra": { "cashItems": cash },
        }),
    );
    assert_eq!(action["type"], "redirect");
    // 1001-1{up}RUB{up}Заказ 1001{up}100.00{up}unitpay-key
    let link = "https://unitpay.ru/pay/1-abc%2Fd?sum=100.00&account=1001-1&desc=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%201001&currency=RUB&locale=ru&backUrl=https://shop.example/ok&customerEmail=buyer%40example.com&customerPhone=%2B79991234567&cashItems=W3sibmFtZSI6ItCn0LDQuSIsImNvdW50IjoxLCJwcmljZSI6MTAwLCJ0eXBlIjoiY29tbW9kaXR5In1d&signature=7617c069b6568130ec8ea2b701fba3cae56090df049670610130dd5ba666d27e";
    assert_eq!(spaces(&action["url"]), link);
    for number in ["pay", "check", "1{up}RUB"] {
        refused(&shop, json!({ "order_number": number }), "order_number");
    }
    refused(&shop, json!({ "description": null }), "description");
}

#[test]
fn prodamus_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "prodamus", "clock": "2026-05-14T10:00:00Z",
            "config": { "shop": "demo" }, "secrets": { "secret_key": "key" },
        }),
        json!({ "notification_url": "https://shop.example/notify" }),
        json!([]),
        &[],
        json!({
            "id": "A-1001",
            "action": {
                "type": "redirect",
                "url": "https://demo.payform.ru/?order_id=A-1001&customer_email=buyer%40example.com&customer_phone=%2B79000000000&products%5B0%5D%5Bname%5D=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%84%961/%D0%B0&products%5B0%5D%5Bprice%5D=1547.30&products%5B0%5D%5Bquantity%5D=1&do=pay&urlReturn=https://shop.example/return&urlSuccess=https://shop.example/return&urlNotification=https://shop.example/notify&signature=2d2d75ccd6eb4a7acca68b5ef2f075cf0449061117cc7391e2a0d6d2c747fcf1",
            },
        }),
    );
}
