//! `confirm` at IntellectMoney: webhooks beside the state, late, twice and in the old charset.

use kopeck::{Fields, Kind};
use serde_json::{Value, json};

use crate::eshop::{Eshop, act, pay_by_card};
use crate::listener::Listener;
use crate::shop::{control, number, text, with};

/// What the shop's support told: the name of the amount in purchaseToRefund.
const AMOUNT: &str = "OperationAmount";

fn expect(number: &str, hold: bool) -> Value {
    json!({ "order_number": number, "amount": "100.00", "currency": "RUB", "hold": hold })
}

/// Status and reason.
fn stands(payment: &Fields) -> [Value; 2] {
    ["status", "reason"].map(|name| payment[name].clone())
}

/// A shop whose webhooks arrive as the old ones do, and where they arrive.
fn told(switches: Value) -> (Eshop, Listener) {
    let listener = Listener::answering(|_| json!({ "status": 200, "body": "OK" }));
    let old = json!({ "webhook_charset": "windows-1251", "webhook_charset_told": false,
                      "webhook_names": "camel", "created_reads": 0, "in_process_reads": 0 });
    let shop = Eshop::with(with(old, switches));
    control("eshops", json!({ "eshop_id": shop.id, "result_url": listener.url }));
    (shop, listener)
}

fn confirm(shop: &Eshop, bill: &(String, Value), notification: &Value) -> Fields {
    let asked = json!({ "id": bill.0, "expect": bill.1, "notification": notification });
    shop.call("confirm", asked)
}

/// An invoice with Cyrillic in it, and what is expected of it.
fn billed(shop: &Eshop, hold: bool) -> (String, Value) {
    let number = number();
    let create = json!({ "order_number": number, "hold": hold, "description": "Книга",
                         "customer": { "email": "buyer@shop.example", "name": "Иван" } });
    (shop.created(create), expect(&number, hold))
}

#[test]
fn a_webhook_of_the_old_charset_makes_a_payment_of_a_step() {
    let (shop, listener) = told(json!({}));
    let bill = billed(&shop, false);
    let made = listener.next();
    assert_eq!(confirm(&shop, &bill, &made)["status"], json!("pending"));
    pay_by_card(&bill.0);
    let paid = listener.next();
    // The step alone is no payment.
    let alone = shop.call("confirm", json!({ "id": bill.0, "expect": bill.1 }));
    assert_eq!(stands(&alone), [json!("authorized"), json!("paid_or_held")]);
    let sure = confirm(&shop, &bill, &paid);
    assert_eq!((&sure["status"], &sure["captured"]), (&json!("paid"), &json!("100.00")));
    assert_eq!(sure["checked"], json!(["order_number", "currency", "amount"]));
    assert_eq!((&sure["final"], &sure["refunded"]), (&json!(true), &Value::Null));
    // An older one, late, takes nothing away that the step says.
    assert_eq!(confirm(&shop, &bill, &made)["status"], json!("authorized"));
    // One of another order is not about this one.
    let other = billed(&shop, false);
    listener.next();
    let asked = json!({ "id": other.0, "expect": other.1, "notification": paid });
    assert_eq!(shop.fails("confirm", asked).kind, Kind::Mismatch);
}

#[test]
fn a_reduced_hold_that_is_taken_is_paid_with_its_sum() {
    let (shop, listener) = told(json!({ "refund_amount_field": AMOUNT }));
    let named = Eshop::same(&shop, json!({ "refund_amount_field": AMOUNT }));
    let bill = billed(&shop, true);
    listener.next();
    pay_by_card(&bill.0);
    let held = confirm(&shop, &bill, &listener.next());
    assert_eq!((&held["status"], &held["authorized"]), (&json!("authorized"), &json!("100.00")));
    assert_eq!((&held["final"], &held["reason"]), (&json!(true), &Value::Null));
    let order = (bill.0.clone(), text(bill.1.as_object().unwrap(), "order_number").to_owned());
    named.call("capture", json!({ "id": order.0, "order_number": order.1, "currency": "RUB", "amount": "60.00", "authorized": "100.00" }));
    // The two may overtake each other.
    let last = [listener.next(), listener.next()];
    let status = |one: &Value, number: &str| one["body"].as_str().unwrap().contains(number);
    let of = |number| last.iter().find(|one| status(one, number)).unwrap();
    let reduced = confirm(&shop, &bill, of("paymentStatus=6"));
    assert_eq!(reduced["authorized"], json!("60.00"));
    let taken = confirm(&shop, &bill, of("paymentStatus=5"));
    assert_eq!((&taken["status"], &taken["captured"]), (&json!("paid"), &json!("60.00")));
    assert_eq!(taken["checked"], json!(["order_number", "currency"]));
}

#[test]
fn a_late_webhook_never_takes_back_what_the_history_knows() {
    let (shop, listener) = told(json!({}));
    let open = Eshop::same(&shop, shop.personal());
    let bill = billed(&shop, false);
    listener.next();
    pay_by_card(&bill.0);
    let paid = listener.next();
    act(&bill.0, json!({ "do": "refund", "amount": "30.00" }));
    let refunded = listener.next();
    // Each twice and in reverse order: one state, with its sums.
    let mut states = Vec::new();
    for notification in [&refunded, &paid, &refunded, &paid] {
        let seen = confirm(&open, &bill, notification);
        assert_eq!(seen["status"], json!("partially_refunded"));
        assert_eq!((&seen["captured"], &seen["refunded"]), (&json!("100.00"), &json!("30.00")));
        states.push(seen["state_id"].clone());
    }
    states.dedup();
    assert_eq!(states.len(), 1);
    // Without the history no sum of the refund is known, and none is guessed.
    let seen = confirm(&shop, &bill, &refunded);
    assert_eq!(stands(&seen), [json!("unknown"), json!("refunded_amount_unknown")]);
}
