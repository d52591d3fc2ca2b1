//! IntellectMoney's webhooks as they really arrive: in either charset, twice, in parts, tampered with,
//! and again until the shop's answer is `OK`.

use std::collections::BTreeSet;

use kopeck::{Error, Fields, Kind};
use serde_json::{Value, json};

use crate::eshop::{Eshop, act, invoice};
use crate::listener::Listener;
use crate::shop::{control, fields, number, text, with};

/// A shop whose webhooks are answered as the library says; `down` of them first find its database
/// away.
fn told(eshop: Value, down: usize) -> (Eshop, Listener) {
    let shop = Eshop::new(with(json!({ "retry_pause_ms": 10 }), eshop), json!({}));
    let parser = Eshop::same(&shop, json!({})).client;
    let mut before = down;
    let listener = Listener::answering(move |received| {
        match parser.call("parse_notification", &fields(received.clone())) {
            Ok(parsed) if before > 0 => {
                before -= 1;
                parsed["answer"]["retry"].clone()
            }
            Ok(parsed) => parsed["answer"]["ok"].clone(),
            Err(error) => error.answer.clone().unwrap()["reject"].clone(),
        }
    });
    control("eshops", json!({ "eshop_id": shop.id, "result_url": listener.url }));
    (shop, listener)
}

/// An invoice of 100 roubles with Cyrillic in it, and what is expected of it.
fn billed(shop: &Eshop, more: Value) -> (String, Value) {
    let number = number();
    let hold = more.get("hold").cloned().unwrap_or(json!(false));
    let base = json!({ "order_number": number, "description": "Книга «Хочу всё знать»",
                       "customer": { "email": "buyer@shop.example", "name": "Иван Иванов" } });
    let id = shop.created(with(base, more));
    let expect =
        json!({ "order_number": number, "amount": "100.00", "currency": "RUB", "hold": hold });
    (id, expect)
}

fn parsed(shop: &Eshop, received: Value, expect: &Value) -> Fields {
    let told = shop.call("parse_notification", with(received, json!({ "expect": expect })));
    assert_eq!((&told["verified"], &told["needs_status"]), (&json!(true), &json!(true)));
    told
}

fn refused(shop: &Eshop, received: Value, expect: &Value) -> Error {
    shop.fails("parse_notification", with(received, json!({ "expect": expect })))
}

