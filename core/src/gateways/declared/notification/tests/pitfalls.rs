//! Faults of real shops' code, each of which must not be possible here.

use serde_json::{Value, json};

use super::{expect, failure, form, gateway, of, read, with};
use crate::gateways::declared::notification::tests::{open, unruled};

/// `order:amount:currency:status:key` in MD5.
fn recipe() -> Value {
    json!({
        "mark": "ours", "digest": "md5", "join": ":",
        "parts": [{ "field": "order" }, { "field": "amount" }, { "field": "currency" },
                  { "field": "status" }, { "secret": "key" }],
    })
}

const MISSING: (&str, &str) = ("Untrusted", "signature_missing");
const WRONG: (&str, &str) = ("Untrusted", "signature_mismatch");
const UNREADABLE: (&str, &str) = ("Untrusted", "unreadable");

/// An authentic one of 100 roubles.
const GENUINE: &str =
    "order=A-1&amount=100.00&currency=RUB&status=ok&id=7&sign=b1005649cbe25ee41d9af2ccbcaecb3a";

#[test]
fn p1_a_signature_that_was_taken_out_is_compared_with_nothing() {
    let gateway = gateway(json!({}), json!({ "hook": recipe() }));
    read(&gateway, &form(GENUINE), expect()).unwrap();
    let unsigned = GENUINE.split("&sign=").next().unwrap();
    for body in [unsigned.to_owned(), format!("{unsigned}&sign="), format!("{unsigned}&Sign=00")] {
        assert_eq!(failure(read(&gateway, &form(&body), expect())), MISSING, "{body}");
    }
    let null = r#"{"order":"A-1","amount":"100.00","currency":"RUB","status":"ok","sign":null}"#;
    assert_eq!(failure(read(&gateway, &form(null), expect())), MISSING);
    let list = format!("{unsigned}&sign[]=b1005649cbe25ee41d9af2ccbcaecb3a");
    assert_eq!(failure(read(&gateway, &form(&list), expect())), MISSING);
}

#[test]
fn p2_the_secret_of_requests_signs_no_notification() {
    let gateway = gateway(json!({}), json!({ "hook": recipe() }));
    let body =
        "order=A-1&amount=100.00&currency=RUB&status=ok&sign=be60287d261b9e189e9338ef5b9fbb94";
    assert_eq!(failure(read(&gateway, &form(body), expect())), WRONG);
}

#[test]
fn p3_an_amount_is_hashed_as_it_came() {
    let gateway = gateway(json!({}), json!({ "hook": recipe() }));
    for (amount, sign, cents) in [
        ("100.10", "5722a3a29f1bf2f53873af08c6051267", "100.10"),
        ("100.0", "5a8246f1e6cbb90572bae4bc60bbc16c", "100.00"),
        ("100", "ab1f83a42357d9a1032ab909b6e1c1f4", "100.00"),
        ("100.000000", "7a3b902609cbb9600ae5aa929a08c96d", "100.00"),
        // A double would not keep it.
        ("9999999999999.99", "775f327a2e72f801af766f995b67bc16", "9999999999999.99"),
    ] {
        let body = format!(
            r#"{{"order":"A-1","amount":{amount},"currency":"RUB","status":"ok","sign":"{sign}"}}"#
        );
        let told = read(&gateway, &form(&body), json!({})).unwrap();
        assert_eq!(of(&told.payment, "captured"), cents, "{amount}");
    }
    let reprinted = r#"{"order":"A-1","amount":100.10,"currency":"RUB","status":"ok","sign":"fe3a726cb6b87c8bdc242213438b1078"}"#;
    assert_eq!(failure(read(&gateway, &form(reprinted), expect())), WRONG);
}

#[test]
fn p4_the_gross_sum_is_compared_never_the_net_one() {
    let parts = json!([{ "field": "order" }, { "field": "gross" }, { "field": "net" }, { "secret": "key" }]);
    let recipe = json!({ "mark": "ours", "digest": "sha1", "join": "&", "parts": parts });
    let fields = json!({ "order_id": "order", "amount": "gross", "net": "net", "currency": { "value": "RUB" }, "status": { "value": "ok" } });
    let gateway = gateway(json!({ "fields": fields }), json!({ "hook": recipe }));
    let body = "order=A-1&gross=100.00&net=97.00&sign=1753cba6c9ba7afbda4e160b65a25e1e190dfc0d";
    let told = read(&gateway, &form(body), expect()).unwrap();
    assert_eq!((of(&told.payment, "captured"), of(&told.payment, "fee")), ("100.00", "3.00"));
    let body = "order=A-1&gross=97.00&net=100.00&sign=2dda6669d32fd35c371d6a9a4aba633c3ffe4ede";
    assert_eq!(failure(read(&gateway, &form(body), expect())), ("Mismatch", "amount"));
}

