//! What people do at the portal beside the flow: marks of their own, wiped fields, payments by hand.

use serde_json::{Value, json};

use super::register::{ask, ready};
use super::{asked, comments, deal_of, item_of, more, payment, portal, settle, stored};
use crate::bitrix24::portal::{PAYMENTS, Portal};
use crate::shop::with;

/// The mark of `payment(status)`, without any attention, written by a manager.
fn forge(portal: &Portal, deal: u64, status: &str) {
    let (other, own) = self::portal();
    settle(&other, asked(own, payment(status)));
    let mark = comments(&other)[0].rsplit_once('[').unwrap().1.to_owned();
    let mark = format!("[{}:]", mark.rsplit_once(':').unwrap().0);
    let deal = deal.to_string();
    let comment = [
        ("fields[ENTITY_ID]", deal.as_str()),
        ("fields[ENTITY_TYPE]", "deal"),
        ("fields[COMMENT]", mark.as_str()),
    ];
    ask(portal, "crm.timeline.comment.add", &comment);
}

#[test]
fn a_forged_mark_hides_neither_short_nor_test_nor_disputed_money() {
    for (change, word) in [
        (json!({ "captured": "600.00" }), "amount"),
        (json!({ "test": true }), "test"),
        (json!({ "disputed": true }), "disputed"),
    ] {
        let (portal, deal) = portal();
        forge(&portal, deal, "paid");
        let given = asked(deal, with(payment("paid"), change));
        for _ in 0..2 {
            let reply = settle(&portal, given.clone());
            assert_eq!(
                (&reply["attention"], &reply["deal"]["moved"], &reply["item"]["moved"]),
                (&json!([word]), &json!(false), &json!(false))
            );
        }
        assert_eq!(deal_of(&portal)["stageId"], "NEW");
    }
}

#[test]
fn a_forged_mark_wins_no_deal_with_another_deals_item() {
    for (change, word) in
        [(json!({ "parentId2": 99 }), "item_deal"), (json!({ "opportunity": 1499 }), "item_amount")]
    {
        let (portal, deal) = portal();
        forge(&portal, deal, "paid");
        let item = json!({ "xmlId": super::XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB" });
        portal.by_hand(&format!("items/{PAYMENTS}"), with(item, change));
        let reply = settle(&portal, asked(deal, payment("paid")));
        assert_eq!(
            (&reply["attention"], &reply["deal"]["moved"], &reply["item"]["moved"]),
            (&json!([word]), &json!(false), &json!(false))
        );
    }
}

#[test]
fn an_item_that_a_person_called_paid_is_not_lost_and_its_deal_neither() {
    let (portal, deal) = portal();
    let item = json!({ "xmlId": super::XML_ID, "parentId2": deal, "stageId": format!("DT{PAYMENTS}_30:SUCCESS") });
    portal.by_hand(&format!("items/{PAYMENTS}"), item);
    for _ in 0..2 {
        let reply = settle(&portal, asked(deal, payment("expired")));
        assert_eq!(
            (&reply["attention"], &reply["deal"]["moved"], &reply["item"]["moved"]),
            (&json!(["already_paid"]), &json!(false), &json!(false))
        );
    }
    assert_eq!(deal_of(&portal)["stageId"], "NEW");
    // Money that comes wins the deal, wherever a person put the item.
    for stage in ["SUCCESS", "FAIL"] {
        let (portal, deal) = self::portal();
        let item = json!({
            "xmlId": super::XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB",
            "stageId": format!("DT{PAYMENTS}_30:{stage}"),
        });
        portal.by_hand(&format!("items/{PAYMENTS}"), item);
        let reply = settle(&portal, asked(deal, payment("paid")));
        assert_eq!((&reply["attention"], &reply["deal"]["moved"]), (&json!([]), &json!(true)));
        assert!(item_of(&portal)["stageId"].as_str().unwrap().ends_with(":SUCCESS"));
    }
}

#[test]
fn the_other_route_does_not_undo_what_a_person_did() {
    let (portal, deal) = portal();
    settle(&portal, asked(deal, payment("paid")));
    portal.by_hand(&format!("deals/{deal}"), json!({ "stageId": "NEW" }));
    let told = with(payment("paid"), json!({ "state_id": null }));
    let reply = settle(
        &portal,
        json!({
            "deal_id": deal, "entity_type_id": PAYMENTS, "notification": {
                "event": "paid", "succeeded": true, "verified": true, "needs_status": false,
                "payment": told,
            },
        }),
    );
    assert_eq!((&reply["attention"], &reply["deal"]["moved"]), (&json!([]), &json!(false)));
    assert_eq!(deal_of(&portal)["stageId"], "NEW");
}

#[test]
fn an_old_state_of_the_same_rank_is_not_written_over_a_newer_one() {
    let (portal, deal) = portal();
    let disputed = with(payment("paid"), json!({ "disputed": true, "state_id": "d1" }));
    settle(&portal, more(deal, disputed.clone(), stored()));
    settle(&portal, more(deal, payment("refunded"), stored()));
    let again = settle(&portal, more(deal, disputed, stored()));
    assert_eq!((&again["attention"], &again["repeated"]), (&json!(["disputed"]), &json!(true)));
    assert_eq!(item_of(&portal)["ufCrm5Status"], "refunded");
}

#[test]
fn dead_and_yet_captured_is_for_a_person() {
    let (portal, deal) = portal();
    let odd = with(payment("cancelled"), json!({ "captured": "600.00" }));
    let reply = settle(&portal, asked(deal, odd));
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"], &reply["item"]["moved"]),
        (&json!(["contradiction"]), &json!(false), &json!(false))
    );
    assert!(comments(&portal)[0].contains("Needs attention: "));
}

fn payments(portal: &Portal) -> Vec<Value> {
    portal.state()["payments"].as_array().unwrap().clone()
}

#[test]
fn a_wiped_or_foreign_id_makes_no_second_payment_and_pays_no_other() {
    let (portal, given) = ready("deal");
    settle(&portal, given.clone());
    let item = item_of(&portal)["id"].to_string();
    let write = |value: &str| {
        let kind = PAYMENTS.to_string();
        let form = [
            ("entityTypeId", kind.as_str()),
            ("id", item.as_str()),
            ("fields[ufCrm5Portal]", value),
        ];
        ask(&portal, "crm.item.update", &form);
    };
    let before = payments(&portal);
    for value in ["", "99"] {
        write(value);
        let reply = settle(&portal, given.clone());
        assert_eq!(reply["attention"], json!(["payment_unclear"]), "{value:?}");
        assert_eq!(payments(&portal), before, "{value:?}");
    }
    // Another deal's payment, as a manager may have copied it.
    let other = portal.by_hand("deals", json!({ "opportunity": "1500", "currencyId": "RUB" }));
    let other = other["id"].to_string();
    let form = [("entityId", other.as_str()), ("entityTypeId", "2")];
    let foreign = ask(&portal, "crm.item.payment.add", &form);
    write(&foreign.to_string());
    assert_eq!(settle(&portal, given)["attention"], json!(["payment_unclear"]));
    assert!(payments(&portal).iter().any(|one| one["id"] == foreign && one["paid"] == "N"));
}

#[test]
fn a_persons_own_payment_for_all_of_the_deal_is_neither_paid_nor_doubled() {
    let (portal, given) = ready("deal");
    let deal = given["deal_id"].to_string();
    let row = [
        ("fields[ownerId]", deal.as_str()),
        ("fields[ownerType]", "D"),
        ("fields[productName]", "Thing"),
        ("fields[price]", "1500"),
        ("fields[quantity]", "1"),
    ];
    let row = ask(&portal, "crm.item.productrow.add", &row)["productRow"]["id"].to_string();
    let form = [("entityId", deal.as_str()), ("entityTypeId", "2")];
    let own = ask(&portal, "crm.item.payment.add", &form).to_string();
    let put = [("paymentId", own.as_str()), ("rowId", row.as_str()), ("quantity", "1")];
    ask(&portal, "crm.item.payment.product.add", &put);
    let reply = settle(&portal, given);
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"]),
        (&json!(["payment_unclear"]), &json!(true))
    );
    assert_eq!((payments(&portal).len(), &payments(&portal)[0]["paid"]), (1, &json!("N")));
}

