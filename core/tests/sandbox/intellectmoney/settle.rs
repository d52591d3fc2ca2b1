//! IntellectMoney's writes whose answer was lost: found out from the history or a webhook, and never
//! done twice.

use kopeck::Kind;
use serde_json::{Value, json};

use crate::eshop::{Eshop, act, bill, invoice, pay_by_card};
use crate::listener::Listener;
use crate::shop::{control, fault, look, number, sent, text, with};

/// Long ago: the grace time is over. The search of the history starts from it, so it is not for that.
const THEN: &str = "2026-01-01T00:00:00Z";

fn now() -> String {
    kopeck::clock::print(kopeck::clock::Clock::now(&kopeck::clock::SystemClock))
}

/// Three minutes ago: the grace time is over.
fn lately() -> String {
    let now = kopeck::clock::Clock::now(&kopeck::clock::SystemClock);
    kopeck::clock::print(now - std::time::Duration::from_secs(180))
}

fn shops(switches: Value, settings: Value) -> (Eshop, Eshop) {
    let prompt = json!({ "created_reads": 0, "in_process_reads": 0 });
    let plain = Eshop::new(json!({ "settings": with(prompt, switches) }), settings.clone());
    let open = Eshop::same(&plain, with(plain.personal(), settings));
    (plain, open)
}

fn of_number(number: &str) -> Vec<Value> {
    let all = look("invoices")["invoices"].as_array().cloned().unwrap();
    all.into_iter().filter(|one| one["order_id"] == number).collect()
}

/// A `create_payment` whose answer is lost as `kind` says; gives its fields.
fn lost(shop: &Eshop, kind: &str) -> Value {
    let create = bill(json!({}));
    fault("createInvoice", kind, &format!("OrderId={}", create["order_number"].as_str().unwrap()));
    let error = shop.fails("create_payment", create.clone());
    assert_eq!(error.kind, Kind::OutcomeUnknown);
    create
}

fn settle(create: &Value, sent_at: &str, more: Value) -> Value {
    with(json!({ "operation": "create_payment", "create": create, "sent_at": sent_at }), more)
}

#[test]
fn a_lost_invoice_is_made_once() {
    let (plain, open) = shops(json!({}), json!({}));
    for shop in [&plain, &open] {
        // It never arrived: the repeat makes it.
        let create = lost(shop, "drop_before");
        let settled = shop.call("settle", settle(&create, &now(), json!({})));
        assert_eq!(text(&settled, "verdict"), "done");
        let payment = &settled["payment"];
        assert_eq!(payment["order_number"], create["order_number"]);
        let url = payment["action"]["url"].as_str().unwrap();
        assert!(
            url.ends_with(&format!("/?InvoiceId={}", payment["id"].as_str().unwrap())),
            "{url}"
        );
        assert_eq!(of_number(create["order_number"].as_str().unwrap()).len(), 1);
    }
    // It arrived: the history knows its number.
    let create = lost(&open, "drop_after");
    let number = create["order_number"].as_str().unwrap();
    let settled = open.call("settle", settle(&create, &now(), json!({})));
    assert_eq!(text(&settled, "verdict"), "done");
    assert_eq!(settled["payment"]["id"], of_number(number)[0]["invoice_id"]);
    assert_eq!(settled["payment"]["amount"], json!("100.00"));
    assert!(settled["payment"]["action"]["url"].is_string());
    // Paid meanwhile: it is the payment that is found.
    act(settled["payment"]["id"].as_str().unwrap(), json!({ "do": "pay" }));
    let settled = open.call("settle", settle(&create, &now(), json!({})));
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["status"]),
        ("done", &json!("paid"))
    );
    assert_eq!(of_number(number).len(), 1);
    // Nobody tells: wait out the grace time, then the next number; a page that was shown is no orphan.
    let create = lost(&plain, "drop_after");
    for (sent_at, more, verdict) in [
        (now(), json!({}), "pending"),
        (lately(), json!({}), "need_new_number"),
        (lately(), json!({ "page_shown": true }), "review"),
    ] {
        let settled = plain.call("settle", settle(&create, &sent_at, more));
        assert_eq!(text(&settled, "verdict"), verdict);
    }
    assert_eq!(of_number(create["order_number"].as_str().unwrap()).len(), 1);
}

#[test]
fn a_number_of_another_sum_is_nobodys_to_settle() {
    let (_, open) = shops(json!({}), json!({}));
    let number = number();
    open.create(json!({ "order_number": number, "amount": "1.00" }));
    let create = bill(json!({ "order_number": number }));
    let error = open.fails("settle", settle(&create, &now(), json!({})));
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "amount"));
}

