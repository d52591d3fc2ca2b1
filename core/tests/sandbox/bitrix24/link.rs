//! `link_payment`: a payment tied to its deal, again and again, and everything that it refuses.

use kopeck::{Error, Kind};
use serde_json::{Value, json};

use super::portal::{PAYMENTS, Portal};
use crate::shop::{number, with, word};

/// The item's own fields in these tests.
pub const OWN: [&str; 4] = ["ufCrm5Id", "ufCrm5Url", "ufCrm5Status", "ufCrm5State"];

/// A portal whose type has fields for all that can be stored.
pub fn portal(more: Value) -> (Portal, u64) {
    let kind = json!({ "entityTypeId": PAYMENTS, "title": "Payment", "userFields": OWN });
    let given = json!({
        "types": [with(kind, more)],
        "deals": [{ "title": "Order 1001", "opportunity": "1500.00", "currencyId": "RUB" }],
    });
    let portal = Portal::new(given, json!({}));
    let deal = portal.made["deals"][0]["id"].as_u64().unwrap();
    (portal, deal)
}

/// What is asked before the payment is created.
pub fn before(deal: u64, number: &str) -> Value {
    json!({
        "deal_id": deal,
        "entity_type_id": PAYMENTS,
        "payment": { "gateway": "rbs", "order_number": number, "amount": "1500.00", "currency": "RUB" },
    })
}

/// What is asked with the reply of `create_payment`.
pub fn created(deal: u64, number: &str) -> Value {
    let payment = json!({
        "gateway": "rbs", "order_number": number, "amount": "1500.00", "currency": "RUB",
        "id": "7f3a", "status": "created", "state_id": "5f1c0a", "test": true,
        "action": { "type": "redirect", "url": "https://pay.bank.example/p/7f3a" },
    });
    let fields = json!({
        "payment_id": OWN[0], "payment_url": OWN[1], "status": OWN[2], "state_id": OWN[3],
    });
    json!({ "deal_id": deal, "entity_type_id": PAYMENTS, "payment": payment, "fields": fields })
}

/// The items of the smart process.
pub fn items(portal: &Portal) -> Vec<Value> {
    portal.state()["items"][PAYMENTS.to_string()].as_array().cloned().unwrap_or_default()
}

/// Refused with this reason; nothing was changed, and the portal is as it was.
fn refused(portal: &Portal, given: Value, reason: &str) -> Error {
    let stand =
        |state: Value| (state["items"].clone(), state["deals"].clone(), state["comments"].clone());
    let stood = stand(portal.state());
    let error = portal.fails("link_payment", given);
    assert_eq!((error.kind, error.reason), (Kind::Refused, reason), "{error}");
    assert!(!error.may_have_happened, "{error}");
    assert_eq!(stand(portal.state()), stood, "{reason}");
    error
}

#[test]
fn a_payment_is_tied_before_it_is_created_and_told_after() {
    let (portal, deal) = portal(json!({}));
    let number = number();
    let first = portal.call("link_payment", before(deal, &number));
    assert_eq!((&first["added"], &first["changed"]), (&json!(true), &json!(true)));
    assert_eq!((&first["comment_id"], &first["duplicates"]), (&Value::Null, &json!([])));
    assert_eq!(first["xml_id"], json!(format!("kopeck:rbs:{number}")));
    assert_eq!(first["item"]["amount"], "1500.00");
    assert!(word(&first["item"], "stage_id").ends_with(":NEW"));
    let item = &items(&portal)[0];
    assert_eq!((&item["id"], &item["parentId2"]), (&first["item_id"], &json!(deal)));
    assert_eq!(item["title"], json!(format!("Payment {number}")));
    assert_eq!((&item["opportunity"], &item["isManualOpportunity"]), (&json!(1500), &json!("Y")));
    assert_eq!(portal.state()["comments"], json!([]));

    let second = portal.call("link_payment", created(deal, &number));
    assert_eq!((&second["added"], &second["changed"]), (&json!(false), &json!(true)));
    assert_eq!(second["item_id"], first["item_id"]);
    let item = &items(&portal)[0];
    let stored: Vec<&str> = OWN.iter().map(|name| word(item, name)).collect();
    assert_eq!(stored, ["7f3a", "https://pay.bank.example/p/7f3a", "created", "5f1c0a"]);
    let state = portal.state();
    let comment = word(&state["comments"][0], "COMMENT");
    for part in [
        "1500.00 RUB",
        "Gateway: rbs, id 7f3a",
        "Page: https://pay.bank.example/p/7f3a",
        "Test: no real money",
        &format!("Payment {number}"),
        &format!("Item: {}", first["item_id"]),
        "[kopeck:5f1c0a:",
        ":created:]",
    ] {
        assert!(comment.contains(part), "{part} is not in {comment}");
    }
    assert_eq!(second["comment_id"].to_string(), word(&state["comments"][0], "ID"));
}

