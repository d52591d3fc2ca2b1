//! Answers, computed; what notifications are that nothing proves; and who is meant.

use serde_json::{Value, json};

use super::{Sent, expect, failure, form, gateway, of, read, unruled, with};
use crate::gateways::Gateway;

fn usual() -> Value {
    json!({
        "mark": "ours", "digest": "md5", "join": ";",
        "parts": [{ "field": "order" }, { "field": "amount" }, { "field": "status" }, { "secret": "key" }],
    })
}

/// By `id` too, and with a sum without its currency: the gateway knows roubles only.
fn fields() -> Value {
    json!({ "order_id": "order", "amount": "amount", "currency": { "value": "RUB" }, "status": "status" })
}

fn sent() -> Sent {
    form("order=A-1&amount=100.00&status=ok&id=7&sign=2e89133076e17edf287d34e8286ff9e1")
}

fn answering(answer: Value, recipes: Value) -> crate::gateways::declared::Declared {
    let recipes = with(json!({ "hook": usual() }), recipes);
    gateway(json!({ "fields": fields(), "answer": answer }), recipes)
}

#[test]
fn an_answer_is_made_of_what_was_received_and_signed() {
    let answer = json!({
        "ok": {
            "type": "application/json", "fields": { "status": "accept", "time": "{gen.unix}" },
            "body": r#"{"order":"{field.order}","status":"{field.status}","time":{field.time},"sign":"{sign.ack}"}"#,
        },
        "retry": { "status": 500, "body": "{field.order}|error" },
        "reject": { "status": 200, "type": "text/xml", "body": "<r>{field.order} {field.id}</r>" },
    });
    let ack = json!({
        "mark": "ours", "digest": "md5", "hmac": "{secret.key}", "join": ";",
        "parts": [{ "field": "order" }, { "field": "status" }, { "field": "time" }],
    });
    let gateway = answering(answer, json!({ "ack": ack }));
    let told = read(&gateway, &sent(), expect()).unwrap();
    let body = r#"{"order":"A-1","status":"accept","time":1778752800,"sign":"19fce1b276c12a50d53e222fa6a46cc6"}"#;
    let ok = json!({ "status": 200, "content_type": "application/json", "body": body });
    assert_eq!(told.answer["ok"], ok);
    assert_eq!(told.answer["retry"]["status"], 500);
    assert_eq!(told.answer["retry"]["body"], "A-1|error");
    // The id is not signed, so it is not repeated.
    assert_eq!(told.answer["reject"]["body"], "<r>A-1 </r>");
    // Another's payment: the answer is as sound.
    let other = read(&gateway, &sent(), json!({ "order_number": "B-2" })).unwrap_err();
    assert_eq!((other.kind.name(), other.reason), ("Mismatch", "order_number"));
    assert_eq!(other.answer.as_ref().unwrap()["ok"], ok);
    assert_eq!(other.payment.as_ref().unwrap()["order_number"], "A-1");
    // We sign nothing that a stranger chose: with these signs he could forge a notification.
    let forged = form("order=A-1;100.00;ok&amount=1&status=ok&sign=00");
    let error = read(&gateway, &forged, expect()).unwrap_err();
    let answer = error.answer.clone().unwrap();
    let plain =
        json!({ "status": 503, "content_type": "text/plain; charset=utf-8", "body": "try again" });
    assert_eq!((answer["ok"].clone(), error.reason), (plain.clone(), "signature_mismatch"));
    assert_eq!(answer["reject"]["body"], "<r>A-1;100.00;ok </r>");
    // Nor what was not even read.
    let answer = gateway.answer();
    assert_eq!((answer["ok"].clone(), answer["retry"]["body"].clone()), (plain, json!("|error")));
    let unread = read(&gateway, &form("%"), expect()).unwrap_err();
    assert_eq!(unread.answer.as_ref().unwrap(), &answer);
}