#[test]
fn eight_workers_make_one_invoice() {
    for kind in ["drop_before", "drop_after"] {
        let (_, open) = shops(json!({}), json!({}));
        let create = lost(&open, kind);
        let asked = settle(&create, &now(), json!({}));
        let ids: Vec<Value> = std::thread::scope(|scope| {
            let work = || {
                let settled = open.call("settle", asked.clone());
                assert_eq!(text(&settled, "verdict"), "done");
                settled["payment"]["id"].clone()
            };
            let workers: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        let made = of_number(create["order_number"].as_str().unwrap());
        assert_eq!(made.len(), 1, "{kind}");
        assert!(ids.iter().all(|id| *id == made[0]["invoice_id"]), "{kind}: {ids:?}");
    }
}

#[test]
fn where_numbers_are_not_unique_nothing_is_repeated_and_one_page_is_shown() {
    let off = json!({ "assumptions": { "unique_order_id": false } });
    let (plain, open) = shops(json!({ "unique_order_id": false }), off);
    let create = lost(&plain, "drop_before");
    let number = create["order_number"].as_str().unwrap();
    for (shop, sent_at, verdict) in [
        (&plain, now(), "pending"),
        (&open, now(), "pending"),
        (&plain, lately(), "need_new_number"),
        (&open, lately(), "need_new_number"),
    ] {
        let settled = shop.call("settle", settle(&create, &sent_at, json!({})));
        assert_eq!(text(&settled, "verdict"), verdict);
    }
    assert!(of_number(number).is_empty());
    // Two of one number: the one with money on it, or the older, is the one to show.
    let first = plain.created(create.clone());
    // The history tells whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = plain.created(create.clone());
    let settled = open.call("settle", settle(&create, &now(), json!({})));
    assert_eq!(text(&settled, "verdict"), "done");
    assert_eq!(settled["payment"]["id"], json!(first));
    assert_eq!(settled["payment"]["attempts"].as_array().unwrap().len(), 2);
    assert!(text(&settled, "why").contains("this one only"));
    act(&second, json!({ "do": "pay" }));
    let settled = open.call("settle", settle(&create, &now(), json!({})));
    assert_eq!(
        (&settled["payment"]["id"], &settled["payment"]["status"]),
        (&json!(second), &json!("paid"))
    );
    act(&first, json!({ "do": "pay" }));
    let error = open.fails("settle", settle(&create, &now(), json!({})));
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "paid_twice"));
    assert_eq!(error.payment.as_ref().unwrap()["attempts"].as_array().unwrap().len(), 2);
}

/// A shop with a listener for its webhooks.
fn told() -> (Eshop, Eshop, Listener) {
    let (plain, open) = shops(json!({}), json!({}));
    let listener = Listener::answering(|_| json!({ "status": 200, "body": "OK" }));
    control("eshops", json!({ "eshop_id": plain.id, "result_url": listener.url }));
    (plain, open, listener)
}

#[test]
fn the_webhook_of_a_lost_invoice_names_it() {
    let (plain, _, listener) = told();
    let create = lost(&plain, "drop_after");
    let made = listener.next();
    let asked =
        |notification: &Value| settle(&create, &now(), json!({ "notification": notification }));
    let settled = plain.call("settle", asked(&made));
    assert_eq!(text(&settled, "verdict"), "done");
    let id = settled["payment"]["id"].as_str().unwrap().to_owned();
    assert_eq!(of_number(create["order_number"].as_str().unwrap())[0]["invoice_id"], json!(id));
    assert!(settled["payment"]["action"]["url"].is_string());
    assert_eq!(sent("createInvoice", create["order_number"].as_str().unwrap()).len(), 1);
    // Its number of the invoice is not signed: money there proves nothing beside "created".
    pay_by_card(&id);
    let settled = plain.call("settle", asked(&made));
    assert_eq!(text(&settled, "verdict"), "review");
    let paid = listener.next();
    let settled = plain.call("settle", asked(&paid));
    assert_eq!(
        (text(&settled, "verdict"), &settled["payment"]["status"]),
        ("done", &json!("paid"))
    );
    // One of another order does not settle this one.
    let other = settle(&bill(json!({})), &now(), json!({ "notification": paid }));
    assert_eq!(plain.fails("settle", other).reason, "order_number");
}

/// What is done to an invoice, and how that is settled.
struct Case {
    operation: &'static str,
    method: &'static str,
    hold: bool,
    /// Fields of the write beside id, number, amount and currency.
    more: Value,
    before: Value,
    /// Where it stands once it is done.
    status: &'static str,
}

fn cases() -> [Case; 3] {
    let captured = json!({ "captured": "100.00", "refunded": "0.00" });
    let nothing = json!({ "captured": "0.00", "refunded": "0.00" });
    [
        Case {
            operation: "capture",
            method: "purchaseToPaid",
            hold: true,
            more: json!({ "authorized": "100.00" }),
            before: nothing.clone(),
            status: "paid",
        },
        Case {
            operation: "refund",
            method: "purchaseToRefund",
            hold: false,
            more: json!({ "refund_id": "r-1", "before": captured }),
            before: captured,
            status: "refunded",
        },
        Case {
            operation: "cancel",
            method: "purchaseToRefund",
            hold: true,
            more: json!({ "may_refund": true, "amount": null, "currency": null }),
            before: nothing,
            status: "cancelled",
        },
    ]
}

impl Case {
    fn write(&self, id: &str, number: &str) -> Value {
        let base =
            json!({ "id": id, "order_number": number, "amount": "100.00", "currency": "RUB" });
        let mut write = with(base, self.more.clone());
        write.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        write
    }

