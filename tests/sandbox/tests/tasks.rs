//! Recurring tasks: `/recurrent/v1`.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";

#[cfg(test)]
fn call(sandbox: &Sandbox, path: &str, fields: Value) -> Value {
    let mut body = json!({"userName": "test_user", "password": "test_user_password"});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    sandbox.post_json(&format!("/recurrent/v1/{path}"), &body)
}

/// A monthly task with a card, changed as given.
#[cfg(test)]
fn task(changes: Value) -> Value {
    let mut task = json!({
        "merchantTaskUuid": "m-1", "amount": 990, "currency": "643", "clientId": "c1",
        "pan": "4444555511113333", "expiry": "202612", "cardHolder": "A B",
        "params": {"plan": "gold"},
        "scheduleData": {"scheduledSince": "2990-01-31T10:00:00.000+0000",
            "scheduledTill": "2990-03-31T10:00:00.000+0000", "timeUnit": "MONTHS", "value": 1}});
    task.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({"task": task})
}

#[cfg(test)]
fn created(sandbox: &Sandbox, changes: Value) -> Value {
    let reply = call(sandbox, "task/create", task(changes));
    assert_eq!(reply["status"], "SUCCESS", "{reply}");
    reply["task"].clone()
}

#[test]
fn a_task_pays_until_nothing_is_left() {
    let sandbox = Sandbox::start(&[]);
    let made = created(&sandbox, json!({}));
    assert_eq!((&made["state"], &made["merchantLogin"]), (&json!("CREATED"), &json!("test_user")));
    assert_eq!(made["nextPaymentDate"], "2990-01-31T10:00:00.000+0000");
    let uuid = text(&made, "taskUuid");
    let id = json!({"taskIdentifier": {"taskUuid": uuid}});
    let act = |what: &str| sandbox.control(&format!("tasks/{uuid}/act"), what);
    let get = || call(&sandbox, "task/get", id.clone())["task"].clone();

    act(r#"{"do":"pay_next"}"#);
    let paid = get();
    assert_eq!(
        (&paid["state"], &paid["nextPaymentDate"]),
        (&json!("ACTIVE"), &json!("2990-02-28T10:00:00.000+0000"))
    );
    assert!(paid["lastPaymentDate"].is_string());
    let order = text(&paid["attemptsHistory"][0], "orderId");
    let status = sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={order}"));
    assert_eq!((&status["orderStatus"], &status["amount"]), (&json!(2), &json!(990)));
    assert_eq!(status["merchantOrderParams"], json!([{"name": "plan", "value": "gold"}]));
    assert_eq!(status["orderNumber"], paid["attemptsHistory"][0]["orderNumber"]);

    act(r#"{"do":"fail_next","action_code":5}"#);
    let failed = get();
    assert_eq!(
        (&failed["state"], &failed["attemptsHistory"][1]["state"]),
        (&json!("FAILED"), &json!("FAILED"))
    );
    assert_eq!(act(r#"{"do":"pay_next"}"#)["code"], 7);
    assert_eq!(call(&sandbox, "task/activate", id.clone())["task"]["state"], "ACTIVE");
    act(r#"{"do":"pay_next"}"#);
    let tries = get()["attemptsHistory"].clone();
    assert_eq!(tries[1]["paymentUuid"], tries[2]["paymentUuid"]);
    assert_ne!(tries[0]["paymentUuid"], tries[1]["paymentUuid"]);
    assert_eq!(act(r#"{"do":"pay_next"}"#)["state"], "COMPLETED");
    assert_eq!(get().get("nextPaymentDate"), None);
    assert_eq!(act(r#"{"do":"pay_next"}"#)["code"], 7);
    assert_eq!(call(&sandbox, "task/activate", id.clone())["error"]["code"], 7);
    assert_eq!(call(&sandbox, "task/terminate", id.clone())["error"]["code"], 7);
}

#[test]
fn tasks_are_changed_skipped_stopped_and_started() {
    let sandbox = Sandbox::start(&[]);
    created(&sandbox, json!({}));
    // The merchant's own name for it will do.
    let by_own = json!({"merchantTaskUuid": "m-1", "merchantLogin": "test_user"});
    let with = |more: Value| {
        let mut body = json!({"taskIdentifier": by_own});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let changed = call(&sandbox, "task/modify", with(json!({"task": {"amount": "1990"}})));
    assert_eq!(changed["status"], "SUCCESS");
    let wrong =
        call(&sandbox, "task/modify", with(json!({"task": {"amount": 1, "currency": "RUB"}})));
    assert_eq!(wrong["error"]["code"], 1);
    assert_eq!(call(&sandbox, "task/get", with(json!({})))["task"]["amount"], 1990);

    let skip = |number: u32| call(&sandbox, "payment/skip", with(json!({"paymentNumber": number})));
    assert_eq!(skip(4)["error"]["code"], 1);
    assert_eq!(skip(2)["task"]["nextPaymentDate"], "2990-01-31T10:00:00.000+0000");
    assert_eq!(skip(1)["task"]["nextPaymentDate"], "2990-03-31T10:00:00.000+0000");
    assert_eq!(skip(1)["error"]["code"], 1);

    assert_eq!(call(&sandbox, "task/terminate", with(json!({})))["task"]["state"], "TERMINATED");
    assert_eq!(skip(3)["error"]["code"], 7);
    let late = call(&sandbox, "task/modify", with(json!({"task": {"amount": 1}})));
    assert_eq!(late["error"]["code"], 7);
    assert_eq!(call(&sandbox, "task/activate", with(json!({})))["task"]["state"], "ACTIVE");
    assert_eq!(call(&sandbox, "task/activate", with(json!({})))["error"]["code"], 7);
    assert_eq!(skip(3)["task"]["state"], "COMPLETED");
}

#[test]
fn many_tasks_stop_together_or_not_at_all() {
    let sandbox = Sandbox::start(&[]);
    let ids: Vec<Value> = ["a", "b"]
        .iter()
        .map(|name| json!({"taskUuid": created(&sandbox, json!({"merchantTaskUuid": name}))["taskUuid"]}))
        .collect();
    let state = |id: &Value| {
        call(&sandbox, "task/get", json!({"taskIdentifier": id}))["task"]["state"].clone()
    };
    let mut with_stranger = ids.clone();
    with_stranger.push(json!({"taskUuid": "x"}));
    let refused = call(&sandbox, "task/batchTerminate", json!({"taskIdentifiers": with_stranger}));
    assert_eq!(refused["error"]["code"], 6);
    assert_eq!(state(&ids[0]), "CREATED");
    // As the published example spells it.
    let done = call(&sandbox, "task/batchTerminate", json!({"tasksIdentifiers": ids}));
    assert_eq!(
        (&done["status"], done["tasks"].as_array().map(Vec::len)),
        (&json!("SUCCESS"), Some(2))
    );
    assert_eq!(state(&ids[1]), "TERMINATED");
}

#[test]
fn a_task_charges_a_subscription_of_sbp() {
    let sandbox = Sandbox::start(&[]);
    let form = format!("{USER}&amount=100&currency=643&clientId=c1&returnUrl=http://s.test");
    let order = sandbox.rest("register.do", &form);
    let form = format!("{USER}&mdOrder={}&createSubscription=true", text(&order, "orderId"));
    let code = sandbox.rest("sbp/c2b/qr/dynamic/get.do", &form);
    sandbox
        .post_page(&format!("{}/payment/sbp/{}", sandbox.origin, text(&code, "qrId")), &["do=pay"]);
    let list = sandbox.rest("sbp/c2b/getBindings.do", &format!("{USER}&clientId=c1"));
    let binding = text(&list["bindings"][0], "bindingId");

    let pay = |name: &str, client: &str, binding: &str| {
        let changes = json!({"merchantTaskUuid": name, "clientId": client, "bindingId": binding, "pan": null});
        let made = created(&sandbox, changes);
        let act = format!("tasks/{}/act", text(&made, "taskUuid"));
        sandbox.control(&act, r#"{"do":"pay_next"}"#)
    };
    let paid = pay("s-1", "c1", binding);
    assert_eq!(paid["state"], "ACTIVE");
    let ask = format!("{USER}&orderId={}", text(&paid["attemptsHistory"][0], "orderId"));
    assert_eq!(sandbox.rest("getOrderStatusExtended.do", &ask)["paymentWay"], "SBP_C2B_BINDING");
    assert_eq!(pay("s-2", "c2", binding)["state"], "FAILED");
    assert_eq!(pay("s-3", "c1", "nothing")["state"], "FAILED");
    sandbox.rest("sbp/c2b/unBind.do", &format!("{USER}&bindingId={binding}"));
    let refused = pay("s-4", "c1", binding);
    assert_eq!(refused["state"], "FAILED");
    let ask = format!("{USER}&orderId={}", text(&refused["attemptsHistory"][0], "orderId"));
    assert_eq!(sandbox.rest("getOrderStatusExtended.do", &ask)["orderStatus"], 6);
}

#[test]
fn tasks_are_refused_by_their_rules() {
    let sandbox = Sandbox::start(&[]);
    created(&sandbox, json!({}));
    let schedule = |name: &str, value: Value| {
        let mut data = task(json!({}))["task"]["scheduleData"].clone();
        data[name] = value;
        json!({"merchantTaskUuid": "m-2", "scheduleData": data})
    };
    for (changes, code) in [
        (json!({}), 1),
        (json!({"merchantTaskUuid": null}), 4),
        (json!({"merchantTaskUuid": "m-2", "amount": null}), 4),
        (json!({"merchantTaskUuid": "m-2", "amount": 0}), 1),
        (json!({"merchantTaskUuid": "m-2", "amount": 1.5}), 1),
        (json!({"merchantTaskUuid": "m-2", "pan": null}), 4),
        (json!({"merchantTaskUuid": "m-2", "bindingId": "b"}), 1),
        (json!({"merchantTaskUuid": "m-2", "expiry": "12"}), 1),
        (json!({"merchantTaskUuid": "m-2", "scheduleData": null}), 4),
        (schedule("timeUnit", json!("FORTNIGHTS")), 1),
        (schedule("value", json!(0)), 1),
        (schedule("scheduledSince", json!("2990-01-31")), 1),
        (schedule("scheduledTill", json!("2989-01-31T10:00:00.000Z")), 1),
    ] {
        let reply = call(&sandbox, "task/create", task(changes.clone()));
        assert_eq!(
            (&reply["status"], &reply["error"]["code"]),
            (&json!("FAIL"), &json!(code)),
            "{changes}"
        );
    }
    let get = |identifier: Value| {
        call(&sandbox, "task/get", json!({"taskIdentifier": identifier}))["error"]["code"].clone()
    };
    assert_eq!(get(json!({})), 4);
    assert_eq!(get(json!({"taskUuid": "x"})), 6);
    assert_eq!(get(json!({"merchantTaskUuid": "m-1", "merchantLogin": "hmac_user"})), 5);
    let stranger = json!({"username": "hmac_user", "password": "hmac_user_password",
        "taskIdentifier": {"merchantTaskUuid": "m-1"}});
    assert_eq!(sandbox.post_json("/recurrent/v1/task/get", &stranger)["error"]["code"], 6);
    assert_eq!(call(&sandbox, "task/get", json!({"password": "x"}))["error"]["code"], 5);
    let seen = sandbox.get("/sandbox/requests").to_string();
    assert!(!seen.contains("4444555511113333"), "{seen}");
}
