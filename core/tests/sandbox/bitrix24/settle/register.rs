//! The payment where the portal itself keeps payments.

use serde_json::{Value, json};

use super::{comments, deal_of, item_of, more, payment, portal, settle, stored};
use crate::bitrix24::portal::Portal;
use crate::shop::{browse, with};

/// A method of the portal's, as a person with the webhook calls it.
pub fn ask(portal: &Portal, method: &str, form: &[(&str, &str)]) -> Value {
    let told = browse(&format!("{}{method}", portal.made["webhook_url"].as_str().unwrap()), form);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert!(told.get("error").is_none(), "{method}: {told}");
    told["result"].clone()
}

/// A portal with a pay system, which is 1, an order of the deal, and for `pay_system` a payment of it; and
/// what is asked.
pub fn ready(way: &str) -> (Portal, Value) {
    let (portal, deal) = portal();
    ask(
        &portal,
        "sale.paysystem.handler.add",
        &[
            ("NAME", "Kopeck"),
            ("CODE", "kopeck"),
            ("SETTINGS[CODES][KEY][NAME]", "Key"),
            ("SETTINGS[CHECKOUT_DATA][ACTION_URI]", "https://shop.example/"),
            ("SETTINGS[CHECKOUT_DATA][FIELDS][serviceKey][CODE]", "KEY"),
        ],
    );
    let system = [
        ("NAME", "Card"),
        ("PERSON_TYPE_ID", "3"),
        ("BX_REST_HANDLER", "kopeck"),
        ("ENTITY_REGISTRY_TYPE", "ORDER"),
    ];
    let system = ask(&portal, "sale.paysystem.add", &system);
    let mut register = json!({ "way": way, "pay_system_id": system });
    if way != "deal" {
        let order = portal.by_hand("orders", json!({ "ownerId": deal }))["id"].clone();
        if way == "pay_system" {
            let made = portal.by_hand(
                "payments",
                json!({
                    "orderId": order, "sum": 1500, "currency": "RUB", "paySystemId": system,
                }),
            );
            register["payment_id"] = made["id"].clone();
        }
    }
    let given = more(deal, payment("paid"), stored());
    (portal, with(given, json!({ "locked": true, "register": register })))
}

fn payments(portal: &Portal) -> Vec<Value> {
    portal.state()["payments"].as_array().unwrap().clone()
}

#[test]
fn each_way_registers_one_payment() {
    for way in ["order", "deal", "pay_system"] {
        let (portal, given) = ready(way);
        let reply = settle(&portal, given.clone());
        let all = payments(&portal);
        assert_eq!(all.len(), 1, "{way}");
        let paid = &all[0];
        assert_eq!(
            (&paid["paid"], &paid["sum"], &paid["paySystemId"]),
            (&json!("Y"), &json!(1500), &json!(1)),
            "{way}"
        );
        let told = json!({ "way": way, "payment_id": paid["id"], "done_now": true });
        assert_eq!((&reply["registered"], &reply["attention"]), (&told, &json!([])), "{way}");
        assert_eq!(deal_of(&portal)["stageId"], "WON", "{way}");
        match way {
            "order" => {
                assert_eq!(
                    (&paid["xmlId"], &paid["psInvoiceId"]),
                    (&json!(super::XML_ID), &json!("7f3a"))
                );
            }
            "deal" => assert_eq!(item_of(&portal)["ufCrm5Portal"], paid["id"].to_string()),
            _ => {}
        }
        let again = settle(&portal, given);
        assert_eq!(
            (&again["repeated"], &again["registered"]["done_now"]),
            (&json!(true), &json!(false)),
            "{way}"
        );
        assert_eq!(payments(&portal), all, "{way}");
    }
}

