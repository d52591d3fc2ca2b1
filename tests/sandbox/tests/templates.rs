//! Static QR codes and payment links.

#[cfg(test)]
mod started;

use serde_json::{Map, Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";

/// A call in JSON with the fields given.
#[cfg(test)]
fn ask(sandbox: &Sandbox, method: &str, fields: Value) -> Value {
    let mut body = json!({"username": "test_user", "password": "test_user_password"});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    sandbox.post_json(&format!("/payment/rest/templates/{method}"), &body)
}

#[cfg(test)]
fn page_of(sandbox: &Sandbox, template: &Value) -> String {
    let payload = text(&template["qrTemplate"], "payload");
    let code = payload.strip_prefix("https://qr.nspk.ru/").unwrap();
    format!("{}/payment/sbp/{code}", sandbox.origin)
}

#[cfg(test)]
fn paid_orders(sandbox: &Sandbox) -> Vec<Map<String, Value>> {
    let orders = sandbox.get("/sandbox/orders")["orders"].clone();
    let all = orders.as_array().unwrap().iter().map(|order| order.as_object().unwrap().clone());
    all.filter(|order| order["status"] == 2).collect()
}

#[test]
fn a_static_code_is_paid_again_and_again() {
    let sandbox = Sandbox::start(&[]);
    let look = json!({"qrWidth": 100, "qrHeight": 100});
    let made =
        json!({"name": "Till 1", "type": "SBP_QR", "qrTemplate": look, "paymentPurpose": "Tea"});
    let made = ask(&sandbox, "createTemplate.do", made);
    assert_eq!((&made["errorCode"], &made["status"]), (&json!("0"), &json!("ACTIVE")));
    assert!(text(&made["qrTemplate"], "renderedQr").starts_with("iVBOR"));
    let page = page_of(&sandbox, &made);
    assert!(sandbox.curl(&[&page]).contains("name=\"amount\""));
    assert!(sandbox.post_page(&page, &["do=pay", "amount=1.234"]).starts_with("200"));
    for amount in ["amount=10", "amount=0,50"] {
        let left = sandbox.post_page(&page, &["do=pay", amount]);
        assert!(
            left.starts_with(&format!("302 {}/payment/done.html?orderId=", sandbox.origin)),
            "{left}"
        );
    }
    let paid = paid_orders(&sandbox);
    assert_eq!((&paid[0]["amount"], &paid[1]["amount"]), (&json!(1000), &json!(50)));
    let id = text(&made, "templateId");
    let url = format!("{}/payment/rest/templates/getTemplateDetails.do", sandbox.origin);
    let form = format!("username=test_user&password=test_user_password&templateId={id}");
    for sent in [vec!["--data", &form, &url], vec!["--get", "--data", &form, &url]] {
        let details: Value = serde_json::from_str(&sandbox.curl(&sent)).unwrap();
        assert_eq!((&details["currency"], &details["status"]), (&json!("RUB"), &json!("ACTIVE")));
        assert!(details["useDate"].is_string() && details["paymentPurpose"] == "Tea", "{details}");
    }
    sandbox.control(&format!("templates/{id}/act"), r#"{"do":"delete"}"#);
    let details = ask(&sandbox, "getTemplateDetails.do", json!({"templateId": id}));
    assert_eq!(details["status"], "DELETED");
    assert!(sandbox.post_page(&page, &["do=pay", "amount=10"]).starts_with("410"));
}

#[test]
fn static_codes_move_between_their_states() {
    let sandbox = Sandbox::start(&[]);
    let made = json!({"name": "Later", "type": "SBP_QR", "amount": 500, "startDate": "2999-01-01T00:00:00"});
    let made = ask(&sandbox, "createTemplate.do", made);
    assert_eq!(
        (&made["status"], &made["startDate"]),
        (&json!("WAITING"), &json!("2999-01-01T00:00:00"))
    );
    let id = text(&made, "templateId");
    let page = page_of(&sandbox, &made);
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("410"));
    let update = |fields: Value| {
        let mut fields = fields;
        fields["templateId"] = json!(id);
        ask(&sandbox, "updateTemplate.do", fields)
    };
    assert_eq!(update(json!({"status": "ACTIVE"}))["errorCode"], "1");
    assert_eq!(update(json!({"startDate": "2020-01-01T00:00:00"}))["status"], "ACTIVE");
    assert_eq!(update(json!({"status": "INACTIVE"}))["status"], "INACTIVE");
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("410"));
    assert_eq!(update(json!({"status": "ACTIVE", "name": "Now"}))["name"], "Now");
    assert_eq!(update(json!({"endDate": "2021-01-01T00:00:00"}))["status"], "EXPIRED");
    assert_eq!(update(json!({"status": "ACTIVE"}))["errorCode"], "1");
    assert_eq!(update(json!({"endDate": "2999-01-01T00:00:00"}))["status"], "INACTIVE");
    assert_eq!(update(json!({"status": "USED"}))["errorCode"], "1");
    assert_eq!(update(json!({"endDate": "2019-01-01T00:00:00"}))["errorCode"], "1");

    let once = json!({"name": "Invoice", "type": "B2B_SBP_QR", "amount": 700});
    let once = ask(&sandbox, "createTemplate.do", once);
    let page = page_of(&sandbox, &once);
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("302"));
    let details = json!({"templateId": once["templateId"]});
    assert_eq!(ask(&sandbox, "getTemplateDetails.do", details)["status"], "USED");
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("410"));
}

