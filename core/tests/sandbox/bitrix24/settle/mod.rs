//! `settle_deal`: a portal with one deal of 1500 RUB and what becomes of its payment.

mod apart;
mod attention;
mod between;
mod forged;
mod order;
mod register;
mod repeat;
mod stages;

use serde_json::{Map, Value, json};

use super::portal::{PAYMENTS, Portal};
use crate::shop::with;

/// The item's external key in these tests.
const XML_ID: &str = "kopeck:rbs:R-1";

/// A payment of all of the deal with this status, as `confirm` tells it.
fn payment(status: &str) -> Value {
    // A state's name is a digest; here it tells one state from another.
    let state: String = status.bytes().map(|byte| format!("{byte:02x}")).collect();
    let taken = status.starts_with("pa") || status.ends_with("refunded");
    json!({
        "gateway": "rbs", "id": "7f3a", "order_number": "R-1", "status": status, "state_id": state,
        "amount": "1500.00", "currency": "RUB", "captured": taken.then_some("1500.00"),
        "final": true,
        "checked": ["amount"], "raw": {},
    })
}

/// What is asked of the flow.
fn asked(deal: u64, payment: Value) -> Value {
    json!({ "deal_id": deal, "entity_type_id": PAYMENTS, "payment": payment })
}

/// The same with more.
fn more(deal: u64, payment: Value, more: Value) -> Value {
    with(asked(deal, payment), more)
}

/// The reply to `settle_deal`.
fn settle(portal: &Portal, given: Value) -> Value {
    Value::Object(portal.call("settle_deal", given))
}

/// A portal whose smart process keeps what it is told in fields of its own.
fn portal() -> (Portal, u64) {
    portal_with(json!({}))
}

fn portal_with(more: Value) -> (Portal, u64) {
    let usual = json!({
        "types": [{ "entityTypeId": PAYMENTS, "title": "Payment", "userFields": [
            "ufCrm5Payment", "ufCrm5Url", "ufCrm5Status", "ufCrm5State", "ufCrm5Portal",
        ] }],
        "deals": [{ "title": "Order 1001", "opportunity": "1500.00", "currencyId": "RUB" }],
    });
    let portal = Portal::new(with(usual, more), json!({}));
    let deal = portal.made["deals"][0]["id"].as_u64().unwrap();
    (portal, deal)
}

/// The names of the item's own fields.
fn stored() -> Value {
    json!({ "fields": {
        "payment_id": "ufCrm5Payment", "payment_url": "ufCrm5Url", "status": "ufCrm5Status",
        "state_id": "ufCrm5State", "portal_payment_id": "ufCrm5Portal",
    } })
}

/// The deal as the portal has it.
fn deal_of(portal: &Portal) -> Value {
    portal.state()["deals"][0].clone()
}

/// The only item.
fn item_of(portal: &Portal) -> Value {
    let items = portal.state()["items"][PAYMENTS.to_string()].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(1), "{items}");
    items[0].clone()
}

fn comments(portal: &Portal) -> Vec<String> {
    let state = portal.state();
    let rows = state["comments"].as_array().unwrap();
    rows.iter().map(|row| row["COMMENT"].as_str().unwrap().to_owned()).collect()
}

/// What a portal has, without ids of what was added, times and calls: two runs that end alike leave equal
/// ones.
fn ending(portal: &Portal) -> Value {
    let state = portal.state();
    let pick = |row: &Value, names: &[&str]| -> Value {
        let one = names.iter().map(|name| ((*name).to_owned(), row[*name].clone()));
        Value::Object(one.collect::<Map<String, Value>>())
    };
    let all = |rows: &Value, names: &[&str]| -> Vec<Value> {
        rows.as_array().into_iter().flatten().map(|row| pick(row, names)).collect()
    };
    let item = [
        "xmlId",
        "title",
        "stageId",
        "opportunity",
        "currencyId",
        "parentId2",
        "ufCrm5Payment",
        "ufCrm5Status",
        "ufCrm5State",
    ];
    json!({
        "deals": all(&state["deals"], &["id", "stageId", "opportunity", "closed"]),
        "items": all(&state["items"][PAYMENTS.to_string()], &item),
        "comments": all(&state["comments"], &["COMMENT", "ENTITY_TYPE"]),
        "payments": all(&state["payments"], &["paid", "sum", "currency", "paySystemId", "xmlId"]),
        "product_rows": all(&state["product_rows"], &["productName", "price", "quantity"]),
        "payment_products": all(&state["payment_products"], &["quantity"]),
    })
}