#[test]
fn rows_of_the_deals_own_are_what_is_paid() {
    let (portal, given) = ready("deal");
    let deal = given["deal_id"].to_string();
    for price in ["1000", "500"] {
        let row = [
            ("fields[ownerId]", deal.as_str()),
            ("fields[ownerType]", "D"),
            ("fields[productName]", "Thing"),
            ("fields[price]", price),
            ("fields[quantity]", "1"),
        ];
        ask(&portal, "crm.item.productrow.add", &row);
    }
    portal.by_hand(&format!("deals/{deal}"), json!({ "opportunity": 1500 }));
    let reply = settle(&portal, given);
    assert_eq!(reply["registered"]["done_now"], true, "{reply}");
    let state = portal.state();
    assert_eq!(state["product_rows"].as_array().map(Vec::len), Some(2));
    assert_eq!(state["payment_products"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_does_not_fit_is_told_and_nothing_is_paid() {
    let other = |portal: &Portal, given: &Value, more: Value| {
        let id = given["register"]["payment_id"].to_string();
        portal.by_hand(&format!("payments/{id}"), more);
    };
    let (portal, given) = ready("pay_system");
    other(&portal, &given, json!({ "sum": 1501 }));
    let reply = settle(&portal, given);
    assert_eq!(
        (&reply["attention"], &reply["registered"]),
        (&json!(["payment_amount"]), &Value::Null)
    );
    assert_eq!(
        (&payments(&portal)[0]["paid"], &deal_of(&portal)["stageId"]),
        (&json!("N"), &json!("NEW"))
    );
    let (portal, given) = ready("pay_system");
    other(&portal, &given, json!({ "currency": "KZT" }));
    assert_eq!(settle(&portal, given)["attention"], json!(["payment_currency"]));
    assert_eq!(payments(&portal)[0]["paid"], "N");

    let (portal, given) = ready("order");
    portal.by_hand("orders", json!({ "ownerId": given["deal_id"] }));
    let reply = settle(&portal, given.clone());
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"]),
        (&json!(["payment_unclear"]), &json!(true))
    );
    assert!(payments(&portal).is_empty());
    // The second order turns out to be another deal's.
    portal.by_hand("orders", json!({ "id": portal.state()["orders"][1]["id"], "ownerId": 1 }));
    let again = settle(&portal, given);
    assert_eq!((&again["attention"], &again["registered"]["done_now"]), (&json!([]), &json!(true)));
    assert_eq!(comments(&portal).len(), 1);
}

#[test]
fn a_deal_without_an_order_is_won_all_the_same() {
    let (portal, mut given) = ready("deal");
    given["register"]["way"] = json!("order");
    let reply = settle(&portal, given);
    assert_eq!(
        (&reply["attention"], &reply["deal"]["moved"]),
        (&json!(["no_order"]), &json!(true))
    );
    assert_eq!(reply["registered"], Value::Null);
}

#[test]
fn a_refused_registration_hides_no_money() {
    let (portal, given) = ready("order");
    let refusal = json!({ "method": "sale.payment.add", "status": 403, "error": 200_040_300_020_u64, "description": "Access Denied" });
    portal.change(json!({ "refusals": [refusal] }));
    let reply = settle(&portal, given.clone());
    assert_eq!(
        (&reply["attention"], &reply["refusals"][0]["what"]),
        (&json!(["register_refused"]), &json!("register"))
    );
    assert_eq!(
        (&reply["refusals"][0]["code"], &reply["deal"]["moved"]),
        (&json!("200040300020"), &json!(true))
    );
    let again = settle(&portal, given);
    assert_eq!((&again["attention"], &again["registered"]["done_now"]), (&json!([]), &json!(true)));
}

#[test]
fn two_blank_payments_are_nobodys() {
    let (portal, given) = ready("deal");
    let deal = given["deal_id"].to_string();
    for _ in 0..2 {
        ask(&portal, "crm.item.payment.add", &[("entityId", deal.as_str()), ("entityTypeId", "2")]);
    }
    let reply = settle(&portal, given);
    assert_eq!((&reply["attention"], payments(&portal).len()), (&json!(["payment_unclear"]), 2));
}

#[test]
fn nothing_is_registered_for_what_is_not_paid_in_full() {
    for told in [
        payment("authorized"),
        payment("refunded"),
        payment("expired"),
        with(payment("paid"), json!({ "captured": "600.00" })),
        with(payment("paid"), json!({ "test": true })),
    ] {
        for way in ["order", "deal", "pay_system"] {
            let (portal, given) = ready(way);
            let reply = settle(&portal, with(given, json!({ "payment": told })));
            assert_eq!(reply["registered"], Value::Null, "{way}: {told}");
            assert!(payments(&portal).iter().all(|one| one["paid"] == "N"), "{way}: {told}");
        }
    }
    // A closed deal is not changed by a payment of its own; its order's payment is paid.
    for (way, count) in [("deal", 0), ("order", 1)] {
        let (portal, given) = ready(way);
        portal.by_hand(&format!("deals/{}", given["deal_id"]), json!({ "stageId": "LOSE" }));
        let reply = settle(&portal, given);
        assert_eq!(
            (&reply["attention"], payments(&portal).len()),
            (&json!(["deal_closed"]), count),
            "{way}"
        );
    }
}
