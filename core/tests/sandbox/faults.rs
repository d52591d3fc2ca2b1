//! Each way in which an exchange can go wrong, on each call that moves money, with the kind that must
//! come of it; and what logs and errors then show.

use std::cell::RefCell;

use kopeck::clock::SystemClock;
use kopeck::{Error, Host, Kind};
use serde_json::{Value, json};

use crate::shop::{
    GOOD, Shop, act, control, fault, fields, look, number, order, text, wallet_token, with,
};
use crate::stored_cards::stored;

/// What each fault must be called on a write. On a read it is always `NotDone`.
const FAULTS: &[(&str, Kind)] = &[
    ("refuse", Kind::OutcomeUnknown), // reset while the request is on its way
    ("drop_before", Kind::OutcomeUnknown),
    ("drop_after", Kind::OutcomeUnknown),
    ("reset_after", Kind::OutcomeUnknown),
    ("hang", Kind::OutcomeUnknown),
    ("half", Kind::OutcomeUnknown),
    ("half_unframed", Kind::OutcomeUnknown),
    ("cut_json", Kind::OutcomeUnknown),
    ("empty", Kind::OutcomeUnknown),
    ("garbage", Kind::OutcomeUnknown),
    ("not_http", Kind::OutcomeUnknown),
    ("status_500", Kind::OutcomeUnknown),
    ("status_502", Kind::OutcomeUnknown),
    ("status_503", Kind::OutcomeUnknown),
    ("status_429", Kind::OutcomeUnknown),
    ("system_error", Kind::OutcomeUnknown), // code 7, which can mean anything
    ("redirect", Kind::NotDone),
];

/// A call that moves money or an order: the operation, its last method, and what prepares its fields
/// and the mark by which a fault finds it.
struct Call {
    operation: &'static str,
    method: &'static str,
    prepare: fn(&Shop) -> (Value, String),
}

const CALLS: &[Call] = &[
    Call {
        operation: "create_payment",
        method: "register.do",
        prepare: |_| {
            let number = number();
            (order(json!({ "order_number": number })), format!("orderNumber={number}"))
        },
    },
    Call {
        operation: "capture",
        method: "deposit.do",
        prepare: |shop| {
            let id = shop.paid(json!({ "hold": true }));
            let fields = json!({ "id": id, "amount": "60.00", "currency": "RUB" });
            (fields, format!("orderId={id}"))
        },
    },
    Call {
        operation: "cancel",
        method: "reverse.do",
        prepare: |shop| {
            let id = shop.paid(json!({ "hold": true }));
            (json!({ "id": id }), format!("orderId={id}"))
        },
    },
    Call {
        operation: "cancel",
        method: "decline.do",
        prepare: |shop| {
            let id = shop.created(json!({}));
            (json!({ "id": id }), format!("orderId={id}"))
        },
    },
    Call {
        operation: "refund",
        method: "refund.do",
        prepare: |shop| {
            let id = shop.paid(json!({}));
            let fields =
                json!({ "id": id, "amount": "60.00", "currency": "RUB", "refund_id": "r-1" });
            (fields, format!("orderId={id}"))
        },
    },
    Call {
        operation: "charge_saved_card",
        method: "recurrentPayment.do",
        prepare: |shop| {
            let card = stored(shop);
            let number = number();
            let fields = json!({ "order_number": number, "amount": "10.00", "currency": "RUB", "card_id": card });
            (fields, number)
        },
    },
    Call {
        operation: "create_payment",
        method: "applepay/payment.do",
        prepare: |_| {
            let (number, token) =
                (number(), wallet_token("apple", json!({ "outcome": "success" })));
            let fields =
                json!({ "order_number": number, "method": "apple_pay", "wallet_token": token });
            (order(fields), number)
        },
    },
];

/// Silence is waited for, so its client has little patience; the others have plenty.
fn merchant(fault: &str) -> Shop {
    let total_ms = if fault == "hang" { 700 } else { 20_000 };
    Shop::new(json!({}), json!({ "timeouts": { "total_ms": total_ms } }))
}

fn strike(call: &Call) {
    let Call { operation, method, prepare } = call;
    for (kind, expected) in FAULTS {
        let shop = merchant(kind);
        let (fields, mark) = prepare(&shop);
        fault(method, kind, &mark);
        let error = shop.fails(operation, fields);
        assert_eq!(error.kind, *expected, "{kind} on {method}: {error}");
        assert_eq!(
            error.may_have_happened,
            *expected == Kind::OutcomeUnknown,
            "{kind} on {method}"
        );
        let advice = if *expected == Kind::NotDone { "fix_settings" } else { "ask_status" };
        assert_eq!(error.advice, advice, "{kind} on {method}");
    }
}

