//! The core against the sandbox over real HTTP: the whole story, then each way in which an exchange
//! can go wrong with the kind that must come of it. C and Python run the same list.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use kopeck::{Client, Error, Fields, Kind};
use serde_json::{Value, json};

/// One sandbox for all tests of this file; each test has orders of its own.
struct Sandbox {
    _child: Child,
    origin: String,
}

fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let program = std::env::var("KOPECK_SANDBOX").unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/kopeck-sandbox").to_owned()
        });
        let mut child = Command::new(&program)
            .args(["--listen", "127.0.0.1:0", "--until-stdin-closes", "--retry-pause-ms", "200"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}; build it with `make build`"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let origin = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Sandbox { _child: child, origin }
    })
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap()
}

fn client(extra: Value) -> Client {
    let mut settings = fields(json!({
        "gateway": "rbs",
        "base_url": format!("{}/payment", sandbox().origin),
        "user_name": "test_user",
        "password": "test_user_password",
        "timeouts": { "total_ms": 700 },
    }));
    settings.extend(fields(extra));
    Client::new(&settings).unwrap()
}

fn number() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("R-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn create(client: &Client, number: &str) -> Result<Fields, Error> {
    client.call(
        "create_payment",
        &fields(json!({
            "order_number": number, "amount": "100.00", "currency": "RUB",
            "return_url": "https://shop.example/return",
        })),
    )
}

fn post(path: &str, body: Value) -> Value {
    let url = format!("{}{path}", sandbox().origin);
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let text = agent.post(url).send(body.to_string()).unwrap().body_mut().read_to_string();
    serde_json::from_str(&text.unwrap()).unwrap()
}

fn pay(id: &str, pan: &str) {
    post(&format!("/sandbox/orders/{id}/act"), json!({ "do": "pay", "pan": pan }));
}

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields[name].as_str().unwrap_or_else(|| panic!("{name} is {}", fields[name]))
}

const GOOD: &str = "4111111111111111";

#[test]
fn a_payment_from_registration_to_refund() {
    let client = client(json!({}));
    let number = number();
    let created = create(&client, &number).unwrap();
    let id = text(&created, "id").to_owned();
    assert!(created["action"]["url"].as_str().unwrap().contains(&id));

    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let confirm = fields(json!({ "id": id, "expect": expect }));
    assert_eq!(client.call("confirm", &confirm).unwrap()["status"], "created");
    pay(&id, GOOD);
    let paid = client.call("confirm", &confirm).unwrap();
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "100.00"));
    assert_eq!(paid["checked"], json!(["order_number", "currency", "amount"]));

    let refund = |refund_id: &str, amount: &str| {
        let before = json!({ "captured": "100.00", "refunded": "0.00" });
        client.call(
            "refund",
            &fields(json!({ "id": id, "amount": amount, "currency": "RUB",
                            "refund_id": refund_id, "before": before })),
        )
    };
    let back = refund("r-1", "30.00").unwrap();
    assert_eq!((text(&back, "status"), text(&back, "refunded")), ("partially_refunded", "30.00"));
    assert_eq!((text(&back, "captured"), &back["refunds"][0]["id"]), ("100.00", &json!("r-1")));
    // The same refund again gives nothing back again; another one on stale amounts is refused.
    assert_eq!(refund("r-1", "30.00").unwrap()["refunded"], "30.00");
    assert!(refund("r-2", "30.00").is_err());
    let after = client.call("payment_status", &fields(json!({ "id": id }))).unwrap();
    assert_eq!(text(&after, "refunded"), "30.00");
}

