//! Each way in which an exchange with IntellectMoney can go wrong, on calls that move money and on
//! calls that look: the kind that comes of it, and that nothing left twice.

use kopeck::{Error, Kind};
use serde_json::{Value, json};

use super::invoices::{hold, made};
use super::natives::equipped;
use crate::eshop::{Eshop, SITE_IP, bill, invoice, pay_by_card};
use crate::shop::{RETURN, control, fault, look, number, sent, text, with, word};

/// What each fault must be called on a write, and whether the gateway acted. On a read it is always
/// `NotDone`.
const FAULTS: &[(&str, Kind, bool)] = &[
    ("refuse", Kind::OutcomeUnknown, false), // reset while the request is on its way
    ("drop_before", Kind::OutcomeUnknown, false),
    ("drop_after", Kind::OutcomeUnknown, true),
    ("reset_after", Kind::OutcomeUnknown, true),
    ("hang", Kind::OutcomeUnknown, true),
    ("half", Kind::OutcomeUnknown, true),
    ("half_unframed", Kind::OutcomeUnknown, true),
    ("cut_json", Kind::OutcomeUnknown, true),
    ("empty", Kind::OutcomeUnknown, true),
    ("garbage", Kind::OutcomeUnknown, true),
    ("not_http", Kind::OutcomeUnknown, true),
    ("status_500", Kind::OutcomeUnknown, false),
    ("status_502", Kind::OutcomeUnknown, false),
    ("status_503", Kind::OutcomeUnknown, false),
    ("status_429", Kind::OutcomeUnknown, false),
    ("system_error", Kind::OutcomeUnknown, false), // another gateway's reply
    ("redirect", Kind::NotDone, false),
];

/// A call that moves money or an order: its method, and what prepares its fields, the mark by which a
/// fault finds it, and the order that it is about.
struct Call {
    operation: &'static str,
    method: &'static str,
    prepare: fn(&Eshop) -> (Value, String, String),
    /// Whether the sandbox shows that it was carried out.
    acted: fn(&str) -> bool,
}

/// An invoice of 100 roubles that was paid, or is held: its id and its order number.
fn paid(shop: &Eshop, held: bool) -> (String, String) {
    let number = number();
    let more = if held { hold(shop) } else { json!({}) };
    let id = made(shop, with(more, json!({ "OrderId": number })));
    pay_by_card(&id);
    (id, number)
}

/// The invoice of an order, if there is one.
fn of_order(number: &str) -> Option<Value> {
    let all = look("invoices")["invoices"].as_array().cloned().unwrap();
    let mut own = all.into_iter().filter(|one| one["order_id"] == json!(number));
    let found = own.next();
    assert!(own.next().is_none(), "two invoices of {number}");
    found
}

const CALLS: &[Call] = &[
    Call {
        operation: "create_payment",
        method: "createInvoice",
        prepare: |_| {
            let number = number();
            (bill(json!({ "order_number": number })), format!("OrderId={number}"), number)
        },
        acted: |number| of_order(number).is_some(),
    },
    Call {
        operation: "capture",
        method: "purchaseToPaid",
        prepare: |shop| {
            let (id, number) = paid(shop, true);
            let fields = json!({ "id": id, "order_number": number, "amount": "100.00",
                                 "currency": "RUB", "authorized": "100.00" });
            (fields, format!("InvoiceId={id}"), id)
        },
        acted: |id| invoice(id)["status"] == 5,
    },
    Call {
        operation: "cancel",
        method: "purchaseToRefund",
        prepare: |shop| {
            let (id, number) = paid(shop, true);
            let fields = json!({ "id": id, "order_number": number, "may_refund": true });
            (fields, format!("InvoiceId={id}"), id)
        },
        acted: |id| invoice(id)["status"] == 4,
    },
    Call {
        operation: "refund",
        method: "purchaseToRefund",
        prepare: |shop| {
            let (id, number) = paid(shop, false);
            let before = json!({ "captured": "100.00", "refunded": "0.00" });
            let fields = json!({ "id": id, "order_number": number, "amount": "100.00",
                                 "currency": "RUB", "refund_id": "r-1", "before": before });
            (fields, format!("InvoiceId={id}"), id)
        },
        acted: |id| invoice(id)["refunded"] == "100.00",
    },
    Call {
        operation: "intellectmoney.bankCardPayment",
        method: "bankCardPayment",
        prepare: |shop| {
            let id = made(shop, json!({}));
            let fields = json!({ "InvoiceId": id, "Pan": "4444555511113333", "ExpiredMonth": "12",
                                 "ExpiredYear": "2034", "Cvv": "123", "IpAddress": SITE_IP });
            (fields, format!("InvoiceId={id}"), id)
        },
        acted: |id| invoice(id)["paid"] == "100.00",
    },
    Call {
        operation: "intellectmoney.bnplPayment",
        method: "bnplPayment",
        prepare: |shop| {
            let id = made(shop, json!({}));
            let fields = json!({ "InvoiceId": id, "SuccessUrl": RETURN, "IpAddress": SITE_IP });
            (fields, format!("InvoiceId={id}"), id)
        },
        acted: |id| !invoice(id)["payment"].is_null(),
    },
];

/// Silence is waited for, so its client has little patience; the others have plenty.
fn patience(fault: &str) -> Value {
    json!({ "total_ms": if fault == "hang" { 700 } else { 20_000 } })
}

fn is_called(error: &Error, expected: Kind, what: &str) {
    assert_eq!(error.kind, expected, "{what}: {error}");
    assert_eq!(error.may_have_happened, expected == Kind::OutcomeUnknown, "{what}");
    let advice = if expected == Kind::NotDone { "fix_settings" } else { "ask_status" };
    assert_eq!(error.advice, advice, "{what}");
}

