//! What must be told apart: two payments under one key, what was written and what was not, another payment
//! that lives and one that is over, and what was told while the deal was missing.

use serde_json::{Value, json};

use super::register::ready;
use super::{
    XML_ID, asked, comments, deal_of, item_of, more, payment, portal, portal_with, settle, stored,
};
use crate::bitrix24::link::relate;
use crate::bitrix24::portal::{PAYMENTS, Portal};
use crate::shop::with;

/// Another payment of the same number.
fn second(status: &str) -> Value {
    with(payment(status), json!({ "id": "8e4b", "state_id": "second" }))
}

#[test]
fn a_second_payment_under_one_key_is_told_and_overwrites_nothing() {
    let (portal, deal) = portal();
    let first = more(deal, payment("paid"), stored());
    settle(&portal, first.clone());
    for status in ["paid", "pending"] {
        for repeated in [status == "pending", true] {
            let reply = settle(&portal, more(deal, second(status), stored()));
            assert_eq!(reply["attention"], json!(["another_payment"]), "{status}");
            assert_eq!(reply["repeated"], repeated, "{status}");
        }
    }
    let item = item_of(&portal);
    assert_eq!((&item["ufCrm5Payment"], &item["ufCrm5Status"]), (&json!("7f3a"), &json!("paid")));
    let said = comments(&portal);
    assert_eq!(said.len(), 2);
    assert!(said[1].contains("8e4b") && said[1].contains("another payment"), "{}", said[1]);
    let again = settle(&portal, first);
    assert_eq!((&again["attention"], &again["repeated"]), (&json!([]), &json!(true)));
}

#[test]
fn money_of_another_payment_than_the_items_moves_nothing() {
    let (portal, given) = ready("order");
    let deal = given["deal_id"].clone();
    let linked = json!({
        "xmlId": XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB",
        "ufCrm5Payment": "7f3a", "ufCrm5Status": "created",
    });
    portal.by_hand(&format!("items/{PAYMENTS}"), linked);
    let reply = settle(&portal, with(given, json!({ "payment": second("paid") })));
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"], &reply["item"]["moved"]),
        (&json!(["another_payment"]), &json!(false), &json!(false))
    );
    assert_eq!((&portal.state()["payments"], &reply["registered"]), (&json!([]), &Value::Null));
    assert_eq!((comments(&portal).len(), &item_of(&portal)["ufCrm5Payment"]), (1, &json!("7f3a")));
}

