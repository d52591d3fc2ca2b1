//! 54-FZ: carts, captures and refunds by positions, and what became of the receipts.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::shop::{GOOD, Shop, act, number, order, sent, text, with, word};

/// Two teas of 30 roubles and half a kilo of sugar at 80: 100 roubles.
fn cart() -> Value {
    json!({
        "customer": { "email": "buyer@mail.example" },
        "tax_system": "usn_income",
        "positions": [
            { "id": 1, "name": "Tea", "quantity": "2", "price": "30.00", "vat": "none", "code": "t" },
            { "id": 2, "name": "Sugar", "quantity": "0.5", "measure": "kilogram", "price": "80.00", "vat": "20", "code": "s" },
        ],
    })
}

fn teas(count: &str) -> Value {
    json!({ "positions": [{ "id": 1, "name": "Tea", "quantity": count, "price": "30.00", "vat": "none", "code": "t" }] })
}

fn fiscal(switches: Value) -> Shop {
    Shop::with(with(json!({ "fiscal": true }), switches))
}

fn paid(shop: &Shop, hold: bool) -> String {
    let id = shop.created(json!({ "receipt": cart(), "hold": hold }));
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    id
}

#[test]
fn a_paid_cart_is_fiscalised_and_told() {
    let shop = fiscal(json!({}));
    let id = paid(&shop, false);
    let found = shop.call("payment_status", json!({ "id": id, "receipt": true }));
    let receipt = &found["receipt"];
    assert_eq!(
        (&receipt["status"], &receipt["requested"]),
        (&json!("done"), &json!(true)),
        "{receipt}"
    );
    let one = &receipt["receipts"][0];
    assert_eq!((&one["kind"], &one["status"]), (&json!("payment"), &json!("done")));
    assert!(one["fiscal_document_number"].is_string() && one["uuid"].is_string(), "{one}");
    // Without being asked for, the receipt costs no second exchange.
    let before = sent("getReceiptStatus.do", &id).len();
    shop.status(&id);
    assert_eq!(sent("getReceiptStatus.do", &id).len(), before);
}

#[test]
fn a_receipt_waits_or_fails_while_the_payment_stands() {
    for (outcome, status) in [("queued", "pending"), ("failed", "failed"), ("delivered", "done")] {
        for names in [
            json!({}),
            json!({ "receipt_date_name": "receipt_date_time" }),
            json!({ "receipt_version": 2 }),
        ] {
            let shop = fiscal(with(json!({ "receipt_outcome": outcome }), names));
            let id = paid(&shop, false);
            let found = shop.call("payment_status", json!({ "id": id, "receipt": true }));
            assert_eq!(
                (text(&found, "status"), &found["receipt"]["status"]),
                ("paid", &json!(status)),
                "{outcome}"
            );
        }
    }
}

#[test]
fn wrong_carts_never_leave() {
    let shop = fiscal(json!({}));
    for (pointer, value) in [
        ("/positions/0/price", json!("30.01")),
        ("/positions/1/id", json!(1)),
        ("/positions/1/code", json!("t")),
        ("/customer", json!({})),
        ("/positions/0/amount", json!("59.99")),
        ("/positions/0/quantity", json!("0")),
    ] {
        let mut receipt = cart();
        let (place, name) = pointer.rsplit_once('/').unwrap();
        receipt.pointer_mut(place).unwrap()[name] = value;
        let number = number();
        let fields = order(json!({ "order_number": number, "receipt": receipt }));
        let error = shop.fails("create_payment", fields);
        assert_eq!(error.kind, Kind::InvalidRequest, "{pointer}: {error}");
        assert!(sent("register.do", &number).is_empty(), "{pointer}");
    }
}

