//! A portal that posts twice, and money that comes twice: one payment at the gateway, and a word where it
//! is too late for that.

use std::sync::Arc;

use kopeck::Kind;
use serde_json::{Value, json};

use super::checkout::{Handler, order, over_rbs, paid_at_rbs};
use crate::shop::{Shop, fields, text, with};

#[test]
fn requests_that_come_at_once_open_one_payment_at_the_gateway() {
    // No lock and no table: the number alone keeps the gateway from opening a second one.
    let shop = Arc::new(Shop::plain());
    let ours = Arc::clone(&shop);
    let handler = Handler::new(move |checkout| {
        let number = format!("{}1", text(checkout, "order_prefix"));
        ours.client.call("create_payment", &order(checkout, &number))
    });
    handler.checkout(json!({ "copies": 4 }));
    let all = handler.read.lock().unwrap().clone();
    assert_eq!(all.len(), 4);
    let first = text(all[0].as_ref().unwrap(), "order_prefix").to_owned();
    assert!(all.iter().all(|one| text(one.as_ref().unwrap(), "order_prefix") == first));
    let created = handler.created();
    assert_eq!(created.len(), 1, "{created:?}");

    // The money of one payment of the portal's settles no other, though the sums are the same.
    let payment = paid_at_rbs(&shop, &created[0]);
    let asked = with(handler.asked(&payment), json!({ "payment_id": handler.payment_id + 1 }));
    let error = handler.portal.fails("settle_checkout", asked);
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "order_number"), "{error}");
    assert_eq!(handler.settle(&payment, json!({}))["paid"], true);
}

#[test]
fn money_for_what_was_paid_before_is_told() {
    let (handler, shop) = over_rbs();
    handler.checkout(json!({}));
    let payment = paid_at_rbs(&shop, &handler.created().remove(0));
    assert_eq!(handler.settle(&payment, json!({}))["attention"], json!([]));
    assert_eq!(handler.settle(&payment, json!({}))["attention"], json!([]));
    // The buyer's second window, ten minutes on.
    let later = kopeck::clock::parse(text(&payment, "paid_at")).unwrap();
    let later = kopeck::clock::print(later + std::time::Duration::from_secs(600));
    let second = json!({ "id": "second", "order_number": "B-2", "paid_at": later });
    let second = fields(with(Value::Object(payment), second));
    let settled = handler.settle(&second, json!({}));
    assert_eq!(
        (&settled["repeated"], &settled["attention"]),
        (&json!(true), &json!(["paid_before"]))
    );
}