#[test]
fn a_repeat_writes_nothing() {
    let (portal, deal) = portal(json!({}));
    let asked = created(deal, &number());
    let first = portal.call("link_payment", asked.clone());
    let stood = portal.state();
    let again = portal.call("link_payment", asked);
    assert_eq!((&again["changed"], &again["added"]), (&json!(false), &json!(false)));
    assert_eq!(again["comment_id"], first["comment_id"]);
    let now = portal.state();
    assert_eq!((&now["items"], &now["comments"]), (&stood["items"], &stood["comments"]));
    let calls = now["calls"].as_array().unwrap();
    let before = stood["calls"].as_array().unwrap().len();
    let wrote = calls[before..].iter().filter(|call| {
        let method = word(call, "method");
        [".add", ".update", ".delete"].iter().any(|ending| method.ends_with(ending))
    });
    assert_eq!(wrote.count(), 0);
}

#[test]
fn a_deal_that_does_not_wait_for_this_payment_is_refused() {
    let (portal, deal) = portal(json!({}));
    let asked = before(deal, &number());
    refused(&portal, with(asked.clone(), json!({ "deal_id": 1 })), "deal_not_found");
    let path = format!("deals/{deal}");
    for (change, reason, says) in [
        (json!({ "currencyId": "EUR" }), "deal_currency", "in EUR, the payment in RUB"),
        (json!({ "opportunity": "1499.99" }), "deal_amount", "1499.99 RUB"),
        (json!({ "opportunity": "1500.01" }), "deal_amount", "1500.01 RUB"),
        (json!({ "opportunity": "0" }), "deal_amount", "0.00 RUB"),
        (json!({ "stageId": "WON" }), "deal_closed", "is won"),
        (json!({ "stageId": "LOSE" }), "deal_closed", "is lost"),
    ] {
        let whole = json!({ "currencyId": "RUB", "opportunity": "1500.00", "stageId": "NEW" });
        portal.by_hand(&path, whole);
        portal.by_hand(&path, change);
        let error = refused(&portal, asked.clone(), reason);
        assert!(error.message.contains(says), "{error}");
    }
    let whole = json!({ "currencyId": "RUB", "opportunity": "1500.00", "stageId": "NEW" });
    portal.by_hand(&path, whole);
    portal.call("link_payment", asked);
}

#[test]
fn a_type_that_cannot_be_tied_is_refused_and_asked_again_later() {
    let (portal, deal) = portal(json!({ "dealRelation": false }));
    let asked = before(deal, &number());
    let error = refused(&portal, asked.clone(), "no_deal_relation");
    assert!(error.message.contains("crm.type.update"), "{error}");
    relate(&portal, json!([{ "entityTypeId": 2, "isChildrenListEnabled": "true" }]));
    let linked = portal.call("link_payment", asked.clone());
    assert_eq!(linked["added"], true);
    let other = with(asked, json!({ "entity_type_id": 1300 }));
    refused(&portal, other, "type_not_found");
}

