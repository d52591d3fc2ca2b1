//! A create whose answer was lost: by an idempotency key, by a status call with the number, or by
//! neither; and where nothing is called nothing can be lost.

use kopeck::Kind;
use serde_json::{Value, json};

use super::Described;
use crate::shop::{browse, text, with};

/// Kinds of loss: before the gateway had it, and after.
const LOSSES: [(&str, usize); 2] = [("drop_before", 0), ("drop_after", 1)];

fn lose(shop: &Described, path: &str, fault: &str) {
    shop.fault(path, fault);
    let error = shop.fails("create_payment", shop.order.clone());
    assert_eq!((error.kind, error.advice), (Kind::OutcomeUnknown, "ask_status"), "{fault}");
}

#[test]
fn with_a_key_it_is_repeated_and_there_is_one_payment() {
    for (fault, there) in LOSSES {
        let shop = Described::plain("examplepay");
        lose(&shop, "create-smart-process", fault);
        assert_eq!(shop.count(), there, "{fault}");
        let settled = shop.settle(json!({}));
        assert_eq!(settled["verdict"], "done", "{fault}");
        assert_eq!(shop.count(), 1, "{fault}");
        let page = settled["payment"]["action"]["url"].as_str().unwrap().to_owned();
        let again = shop.settle(json!({ "page_shown": true }));
        assert_eq!(again["payment"]["action"]["url"], page.as_str(), "{fault}");
        assert_eq!(shop.count(), 1, "{fault}");
        browse(&page, &[("do", "pay")]);
        assert_eq!(shop.parse(&shop.listener.next())["event"], "paid");
    }
}

#[test]
fn by_its_number_it_is_found_or_not_done() {
    for (fault, there) in LOSSES {
        let shop = Described::plain("nineteen");
        lose(&shop, "/v1/tickets", fault);
        assert_eq!(shop.count(), there, "{fault}");
        let settled = shop.settle(json!({}));
        // Nobody saw its page, and its address is lost: the next attempt, and the old one lives on unseen.
        let expected = if there == 0 { "not_done" } else { "need_new_number" };
        assert_eq!(settled["verdict"], expected, "{fault}");
        assert_eq!(shop.count(), there, "nothing was created by asking");
    }
    let shop = Described::plain("nineteen");
    lose(&shop, "/v1/tickets", "drop_after");
    shop.act(json!({ "do": "pay" }));
    let settled = shop.settle(json!({}));
    assert_eq!(settled["verdict"], "done");
    assert_eq!(settled["payment"]["status"], "paid");
    assert_eq!(settled["payment"]["captured"], "100.50");
}

#[test]
fn before_the_grace_time_absence_proves_nothing() {
    let shop = Described::plain("nineteen");
    lose(&shop, "/v1/tickets", "drop_before");
    let now = time::OffsetDateTime::now_utc();
    let now = now.format(&time::format_description::well_known::Rfc3339).unwrap();
    let settled = shop.settle(json!({ "sent_at": now, "timeout_ms": 300 }));
    assert_eq!(settled["verdict"], "pending");
}

#[test]
fn without_either_a_notification_settles_it_or_a_person() {
    let shop = Described::plain("paykeeper");
    lose(&shop, "/change/invoice/preview/", "drop_after");
    let settled = shop.settle(json!({}));
    assert_eq!(settled["verdict"], "review");
    assert_eq!(shop.count(), 1, "asking sent nothing");
    shop.act(json!({ "do": "pay" }));
    let notification = shop.listener.next();
    let settled = shop.settle(json!({ "notification": notification }));
    assert_eq!(settled["verdict"], "done");
    assert_eq!(settled["payment"]["status"], "paid");
    // One of another sum settles nothing.
    let create = with(shop.order.clone(), json!({ "amount": "100.51" }));
    let settle = json!({
        "operation": "create_payment", "create": create, "sent_at": super::THEN,
        "notification": notification,
    });
    assert_eq!(shop.fails("settle", settle).kind, Kind::Mismatch);
}

#[test]
fn a_form_is_signed_again() {
    let mut shop = Described::plain("payeer");
    let page = shop.create();
    let settled = shop.settle(json!({}));
    assert_eq!(settled["verdict"], "done");
    let first = shop.call("create_payment", shop.order.clone());
    assert_eq!(settled["payment"]["action"], first["action"]);
    browse(&page, &[("do", "pay")]);
    assert_eq!(shop.count(), 1);
    assert_eq!(text(&shop.confirm(Some(&shop.listener.next())), "status"), "paid");
}

/// A gateway that answers with something else than a page has perhaps made a payment.
#[test]
fn what_cannot_be_read_is_unknown() {
    let shop = Described::plain("examplepay");
    for fault in ["status_500", "garbage", "cut_json"] {
        shop.fault("create-smart-process", fault);
        let error = shop.fails("create_payment", shop.order.clone());
        assert_eq!(error.kind, Kind::OutcomeUnknown, "{fault}");
        assert!(error.may_have_happened, "{fault}");
    }
    assert_eq!(shop.settle(json!({}))["verdict"], Value::from("done"));
}