#[test]
fn static_codes_are_refused_by_their_rules() {
    let sandbox = Sandbox::start(&[]);
    for (fields, code) in [
        (json!({"type": "SBP_QR"}), "2"),
        (json!({"name": "n"}), "2"),
        (json!({"name": "n", "type": "QR"}), "1"),
        (json!({"name": "n".repeat(141), "type": "SBP_QR"}), "1"),
        (json!({"name": "n", "type": "SBP_QR", "amount": 0}), "1"),
        (json!({"name": "n", "type": "SBP_QR", "amount": 1.5}), "1"),
        (json!({"name": "n", "type": "SBP_QR", "currency": "643"}), "1"),
        (json!({"name": "n", "type": "SBP_QR", "endDate": "2020-01-01T00:00:00"}), "1"),
        (json!({"name": "n", "type": "SBP_QR", "qrTemplate": {"qrWidth": 5, "qrHeight": 5}}), "1"),
        (json!({"name": "n", "type": "SBP_QR", "password": "x"}), "5"),
    ] {
        assert_eq!(
            ask(&sandbox, "createTemplate.do", fields.clone())["errorCode"],
            code,
            "{fields}"
        );
    }
    assert_eq!(ask(&sandbox, "getTemplateDetails.do", json!({}))["errorCode"], "2");
    assert_eq!(ask(&sandbox, "updateTemplate.do", json!({"templateId": "x"}))["errorCode"], "1");
}

#[test]
fn a_cash_link_shows_the_order_that_was_put_on_it() {
    let sandbox = Sandbox::start(&[]);
    let made = ask(&sandbox, "createTemplate.do", json!({"name": "Till", "type": "CASH_SBP_QR"}));
    let page = page_of(&sandbox, &made);
    assert!(sandbox.post_page(&page, &["do=pay", "amount=1"]).starts_with("410"));
    let act = format!("templates/{}/act", text(&made, "templateId"));
    for number in ["L-1", "L-2"] {
        let form = format!("{USER}&orderNumber={number}&amount=900&returnUrl=http://s.test");
        let order = sandbox.rest("register.do", &form);
        let offer = json!({"do": "offer", "order_id": order["orderId"]});
        let offered = sandbox.control(&act, &offer.to_string());
        assert_eq!(offered["status"], "STARTED", "{offered}");
        let ask =
            format!("{USER}&mdOrder={}&qrId={}", text(&order, "orderId"), text(&offered, "qrId"));
        assert_eq!(sandbox.rest("sbp/c2b/qr/status.do", &ask)["qrType"], "STATIC");
        assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("302 http://s.test"));
        assert_eq!(sandbox.control(&act, &offer.to_string())["code"], 7);
    }
    assert_eq!(paid_orders(&sandbox).len(), 2);
}

#[cfg(test)]
fn link(extra: Value) -> Value {
    let mut template = json!({"type": "ECOM", "name": "t", "nameForClient": "Flowers"});
    template.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({"template": template})
}