#[test]
fn money_in_wins_the_deal_once() {
    let (portal, deal) = portal();
    let given = more(deal, payment("paid"), stored());
    let reply = settle(&portal, given.clone());
    assert_eq!(reply["outcome"], "paid");
    assert_eq!(
        reply["deal"],
        json!({ "found": true, "stage_id": "WON", "moved": true, "meaning": "won" })
    );
    let item = item_of(&portal);
    assert_eq!((&reply["item_id"], &reply["xml_id"]), (&item["id"], &json!(XML_ID)));
    assert_eq!(reply["item"]["added"], true);
    assert_eq!(reply["item"]["moved"], true);
    assert_eq!(reply["item"]["stage_id"], item["stageId"]);
    assert!(item["stageId"].as_str().unwrap().ends_with(":SUCCESS"), "{item}");
    assert_eq!(item["parentId2"], deal);
    assert_eq!((&item["ufCrm5Payment"], &item["ufCrm5Status"]), (&json!("7f3a"), &json!("paid")));
    assert_eq!((&reply["needs_attention"], &reply["repeated"]), (&json!(false), &json!(false)));
    assert_eq!(deal_of(&portal)["stageId"], "WON");
    let said = comments(&portal);
    assert_eq!(said.len(), 1);
    let (text, mark) = said[0].split_once('\n').unwrap();
    assert_eq!(text, "Payment R-1 (rbs, 7f3a): paid, 1500.00 RUB.");
    assert!(mark.starts_with("[kopeck:70616964:") && mark.ends_with(":paid:]"), "{mark}");

    let before = ending(&portal);
    let again = settle(&portal, given);
    assert_eq!((&again["repeated"], &again["item"]["added"]), (&json!(true), &json!(false)));
    assert_eq!(again["deal"]["moved"], false);
    assert_eq!(again["comment_id"], reply["comment_id"]);
    assert_eq!(ending(&portal), before);
}

#[test]
fn every_status_has_its_ending() {
    for (status, outcome, deal_stage, item_stage, said) in [
        ("paid", "paid", "WON", "SUCCESS", 1),
        ("partially_paid", "paid", "NEW", "NEW", 1),
        ("authorized", "held", "NEW", "NEW", 1),
        ("partially_captured", "held", "NEW", "NEW", 1),
        ("partially_refunded", "refunded", "NEW", "NEW", 1),
        ("refunded", "refunded", "NEW", "NEW", 1),
        ("declined", "failed", "LOSE", "FAIL", 1),
        ("expired", "failed", "LOSE", "FAIL", 1),
        ("cancelled", "failed", "LOSE", "FAIL", 1),
        ("created", "waiting", "NEW", "", 0),
        ("action_required", "waiting", "NEW", "", 0),
        ("pending", "waiting", "NEW", "", 0),
        ("unknown", "waiting", "NEW", "", 0),
        ("not_found", "waiting", "NEW", "", 0),
        ("verified", "waiting", "NEW", "", 0),
        ("some-day", "waiting", "NEW", "", 0),
    ] {
        let (portal, deal) = portal();
        let reply = settle(&portal, asked(deal, payment(status)));
        assert_eq!(reply["outcome"], outcome, "{status}");
        assert_eq!(deal_of(&portal)["stageId"], deal_stage, "{status}");
        let items = portal.state()["items"][PAYMENTS.to_string()].clone();
        let stage = items[0]["stageId"].as_str().map(|stage| stage.split(':').nth(1).unwrap());
        assert_eq!(stage.unwrap_or_default(), item_stage, "{status}");
        assert_eq!(comments(&portal).len(), said, "{status}");
        let before = ending(&portal);
        let again = settle(&portal, asked(deal, payment(status)));
        assert_eq!(again["repeated"], true, "{status}: {again}");
        assert_eq!(again["attention"], reply["attention"], "{status}");
        assert_eq!(ending(&portal), before, "{status}");
    }
}