/// How often each webhook of an invoice was sent, and whether the answer was taken. The attempt that
/// was just answered may not be noted yet.
fn attempts(id: &str, count: usize) -> Vec<(usize, bool)> {
    for _ in 0..100 {
        let all = invoice(id)["notifications"].as_array().cloned().unwrap();
        let of = |one: &Value| {
            (one["attempts"].as_array().unwrap().len(), one["delivered"].as_bool().unwrap())
        };
        let sent: Vec<_> = all.iter().map(of).collect();
        if sent.iter().map(|(attempts, _)| attempts).sum::<usize>() >= count {
            return sent;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("{id}: fewer than {count} attempts: {}", invoice(id)["notifications"]);
}

#[test]
fn every_way_of_writing_a_webhook_says_the_same_and_is_answered_ok() {
    let mut seen = BTreeSet::new();
    for (charset, hash_charset) in [
        ("utf-8", Value::Null),
        ("windows-1251", Value::Null),
        ("utf-8", json!("windows-1251")),
        ("windows-1251", json!("utf-8")),
    ] {
        for (names, labelled, hash, ok) in [
            ("pascal", true, "md5", "exact"),
            ("camel", false, "md5", "loose"),
            ("camel", true, "sha256", "exact"),
        ] {
            let switches = json!({
                "webhook_charset": charset, "webhook_hash_charset": hash_charset, "webhook_ok": ok,
                "webhook_names": names, "webhook_charset_told": labelled, "webhook_hash": hash,
            });
            let (shop, listener) = told(json!({ "settings": switches }), 0);
            let (id, expect) = billed(&shop, json!({}));
            let mut events = Vec::new();
            for step in ["", "pay", "refund"] {
                if !step.is_empty() {
                    act(&id, json!({ "do": step }));
                }
                let told = parsed(&shop, listener.next(), &expect);
                assert_eq!((&told["succeeded"], &told["test"]), (&json!(true), &json!(false)));
                assert_eq!(told["payment"]["id"], json!(id), "{switches}");
                let shown = told["raw"].to_string();
                assert!(!shown.contains("Иван") && shown.contains("Книга"), "{shown}");
                events.push(json!([
                    told["event"],
                    told["payment"]["status"],
                    told["payment"]["captured"]
                ]));
            }
            assert_eq!(
                json!(events),
                json!([
                    ["created", "created", null],
                    ["paid", "paid", "100.00"],
                    ["refunded", "unknown", null],
                ]),
                "{switches}"
            );
            assert_eq!(attempts(&id, 3), [(1, true); 3], "{switches}");
            seen.insert(switches.to_string());
        }
    }
    assert_eq!(seen.len(), 12);
}

#[test]
fn holds_their_reduction_capture_and_release_are_told() {
    let (shop, listener) = told(json!({}), 0);
    let next = |expect: &Value| {
        let told = parsed(&shop, listener.next(), expect);
        let of = |name: &str| told["payment"][name].clone();
        json!([told["event"], of("status"), of("amount"), of("authorized"), of("captured")])
    };
    let (id, expect) = billed(&shop, json!({ "hold": true }));
    assert_eq!(next(&expect), json!(["created", "created", "100.00", null, null]));
    act(&id, json!({ "do": "pay" }));
    assert_eq!(next(&expect), json!(["held", "authorized", "100.00", "100.00", null]));
    act(&id, json!({ "do": "refund", "amount": "40.00" }));
    assert_eq!(next(&expect), json!(["held", "authorized", null, "60.00", null]));
    act(&id, json!({ "do": "capture" }));
    assert_eq!(next(&expect), json!(["paid", "paid", null, null, "60.00"]));
    let (id, expect) = billed(&shop, json!({ "hold": true }));
    next(&expect);
    act(&id, json!({ "do": "pay" }));
    next(&expect);
    act(&id, json!({ "do": "refund" }));
    assert_eq!(next(&expect), json!(["cancelled", "cancelled", null, null, null]));
}

#[test]
fn a_part_is_told_as_a_part_and_a_refund_without_its_sum() {
    let (shop, listener) = told(json!({ "settings": { "webhook_net_amount": true } }), 0);
    let (id, expect) = billed(&shop, json!({}));
    listener.next();
    act(&id, json!({ "do": "pay", "amount": "30.00" }));
    for hold in [false, true] {
        let expect = with(expect.clone(), json!({ "hold": hold }));
        let part = if hold { shop_again(&id, &listener) } else { listener.next() };
        let told = parsed(&shop, part, &expect);
        assert_eq!(told["payment"]["status"], "partially_paid");
        assert_eq!((text(&told, "event"), &told["payment"]["captured"]), ("paid", &json!("30.00")));
    }
    act(&id, json!({ "do": "pay" }));
    assert_eq!(parsed(&shop, listener.next(), &expect)["payment"]["status"], "paid");
    // What is left stands where the whole stood: it is neither a mismatch nor a sum to believe.
    act(&id, json!({ "do": "refund", "amount": "25.00" }));
    let told = parsed(&shop, listener.next(), &expect);
    assert_eq!(told["raw"]["RecipientAmount"], "75.00");
    assert_eq!(
        (&told["payment"]["status"], &told["payment"]["captured"], &told["payment"]["refunded"]),
        (&json!("unknown"), &Value::Null, &Value::Null)
    );
    assert_eq!(told["payment"]["reason"], "refunded_sum_unsigned");
    assert!(told["raw"]["_unsigned"].as_array().unwrap().contains(&json!("RefundAmount")));
}

/// The newest webhook of a partly paid invoice once more.
fn shop_again(id: &str, listener: &Listener) -> Value {
    act(id, json!({ "do": "redeliver", "status": 7 }));
    listener.next()
}

#[test]
fn a_webhook_comes_again_until_the_answer_is_ok() {
    let (shop, listener) = told(json!({}), 2);
    let (id, expect) = billed(&shop, json!({}));
    let names =
        |told: Fields| (text(&told, "event_id").to_owned(), text(&told, "delivery_id").to_owned());
    let same: BTreeSet<_> =
        listener.take(3).into_iter().map(|one| names(parsed(&shop, one, &expect))).collect();
    assert_eq!(same.len(), 1);
    assert_eq!(attempts(&id, 3), [(3, true)]);
    act(&id, json!({ "do": "pay" }));
    let paid = names(parsed(&shop, listener.next(), &expect));
    assert!(!same.contains(&paid));
    assert_eq!(attempts(&id, 4), [(3, true), (1, true)]);
}

#[test]
fn what_is_rejected_comes_again_and_then_ends() {
    // The key was changed in the cabinet, and not in the settings.
    let (shop, listener) = told(json!({}), 0);
    control("eshops", json!({ "eshop_id": shop.id, "secret_key": "another" }));
    let other = Eshop::same(&shop, json!({ "secret_key": "another" }));
    let (id, expect) = billed(&other, json!({}));
    for received in listener.take(3) {
        assert_eq!(refused(&shop, received, &expect).reason, "signature_mismatch");
    }
    assert_eq!(attempts(&id, 3), [(3, false)]);
}

#[test]
fn another_answer_than_ok_is_none() {
    for (body, exact, loose) in [("OK", true, true), ("ok\n", false, true), ("", false, false)] {
        for (word, taken) in [("exact", exact), ("loose", loose)] {
            let listener = Listener::answering(move |_| json!({ "status": 200, "body": body }));
            let settings = json!({ "webhook_ok": word, "webhook_attempts": 2 });
            let eshop =
                json!({ "result_url": listener.url, "retry_pause_ms": 10, "settings": settings });
            let shop = Eshop::new(eshop, json!({}));
            let (id, _) = billed(&shop, json!({}));
            let count = if taken { 1 } else { 2 };
            listener.take(count);
            assert_eq!(attempts(&id, count), [(count, taken)], "{body:?} {word}");
        }
    }
}

#[test]
fn a_changed_webhook_is_refused_and_what_no_hash_covers_proves_nothing() {
    let (shop, listener) = told(json!({ "settings": { "webhook_charset": "windows-1251" } }), 0);
    let (id, expect) = billed(&shop, json!({}));
    listener.next();
    act(&id, json!({ "do": "pay" }));
    let paid = parsed(&shop, listener.next(), &expect);
    let tampered = |status: u8, kind: &str| {
        let done = act(&id, json!({ "do": "redeliver", "status": status, "tamper": kind }));
        (listener.next(), done["sent"][0]["result"].as_str().unwrap().to_owned())
    };
    for (kind, reason) in [
        ("status", "signature_mismatch"),
        ("order", "signature_mismatch"),
        ("amount", "signature_mismatch"),
        ("hash", "signature_mismatch"),
        ("unsigned", "signature_missing"),
        ("repeated", "unreadable"),
    ] {
        let (received, result) = tampered(5, kind);
        let error = refused(&shop, received, &expect);
        assert_eq!((error.kind, error.reason), (Kind::Untrusted, reason), "{kind}");
        assert!(result.starts_with("HTTP 403"), "{kind}: {result}");
    }
    // Another number is believed nowhere: it is a mismatch where one is expected, else a candidate.
    let (received, result) = tampered(5, "payment_id");
    assert_eq!(result, "HTTP 200, OK");
    let told = parsed(&shop, received.clone(), &expect);
    assert_eq!(told["event_id"], paid["event_id"]);
    assert_ne!(told["payment"]["id"], json!(id));
    let stored = with(expect.clone(), json!({ "id": id }));
    let error = refused(&shop, received.clone(), &stored);
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "id"));
    let confirm = json!({ "id": id, "expect": expect, "notification": received });
    assert_eq!(shop.fails("confirm", confirm).reason, "id");
    act(&id, json!({ "do": "refund", "amount": "10.00" }));
    let refund = parsed(&shop, listener.next(), &expect);
    let told = parsed(&shop, tampered(8, "refund_amount").0, &expect);
    assert_ne!(told["raw"]["RefundAmount"], refund["raw"]["RefundAmount"]);
    assert_eq!((&told["payment"], &told["event_id"]), (&refund["payment"], &refund["event_id"]));
}

