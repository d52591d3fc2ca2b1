//! Notifications as they really arrive: twice, late, reversed, forged, before anybody knows the order.

use std::collections::BTreeSet;

use kopeck::Kind;
use serde_json::{Value, json};

use crate::card_payments::PLAIN;
use crate::listener::Listener;
use crate::shop::{GOOD, RETURN, Shop, act, browse, fault, look, number, order, text, with};

/// A shop with a listener; `merchant` says how its notifications are signed.
fn notified(listener: &Listener, merchant: Value, settings: Value) -> Shop {
    let merchant = with(merchant, json!({ "callback_url": listener.url }));
    Shop::new(merchant, with(json!({ "callback_own_parameters": ["shop"] }), settings))
}

/// How merchants are told: the sandbox's words and the client's key.
fn ways() -> Vec<(Value, Value)> {
    let hmac = json!({ "callback_signature": "hmac", "callback_key": "k-1" });
    let public = look("config")["merchants"][0]["callback_public_key"].clone();
    let rsa = json!({ "callback_signature": "rsa" });
    vec![
        (hmac.clone(), json!({ "callback_key": "k-1" })),
        (
            with(hmac.clone(), json!({ "callback_method": "POST" })),
            json!({ "callback_key": ["k-2", "k-1"] }),
        ),
        (hmac, json!({ "callback_key": "k-1", "callback_public_key": public })),
        (
            with(rsa.clone(), json!({ "settings": { "callback_sign_alias": false } })),
            json!({ "callback_public_key": public }),
        ),
        (rsa.clone(), json!({ "callback_public_key": public })),
        (
            with(rsa.clone(), json!({ "callback_method": "POST" })),
            json!({ "callback_public_key": public }),
        ),
        (
            with(rsa, json!({ "settings": { "callback_sha256": true } })),
            json!({ "callback_public_key": public, "callback_digest": "sha256" }),
        ),
    ]
}

/// What the shop does with a notification: parse, confirm, and apply a state once.
fn applied(
    shop: &Shop,
    id: &str,
    number: &str,
    notification: &Value,
    states: &mut BTreeSet<String>,
) -> Value {
    let parsed = shop.call("parse_notification", notification.clone());
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let confirm = json!({ "id": id, "expect": expect, "notification": notification });
    let found = shop.call("confirm", confirm);
    states.insert(text(&found, "state_id").to_owned());
    Value::Object(parsed)
}

#[test]
fn a_failed_try_a_payment_and_two_equal_refunds_each_told_twice_in_reverse() {
    for (merchant, settings) in ways() {
        let listener = Listener::new(&[]);
        let shop = notified(&listener, merchant, settings);
        let number = number();
        let id = shop.created(json!({ "order_number": number }));
        let poor = json!({ "do": "pay", "pan": "4999000001160000", "month": "12", "year": "2030", "cvc": "123" });
        act(&id, poor);
        act(&id, json!({ "do": "pay", "pan": GOOD }));
        for refund_id in ["r-1", "r-2"] {
            let refund =
                json!({ "id": id, "amount": "30.00", "currency": "RUB", "refund_id": refund_id });
            shop.call("refund", refund);
        }
        let mut events: Vec<Value> = Vec::new();
        let mut states = BTreeSet::new();
        let first = listener.take(4);
        act(&id, json!({ "do": "redeliver", "times": 2, "reverse_order": true }));
        for notification in first.iter().chain(&listener.take(8)) {
            let parsed = applied(&shop, &id, &number, notification, &mut states);
            assert_eq!(
                (&parsed["verified"], &parsed["needs_status"]),
                (&json!(true), &json!(true))
            );
            assert_eq!(parsed["payment"]["order_number"], json!(number));
            events.push(json!([parsed["event"], parsed["succeeded"]]));
        }
        // One state whatever came first: applied once, it is paid once, with both refunds in it.
        assert_eq!(states.len(), 1);
        let found = shop.status(&id);
        assert_eq!((text(&found, "captured"), text(&found, "refunded")), ("100.00", "60.00"));
        assert_eq!(found["refunds"].as_array().unwrap().len(), 2);
        for (event, count) in [
            (json!(["declined", false]), 3),
            (json!(["paid", true]), 3),
            (json!(["refunded", true]), 6),
        ] {
            assert_eq!(events.iter().filter(|one| **one == event).count(), count, "{event}");
        }
        let reversed: Vec<_> = events[4..].iter().map(|one| one[0].as_str().unwrap()).collect();
        assert_eq!(reversed.first(), Some(&"refunded"));
        assert_eq!(reversed.last(), Some(&"declined"));
    }
}