#[test]
fn every_fault_on_each_call_that_moves_money() {
    std::thread::scope(|scope| {
        for call in CALLS {
            scope.spawn(|| strike(call));
        }
    });
}

#[test]
fn a_failed_read_has_changed_nothing() {
    for (kind, _) in FAULTS {
        let shop = merchant(kind);
        let id = shop.created(json!({}));
        // A read is repeated once on a fresh connection when a pooled one goes silent: twice.
        let armed = json!({ "match": "getOrderStatusExtended.do", "fault": kind, "times": 2,
                            "body": format!("orderId={id}"), "hang_ms": 3000 });
        control("faults", armed);
        let error = shop.fails("payment_status", json!({ "id": id }));
        assert_eq!(error.kind, Kind::NotDone, "{kind}: {error}");
        assert!(!error.may_have_happened, "{kind}");
    }
}

#[test]
fn a_connection_that_was_closed_while_idle_is_replaced() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    fault("getOrderStatusExtended.do", "close_idle", &format!("orderId={id}"));
    for _ in 0..3 {
        assert_eq!(text(&shop.status(&id), "status"), "created");
    }
}

#[test]
fn nobody_listening_is_not_done() {
    let refused = look("config")["refused_url"].as_str().unwrap().to_owned();
    let shop = Shop::new(json!({}), json!({ "base_url": format!("{refused}/payment") }));
    let error = shop.fails("create_payment", order(json!({})));
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "connection_refused"));
}

#[test]
fn a_merchant_who_must_change_the_password_is_told_to() {
    let shop = Shop::with(json!({ "must_change_password": true }));
    let error = shop.fails("create_payment", order(json!({})));
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Refused, Some("5")));
    assert_eq!(shop.call("check_settings", json!({}))["ok"], false);
}

#[test]
fn nothing_personal_is_shown_by_logs_errors_and_replies() {
    let shop = Shop::plain();
    let shown = RefCell::new(String::new());
    let log = |_, line: &str| {
        shown.borrow_mut().push_str(line);
        shown.borrow_mut().push('\n');
    };
    let host = Host { clock: &SystemClock, log: Some(&log) };
    let note = |reply: Result<kopeck::Fields, Error>| {
        let says = match reply {
            Ok(fields) => Value::Object(fields).to_string(),
            Err(error) => format!("{error} {error:?}"),
        };
        shown.borrow_mut().push_str(&says);
    };
    let call =
        |operation: &str, value: Value| shop.client.call_in(&host, operation, &fields(value));
    let customer = json!({ "id": "c-1", "email": "ivan.petrov@mail.example", "phone": "79161234567",
                           "name": "IVAN PETROV", "ip": "198.51.100.77" });
    for kind in ["", "drop_after", "status_500", "garbage"] {
        let number = number();
        let create = order(json!({ "order_number": number, "customer": customer }));
        if !kind.is_empty() {
            fault("register.do", kind, &format!("orderNumber={number}"));
        }
        let created = call("create_payment", create.clone());
        let id = created.as_ref().ok().map(|fields| text(fields, "id").to_owned());
        note(created);
        note(call("create_payment", create));
        let Some(id) = id else { continue };
        let card = json!({ "MDORDER": id, "$PAN": GOOD, "$CVC": "123", "$EXPIRY": "202612",
                           "TEXT": "IVAN PETROV", "language": "en" });
        note(call("rbs.paymentorder", card.clone()));
        note(call("rbs.paymentorder", with(card, json!({ "$CVC": "999" }))));
        act(&id, json!({ "do": "pay", "pan": GOOD }));
        note(call("payment_status", json!({ "id": id })));
        note(call("rbs.getOrderStatusExtended", json!({ "orderId": id })));
    }
    let shown = shown.into_inner();
    assert!(shown.contains("-> POST") && shown.contains("register.do"), "{shown}");
    let password = format!("{}_password", shop.login);
    for secret in ["ivan.petrov", "79161234567", "IVAN PETROV", "198.51.100.77", GOOD, &password] {
        assert!(!shown.contains(secret), "{secret} is shown: {shown}");
    }
}
