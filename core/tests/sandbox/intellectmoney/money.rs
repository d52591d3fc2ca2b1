//! What becomes of an invoice's money at IntellectMoney, with the history and without it.

use kopeck::{Fields, Kind};
use serde_json::{Value, json};

use crate::eshop::{Eshop, act, bill, invoice};
use crate::shop::{fault, number, sent, with};

/// What the shop's support told: the name of the amount in purchaseToRefund.
const AMOUNT: &str = "OperationAmount";

/// A shop that shows at once where payments stand, without login and password, and with them.
fn shops(switches: Value) -> (Eshop, Eshop) {
    let prompt = json!({ "created_reads": 0, "in_process_reads": 0 });
    let plain = Eshop::with(with(prompt, switches));
    let open = Eshop::same(&plain, plain.personal());
    (plain, open)
}

/// The same, where the amount's name is known.
fn partial() -> (Eshop, Eshop) {
    let (plain, open) = shops(json!({ "refund_amount_field": AMOUNT }));
    let name = json!({ "refund_amount_field": AMOUNT });
    let open = Eshop::same(&open, with(plain.personal(), name.clone()));
    (Eshop::same(&plain, name), open)
}

/// An invoice that the buyer paid by card: its id and number.
fn paid(shop: &Eshop, hold: bool) -> (String, String) {
    let number = number();
    (shop.paid(json!({ "order_number": number, "hold": hold })), number)
}

/// An operation on it, of 100 roubles.
fn on(paid: &(String, String), more: Value) -> Value {
    let base = json!({ "id": paid.0, "order_number": paid.1, "amount": "100.00",
                       "currency": "RUB" });
    with(base, more)
}

fn closing(paid: &(String, String)) -> Value {
    json!({ "id": paid.0, "order_number": paid.1, "may_refund": true })
}

fn refund(paid: &(String, String), more: Value) -> Value {
    on(paid, with(json!({ "refund_id": "r-1" }), more))
}

fn expect(number: &str, hold: bool) -> Value {
    json!({ "order_number": number, "amount": "100.00", "currency": "RUB", "hold": hold })
}

/// Status, reason, authorized, captured and refunded.
fn stands(payment: &Fields) -> [Value; 5] {
    ["status", "reason", "authorized", "captured", "refunded"].map(|name| payment[name].clone())
}

fn state(paid: &(String, String)) -> Value {
    invoice(&paid.0)["state"].clone()
}

#[test]
fn the_step_alone_says_paid_or_held_and_the_history_says_which() {
    let (plain, open) = shops(json!({}));
    for (hold, status, sums) in [
        (false, "paid", [Value::Null, json!("100.00"), json!("0.00")]),
        (true, "authorized", [json!("100.00"), json!("0.00"), json!("0.00")]),
    ] {
        let paid = paid(&plain, hold);
        let seen = plain.status(&paid.0);
        assert_eq!(stands(&seen)[..2], [json!("authorized"), json!("paid_or_held")]);
        assert_eq!((&seen["amount"], &seen["final"]), (&Value::Null, &json!(false)));
        let ask = json!({ "id": paid.0, "expect": expect(&paid.1, hold) });
        let seen = open.call("payment_status", ask);
        assert_eq!(stands(&seen)[..2], [json!(status), Value::Null]);
        assert_eq!(stands(&seen)[2..], sums);
        assert_eq!(seen["checked"], json!(["order_number", "currency", "amount"]));
        assert_eq!(seen["final"], json!(true));
    }
}

#[test]
fn what_was_registered_otherwise_is_a_mismatch() {
    let (plain, open) = shops(json!({}));
    let paid = paid(&plain, false);
    for (name, value) in [("amount", "100.01"), ("currency", "USD"), ("order_number", "other")] {
        let expect = with(expect(&paid.1, false), json!({ name: value }));
        let asked = json!({ "id": paid.0, "expect": expect });
        let error = open.fails("payment_status", asked);
        assert_eq!((error.kind, error.reason), (Kind::Mismatch, name));
        assert_eq!(error.payment.as_ref().unwrap()["status"], json!("paid"));
    }
    let live = Eshop::same(&plain, with(plain.personal(), json!({ "test_mode": true })));
    let error = live.fails("payment_status", json!({ "id": paid.0 }));
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "test"));
}

