//! Payments that begin by a call: what leaves, to the byte, and what is made of the answer. Expected signatures
//! were made apart from this library, by Python's hashlib over the texts that the gateways' documents give.

use kopeck::Kind;
use serde_json::json;

use crate::order::{check, create};

#[test]
fn tbank_is_called_with_a_token_over_what_is_flat() {
    let shop = json!({
        "descriptor": "tbank", "config": { "terminal_key": "Terminal" },
        "secrets": { "password": "tbank-password" },
    });
    let order = json!({
        "fail_url": "https://shop.example/no", "notification_url": "https://shop.example/notify",
        "extra": { "DATA": { "Email": "buyer@example.com" } },
    });
    let answer = r#"{"Success":true,"ErrorCode":"0","TerminalKey":"Terminal","Status":"NEW","PaymentId":"700","OrderId":"1001-1","Amount":10000,"PaymentURL":"https://securepay.tinkoff.ru/new/abc"}"#;
    let (payment, sent) = create(&shop, order.clone(), answer);
    let payment = payment.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent[0].url, "https://securepay.tinkoff.ru/v2/Init");
    // The values in the order of their names: 10000 Заказ 1001 .../no .../notify 1001-1
    // tbank-password .../ok Terminal
    let body = r#"{"TerminalKey":"Terminal","Amount":10000,"OrderId":"1001-1","Description":"Заказ 1001","SuccessURL":"https://shop.example/ok","FailURL":"https://shop.example/no","NotificationURL":"https://shop.example/notify","DATA":{"Email":"buyer@example.com"},"Token":"1eedfa0ae3ae0e364f44c8e91c793703477902132bf1c20120c8ccc51f7b133b"}"#;
    assert_eq!(sent[0].body, body);
    assert_eq!((&payment["id"], &payment["status"]), (&json!("700"), &json!("created")));
    assert_eq!(payment["action"]["url"], "https://securepay.tinkoff.ru/new/abc");

    let fault = |answer: &str| create(&shop, order.clone(), answer).0.unwrap_err();
    let no = fault(r#"{"Success":false,"ErrorCode":"9999","Message":"Неверные параметры."}"#);
    assert_eq!(no.kind, Kind::Refused);
    for (answer, kind) in [
        (answer.replace("10000", "100"), Kind::Mismatch),
        (answer.replace("1001-1", "1001-2"), Kind::Mismatch),
        (answer.replace("securepay.tinkoff.ru", "tinkoff.ru.example"), Kind::OutcomeUnknown),
        (answer.replace(r#""PaymentId":"700","#, ""), Kind::OutcomeUnknown),
    ] {
        let error = fault(&answer);
        assert_eq!(error.kind, kind, "{answer}: {}", error.message);
    }
}

#[test]
fn enot_is_called_with_its_key_in_a_header() {
    let shop = json!({
        "descriptor": "enot", "config": { "shop_id": "shop" },
        "secrets": { "api_key": "enot-key", "webhook_key": "hook-key" },
    });
    let order = json!({
        "notification_url": "https://shop.example/notify", "extra": { "expire": 300 },
    });
    let answer = r#"{"status":200,"status_check":true,"data":{"id":"a3e9ff6f","amount":"100.00","currency":"RUB","url":"https://pay.enot.io/invoice/a3e9ff6f","expired":"2026-05-14 15:00:00"}}"#;
    let (payment, sent) = create(&shop, order.clone(), answer);
    let payment = payment.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent[0].url, "https://api.enot.io/invoice/create");
    assert!(sent[0].header("x-api-key") == Some("enot-key"));
    let body = r#"{"amount":100.00,"order_id":"1001-1","currency":"RUB","shop_id":"shop","comment":"Заказ 1001","fail_url":"https://shop.example/ok","success_url":"https://shop.example/ok","hook_url":"https://shop.example/notify","expire":300}"#;
    assert_eq!(sent[0].body, body);
    assert_eq!(
        (&payment["id"], &payment["action"]["type"]),
        (&json!("a3e9ff6f"), &json!("redirect"))
    );
    assert_eq!(payment["action"]["url"], "https://pay.enot.io/invoice/a3e9ff6f");

    let no = create(&shop, order, r#"{"status":401,"status_check":false,"error":"no"}"#).0;
    assert_eq!(no.unwrap_err().kind, Kind::Refused);
}

#[test]
fn cloudpayments_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "cloudpayments",
            "clock": "2026-05-14T10:00:00Z", "config": { "public_id": "pk_1" },
            "secrets": { "api_secret": "apisecret" },
        }),
        json!({}),
        json!([
            {
                "method": "POST", "url": "https://api.cloudpayments.ru/orders/create",
                "authorization": "Basic cGtfMTphcGlzZWNyZXQ=", "x-request-id": "A-1001",
                "body": "{\"Amount\":1547.30,\"Currency\":\"RUB\",\"Description\":\"Заказ №1/а\",\"InvoiceId\":\"A-1001\",\"AccountId\":\"u1\",\"Email\":\"buyer@example.com\",\"RequireConfirmation\":false}",
            },
        ]),
        &[
            r#"{"Success":true,"Message":null,"Model":{"Id":"f2K8LV6reGE9WBFn","Number":61,"Url":"https://orders.cloudpayments.ru/d/f2K8LV6reGE9WBFn","Status":"Created"}}"#,
        ],
        json!({
            "id": "f2K8LV6reGE9WBFn",
            "action": {
                "type": "redirect",
                "url": "https://orders.cloudpayments.ru/d/f2K8LV6reGE9WBFn",
            },
        }),
    );
}