    fn settle(&self, id: &str, number: &str, sent_at: &str, more: Value) -> Value {
        let base = json!({ "operation": self.operation, "id": id, "order_number": number,
                           "amount": "100.00", "currency": "RUB", "before": self.before,
                           "refund_id": "r-1", "sent_at": sent_at });
        with(base, more)
    }

    /// The write on a fresh invoice, its answer lost as `kind` says.
    fn lost(&self, shop: &Eshop, kind: &str) -> (String, String) {
        let number = number();
        let id = shop.paid(json!({ "order_number": number, "hold": self.hold }));
        fault(self.method, kind, &format!("OrderId={number}"));
        let error = shop.fails(self.operation, self.write(&id, &number));
        assert_eq!(error.kind, Kind::OutcomeUnknown, "{} {kind}", self.operation);
        (id, number)
    }
}

#[test]
fn the_history_settles_what_was_done_and_never_repeats_what_was_not() {
    for case in cases() {
        let what = case.operation;
        let (plain, open) = shops(json!({}), json!({}));
        let (id, number) = case.lost(&plain, "drop_after");
        let settled = open.call("settle", case.settle(&id, &number, &now(), json!({})));
        assert_eq!(text(&settled, "verdict"), "done", "{what}");
        assert_eq!(settled["payment"]["status"], json!(case.status), "{what}");
        for kind in ["drop_before", "status_503", "status_429"] {
            let (id, number) = case.lost(&plain, kind);
            let before = invoice(&id);
            for shop in [&plain, &open] {
                for (sent_at, verdict) in [(now(), "pending"), (THEN.to_owned(), "review")] {
                    let settled =
                        shop.call("settle", case.settle(&id, &number, &sent_at, json!({})));
                    assert_eq!(text(&settled, "verdict"), verdict, "{what} {kind}");
                }
            }
            assert_eq!(invoice(&id)["state"], before["state"], "{what} {kind}");
        }
        // Without the history the step says nothing of it, and nobody guesses.
        let settled = plain.call("settle", case.settle(&id, &number, &now(), json!({})));
        assert_eq!(text(&settled, "verdict"), "pending", "{what}");
    }
}

#[test]
fn a_webhook_settles_what_was_done() {
    for case in cases() {
        let what = case.operation;
        let (plain, _, listener) = told();
        let (id, number) = case.lost(&plain, "drop_after");
        // They may overtake each other.
        let all = listener.take(3);
        let of = |status: &str| {
            let mark = format!("PaymentStatus={status}&");
            all.iter().find(|one| one["body"].as_str().unwrap().contains(&mark)).unwrap().clone()
        };
        let (made, paid) = (of("3"), of(if case.hold { "6" } else { "5" }));
        let done = of(match what {
            "capture" => "5",
            "refund" => "8",
            _ => "4",
        });
        let asked = |notification: &Value, more: Value| {
            let more = with(json!({ "notification": notification }), more);
            plain.call("settle", case.settle(&id, &number, &now(), more))
        };
        for early in [&made, &paid] {
            assert_eq!(text(&asked(early, json!({})), "verdict"), "pending", "{what}");
        }
        let settled = asked(&done, json!({}));
        assert_eq!(text(&settled, "verdict"), "done", "{what}: {}", settled["why"]);
        // Sums that are not signed, or other ones, are for a person.
        let other = match what {
            "capture" => Some(json!({ "amount": "90.00" })),
            "refund" => Some(json!({ "amount": "90.00" })),
            _ => None,
        };
        if let Some(other) = other {
            assert_eq!(text(&asked(&done, other), "verdict"), "review", "{what}");
        }
        let lost = case.settle(&id, "other", &now(), json!({ "notification": done }));
        assert_eq!(plain.fails("settle", lost).reason, "order_number", "{what}");
    }
}

#[test]
fn a_refund_from_the_cabinet_in_between_is_for_a_person() {
    let (plain, open) = shops(json!({}), json!({}));
    let case = &cases()[1];
    let (id, number) = case.lost(&plain, "drop_before");
    act(&id, json!({ "do": "refund", "amount": "30.00" }));
    let settled = open.call("settle", case.settle(&id, &number, &now(), json!({})));
    assert_eq!(text(&settled, "verdict"), "review");
    assert_eq!(settled["payment"]["refunded"], json!("30.00"));
    // The retry that the shop might try is refused, since the sums moved.
    let error = open.fails("refund", case.write(&id, &number));
    assert_eq!((error.kind, error.reason), (Kind::Refused, "wrong_state"));
    assert_eq!(invoice(&id)["refunded"], json!("30.00"));
}

#[test]
fn what_a_settlement_needs_is_asked_for() {
    let (plain, _) = shops(json!({}), json!({}));
    let case = &cases()[1];
    let whole = case.settle("3000000001", "A-1", THEN, json!({}));
    for field in ["id", "order_number", "amount", "currency", "before", "refund_id", "sent_at"] {
        let mut asked = whole.clone();
        asked.as_object_mut().unwrap().remove(field);
        let error = plain.fails("settle", asked);
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some(field)));
    }
}
