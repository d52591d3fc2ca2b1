//! How a payment begins by the built-in descriptors, to the byte: what leaves was computed beside the
//! engine, by Python's hashlib. The other half of the gateways: `declared_create.rs`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::{Arc, Mutex};

use kopeck::Client;
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use serde_json::{Map, Value, json};

/// Answers with the replies in their order, and notes what was sent.
struct Script {
    replies: Vec<String>,
    sent: Arc<Mutex<Vec<Value>>>,
}

impl Transport for Script {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let mut sent = self.sent.lock().unwrap();
        let reply = self.replies[sent.len()].clone();
        let mut seen = json!({
            "method": request.method,
            "url": request.url,
            "body": String::from_utf8(request.body.clone()).unwrap(),
        });
        for (name, value) in &request.headers {
            if matches!(name.as_ref(), "authorization" | "x-request-id") {
                seen[name.as_ref()] = value.as_str().into();
            }
        }
        sent.push(seen);
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Ok(HttpResponse { status: 200, headers, body: reply.into_bytes() })
    }
}

/// The order, with what differs from it in one case.
fn order(other: Value) -> Map<String, Value> {
    let order = json!({
        "order_number": "A-1001", "amount": "1547.30", "currency": "RUB",
        "description": "Заказ №1/а", "return_url": "https://shop.example/return",
        "customer": {
            "email": "buyer@example.com", "phone": "+79000000000", "name": "Иванов", "id": "u1",
        },
    });
    let mut order = order.as_object().unwrap().clone();
    order.extend(other.as_object().unwrap().clone());
    order
}

/// Creates the payment and compares what left, its id and its action.
fn check(settings: Value, other: Value, sent: Value, replies: &[&str], expected: Value) {
    let order = order(other);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let replies = replies.iter().map(|reply| (*reply).to_owned()).collect();
    let script = Script { replies, sent: Arc::clone(&seen) };
    let client = Client::over(settings.as_object().unwrap(), Box::new(script)).unwrap();
    let payment = client.call("create_payment", &order).unwrap();
    assert_eq!(Value::from(seen.lock().unwrap().clone()), sent);
    let mut action: Map<String, Value> = payment["action"].as_object().unwrap().clone();
    action.retain(|_, value| !value.is_null());
    assert_eq!(json!({ "id": payment["id"], "action": action }), expected);
    for (name, expected) in
        [("gateway", &settings["descriptor"]), ("order_number", &order["order_number"])]
    {
        assert_eq!(&payment[name], expected);
    }
    assert_eq!((&payment["status"], &payment["amount"]), (&json!("created"), &order["amount"]));
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
fn interkassa_sha256_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "interkassa", "clock": "2026-05-14T10:00:00Z",
            "config": { "co_id": "co1", "digest": "sha256" },
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
                    "ik_cur": "UAH", "ik_desc": "Заказ №1/а",
                    "ik_sign": "wmXFZqXfswoqSoAO+JwlE+bwfczHKwh/WksUaSRX1A8=",
                },
                "link": "https://sci.interkassa.com/?ik_co_id=co1&ik_pm_no=A-1001&ik_am=1547.30&ik_cur=UAH&ik_desc=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%84%961/%D0%B0&ik_sign=wmXFZqXfswoqSoAO%2BJwlE%2BbwfczHKwh/WksUaSRX1A8%3D",
            },
        }),
    );
}

#[test]
fn interkassa_md5_begins_as_computed() {
    check(
        json!({
            "gateway": "declared", "descriptor": "interkassa", "clock": "2026-05-14T10:00:00Z",
            "config": { "co_id": "co1", "digest": "md5" },
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
                    "ik_cur": "UAH", "ik_desc": "Заказ №1/а",
                    "ik_sign": "Z97yzsEunoFyiVouupozcQ==",
                },
                "link": "https://sci.interkassa.com/?ik_co_id=co1&ik_pm_no=A-1001&ik_am=1547.30&ik_cur=UAH&ik_desc=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%20%E2%84%961/%D0%B0&ik_sign=Z97yzsEunoFyiVouupozcQ%3D%3D",
            },
        }),
    );
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