#[test]
fn a_part_changes_no_sum_of_its_deal() {
    for (by_hand, words) in [("N", json!(["payment_unclear"])), ("Y", json!([]))] {
        let (portal, given) = ready("deal");
        let deal = format!("deals/{}", given["deal_id"]);
        portal.by_hand(&deal, json!({ "isManualOpportunity": by_hand }));
        let part = with(payment("paid"), json!({ "amount": "600.00", "captured": "600.00" }));
        let reply = settle(&portal, with(given, json!({ "payment": part, "partial": true })));
        assert_eq!(reply["attention"], words, "{by_hand}");
        assert_eq!(deal_of(&portal)["opportunity"], 1500, "{by_hand}");
    }
}

#[test]
fn long_and_bracketed_words_are_shown_short_and_plain() {
    let (portal, deal) = portal();
    let long = format!("[url=https://evil.example]{}[/url]", "x".repeat(100_000));
    let told = with(payment("paid"), json!({ "order_number": long, "id": "y".repeat(5_000) }));
    let reply = settle(&portal, more(deal, told, json!({ "xml_id": "plain" })));
    assert_eq!(reply["deal"]["moved"], true);
    let said = comments(&portal)[0].clone();
    assert!(said.len() < 1_000 && !said.contains("[url"), "{}", said.len());
    assert_eq!(item_of(&portal)["title"].as_str().map(str::len), Some(300));
    let given = more(deal, payment("paid"), json!({ "title": " " }));
    assert_eq!(portal.fails("settle_deal", given).field.as_deref(), Some("title"));
}

#[test]
fn a_mark_is_found_behind_hundreds_of_comments() {
    let (portal, deal) = portal();
    let id = deal.to_string();
    let talk = |count: usize| {
        for _ in 0..count {
            let comment = [
                ("fields[ENTITY_ID]", id.as_str()),
                ("fields[ENTITY_TYPE]", "deal"),
                ("fields[COMMENT]", "[kopeck:not:a:mark"),
            ];
            ask(&portal, "crm.timeline.comment.add", &comment);
        }
    };
    talk(120);
    settle(&portal, asked(deal, payment("paid")));
    talk(40);
    let again = settle(&portal, asked(deal, payment("paid")));
    assert_eq!((&again["repeated"], comments(&portal).len()), (&json!(true), 161));
}