#[test]
fn a_part_that_came_is_no_payment_hold_or_not() {
    let (plain, open) = shops(json!({}));
    for hold in [false, true] {
        let number = number();
        let id = plain.created(json!({ "order_number": number, "hold": hold }));
        act(&id, json!({ "do": "pay", "amount": "40.00" }));
        let seen =
            open.call("payment_status", json!({ "id": id, "expect": expect(&number, hold) }));
        assert_eq!(
            (&seen["status"], &seen["captured"]),
            (&json!("partially_paid"), &json!("40.00"))
        );
    }
}

#[test]
fn a_hold_is_taken_whole() {
    let (plain, open) = shops(json!({}));
    let held = paid(&plain, true);
    let done = open.call("capture", on(&held, json!({})));
    assert_eq!(stands(&done)[..2], [json!("paid"), Value::Null]);
    assert_eq!(done["captured"], json!("100.00"));
    // Twice is refused before anything leaves.
    let error = open.fails("capture", on(&held, json!({})));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
    assert_eq!(sent("purchaseToPaid", &held.1).len(), 1);

    // Without the history the caller must know what is held.
    let held = paid(&plain, true);
    let error = plain.fails("capture", on(&held, json!({})));
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("authorized")));
    let done = plain.call("capture", on(&held, json!({ "authorized": "100.00" })));
    assert_eq!(stands(&done)[..2], [json!("unknown"), json!("done_but_status_not_read")]);
    assert_eq!(state(&held), invoice(&held.0)["state"]);
    assert_eq!(open.status(&held.0)["captured"], json!("100.00"));
}

#[test]
fn what_cannot_be_captured_is_refused_before_anything_moves() {
    let (plain, open) = shops(json!({}));
    let held = paid(&plain, true);
    for (more, kind, reason) in [
        (json!({ "amount": "60.00" }), Kind::Refused, "not_supported"),
        (json!({ "amount": "100.01" }), Kind::Refused, "amount_exceeded"),
        (json!({ "partial": true }), Kind::Refused, "not_supported"),
        (json!({ "currency": "USD" }), Kind::InvalidRequest, "invalid_field"),
        (json!({ "order_number": null }), Kind::InvalidRequest, "invalid_field"),
        (json!({ "order_number": "other" }), Kind::Mismatch, "order_number"),
        (json!({ "authorized": "90.00" }), Kind::Refused, "wrong_state"),
        (json!({ "amount": "0.00" }), Kind::InvalidRequest, "invalid_field"),
    ] {
        let error = open.fails("capture", on(&held, more.clone()));
        assert_eq!((error.kind, error.reason), (kind, reason), "{more}");
    }
    let error =
        plain.fails("capture", on(&held, json!({ "authorized": "100.00", "amount": "60.00" })));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "not_supported"));
    assert!(sent("purchaseToPaid", &held.1).is_empty());
    assert!(sent("purchaseToRefund", &held.1).is_empty());
}

#[test]
fn less_than_held_is_released_first_and_then_taken() {
    let (plain, open) = partial();
    let held = paid(&plain, true);
    let done = open.call("capture", on(&held, json!({ "amount": "60.00" })));
    assert_eq!(stands(&done)[..2], [json!("paid"), Value::Null]);
    assert_eq!((&done["captured"], &done["refunded"]), (&json!("60.00"), &json!("0.00")));
    // What was captured of a hold is data; without one it would be too little.
    for (hold, status) in [(true, "paid"), (false, "partially_paid")] {
        let ask = json!({ "id": held.0, "expect": expect(&held.1, hold) });
        assert_eq!(open.call("payment_status", ask)["status"], json!(status));
    }
    let back = open.call("refund", refund(&held, json!({ "amount": "10.00" })));
    assert_eq!(stands(&back)[0], json!("partially_refunded"));
    assert_eq!((&back["captured"], &back["refunded"]), (&json!("60.00"), &json!("10.00")));
}

