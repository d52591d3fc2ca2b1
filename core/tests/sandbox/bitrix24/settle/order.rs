//! States in every order: what comes late moves nothing, and a person's move stays.

use serde_json::json;

use super::{asked, comments, deal_of, item_of, more, payment, portal, settle, stored};
use crate::shop::with;

#[test]
fn two_states_in_each_order() {
    let ends = |first: &str, second: &str| {
        let (portal, deal) = portal();
        let one = settle(&portal, more(deal, payment(first), stored()));
        let two = settle(&portal, more(deal, payment(second), stored()));
        let item = item_of(&portal);
        let stage = item["stageId"].as_str().unwrap().split(':').nth(1).unwrap().to_owned();
        let ends = (
            deal_of(&portal)["stageId"].as_str().unwrap().to_owned(),
            stage,
            item["ufCrm5Status"].as_str().unwrap().to_owned(),
        );
        // Each state is told once, and each again changes nothing.
        let said = comments(&portal);
        assert_eq!(said.len(), 2, "{first}, {second}");
        for (status, reply) in [(first, one), (second, two.clone())] {
            let again = settle(&portal, more(deal, payment(status), stored()));
            assert_eq!(again["comment_id"], reply["comment_id"], "{first}, {second}");
            assert_eq!(again["repeated"], true, "{first}, {second}: {status} {again}");
        }
        assert_eq!(comments(&portal), said);
        (ends, two["attention"].clone())
    };
    for (first, second, deal, item, status, attention) in [
        ("authorized", "paid", "WON", "SUCCESS", "paid", json!([])),
        ("paid", "authorized", "WON", "SUCCESS", "paid", json!([])),
        ("paid", "refunded", "WON", "SUCCESS", "refunded", json!([])),
        ("refunded", "paid", "NEW", "NEW", "refunded", json!(["already_refunded"])),
        (
            "partially_refunded",
            "paid",
            "NEW",
            "NEW",
            "partially_refunded",
            json!(["already_refunded"]),
        ),
        ("partially_refunded", "refunded", "NEW", "NEW", "refunded", json!([])),
        ("authorized", "cancelled", "LOSE", "FAIL", "cancelled", json!([])),
        ("cancelled", "authorized", "LOSE", "FAIL", "cancelled", json!(["deal_closed"])),
        ("paid", "cancelled", "WON", "SUCCESS", "paid", json!(["already_paid"])),
        // The money came after all: the item is paid, and a lost deal is a person's to open.
        ("expired", "paid", "LOSE", "SUCCESS", "paid", json!(["deal_closed"])),
        ("partially_paid", "paid", "WON", "SUCCESS", "paid", json!([])),
    ] {
        let (ends, words) = ends(first, second);
        let expected = (deal.to_owned(), item.to_owned(), status.to_owned());
        assert_eq!((ends, words), (expected, attention), "{first}, {second}");
    }
}

#[test]
fn a_deal_that_a_person_moved_stays_where_it_is() {
    // Lost by hand after it was won, or opened again: a repeat does not undo that.
    for stage in ["LOSE", "NEW"] {
        let (portal, deal) = portal();
        settle(&portal, asked(deal, payment("paid")));
        portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": stage }));
        let again = settle(&portal, asked(deal, payment("paid")));
        assert_eq!(deal_of(&portal)["stageId"], stage);
        assert_eq!((&again["repeated"], &again["deal"]["moved"]), (&json!(true), &json!(false)));
    }
}

#[test]
fn a_deal_lost_between_the_comment_and_the_move_stays_lost() {
    let (portal, deal) = portal();
    let refusal =
        json!({ "method": "crm.item.update", "status": 400, "error": "CRM_FIELD_ERROR_REQUIRED" });
    portal.change(json!({ "refusals": [refusal] }));
    settle(&portal, asked(deal, payment("paid")));
    portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": "LOSE" }));
    let again = settle(&portal, asked(deal, payment("paid")));
    assert_eq!(
        (&again["attention"], &again["deal"]["moved"]),
        (&json!(["deal_closed"]), &json!(false))
    );
    assert_eq!(
        (deal_of(&portal)["stageId"].clone(), &again["item"]["moved"]),
        (json!("LOSE"), &json!(true))
    );
    assert_eq!(comments(&portal).len(), 1);
}

#[test]
fn money_that_went_back_before_the_deal_moved_does_not_move_it() {
    let (portal, deal) = portal();
    let refusal =
        json!({ "method": "crm.item.update", "status": 400, "error": "CRM_FIELD_ERROR_REQUIRED" });
    portal.change(json!({ "refusals": [refusal] }));
    settle(&portal, asked(deal, payment("paid")));
    let back = with(payment("paid"), json!({ "refunded": "1500.00", "state_id": "ff00" }));
    settle(&portal, asked(deal, back));
    let again = settle(&portal, asked(deal, payment("paid")));
    assert_eq!(
        (&again["attention"], &again["deal"]["moved"]),
        (&json!(["already_refunded"]), &json!(false))
    );
    assert_eq!(deal_of(&portal)["stageId"], "NEW");
}
