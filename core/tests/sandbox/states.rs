//! Every transition of an order (docs/gateways/rbs.md, "Status") as `payment_status` tells it.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::shop::{GOOD, Shop, act, order, sent, text, with};

fn captured(amount: &str, refunded: &str) -> (Value, Value) {
    (json!(amount), json!(refunded))
}

/// The words, and whether the buyer may still pay and whether it is over.
fn words(shop: &Shop, id: &str) -> (String, Value, bool) {
    let found = shop.status(id);
    (text(&found, "status").to_owned(), found["payable"].clone(), found["final"] == true)
}

#[test]
fn an_unpaid_order_is_declined_or_expires() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    assert_eq!(words(&shop, &id), ("created".into(), json!(true), false));
    assert_eq!(shop.status(&id)["last_attempt"], Value::Null);
    let closed = shop.call("cancel", json!({ "id": id }));
    assert_eq!(
        (text(&closed, "status"), &closed["reason"]),
        ("cancelled", &json!("cancelled_by_merchant"))
    );
    assert_eq!(words(&shop, &id), ("cancelled".into(), json!(false), true));
    // Closing it again is no mistake.
    assert_eq!(text(&shop.call("cancel", json!({ "id": id })), "status"), "cancelled");

    let id = shop.created(json!({}));
    act(&id, json!({ "do": "expire" }));
    assert_eq!(words(&shop, &id), ("expired".into(), json!(false), true));
    let id = shop.created(json!({}));
    act(&id, json!({ "do": "start_3ds" }));
    assert_eq!(words(&shop, &id), ("action_required".into(), json!(true), false));
    act(&id, json!({ "do": "expire" }));
    assert_eq!(words(&shop, &id).0, "expired");
}

#[test]
fn a_payment_is_made_at_once_or_after_3ds() {
    let shop = Shop::plain();
    for started in [false, true] {
        for (hold, status) in [(false, "paid"), (true, "authorized")] {
            let id = shop.created(json!({ "hold": hold }));
            if started {
                act(&id, json!({ "do": "start_3ds" }));
            }
            act(&id, json!({ "do": "pay", "pan": GOOD }));
            assert_eq!(words(&shop, &id), (status.into(), json!(false), !hold), "{started}");
            let found = shop.status(&id);
            let taken = if hold { "0.00" } else { "100.00" };
            assert_eq!((text(&found, "authorized"), text(&found, "captured")), ("100.00", taken));
            assert_eq!(found["card"]["number"], "411111**1111");
            for name in ["rrn", "approval_code", "paid_at", "created_at", "method"] {
                assert!(found[name].is_string(), "{name} of {}", Value::Object(found.clone()));
            }
            let expect = json!({ "hold": hold });
            let asked = shop.call("payment_status", json!({ "id": id, "expect": expect }));
            assert_eq!(asked["final"], true, "a hold is the end for who asked for one");
        }
    }
}

#[test]
fn a_refused_card_leaves_the_order_payable_until_no_try_is_left() {
    let shop = Shop::with(json!({ "attempts": 2 }));
    let id = shop.created(json!({}));
    let poor = json!({ "do": "pay", "pan": "4999000001160000", "month": "12", "year": "2030", "cvc": "123" });
    act(&id, poor.clone());
    assert_eq!(words(&shop, &id), ("created".into(), json!(true), false));
    let last = shop.status(&id)["last_attempt"].clone();
    assert_eq!((&last["reason"], &last["code"]), (&json!("insufficient_funds"), &json!("116")));
    assert_eq!(last["retry"], "later");
    act(&id, poor);
    assert_eq!(words(&shop, &id), ("declined".into(), json!(false), true));
    let dead = shop.status(&id);
    assert_eq!((text(&dead, "reason"), text(&dead, "retry")), ("insufficient_funds", "later"));
    assert!(dead["buyer_text"].is_object(), "{}", dead["buyer_text"]);
    assert_eq!(dead["captured"], "0.00");
    // A dead order is paid no more, and cancelling it changes nothing.
    assert_eq!(text(&shop.call("cancel", json!({ "id": id })), "status"), "declined");

    let id = shop.created(json!({}));
    act(&id, json!({ "do": "decline", "action_code": 208 })); // lost card: told the shop alone
    let dead = shop.status(&id);
    assert_eq!((text(&dead, "status"), text(&dead, "retry")), ("declined", "never"));
    let buyer = dead["buyer_text"].to_string().to_lowercase();
    assert!(!buyer.contains("lost") && !buyer.contains("утер"), "{buyer}");
}

