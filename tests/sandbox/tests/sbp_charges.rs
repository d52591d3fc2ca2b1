//! Payments that reach SBP through the methods of card payments.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";

#[cfg(test)]
fn registered(sandbox: &Sandbox, extra: &str) -> String {
    let form = format!("{USER}&currency=643&returnUrl=http://s.test&{extra}");
    text(&sandbox.rest("register.do", &form), "orderId").to_owned()
}

#[cfg(test)]
fn status(sandbox: &Sandbox, order: &str) -> Value {
    sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={order}"))
}

/// A subscription of the client `c1`.
#[cfg(test)]
fn subscribed(sandbox: &Sandbox) -> Value {
    let order = registered(sandbox, "amount=0&clientId=c1&features=SBP_BINDING");
    let form = format!("{USER}&mdOrder={order}&createSubscription=true");
    let code = sandbox.rest("sbp/c2b/qr/dynamic/get.do", &form);
    let page = format!("{}/payment/sbp/{}", sandbox.origin, text(&code, "qrId"));
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("302"));
    let list = sandbox.rest("sbp/c2b/getBindings.do", &format!("{USER}&clientId=c1"));
    assert_eq!(
        status(sandbox, &order)["bindingInfo"]["bindingId"],
        list["bindings"][0]["bindingId"]
    );
    list["bindings"][0].clone()
}

#[test]
fn a_subscription_pays_an_order() {
    let sandbox = Sandbox::start(&[]);
    let one = subscribed(&sandbox);
    let binding = text(&one, "bindingId");
    let pay = |order: &str| {
        sandbox
            .rest("paymentOrderBinding.do", &format!("{USER}&mdOrder={order}&bindingId={binding}"))
    };
    let order = registered(&sandbox, "amount=700&clientId=c1");
    let paid = pay(&order);
    assert_eq!(
        (&paid["errorCode"], &paid["sbpC2bInfo"]["status"]),
        (&json!(0), &json!("ACCEPTED"))
    );
    let payload = format!("https://qr.nspk.ru/{}", text(&paid["sbpC2bInfo"], "qrId"));
    assert_eq!(paid["sbpC2bInfo"]["payload"], payload);
    let state = status(&sandbox, &order);
    assert_eq!(
        (&state["orderStatus"], &state["paymentWay"]),
        (&json!(2), &json!("SBP_C2B_BINDING"))
    );
    assert_eq!(pay(&order)["errorCode"], 7);
    assert_eq!(pay(&registered(&sandbox, "amount=700"))["errorCode"], 5);
    assert_eq!(pay(&registered(&sandbox, "amount=700&clientId=c2"))["errorCode"], 2);
    sandbox.rest("sbp/c2b/unBind.do", &format!("{USER}&bindingId={binding}"));
    assert_eq!(pay(&registered(&sandbox, "amount=700&clientId=c1"))["errorCode"], 2);
}

#[test]
fn a_subscription_pays_by_its_token() {
    let sandbox = Sandbox::start(&[]);
    let one = subscribed(&sandbox);
    let order = registered(&sandbox, "amount=700&clientId=c1");
    let pay = |token: &str| {
        let form = format!(
            "{USER}&MDORDER={order}&TEXT=&language=ru&sbpSubscriptionToken={token}&sbpMemberId={}",
            text(&one, "memberId")
        );
        sandbox.rest("paymentorder.do", &form)["errorCode"].clone()
    };
    assert_eq!(pay("x"), 2);
    assert_eq!(pay(text(&one, "subscriptionToken")), 0);
    assert_eq!(status(&sandbox, &order)["orderStatus"], 2);
}

#[test]
fn a_cash_link_takes_an_instant_payment() {
    let sandbox = Sandbox::start(&[]);
    let made = json!({"username": "test_user", "password": "test_user_password",
        "name": "Till", "type": "CASH_SBP_QR"});
    let made = sandbox.post_json("/payment/rest/templates/createTemplate.do", &made);
    let pay = |template: &str| {
        let form = format!("{USER}&amount=900&returnUrl=http://s.test&sbpTemplateId={template}");
        sandbox.rest("instantPayment.do", &form)
    };
    assert_eq!(pay("x")["errorCode"], "5");
    let reply = pay(text(&made, "templateId"));
    assert_eq!(reply["sbpC2bInfo"]["payload"], made["qrTemplate"]["payload"], "{reply}");
    let page = format!("{}/payment/sbp/{}", sandbox.origin, text(&reply["sbpC2bInfo"], "qrId"));
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("302 http://s.test"));
    assert_eq!(status(&sandbox, text(&reply, "orderId"))["paymentWay"], "SBP_C2B");
}

#[test]
fn a_task_charges_a_stored_card() {
    let sandbox = Sandbox::start(&[]);
    let card =
        format!("{USER}&clientId=c1&pan=4444555511113333&expiryDate=203412&cardholderName=A");
    let stored = sandbox.rest("createBindingNoPayment.do", &card);
    let task = json!({"userName": "test_user", "password": "test_user_password", "task": {
        "merchantTaskUuid": "m-1", "amount": 990, "currency": "643", "clientId": "c1",
        "bindingId": text(&stored, "bindingId"),
        "scheduleData": {"scheduledSince": "2990-01-31T10:00:00.000Z",
            "scheduledTill": "2990-03-31T10:00:00.000Z", "timeUnit": "MONTHS", "value": 1}}});
    let made = sandbox.post_json("/recurrent/v1/task/create", &task);
    let act = format!("tasks/{}/act", text(&made["task"], "taskUuid"));
    let paid = sandbox.control(&act, r#"{"do":"pay_next"}"#);
    assert_eq!(paid["state"], "ACTIVE", "{paid}");
    let state = status(&sandbox, text(&paid["attemptsHistory"][0], "orderId"));
    assert_eq!((&state["orderStatus"], &state["paymentWay"]), (&json!(2), &json!("CARD_BINDING")));
    let failed = sandbox.control(&act, r#"{"do":"fail_next","action_code":5}"#);
    let state = status(&sandbox, text(&failed["attemptsHistory"][1], "orderId"));
    assert_eq!((&state["orderStatus"], &state["actionCode"]), (&json!(6), &json!(5)));
}
