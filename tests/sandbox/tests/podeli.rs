//! Instalments of Podeli.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";

#[cfg(test)]
fn registered(sandbox: &Sandbox, method: &str, extra: &str) -> String {
    let form = format!("{USER}&returnUrl=http://s.test/r&failUrl=http://s.test/f&{extra}");
    text(&sandbox.rest(method, &form), "orderId").to_owned()
}

#[cfg(test)]
fn ask(sandbox: &Sandbox, method: &str, order: &str) -> Value {
    let body = json!({"username": "test_user", "password": "test_user_password", "mdOrder": order});
    sandbox.post_json(&format!("/payment/podeli/api/{method}"), &body)
}

#[test]
fn instalments_are_counted_approved_and_refused() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "register.do", "amount=10003");
    let reply = ask(&sandbox, "calculate.do", &order);
    let parts: Vec<(i64, i64)> = reply["paymentSchedule"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            (part["paymentNumber"].as_i64().unwrap(), part["paymentAmount"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(parts, [(1, 2503), (2, 2500), (3, 2500), (4, 2500)]);

    let applied = ask(&sandbox, "init.do", &order);
    assert_eq!((&applied["errorCode"], &applied["amount"]), (&json!("0"), &json!(10003)));
    let page = text(&applied, "redirectTo");
    assert_eq!(ask(&sandbox, "init.do", &order)["redirectTo"], page);
    let shown = sandbox.curl(&[page]);
    assert!(shown.contains("100.03 RUB") && shown.contains("25.03 RUB"), "{shown}");
    let status = || sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={order}"));
    assert_eq!(
        sandbox.post_page(page, &["do=refuse"]),
        format!("302 http://s.test/f?orderId={order}&lang=ru")
    );
    assert_eq!((&status()["orderStatus"], &status()["actionCode"]), (&json!(0), &json!(116)));
    assert_eq!(
        sandbox.post_page(page, &["do=approve"]),
        format!("302 http://s.test/r?orderId={order}&lang=ru")
    );
    assert_eq!((&status()["orderStatus"], &status()["paymentWay"]), (&json!(2), &json!("PODELI")));
    assert!(sandbox.post_page(page, &["do=approve"]).starts_with("410"));
    for method in ["calculate.do", "init.do"] {
        assert_eq!(ask(&sandbox, method, &order)["errorCode"], "7", "{method}");
    }
}

#[test]
fn instalments_are_refused_by_their_rules() {
    let sandbox = Sandbox::start(&[]);
    let held = registered(&sandbox, "registerPreAuth.do", "amount=1000");
    let euros = registered(&sandbox, "register.do", "amount=1000&currency=978");
    for method in ["calculate.do", "init.do"] {
        assert_eq!(ask(&sandbox, method, "nobody")["errorCode"], "6");
        assert_eq!(ask(&sandbox, method, "")["errorCode"], "5");
        assert_eq!(ask(&sandbox, method, &held)["errorCode"], "13");
        assert_eq!(ask(&sandbox, method, &euros)["errorCode"], "13");
        let stranger =
            json!({"username": "hmac_user", "password": "hmac_user_password", "mdOrder": held});
        let path = format!("/payment/podeli/api/{method}");
        assert_eq!(sandbox.post_json(&path, &stranger)["errorCode"], "5");
        let url = format!("{}{path}", sandbox.origin);
        assert_eq!(
            sandbox.curl(&["--data", "a=b", "-o", "/dev/null", "-w", "%{http_code}", &url]),
            "415"
        );
    }
}