#[test]
fn an_opened_link_leads_to_the_payment_page() {
    let sandbox = Sandbox::start(&[]);
    let made = ask(
        &sandbox,
        "create.do",
        link(json!({"amount": 1500, "singlePayment": true, "description": "Roses"})),
    );
    assert_eq!(
        (&made["status"], &made["template"]["status"]),
        (&json!("SUCCESS"), &json!("ACTIVE"))
    );
    let url = text(&made["template"]["qrTemplate"], "payload");
    let opened = sandbox.curl(&["-o", "/dev/null", "-w", "%{redirect_url}", url]);
    assert!(opened.contains("/payment/merchants/test_user/payment_ru.html?mdOrder="), "{opened}");
    let form = sandbox.curl(&[&opened]);
    assert!(form.contains("15.00 RUB") && form.contains("Roses"), "{form}");
    let (_, order) = opened.split_once("mdOrder=").unwrap();
    sandbox.control(&format!("orders/{order}/act"), r#"{"do":"pay"}"#);
    assert!(sandbox.post_page(url, &[]).starts_with("410"), "for one payment only");

    let asking = json!({"preAuth": true, "additionalParams": [
        {"label": "Your name", "name": "who", "required": true, "regexp": "[A-Z].*"},
        {"label": "Source", "name": "source", "required": false, "visible": false, "value": "site"}]});
    let asking = ask(&sandbox, "create.do", link(asking));
    let url = text(&asking["template"]["qrTemplate"], "payload");
    let form = sandbox.curl(&[url]);
    assert!(
        form.contains("Flowers")
            && form.contains("name=\"param_who\"")
            && form.contains("name=\"amount\""),
        "{form}"
    );
    assert!(!form.contains("param_source"), "{form}");
    assert!(sandbox.post_page(url, &["amount=7.5"]).starts_with("200"));
    let opened = sandbox.post_page(url, &["amount=7.5", "param_who=Ann", "param_source=forged"]);
    let (_, order) = opened.split_once("mdOrder=").unwrap();
    let status = sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={order}"));
    assert_eq!(status["amount"], 750);
    let params = json!([{"name": "who", "value": "Ann"}, {"name": "source", "value": "site"}]);
    assert_eq!(status["merchantOrderParams"], params);
    assert_eq!(sandbox.get(&format!("/sandbox/orders/{order}"))["two_phase"], true);
}

#[test]
fn links_are_read_changed_and_listed() {
    let sandbox = Sandbox::start(&[]);
    let made =
        ask(&sandbox, "create.do", link(json!({"amount": 1500, "endDate": "2999-01-01T00:00:00"})));
    let id = text(&made["template"], "templateId");
    let template = |fields: Value| {
        let mut fields = fields;
        fields["templateId"] = json!(id);
        json!({"template": fields})
    };
    let get = || {
        ask(&sandbox, "get.do", template(json!({"qrTemplate": {"qrWidth": 90, "qrHeight": 90}})))["template"].clone()
    };
    assert_eq!((&get()["amount"], &get()["nameForClient"]), (&json!(1500), &json!("Flowers")));
    assert!(text(&get()["qrTemplate"], "renderedQr").starts_with("iVBOR"));

    let update = |fields: Value| ask(&sandbox, "update.do", template(fields));
    assert_eq!(
        update(json!({"isFreeAmount": true, "isIndefinite": true, "name": "u"}))["status"],
        "SUCCESS"
    );
    assert_eq!(
        (get().get("amount"), get().get("endDate"), &get()["name"]),
        (None, None, &json!("u"))
    );
    assert_eq!(update(json!({"isFreeAmount": true, "amount": 1}))["error"]["code"], 1);
    assert_eq!(update(json!({"status": "INACTIVE"}))["template"]["status"], "INACTIVE");
    let url = text(&made["template"]["qrTemplate"], "payload");
    assert!(sandbox.post_page(url, &["amount=1"]).starts_with("410"));

    ask(&sandbox, "create.do", link(json!({})));
    let list =
        |fields: Value| ask(&sandbox, "getList.do", fields)["templates"].as_array().map(Vec::len);
    assert_eq!(list(json!({"merchant_login": "test_user"})), Some(2));
    assert_eq!(list(json!({"merchantLogin": "test_user", "status": "ACTIVE"})), Some(1));
    assert_eq!(list(json!({"merchantLogin": "hmac_user"})), None);
    assert_eq!(update(json!({"status": "DELETE"}))["template"]["status"], "DELETE");
    assert_eq!(update(json!({"status": "ACTIVE"}))["status"], "FAIL");
}

#[test]
fn links_are_refused_by_their_rules() {
    let sandbox = Sandbox::start(&[]);
    for (method, fields, code) in [
        ("create.do", json!({}), 4),
        ("create.do", json!({"template": {"type": "ECOM", "name": "t"}}), 4),
        ("create.do", json!({"template": "t"}), 1),
        ("create.do", link(json!({"type": "SBP"})), 1),
        ("create.do", link(json!({"amount": -1})), 1),
        (
            "create.do",
            link(json!({"startDate": "2030-01-01T00:00:00", "endDate": "2029-01-01T00:00:00"})),
            1,
        ),
        ("create.do", json!({"password": "x"}), 5),
        ("get.do", json!({"template": {}}), 4),
        ("get.do", json!({"template": {"templateId": "x"}}), 6),
        ("update.do", json!({"template": {"templateId": "x"}}), 6),
        ("getList.do", json!({"status": "OLD"}), 1),
        ("getList.do", json!({"merchant_login": "hmac_user"}), 5),
    ] {
        let reply = ask(&sandbox, method, fields.clone());
        assert_eq!(
            (&reply["status"], &reply["error"]["code"]),
            (&json!("FAIL"), &json!(code)),
            "{method} {fields}"
        );
    }
    let get = format!("{}/payment/rest/templates/create.do", sandbox.origin);
    assert_eq!(sandbox.curl(&["-o", "/dev/null", "-w", "%{http_code}", &get]), "405");
    let wrong = format!("{}/payment/rest/templates/Create.do", sandbox.origin);
    assert_eq!(sandbox.curl(&["-o", "/dev/null", "-w", "%{http_code}", &wrong]), "404");
}