#[test]
fn a_capture_that_fails_after_the_release_says_what_happened() {
    for kind in ["refuse", "drop_before", "drop_after", "status_503"] {
        let (plain, open) = partial();
        let held = paid(&plain, true);
        fault("purchaseToPaid", kind, &format!("OrderId={}", held.1));
        let asked = on(&held, json!({ "amount": "60.00", "authorized": "100.00" }));
        let error = plain.fails("capture", asked);
        assert_eq!(
            (error.kind, error.reason),
            (Kind::OutcomeUnknown, "reduced_not_captured"),
            "{kind}"
        );
        assert!(error.may_have_happened && error.message.contains("60.00"), "{}", error.message);
        assert_eq!(error.payment.as_ref().unwrap()["id"], json!(held.0));
        let seen = open.status(&held.0);
        let happened = kind == "drop_after";
        assert_eq!(seen["status"], json!(if happened { "paid" } else { "authorized" }), "{kind}");
        if !happened {
            let again = on(&held, json!({ "amount": "60.00", "authorized": "60.00" }));
            assert_eq!(open.call("capture", again)["captured"], json!("60.00"));
        }
    }
}

#[test]
fn only_with_consent_is_anything_cancelled() {
    let (plain, open) = shops(json!({}));
    let held = paid(&plain, true);
    let asked = json!({ "id": held.0, "order_number": held.1 });
    let error = open.fails("cancel", asked);
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some("may_refund")));
    let done = open.call("cancel", closing(&held));
    assert_eq!(stands(&done)[..2], [json!("cancelled"), json!("released")]);
    assert_eq!(open.call("cancel", closing(&held))["status"], json!("cancelled"));
    assert_eq!(sent("purchaseToRefund", &held.1).len(), 1, "closed once");

    let number = number();
    let unpaid = (plain.created(json!({ "order_number": number })), number);
    let done = open.call("cancel", closing(&unpaid));
    assert_eq!((&done["status"], &done["captured"]), (&json!("cancelled"), &json!("0.00")));
    assert_eq!(done["final"], json!(true));

    // What is captured stays, where that is known.
    let paid = paid(&plain, false);
    let error = open.fails("cancel", closing(&paid));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
    assert!(sent("purchaseToRefund", &paid.1).is_empty());
    // Where it is not, the consent was for this; and nobody claims more than is known.
    let done = plain.call("cancel", closing(&paid));
    assert_eq!(stands(&done)[..2], [json!("unknown"), json!("done_but_status_not_read")]);
    assert_eq!(stands(&open.status(&paid.0))[3..], [json!("100.00"), json!("100.00")]);
}

#[test]
fn nothing_is_cancelled_while_the_bank_decides() {
    let (plain, _) = shops(json!({ "in_process_reads": 99 }));
    let number = number();
    let id = plain.created(json!({ "order_number": number, "method": "instalments" }));
    let begin = json!({ "InvoiceId": id, "SuccessUrl": "https://shop.example/r",
                        "IpAddress": "192.0.2.10" });
    plain.native("bnplPayment", begin);
    let error = plain.fails("cancel", closing(&(id, number.clone())));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "in_progress"));
    assert!(sent("purchaseToRefund", &number).is_empty());
}

#[test]
fn a_refund_is_the_whole_or_its_amount_has_a_name() {
    let (plain, open) = shops(json!({}));
    let bought = paid(&plain, false);
    let before = json!({ "before": { "captured": "100.00", "refunded": "0.00" } });
    for (shop, more, kind, reason) in [
        (&plain, json!({}), Kind::InvalidRequest, "invalid_field"),
        (
            &plain,
            with(before.clone(), json!({ "amount": "40.00" })),
            Kind::Refused,
            "not_supported",
        ),
        (
            &plain,
            with(before.clone(), json!({ "amount": "100.01" })),
            Kind::Refused,
            "amount_exceeded",
        ),
        (&open, json!({ "amount": "40.00" }), Kind::Refused, "not_supported"),
        (&open, json!({ "amount": "100.01" }), Kind::Refused, "amount_exceeded"),
        (&open, json!({ "currency": "EUR" }), Kind::InvalidRequest, "invalid_field"),
        (
            &open,
            json!({ "before": { "captured": "100.00", "refunded": "1.00" } }),
            Kind::Refused,
            "wrong_state",
        ),
    ] {
        let error = shop.fails("refund", refund(&bought, more.clone()));
        assert_eq!((error.kind, error.reason), (kind, reason), "{more}");
    }
    assert!(sent("purchaseToRefund", &bought.1).is_empty());
    let done = open.call("refund", refund(&bought, before.clone()));
    assert_eq!((&done["status"], &done["refunded"]), (&json!("refunded"), &json!("100.00")));
    let error = open.fails("refund", refund(&bought, json!({})));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "amount_exceeded"));

    let bought = paid(&plain, false);
    let done = plain.call("refund", refund(&bought, before));
    assert_eq!(stands(&done)[..2], [json!("unknown"), json!("done_but_status_not_read")]);
    assert_eq!(open.status(&bought.0)["status"], json!("refunded"));
}

