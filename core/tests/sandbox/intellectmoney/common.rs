//! The common operations at IntellectMoney's shops of every kind: what is odd in the replies is not
//! seen through them.

use serde_json::json;

use crate::eshop::{Eshop, act, invoice, pay_by_card, press};
use crate::shop::{number, text};

/// Paid by card, known by the history, given back whole.
pub fn a_payment_by_card_and_back(shop: &Eshop) {
    let number = number();
    let payment = shop.create(json!({ "order_number": number }));
    let id = text(&payment, "id").to_owned();
    assert_eq!(
        (&payment["status"], &payment["action"]["type"]),
        (&json!("created"), &json!("redirect"))
    );
    pay_by_card(&id);
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let wait = json!({ "id": id, "expect": expect, "timeout_ms": 5000, "pause_ms": 100 });
    let paid = shop.call("wait", wait);
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "100.00"));
    assert_eq!((text(&paid, "id"), text(&paid, "order_number")), (&*id, &*number));
    let refund = json!({ "id": id, "order_number": number, "amount": "100.00", "currency": "RUB",
                         "refund_id": "r-1" });
    let back = shop.call("refund", refund);
    assert_eq!((text(&back, "status"), text(&back, "refunded")), ("refunded", "100.00"));
    assert_eq!(invoice(&id)["refunded"], "100.00");
}

/// Held, taken; held, released; a wallet begun and paid; a card that fails.
pub fn a_hold_and_a_wallet(shop: &Eshop) {
    for take in [true, false] {
        let number = number();
        let id = shop.created(json!({ "order_number": number, "hold": true }));
        pay_by_card(&id);
        let order = json!({ "id": id, "order_number": number });
        let (done, state) = if take {
            let fields = json!({ "id": id, "order_number": number, "amount": "100.00",
                                 "currency": "RUB" });
            (shop.call("capture", fields), ("paid", 5))
        } else {
            let fields = crate::shop::with(order, json!({ "may_refund": true }));
            (shop.call("cancel", fields), ("cancelled", 4))
        };
        assert_eq!((text(&done, "status"), &invoice(&id)["status"]), (state.0, &json!(state.1)));
    }
    // What is on its way is waited for elsewhere, at the caller's pace.
    shop.switch(json!({ "created_reads": 0, "in_process_reads": 0 }));
    for (method, kind) in
        [("sbp", "qr"), ("gazprom_pay", "redirect"), ("sber_pay", "qr"), ("mir_pay", "app")]
    {
        let payment = shop.create(json!({ "method": method }));
        let id = text(&payment, "id").to_owned();
        assert_eq!(payment["status"], "action_required", "{method}");
        assert_eq!(payment["action"]["type"], kind, "{method}");
        press(&id, "pay");
        let paid = shop.status(&id);
        assert_eq!(
            (text(&paid, "status"), text(&paid, "captured")),
            ("paid", "100.00"),
            "{method}"
        );
    }
    let id = shop.created(json!({ "method": "sbp" }));
    press(&id, "refuse");
    let failed = shop.status(&id);
    assert_eq!((text(&failed, "status"), &failed["payable"]), ("created", &json!(true)));
    assert_eq!(failed["last_attempt"]["reason"], "declined");
    act(&id, json!({ "do": "expire" }));
    assert_eq!(invoice(&id)["status"], 4);
}