#[test]
fn a_hold_is_captured_in_part_or_released() {
    let client = client(json!({}));
    let hold = || {
        let fields = fields(json!({
            "order_number": number(), "amount": "100.00", "currency": "RUB", "hold": true,
            "return_url": "https://shop.example/return",
        }));
        let id = text(&client.call("create_payment", &fields).unwrap(), "id").to_owned();
        pay(&id, GOOD);
        id
    };
    let id = hold();
    let status = client.call("payment_status", &fields(json!({ "id": id }))).unwrap();
    assert_eq!((text(&status, "status"), text(&status, "authorized")), ("authorized", "100.00"));
    let capture = |amount: &str| {
        client.call("capture", &fields(json!({ "id": id, "amount": amount, "currency": "RUB" })))
    };
    let error = capture("200.00").unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "amount_exceeded"));
    let taken = capture("60.00").unwrap();
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "60.00"));
    let error = capture("10.00").unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));

    let id = hold();
    let released = client.call("cancel", &fields(json!({ "id": id }))).unwrap();
    assert_eq!(text(&released, "status"), "cancelled");
}

#[test]
fn refusals_have_their_words() {
    let known = client(json!({}));
    let number = number();
    let id = text(&create(&known, &number).unwrap(), "id").to_owned();
    let error = create(&known, &number).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "duplicate_order"));
    assert_eq!((error.code.as_deref(), error.advice), (Some("1"), "ask_status"));

    let stranger = client(json!({ "password": "wrong" }));
    let error = stranger.call("payment_status", &fields(json!({ "id": id }))).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
    let checks = stranger.call("check_settings", &Fields::new()).unwrap();
    assert_eq!(checks["ok"], false);
    assert_eq!(known.call("check_settings", &Fields::new()).unwrap()["ok"], true);

    let nobody = "00000000-0000-0000-0000-000000000001";
    let capture = fields(json!({ "id": nobody, "amount": "1.00", "currency": "RUB" }));
    let error = known.call("capture", &capture).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Refused, "order_not_found"));
    let status = known.call("payment_status", &fields(json!({ "id": nobody }))).unwrap();
    assert_eq!(text(&status, "status"), "not_found");

    pay(&id, "5168494895055780"); // refused by the bank: a status, not an error
    let status = known.call("payment_status", &fields(json!({ "id": id }))).unwrap();
    assert_eq!(text(&status, "status"), "created");
    assert_eq!(status["last_attempt"]["reason"], "three_ds_failed");
}

/// What each fault must be called, on a write and on a read.
const FAULTS: &[(&str, Kind, Kind)] = &[
    ("refuse", Kind::OutcomeUnknown, Kind::NotDone), // reset while the request is on its way
    ("drop_before", Kind::OutcomeUnknown, Kind::NotDone),
    ("drop_after", Kind::OutcomeUnknown, Kind::NotDone),
    ("reset_after", Kind::OutcomeUnknown, Kind::NotDone),
    ("hang", Kind::OutcomeUnknown, Kind::NotDone),
    ("half", Kind::OutcomeUnknown, Kind::NotDone),
    ("half_unframed", Kind::OutcomeUnknown, Kind::NotDone),
    ("cut_json", Kind::OutcomeUnknown, Kind::NotDone),
    ("empty", Kind::OutcomeUnknown, Kind::NotDone),
    ("garbage", Kind::OutcomeUnknown, Kind::NotDone),
    ("not_http", Kind::OutcomeUnknown, Kind::NotDone),
    ("status_500", Kind::OutcomeUnknown, Kind::NotDone),
    ("status_502", Kind::OutcomeUnknown, Kind::NotDone),
    ("status_503", Kind::OutcomeUnknown, Kind::NotDone),
    ("status_429", Kind::OutcomeUnknown, Kind::NotDone),
    ("redirect", Kind::NotDone, Kind::NotDone),
];