#[test]
fn two_equal_parts_are_two_refunds_and_a_stale_belief_is_refused() {
    let (plain, open) = partial();
    let bought = paid(&plain, false);
    for (before, after) in [("0.00", "30.00"), ("30.00", "60.00")] {
        let before = json!({ "captured": "100.00", "refunded": before });
        let asked = refund(&bought, json!({ "amount": "30.00", "before": before }));
        let done = open.call("refund", asked.clone());
        assert_eq!(
            (&done["status"], &done["refunded"]),
            (&json!("partially_refunded"), &json!(after))
        );
        assert_eq!(open.fails("refund", asked).reason, "wrong_state");
    }
    let refunds = open.status(&bought.0)["refunds"].clone();
    assert_eq!(refunds.as_array().unwrap().len(), 2);
    assert_eq!(sent("purchaseToRefund", &bought.1).len(), 2);
}

#[test]
fn an_unexplained_refusal_of_a_write_is_not_taken_for_a_no() {
    let (plain, open) = shops(json!({}));
    let number = number();
    let unpaid = (plain.created(json!({ "order_number": number })), number);
    let error = plain.fails("capture", on(&unpaid, json!({ "authorized": "100.00" })));
    assert_eq!((error.kind, error.reason), (Kind::OutcomeUnknown, "code_unknown"));
    assert_eq!(error.code.as_deref(), Some("105"));
    let error = open.fails("capture", on(&unpaid, json!({})));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
}

#[test]
fn test_money_and_old_roubles() {
    let (plain, open) = shops(json!({}));
    for (currency, told, test) in [("TST", "TST", true), ("RUB", "RUB", false)] {
        let id = plain.created(json!({ "currency": currency }));
        act(&id, json!({ "do": "pay" }));
        let seen = open.status(&id);
        assert_eq!((&seen["currency"], &seen["test"]), (&json!(told), &json!(test)));
        assert_eq!(seen["status"], json!("paid"));
    }
    // RUR is sent by nobody here, and yet may stand at the gateway.
    let number = number();
    let native = json!({ "OrderId": number, "RecipientAmount": "100.00", "RecipientCurrency": "RUR",
                         "Email": "buyer@shop.example" });
    let made = plain.native("createInvoice", native);
    let id = made["Result"]["InvoiceId"].to_string();
    act(&id, json!({ "do": "pay" }));
    let asked = json!({ "id": id, "expect": expect(&number, false) });
    assert_eq!(open.call("payment_status", asked)["status"], json!("paid"));
}

#[test]
fn the_settings_are_checked_by_an_invoice_that_is_not_there() {
    let (plain, _) = shops(json!({}));
    let check = |shop: &Eshop| {
        let found = shop.call("check_settings", json!({}));
        (found["ok"].clone(), found["checks"][1]["ok"].clone())
    };
    assert_eq!(check(&plain), (json!(true), json!(true)));
    for wrong in [
        json!({ "secret_key": "other" }),
        json!({ "bearer_token": "ffffffffffffffffffffffffffffffff" }),
        json!({ "sign_secret_key": "other" }),
    ] {
        assert_eq!(check(&Eshop::same(&plain, wrong)), (json!(false), json!(false)));
    }
    // A failed login is told where a payment is asked for.
    let id = plain.created(bill(json!({})));
    let wrong = with(plain.personal(), json!({ "personal_password": "other" }));
    let error = Eshop::same(&plain, wrong).fails("payment_status", json!({ "id": id }));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "authentication_failed"));
}