#[test]
fn events_have_names_where_the_gateway_tells_them_apart() {
    let listener = Listener::new(&[]);
    let merchant = json!({ "callback_signature": "hmac", "callback_key": "k-1",
                           "settings": { "callback_refund_params": true, "callback_creation_date": true } });
    let shop = notified(&listener, merchant, json!({ "callback_key": "k-1" }));
    let id = shop.paid(json!({}));
    for refund_id in ["r-1", "r-2"] {
        shop.call(
            "refund",
            json!({ "id": id, "amount": "30.00", "currency": "RUB", "refund_id": refund_id }),
        );
    }
    let parse = |notification: &Value| shop.call("parse_notification", notification.clone());
    let first: Vec<_> = listener.take(3).iter().map(parse).collect();
    act(&id, json!({ "do": "redeliver" }));
    let again: Vec<_> = listener.take(3).iter().map(parse).collect();
    let names = |all: &[kopeck::Fields]| {
        all.iter().map(|one| text(one, "event_id").to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!((names(&first).len(), names(&first)), (3, names(&again)));
}

#[test]
fn what_is_forged_is_not_believed() {
    for (merchant, settings) in ways() {
        let listener = Listener::new(&[]);
        let shop = notified(&listener, merchant, settings);
        let id = shop.paid(json!({}));
        listener.next();
        for (tamper, reason) in [
            ("status", "signature_mismatch"),
            ("order", "signature_mismatch"),
            ("checksum", "signature_mismatch"),
            ("unsigned", "signature_missing"),
            ("repeated", "unreadable"),
        ] {
            act(&id, json!({ "do": "redeliver", "tamper": tamper }));
            let error = shop.fails("parse_notification", listener.next());
            let fits = error.reason == reason
                || (tamper == "checksum" && error.reason == "signature_malformed");
            assert!(error.kind == Kind::Untrusted && fits, "{tamper}: {error} ({})", error.reason);
            assert_eq!(error.advice, "ignore");
            assert_eq!(error.answer.as_ref().unwrap()["reject"]["status"], 403);
        }
    }
    // With another key than the cabinet's.
    let listener = Listener::new(&[]);
    let merchant = json!({ "callback_signature": "hmac", "callback_key": "k-1" });
    let shop = notified(&listener, merchant, json!({ "callback_key": "another" }));
    shop.paid(json!({}));
    assert_eq!(shop.fails("parse_notification", listener.next()).reason, "signature_mismatch");
}

#[test]
fn unsigned_words_and_foreign_ids_ship_nothing() {
    let listener = Listener::new(&[]);
    let shop = notified(&listener, json!({}), json!({}));
    let (ours, theirs) = (number(), number());
    let mine = shop.created(json!({ "order_number": ours }));
    let paid = shop.paid(json!({ "order_number": theirs }));
    let expect = json!({ "order_number": ours, "amount": "100.00", "currency": "RUB" });
    // A return that names another buyer's paid order.
    let error = shop.fails("confirm", json!({ "id": paid, "expect": expect }));
    assert_eq!(
        (error.kind, error.reason, error.advice),
        (Kind::Mismatch, "order_number", "review")
    );
    assert!(error.payment.is_some());
    // The paid one's notification, with our number written into it: unsigned, so a hint to ask.
    let told = listener.next();
    let parsed = shop.call("parse_notification", told.clone());
    assert_eq!((&parsed["verified"], &parsed["needs_status"]), (&json!(false), &json!(true)));
    assert_eq!((&parsed["event_id"], text(&parsed, "event")), (&Value::Null, "paid"));
    assert_eq!(parsed["payment"]["status"], "unknown");
    let query = told["query"].as_str().unwrap().replace(&theirs, &ours).replace(&paid, &mine);
    let forged = with(told, json!({ "query": query }));
    let found =
        shop.call("confirm", json!({ "id": mine, "expect": expect, "notification": forged }));
    assert_eq!((text(&found, "status"), text(&found, "captured")), ("created", "0.00"));
}

#[test]
fn a_notification_may_come_before_the_lost_answer_and_while_the_shop_is_down() {
    let listener = Listener::new(&[503, 503]);
    let merchant =
        json!({ "callback_signature": "hmac", "callback_key": "k-1", "retry_pause_ms": 10 });
    let shop =
        Shop::new(merchant, json!({ "callback_key": "k-1", "callback_own_parameters": ["shop"] }));
    let number = number();
    let create = order(json!({ "order_number": number, "notification_url": listener.url }));
    fault("register.do", "drop_after", &format!("orderNumber={number}"));
    assert_eq!(shop.fails("create_payment", create.clone()).kind, Kind::OutcomeUnknown);
    let all = look("orders")["orders"].as_array().cloned().unwrap();
    let row = all.iter().find(|one| one["order_number"] == number).unwrap();
    act(row["order_id"].as_str().unwrap(), json!({ "do": "pay", "pan": GOOD }));
    // The shop knows the number alone; its database is down twice, then it commits.
    let mut states = BTreeSet::new();
    for notification in listener.take(3) {
        let parsed = shop.call("parse_notification", notification);
        let id = parsed["payment"]["id"].as_str().unwrap().to_owned();
        assert_eq!(parsed["payment"]["order_number"], json!(number));
        let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
        let found = shop.call("confirm", json!({ "id": id, "expect": expect }));
        assert_eq!(text(&found, "status"), "paid");
        states.insert(text(&found, "state_id").to_owned());
        assert_eq!(
            (&parsed["answer"]["ok"]["status"], &parsed["answer"]["retry"]["status"]),
            (&json!(200), &json!(503))
        );
    }
    let settle = json!({ "operation": "create_payment", "create": create, "sent_at": "2026-01-01T00:00:00Z" });
    let settled = shop.call("settle", settle);
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["status"]),
        ("done", &json!("paid"))
    );
    states.insert(settled["payment"]["state_id"].as_str().unwrap().to_owned());
    assert_eq!(states.len(), 1, "paid once");
}