#[test]
fn p5_digests_that_look_like_numbers_are_not_equal() {
    let parts = json!([{ "secret": "key" }, { "field": "order" }, { "field": "amount" }]);
    let descriptor = json!({
        "schema": 1, "id": "sample", "title": "Sample", "date": "2026-11-22", "sources": ["-"],
        "secrets": { "key": "signs notifications" },
        "create": { "mark": "ours", "request": { "method": "POST", "url": "https://pay.sample.test/" } },
        "recipe": { "hook": { "mark": "ours", "digest": "md5", "parts": parts } },
        "notify": [with(super::kind(), json!({ "fields": {
            "order_id": "order", "amount": "amount", "currency": { "value": "RUB" } } }))],
    });
    let gateway = unruled(json!({ "descriptor": descriptor, "secrets": { "key": "240" } }));
    let body = |sign: &str| form(&format!("order=610&amount=708&sign={sign}"));
    // PHP's == takes both for zero: md5(240610708), and md5(QNKCDZO).
    read(&gateway, &body("0e462097431906509019562988736854"), json!({})).unwrap();
    let other = body("0e830400451993494058024219903391");
    assert_eq!(failure(read(&gateway, &other, json!({}))), WRONG);
}

#[test]
fn p6_separators_and_escapes_are_part_of_the_recipe() {
    let parts = json!([{ "json": "sorted-top", "without": ["sign"], "escape_slash": true }]);
    let recipe =
        json!({ "mark": "ours", "digest": "sha256", "hmac": "{secret.key}", "parts": parts });
    let gateway = gateway(json!({}), json!({ "hook": recipe }));
    let body = |sign: &str| {
        form(&format!(
            r#"{{"order":"A-1","url":"a/b","amount":"100.00","currency":"RUB","status":"ok","sign":"{sign}"}}"#
        ))
    };
    let right = r#"9afa4569a5555c55f510badf4d84cfebe4d45fbbadd761fbfbe06f9b4917b134"#;
    read(&gateway, &body(right), expect()).unwrap();
    for wrong in [
        r#"f439d670d079ae78899649ae330b3ac0cd8726acd10f4340a5692160a5816aef"#,
        r#"ea8832b530b75b37fd44991bde5f28a68aa77cc3bb5b71429ba46b057e0c071e"#,
        r#"eeda0b4b4ee8bce663442e418f15bbb58ef5d94e832d5436f3a94b36ae62b880"#,
    ] {
        assert_eq!(failure(read(&gateway, &body(wrong), expect())), WRONG);
    }
}

#[test]
fn p7_and_p16_no_address_stands_for_a_signature() {
    let listed = json!({ "addresses": ["127.0.0.1", "192.0.2.7"] });
    let gateway = gateway(listed, json!({ "hook": recipe() }));
    let unsigned = form(GENUINE.split("&sign=").next().unwrap());
    for name in ["x-forwarded-for", "x-real-ip", "forwarded", "remote-addr"] {
        for address in ["127.0.0.1", "192.0.2.7", "for=192.0.2.7"] {
            let sent = unsigned.clone().header(name, address);
            assert_eq!(failure(read(&gateway, &sent, expect())), MISSING, "{name} {address}");
        }
    }
    // Nor does another address take anything away.
    let sent = form(GENUINE).header("x-forwarded-for", "198.51.100.1");
    assert!(read(&gateway, &sent, expect()).unwrap().verified);
}

#[test]
fn p8_what_no_kind_is_for_is_not_paid() {
    let when = json!([{ "at": "method", "one_of": ["check", "pay"] }]);
    let gateway = gateway(json!({ "when": when }), json!({ "hook": recipe() }));
    let with_method = |method: &str| form(&format!("method={method}&{GENUINE}"));
    assert_eq!(read(&gateway, &with_method("pay"), expect()).unwrap().event, "paid");
    assert_eq!(failure(read(&gateway, &with_method("refund"), expect())), UNREADABLE);
    assert_eq!(failure(read(&gateway, &form(GENUINE), expect())), UNREADABLE);
    // And a word that the descriptor does not know is none that pays.
    let body = "method=pay&order=A-1&amount=100.00&currency=RUB&status=OK&sign=110bc5fd74c5797f26851fcc50d70e2b";
    let told = read(&gateway, &form(body), expect()).unwrap();
    assert_eq!((told.event, told.succeeded), ("unknown", None));
    assert_eq!(of(&told.payment, "status"), "unknown");
    assert_eq!(told.payment["captured"], Value::Null);
}