/// Replaces the relations of the type.
pub fn relate(portal: &Portal, parent: Value) {
    let id = portal.state()["types"][0]["id"].clone();
    let url = format!("{}crm.type.update", word(&portal.made, "webhook_url"));
    let body = json!({ "id": id, "fields": { "relations": { "parent": parent } } });
    let config = ureq::Agent::config_builder().proxy(None).build();
    let sent = config.new_agent().post(url).content_type("application/json");
    assert!(sent.send(body.to_string()).unwrap().status().is_success());
}

#[test]
fn a_relation_that_was_taken_away_meanwhile_is_missed() {
    let (portal, deal) = portal(json!({}));
    let asked = before(deal, &number());
    portal.call("link_payment", asked.clone());
    // The client remembers the relation; the portal has none any more.
    relate(&portal, json!([]));
    refused(&portal, asked, "no_deal_relation");
}

#[test]
fn a_deal_with_another_live_payment_is_refused_until_that_is_over() {
    let (portal, deal) = portal(json!({}));
    let first = portal.call("link_payment", before(deal, &number()));
    let item = format!("items/{PAYMENTS}/{}", first["item_id"]);
    let stage = |name: &str| {
        let stage = word(&first["item"], "stage_id").replace("NEW", name);
        portal.by_hand(&item, json!({ "stageId": stage }));
    };
    let second = before(deal, &number());
    let error = refused(&portal, second.clone(), "deal_has_live_payment");
    assert!(error.message.contains(&format!("item {}", first["item_id"])), "{error}");
    let part = json!({ "partial": true, "payment": {
        "gateway": "rbs", "order_number": number(), "amount": "500.00", "currency": "RUB" } });
    let part = with(second.clone(), part);
    refused(&portal, part.clone(), "deal_has_live_payment");
    stage("SUCCESS");
    refused(&portal, second.clone(), "deal_already_paid");
    // The whole sum is paid: no room for a part of it either.
    refused(&portal, part.clone(), "deal_amount");
    portal.by_hand(&item, json!({ "opportunity": "1000.00" }));
    portal.call("link_payment", part);
    stage("FAIL");
    let parts = items(&portal);
    let path = format!("items/{PAYMENTS}/{}", parts[1]["id"]);
    portal.by_hand(&path, json!({ "stageId": parts[0]["stageId"] }));
    portal.call("link_payment", second);
}

#[test]
fn an_item_with_the_key_must_be_this_payments() {
    let (portal, deal) = portal(json!({}));
    let asked = before(deal, &number());
    let first = portal.call("link_payment", asked.clone());
    let path = format!("items/{PAYMENTS}/{}", first["item_id"]);
    let other = json!({ "title": "Other", "opportunity": "1500.00", "currencyId": "RUB" });
    let other = portal.by_hand("deals", other)["id"].clone();
    let error =
        refused(&portal, with(asked.clone(), json!({ "deal_id": other })), "item_of_another_deal");
    assert!(error.message.contains(&format!("linked to deal {deal}")), "{error}");
    portal.by_hand(&path, json!({ "opportunity": "1.00" }));
    refused(&portal, asked.clone(), "item_amount");
    portal.by_hand(&path, json!({ "opportunity": "1500.00", "currencyId": "USD" }));
    refused(&portal, asked.clone(), "item_amount");
    portal.by_hand(&path, json!({ "currencyId": "RUB", "parentId2": null }));
    // An item that nobody tied is tied now.
    let tied = portal.call("link_payment", asked.clone());
    assert_eq!((&tied["added"], &tied["changed"]), (&json!(false), &json!(true)));
    assert_eq!(items(&portal)[0]["parentId2"], json!(deal));
    for stage in ["SUCCESS", "FAIL"] {
        let stage = word(&first["item"], "stage_id").replace("NEW", stage);
        portal.by_hand(&path, json!({ "stageId": stage }));
        refused(&portal, asked.clone(), "payment_closed");
    }
}