#[test]
fn a_value_stays_one_value_of_its_content_type() {
    let answer = |content_type: &str, body: &str| {
        let reject = json!({ "status": 400, "type": content_type, "body": body });
        let gateway = answering(json!({ "ok": { "body": "OK" }, "reject": reject }), json!({}));
        let sent = form("order=%22%3C%26%0D%0A%5C%D0%96%00&sign=00&n=1e3&t=1,2");
        let error = read(&gateway, &sent, expect()).unwrap_err();
        error.answer.clone().unwrap()["reject"]["body"].as_str().unwrap().to_owned()
    };
    for (content_type, body, expected) in [
        ("application/json", r#"{"a":"x{field.order}"}"#, r#"{"a":"x\"<&\r\n\\Ж\u0000"}"#),
        (
            "application/json; charset=utf-8",
            r#"{"a":{field.order}}"#,
            r#"{"a":"\"<&\r\n\\Ж\u0000"}"#,
        ),
        ("application/json", r#"{"a":{field.n},"b":{field.t}}"#, r#"{"a":1e3,"b":"1,2"}"#),
        ("application/json", r#"{"a":"\"{field.n}"}"#, r#"{"a":"\"1e3"}"#),
        ("text/xml", "<a>{field.order}</a>", "<a>&quot;&lt;&amp;\\Ж</a>"),
        ("text/html", "{field.order}", "&quot;&lt;&amp;\\Ж"),
        ("text/plain", "OK{field.order}", "OK\"<&\\Ж"),
        ("text/plain", "{field.missing}|error", "|error"),
    ] {
        assert_eq!(answer(content_type, body), expected, "{content_type} {body}");
    }
}

#[test]
fn another_shops_notification_is_a_mismatch() {
    let recipe = json!({
        "mark": "ours", "digest": "md5",
        "parts": [{ "group": "sorted", "exclude": ["sign"] }, { "secret": "key" }],
    });
    let notify = json!({ "fields": fields(), "equals": { "shop": "{config.shop}" } });
    let descriptor = json!({
        "schema": 1, "id": "sample", "title": "Sample", "date": "2026-11-22", "sources": ["-"],
        "config": { "shop": { "doc": "the shop's number" } }, "secrets": { "key": "signs notifications" },
        "create": { "mark": "ours", "request": { "method": "POST", "url": "https://pay.sample.test/" } },
        "recipe": { "hook": recipe }, "notify": [with(super::kind(), notify)], "status_map": { "ok": "paid" },
    });
    let gateway = |shop: &str| {
        unruled(
            json!({ "descriptor": descriptor, "secrets": { "key": "notify-key" }, "config": { "shop": shop } }),
        )
    };
    let body =
        form("order=A-1&amount=100.00&status=ok&shop=77&sign=bb149fafa0001824e6f225cdf5f4e102");
    let told = read(&gateway("77"), &body, expect()).unwrap();
    assert_eq!(told.checked, ["shop", "order_number", "currency", "amount"]);
    assert_eq!(failure(read(&gateway("78"), &body, expect())), ("Mismatch", "shop"));
    let without = form("order=A-1&amount=100.00&status=ok&sign=cbb460bec3b72d7ec2119a6150d0e909");
    assert_eq!(failure(read(&gateway("77"), &without, expect())), ("Mismatch", "shop"));
}

#[test]
fn other_than_expected_is_a_mismatch_and_no_money_without_its_sum() {
    let gateway = answering(json!({ "ok": { "body": "OK" } }), json!({}));
    for (change, reason) in [
        (json!({ "id": "A-2" }), "id"),
        (json!({ "order_number": "A-2" }), "order_number"),
        (json!({ "amount": "100.01" }), "amount"),
        (json!({ "currency": "USD" }), "currency"),
    ] {
        let error = read(&gateway, &sent(), with(expect(), change)).unwrap_err();
        assert_eq!((error.kind.name(), error.reason), ("Mismatch", reason));
        assert_eq!(error.payment.as_ref().unwrap()["captured"], "100.00");
    }
    let kind =
        json!({ "fields": with(fields(), json!({ "amount": "sum" })), "must_match": ["order_id"] });
    let gateway = super::gateway(kind, json!({ "hook": usual() }));
    let told = read(&gateway, &sent(), expect()).unwrap();
    assert_eq!((told.event, of(&told.payment, "reason")), ("unknown", "sum_unreadable"));
}

#[test]
fn a_question_is_no_payment() {
    let case = json!([{ "when": [{ "at": "status", "is": "ask" }], "status": "check" }]);
    let gateway =
        super::gateway(json!({ "fields": fields(), "case": case }), json!({ "hook": usual() }));
    let asked = form("order=A-1&amount=100.00&status=ask&sign=576879828e39e205691ac868496fd447");
    let told = read(&gateway, &asked, expect()).unwrap();
    assert_eq!((told.event, told.succeeded, told.needs_status), ("check", None, true));
    assert_eq!((of(&told.payment, "status"), of(&told.payment, "amount")), ("created", "100.00"));
    assert_eq!(told.payment["captured"], Value::Null);
    let other = with(expect(), json!({ "amount": "5.00" }));
    assert_eq!(failure(read(&gateway, &asked, other)), ("Mismatch", "amount"));
}

#[test]
fn what_nothing_signs_is_a_hint() {
    let kind = json!({ "fields": fields(), "signature": [], "verify": "status-call" });
    let gateway = super::gateway(kind, json!({}));
    let told = read(
        &gateway,
        &sent(),
        json!({ "order_number": "B-2", "amount": "5.00", "currency": "RUB" }),
    )
    .unwrap();
    assert_eq!(
        (told.verified, told.needs_status, told.event_id, told.checked.len()),
        (false, true, None, 0)
    );
    assert_eq!(
        (of(&told.payment, "status"), of(&told.payment, "order_number")),
        ("unknown", "A-1")
    );
    assert_eq!(told.payment["captured"], Value::Null);
    assert!(told.told.is_none());
}

#[test]
fn a_kind_that_nobody_confirmed_yields_no_money() {
    let kind = json!({ "mark": "third", "fields": fields() });
    let gateway = super::gateway(kind, json!({ "hook": usual() }));
    let told = read(&gateway, &sent(), expect()).unwrap();
    assert_eq!((told.event, of(&told.payment, "status")), ("unknown", "unknown"));
    assert_eq!(of(&told.payment, "reason"), "unconfirmed");
    assert_eq!(told.told.unwrap().status, crate::payment::Status::Unknown);
}

#[test]
fn where_nothing_can_be_asked_the_notification_is_the_proof() {
    let gateway = answering(json!({ "ok": { "body": "OK" } }), json!({}));
    let told = read(&gateway, &sent(), expect()).unwrap();
    assert!(told.verified && !told.needs_status);
    let payment = told.told.unwrap();
    assert_eq!(payment.id.as_deref(), Some("A-1"));
    assert_eq!(payment.captured.map(|sum| sum.minor), Some(10_000));
    assert_eq!(payment.currency.map(|currency| currency.digits()), Some("643".to_owned()));
}

#[test]
fn a_question_that_nothing_signs_is_answered_and_proves_nothing() {
    let case = json!([{ "when": [{ "at": "status", "is": "ask" }], "status": "check" }]);
    let kind = json!({ "fields": fields(), "signature": [], "case": case, "event_id": [] });
    let gateway = super::gateway(kind, json!({}));
    let asked = form("order=A-1&amount=100.00&status=ask");
    let told = read(&gateway, &asked, expect()).unwrap();
    assert_eq!((told.event, told.verified, told.needs_status), ("check", false, true));
    assert_eq!((of(&told.payment, "status"), told.told.is_none()), ("unknown", true));
    let other = with(expect(), json!({ "amount": "5.00" }));
    assert_eq!(failure(read(&gateway, &asked, other)), ("Mismatch", "amount"));
    let paid = form("order=A-1&amount=100.00&status=ok");
    assert_eq!(failure(read(&gateway, &paid, expect())), ("Untrusted", "signature_missing"));
}

#[test]
fn who_signs_with_the_test_key_pays_with_test_money() {
    let mut demo = usual();
    demo["parts"][3] = json!({ "secret": "form_key" });
    let places = json!([{ "recipe": "hook", "field": "sign" }, { "recipe": "demo", "field": "sign", "test": true }]);
    let kind = json!({ "fields": fields(), "signature": places });
    let gateway = super::gateway(kind, json!({ "hook": usual(), "demo": demo }));
    assert_eq!(read(&gateway, &sent(), expect()).unwrap().test, Some(false));
    let test = form("order=A-1&amount=100.00&status=ok&sign=455e8e0a67f2ad843654187d01031dd0");
    assert_eq!(read(&gateway, &test, expect()).unwrap().test, Some(true));
}