#[test]
fn a_part_is_captured_and_given_back_by_its_positions() {
    let shop = fiscal(json!({}));
    let id = paid(&shop, true);
    let part = json!({ "id": id, "amount": "60.00", "currency": "RUB" });
    let error = shop.fails("capture", part.clone());
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("receipt")));
    assert!(sent("deposit.do", &id).is_empty(), "nothing was sent");
    let taken = shop.call("capture", with(part, json!({ "receipt": teas("2") })));
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "60.00"));

    let back = json!({ "id": id, "amount": "30.00", "currency": "RUB", "refund_id": "r-1" });
    let error = shop.fails("refund", back.clone());
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("receipt")));
    assert!(sent("refund.do", &id).is_empty(), "nothing was sent");
    let given = shop.call("refund", with(back, json!({ "receipt": teas("1") })));
    assert_eq!((text(&given, "status"), text(&given, "refunded")), ("partially_refunded", "30.00"));
    // A tea is left, so two do not come back.
    let more = json!({ "id": id, "amount": "60.00", "currency": "RUB", "refund_id": "r-2", "receipt": teas("2") });
    assert_ne!(shop.fails("refund", more).kind, Kind::InvalidRequest);

    let found = shop.call("payment_status", json!({ "id": id, "receipt": true }));
    let kinds: Vec<_> = found["receipt"]["receipts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert_eq!(kinds, ["payment", "refund"]);
    assert_eq!(found["receipt"]["status"], "done");
}

#[test]
fn all_of_it_needs_no_positions() {
    let shop = fiscal(json!({}));
    let id = paid(&shop, true);
    let whole = json!({ "id": id, "amount": "100.00", "currency": "RUB" });
    assert_eq!(text(&shop.call("capture", whole.clone()), "captured"), "100.00");
    let back = with(whole, json!({ "refund_id": "r-1" }));
    assert_eq!(text(&shop.call("refund", back), "status"), "refunded");
}

#[test]
pub fn a_prepaid_receipt_is_closed_and_another_filed() {
    let shop = fiscal(json!({}));
    let id = paid(&shop, false);
    assert_eq!(
        shop.native("closeOfdReceipt", json!({ "mdOrder": id, "amount": "10000" }))["success"],
        true
    );
    let all = shop.native("getReceiptStatus", json!({ "orderId": id }));
    assert_eq!(all["receipt"].as_array().unwrap().len(), 2, "{all}");
    let reply = shop.call("rbs.getReceiptStatus", json!({ "orderId": id }));
    assert_eq!(reply["receipt"]["receipts"][1]["kind"], "closing");
    let uuid = word(&all["receipt"][0], "uuid");
    shop.native("getReceiptStatus", json!({ "uuid": uuid }));
    let made_elsewhere = json!({
        "mdOrder": id,
        "receipt": { "type": "0", "paymentType": "1", "fn_number": "9999078900004792",
            "fiscal_document_number": "7", "fiscal_document_attribute": "1234567890",
            "amount_total": "10000", "receipt_date_time": "2026:01:31 21:46:52" },
        "jsonParams": { "cashboxId": "1", "basketId": "2" },
    });
    shop.native("externalReceipt", made_elsewhere);
    shop.call(
        "refund",
        json!({ "id": id, "amount": "100.00", "currency": "RUB", "refund_id": "r-1" }),
    );
    let late = shop.fails("rbs.closeOfdReceipt", json!({ "mdOrder": id, "amount": "10000" }));
    assert_eq!(late.code.as_deref(), Some("7"));
}

#[test]
pub fn free_refunds_shut_the_usual_one_out() {
    let shop = fiscal(json!({}));
    let id = paid(&shop, false);
    let position = json!({ "orderId": id, "amount": "1000", "positionId": "2" });
    shop.native("processRawPositionRefund", position.clone());
    let usual = json!({ "id": id, "amount": "90.00", "currency": "RUB", "refund_id": "r-1" });
    assert_eq!(shop.fails("refund", usual).kind, Kind::OutcomeUnknown);
    shop.native("processRawSumRefund", json!({ "orderId": id, "amount": "500" }));
    assert_eq!(shop.stands(&id), ("partially_refunded".into(), json!("100.00"), json!("15.00")));
    let again = shop.fails("rbs.processRawPositionRefund", position);
    assert_eq!((again.kind, again.code.as_deref()), (Kind::OutcomeUnknown, Some("7")));
    shop.switch(json!({ "raw_refunds": false }));
    let error = shop.fails("rbs.processRawSumRefund", json!({ "orderId": id, "amount": "500" }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "not_permitted"));
}
