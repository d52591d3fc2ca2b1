//! How IntellectMoney's requests leave: every method, both forms of a body; and its token.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use kopeck::clock::FixedClock;
use kopeck::http::{Effect, HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Fields, Host, Kind};
use serde_json::{Value, json};

/// What left.
struct Sent {
    path: String,
    headers: Vec<(std::borrow::Cow<'static, str>, String)>,
    body: String,
    effect: Effect,
}

impl Sent {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Answers with one text after the other, the last one for ever.
struct Script {
    answers: Vec<String>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Transport for Script {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let mut sent = self.sent.lock().unwrap();
        let answer = self.answers.get(sent.len()).or(self.answers.last()).unwrap();
        sent.push(Sent {
            path: request.url.split_once("/intellectmoney/").unwrap().1.to_owned(),
            headers: request.headers.clone(),
            body: String::from_utf8(request.body.clone()).unwrap(),
            effect: request.effect,
        });
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: answer.as_bytes().to_vec() })
    }
}

type Seen = Arc<Mutex<Vec<Sent>>>;

fn client(change: Value, answers: &[&str]) -> (Client, Seen) {
    let mut settings = json!({
        "gateway": "intellectmoney", "base_url": "http://127.0.0.1:9/intellectmoney",
        "eshop_id": "450001", "secret_key": "mySecret", "bearer_token": "bearer",
        "sign_secret_key": "signKey", "login": "myLogin", "personal_password": "myPassword",
        "p2p_form_key": "formKey", "card_data": "allowed",
    });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let sent = Seen::default();
    let answers = answers.iter().map(|text| (*text).to_owned()).collect();
    let script = Script { answers, sent: Arc::clone(&sent) };
    (Client::over(settings.as_object().unwrap(), Box::new(script)).unwrap(), sent)
}

/// Every native operation, with a value for each of its parameters.
fn whole() -> Vec<(String, Fields)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/intellectmoney");
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().ends_with("_whole.json") {
            let vector: Value =
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let fields = vector["fields"].as_object().unwrap().clone();
            let operation = vector["operation"].as_str().unwrap();
            if operation.starts_with("intellectmoney.") {
                all.push((operation.to_owned(), fields));
            }
        }
    }
    all
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The portal's samples have a form below a JSON label, a defect of the documents' generator.
#[test]
fn a_body_is_always_what_its_label_says() {
    for (body, label) in [("form", FORM), ("json", "application/json")] {
        let mut methods = 0;
        for (operation, fields) in whole() {
            let (client, sent) = client(json!({ "body": body }), &["{}"]);
            let _ = client.call(&operation, &fields);
            for sent in sent.lock().unwrap().iter() {
                methods += 1;
                assert_eq!(sent.header("content-type"), Some(label), "{operation}");
                assert_eq!(sent.header("accept"), Some("application/json"), "{operation}");
                let json: Option<Value> = serde_json::from_str(&sent.body).ok();
                assert_eq!(json.is_some(), body == "json", "{operation}: {}", sent.body);
                let flat = |value: &Value| !value.is_object() && !value.is_array();
                let object = json.as_ref().and_then(Value::as_object);
                assert!(object.is_none_or(|fields| fields.values().all(flat)), "{operation}");
            }
        }
        assert_eq!(methods, 24, "{body}");
    }
}

#[test]
fn what_reads_and_what_writes() {
    let reads = [
        "merchant/getBankCardPaymentState",
        "merchant/getPurchaseInfo",
        "personal/user/getUserToken",
        "personal/payment/getInvoicesHistory",
        "personal/payment/getPaymentsHistory",
        "personal/payment/getAccountData",
        "personal/scheduler/getScheduledOperationData",
        "personal/payout/getOperationState",
        "p2p/CheckPay",
    ];
    for (operation, fields) in whole() {
        let (client, sent) = client(json!({}), &["{}"]);
        let _ = client.call(&operation, &fields);
        for sent in sent.lock().unwrap().iter() {
            let read = reads.contains(&sent.path.as_str());
            assert_eq!(sent.effect == Effect::Read, read, "{}", sent.path);
        }
    }
}

const TOKEN: &str =
    r#"{"OperationState":{"Code":0},"Result":{"State":{"Code":0},"UserToken":"T"}}"#;
const LIST: &str =
    r#"{"OperationState":{"Code":0},"Result":{"State":{"Code":0},"InvoicesHistoryList":[]}}"#;
const DEAD: &str = r#"{"OperationState":{"Code":0},"Result":{"State":{"Code":2,"Desc":"no"}}}"#;

fn history(client: &Client, now: &str) -> Result<Fields, kopeck::Error> {
    let clock = FixedClock::new(kopeck::clock::parse(now).unwrap());
    let fields = json!({ "Take": 1 });
    let host = Host { clock: &clock, log: None };
    client.call_in(&host, "intellectmoney.getInvoicesHistory", fields.as_object().unwrap())
}

fn paths(sent: &Seen) -> String {
    let sent = sent.lock().unwrap();
    let last = |sent: &Sent| sent.path.rsplit('/').next().unwrap().to_owned();
    sent.iter().map(last).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_token_is_kept_for_a_while() {
    let (client, sent) = client(json!({}), &[TOKEN, LIST, LIST, TOKEN, LIST]);
    for now in ["10:00:00", "10:04:59", "10:05:00"] {
        history(&client, &format!("2026-01-31T{now}Z")).unwrap();
    }
    let expected = "getUserToken getInvoicesHistory getInvoicesHistory getUserToken \
                    getInvoicesHistory";
    assert_eq!(paths(&sent), expected);
}

#[test]
fn a_token_is_not_kept_where_the_settings_say_so() {
    let change = json!({ "assumptions": { "user_token_kept_s": 0 } });
    let (client, sent) = client(change, &[TOKEN, LIST, TOKEN, LIST]);
    history(&client, "2026-01-31T10:00:00Z").unwrap();
    history(&client, "2026-01-31T10:00:00Z").unwrap();
    assert_eq!(paths(&sent), "getUserToken getInvoicesHistory getUserToken getInvoicesHistory");
}

#[test]
fn a_token_that_is_refused_is_dropped() {
    let (client, sent) = client(json!({}), &[TOKEN, LIST, DEAD, TOKEN, LIST]);
    history(&client, "2026-01-31T10:00:00Z").unwrap();
    let error = history(&client, "2026-01-31T10:00:01Z").unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
    history(&client, "2026-01-31T10:00:02Z").unwrap();
    let expected = "getUserToken getInvoicesHistory getInvoicesHistory getUserToken \
                    getInvoicesHistory";
    assert_eq!(paths(&sent), expected);
}

#[test]
fn a_given_token_is_used_as_it_is() {
    let (client, sent) = client(json!({}), &[LIST]);
    let fields = json!({ "UserToken": "mine", "Take": 1 });
    client.call("intellectmoney.getInvoicesHistory", fields.as_object().unwrap()).unwrap();
    let sent = sent.lock().unwrap();
    assert!(sent[0].body.starts_with("UserToken=mine&Take=1&EshopId=450001"), "{}", sent[0].body);
    assert!(!sent[0].body.contains("ash="), "the Personal API has no Hash: {}", sent[0].body);
}
