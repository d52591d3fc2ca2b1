//! What begins a payment at the gateways that are described as data: the exact form, link or body.
//! Expected signatures were made apart from this library, by Python's hashlib over the texts that the
//! gateways' documents give.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::{Arc, Mutex};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Error, Kind};
use serde_json::{Value, json};

/// URL, headers and body of each request.
type Sent = Arc<Mutex<Vec<(String, Vec<(String, String)>, String)>>>;

/// Answers every request with one text.
struct Answer(&'static str, Sent);

impl Transport for Answer {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let headers = request.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.clone())).collect();
        let body = String::from_utf8(request.body.clone()).unwrap();
        self.1.lock().unwrap().push((request.url.clone(), headers, body));
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: self.0.as_bytes().to_vec() })
    }
}

fn create(
    settings: &Value,
    change: Value,
    answer: &'static str,
) -> (Result<kopeck::Fields, Error>, Sent) {
    let mut settings = settings.clone();
    settings["gateway"] = "declared".into();
    let sent = Sent::default();
    let answer = Answer(answer, Arc::clone(&sent));
    let client = Client::over(settings.as_object().unwrap(), Box::new(answer)).unwrap();
    let mut order = json!({
        "order_number": "1001-1", "amount": "100.00", "currency": "RUB",
        "return_url": "https://shop.example/ok", "description": "Заказ 1001",
        "language": "ru", "customer": { "email": "buyer@example.com" },
    });
    order.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    (client.call("create_payment", order.as_object().unwrap()), sent)
}

/// The action of a payment for which nothing is called.
fn action(settings: &Value, change: Value) -> Value {
    let number = change.get("order_number").cloned().unwrap_or_else(|| "1001-1".into());
    let (payment, sent) = create(settings, change, "");
    let payment = payment.unwrap();
    assert!(sent.lock().unwrap().is_empty(), "something was called");
    assert_eq!((&payment["id"], &payment["order_number"]), (&number, &number));
    assert_eq!(payment["gateway"], settings["descriptor"]);
    payment["action"].clone()
}

fn refused(settings: &Value, change: Value, field: &str) {
    let (reply, sent) = create(settings, change.clone(), "");
    let error = reply.err().unwrap_or_else(|| panic!("{change} passes"));
    assert_eq!(
        (error.kind, error.field.as_deref()),
        (Kind::InvalidRequest, Some(field)),
        "{change}"
    );
    assert!(sent.lock().unwrap().is_empty(), "{change}");
}

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
    assert_eq!(sent[0].0, "https://securepay.tinkoff.ru/v2/Init");
    // The values in the order of their names: 10000 Заказ 1001 .../no .../notify 1001-1
    // tbank-password .../ok Terminal
    let body = r#"{"TerminalKey":"Terminal","Amount":10000,"OrderId":"1001-1","Description":"Заказ 1001","SuccessURL":"https://shop.example/ok","FailURL":"https://shop.example/no","NotificationURL":"https://shop.example/notify","DATA":{"Email":"buyer@example.com"},"Token":"1eedfa0ae3ae0e364f44c8e91c793703477902132bf1c20120c8ccc51f7b133b"}"#;
    assert_eq!(sent[0].2, body);
    assert_eq!((&payment["id"], &payment["status"]), (&json!("700"), &json!("created")));
    assert_eq!(payment["action"]["url"], "https://securepay.tinkoff.ru/new/abc");

    let fault = |answer| create(&shop, order.clone(), answer).0.unwrap_err();
    let no = fault(r#"{"Success":false,"ErrorCode":"9999","Message":"Неверные параметры."}"#);
    assert_eq!(no.kind, Kind::Refused);
    for (answer, kind) in [
        (answer.replace("10000", "100"), Kind::Mismatch),
        (answer.replace("1001-1", "1001-2"), Kind::Mismatch),
        (answer.replace("securepay.tinkoff.ru", "tinkoff.ru.example"), Kind::OutcomeUnknown),
        (answer.replace(r#""PaymentId":"700","#, ""), Kind::OutcomeUnknown),
    ] {
        let error = fault(Box::leak(answer.clone().into_boxed_str()));
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
    assert_eq!(sent[0].0, "https://api.enot.io/invoice/create");
    assert!(sent[0].1.contains(&("x-api-key".to_owned(), "enot-key".to_owned())));
    let body = r#"{"amount":100.00,"order_id":"1001-1","currency":"RUB","shop_id":"shop","comment":"Заказ 1001","fail_url":"https://shop.example/ok","success_url":"https://shop.example/ok","hook_url":"https://shop.example/notify","expire":300}"#;
    assert_eq!(sent[0].2, body);
    assert_eq!(
        (&payment["id"], &payment["action"]["type"]),
        (&json!("a3e9ff6f"), &json!("redirect"))
    );
    assert_eq!(payment["action"]["url"], "https://pay.enot.io/invoice/a3e9ff6f");

    let no = create(&shop, order, r#"{"status":401,"status_check":false,"error":"no"}"#).0;
    assert_eq!(no.unwrap_err().kind, Kind::Refused);
}

/// Both writings of a space in a query are one; `:` and `/` stand in it as they are.
fn spaces(link: &Value) -> String {
    link.as_str().unwrap().replace('+', "%20")
}
