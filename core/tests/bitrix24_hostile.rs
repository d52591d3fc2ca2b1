//! What anybody may post to the portal's handlers, and replies of a portal that are broken in every place:
//! nothing panics, nobody is asked before the secret is proven, and nothing is called paid that is not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kopeck::clock::FixedClock;
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Error, Fields, Host, Kind};
use serde_json::{Value, json};

const SECRET: &str = "s3rv1ce-key-0001";
const TOKEN: &str = "51856fefc120afa4b628cc82d3935cce";

/// Answers `crm.item.payment.get` in turn, the last one for ever, and takes every other call.
struct Odd {
    answers: Vec<String>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Transport for Odd {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let method = request.url.rsplit('/').next().unwrap().to_owned();
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|one| **one == method).count();
        let body = match method.as_str() {
            "crm.item.payment.get" => self.answers[before.min(self.answers.len() - 1)].clone(),
            "sale.payment.get" => r#"{"error":200640400001,"error_description":""}"#.to_owned(),
            _ => r#"{"result":true}"#.to_owned(),
        };
        asked.push(method);
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: body.into_bytes() })
    }
}

fn call(
    operation: &str,
    given: &Value,
    answers: Vec<String>,
) -> (Result<Fields, Error>, Vec<String>) {
    let settings = json!({
        "service": "bitrix24", "webhook_url": "https://portal.test/rest/1/abcdef0123456789/",
        "checkout_secret": SECRET, "application_token": TOKEN,
    });
    let asked = Arc::new(Mutex::new(Vec::new()));
    let odd = Odd { answers, asked: Arc::clone(&asked) };
    let client = Client::over(settings.as_object().unwrap(), Box::new(odd)).unwrap();
    let clock = FixedClock::new(kopeck::clock::parse("2026-01-31T10:00:00Z").unwrap());
    let host = Host { clock: &clock, log: None };
    let result = client.call_in(&host, operation, given.as_object().unwrap());
    let asked = asked.lock().unwrap().clone();
    (result, asked)
}

/// The portal's payment with everything that a portal tells of it.
fn whole(paid: &str) -> Value {
    json!({ "result": {
        "id": 15, "accountNumber": "3653/1", "paid": paid, "datePaid": null, "empPaidId": null,
        "paySystemId": 9, "sum": 1700, "currency": "RUB", "paySystemName": "ExamplePay",
    }, "time": { "start": 1_778_747_192 } })
}

fn checkout() -> String {
    format!(
        "serviceKey={SECRET}&serviceid=42&BX_SYSTEM_PARAMS%5BRETURN_URL%5D=https%3A%2F%2Fp.test%2F\
         &BX_SYSTEM_PARAMS%5BPAYSYSTEM_ID%5D=9&BX_SYSTEM_PARAMS%5BPAYMENT_ID%5D=15\
         &BX_SYSTEM_PARAMS%5BSUM%5D=1700&BX_SYSTEM_PARAMS%5BCURRENCY%5D=RUB"
    )
}

fn event() -> String {
    format!(
        "event=ONCRMDYNAMICITEMUPDATE&event_handler_id=5&data[FIELDS][ID]=24\
         &data[FIELDS][ENTITY_TYPE_ID]=1220&ts=1723538517&auth[domain]=portal.test\
         &auth[client_endpoint]=https%3A%2F%2Fportal.test%2Frest%2F&auth[application_token]={TOKEN}"
    )
}

fn posted(body: &[u8], kind: &str) -> Value {
    json!({
        "method": "POST", "headers": { "content-type": kind }, "body_base64": STANDARD.encode(body),
    })
}

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// Cuts, doubles, swaps and replaces pieces.
fn spoilt(text: &str, dice: &mut Dice) -> Vec<u8> {
    const PIECES: [&[u8]; 14] = [
        b"[",
        b"]",
        b"[]",
        b"&",
        b"=",
        b"%",
        b"%00",
        b"%FF",
        b"\xff\xfe",
        b"+",
        b"a[b]=1&a=2&",
        b"\0",
        b"{",
        b"[[[[[[[[[[[[[[[[",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.up_to(3) {
        let at = dice.up_to(bytes.len());
        match dice.up_to(4) {
            0 => bytes.truncate(at.max(1)),
            1 => drop(bytes.splice(at..at, PIECES[dice.up_to(PIECES.len())].iter().copied())),
            2 => bytes[at] = u8::try_from(dice.up_to(256)).unwrap(),
            _ => {
                let end = at + dice.up_to(bytes.len() - at);
                let copy = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, copy));
            }
        }
    }
    bytes
}

#[test]
fn a_checkout_of_any_bytes_is_read_or_refused() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut untrusted) = (0, 0);
    for round in 0..6000 {
        let body = spoilt(&checkout(), &mut dice);
        let kind = ["", "application/x-www-form-urlencoded", "application/json"][round % 3];
        let (result, asked) =
            call("read_checkout", &posted(&body, kind), vec![whole("N").to_string()]);
        let shown = String::from_utf8_lossy(&body);
        match result {
            // Whatever else was changed: the secret was there, and the sum is the portal's.
            Ok(reply) => {
                assert!(shown.contains(SECRET), "{shown}");
                assert_eq!(
                    (&reply["amount"], &reply["payment_id"]),
                    (&json!("1700.00"), &json!(15))
                );
                assert!(!Value::Object(reply).to_string().contains(SECRET), "{shown}");
                read += 1;
            }
            Err(error) => {
                assert_ne!(error.kind, Kind::Internal, "{shown}: {error}");
                let answer = error.answer.as_ref().unwrap();
                assert_eq!(answer["status"], 200, "{shown}");
                assert!(answer["body"].as_str().unwrap().starts_with("{\"PAYMENT_ERRORS\":[\""));
                assert!(!Value::Object(error.to_fields()).to_string().contains(SECRET), "{shown}");
                if error.kind == Kind::Untrusted {
                    assert!(asked.is_empty(), "{shown}: {asked:?}");
                    untrusted += 1;
                }
            }
        }
        assert!(!asked.iter().any(|method| method.contains("pay.payment")), "{asked:?}");
    }
    assert!(read > 100 && untrusted > 1000, "{read} {untrusted}");
}

