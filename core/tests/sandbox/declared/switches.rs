//! What gateways do otherwise than their manuals say, by the sandbox's switches.

use serde_json::json;

use super::Described;
use crate::shop::{browse, text};

/// `100.50` as other people write it.
#[test]
fn an_amount_written_otherwise_is_the_same_amount() {
    for (name, amount) in [
        ("robokassa", "dec(6)"),
        ("wayforpay", "number"),
        ("freekassa", "number"),
        ("examplepay", "dec(6)"),
        ("payeer", "number"),
    ] {
        let mut shop = Described::with(name, json!({ "amount": amount }));
        let notification = shop.paid();
        let paid = shop.confirm(Some(&notification));
        assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "100.50"), "{name}");
    }
}

#[test]
fn the_content_type_is_not_asked() {
    for (name, kind) in [
        ("wayforpay", "application/x-www-form-urlencoded"),
        ("tbank", "text/plain"),
        ("examplepay", "application/json"),
        ("payeer", "application/json"),
    ] {
        let mut shop = Described::with(name, json!({ "content_type": kind }));
        let notification = shop.paid();
        assert_eq!(shop.parse(&notification)["event"], "paid", "{name}");
    }
}

/// Where the manual lets hexadecimal digits be of either case, both are right; else only its own is.
#[test]
fn hexadecimal_digits_come_in_either_case_where_the_file_says_so() {
    for hex in ["upper", "lower"] {
        for name in ["robokassa", "examplepay"] {
            let mut shop = Described::with(name, json!({ "hex": hex }));
            let notification = shop.paid();
            assert_eq!(shop.parse(&notification)["event"], "paid", "{name} {hex}");
        }
    }
    let mut shop = Described::with("nineteen", json!({ "hex": "lower", "attempts": 1 }));
    let notification = shop.paid();
    let error = shop.fails("parse_notification", notification);
    assert_eq!(error.reason, "signature_mismatch");
}

#[test]
fn the_same_twice_is_one_event_and_one_state() {
    for name in ["examplepay", "payeer", "tbank"] {
        let mut shop = Described::with(name, json!({ "times": 3 }));
        let page = shop.create();
        browse(&page, &[("do", "pay")]);
        let all = shop.listener.take(3);
        let told: Vec<_> = all.iter().map(|one| shop.parse(one)).collect();
        let states: Vec<_> = all.iter().map(|one| shop.confirm(Some(one))).collect();
        for at in 1..3 {
            assert_eq!(told[at]["event_id"], told[0]["event_id"], "{name}");
            assert_eq!(states[at]["state_id"], states[0]["state_id"], "{name}");
        }
    }
}

/// One gateway tells `AUTHORIZED` and `CONFIRMED` in the same moment, in any order.
#[test]
fn two_statuses_at_once_are_two_events_and_the_status_call_decides() {
    for last in [false, true] {
        let switches = json!({ "twin": "authorized", "twin_last": last });
        let mut shop = Described::with("tbank", switches);
        let page = shop.create();
        browse(&page, &[("do", "pay")]);
        let all = shop.listener.take(2);
        let mut events: Vec<_> =
            all.iter().map(|one| text(&shop.parse(one), "event").to_owned()).collect();
        events.sort();
        assert_eq!(events, ["held", "paid"]);
        for one in &all {
            let payment = shop.confirm(Some(one));
            assert_eq!((text(&payment, "status"), text(&payment, "captured")), ("paid", "100.50"));
        }
    }
}

/// A gateway withdraws the first of two recipes over night: the other is accepted all the while.
#[test]
fn a_withdrawn_recipe_leaves_the_other() {
    for (name, count) in [("yoomoney", 2), ("webmoney", 2), ("cloudpayments", 2)] {
        for signature in 0..count {
            let mut shop = Described::with(name, json!({ "signature": signature }));
            let notification = shop.paid();
            assert_eq!(shop.parse(&notification)["event"], "paid", "{name} {signature}");
        }
    }
}

#[test]
fn unknown_fields_are_no_harm_and_missing_ones_no_forgery() {
    for name in ["examplepay", "tbank", "payeer", "nineteen"] {
        for switches in [
            json!({ "extra_fields": { "of_a_later_version": "1" } }),
            json!({ "omit_optional": true }),
        ] {
            let mut shop = Described::with(name, switches.clone());
            let notification = shop.paid();
            let paid = shop.confirm(Some(&notification));
            assert_eq!(text(&paid, "status"), "paid", "{name} {switches}");
        }
    }
}

#[test]
fn a_gateway_that_asks_first_is_answered_and_no_money_has_moved() {
    for name in ["unitpay", "webmoney", "cloudpayments"] {
        let mut shop = Described::with(name, json!({ "check_first": true }));
        let page = shop.create();
        browse(&page, &[("do", "pay")]);
        let asked = shop.parse(&shop.listener.next());
        assert_eq!(asked["event"], "check", "{name}");
        assert_eq!(asked["payment"]["captured"], json!(null), "{name}");
        let notification = shop.listener.next();
        assert_eq!(text(&shop.confirm(Some(&notification)), "status"), "paid", "{name}");
    }
}

/// The fee is the gateway's: the order is held against the gross sum.
#[test]
fn a_net_sum_is_not_compared() {
    let mut shop = Described::plain("yoomoney");
    let notification = shop.paid();
    let told = shop.parse(&notification);
    assert_eq!(told["payment"]["amount"], "100.50");
    assert_eq!(text(&shop.confirm(Some(&notification)), "status"), "paid");
}

#[test]
fn a_notification_before_the_return_and_one_after_it() {
    for when in ["before", "after"] {
        let mut shop = Described::with("examplepay", json!({ "notify": when }));
        let notification = shop.paid();
        assert_eq!(text(&shop.confirm(Some(&notification)), "status"), "paid", "{when}");
    }
}

#[test]
fn a_signature_that_is_wrong_or_missing_is_not_believed() {
    for (switch, reason) in
        [("wrong_signature", "signature_mismatch"), ("unsigned", "signature_missing")]
    {
        for name in ["examplepay", "liqpay", "cloudpayments", "moneta"] {
            let mut shop = Described::with(name, json!({ switch: true, "attempts": 1 }));
            let notification = shop.paid();
            let error = shop.fails("parse_notification", notification);
            assert_eq!((error.kind.name(), error.reason), ("Untrusted", reason), "{name}");
        }
    }
}

/// Several payments under one number: the best of them is the payment, and two paid are none.
#[test]
fn a_list_of_tries_has_its_best_first() {
    // What nobody confirmed is no money.
    for (name, best) in [("freekassa", "paid"), ("tbank", "unknown")] {
        let mut shop = Described::with(name, json!({ "tries": ["failed", "created"] }));
        shop.paid();
        let asked = || json!({ "order_number": shop.order["order_number"] });
        let reply = shop.call("payment_status", asked());
        let listed = reply["attempts"].as_array().unwrap().iter();
        let listed: Vec<&str> = listed.map(|one| one["status"].as_str().unwrap()).collect();
        assert_eq!(listed, [best, "created", "declined"], "{name}");
        assert_eq!(reply["order_number"], shop.order["order_number"], "{name}");
        // One test at a time has a gateway.
        drop(shop);

        let mut shop = Described::with(name, json!({ "tries": ["paid"] }));
        shop.paid();
        let error =
            shop.fails("payment_status", json!({ "order_number": shop.order["order_number"] }));
        assert_eq!((error.kind.name(), error.reason), ("Mismatch", "paid_twice"), "{name}");
    }
}
