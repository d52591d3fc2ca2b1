//! Plans that the gateway charges by itself (recurring tasks), and payment in parts (Podeli).

use kopeck::Kind;
use serde_json::{Value, json};

use crate::card_payments::PLAIN;
use crate::shop::{RETURN, Shop, act, browse, control, number, text, word};

fn plan(name: &str) -> Value {
    json!({ "task": {
        "merchantTaskUuid": name, "amount": "990", "currency": "643", "clientId": "c-1",
        "pan": PLAIN, "expiry": "202612", "cardHolder": "JOHN DOE",
        "scheduleData": { "scheduledSince": "2990-01-31T10:00:00.000+0000",
            "scheduledTill": "2990-05-31T10:00:00.000+0000", "timeUnit": "MONTHS", "value": "1" },
    } })
}

#[test]
pub fn a_plan_is_made_charged_changed_and_ended() {
    let shop = Shop::plain();
    let made = shop.native("recurrentTaskCreate", plan(&number()));
    assert_eq!(made["task"]["state"], "CREATED", "{made}");
    let uuid = word(&made["task"], "taskUuid").to_owned();
    let named = json!({ "taskIdentifier": { "taskUuid": uuid } });
    let run = |what: Value| control(&format!("tasks/{uuid}/act"), what);
    run(json!({ "do": "pay_next" }));
    let found = shop.native("recurrentTaskGet", named.clone());
    let order = word(&found["task"]["attemptsHistory"][0], "orderId").to_owned();
    assert_eq!(shop.stands(&order), ("paid".into(), json!("9.90"), json!("0.00")));
    // A failed charge stops the plan until somebody starts it again.
    run(json!({ "do": "fail_next", "action_code": 116 }));
    let found = shop.native("recurrentTaskGet", named.clone());
    assert_eq!(found["task"]["state"], "FAILED");
    let order = word(&found["task"]["attemptsHistory"][1], "orderId").to_owned();
    assert_eq!(text(&shop.status(&order), "reason"), "insufficient_funds");
    assert_eq!(shop.native("recurrentTaskActivate", named.clone())["task"]["state"], "ACTIVE");
    let change = json!({ "taskIdentifier": { "taskUuid": uuid }, "task": { "amount": "1990" } });
    shop.native("recurrentTaskModify", change);
    assert_eq!(shop.native("recurrentTaskGet", named.clone())["task"]["amount"], 1990);
    let skip = json!({ "taskIdentifier": { "taskUuid": uuid }, "paymentNumber": "3" });
    shop.native("recurrentPaymentSkip", skip);
    assert_eq!(shop.native("recurrentTaskTerminate", named.clone())["task"]["state"], "TERMINATED");
    let again = shop.fails("rbs.recurrentTaskTerminate", named);
    assert_eq!((again.kind, again.code.as_deref()), (Kind::OutcomeUnknown, Some("7")));

    let ids: Vec<Value> = [number(), number()]
        .iter()
        .map(|name| json!({ "taskUuid": shop.native("recurrentTaskCreate", plan(name))["task"]["taskUuid"] }))
        .collect();
    let ended = shop.native("recurrentTaskBatchTerminate", json!({ "taskIdentifiers": ids }));
    assert_eq!(ended["tasks"].as_array().unwrap().len(), 2, "{ended}");
    let twice = plan("twice");
    shop.native("recurrentTaskCreate", twice.clone());
    let error = shop.fails("rbs.recurrentTaskCreate", twice);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::OutcomeUnknown, Some("1")));
}

#[test]
pub fn a_payment_in_parts_is_counted_and_approved() {
    let shop = Shop::plain();
    let id = shop.created(json!({ "amount": "100.03" }));
    let order = json!({ "mdOrder": id });
    let parts = shop.native("podeliCalculate", order.clone());
    let sums: Vec<i64> = parts["paymentSchedule"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["paymentAmount"].as_i64().unwrap())
        .collect();
    assert_eq!(sums.iter().sum::<i64>(), 10_003);
    let begun = shop.native("podeliInit", order);
    let page = word(&begun, "redirectTo");
    assert!(browse(page, &[("do", "refuse")]).starts_with(RETURN));
    assert_eq!(shop.stands(&id).0, "created");
    assert!(browse(page, &[("do", "approve")]).starts_with(RETURN));
    let found = shop.status(&id);
    assert_eq!((text(&found, "status"), text(&found, "method")), ("paid", "podeli"));
}

#[test]
fn a_charge_by_the_clock_and_a_buyers_payment_are_two_orders() {
    let shop = Shop::plain();
    let id = shop.created(json!({}));
    act(&id, json!({ "do": "pay" }));
    let made = shop.native("recurrentTaskCreate", plan(&number()));
    let uuid = word(&made["task"], "taskUuid").to_owned();
    let done = control(&format!("tasks/{uuid}/act"), json!({ "do": "pay_next" }));
    assert_ne!(done["attemptsHistory"][0]["orderId"], json!(id));
}