#[test]
fn paykeeper_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "paykeeper", "clock": "2026-05-14T10:00:00Z",
            "config": { "server": "shop.server.paykeeper.ru", "user": "user" },
            "secrets": { "password": "pass", "secret_word": "key" },
        }),
        json!({ "extra": { "expiry": "2026-05-20" } }),
        json!([
            {
                "method": "GET",
                "url": "https://shop.server.paykeeper.ru/info/settings/token/",
                "authorization": "Basic dXNlcjpwYXNz", "body": "",
            },
            {
                "method": "POST",
                "url": "https://shop.server.paykeeper.ru/change/invoice/preview/",
                "authorization": "Basic dXNlcjpwYXNz",
                "body": "pay_amount=1547.30&clientid=%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2&orderid=A-1001&client_email=buyer%40example.com&client_phone=%2B79000000000&service_name=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%84%961/%D0%B0&expiry=2026-05-20&token=t0k",
            },
        ]),
        &[
            r#"{"token":"t0k"}"#,
            r#"{"invoice_id":"20260514100000","invoice_url":"https://shop.server.paykeeper.ru/bill/20260514100000/"}"#,
        ],
        json!({
            "id": "20260514100000",
            "action": {
                "type": "redirect",
                "url": "https://shop.server.paykeeper.ru/bill/20260514100000/",
            },
        }),
    );
}

#[test]
fn fondy_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "fondy", "clock": "2026-05-14T10:00:00Z",
            "config": { "merchant_id": "1396424" }, "secrets": { "password": "key" },
        }),
        json!({ "currency": "USD", "notification_url": "https://shop.example/notify" }),
        json!([
            {
                "method": "POST", "url": "https://pay.fondy.eu/api/checkout/url",
                "body": "{\"request\":{\"order_id\":\"A-1001\",\"merchant_id\":\"1396424\",\"order_desc\":\"Заказ №1/а\",\"amount\":\"154730\",\"currency\":\"USD\",\"server_callback_url\":\"https://shop.example/notify\",\"response_url\":\"https://shop.example/return\",\"signature\":\"120d901e3d5f85befa0a550a1c5a34962e258ec4\"}}",
            },
        ]),
        &[
            r#"{"response":{"response_status":"success","checkout_url":"https://pay.fondy.eu/merchants/5ad6b888/default/index.html?token=b4f7","payment_id":"804876"}}"#,
        ],
        json!({
            "id": "804876",
            "action": {
                "type": "redirect",
                "url": "https://pay.fondy.eu/merchants/5ad6b888/default/index.html?token=b4f7",
            },
        }),
    );
}
