//! SBP: QR codes for persons and companies, their pages, subscriptions.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";
const STRANGER: &str = "userName=hmac_user&password=hmac_user_password";
const GET: &str = "sbp/c2b/qr/dynamic/get.do";

#[cfg(test)]
fn registered(sandbox: &Sandbox, extra: &str) -> String {
    let form =
        format!("{USER}&currency=643&returnUrl=http://s.test/r&failUrl=http://s.test/f&{extra}");
    text(&sandbox.rest("register.do", &form), "orderId").to_owned()
}

#[cfg(test)]
fn got(sandbox: &Sandbox, order: &str, extra: &str) -> Value {
    sandbox.rest(GET, &format!("{USER}&mdOrder={order}&{extra}"))
}

#[cfg(test)]
fn pressed(sandbox: &Sandbox, code: &str, button: &str) -> String {
    let page = format!("{}/payment/sbp/{code}", sandbox.origin);
    sandbox.post_page(&page, &[&format!("do={button}")])
}

#[cfg(test)]
fn status(sandbox: &Sandbox, order: &str) -> Value {
    sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={order}"))
}

#[test]
fn a_code_is_shown_paid_and_told() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "amount=2000&dynamicCallbackUrl=http://127.0.0.1:9/cb");
    let reply = got(&sandbox, &order, "qrWidth=120&qrHeight=120");
    let code = text(&reply, "qrId").to_owned();
    assert_eq!(code.len(), 32);
    assert_eq!(reply["payload"], format!("https://qr.nspk.ru/{code}"));
    assert_eq!((&reply["errorCode"], &reply["qrStatus"]), (&json!("0"), &json!("STARTED")));
    assert!(text(&reply, "renderedQr").starts_with("iVBORw0KGgo"), "{reply}");
    // Asking again is no second code.
    let again = got(&sandbox, &order, "qrWidth=99&qrHeight=60&qrFormat=matrix");
    assert_eq!(again["qrId"], code);
    let rows: Vec<&str> = text(&again, "renderedQr").lines().collect();
    assert_eq!((rows.len(), rows[0].len()), (60, 99));
    assert!(got(&sandbox, &order, "").get("renderedQr").is_none());

    let ask = format!("token=test_user_open_id_token&mdOrder={order}&qrId={code}");
    let state = |field: &str| sandbox.rest("sbp/c2b/qr/status.do", &ask)[field].clone();
    assert_eq!((state("qrType"), state("qrStatus")), (json!("DYNAMIC"), json!("STARTED")));
    assert_eq!(state("transactionState"), "CREATED");
    assert_eq!(state("transactionStateExtension"), "SBP_C2B_STARTED");
    let page = sandbox.curl(&[&format!("{}/payment/sbp/{code}", sandbox.origin)]);
    assert!(page.contains("20.00 RUB") && page.contains("data:image/png;base64,"), "{page}");

    assert_eq!(
        pressed(&sandbox, &code, "confirm"),
        format!("302 {}/payment/sbp/{code}", sandbox.origin)
    );
    assert_eq!(
        (state("qrStatus"), state("transactionStateExtension")),
        (json!("CONFIRMED"), json!("SBP_C2B_CONFIRMED"))
    );
    assert_eq!(status(&sandbox, &order)["orderStatus"], 7);
    assert_eq!(
        pressed(&sandbox, &code, "pay"),
        format!("302 http://s.test/r?orderId={order}&lang=ru")
    );
    assert_eq!(
        (state("qrStatus"), state("transactionState")),
        (json!("ACCEPTED"), json!("DEPOSITED"))
    );
    let paid = status(&sandbox, &order);
    assert_eq!((&paid["orderStatus"], &paid["paymentWay"]), (&json!(2), &json!("SBP_C2B")));
    assert_eq!(paid["paymentAmountInfo"]["depositedAmount"], 2000);
    assert_eq!(paid.get("cardAuthInfo"), None);
    let sent = sandbox.get(&format!("/sandbox/orders/{order}"))["notifications"][0].clone();
    assert_eq!((&sent["operation"], &sent["status"]), (&json!("deposited"), &json!(1)));
    // Paid once: neither the page nor get.do go on.
    assert_eq!(pressed(&sandbox, &code, "pay"), "410 ");
    assert_eq!(got(&sandbox, &order, "")["errorCode"], "7");
    assert_eq!(
        sandbox.rest("refund.do", &format!("{USER}&orderId={order}&amount=500"))["errorCode"],
        "0"
    );
}

