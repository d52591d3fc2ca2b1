//! The same story at installations that write their answers differently: the client says the same.

use serde_json::{Value, json};

use crate::shop::{GOOD, RETURN, Shop, act, number, order, origin, sent, text, wallet_token};
use crate::stored_cards::stored;

/// Registers, is refused, pays, captures, refunds and lists at a merchant with these switches.
fn whole_story(switches: &Value) {
    let shop = Shop::with(switches.clone());
    let number = number();
    let id = shop.created(json!({ "order_number": number, "hold": true }));
    let again = shop.fails("create_payment", order(json!({ "order_number": number })));
    assert_eq!((again.reason, again.code.as_deref()), ("duplicate_order", Some("1")), "{switches}");
    let nobody = "00000000-0000-0000-0000-000000000001";
    assert_eq!(text(&shop.status(nobody), "status"), "not_found", "{switches}");
    assert_eq!(shop.stands(&id).0, "created", "{switches}");
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    let expect = json!({ "id": id, "order_number": number, "amount": "100.00", "currency": "RUB",
                         "hold": true });
    let held = shop.call("confirm", json!({ "id": id, "expect": expect }));
    assert_eq!(
        (text(&held, "status"), text(&held, "currency")),
        ("authorized", "RUB"),
        "{switches}"
    );
    let part = json!({ "id": id, "amount": "60.00", "currency": "RUB" });
    let taken = shop.call("capture", part);
    assert_eq!((text(&taken, "status"), text(&taken, "captured")), ("paid", "60.00"), "{switches}");
    let mut refund = json!({ "id": id, "amount": "20.00", "currency": "RUB", "refund_id": "r-1" });
    if switches["deposited_is_net"] != false {
        refund["before"] = json!({ "captured": "60.00", "refunded": "0.00" });
    }
    let back = shop.call("refund", refund);
    assert_eq!(text(&back, "status"), "partially_refunded", "{switches}");
    assert_eq!(
        (text(&back, "captured"), text(&back, "refunded")),
        ("60.00", "20.00"),
        "{switches}"
    );
    let found = shop.call("payment_status", json!({ "order_number": number }));
    assert_eq!(text(&found, "id"), id, "{switches}");
}

#[test]
fn the_story_is_the_same_however_it_is_written() {
    for switches in [
        json!({ "error_code_as": "integer" }),
        json!({ "error_code_as": "absent" }),
        json!({ "register_error_code": true }),
        json!({ "register_error_code": true, "error_code_as": "integer" }),
        json!({ "currency_answer": "810" }),
        json!({ "content_type": "text/plain" }),
        json!({ "content_type": "text/html" }),
        json!({ "capitalised": true }),
        json!({ "capitalised": true, "error_code_as": "integer", "content_type": "text/plain" }),
        json!({ "omit_status_on_unknown": true }),
        json!({ "omit_status_on_unknown": false }),
        json!({ "time_zone_hours": 3 }),
        json!({ "status_version": 3 }),
        json!({ "status_version": 21 }),
        json!({ "status_version": 46, "fee_amount": 250, "loyalty_bonus": 50 }),
    ] {
        whole_story(&switches);
    }
}

#[test]
fn gross_deposits_are_read_by_their_assumption() {
    for (assumed, left) in [(true, "partially_refunded"), (false, "partially_refunded")] {
        let shop = Shop::new(
            json!({ "settings": { "deposited_is_net": false } }),
            json!({ "assumptions": { "deposited_is_net": assumed } }),
        );
        let id = shop.paid(json!({}));
        let refund = json!({ "id": id, "amount": "30.00", "currency": "RUB", "refund_id": "r-1" });
        shop.call("refund", refund);
        // What was approved overrules an assumption that would make more of it.
        assert_eq!(shop.stands(&id), (left.into(), json!("100.00"), json!("30.00")), "{assumed}");
    }
}

#[test]
fn a_status_without_sums_is_never_paid_by_guess() {
    let shop = Shop::with(json!({ "status_version": 2 }));
    let id = shop.paid(json!({}));
    let found = shop.status(&id);
    // Of that age no sums are told: captured is null, never 0.
    assert_eq!((&found["captured"], &found["refunded"]), (&Value::Null, &Value::Null));
    assert_eq!(text(&found, "status"), "paid");
    act(&id, json!({ "do": "refund", "amount": 3000 }));
    let found = shop.status(&id);
    assert_eq!(
        (text(&found, "status"), text(&found, "reason")),
        ("unknown", "refunded_amount_unknown")
    );
    assert_eq!(found["final"], false);
}

#[test]
fn a_failed_registration_with_code_0_is_none() {
    let shop = Shop::with(json!({ "register_always_error_text": true }));
    let number = number();
    let create = order(json!({ "order_number": number }));
    shop.call("create_payment", create.clone());
    let error = shop.fails("create_payment", create);
    assert!(error.code.is_some(), "{error}");
    assert_ne!(error.advice, "repeat");
}