#[test]
fn a_bank_that_has_not_decided_keeps_everybody_waiting() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    act(&id, json!({ "do": "pending" }));
    assert_eq!(words(&shop, &id), ("pending".into(), json!(false), false));
    let error = shop.fails("cancel", json!({ "id": id }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "in_progress"));
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    assert_eq!(words(&shop, &id).0, "paid");
}

#[test]
fn a_check_of_the_card_ends_verified() {
    let shop = Shop::plain();
    let zero =
        order(json!({ "amount": "0.00", "purpose": "verification", "customer": { "id": "c-1" } }));
    let id = text(&shop.call("create_payment", zero.clone()), "id").to_owned();
    act(&id, json!({ "do": "pay", "pan": GOOD, "store": true }));
    let expect = json!({ "order_number": zero["order_number"], "amount": "0.00", "currency": "RUB",
                         "purpose": "verification" });
    let checked = shop.call("confirm", json!({ "id": id, "expect": expect }));
    assert_eq!((text(&checked, "status"), checked["final"] == true), ("verified", true));
    assert_eq!(
        shop.call("saved_cards", json!({ "customer_id": "c-1" }))["cards"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Who did not ask for a check sees a payment that took nothing.
    assert_eq!(text(&shop.status(&id), "status"), "cancelled");
}

#[test]
fn a_hold_is_taken_whole_in_part_or_in_parts() {
    let shop = Shop::plain();
    let capture = |id: &str, amount: &str, partial: bool| {
        shop.call(
            "capture",
            json!({ "id": id, "amount": amount, "currency": "RUB", "partial": partial }),
        )
    };
    let whole = shop.paid(json!({ "hold": true }));
    assert_eq!(text(&capture(&whole, "100.00", false), "status"), "paid");
    let part = shop.paid(json!({ "hold": true }));
    let taken = capture(&part, "60.00", false);
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "60.00"));

    let several = shop.paid(json!({ "hold": true }));
    for (amount, sum) in [("20.00", "20.00"), ("30.00", "50.00")] {
        let taken = capture(&several, amount, true);
        assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("partially_captured", sum));
        assert_eq!(taken["final"], false);
    }
    let last = capture(&several, "10.00", false);
    assert_eq!((text(&last, "status"), text(&last, "captured")), ("paid", "60.00"));
    // The last of several was said to be that.
    let kind = |body: &str| body.split("depositType=").nth(1).unwrap_or_default().chars().next();
    let kinds: Vec<_> = sent("deposit.do", &several).iter().map(|body| kind(body)).collect();
    assert_eq!(kinds, [Some('1'), Some('1'), Some('2')]);
    let error =
        shop.fails("capture", json!({ "id": several, "amount": "1.00", "currency": "RUB" }));
    assert_eq!(error.reason, "wrong_state");
}

#[test]
fn a_hold_is_released_once_whole_or_in_part() {
    let shop = Shop::plain();
    let id = shop.paid(json!({ "hold": true }));
    shop.native("reverse", json!({ "orderId": id, "amount": "4000" }));
    let less = shop.status(&id);
    assert_eq!((text(&less, "status"), text(&less, "authorized")), ("authorized", "60.00"));
    let taken = shop.call("capture", json!({ "id": id, "amount": "60.00", "currency": "RUB" }));
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "60.00"));

    let id = shop.paid(json!({ "hold": true }));
    let free = shop.call("cancel", json!({ "id": id }));
    assert_eq!((text(&free, "status"), free["final"] == true), ("cancelled", true));
    assert_eq!(text(&shop.call("cancel", json!({ "id": id })), "status"), "cancelled");
    let error = shop.fails("capture", json!({ "id": id, "amount": "1.00", "currency": "RUB" }));
    assert_eq!(error.reason, "wrong_state");
}