#[test]
fn every_fault_is_called_by_its_right_name() {
    for (fault, on_write, on_read) in FAULTS {
        let client = client(json!({}));
        let number = number();
        // A read is repeated once on a fresh connection when a pooled one goes silent: twice.
        let arm = |method: &str, times: u32, body: String| {
            let armed = json!({ "match": method, "fault": fault, "times": times, "body": body, "hang_ms": 3000 });
            post("/sandbox/faults", armed);
        };
        arm("register.do", 1, format!("orderNumber={number}"));
        let error = create(&client, &number).unwrap_err();
        assert_eq!(error.kind, *on_write, "{fault} on a write: {error}");
        assert_eq!(error.may_have_happened, *on_write == Kind::OutcomeUnknown, "{fault}");

        let client = self::client(json!({}));
        let id = text(&create(&client, &self::number()).unwrap(), "id").to_owned();
        arm("getOrderStatusExtended.do", 2, format!("orderId={id}"));
        let error = client.call("payment_status", &fields(json!({ "id": id }))).unwrap_err();
        assert_eq!(error.kind, *on_read, "{fault} on a read: {error}");
        assert!(!error.may_have_happened, "{fault} on a read");
    }
}

#[test]
fn nobody_listening_is_not_done() {
    let config = {
        let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
        let url = format!("{}/sandbox/config", sandbox().origin);
        let text = agent.get(url).call().unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let refused = config["refused_url"].as_str().unwrap();
    let client = client(json!({ "base_url": format!("{refused}/payment") }));
    let error = create(&client, &number()).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "connection_refused"));
}

#[test]
fn a_lost_registration_is_settled_without_a_second_payable_page() {
    let client = client(json!({}));
    for fault in ["drop_before", "drop_after"] {
        let number = number();
        let armed = json!({ "match": "register.do", "fault": fault, "body": format!("orderNumber={number}") });
        post("/sandbox/faults", armed);
        assert_eq!(create(&client, &number).unwrap_err().kind, Kind::OutcomeUnknown);
        let settle = fields(json!({
            "operation": "create_payment",
            "create": { "order_number": number, "amount": "100.00", "currency": "RUB",
                        "return_url": "https://shop.example/return" },
            "sent_at": "2026-01-01T00:00:00Z",
        }));
        let settled = client.call("settle", &settle).unwrap();
        let expected = if fault == "drop_before" { "done" } else { "need_new_number" };
        assert_eq!(settled["verdict"], expected, "{fault}");
    }
}

#[test]
fn a_lost_refund_is_never_given_twice() {
    let client = client(json!({}));
    let number = number();
    let id = text(&create(&client, &number).unwrap(), "id").to_owned();
    pay(&id, GOOD);
    let before = json!({ "captured": "100.00", "refunded": "0.00" });
    let refund = json!({ "id": id, "amount": "40.00", "currency": "RUB", "refund_id": "r-1", "before": before });
    let armed =
        json!({ "match": "refund.do", "fault": "drop_after", "body": format!("orderId={id}") });
    post("/sandbox/faults", armed);
    let error = client.call("refund", &fields(refund.clone())).unwrap_err();
    assert_eq!(error.kind, Kind::OutcomeUnknown);
    let mut settle = fields(refund);
    settle.insert("operation".into(), "refund".into());
    settle.insert("sent_at".into(), "2026-01-01T00:00:00Z".into());
    let settled = client.call("settle", &settle).unwrap();
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["refunded"]),
        ("done", &json!("40.00"))
    );

    // A refund from the cabinet beside a lost one that never arrived: a person must look.
    let act = json!({ "do": "refund", "amount": 1000 });
    post(&format!("/sandbox/orders/{id}/act"), act);
    let mut other = settle.clone();
    other.insert("refund_id".into(), "r-2".into());
    other.insert("before".into(), json!({ "captured": "100.00", "refunded": "40.00" }));
    assert_eq!(client.call("settle", &other).unwrap()["verdict"], "review");
}

#[test]
fn one_client_serves_many_threads() {
    let client = client(json!({ "timeouts": { "total_ms": 20000 } }));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let number = number();
                    let created = create(&client, &number).unwrap();
                    assert_eq!(created["order_number"], json!(number));
                }
            });
        }
    });
}
