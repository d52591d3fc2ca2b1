//! Instalments of PayLate, the whole way, with restarts, lost answers and many workers.

use std::time::Duration;

use kopeck::{Fields, Kind};
use serde_json::{Value, json};

use crate::eshop::{Eshop, FAIL, begun, bill, invoice, press};
use crate::shop::{RETURN, browse, fault, number, text, with, word};

/// An invoice for instalments as a shop stores it: its id and its order number.
fn billed(shop: &Eshop) -> (String, String) {
    let number = number();
    let id = shop.created(json!({ "method": "instalments", "order_number": number }));
    (id, number)
}

/// The fields of `instalments` for it.
fn resume((id, number): &(String, String), more: Value) -> Value {
    let expect = json!({ "order_number": number, "amount": "100.00", "currency": "RUB" });
    let base = json!({ "id": id, "return_url": RETURN, "fail_url": FAIL, "expect": expect,
                       "timeout_ms": 10_000, "pause_ms": 100, "init_grace_ms": 300 });
    with(base, more)
}

fn go(shop: &Eshop, stored: &(String, String), more: Value) -> Fields {
    shop.call("instalments", resume(stored, more))
}

fn link(payment: &Fields) -> String {
    assert_eq!(payment["status"], "action_required", "{payment:?}");
    let action = &payment["action"];
    assert_eq!(action["type"], "redirect");
    word(action, "url").to_owned()
}

#[test]
fn a_lender_approves() {
    let shop = Eshop::plain();
    let stored = billed(&shop);
    let payment = go(&shop, &stored, json!({ "stage": "invoice" }));
    assert_eq!(payment["stage"], "begun");
    let page = link(&payment);
    assert!(page.contains("/paylate/"), "{page}");
    assert_eq!(browse(&page, &[("do", "approve")]), RETURN);
    let decided = go(&shop, &stored, json!({ "stage": "begun", "until": "decision" }));
    // The step alone does not tell a hold from a payment.
    assert_eq!(
        (&decided["status"], &decided["reason"]),
        (&json!("authorized"), &json!("paid_or_held"))
    );
    assert_eq!(begun(&stored.0), 1);
    assert_eq!(invoice(&stored.0)["state"], "Paid");
}

#[test]
fn a_lender_refuses_and_the_invoice_lives_on() {
    let shop = Eshop::plain();
    let stored = billed(&shop);
    let page = link(&go(&shop, &stored, json!({ "stage": "invoice" })));
    assert_eq!(browse(&page, &[("do", "refuse")]), FAIL);
    let decided = go(&shop, &stored, json!({ "stage": "begun", "until": "decision" }));
    assert_eq!((&decided["status"], &decided["payable"]), (&json!("created"), &json!(true)));
    assert_eq!(decided["last_attempt"]["reason"], "declined");
    assert_eq!(invoice(&stored.0)["state"], "Created");
}

#[test]
fn a_buyer_who_leaves_is_waited_for_and_may_come_back() {
    let shop = Eshop::plain();
    let stored = billed(&shop);
    let page = link(&go(&shop, &stored, json!({ "stage": "invoice" })));
    assert_eq!(browse(&page, &[("do", "leave")]), FAIL);
    let wait = json!({ "stage": "begun", "until": "decision", "timeout_ms": 300 });
    let waiting = go(&shop, &stored, wait.clone());
    assert_eq!((&waiting["final"], link(&waiting)), (&json!(false), page.clone()));
    browse(&page, &[("do", "approve")]);
    assert_eq!(go(&shop, &stored, wait)["status"], "authorized");
}

#[test]
fn a_restart_between_any_two_calls_changes_nothing() {
    // Each line is a new process: it knows what was stored, and asks once.
    let shop = Eshop::plain();
    let again = || Eshop::same(&shop, json!({}));
    let stored = billed(&again());
    let once = |stage: &str, until: &str| {
        let more = json!({ "stage": stage, "until": until, "timeout_ms": 0 });
        go(&again(), &stored, more)
    };
    let first = once("invoice", "link");
    assert_eq!((&first["status"], &first["stage"]), (&json!("pending"), &json!("begun")));
    // The first look after it still shows a payment that seems untouched.
    assert_eq!(once("begun", "link")["reason"], "begun_or_untouched");
    assert_eq!(once("begun", "link")["reason"], "in_process");
    let page = link(&once("begun", "link"));
    assert_eq!(link(&once("begun", "decision")), page);
    browse(&page, &[("do", "approve")]);
    assert_eq!(once("begun", "decision")["status"], "authorized");
    assert_eq!(begun(&stored.0), 1);
}

#[test]
fn a_process_that_died_around_the_call_that_begins_is_taken_up() {
    // It died before the call left, and after it: the stage that was stored is the same.
    for call_left in [false, true] {
        let shop = Eshop::plain();
        let stored = billed(&shop);
        if call_left {
            let fields =
                json!({ "InvoiceId": stored.0, "SuccessUrl": RETURN, "IpAddress": "192.0.2.10" });
            shop.native("bnplPayment", fields);
        }
        let payment = go(&shop, &stored, json!({ "stage": "beginning" }));
        link(&payment);
        assert_eq!((&payment["stage"], begun(&stored.0)), (&json!("begun"), 1));
    }
}

