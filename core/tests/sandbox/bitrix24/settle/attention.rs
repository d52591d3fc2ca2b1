//! What a person must look at: each word, and that no money is hidden by it.

use serde_json::{Value, json};

use super::{
    asked, comments, deal_of, item_of, more, payment, portal, portal_with, settle, stored,
};
use crate::bitrix24::portal::PAYMENTS;
use crate::shop::with;

fn words(reply: &Value) -> Vec<&str> {
    assert_eq!(reply["needs_attention"], !reply["attention"].as_array().unwrap().is_empty());
    reply["attention"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

#[test]
fn a_changed_or_closed_deal_keeps_its_stage_and_shows_the_money() {
    for (change, word, stage) in [
        (json!({ "stageId": "WON" }), "deal_closed", "WON"),
        (json!({ "stageId": "LOSE" }), "deal_closed", "LOSE"),
        (json!({ "opportunity": "1500.01" }), "deal_amount", "NEW"),
        (json!({ "opportunity": "0" }), "deal_amount", "NEW"),
        (json!({ "currencyId": "KZT" }), "deal_currency", "NEW"),
    ] {
        let (portal, deal) = portal();
        portal.by_hand(&format!("deals/{deal}"), change.clone());
        let given = more(deal, payment("paid"), stored());
        let reply = settle(&portal, given.clone());
        assert_eq!(words(&reply), [word], "{change}");
        assert_eq!(
            (&reply["deal"]["moved"], &reply["item"]["moved"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(deal_of(&portal)["stageId"], stage, "{change}");
        assert_eq!(
            (&item_of(&portal)["ufCrm5Status"], &item_of(&portal)["parentId2"]),
            (&json!("paid"), &json!(deal))
        );
        let said = comments(&portal);
        assert!(
            said[0].contains("Needs attention: ") && said[0].ends_with(&format!(":paid:{word}]"))
        );
        // What was decided then stays decided, whatever the deal is now.
        portal.by_hand(
            &format!("deals/{deal}"),
            json!({
                "stageId": "NEW", "opportunity": "1500.00", "currencyId": "RUB",
            }),
        );
        let again = settle(&portal, given);
        assert_eq!(words(&again), [word]);
        assert_eq!((deal_of(&portal)["stageId"].clone(), comments(&portal)), (json!("NEW"), said));
    }
}

#[test]
fn money_for_a_deal_that_is_not_there_is_shown_on_the_item() {
    let (portal, deal) = portal();
    let reply = settle(&portal, asked(deal + 1, payment("paid")));
    assert_eq!(words(&reply), ["deal_missing"]);
    assert_eq!(
        reply["deal"],
        json!({ "found": false, "stage_id": null, "moved": false, "meaning": null })
    );
    assert_eq!(
        (&reply["item"]["moved"], &item_of(&portal)["parentId2"]),
        (&json!(true), &Value::Null)
    );
    let row = portal.state()["comments"][0].clone();
    assert_eq!(
        (&row["ENTITY_TYPE"], &row["ENTITY_ID"]),
        (&json!(format!("dynamic_{PAYMENTS}")), &json!(reply["item_id"].to_string())),
        "{row}"
    );
    assert_eq!(settle(&portal, asked(deal + 1, payment("paid")))["repeated"], true);
    // Dead payments and those that wait leave nothing there.
    for status in ["expired", "pending"] {
        let (portal, deal) = self::portal();
        let reply = settle(&portal, asked(deal + 1, payment(status)));
        assert_eq!((words(&reply), &reply["repeated"]), (vec!["deal_missing"], &json!(true)));
        assert_eq!(portal.state()["items"][PAYMENTS.to_string()][0], Value::Null);
    }
}

#[test]
fn an_item_of_a_type_without_a_relation_is_not_linked_and_says_so() {
    let (portal, deal) = portal_with(json!({
        "types": [{ "entityTypeId": PAYMENTS, "title": "Payment", "dealRelation": false }],
    }));
    let reply = settle(&portal, asked(deal, payment("paid")));
    assert_eq!((words(&reply), &reply["item"]["moved"]), (vec!["no_deal_relation"], &json!(true)));
    assert_eq!((deal_of(&portal)["stageId"].clone(), comments(&portal).len()), (json!("NEW"), 1));
    assert_eq!(portal.state()["comments"][0]["ENTITY_TYPE"], "deal");
}

#[test]
fn an_item_that_is_another_deals_or_of_another_sum_moves_nothing() {
    for (change, word) in [
        (json!({ "parentId2": 99 }), "item_deal"),
        (json!({ "opportunity": 1499 }), "item_amount"),
        (json!({ "currencyId": "KZT" }), "item_amount"),
    ] {
        let (portal, deal) = portal();
        let item = json!({ "xmlId": super::XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB" });
        portal.by_hand(&format!("items/{PAYMENTS}"), with(item, change.clone()));
        let reply = settle(&portal, asked(deal, payment("paid")));
        assert_eq!(words(&reply), [word], "{change}");
        assert_eq!(
            (&reply["deal"]["moved"], &reply["item"]["moved"]),
            (&json!(false), &json!(false))
        );
        assert_eq!(comments(&portal).len(), 1);
    }
}

#[test]
fn less_money_test_money_and_disputes_move_nothing() {
    for (more, word) in [
        (json!({ "captured": "600.00" }), "amount"),
        (json!({ "test": true }), "test"),
        (json!({ "disputed": true }), "disputed"),
    ] {
        let (portal, deal) = portal();
        let reply = settle(&portal, asked(deal, with(payment("paid"), more)));
        assert_eq!(words(&reply), [word]);
        assert_eq!(
            (&reply["deal"]["moved"], &reply["item"]["moved"]),
            (&json!(false), &json!(false)),
            "{word}"
        );
        assert_eq!(comments(&portal).len(), 1);
    }
    let (portal, deal) = portal();
    let test = with(payment("paid"), json!({ "test": true }));
    let reply = settle(&portal, more(deal, test, json!({ "accept_test": true })));
    assert_eq!((words(&reply), &reply["deal"]["moved"]), (vec![], &json!(true)));
    assert!(comments(&portal)[0].contains("Test money."));
}

#[test]
fn a_part_of_the_deals_sum_moves_its_item_alone() {
    let (portal, deal) = portal();
    let part = with(payment("paid"), json!({ "amount": "600.00", "captured": "600.00" }));
    let reply = settle(&portal, more(deal, part, json!({ "partial": true })));
    assert_eq!(words(&reply), Vec::<&str>::new());
    assert_eq!((&reply["deal"]["moved"], &reply["item"]["moved"]), (&json!(false), &json!(true)));
}

#[test]
fn a_pipeline_without_such_a_stage_says_so() {
    let stages = json!([{ "id": "NEW" }, { "id": "WON", "semantics": "S" }]);
    let (portal, deal) = portal_with(json!({ "deal_stages": stages }));
    let reply = settle(&portal, asked(deal, payment("expired")));
    assert_eq!((words(&reply), &reply["deal"]["moved"]), (vec!["no_stage"], &json!(false)));
    let (portal, deal) = portal_with(json!({
        "types": [{ "entityTypeId": PAYMENTS, "title": "Payment", "stages": false }],
    }));
    let reply = settle(&portal, asked(deal, payment("paid")));
    assert_eq!((words(&reply), &reply["deal"]["moved"]), (vec![], &json!(true)));
    assert_eq!(reply["item"], json!({ "added": true, "stage_id": null, "moved": false }));
}

#[test]
fn a_refused_move_is_told_with_its_code_and_done_by_the_next_run() {
    let (portal, deal) = portal();
    let refusal = json!({
        "method": "crm.item.update", "status": 400, "error": "CRM_FIELD_ERROR_REQUIRED",
        "description": "Поле обязательно",
    });
    portal.change(json!({ "refusals": [refusal] }));
    let reply = settle(&portal, asked(deal, payment("paid")));
    assert_eq!((words(&reply), &reply["outcome"]), (vec!["stage_refused"], &json!("paid")));
    let refused = &reply["refusals"][0];
    assert_eq!(
        (&refused["what"], &refused["code"]),
        (&json!("deal_stage"), &json!("CRM_FIELD_ERROR_REQUIRED"))
    );
    assert_eq!((comments(&portal).len(), &reply["deal"]["stage_id"]), (1, &json!("NEW")));
    let again = settle(&portal, asked(deal, payment("paid")));
    assert_eq!((words(&again), &again["deal"]["moved"]), (vec![], &json!(true)));
    assert_eq!((comments(&portal).len(), &again["item"]["moved"]), (1, &json!(true)));
}

#[test]
fn a_dead_payment_spares_the_deal_for_another_that_lives() {
    let item = |deal: u64, stage: &str| json!({ "xmlId": "kopeck:rbs:R-2", "parentId2": deal, "stageId": format!("DT{PAYMENTS}_30:{stage}") });
    for (stage, lost) in [("NEW", false), ("SUCCESS", false), ("FAIL", true)] {
        let (portal, deal) = portal();
        portal.by_hand(&format!("items/{PAYMENTS}"), item(deal, stage));
        let reply = settle(&portal, asked(deal, payment("expired")));
        assert_eq!(reply["deal"]["moved"], lost, "{stage}");
        assert_eq!((words(&reply), &reply["item"]["moved"]), (vec![], &json!(true)), "{stage}");
    }
    let (portal, deal) = portal();
    let reply = settle(&portal, more(deal, payment("expired"), json!({ "on_failure": "keep" })));
    assert_eq!((&reply["deal"]["moved"], &reply["item"]["moved"]), (&json!(false), &json!(true)));
}