#[test]
fn keys_that_differ_in_case_alone_are_two() {
    let (portal, deal) = portal(json!({}));
    let asked = |key: &str| with(before(deal, "A-1"), json!({ "xml_id": key }));
    portal.call("link_payment", asked("Order_A"));
    let error = refused(&portal, asked("ORDER_A"), "deal_has_live_payment");
    assert!(error.message.contains("Order_A"), "{error}");
}

#[test]
fn duplicates_of_another_run_are_told_and_left() {
    let (portal, deal) = portal(json!({}));
    let asked = before(deal, &number());
    let first = portal.call("link_payment", asked.clone());
    let copy = json!({ "xmlId": first["xml_id"], "opportunity": "1500.00", "currencyId": "RUB",
                       "parentId2": deal });
    let copy = portal.by_hand(&format!("items/{PAYMENTS}"), copy)["id"].clone();
    let again = portal.call("link_payment", asked);
    assert_eq!((&again["item_id"], &again["duplicates"]), (&first["item_id"], &json!([copy])));
    assert_eq!(items(&portal).len(), 2);
}

#[test]
fn a_type_without_stages_or_sums_is_told_apart_by_keys_and_status() {
    let (portal, deal) = portal(json!({ "stages": false, "products": false }));
    // Somebody's own note on the deal is no payment.
    portal.by_hand(&format!("items/{PAYMENTS}"), json!({ "parentId2": deal, "title": "A note" }));
    let first = portal.call("link_payment", created(deal, &number()));
    assert_eq!(
        (&first["item"]["stage_id"], &first["item"]["amount"]),
        (&Value::Null, &Value::Null)
    );
    let path = format!("items/{PAYMENTS}/{}", first["item_id"]);
    let second = created(deal, &number());
    refused(&portal, second.clone(), "deal_has_live_payment");
    portal.by_hand(&path, json!({ (OWN[2]): "paid" }));
    refused(&portal, second.clone(), "deal_already_paid");
    portal.by_hand(&path, json!({ (OWN[2]): "declined" }));
    portal.call("link_payment", second);
}

#[test]
fn fields_that_the_type_has_not_are_named() {
    let (portal, deal) = portal(json!({ "userFields": [
        "ufCrm5Id", { "name": "ufCrm5Many", "multiple": true }, { "name": "ufCrm5Sum", "type": "double" },
    ] }));
    let asked = |fields: Value| with(before(deal, &number()), json!({ "fields": fields }));
    for (fields, field) in [
        (json!({ "payment_id": "ufCrm5Nothing" }), "fields.payment_id"),
        (json!({ "payment_url": "ufCrm5Many" }), "fields.payment_url"),
        (json!({ "status": "ufCrm5Sum" }), "fields.status"),
        (json!({ "state_id": "title" }), "fields.state_id"),
        (json!({ "portal_payment_id": "ufCrm5 Id" }), "fields.portal_payment_id"),
        (json!({ "payment_id": "ufCrm5Id", "status": "ufCrm5Id" }), "fields.status"),
    ] {
        let error = portal.fails("link_payment", asked(fields));
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some(field)));
    }
    assert_eq!(items(&portal).len(), 0);
}

