//! Payments with the tokens of wallets and card networks.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

/// Path, wallet of its token, and the name of its login.
const WALLETS: &[(&str, &str, &str)] = &[
    ("applepay/payment.do", "apple", "merchant"),
    ("applepay/paymentDirect.do", "apple_direct", "username"),
    ("google/payment.do", "google", "merchant"),
    ("google/paymentDirect.do", "google_direct", "username"),
    ("samsung/payment.do", "samsung", "merchant"),
    ("samsung/paymentDirect.do", "samsung_direct", "username"),
    ("samsungWeb/payment.do", "samsung", "merchant"),
    ("mir/payment.do", "mir", "username"),
    ("mir/paymentDirect.do", "mir", "username"),
    ("yandex/instantPayment.do", "yandex", "username"),
    ("yandex/paymentDirect.do", "yandex", "username"),
];

#[cfg(test)]
fn token(sandbox: &Sandbox, wallet: &str, outcome: &str) -> String {
    let wanted = json!({"wallet": wallet, "pan": "4000001111111118", "expiration": "203012",
        "amount": 700, "currency": "643", "outcome": outcome, "action_code": 51});
    text(&sandbox.control("tokens", &wanted.to_string()), "token").to_owned()
}

/// A request as its wallet's documents have it.
#[cfg(test)]
fn body(sandbox: &Sandbox, row: &(&str, &str, &str), number: &str, outcome: &str) -> Value {
    let (path, wallet, login) = row;
    let mut body = json!({"orderNumber": number, "paymentToken": token(sandbox, wallet, outcome),
        "language": "en", "clientId": "7"});
    body[login] = json!("test_user");
    if *login == "username" {
        body["password"] = json!("test_user_password");
    }
    if path.starts_with("google") || path.starts_with("yandex") {
        for (name, value) in [
            ("amount", json!(700)),
            ("currencyCode", json!("643")),
            ("ip", json!("127.0.0.1")),
            ("returnUrl", json!("http://s.test/ok")),
        ] {
            body[name] = value;
        }
    }
    body
}

fn status(sandbox: &Sandbox, number: &str) -> Value {
    let ask = "userName=test_user&password=test_user_password";
    sandbox.rest("getOrderStatusExtended.do", &format!("{ask}&orderNumber={number}"))
}

#[test]
fn every_wallet_pays_declines_and_refuses() {
    let sandbox = Sandbox::start(&[]);
    for (index, row) in WALLETS.iter().enumerate() {
        let (path, _, login) = row;
        let number = format!("W-{index}");
        let paid = sandbox.json(path, &body(&sandbox, row, &number, "success"));
        assert_eq!(paid["success"], true, "{path}: {paid}");
        assert_eq!(paid["orderStatus"]["orderStatus"], 2, "{path}");
        let found = status(&sandbox, &number);
        assert_eq!((&found["orderStatus"], &found["amount"]), (&json!(2), &json!(700)), "{path}");
        assert_eq!(text(&paid["data"], "orderId"), text(&found["attributes"][0], "value"));
        assert!(found["bindingInfo"]["bindingId"].is_string(), "{path}");

        let again = sandbox.json(path, &body(&sandbox, row, &number, "success"));
        assert_eq!(again["error"]["code"], 10, "{path}: {again}");
        let number = format!("D-{index}");
        let declined = sandbox.json(path, &body(&sandbox, row, &number, "decline"));
        assert_eq!((&declined["success"], &declined["error"]["code"]), (&json!(false), &json!(1)));
        let found = status(&sandbox, &number);
        assert_eq!(
            (&found["orderStatus"], &found["actionCode"]),
            (&json!(6), &json!(51)),
            "{path}"
        );

        let mut held = body(&sandbox, row, &format!("H-{index}"), "success");
        held["preAuth"] = json!(true);
        assert_eq!(sandbox.json(path, &held)["orderStatus"]["orderStatus"], 1, "{path}");
        let mut broken = body(&sandbox, row, "X", "success");
        broken["paymentToken"] = json!("bm8=");
        assert_eq!(sandbox.json(path, &broken)["error"]["code"], 5, "{path}");
        broken["paymentToken"] = json!(null);
        assert_eq!(sandbox.json(path, &broken)["error"]["code"], 4, "{path}");
        let mut stranger = body(&sandbox, row, "X", "success");
        if *login == "username" {
            stranger["userName"] = stranger["username"].take();
        } else {
            stranger["merchant"] = json!("nobody");
        }
        assert_eq!(sandbox.json(path, &stranger)["error"]["code"], 10, "{path}");
        assert_eq!(status(&sandbox, "X")["errorCode"], "6");
    }
}

#[test]
fn the_numbers_of_wallets_are_not_shown() {
    let sandbox = Sandbox::start(&[]);
    sandbox.json("applepay/payment.do", &body(&sandbox, &WALLETS[0], "W-1", "success"));
    let ask = "userName=test_user&password=test_user_password&clientId=7";
    let row = sandbox.rest("getBindings.do", ask)["bindings"][0].clone();
    assert_eq!((&row["paymentWay"], &row["tokenizedInd"]), (&json!("APPLE_PAY"), &json!(true)));
    assert!(row.get("maskedPan").is_none(), "{row}");
}