#[test]
fn an_authentic_webhook_of_another_order_confirms_nothing() {
    let (shop, listener) = told(json!({}), 0);
    let (mine, expect) = billed(&shop, json!({}));
    listener.next();
    let (other, _) = billed(&shop, json!({}));
    listener.next();
    act(&other, json!({ "do": "pay" }));
    let body = listener.next();
    // Its unsigned number is made mine.
    let forged = text(&fields(body.clone()), "body").replace(&other, &mine);
    let received = with(body, json!({ "body": forged }));
    let confirm = json!({ "id": mine, "expect": expect, "notification": received });
    let error = shop.fails("confirm", confirm);
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "order_number"));
    let (number, sum) = (&expect["order_number"], json!({ "amount": "1.00" }));
    assert_ne!(error.payment.as_ref().unwrap()["order_number"], *number);
    // The right one, of another sum than the shop stored.
    act(&mine, json!({ "do": "pay" }));
    let confirm =
        json!({ "id": mine, "expect": with(expect, sum), "notification": listener.next() });
    let error = shop.fails("confirm", confirm);
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "amount"));
    assert_eq!(error.answer.as_ref().unwrap()["ok"]["body"], "OK");
}

#[test]
fn test_money_and_another_shops_webhook_are_found_out() {
    let (shop, listener) = told(json!({}), 0);
    let id = shop.created(json!({ "currency": "TST" }));
    let webhook = listener.next();
    let told = shop.call("parse_notification", webhook.clone());
    assert_eq!((&told["test"], &told["payment"]["currency"]), (&json!(true), &json!("TST")));
    assert_eq!(told["payment"]["id"], json!(id));
    let live = Eshop::same(&shop, json!({ "test_mode": false }));
    assert_eq!(live.fails("parse_notification", webhook.clone()).reason, "test");
    // A second shop whose owner gave it the same key.
    let twin = Eshop::new(json!({ "secret_key": shop.keys["secret_key"] }), json!({}));
    let error = twin.fails("parse_notification", webhook);
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "shop"));
}