#[test]
fn a_status_that_lags_behind_is_asked_again_by_wait() {
    let shop = Shop::with(json!({ "status_lag": 2 }));
    let number = number();
    let id = shop.created(json!({ "order_number": number }));
    act(&id, json!({ "do": "pay", "pan": GOOD }));
    // The clock of these settings stands still but for what is slept.
    let quick = Shop::same(&shop, json!({ "clock": "2026-06-01T12:00:00Z" }));
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let paid = quick.call("wait", json!({ "id": id, "timeout_ms": 60_000, "expect": expect }));
    assert_eq!((text(&paid, "status"), paid["final"] == true), ("paid", true));
    assert!(sent("getOrderStatusExtended.do", &id).len() >= 3);
}

#[test]
fn fees_bonuses_and_less_than_asked_are_told_apart() {
    let shop = Shop::with(json!({ "fee_amount": 250, "loyalty_bonus": 50 }));
    let id = shop.created(json!({}));
    act(&id, json!({ "do": "pay", "pan": GOOD, "amount": 8000 }));
    let found = shop.status(&id);
    assert_eq!((text(&found, "status"), text(&found, "captured")), ("partially_paid", "80.00"));
    assert_eq!((text(&found, "amount"), text(&found, "fee")), ("100.00", "2.50"));
    let held = shop.created(json!({ "hold": true }));
    act(&held, json!({ "do": "pay", "pan": GOOD, "amount": 8000 }));
    let found = shop.status(&held);
    assert_eq!((text(&found, "status"), text(&found, "authorized")), ("authorized", "80.00"));
}

#[test]
fn other_currencies_have_their_own_digits() {
    let shop = Shop::plain();
    for (currency, amount, minor) in
        [("JPY", "1500", 1500), ("USD", "15.00", 1500), ("KWD", "1.500", 1500)]
    {
        let fields = json!({ "order_number": number(), "amount": amount, "currency": currency,
                             "return_url": RETURN });
        let id = text(&shop.call("create_payment", fields), "id").to_owned();
        assert_eq!(act(&id, json!({ "do": "pay", "pan": GOOD }))["amount"], minor);
        let found = shop.status(&id);
        assert_eq!((text(&found, "captured"), text(&found, "currency")), (amount, currency));
    }
}

#[test]
fn cards_wallets_codes_and_lists_are_read_however_they_are_written() {
    for switches in [
        json!({ "error_code_as": "integer" }),
        json!({ "error_code_as": "absent" }),
        json!({ "content_type": "text/plain" }),
        json!({ "capitalised": true }),
        json!({ "currency_answer": "810" }),
        json!({ "bindings_v2": false, "time_zone_hours": 3, "status_version": 5 }),
    ] {
        let zone = if switches["time_zone_hours"] == 3 { "+03:00" } else { "+00:00" };
        let merchant = json!({ "settings": switches });
        let shop = Shop::new(merchant, json!({ "gateway_time_zone": zone }));
        let card = stored(&shop);
        let charge = json!({ "order_number": number(), "amount": "50.00", "currency": "RUB", "card_id": card });
        let paid = shop.call("charge_saved_card", charge);
        assert_eq!(
            (text(&paid, "status"), text(&paid, "captured")),
            ("paid", "50.00"),
            "{switches}"
        );
        let token = wallet_token("apple", json!({ "outcome": "success" }));
        let paid = shop.create(json!({ "method": "apple_pay", "wallet_token": token }));
        assert_eq!((text(&paid, "status"), text(&paid, "currency")), ("paid", "RUB"), "{switches}");
        let code = shop.create(json!({ "method": "sbp" }));
        assert_eq!(code["action"]["type"], "qr", "{switches}");
        let period = json!({ "from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z" });
        assert_eq!(shop.call("list_payments", period)["total"], 4, "{switches}");
        for _ in 0..2 {
            assert_eq!(shop.call("forget_card", json!({ "card_id": card }))["forgotten"], true);
        }
        let none = shop.call("saved_cards", json!({ "customer_id": "c-1" }));
        assert_eq!(none["cards"], json!([]), "{switches}");
    }
}

#[test]
fn the_newer_api_has_its_own_codes_either_way() {
    for switches in
        [json!({}), json!({ "error_code_as": "integer" }), json!({ "error_code_as": "absent" })]
    {
        let settings = json!({ "dialect": "sber_ecomm", "base_url": format!("{}/ecomm/gw/partner/api", origin()) });
        let shop = Shop::new(json!({ "settings": switches }), settings);
        let id = shop.paid(json!({ "hold": true }));
        let part = json!({ "id": id, "amount": "60.00", "currency": "RUB" });
        assert_eq!(text(&shop.call("capture", part), "captured"), "60.00", "{switches}");
        let back = json!({ "id": id, "amount": "20.00", "currency": "RUB", "refund_id": "r-1" });
        assert_eq!(text(&shop.call("refund", back), "refunded"), "20.00", "{switches}");
    }
}
