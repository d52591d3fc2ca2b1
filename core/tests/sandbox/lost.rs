//! Writes whose answer was lost: what became of them is found out, nothing is done twice, and of one
//! order there is never a second payable page.

use std::sync::Mutex;

use kopeck::Kind;
use serde_json::{Value, json};

use crate::shop::{GOOD, Shop, act, control, fault, look, number, order, text, with};
use crate::stored_cards::stored;

/// Long ago: the grace time is over.
const THEN: &str = "2026-01-01T00:00:00Z";

/// The orders of this number at the gateway, as `[status]`.
fn orders_of(number: &str) -> Vec<Value> {
    let all = look("orders")["orders"].as_array().cloned().unwrap();
    all.into_iter().filter(|one| one["order_number"] == number).collect()
}

#[test]
fn a_lost_registration_is_settled_without_a_second_payable_page() {
    let shop = Shop::plain();
    for (kind, verdict, stands) in
        [("drop_before", "done", "created"), ("drop_after", "need_new_number", "cancelled")]
    {
        let create = order(json!({}));
        let mark = format!("orderNumber={}", create["order_number"].as_str().unwrap());
        fault("register.do", kind, &mark);
        assert_eq!(shop.fails("create_payment", create.clone()).kind, Kind::OutcomeUnknown);
        let settle = json!({ "operation": "create_payment", "create": create, "sent_at": THEN });
        let settled = shop.call("settle", settle.clone());
        assert_eq!(settled["verdict"], verdict, "{kind}");
        // Settling again, as another worker would, says the same or less, and opens nothing.
        let again = shop.call("settle", with(settle, json!({ "page_shown": verdict == "done" })));
        assert_eq!(
            (text(&again, "verdict"), &again["payment"]["status"]),
            (verdict, &json!(stands))
        );
    }
}

#[test]
fn a_paid_registration_is_found_again() {
    let shop = Shop::plain();
    let number = number();
    let create = order(json!({ "order_number": number }));
    fault("register.do", "drop_after", &format!("orderNumber={number}"));
    shop.fails("create_payment", create.clone());
    let id = orders_of(&number)[0]["order_id"].as_str().unwrap().to_owned();
    let settle = json!({ "operation": "create_payment", "create": create, "sent_at": THEN });
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    let settled = shop.call("settle", settle);
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["status"]),
        ("done", &json!("paid"))
    );
    assert_eq!(settled["payment"]["id"], json!(id));
}

#[test]
fn a_number_of_another_sum_is_nobodys_to_settle() {
    let shop = Shop::plain();
    let number = number();
    shop.create(json!({ "order_number": number, "amount": "1.00" }));
    let create = order(json!({ "order_number": number }));
    let settle = json!({ "operation": "create_payment", "create": create, "sent_at": THEN });
    let error = shop.fails("settle", settle);
    assert_eq!((error.kind, error.advice), (Kind::Mismatch, "review"));
    assert_eq!(orders_of(&number)[0]["status"], 0, "the other order stands as it was");
}

#[test]
fn eight_workers_recover_one_order() {
    for kind in ["drop_before", "drop_after"] {
        let shop = Shop::plain();
        let number = number();
        let create = order(json!({ "order_number": number }));
        fault("register.do", kind, &format!("orderNumber={number}"));
        shop.fails("create_payment", create.clone());
        // Some of the workers are killed in the middle: their exchange breaks after the gateway's part.
        for (method, mark) in [
            ("register.do", "orderNumber"),
            ("getOrderStatusExtended.do", "orderNumber"),
            ("decline.do", "orderNumber"),
        ] {
            let armed = json!({ "match": method, "fault": "drop_after", "times": 1,
                                "body": format!("{mark}={number}") });
            control("faults", armed);
        }
        let settle = json!({ "operation": "create_payment", "create": create, "sent_at": THEN });
        let verdicts = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let worker = Shop::same(&shop, json!({}));
                    let outcome = worker.client.call("settle", settle.as_object().unwrap());
                    let word = match outcome {
                        Ok(reply) => text(&reply, "verdict").to_owned(),
                        Err(error) => error.kind.name().to_owned(),
                    };
                    verdicts.lock().unwrap().push(word);
                });
            }
        });
        let verdicts = verdicts.into_inner().unwrap();
        let known = ["done", "need_new_number", "pending", "OutcomeUnknown", "Refused"];
        assert!(verdicts.iter().all(|word| known.contains(&word.as_str())), "{verdicts:?}");
        let left = orders_of(&number);
        assert_eq!(left.len(), 1, "one order of that number: {left:?}");
        // Who is left over ends it: the page is closed, or the one that is shown.
        let last = shop.call("settle", settle.clone());
        assert!(["done", "need_new_number"].contains(&text(&last, "verdict")), "{last:?}");
        let payable = orders_of(&number).iter().filter(|one| one["status"] == 0).count();
        assert!(payable <= 1);
        if last["verdict"] == "need_new_number" {
            assert_eq!(payable, 0, "{kind}");
        }
    }
}