#[test]
fn holds_captures_releases_time_outs_and_cards_are_told() {
    let listener = Listener::new(&[]);
    let extras = json!(["depositFlag", "depositedAmount", "amountFormatted", "paymentState"]);
    let merchant = json!({ "callback_signature": "hmac", "callback_key": "k-1",
                           "settings": { "callback_extras": extras, "callback_extra_params": true } });
    let shop = notified(&listener, merchant, json!({ "callback_key": "k-1" }));
    let next = || {
        let told = shop.call("parse_notification", listener.next());
        assert_eq!(told["verified"], true, "{told:?}");
        (text(&told, "event").to_owned(), told["succeeded"].clone())
    };
    let yes = json!(true);
    let held = shop.paid(json!({ "hold": true }));
    assert_eq!(next(), ("held".into(), yes.clone()));
    shop.call("capture", json!({ "id": held, "amount": "60.00", "currency": "RUB" }));
    assert_eq!(next(), ("captured".into(), yes.clone()));
    let held = shop.paid(json!({ "hold": true }));
    assert_eq!(next(), ("held".into(), yes.clone()));
    shop.call("cancel", json!({ "id": held }));
    assert_eq!(next(), ("cancelled".into(), yes.clone()));
    act(&shop.created(json!({})), json!({ "do": "expire" }));
    assert_eq!(next().0, "expired");
    let id = shop.created(json!({ "customer": { "id": "c-1" } }));
    act(&id, json!({ "do": "pay", "pan": GOOD, "store": true }));
    let both: BTreeSet<_> = [next().0, next().0].into();
    assert_eq!(both, BTreeSet::from(["card_stored".to_owned(), "paid".to_owned()]));
    let card = shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"][0]["id"].clone();
    shop.call("forget_card", json!({ "card_id": card }));
    assert_eq!(next().0, "card_removed");
}

#[test]
fn the_notification_and_the_buyer_may_come_in_either_order() {
    for switches in [json!({ "callback_first": true }), json!({ "callback_delay_ms": 50 })] {
        let listener = Listener::new(&[]);
        let merchant =
            json!({ "callback_signature": "hmac", "callback_key": "k-1", "settings": switches });
        let shop = notified(&listener, merchant, json!({ "callback_key": "k-1" }));
        let number = number();
        let created = shop.create(json!({ "order_number": number }));
        let id = text(&created, "id").to_owned();
        let page = created["action"]["url"].as_str().unwrap();
        let card =
            [("$PAN", PLAIN), ("MM", "12"), ("YYYY", "2026"), ("$CVC", "123"), ("TEXT", "A B")];
        assert!(browse(page, &card).starts_with(RETURN));
        let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
        let returned = shop.call("confirm", json!({ "id": id, "expect": expect }));
        let mut states = BTreeSet::from([text(&returned, "state_id").to_owned()]);
        applied(&shop, &id, &number, &listener.next(), &mut states);
        assert_eq!((text(&returned, "status"), states.len()), ("paid", 1), "{switches}");
    }
}