#[test]
fn what_is_not_over_is_kept_in_the_item_alone() {
    let (portal, deal) = portal();
    settle(&portal, more(deal, payment("authorized"), stored()));
    assert_eq!(item_of(&portal)["ufCrm5Status"], "authorized");
    let (other, deal) = self::portal();
    let xml =
        json!({ "xmlId": XML_ID, "parentId2": deal, "opportunity": 1500, "currencyId": "RUB" });
    other.by_hand(&format!("items/{PAYMENTS}"), xml);
    let reply = settle(&other, more(deal, payment("pending"), stored()));
    assert_eq!((&reply["repeated"], &reply["comment_id"]), (&json!(false), &Value::Null));
    assert_eq!(item_of(&other)["ufCrm5Status"], "pending");
    assert!(comments(&other).is_empty());
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_sent() {
    let (portal, deal) = portal();
    let register = |way: &str| json!({ "way": way, "pay_system_id": 1 });
    for (given, field) in [
        (json!({ "deal_id": deal, "entity_type_id": PAYMENTS }), "payment"),
        (more(deal, payment("paid"), json!({ "notification": {} })), "payment"),
        (more(deal, payment("paid"), json!({ "register": register("order") })), "register"),
        (
            more(deal, payment("paid"), json!({ "register": register("deal"), "locked": true })),
            "fields.portal_payment_id",
        ),
        (
            more(
                deal,
                payment("paid"),
                json!({ "register": register("pay_system"), "locked": true }),
            ),
            "register.payment_id",
        ),
        (asked(deal, with(payment("paid"), json!({ "captured": null }))), "payment.captured"),
        (
            asked(deal, with(payment("paid"), json!({ "order_number": null }))),
            "payment.order_number",
        ),
        (more(deal, payment("paid"), json!({ "xml_id": "a%" })), "xml_id"),
    ] {
        let error = portal.fails("settle_deal", given);
        assert_eq!(error.kind, kopeck::Kind::InvalidRequest, "{field}: {error}");
        assert_eq!(error.field.as_deref(), Some(field));
    }
    assert_eq!(portal.state()["calls"], json!([]));
}

#[test]
fn stages_and_fields_that_are_not_there_are_refused_before_anything_is_written() {
    let (portal, deal) = portal();
    let stages = |name: &str, id: &str| json!({ "stages": { name: id } });
    for (status, extra, field) in [
        ("paid", stages("deal_success", "LOSE"), "stages.deal_success"),
        ("paid", stages("deal_success", "C9:WON"), "stages.deal_success"),
        ("expired", stages("deal_failure", "WON"), "stages.deal_failure"),
        ("paid", stages("item_success", "WON"), "stages.item_success"),
        ("paid", stages("item_success", "DT1220_77:SUCCESS"), "stages.item_success"),
        ("paid", json!({ "fields": { "status": "ufCrm5Nothing" } }), "fields.status"),
        ("paid", json!({ "fields": { "payment_id": "title" } }), "fields.payment_id"),
    ] {
        let error = portal.fails("settle_deal", more(deal, payment(status), extra));
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
        assert_eq!(error.kind, kopeck::Kind::InvalidRequest, "{error}");
    }
    assert_eq!(portal.state()["items"][PAYMENTS.to_string()][0], Value::Null);
    let named = stages("deal_failure", "APOLOGY");
    let reply = settle(&portal, more(deal, payment("expired"), named));
    assert_eq!(reply["deal"]["stage_id"], "APOLOGY");
}

#[test]
fn a_deal_of_another_pipeline_goes_to_that_pipelines_stage() {
    let (portal, deal) = portal_with(json!({
        "deal_pipelines": [9],
        "deals": [{ "opportunity": "1500.00", "currencyId": "RUB", "categoryId": 9 }],
    }));
    let reply = settle(&portal, asked(deal, payment("paid")));
    assert_eq!(reply["deal"]["stage_id"], "C9:WON");
}

#[test]
fn a_verified_notification_is_enough_where_it_needs_no_status() {
    let (portal, deal) = portal();
    let notification = |verified: bool, needs_status: bool| {
        let told = with(payment("paid"), json!({ "state_id": null }));
        json!({
            "deal_id": deal, "entity_type_id": PAYMENTS, "notification": {
                "event": "paid", "succeeded": true, "verified": verified,
                "needs_status": needs_status, "payment": told,
            },
        })
    };
    for given in [notification(false, false), notification(true, true)] {
        let error = portal.fails("settle_deal", given);
        assert_eq!(error.field.as_deref(), Some("notification"));
        assert!(error.message.contains("confirm"), "{error}");
    }
    let reply = settle(&portal, notification(true, false));
    assert_eq!(reply["deal"]["moved"], true);
    assert_eq!(settle(&portal, notification(true, false))["repeated"], true);
    // The same money by the other route: a comment more, and nothing false.
    let other = settle(&portal, asked(deal, payment("paid")));
    assert_eq!(other["attention"], json!([]));
    assert_eq!(deal_of(&portal)["stageId"], "WON");
}
