//! Recurring payments of IntellectMoney: a source invoice, its plan, and what the plan charges.

use serde_json::{Value, json};

use super::invoices::{made, plain};
use super::natives::{moment, zone};
use crate::eshop::{Eshop, act, invoice, pay_by_card};
use crate::shop::{control, with, word};

fn plan(shop: &Eshop, fields: Value) -> String {
    let base = json!({ "ObjectTypeVal": "1",
                       "RepeatPlan": "{\"StartAt\":\"2030-01-31T10:00:00\",\"PeriodLength\":1,\"PeriodType\":\"Day\"}" });
    let reply = shop.native("setScheduledOperationData", with(base, fields));
    word(&reply["Result"], "Operation").to_owned()
}

fn plans(shop: &Eshop, more: Value) -> Vec<Value> {
    let reply = shop.native("getScheduledOperationData", with(json!({ "Take": "100" }), more));
    reply["Result"]["ScheduledOperationDataList"].as_array().unwrap().clone()
}

/// Activated by a first payment, planned, charged, changed, switched off.
pub fn a_card_is_charged_by_a_plan(shop: &Eshop) {
    let source = made(shop, json!({ "RecurringType": "Activate" }));
    pay_by_card(&source);
    let whole = json!({
        "ObjectId": source, "ParamsJson": { "Amount": 10.5 },
        "RetryOnFailPlan": "{\"PeriodLength\":5,\"PeriodType\":\"Minute\"}",
        "RetryOnFailCount": 3, "IsSingle": 0, "FireOnSkip": "1", "State": 1,
        "EndExecDate": "31.12.2030",
    });
    let operation = plan(shop, whole.clone());
    let charged = control(&format!("schedules/{operation}/act"), json!({ "do": "charge" }));
    assert_eq!((&charged["source"], &charged["state"]), (&json!(source), &json!("Paid")));
    assert_eq!((&charged["paid"], &charged["status"]), (&json!("10.50"), &json!(5)));
    // Each charge is an invoice of its own, and goes back as any other.
    let id = word(&charged, "invoice_id");
    assert_eq!(shop.call("payment_status", json!({ "id": id }))["status"], "paid");
    shop.native("purchaseToRefund", json!({ "InvoiceId": id }));
    assert_eq!(invoice(id)["refunded"], "10.50");
    let failed = control(&format!("schedules/{operation}/act"), json!({ "do": "fail" }));
    assert_eq!((&failed["source"], &failed["paid"]), (&json!(source), &json!("0.00")));

    let other = made(shop, json!({ "RecurringType": "Activate" }));
    act(&other, json!({ "do": "pay" }));
    let token = shop.call("intellectmoney.getUserToken", json!({}))["UserToken"].clone();
    let given = json!({ "ObjectId": other, "ParamsJson": "{\"Amount\": 20}", "UserToken": token });
    plan(shop, given);
    assert_eq!(plans(shop, json!({})).len(), 2);
    assert_eq!(plans(shop, json!({ "Skip": 1 })).len(), 1);
    assert_eq!(plans(shop, json!({ "Take": 1 })).len(), 1);
    let changed = with(
        whole,
        json!({ "Operation": operation, "ParamsJson": "{\"Amount\":7}",
                                      "State": "0" }),
    );
    assert_eq!(plan(shop, changed.clone()), operation);
    for filter in [json!({ "Operation": operation }), json!({ "ObjectId": source })] {
        let found = plans(shop, filter);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["Operation"], json!(operation));
        assert_eq!(
            (plain(&found[0]["ParamsJson"]), plain(&found[0]["State"])),
            ("{\"Amount\":7}".into(), "0".into())
        );
    }
    // Everything that is signed at once: the slots keep their places.
    let mut every = with(
        changed,
        json!({
            "ObjectTypeVal": "1", "Skip": "0", "Take": "5",
            "RepeatPlan": "0 0 10 * * ?", "DateFrom": moment(zone(shop), -3600),
            "DateTo": moment(zone(shop), 3600),
        }),
    );
    every.as_object_mut().unwrap().remove("EndExecDate");
    assert_eq!(plans(shop, every).len(), 1);
}