#[test]
fn p9_without_header_or_secret_nothing_is_believed() {
    let parts = json!([{ "raw": "body" }]);
    let recipe = json!({ "mark": "ours", "digest": "sha256", "hmac": "{secret.key}", "encode": "base64", "parts": parts });
    let place = json!([{ "recipe": "hook", "header": "X-Signature" }]);
    let gateway = gateway(json!({ "signature": place }), json!({ "hook": recipe }));
    let body = "order=A-1&amount=100.00&currency=RUB&status=ok";
    let right = "N02IUMWBEoY4b9zIPC/sterKzs0uzmHag0BtWfHwu88=";
    assert!(read(&gateway, &form(body).header("x-signature", right), expect()).unwrap().verified);
    assert_eq!(failure(read(&gateway, &form(body), expect())), MISSING);
    assert_eq!(failure(read(&gateway, &form(body).header("x-signature", ""), expect())), MISSING);
    // What the sender calls a header in the body is none.
    let inside = format!("{body}&X-Signature={right}");
    assert_eq!(failure(read(&gateway, &form(&inside), expect())), MISSING);
    let malformed = form(body).header("x-signature", "right!");
    let expected = ("Untrusted", "signature_malformed");
    assert_eq!(failure(read(&gateway, &malformed.header("x-other", right), expect())), expected);
    let no_key = "Vwpkr2HJ/mgq5r+4RndRu8z+n7f/KQDyBrYpG09hzsQ=";
    assert_eq!(failure(read(&gateway, &form(body).header("x-signature", no_key), expect())), WRONG);
    let secrets = json!({ "api_key": "k", "webhook_secret": "" });
    let error = open(json!({ "descriptor": "examplepay", "secrets": secrets })).err().unwrap();
    assert_eq!(error.field.as_deref(), Some("secrets.webhook_secret"));
}

#[test]
fn p10_a_forged_notification_is_not_answered_ok() {
    let gateway = gateway(json!({}), json!({ "hook": recipe() }));
    let forged = GENUINE.replace("100.00", "1.00");
    let error = read(&gateway, &form(&forged), expect()).unwrap_err();
    let answer = error.answer.clone().unwrap();
    assert_eq!(
        (answer["reject"]["status"].clone(), answer["retry"]["status"].clone()),
        (json!(403), json!(503))
    );
    assert_ne!(answer["reject"], answer["ok"]);
}

#[test]
fn p14_names_are_sorted_by_their_bytes() {
    let parts = json!([{ "group": "sorted", "exclude": ["sign"], "element": "{k}={v}" }, { "secret": "key" }]);
    let recipe = json!({ "mark": "ours", "digest": "sha256", "join": "&", "parts": parts });
    let gateway = gateway(json!({}), json!({ "hook": recipe }));
    let fields = "shpa=1&status=ok&shpMy=2&order=A-1&currency=RUB&amount=100.00";
    let body = |sign: &str| form(&format!("{fields}&sign={sign}"));
    let by_bytes = "9caa1a8e96c43bb0be9d80d12b583d8e2a20fe6470490f57d66bf16237a58603";
    read(&gateway, &body(by_bytes), expect()).unwrap();
    let by_letters = "7c12d9b1ee23cd83621d6aa1a9db595ce870f1717ec8b005643a9f7c3370235e";
    assert_eq!(failure(read(&gateway, &body(by_letters), expect())), WRONG);
}

#[test]
fn p15_what_the_buyer_brings_back_is_no_proof() {
    let gateway = gateway(json!({}), json!({ "hook": recipe() }));
    // The parameters of the return page, by GET and by POST.
    let mut returned = form("");
    (returned.method, returned.query) =
        ("GET", "order=A-1&amount=100.00&currency=RUB&status=ok".into());
    assert_eq!(failure(read(&gateway, &returned, expect())), MISSING);
    // Of a notification by POST the query is nobody's.
    let mut failed = form(
        "order=A-1&amount=100.00&currency=RUB&status=fail&sign=78f3fe971f06007ead9fd80eb8b7a9ec",
    );
    failed.query = GENUINE.to_owned();
    let told = read(&gateway, &failed, expect()).unwrap();
    assert_eq!((told.event, told.succeeded), ("declined", Some(false)));
    assert_eq!(of(&told.payment, "status"), "created");
    assert_eq!(told.payment["last_attempt"]["status"], "declined");
    let mut both = form(GENUINE);
    both.method = "GET";
    assert_eq!(failure(read(&gateway, &both, expect())), UNREADABLE);
}

#[test]
fn p18_a_status_that_is_not_signed_is_not_read() {
    // The constant is signed, whatever the notification says.
    let mut constant = recipe();
    constant["parts"][3] = json!({ "lit": "paid" });
    let gateway_of = |recipe: Value| gateway(json!({}), json!({ "hook": recipe }));
    let body =
        "order=A-1&amount=100.00&currency=RUB&status=ok&sign=925bdf0a8a60af0863fc2cee189340db";
    let told = read(&gateway_of(constant), &form(body), expect()).unwrap();
    assert_eq!((told.event, of(&told.payment, "status")), ("unknown", "unknown"));
    assert_eq!(told.raw["_unsigned"], json!(["status"]));
    // The received word is signed: another one is another signature.
    let changed = GENUINE.replace("status=ok", "status=fail");
    assert_eq!(failure(read(&gateway_of(recipe()), &form(&changed), expect())), WRONG);
}