#[test]
fn refusals_leave_the_order_payable() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "amount=2000");
    let code = |reply: Value| text(&reply, "qrId").to_owned();
    let state = |code: &str| {
        let ask = format!("{USER}&mdOrder={order}&qrId={code}");
        sandbox.rest("sbp/c2b/qr/status.do", &ask)["qrStatus"].clone()
    };
    let first = code(got(&sandbox, &order, ""));
    assert_eq!(
        pressed(&sandbox, &first, "refuse"),
        format!("302 http://s.test/f?orderId={order}&lang=ru")
    );
    assert_eq!(state(&first), "REJECTED_BY_USER");
    assert_eq!(status(&sandbox, &order)["orderStatus"], 0);

    let second = code(got(&sandbox, &order, ""));
    assert_ne!(first, second);
    pressed(&sandbox, &second, "bank_refuses");
    assert_eq!(state(&second), "REJECTED");
    let refused = status(&sandbox, &order);
    assert_eq!((&refused["orderStatus"], &refused["actionCode"]), (&json!(0), &json!(116)));

    let third = code(got(&sandbox, &order, ""));
    let form = format!("{USER}&mdOrder={order}&qrId={third}");
    let url = format!("{}/payment/rest/sbp/c2b/qr/dynamic/reject.do", sandbox.origin);
    // The published call labels its form as JSON.
    let label = "content-type: application/json";
    let reply: Value =
        serde_json::from_str(&sandbox.curl(&["-H", label, "--data", &form, &url])).unwrap();
    assert_eq!((&reply["errorCode"], &reply["rejected"]), (&json!("0"), &json!(true)));
    assert_eq!(state(&third), "REJECTED_BY_USER");
    assert_eq!(sandbox.rest("sbp/c2b/qr/dynamic/reject.do", &form)["rejected"], false);
    assert_eq!(pressed(&sandbox, &third, "pay"), "410 ");

    let fourth = code(got(&sandbox, &order, ""));
    sandbox.control(&format!("orders/{order}/act"), r#"{"do":"pay"}"#);
    assert_eq!(state(&fourth), "REJECTED");
    assert_eq!(status(&sandbox, &order)["paymentWay"], "CARD");
}

#[test]
fn codes_are_refused_by_their_rules() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "amount=2000");
    for (extra, code) in [
        ("qrWidth=9&qrHeight=9", "5"),
        ("qrWidth=1001&qrHeight=1001", "5"),
        ("qrWidth=100", "5"),
        ("qrFormat=svg", "5"),
        ("createSubscription=yes", "5"),
        // No client to subscribe.
        ("createSubscription=true", "5"),
    ] {
        assert_eq!(got(&sandbox, &order, extra)["errorCode"], code, "{extra}");
    }
    assert_eq!(sandbox.rest(GET, USER)["errorCode"], "5");
    assert_eq!(got(&sandbox, "nobody", "")["errorCode"], "6");
    assert_eq!(sandbox.rest(GET, &format!("{STRANGER}&mdOrder={order}"))["errorCode"], "5");
    let by_token = format!("token=test_user_open_id_token&mdOrder={order}");
    assert_eq!(sandbox.rest(GET, &by_token)["errorCode"], "0");
    let reject = sandbox.rest("sbp/c2b/qr/dynamic/reject.do", &format!("{by_token}&qrId=x"));
    assert_eq!(reject["errorCode"], "5");
    let unknown = format!("{USER}&mdOrder={order}&qrId=x");
    assert_eq!(sandbox.rest("sbp/c2b/qr/status.do", &unknown)["errorCode"], "6");

    let held = format!("{USER}&amount=100&returnUrl=http://s.test");
    let held = sandbox.rest("registerPreAuth.do", &held);
    assert_eq!(got(&sandbox, text(&held, "orderId"), "")["errorCode"], "13");
    let euros = format!("{USER}&amount=100&currency=978&returnUrl=http://s.test");
    let euros = sandbox.rest("register.do", &euros);
    assert_eq!(got(&sandbox, text(&euros, "orderId"), "")["errorCode"], "13");

    let change = json!({"user_name": "test_user", "settings": {"qr_status_name": "status"}});
    sandbox.control("merchants", &change.to_string());
    let reply = got(&sandbox, &order, "");
    assert_eq!((&reply["status"], reply.get("qrStatus")), (&json!("STARTED"), None));
}