#[test]
fn a_request_that_cannot_be_meant_is_not_sent() {
    let (portal, deal) = portal(json!({}));
    let asked = |more: Value| with(created(deal, "A-1"), more);
    let payment = |more: Value| {
        let told = created(deal, "A-1")["payment"].clone();
        asked(json!({ "payment": with(told, more) }))
    };
    for (given, field) in [
        (asked(json!({ "deal_id": 0 })), "deal_id"),
        (asked(json!({ "entity_type_id": 2 })), "entity_type_id"),
        (asked(json!({ "entity_type_id": 193 })), "entity_type_id"),
        (asked(json!({ "entity_type_id": 1031 })), "entity_type_id"),
        (asked(json!({ "xml_id": "50%" })), "xml_id"),
        (asked(json!({ "xml_id": "order " })), "xml_id"),
        (asked(json!({ "title": " " })), "title"),
        (asked(json!({ "timeout_ms": 86_400_001 })), "timeout_ms"),
        (payment(json!({ "amount": "0.00" })), "payment.amount"),
        (payment(json!({ "amount": "15" })), "payment.amount"),
        (payment(json!({ "currency": "rub" })), "payment.currency"),
        (payment(json!({ "order_number": "" })), "payment.order_number"),
        (payment(json!({ "state_id": "a:b" })), "payment.state_id"),
        (payment(json!({ "status": null })), "payment.status"),
        (payment(json!({ "status": "paid" })), "payment.status"),
        (payment(json!({ "status": "declined" })), "payment.status"),
        (payment(json!({ "disputed": true })), "payment.status"),
        (payment(json!({ "captured": "0.01" })), "payment.captured"),
        (payment(json!({ "status": "pending", "refunded": "1500.00" })), "payment.refunded"),
        (payment(json!({ "action": { "url": "http://pay.bank.example/" } })), "payment.action.url"),
        (payment(json!({ "action": { "url": "https://a@b.example/" } })), "payment.action.url"),
    ] {
        let error = portal.fails("link_payment", given);
        assert_eq!(
            (error.kind, error.field.as_deref()),
            (Kind::InvalidRequest, Some(field)),
            "{error}"
        );
    }
    assert_eq!(portal.state()["calls"], json!([]));
}

#[test]
fn sums_are_compared_in_the_currencys_own_digits() {
    for (currency, opportunity, amount, other) in [
        ("JPY", json!("1500"), "1500", "1501"),
        ("JPY", json!(1500.0), "1500", "15"),
        ("KWD", json!("1.234"), "1.234", "1.230"),
        ("RUB", json!("0.10"), "0.10", "0.01"),
    ] {
        let (portal, deal) = portal(json!({}));
        portal.by_hand(
            &format!("deals/{deal}"),
            json!({ "currencyId": currency, "opportunity": opportunity }),
        );
        let asked = |amount: &str| {
            let payment = json!({ "gateway": "rbs", "order_number": number(), "amount": amount,
                                  "currency": currency });
            with(before(deal, "A-1"), json!({ "payment": payment }))
        };
        refused(&portal, asked(other), "deal_amount");
        let linked = portal.call("link_payment", asked(amount));
        assert_eq!(
            (&linked["item"]["amount"], &linked["item"]["currency"]),
            (&json!(amount), &json!(currency))
        );
    }
}

#[test]
fn an_id_may_be_text_and_what_is_no_id_is_named() {
    let (portal, deal) = portal(json!({}));
    for (field, value) in [
        ("deal_id", json!("D_662")),
        ("deal_id", json!(662.5)),
        ("entity_type_id", json!("T4c4")),
        ("category_id", json!(-1)),
    ] {
        let error =
            portal.fails("link_payment", with(before(deal, "A-1"), json!({ field: value })));
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some(field)));
    }
    let text = json!({ "deal_id": deal.to_string(), "entity_type_id": "1220" });
    let linked = portal.call("link_payment", with(before(deal, "A-1"), text));
    assert_eq!((&linked["deal_id"], &linked["entity_type_id"]), (&json!(deal), &json!(PAYMENTS)));
    let payment = |field: &str, value: Value| {
        let payment =
            with(before(deal, "A-1")["payment"].clone(), json!({ field: value, "other": [1] }));
        portal.fails("link_payment", with(before(deal, "A-1"), json!({ "payment": payment })))
    };
    for (field, value) in [
        ("amount", json!(1500)),
        ("currency", json!(643)),
        ("order_number", json!(1001)),
        ("status", json!(2)),
        ("disputed", json!("no")),
    ] {
        let error = payment(field, value);
        assert_eq!(error.kind, Kind::InvalidRequest);
        assert_eq!(error.field, Some(format!("payment.{field}")), "{error}");
    }
}
