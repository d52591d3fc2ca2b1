//! Replies of IntellectMoney that are broken in every place: nothing panics, nothing of theirs leads
//! anywhere, and a write that left is never called undone.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::{Arc, Mutex};

use kopeck::clock::FixedClock;
use kopeck::http::{Effect, HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Error, Fields, Host, Kind};
use serde_json::{Value, json};

/// Answers each method with one text, and the same for those that have none.
struct Odd {
    answers: Vec<(&'static str, String)>,
    writes: Arc<Mutex<usize>>,
}

impl Transport for Odd {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        if request.effect == Effect::Write {
            *self.writes.lock().unwrap() += 1;
        }
        let known = self.answers.iter().find(|(name, _)| request.url.ends_with(name));
        let body = known.unwrap_or(&self.answers[0]).1.clone().into_bytes();
        Ok(HttpResponse { status: 200, headers: Vec::new(), body })
    }
}

fn call(
    operation: &str,
    fields: &Value,
    answers: Vec<(&'static str, String)>,
) -> (Result<Fields, Error>, usize) {
    let settings = json!({
        "gateway": "intellectmoney", "base_url": "http://127.0.0.1:9/intellectmoney",
        "eshop_id": "450001", "secret_key": "mySecret", "bearer_token": "bearerBearer",
        "sign_secret_key": "signKey", "login": "myLogin", "personal_password": "myPassword",
        "site_ip": "192.0.2.10", "refund_amount_field": "Amount",
    });
    let writes = Arc::new(Mutex::new(0));
    let odd = Odd { answers, writes: Arc::clone(&writes) };
    let client = Client::over(settings.as_object().unwrap(), Box::new(odd)).unwrap();
    let clock = FixedClock::new(kopeck::clock::parse("2026-01-31T10:00:00Z").unwrap());
    let host = Host { clock: &clock, log: None };
    let result = client.call_in(&host, operation, fields.as_object().unwrap());
    let writes = *writes.lock().unwrap();
    (result, writes)
}

/// A reply with everything that any method answers.
fn whole() -> Value {
    let money = |sum: &str| json!({ "Amount": sum, "Currency": "RUB" });
    json!({
        "OperationState": { "Code": 0, "Desc": "ok" },
        "OperationId": "6b6d8f5e-0d3b-4d0f-9c40-0d52a41d1a01",
        "EshopId": 450_001,
        "Result": {
            "State": { "Code": 0, "Desc": "ok", "ErrorSourceParam": "" },
            "InvoiceId": 3_000_000_001_u64, "PaymentWays": null, "UserToken": "T",
            "PaymentStep": "OK", "Form3DS": "https://qr.nspk.ru/A", "Rrn": "1", "RcCodeId": 1,
            "UniversalLink": "https://pay.mironline.ru/x", "DeepLink": "mirpay://x",
            "InvoicesHistoryList": [{
                "Id": 3_000_000_001_u64, "State": "Held", "EShopId": 450_001, "PurchaseOrderId": "A-1",
                "CreationDate": "2026-01-31 12:00:00", "ChangeDate": "2026-01-31 12:00:00",
                "Amount": money("100.00"), "CurrentAmount": money("100.00"),
                "HistoryList": [{
                    "Id": 1, "State": "Confirm", "CreationDate": "2026-01-31 12:00:00",
                    "PaymentAmount": money("100.00"), "RecipientAmount": money("100.00"),
                    "InvoicePaymentType": "Entry",
                }],
            }],
        },
    })
}

/// JSON of what a place may hold in place of what it should.
fn odd_values() -> Vec<String> {
    let deep = |open: &str, close: &str| open.repeat(90) + &close.repeat(90);
    [
        "null",
        "true",
        "-1",
        "0.5",
        "1e999999999",
        "-1e-999999999",
        "\"\"",
        "\" \"",
        "[]",
        "{}",
        "[null]",
        "[[1]]",
        "{\"Code\":{}}",
        "\"\\u0000\\ud83d\\ude00\"",
        "\"NaN\"",
        "\"9999-99-99 99:99:99\"",
        "\"<form>\"",
        "\"{\\\"a\\\":\"",
        "\"javascript:alert(1)\"",
        "340282366920938463463374607431768211456999999999999999999999999999999999",
        "\"340282366920938463463374607431768211456999999999.99\"",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([
        deep("[", "]"),
        deep("{\"a\":", "}").replace("{\"a\":}", "{}"),
        format!("{:?}", "x".repeat(9999)),
    ])
    .collect()
}

/// Every place of a value, as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), found));
        }
        Value::Array(list) => {
            (0..)
                .zip(list)
                .for_each(|(index, inner)| places(inner, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// The whole reply with one place changed, as text.
fn broken(place: &str, odd: &str) -> String {
    let mut reply = whole();
    *reply.pointer_mut(place).unwrap() = json!("@odd@");
    reply.to_string().replacen("\"@odd@\"", odd, 1)
}

fn operations() -> Vec<(&'static str, Value)> {
    let order =
        json!({ "id": "3000000001", "order_number": "A-1", "amount": "100.00", "currency": "RUB" });
    let with = |more: Value| {
        let mut fields = order.as_object().unwrap().clone();
        fields.extend(more.as_object().unwrap().clone());
        Value::Object(fields)
    };
    let create = |method: &str| {
        json!({
            "order_number": "A-1", "amount": "100.00", "currency": "RUB", "method": method,
            "return_url": "https://shop.example/r", "customer": { "email": "b@shop.test" },
            "timeout_ms": 1,
        })
    };
    let mut all = vec![
        ("payment_status", json!({ "id": "3000000001" })),
        ("capture", order.clone()),
        ("cancel", json!({ "id": "3000000001", "order_number": "A-1", "may_refund": true })),
        ("refund", with(json!({ "refund_id": "r" }))),
        ("check_settings", json!({})),
        ("intellectmoney.getBankCardPaymentState", json!({ "InvoiceId": "3000000001" })),
        ("intellectmoney.getInvoicesHistory", json!({ "Take": 1 })),
    ];
    all.extend(["page", "mir_pay"].map(|method| ("create_payment", create(method))));
    all
}

#[test]
fn a_reply_that_is_broken_anywhere_is_read_or_refused() {
    let mut all = Vec::new();
    places(&whole(), "", &mut all);
    for (operation, fields) in operations() {
        // The whole of it for one; the others share the way in.
        let some = if operation == "payment_status" { 1 } else { 3 };
        for (index, place) in all.iter().enumerate().filter(|(_, place)| !place.is_empty()) {
            for odd in odd_values().into_iter().skip(index % some).step_by(some) {
                let reply = broken(place, &odd);
                let (result, writes) = call(operation, &fields, vec![("", reply)]);
                let what =
                    || format!("{operation} {place} {}", odd.chars().take(60).collect::<String>());
                match result {
                    Ok(reply) => assert!(!printed(&Value::Object(reply)), "{}", what()),
                    Err(error) => {
                        assert!(writes == 0 || error.kind != Kind::NotDone, "{}: {error}", what());
                        assert_ne!(error.kind, Kind::Internal, "{}: {error}", what());
                        let shown = Value::Object(error.to_fields());
                        assert!(!printed(&shown), "{}", what());
                        assert!(shown["message"].as_str().unwrap().len() < 400, "{}", what());
                        let id = shown["request_id"].as_str().unwrap_or_default();
                        assert!(id.len() <= 64, "{}: {id}", what());
                    }
                }
            }
        }
    }
}

/// Whether a secret of the settings, or a place that nobody may be sent to, is in it.
fn printed(shown: &Value) -> bool {
    let text = shown.to_string();
    let secrets = ["mySecret", "bearerBearer", "signKey", "myPassword"];
    secrets.iter().any(|secret| text.contains(secret))
        || shown["action"]["url"] == "javascript:alert(1)"
}

/// What the gateway complains of is its word, not ours: short, and without what could be a card.
#[test]
fn a_complaint_is_cut_down() {
    let refused = |source: &str| {
        let reply = json!({
            "OperationState": { "Code": 0 }, "OperationId": "x y\n4111111111111111".repeat(99),
            "Result": { "State": { "Code": 7, "ErrorSourceParam": source } },
        });
        let fields = json!({ "InvoiceId": "3000000001" });
        let answers = vec![("", reply.to_string())];
        call("intellectmoney.getBankCardPaymentState", &fields, answers).0.unwrap_err()
    };
    let error = refused(&"Email4111111111111111".repeat(99));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "bad_value"));
    assert!(!error.message.contains("4111111111111111"), "{error}");
    assert!(error.message.len() < 100, "{error}");
    assert_eq!(error.request_id, None);
    assert!(refused("RecipientAmount").message.ends_with("does not accept recipientamount"));
}

#[test]
fn xml_that_is_broken_is_read_or_refused() {
    let state = |inner: &str| {
        format!(
            "<Response><OperationState><Code>0</Code></OperationState><Result><State><Code>0</Code>\
             </State>{inner}</Result></Response>"
        )
    };
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    let long = format!("<InvoiceId>{}</InvoiceId>", "9".repeat(100_000));
    for inner in [
        deep.as_str(),
        long.as_str(),
        "",
        "<InvoiceId/><PaymentStep/>",
        "<InvoiceId>1</InvoiceId><InvoiceId>2</InvoiceId>",
        "<PaymentStep><x>1</x></PaymentStep>",
        "<PaymentStep>OK</PaymentStep><PaymentStep>Error</PaymentStep>",
        "<UserToken>T</UserToken><PaymentStep>OK</PaymentStep><InvoicesHistoryList>x</InvoicesHistoryList>",
        "<UserToken>T</UserToken><PaymentStep>OK</PaymentStep><InvoicesHistoryList><I/><I/><J/></InvoicesHistoryList>",
        "<!-- ]]> --><PaymentStep>&#0;</PaymentStep>",
    ] {
        for (operation, fields) in operations() {
            let (result, writes) = call(operation, &fields, vec![("", state(inner))]);
            if let Err(error) = result {
                assert!(writes == 0 || error.kind != Kind::NotDone, "{operation}: {error}");
                assert_ne!(error.kind, Kind::Internal, "{operation}: {error}");
                assert!(error.message.len() < 400, "{operation}: {error}");
            }
        }
    }
}

/// Pieces of webhooks in any order: each is read or untrusted.
#[test]
fn a_webhook_of_any_bytes_is_untrusted() {
    let pieces = [
        "EshopId=450001",
        "OrderId=",
        "orderid=a",
        "RecipientAmount=1.00",
        "RecipientCurrency=RUB",
        "PaymentStatus=5",
        "Hash=",
        "Hash=%D0%96",
        "Hash=61620ea240928af649e44aaebb1c15dd",
        "%",
        "%ff%fe",
        "=",
        "==&=",
        "&",
        "\u{416}",
        "+",
        "SecretKey=mySecret",
        "UserName=%98%00",
        "PaymentData=a::b",
    ];
    let mut seed = 1_usize;
    for _ in 0..2000 {
        let body: Vec<&str> = (0..12)
            .map(|_| {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                pieces[(seed >> 33) % pieces.len()]
            })
            .collect();
        let fields = json!({
            "method": "POST", "body": body.join("&"),
            "headers": { "content-type": "application/x-www-form-urlencoded; charset=windows-1251" },
        });
        let (result, writes) = call("parse_notification", &fields, vec![("", String::new())]);
        let error = result.unwrap_err();
        assert_eq!((error.kind, writes), (Kind::Untrusted, 0), "{error}");
        let shown = Value::Object(error.to_fields());
        assert!(!printed(&shown), "{shown}");
    }
}