#[test]
fn an_event_of_any_bytes_is_read_or_untrusted() {
    let mut dice = Dice(0xd1b5_4a32_d192_ed03);
    let (mut read, mut untrusted) = (0, 0);
    for round in 0..6000 {
        let body = spoilt(&event(), &mut dice);
        let kind = ["", "application/x-www-form-urlencoded", "application/json"][round % 3];
        let (result, asked) = call("parse_event", &posted(&body, kind), vec![String::new()]);
        let shown = String::from_utf8_lossy(&body);
        assert!(asked.is_empty(), "{shown}");
        match result {
            Ok(reply) => {
                assert!(shown.contains(TOKEN), "{shown}");
                let endpoint = &reply["client_endpoint"];
                let known = endpoint.is_null()
                    || endpoint.as_str().unwrap().starts_with("https://portal.test/");
                assert!(known, "{shown}");
                assert!(!Value::Object(reply).to_string().contains(TOKEN), "{shown}");
                read += 1;
            }
            Err(error) => {
                assert_eq!(error.kind, Kind::Untrusted, "{shown}: {error}");
                assert!(!Value::Object(error.to_fields()).to_string().contains(TOKEN), "{shown}");
                untrusted += 1;
            }
        }
    }
    assert!(read > 100 && untrusted > 1000, "{read} {untrusted}");
}

/// JSON of what a place may hold in place of what it should.
fn odd_values() -> Vec<String> {
    let plain = [
        "null",
        "true",
        "false",
        "-1",
        "0",
        "0.5",
        "1e999999999",
        "1699.99",
        "1700.001",
        "\"\"",
        "\" \"",
        "[]",
        "{}",
        "[null]",
        "\"Y\"",
        "\"N\"",
        "\"y\"",
        "\"\\u0000\"",
        "\"NaN\"",
        "16",
        "\"15\"",
        "\"1,700\"",
        "\"USD\"",
        "\"rub\"",
        "340282366920938463463374607431768211456999999999999",
    ];
    let deep = "[".repeat(90) + &"]".repeat(90);
    plain.map(str::to_owned).into_iter().chain([deep, format!("{:?}", "x".repeat(9999))]).collect()
}

/// The payment with one field changed, or all of the envelope.
fn broken() -> Vec<(String, String)> {
    let names = ["id", "accountNumber", "paid", "paySystemId", "sum", "currency"];
    let mut all = Vec::new();
    for odd in odd_values() {
        for name in names {
            let mut reply = whole("N");
            reply["result"][name] = json!("@odd@");
            let text = reply.to_string().replacen("\"@odd@\"", &odd, 1);
            all.push((format!("{name} {}", odd.chars().take(40).collect::<String>()), text));
        }
        all.push((format!("result {}", odd.chars().take(40).collect::<String>()), {
            format!("{{\"result\":{odd}}}")
        }));
        all.push(("all".to_owned(), odd));
    }
    all
}

#[test]
fn a_payment_that_is_broken_anywhere_is_not_paid_for_something_else() {
    let settle = json!({
        "payment_id": 15, "pay_system_id": 9, "timeout_ms": 1,
        "payment": { "status": "paid", "captured": "1700.00", "currency": "RUB" },
    });
    for (what, odd) in broken() {
        let body = posted(checkout().as_bytes(), "");
        let (result, _) = call("read_checkout", &body, vec![odd.clone()]);
        match result {
            Ok(reply) => assert_eq!(reply["amount"], "1700.00", "{what}"),
            Err(error) => assert_ne!(error.kind, Kind::Internal, "{what}: {error}"),
        }
        // Before the call: it is made for the right sum alone. And whatever is read back, it is paid only
        // where the portal says so.
        let (result, asked) =
            call("settle_checkout", &settle, vec![odd.clone(), whole("Y").to_string()]);
        let called = asked.iter().any(|method| method == "sale.paysystem.pay.payment");
        let told: Value = serde_json::from_str(&odd).unwrap_or_default();
        let enough = told["result"]["currency"] == "RUB" && told["result"]["id"] != 16;
        assert!(!called || enough, "{what}");
        if let Err(error) = result {
            assert!(!called && error.kind != Kind::Internal, "{what}: {error}");
        }
        let (result, asked) = call("settle_checkout", &settle, vec![whole("N").to_string(), odd]);
        assert!(asked.iter().any(|method| method == "sale.paysystem.pay.payment"), "{what}");
        match result {
            Ok(reply) => {
                let says_paid = told["result"]["paid"] == "Y";
                assert_eq!(reply["paid"] == true, says_paid, "{what}");
                assert!(says_paid || reply["needs_attention"] == true, "{what}");
            }
            Err(error) => assert_eq!(error.kind, Kind::OutcomeUnknown, "{what}: {error}"),
        }
    }
}