fn strike(call: &Call) {
    let Call { operation, method, prepare, acted } = call;
    for (kind, expected, carried_out) in FAULTS {
        let shop = Eshop::new(json!({}), json!({ "timeouts": patience(kind) }));
        let (fields, mark, about) = prepare(&shop);
        fault(&format!("merchant/{method}"), kind, &mark);
        let error = shop.fails(operation, fields);
        let what = format!("{kind} on {operation}");
        is_called(&error, *expected, &what);
        assert_eq!(error.retry_after_ms, (*kind == "status_429").then_some(2000), "{what}");
        assert_eq!(acted(&about), *carried_out, "{what}");
        let left = sent(&format!("/{method}"), &about).len();
        // A request that was reset before it was read is not remembered.
        assert!(left <= 1, "{what}: left {left} times");
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
fn an_invoice_whose_payment_may_have_begun_is_never_lost() {
    for (kind, expected, begun) in FAULTS {
        let shop = Eshop::new(json!({}), json!({ "timeouts": patience(kind) }));
        let number = number();
        // The invoice's number is not known before, so the fault is aimed at the shop.
        fault("gazpromPayPayment", kind, &format!("EshopId={}", shop.id));
        let create = bill(json!({ "method": "gazprom_pay", "order_number": number }));
        let error = shop.fails("create_payment", create);
        assert_eq!((error.kind, error.may_have_happened), (Kind::OutcomeUnknown, true), "{kind}");
        let advice = if *expected == Kind::NotDone { "fix_settings" } else { "ask_status" };
        assert_eq!(error.advice, advice, "{kind}");
        let found = of_order(&number).unwrap();
        let payment = error.payment.as_ref().unwrap();
        assert_eq!(payment["id"], found["invoice_id"], "{kind}");
        assert_eq!(payment["payable"], json!(false), "{kind}: {payment:?}");
        assert_eq!(!found["payment"].is_null(), *begun, "{kind}");
    }
}

#[test]
fn a_payout_whose_answer_is_lost_is_in_doubt_and_asked_for() {
    for (kind, expected, carried_out) in FAULTS {
        let shop = equipped(json!({}), json!({ "timeouts": patience(kind) }));
        let payout = json!({ "PreferenceType": "OutSbp", "Account": "79161234567",
                             "BankId": "100000000004", "Amount": "1.00", "Currency": "RUB" });
        let reply = shop.native("createOperation", payout);
        let id = word(&reply["Result"]["PayoutOperationData"], "PayoutOperationId").to_owned();
        fault("executeOperation", kind, &format!("PayoutOperationId={id}"));
        let error =
            shop.fails("intellectmoney.executeOperation", json!({ "PayoutOperationId": id }));
        is_called(&error, *expected, kind);
        let reply = shop.native("getOperationState", json!({ "PayoutOperationId": id }));
        let state = word(&reply["Result"]["PayoutOperationData"], "State");
        assert_eq!(state == "InProcess", *carried_out, "{kind}: {state}");
    }
}

#[test]
fn a_failed_read_has_changed_nothing() {
    for (kind, ..) in FAULTS {
        let shop = equipped(json!({}), json!({ "timeouts": patience(kind) }));
        let id = made(&shop, json!({}));
        let history = json!({ "Take": 1 });
        shop.native("getInvoicesHistory", history.clone());
        let fails = |shop: &Eshop, method: &str, mark: String, operation: &str, fields: Value| {
            // A read is repeated once on a fresh connection when a pooled one goes silent: twice.
            let armed = json!({ "match": method, "fault": kind, "times": 2, "body": mark,
                                "hang_ms": 3000 });
            control("faults", armed);
            let error = shop.fails(operation, fields);
            assert_eq!(error.kind, Kind::NotDone, "{kind} on {method}: {error}");
            assert!(!error.may_have_happened, "{kind} on {method}");
        };
        let by_id = || format!("InvoiceId={id}");
        let info = json!({ "InvoiceId": id });
        fails(&shop, "getPurchaseInfo", by_id(), "intellectmoney.getPurchaseInfo", info);
        let step = "getBankCardPaymentState";
        fails(&shop, step, by_id(), "payment_status", json!({ "id": id }));
        let by_shop = format!("EshopId={}", shop.id);
        fails(&shop, "getInvoicesHistory", by_shop, "intellectmoney.getInvoicesHistory", history);
        // The write behind the token never leaves; another client has none yet.
        let fresh =
            Eshop::same(&shop, with(shop.personal(), json!({ "timeouts": patience(kind) })));
        let login = format!("Login={}", word(&shop.keys, "login"));
        let plan = json!({ "ObjectId": id, "ObjectTypeVal": 1, "ParamsJson": { "Amount": 10 },
                           "RepeatPlan": "0 0 10 * * ?" });
        fails(&fresh, "getUserToken", login, "intellectmoney.setScheduledOperationData", plan);
        assert!(sent("setScheduledOperationData", &id).is_empty(), "{kind}");
    }
}

#[test]
fn a_connection_that_was_closed_while_idle_is_replaced() {
    let shop = Eshop::plain();
    let id = text(&shop.create(json!({})), "id").to_owned();
    fault("getBankCardPaymentState", "close_idle", &format!("InvoiceId={id}"));
    for _ in 0..3 {
        assert_ne!(shop.status(&id)["status"], "unknown");
    }
}

#[test]
fn nobody_listening_is_not_done() {
    let refused = look("config")["refused_url"].as_str().unwrap().to_owned();
    let shop = Eshop::plain();
    let away = Eshop::same(&shop, json!({ "base_url": format!("{refused}/intellectmoney") }));
    let error = away.fails("create_payment", bill(json!({})));
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "connection_refused"));
    assert!(!error.may_have_happened);
}