#[test]
fn within_the_grace_nothing_is_begun_again() {
    let shop = Eshop::plain();
    let stored = billed(&shop);
    let more = json!({ "stage": "beginning", "timeout_ms": 400, "init_grace_ms": 60_000 });
    let payment = go(&shop, &stored, more);
    assert_eq!((&payment["stage"], begun(&stored.0)), (&json!("beginning"), 0));
}

#[test]
fn the_answer_to_the_call_that_begins_is_lost() {
    // Carried out, and not.
    for (kind, carried_out) in [("drop_after", true), ("drop_before", false)] {
        let shop = Eshop::plain();
        let stored = billed(&shop);
        fault("bnplPayment", kind, &stored.0);
        let error = shop.fails("instalments", resume(&stored, json!({ "stage": "invoice" })));
        assert_eq!(error.kind, Kind::OutcomeUnknown);
        assert!(error.may_have_happened && error.message.contains("stage beginning"), "{error}");
        let payment = error.payment.as_ref().unwrap();
        assert_eq!((text(payment, "id"), text(payment, "stage")), (&*stored.0, "beginning"));
        assert_eq!(begun(&stored.0), usize::from(carried_out));
        link(&go(&shop, &stored, json!({ "stage": payment["stage"] })));
        assert_eq!(begun(&stored.0), 1);
    }
}

#[test]
fn the_answer_to_the_invoice_is_lost() {
    let shop = Eshop::plain();
    let number = number();
    let order = bill(json!({ "method": "instalments", "order_number": number }));
    fault("createInvoice", "drop_after", &number);
    let error = shop.fails("create_payment", order);
    assert_eq!((error.kind, error.may_have_happened), (Kind::OutcomeUnknown, true));
}

#[test]
fn looks_that_fail_are_looked_again() {
    let shop = Eshop::plain();
    let stored = billed(&shop);
    fault("getBankCardPaymentState", "drop_after", &stored.0);
    fault("getBankCardPaymentState", "status_503", &stored.0);
    link(&go(&shop, &stored, json!({ "stage": "invoice" })));
    assert_eq!(begun(&stored.0), 1);
}

#[test]
fn eight_workers_begin_one_payment() {
    for stage in ["invoice", "beginning"] {
        let shop = Eshop::plain();
        let stored = billed(&shop);
        let links: Vec<String> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| link(&go(&shop, &stored, json!({ "stage": stage })))))
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        assert!(links.windows(2).all(|pair| pair[0] == pair[1]), "{links:?}");
        assert_eq!(begun(&stored.0), 1);
    }
}

#[test]
fn a_refusal_that_nothing_explains_is_told_with_the_payment() {
    let shop = Eshop::plain();
    // An invoice that offers cards only cannot be begun at a lender.
    let number = number();
    let id = shop.created(json!({ "order_number": number, "extra": { "Preference": "BankCard" } }));
    let stored = (id, number);
    let error = shop.fails("instalments", resume(&stored, json!({ "stage": "invoice" })));
    assert_eq!((error.kind, error.advice), (Kind::Refused, "ask_status"));
    assert_eq!(text(error.payment.as_ref().unwrap(), "id"), stored.0);
    assert_eq!(begun(&stored.0), 0);
}

#[test]
fn an_invoice_that_was_paid_meanwhile_is_not_begun() {
    let shop = Eshop::prompt();
    let stored = billed(&shop);
    shop.native(
        "bnplPayment",
        json!({ "InvoiceId": stored.0, "SuccessUrl": RETURN, "IpAddress": "192.0.2.10" }),
    );
    press(&stored.0, "approve");
    let payment = go(&shop, &stored, json!({ "stage": "invoice" }));
    assert_eq!((&payment["status"], begun(&stored.0)), (&json!("authorized"), 1));
}

#[test]
fn every_way_of_writing_a_step_is_read() {
    for switch in ["documented", "client", "number"] {
        let shop = Eshop::with(json!({ "step_as": switch }));
        let stored = billed(&shop);
        let page = link(&go(&shop, &stored, json!({ "stage": "invoice" })));
        browse(&page, &[("do", "approve")]);
        let decided = go(&shop, &stored, json!({ "stage": "begun", "until": "decision" }));
        assert_eq!(decided["status"], "authorized", "{switch}");
    }
}

#[test]
fn pauses_and_deadline_are_the_callers() {
    let shop = Eshop::with(json!({ "created_reads": 1000 }));
    let stored = billed(&shop);
    let start = std::time::Instant::now();
    let more = json!({ "stage": "invoice", "timeout_ms": 2000, "pause_ms": 250 });
    assert_eq!(go(&shop, &stored, more)["stage"], "begun");
    assert!(start.elapsed() >= Duration::from_secs(2));
    // Nine where looks take no time; the usual pauses would make three of them.
    let looks = crate::shop::sent("getBankCardPaymentState", &stored.0).len();
    assert!((4..=9).contains(&looks), "{looks} looks in two seconds");
}

#[test]
fn with_the_history_the_decision_is_paid() {
    let shop = Eshop::plain();
    let owner = Eshop::same(&shop, shop.personal());
    let stored = billed(&owner);
    let page = link(&go(&owner, &stored, json!({ "stage": "invoice" })));
    browse(&page, &[("do", "approve")]);
    let decided = go(&owner, &stored, json!({ "stage": "begun", "until": "decision" }));
    assert_eq!((&decided["status"], &decided["captured"]), (&json!("paid"), &json!("100.00")));
    assert_eq!(decided["checked"], json!(["order_number", "currency", "amount"]));
}