#[test]
fn a_registration_that_stays_unclear_says_what_it_wrote() {
    let (portal, given) = ready("deal");
    let part = with(payment("paid"), json!({ "amount": "600.00", "captured": "600.00" }));
    let given = with(given, json!({ "payment": part, "partial": true }));
    settle(&portal, with(given.clone(), json!({ "register": null })));
    assert_eq!(portal.state()["payments"], json!([]));
    // A payment is added, and no row can be: the deal's sum would follow it.
    for repeated in [false, true] {
        let reply = settle(&portal, given.clone());
        assert_eq!(reply["attention"], json!(["payment_unclear"]));
        assert_eq!(reply["repeated"], repeated);
        assert_eq!(portal.state()["payments"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn a_refused_registration_says_what_it_wrote_before() {
    let (portal, given) = ready("deal");
    settle(&portal, with(given.clone(), json!({ "register": null })));
    let refusal = json!({
        "method": "crm.item.payment.pay", "status": 400, "error": 0, "description": "Access denied",
    });
    portal.change(json!({ "refusals": [refusal] }));
    let reply = settle(&portal, given);
    assert_eq!(
        (&reply["attention"], &reply["repeated"]),
        (&json!(["register_refused"]), &json!(false))
    );
    assert_eq!(portal.state()["payments"].as_array().map(Vec::len), Some(1));
}

#[test]
fn only_a_page_is_stored_and_nothing_told_wipes_nothing() {
    let (portal, deal) = portal();
    let page = json!({ "action": { "type": "redirect", "url": "https://pay.example/1" } });
    settle(&portal, more(deal, with(payment("authorized"), page), stored()));
    for action in [
        json!({ "type": "form", "url": "https://pay.example/form" }),
        json!({ "type": "redirect", "url": "ftp://pay.example/1" }),
        json!({ "type": "redirect", "url": "" }),
    ] {
        let told = with(payment("authorized"), json!({ "action": action }));
        settle(&portal, more(deal, told, stored()));
        assert_eq!(item_of(&portal)["ufCrm5Url"], "https://pay.example/1", "{action}");
    }
    let (portal, deal) = self::portal();
    let linked = json!({ "xmlId": XML_ID, "parentId2": deal, "ufCrm5Payment": "7f3a" });
    portal.by_hand(&format!("items/{PAYMENTS}"), linked);
    settle(&portal, more(deal, with(payment("pending"), json!({ "id": "" })), stored()));
    assert_eq!(item_of(&portal)["ufCrm5Payment"], "7f3a");
}

#[test]
fn in_a_type_without_stages_a_dead_older_payment_saves_no_deal() {
    for (status, lost) in [("declined", true), ("created", false), ("paid", false)] {
        let (portal, deal) = portal_with(json!({
            "types": [{ "entityTypeId": PAYMENTS, "title": "Payment", "stages": false, "userFields": [
                "ufCrm5Payment", "ufCrm5Url", "ufCrm5Status", "ufCrm5State", "ufCrm5Portal",
            ] }],
        }));
        let older = json!({ "xmlId": "kopeck:rbs:R-0", "parentId2": deal, "ufCrm5Status": status });
        portal.by_hand(&format!("items/{PAYMENTS}"), older);
        let reply = settle(&portal, more(deal, payment("expired"), stored()));
        assert_eq!(reply["deal"]["moved"], lost, "{status}: {reply}");
    }
}

#[test]
fn a_relation_that_is_gone_by_now_is_no_error_of_a_dead_payment() {
    let (portal, deal) = portal();
    let part = with(payment("paid"), json!({ "order_number": "R-0", "state_id": "00" }));
    settle(&portal, more(deal, part, json!({ "partial": true })));
    // The client still remembers the relation.
    relate(&portal, json!([]));
    let reply = settle(&portal, asked(deal, payment("expired")));
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"]),
        (&json!(["no_deal_relation"]), &json!(false))
    );
    assert_eq!(comments(&portal).len(), 2);
}

/// A deal that was missing when these were told of, and is there again.
fn restored(told: &[&str]) -> (Portal, u64) {
    let (portal, _) = portal();
    let deal = 9001;
    for status in told {
        let reply = settle(&portal, asked(deal, payment(status)));
        assert_eq!(reply["attention"], json!(["deal_missing"]), "{status}");
    }
    let row = json!({ "id": deal, "opportunity": "1500.00", "currencyId": "RUB" });
    portal.by_hand("deals", row);
    (portal, deal)
}

fn stage(portal: &Portal, deal: u64) -> Value {
    let state = portal.state();
    let mut rows = state["deals"].as_array().unwrap().iter();
    rows.find(|row| row["id"] == deal).unwrap()["stageId"].clone()
}

#[test]
fn what_was_told_while_the_deal_was_missing_counts_when_it_is_back() {
    for first in [&["paid"][..], &["refunded", "paid"]] {
        let (portal, deal) = restored(&["paid", "refunded"]);
        for status in first {
            settle(&portal, asked(deal, payment(status)));
        }
        for _ in 0..2 {
            let reply = settle(&portal, asked(deal, payment("paid")));
            assert_eq!(
                (&reply["attention"], &reply["deal"]["moved"]),
                (&json!(["already_refunded"]), &json!(false)),
                "{first:?}"
            );
        }
        assert_eq!(stage(&portal, deal), "NEW", "{first:?}");
    }
    // Money that stayed wins it.
    let (portal, deal) = restored(&["paid"]);
    let reply = settle(&portal, asked(deal, payment("paid")));
    assert_eq!((&reply["attention"], &reply["deal"]["moved"]), (&json!([]), &json!(true)));
    assert_eq!(item_of(&portal)["parentId2"], deal);
}

#[test]
fn a_payment_that_was_told_on_its_item_is_not_linked_again() {
    let (portal, deal) = restored(&["refunded"]);
    let created = json!({
        "gateway": "rbs", "order_number": "R-1", "amount": "1500.00", "currency": "RUB",
    });
    let given = json!({ "deal_id": deal, "entity_type_id": PAYMENTS, "payment": created });
    let error = portal.fails("link_payment", given);
    assert_eq!((error.reason, error.may_have_happened), ("payment_closed", false), "{error}");
    assert_eq!(item_of(&portal)["parentId2"], Value::Null);
}

#[test]
fn money_in_a_payment_that_waits_is_for_a_person() {
    for status in ["created", "pending", "not_found", "authorized"] {
        let (portal, deal) = portal();
        let told = with(payment(status), json!({ "captured": "600.00" }));
        let reply = settle(&portal, asked(deal, told));
        assert_eq!(reply["attention"], json!(["contradiction"]), "{status}");
        assert_eq!(deal_of(&portal)["stageId"], "NEW");
    }
}