#[test]
fn eight_workers_recover_one_charge() {
    for (kind, paid) in [("drop_after", 1), ("drop_before", 0)] {
        let shop = Shop::plain();
        let card = stored(&shop);
        let number = number();
        let charge = json!({ "order_number": number, "amount": "50.00", "currency": "RUB", "card_id": card });
        fault("recurrentPayment.do", kind, &number);
        assert_eq!(shop.fails("charge_saved_card", charge.clone()).kind, Kind::OutcomeUnknown);
        let settle = json!({ "operation": "charge_saved_card", "charge": charge, "sent_at": THEN });
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let settled = Shop::same(&shop, json!({})).call("settle", settle.clone());
                    assert_eq!(settled["verdict"], if paid == 1 { "done" } else { "not_done" });
                });
            }
        });
        assert_eq!(orders_of(&number).len(), paid, "settling charges nothing");
        // All of them charge again as they were told: the number lets one of them.
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let charge = charge.clone();
                let shop = &shop;
                scope.spawn(move || {
                    shop.client.call("charge_saved_card", charge.as_object().unwrap())
                });
            }
        });
        let all = orders_of(&number);
        assert_eq!((all.len(), &all[0]["captured"]), (1, &json!(5000)), "{kind}");
    }
}

#[test]
fn a_lost_refund_is_never_given_twice() {
    let shop = Shop::plain();
    let id = shop.paid(json!({}));
    let before = json!({ "captured": "100.00", "refunded": "0.00" });
    let refund = json!({ "id": id, "amount": "40.00", "currency": "RUB", "refund_id": "r-1", "before": before });
    fault("refund.do", "drop_after", &format!("orderId={id}"));
    assert_eq!(shop.fails("refund", refund.clone()).kind, Kind::OutcomeUnknown);
    let settle = with(refund.clone(), json!({ "operation": "refund", "sent_at": THEN }));
    let settled = shop.call("settle", settle.clone());
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["refunded"]),
        ("done", &json!("40.00"))
    );
    // The same once more by its id: nothing moves.
    assert_eq!(shop.call("refund", refund)["refunded"], "40.00");

    // A refund from the cabinet beside a lost one that never arrived: a person must look.
    act(&id, json!({ "do": "refund", "amount": 1000 }));
    let other =
        json!({ "refund_id": "r-2", "before": { "captured": "100.00", "refunded": "40.00" } });
    let other = with(settle, other);
    assert_eq!(shop.call("settle", other.clone())["verdict"], "review");
    // And a retry on the old amounts gives nothing.
    let mut retry = other;
    for name in ["operation", "sent_at"] {
        retry.as_object_mut().unwrap().remove(name);
    }
    let again = shop.fails("refund", retry);
    assert_eq!((again.kind, again.code.as_deref()), (Kind::OutcomeUnknown, Some("7")));
    assert_eq!(shop.stands(&id).2, "50.00");
}

#[test]
fn a_refund_that_never_arrived_is_repeated() {
    let shop = Shop::plain();
    let id = shop.paid(json!({}));
    let before = json!({ "captured": "100.00", "refunded": "0.00" });
    let refund = json!({ "id": id, "amount": "40.00", "currency": "RUB", "refund_id": "r-1", "before": before });
    fault("refund.do", "drop_before", &format!("orderId={id}"));
    shop.fails("refund", refund.clone());
    let just_now = json!({ "operation": "refund", "sent_at": kopeck::clock::print(time::OffsetDateTime::now_utc()) });
    assert_eq!(shop.call("settle", with(refund.clone(), just_now))["verdict"], "pending");
    let settle = with(refund.clone(), json!({ "operation": "refund", "sent_at": THEN }));
    assert_eq!(shop.call("settle", settle)["verdict"], "not_done");
    assert_eq!(shop.call("refund", refund)["refunded"], "40.00");
}

#[test]
fn lost_captures_and_releases_are_found_out() {
    let shop = Shop::plain();
    for (kind, capture, cancel) in
        [("drop_after", "done", "done"), ("drop_before", "not_done", "review")]
    {
        let before = json!({ "captured": "0.00", "refunded": "0.00" });
        let id = shop.paid(json!({ "hold": true }));
        let fields = json!({ "id": id, "amount": "60.00", "currency": "RUB" });
        fault("deposit.do", kind, &format!("orderId={id}"));
        assert_eq!(shop.fails("capture", fields.clone()).kind, Kind::OutcomeUnknown);
        let more = json!({ "operation": "capture", "sent_at": THEN, "before": before });
        let settled = shop.call("settle", with(fields.clone(), more));
        assert_eq!(settled["verdict"], capture, "{kind}");
        if kind == "drop_before" {
            assert_eq!(shop.call("capture", fields)["captured"], "60.00");
        }
        let id = shop.paid(json!({ "hold": true }));
        fault("reverse.do", kind, &format!("orderId={id}"));
        assert_eq!(shop.fails("cancel", json!({ "id": id })).kind, Kind::OutcomeUnknown);
        let settle = json!({ "operation": "cancel", "id": id, "sent_at": THEN });
        let settled = shop.call("settle", settle);
        // A release works once: where it is not seen, a person must look.
        let word = text(&settled, "verdict");
        assert_eq!(word, cancel, "{kind}");
    }
}

#[test]
fn a_hold_that_lapses_before_its_capture_is_told_as_that() {
    let shop = Shop::plain();
    let id = shop.paid(json!({ "hold": true }));
    act(&id, json!({ "do": "lapse_hold" }));
    // At the gateway it still reads as held.
    assert_eq!(shop.stands(&id).0, "authorized");
    let error = shop.fails("capture", json!({ "id": id, "amount": "60.00", "currency": "RUB" }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "hold_expired"));
    assert!(!error.may_have_happened);
}