#[test]
fn subscriptions_are_made_listed_and_switched_off() {
    let sandbox = Sandbox::start(&[]);
    let extra = "amount=0&clientId=c1&features=SBP_BINDING";
    let order = registered(&sandbox, extra);
    assert_eq!(got(&sandbox, &order, "")["errorCode"], "5");
    let wish = "createSubscription=true&subscriptionServiceName=Music&subscriptionServiceId=m1";
    let code = got(&sandbox, &order, wish);
    pressed(&sandbox, text(&code, "qrId"), "pay");
    let paid = status(&sandbox, &order);
    assert_eq!(
        (&paid["orderStatus"], &paid["paymentAmountInfo"]["depositedAmount"]),
        (&json!(2), &json!(0))
    );

    let list = |rest: &str| sandbox.rest("sbp/c2b/getBindings.do", &format!("{USER}&{rest}"));
    let found = list("clientId=c1")["bindings"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1);
    let one = &found[0];
    assert_eq!(
        (&one["clientId"], &one["subscriptionServiceName"]),
        (&json!("c1"), &json!("Music"))
    );
    for name in ["bindingId", "displayLabel", "memberId", "subscriptionToken"] {
        assert!(one[name].is_string(), "{name} in {one}");
    }
    assert_eq!(list("clientId=c2")["bindings"], json!([]));
    let unnamed = list("");
    assert_eq!((&unnamed["errorCode"], &unnamed["bindings"]), (&json!("5"), &json!([])));
    let stranger = sandbox.rest("sbp/c2b/getBindings.do", &format!("{STRANGER}&clientId=c1"));
    assert_eq!(stranger["bindings"], json!([]));

    let unbind = |user: &str| {
        let form = format!("{user}&bindingId={}", text(one, "bindingId"));
        sandbox.rest("sbp/c2b/unBind.do", &form)["errorCode"].clone()
    };
    assert_eq!(unbind(STRANGER), "5");
    assert_eq!(unbind(USER), "2");
    assert_eq!(unbind(USER), "5");
    assert_eq!(list("clientId=c1")["bindings"], json!([]));
    let all = list("clientId=c1&showDisabled=true");
    assert_eq!(all["bindings"].as_array().unwrap().len(), 1);
}

#[test]
fn banks_and_biometry() {
    let sandbox = Sandbox::start(&[]);
    let banks = sandbox.rest("sbp/c2b/getBankListSBP.do", USER);
    assert!(banks["banks"][0]["bankNameRus"].is_string() && banks["effectiveDate"].is_i64());

    let order = registered(&sandbox, "amount=2000");
    let ask = json!({"username": "test_user", "password": "test_user_password", "mdOrder": order,
        "successUrl": "app://good/", "failUrl": "app://bad", "metadata": {"device": {"os": "x"}}});
    let url = "/payment/rest/sbp/c2b/bio/getUrl.do";
    let reply = sandbox.post_json(url, &ask);
    let (location, code) = (text(&reply, "location"), text(&reply, "qrId"));
    assert_eq!(location, format!("{}/payment/sbp/{code}", sandbox.origin));
    assert!(reply["sessionId"].is_string());
    assert_eq!(pressed(&sandbox, code, "pay"), "302 app://good/");
    assert_eq!(sandbox.post_json(url, &ask)["errorCode"], "7");

    let mut wrong = ask.clone();
    wrong["password"] = json!("x");
    assert_eq!(sandbox.post_json(url, &wrong)["errorCode"], "5");
    // This method's login is written in small letters.
    let mut wrong = json!({"userName": "test_user"});
    wrong["password"] = ask["password"].clone();
    wrong["mdOrder"] = ask["mdOrder"].clone();
    assert_eq!(sandbox.post_json(url, &wrong)["errorCode"], "5");
    let form = [
        &format!("{}{url}", sandbox.origin),
        "--data",
        "a=b",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
    ];
    assert_eq!(sandbox.curl(&form), "415");
    let seen = sandbox.get("/sandbox/requests").to_string();
    assert!(!seen.contains("test_user_password"), "{seen}");
}

#[test]
fn companies_pay_each_other() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "amount=50000&description=Order");
    let make = |extra: &str| {
        let form = format!("{USER}&mdOrder={order}&{extra}");
        sandbox.rest("sbp/b2b/qr/dynamic/get.do", &form)
    };
    assert_eq!(make("takeTax=true")["errorCode"], "5");
    let code = make("takeTax=true&totalTaxAmount=8333&paymentPurpose=Goods");
    let id = text(&code, "qrId");
    let read = |form: &str| sandbox.rest("sbp/b2b/getPayload.do", form);
    let said = read(&format!("{USER}&qrcId={id}&qrId={id}"));
    assert_eq!(
        (&said["data"]["amount"], &said["data"]["totalTaxAmount"]),
        (&json!(50000), &json!(8333))
    );
    assert_eq!(
        (&said["data"]["paymentPurpose"], &said["feeInfo"]["take"]),
        (&json!("Goods"), &json!(false))
    );
    assert_eq!(read(&format!("{USER}&qrcId=x"))["errorCode"], "6");
    assert_eq!(read(&format!("{STRANGER}&qrcId={id}"))["errorCode"], "5");

    let url = "/payment/rest/sbp/b2b/perform.do";
    let mut ask = json!({"username": "test_user", "password": "test_user_password", "mdOrder": order,
        "nds": 8333, "sbpSenderParams": {"account": "40702810000000000002"}});
    assert_eq!(sandbox.post_json(url, &ask)["errorCode"], "5");
    ask["sbpRecipientParams"] = json!({"bankId": "100000000901", "paymentId": "p1"});
    let done = sandbox.post_json(url, &ask);
    assert!(done["fpMessageId"].is_string(), "{done}");
    let paid = status(&sandbox, &order);
    assert_eq!((&paid["orderStatus"], paid.get("paymentWay")), (&json!(2), None));
    assert_eq!(sandbox.post_json(url, &ask)["errorCode"], "7");
}