#[test]
fn captured_money_goes_back_in_parts() {
    let shop = Shop::plain();
    let id = shop.paid(json!({}));
    let refund = |refund_id: &str, amount: &str| json!({ "id": id, "amount": amount, "currency": "RUB", "refund_id": refund_id });
    for (refund_id, amount, status, back) in [
        ("r-1", "30.00", "partially_refunded", "30.00"),
        ("r-2", "30.00", "partially_refunded", "60.00"),
        ("r-3", "40.00", "refunded", "100.00"),
    ] {
        let found = shop.call("refund", refund(refund_id, amount));
        assert_eq!(text(&found, "status"), status);
        assert_eq!(
            (found["captured"].clone(), found["refunded"].clone()),
            captured("100.00", back)
        );
    }
    // Code 7 proves nothing by itself; with the amounts before, more than is left is more than is left.
    assert_eq!(shop.fails("refund", refund("r-4", "0.01")).kind, Kind::OutcomeUnknown);
    let before = json!({ "before": { "captured": "100.00", "refunded": "100.00" } });
    let error = shop.fails("refund", with(refund("r-4", "0.01"), before));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "amount_exceeded"));
    let error = shop.fails("cancel", json!({ "id": id }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
    let ids: Vec<_> = shop.status(&id)["refunds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    assert_eq!(ids, ["r-1", "r-2", "r-3"]);

    let id = shop.paid(json!({}));
    let too_much = json!({ "id": id, "amount": "100.01", "currency": "RUB", "refund_id": "r-1" });
    let error = shop.fails("refund", too_much);
    assert_eq!((error.kind, error.reason), (Kind::Refused, "amount_exceeded"));
    let unpaid = shop.created(json!({}));
    let early = json!({ "id": unpaid, "amount": "1.00", "currency": "RUB", "refund_id": "r-1" });
    assert_eq!(shop.fails("refund", early).reason, "wrong_state");
}

#[test]
fn a_slow_refund_is_in_progress_until_the_bank_has_done_it() {
    let shop = Shop::with(json!({ "slow_refunds": true }));
    let id = shop.paid(json!({}));
    let refund = json!({ "id": id, "amount": "40.00", "currency": "RUB", "refund_id": "r-1",
                         "before": { "captured": "100.00", "refunded": "0.00" } });
    let taken_in = shop.call("refund", refund.clone());
    assert_eq!((text(&taken_in, "status"), text(&taken_in, "refunded")), ("paid", "0.00"));
    let settle =
        with(refund.clone(), json!({ "operation": "refund", "sent_at": "2026-01-01T00:00:00Z" }));
    assert_eq!(shop.call("settle", settle.clone())["verdict"], "pending");
    // Another one meanwhile is refused with code 7, and what is in progress might be ours.
    let second = shop.fails("refund", with(refund, json!({ "refund_id": "r-2" })));
    assert_eq!((second.kind, second.advice), (Kind::OutcomeUnknown, "ask_status"));
    act(&id, json!({ "do": "finish_refund" }));
    assert_eq!(shop.call("settle", settle)["verdict"], "done");
    assert_eq!(shop.stands(&id).0, "partially_refunded");
}

#[test]
fn a_capture_is_taken_back_where_the_bank_allows_it() {
    let shop = Shop::with(json!({ "reverse_deposited": true }));
    let held = shop.paid(json!({ "hold": true }));
    shop.call("capture", json!({ "id": held, "amount": "100.00", "currency": "RUB" }));
    // Our cancel never moves captured money: the gateway's own method must be called by its name.
    assert_eq!(shop.fails("cancel", json!({ "id": held })).reason, "wrong_state");
    shop.native("reverse", json!({ "orderId": held }));
    assert_eq!(shop.stands(&held), ("authorized".into(), json!("0.00"), json!("0.00")));

    let bought = shop.paid(json!({}));
    shop.native("reverse", json!({ "orderId": bought }));
    assert_eq!(shop.stands(&bought).0, "cancelled");
}

#[test]
fn a_hold_is_taken_or_released_by_the_clock() {
    for (field, status, taken) in
        [("autocompletionDate", "paid", "100.00"), ("autoReverseDate", "cancelled", "0.00")]
    {
        let shop = Shop::plain();
        let past = json!({ "hold": true, "extra": { field: "2020-01-01T00:00:00" } });
        let id = shop.paid(past);
        assert_eq!(shop.stands(&id), (status.into(), json!(taken), json!("0.00")), "{field}");
    }
}