#[test]
fn google_and_yandex_may_need_the_issuers_page() {
    let sandbox = Sandbox::start(&[]);
    for row in [&WALLETS[2], &WALLETS[3], &WALLETS[9]] {
        let path = row.0;
        let number = path.replace(['/', '.'], "-");
        let mut body = body(&sandbox, row, &number, "3ds");
        let first = sandbox.json(path, &body);
        let data = &first["data"];
        assert_eq!((&first["success"], &data["is3DSVer2"]), (&json!(true), &json!(true)), "{path}");
        assert!(first.get("orderStatus").is_none(), "{first}");
        body["threeDSServerTransId"] = data["threeDSServerTransId"].clone();
        body["threeDSVer2MdOrder"] = data["orderId"].clone();
        let second = sandbox.json(path, &body);
        let data = &second["data"];
        let creq = format!("creq={}", text(data, "packedCReq"));
        let back = sandbox.post_page(text(data, "acsUrl"), &[&creq, "code=00000"]);
        assert!(back.starts_with("302 http://s.test/ok?"), "{path}: {back}");
        assert_eq!(status(&sandbox, &number)["orderStatus"], 2, "{path}");
    }
}

#[test]
fn yandex_pays_a_registered_order() {
    let sandbox = Sandbox::start(&[]);
    let user = "userName=test_user&password=test_user_password";
    let order = format!("{user}&orderNumber=Y-1&amount=700&returnUrl=http://s.test/ok");
    let order = sandbox.rest("register.do", &order);
    let pay = |id: &str| {
        let body = json!({"username": "test_user", "password": "test_user_password",
            "orderId": id, "paymentToken": token(&sandbox, "yandex", "success")});
        sandbox.json("yandex/payment.do", &body)
    };
    assert_eq!(pay("x")["error"]["code"], 6);
    let paid = pay(text(&order, "orderId"));
    assert!(text(&paid["data"], "redirectUrl").starts_with("http://s.test/ok?"), "{paid}");
    assert!(paid["data"]["transactionId"].is_string());
    assert_eq!(status(&sandbox, "Y-1")["paymentWay"], "YANDEX_PAY_CARD");
    assert_eq!(pay(text(&order, "orderId"))["error"]["code"], 7);
}

#[test]
fn network_tokens() {
    let sandbox = Sandbox::start(&[]);
    let body = |number: &str, data: Value| {
        json!({"userName": "test_user", "password": "test_user_password", "orderNumber": number,
            "tokenType": "MDES", "amount": 700, "currency": "643", "returnUrl": "http://s.test",
            "paymentData": data})
    };
    let token =
        json!({"dpan": "5555555555555599", "tokenCryptogram": "AAAB", "MM": "12", "YYYY": 2034});
    let paid = sandbox.json("token/payment.do", &body("T-1", token.clone()));
    assert_eq!(paid["orderStatus"]["orderStatus"], 2, "{paid}");
    assert_eq!(paid["orderStatus"]["paymentAmountInfo"]["paymentState"], "payment_deposited");
    let mut wrong = body("T-2", token.clone());
    wrong["tokenType"] = json!("WHAT");
    assert_eq!(sandbox.json("token/payment.do", &wrong)["error"]["code"], 5);
    let bare = json!({"dpan": "5555555555555599", "MM": "12", "YYYY": "2034"});
    let first = sandbox.json("token/payment.do", &body("T-3", bare.clone()));
    let mut second = body("T-3", bare);
    second["orderId"] = first["data"]["orderId"].clone();
    second["threeDSServerTransId"] = first["data"]["threeDSServerTransId"].clone();
    let second = sandbox.json("token/payment.do", &second);
    assert!(second["data"]["packedCReq"].is_string(), "{second}");
}

#[test]
fn bodies_are_json_and_nothing_else() {
    let sandbox = Sandbox::start(&[]);
    let url = format!("{}/payment/applepay/payment.do", sandbox.origin);
    let code = |arguments: &[&str]| {
        let mut all = vec!["-o", "/dev/null", "-w", "%{http_code}"];
        all.extend(arguments);
        all.push(&url);
        sandbox.curl(&all)
    };
    let json = ["--header", "content-type: application/json", "--data"];
    assert_eq!(code(&["--data", "merchant=test_user"]), "415");
    assert_eq!(code(&[json[0], json[1], json[2], "merchant=test_user"]), "400");
    assert_eq!(code(&[json[0], json[1], json[2], "{}"]), "200");
    assert_eq!(code(&[]), "405");
}

#[test]
fn mir_calls_back() {
    let sandbox = Sandbox::start(&[]);
    let body = body(&sandbox, &WALLETS[7], "M-1", "success");
    let paid = sandbox.json("mir/payment.do", &body);
    assert_eq!(paid["data"]["product"], "TEST");
    let id = text(&paid["data"], "orderId");
    let call = |login: &str, name: &str| {
        let url = format!("{}/payment/mir/{login}/{id}/{name}", sandbox.origin);
        let hook = format!(r#"{{"cryptogram":"x","orderId":"{id}"}}"#);
        sandbox.curl(&["-o", "/dev/null", "-w", "%{http_code}", "--data", &hook, &url])
    };
    assert_eq!(call("test_user", "callback.do"), "202");
    assert_eq!(call("test_user", "certificate.do"), "202");
    assert_eq!(call("hmac_user", "callback.do"), "403");
}
