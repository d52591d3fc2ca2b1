//! The Sber platform's dialect: strict JSON, its own cart, its own callbacks.

#[cfg(test)]
mod shop;
#[cfg(test)]
mod started;

use serde_json::{Value, json};
use shop::shop;
use started::{Sandbox, text};

const ROOT: &str = "/ecomm/gw/partner/api";

/// Posts JSON with the caller's credentials added.
#[cfg(test)]
fn call(sandbox: &Sandbox, method: &str, mut body: Value) -> Value {
    body["userName"] = json!("hmac_user");
    body["password"] = json!("hmac_user_password");
    raw(sandbox, method, &body.to_string())
}

#[cfg(test)]
fn raw(sandbox: &Sandbox, method: &str, body: &str) -> Value {
    let url = format!("{}{ROOT}/{method}", sandbox.origin);
    let label = "content-type: application/json";
    serde_json::from_str(&sandbox.curl(&["--header", label, "--data", body, &url])).unwrap()
}

fn order(number: &str) -> Value {
    json!({"orderNumber": number, "amount": 10_000, "currency": "643", "returnUrl": "http://shop.test/r"})
}

fn registered(sandbox: &Sandbox, method: &str, body: Value) -> String {
    let reply = call(sandbox, method, body);
    text(&reply, "orderId").to_owned()
}

fn status(sandbox: &Sandbox, id: &str) -> Value {
    call(sandbox, "v1/getOrderStatusExtended.do", json!({"orderId": id}))
}

fn set(sandbox: &Sandbox, settings: Value) {
    let change = json!({"user_name": "hmac_user", "settings": settings});
    sandbox.control("merchants", &change.to_string());
}

#[test]
fn a_payment_by_card_and_its_way_back() {
    let sandbox = Sandbox::start(&[]);
    let mut body = order("E-1");
    body["clientId"] = json!("7");
    body["features"] = json!("FORCE_SSL");
    body["jsonParams"] = json!({"app2app": "true"});
    let reply = call(&sandbox, "v1/register.do", body.clone());
    let id = text(&reply, "orderId").to_owned();
    assert!(text(&reply, "formUrl").ends_with(&format!("?mdOrder={id}")), "{reply}");
    assert!(text(&reply["externalParams"], "sbolDeepLink").contains(&id), "{reply}");
    assert_eq!(call(&sandbox, "v1/register.do", body)["errorCode"], "1");

    let fresh = status(&sandbox, &id);
    assert_eq!((&fresh["orderStatus"], &fresh["attributes"]), (&json!(0), &json!({"mdOrder": id})));
    let card = json!({"MDORDER": id, "$PAN": "5555555555555599", "$CVC": "123", "YYYY": "2034",
        "MM": "12", "TEXT": "JOHN DOE"});
    let mut wrong = card.clone();
    wrong["$CVC"] = json!("999");
    let refused = call(&sandbox, "v1/paymentOrder.do", wrong);
    assert_eq!((&refused["errorCode"], refused.get("redirect")), (&json!(0), None), "{refused}");
    assert!(refused["error"].is_string());
    let paid = call(&sandbox, "v1/paymentOrder.do", card);
    assert_eq!(paid["redirect"], format!("http://shop.test/r?orderId={id}&lang=ru"));

    let paid = status(&sandbox, &id);
    assert_eq!(paid["orderStatus"], 2);
    assert_eq!(paid["paymentAmountInfo"]["feeAmount"], 0);
    let kinds: Vec<_> = paid["operations"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&kinds[0]["type"], &kinds[0]["actionCode"]),
        (&json!("AUTHORIZATION"), &json!(71015))
    );
    assert_eq!((&kinds[1]["type"], &kinds[1]["amount"]), (&json!("AUTHORIZATION"), &json!(10_000)));
    assert!(kinds[0].get("approvalCode").is_none() && kinds[1]["approvalCode"].is_string());

    let refund = json!({"orderId": id, "amount": 3000, "jsonParams": {"externalRefundId": "r-1"}});
    for _ in 0..2 {
        assert_eq!(call(&sandbox, "v1/refund.do", refund.clone())["errorCode"], "0");
    }
    assert_eq!(
        call(&sandbox, "v1/refund.do", json!({"orderId": id, "amount": 7001}))["errorCode"],
        "7"
    );
    let back = status(&sandbox, &id);
    assert_eq!((&back["orderStatus"], back.get("refunds")), (&json!(4), None));
    assert_eq!(back["paymentAmountInfo"]["refundedAmount"], 3000);
    assert_eq!(back["operations"][2]["externalRefundId"], "r-1");
    assert_eq!(call(&sandbox, "v1/reverse.do", json!({"orderId": id}))["errorCode"], "7");

    // The card was stored, and pays the next order of its client.
    let bindings = call(&sandbox, "v1/getBindings.do", json!({"clientId": "7"}));
    let binding = text(&bindings["bindings"][0], "bindingId").to_owned();
    assert_eq!(bindings["bindings"][0]["bindingStatus"], 1);
    assert_eq!(paid["bindingInfo"]["bindingId"], binding);
    let next =
        json!({"orderNumber": "E-2", "amount": 500, "bindingId": binding, "currency": "643"});
    let next = call(&sandbox, "v1/recurrentPayment.do", next);
    assert_eq!((&next["success"], &next["orderStatus"]["orderStatus"]), (&json!(true), &json!(2)));
    let twice = json!({"orderNumber": "E-2", "amount": 500, "bindingId": binding});
    assert_eq!(call(&sandbox, "v1/recurrentPayment.do", twice)["error"]["code"], "10");
    let by_id = json!({"bindingId": binding});
    assert_eq!(call(&sandbox, "v1/bindCard.do", by_id.clone())["errorCode"], "2");
    assert_eq!(call(&sandbox, "v1/unbindCard.do", by_id.clone())["errorCode"], "0");
    assert_eq!(call(&sandbox, "v1/getBindings.do", json!({"clientId": "7"}))["errorCode"], "2");
    let dead = json!({"orderNumber": "E-3", "amount": 500, "bindingId": binding});
    assert_eq!(call(&sandbox, "v1/recurrentPayment.do", dead)["error"]["code"], "2");
}

#[test]
fn holds_are_captured_or_released() {
    let sandbox = Sandbox::start(&[]);
    let act = |id: &str| sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    let id = registered(&sandbox, "v1/registerPreAuth.do", order("H-1"));
    act(&id);
    assert_eq!(status(&sandbox, &id)["operations"][0]["type"], "PREAUTHORIZATION");
    let part = json!({"orderId": id, "amount": 4000});
    assert_eq!(call(&sandbox, "v1/deposit.do", part)["errorCode"], "0");
    assert_eq!(call(&sandbox, "v1/reverse.do", json!({"orderId": id}))["errorCode"], "7");
    assert_eq!(status(&sandbox, &id)["paymentAmountInfo"]["depositedAmount"], 4000);

    let held = registered(&sandbox, "v1/registerPreAuth.do", order("H-2"));
    act(&held);
    assert_eq!(call(&sandbox, "v1/reverse.do", json!({"orderId": held}))["errorCode"], "0");
    assert_eq!(status(&sandbox, &held)["orderStatus"], 3);
    // A purchase is reversed on its own day, and whole.
    let bought = registered(&sandbox, "v1/register.do", order("H-3"));
    act(&bought);
    let part = json!({"orderId": bought, "amount": 1});
    assert_eq!(call(&sandbox, "v1/reverse.do", part)["errorCode"], "7");
    assert_eq!(call(&sandbox, "v1/reverse.do", json!({"orderId": bought}))["errorCode"], "0");
    assert_eq!(status(&sandbox, &bought)["operations"][1]["type"], "REVERSAL");

    let open = registered(&sandbox, "v1/register.do", order("H-4"));
    let other = json!({"orderId": open, "orderNumber": "H-1"});
    assert_eq!(call(&sandbox, "v1/decline.do", other)["errorCode"], "6");
    assert_eq!(call(&sandbox, "v1/decline.do", json!({"orderNumber": "H-4"}))["errorCode"], "0");
    assert_eq!(status(&sandbox, &open)["actionCode"], 4005);
}

#[test]
fn three_d_secure_in_three_steps() {
    let sandbox = Sandbox::start(&[]);
    let id = registered(&sandbox, "v1/register.do", order("T-1"));
    let card = json!({"MDORDER": id, "$PAN": "5555555555555599", "$CVC": 123, "YYYY": 2034,
        "MM": 12, "TEXT": "JOHN DOE", "termUrl": "http://shop.test/term"});
    let first = call(&sandbox, "v1/paymentOrder.do", card);
    let transaction = text(&first, "threeDSServerTransId");
    assert!(first["threeDSMethodUrl"].is_string() && first["is3DSVer2"] == true, "{first}");
    assert!(first["threeDSMethodData"].is_string() && first.get("threeDSMethodURL").is_none());
    let foreign = json!({"mdOrder": id, "threeDSCompInd": "Y",
        "threeDSServerTransId": "b94eac90-e487-796a-8ed2-cf5a00096352"});
    assert_eq!(call(&sandbox, "v1/finish3dsMethod.do", foreign)["errorCode"], "5");
    let seen = json!({"mdOrder": id, "threeDSServerTransId": transaction, "threeDSCompInd": "Y"});
    let second = call(&sandbox, "v1/finish3dsMethod.do", seen);
    let request = format!("creq={}", text(&second, "cReq"));
    assert_eq!(status(&sandbox, &id)["orderStatus"], 5);

    let early = json!({"mdOrder": id, "cRes": "eyJ0cmFuc1N0YXR1cyI6IlkifQ=="});
    assert_eq!(call(&sandbox, "v1/finish3dsPayment.do", early)["errorCode"], "5");
    let answer = [request.as_str(), "code=12345678"];
    let mut arguments = vec!["--data-urlencode", answer[0], "--data-urlencode", answer[1]];
    arguments.push(text(&second, "acsUrl"));
    let page = sandbox.curl(&arguments).replace("&#x2f;", "/");
    assert!(page.contains("http://shop.test/term"), "{page}");
    let (_, rest) = page.split_once("name=\"cRes\" value=\"").unwrap_or_else(|| panic!("{page}"));
    let answer = json!({"mdOrder": id, "cRes": rest.split('"').next().unwrap()});
    let done = call(&sandbox, "v1/finish3dsPayment.do", answer.clone());
    assert!(text(&done, "redirect").starts_with("http://shop.test/r?orderId="), "{done}");
    assert_eq!(status(&sandbox, &id)["orderStatus"], 2);
    assert_eq!(call(&sandbox, "v1/finish3dsPayment.do", answer)["errorCode"], "7");
}

#[test]
fn strangers_to_the_dialect_are_refused() {
    let sandbox = Sandbox::start(&[]);
    for (name, value, code) in [
        ("amount", json!("10000"), "5"),
        ("amount", json!(1_000_000_000_000_i64), "5"),
        ("amount", json!(10.5), "5"),
        ("amount", json!(0), "5"),
        ("currency", json!(643), "3"),
        ("currency", json!("64"), "3"),
        ("orderNumber", json!(""), "1"),
        ("orderNumber", json!("n".repeat(37)), "1"),
        ("returnUrl", json!("http://s.ts"), "4"),
        ("returnUrl", json!("/relative/path"), "4"),
        ("description", json!("日本"), "5"),
        ("sessionTimeoutSecs", json!("60"), "5"),
        ("phone", json!("8 (999) 1"), "5"),
        ("email", json!("ab"), "5"),
        ("features", json!(["VERIFY"]), "5"),
        ("features", json!("WHAT"), "14"),
        ("jsonParams", json!("{}"), "5"),
        ("jsonParams", json!({"a": 1}), "5"),
        ("autocompletionDate", json!("2030-01-01T00:00:00"), "5"),
        ("dynamicCallbackUrl", json!("http://shop.test/cb"), "5"),
        ("taxSystem", json!(0), "5"),
        ("failUrl", Value::Null, "4"),
    ] {
        let mut body = order("S-1");
        body[name] = value.clone();
        assert_eq!(call(&sandbox, "v1/register.do", body)["errorCode"], code, "{name}: {value}");
    }
    let mut unnamed = order("S-1");
    unnamed.as_object_mut().unwrap().shift_remove("orderNumber");
    assert_eq!(call(&sandbox, "v1/register.do", unnamed)["errorCode"], "4");
    for body in ["", "[]", "{", r#"{"userName":"hmac_user"}"#] {
        assert!(raw(&sandbox, "v1/refund.do", body)["errorCode"] == "5", "{body}");
    }
    // Both features arrive, parted by a semicolon.
    let mut two = order("S-2");
    two["features"] = json!("FORCE_TDS;FORCE_SSL");
    assert_eq!(call(&sandbox, "v1/register.do", two)["errorCode"], "14");

    let id = registered(&sandbox, "v1/register.do", order("S-3"));
    let upper = json!({"orderId": id.to_uppercase()});
    assert_eq!(call(&sandbox, "v1/getOrderStatusExtended.do", upper)["errorCode"], "5");
    assert_eq!(call(&sandbox, "v1/getOrderStatusExtended.do", json!({}))["errorCode"], "1");
    // An order of the form dialect is nobody's here.
    let form = "userName=hmac_user&password=hmac_user_password&orderNumber=D1&amount=100&returnUrl=http://s.t";
    let foreign = sandbox.rest("register.do", form);
    assert_eq!(status(&sandbox, text(&foreign, "orderId"))["errorCode"], "6");

    let url = format!("{}{ROOT}/v1/register.do", sandbox.origin);
    let code = |arguments: &[&str]| {
        let mut whole = vec!["--output", "/dev/null", "--write-out", "%{http_code}"];
        whole.extend(arguments);
        sandbox.curl(&whole)
    };
    assert_eq!(code(&[&url]), "405");
    assert_eq!(code(&["--data", "userName=hmac_user", &url]), "415");
    assert_eq!(code(&["--data", "{}", &url.replace("register", "Register")]), "404");
    let asked = format!("{url}?userName=hmac_user");
    let label = ["--header", "content-type: application/json", "--data", "{}"];
    let asked = sandbox.curl(&[label.as_slice(), &[asked.as_str()]].concat());
    assert!(asked.contains(r#""errorCode":"5""#), "{asked}");
}

#[test]
fn carts_add_up_and_receipts_follow() {
    let sandbox = Sandbox::start(&[]);
    set(&sandbox, json!({"fiscal": true, "receipt_outcome": "failed"}));
    let bundle = |kind: &str| {
        json!({"ffdVersion": "1.05", "receiptType": kind, "total": 10_000,
            "company": {"email": "s@s.test", "sno": "osn", "inn": "7700000000", "paymentAddress": "s.test"},
            "payments": [{"type": 1, "sum": 10_000}],
            "cartItems": {"items": [{"positionId": "1", "itemCode": "t", "name": "Tea",
                "quantity": {"value": 2}, "itemPrice": 5000, "itemAmount": 10_000,
                "paymentMethod": "full_payment", "paymentObject": "commodity", "tax": {"taxType": 6}}]}})
    };
    let mut body = order("C-1");
    body["orderBundle"] = bundle("sell_refund");
    assert_eq!(call(&sandbox, "v1/register.do", body.clone())["errorCode"], "5");
    body["orderBundle"] = bundle("sell");
    body["orderBundle"]["payments"][0]["sum"] = json!(9999);
    assert_eq!(call(&sandbox, "v1/register.do", body.clone())["errorCode"], "5");
    body["orderBundle"] = bundle("sell");
    let id = registered(&sandbox, "v1/register.do", body);
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    let receipts =
        || call(&sandbox, "ofd/v1/getReceiptStatus", json!({"orderId": id}))["receipt"].clone();
    let failed = receipts()[0].clone();
    assert_eq!(
        (&failed["receiptStatus"], &failed["error"]["recommendation"]),
        (&json!(4), &json!(1))
    );
    let retry = json!({"receiptIds": [failed["receiptId"]]});
    set(&sandbox, json!({"receipt_outcome": "queued"}));
    assert_eq!(call(&sandbox, "ofd/v1/retryReceipt", retry.clone())["errorCode"], "0");
    assert_eq!(call(&sandbox, "ofd/v1/retryReceipt", retry)["errorCode"], "7");
    assert_eq!(receipts()[0]["receiptStatus"], 1);
    assert_eq!(receipts()[0]["receiptStatus"], 3);
    let refund = json!({"orderId": id, "amount": 10_000, "orderBundle": bundle("sell_refund")});
    assert_eq!(call(&sandbox, "v1/refund.do", refund)["errorCode"], "0");
    assert_eq!(receipts()[1]["receiptType"], "sell_refund");
    let by_hand = json!({"orderId": id, "orderBundle": bundle("sell")});
    let made = call(&sandbox, "ofd/v1/doReceipt", by_hand);
    assert_eq!(receipts()[2]["receiptId"], made["receiptId"]);
}

#[test]
fn subscriptions_and_phones() {
    let sandbox = Sandbox::start(&[]);
    let mut body = order("Q-1");
    body["amount"] = json!(0);
    body["jsonParams"] = json!({"qrType": "SUBSCRIPTION_SBP", "sbp.scenario": "C2B_SUBSCRIPTION"});
    let reply = call(&sandbox, "v1/register.do", body);
    assert!(reply["externalParams"]["sbpPayload"].is_string(), "{reply}");
    let id = text(&reply, "orderId");
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    let made = status(&sandbox, id);
    assert_eq!(made["orderStatus"], 2, "{made}");
    let (subscription, member) =
        (&made["attributes"]["subscriptionId"], &made["attributes"]["memberId"]);
    let next = registered(&sandbox, "v1/register.do", order("Q-2"));
    let pay = json!({"orderId": next, "subscriptionId": subscription, "memberId": member});
    let mut wrong = pay.clone();
    wrong["memberId"] = json!("another");
    assert_eq!(call(&sandbox, "v1/paymentOrderBySubscription.do", wrong)["errorCode"], "2");
    assert_eq!(call(&sandbox, "v1/paymentOrderBySubscription.do", pay)["errorCode"], 0);
    assert_eq!(status(&sandbox, &next)["orderStatus"], 2);
    let phone = registered(&sandbox, "v1/register.do", order("Q-3"));
    let pay = json!({"orderId": phone, "phone": "79991234567"});
    assert_eq!(call(&sandbox, "v1/paymentSberPay.do", pay)["errorCode"], "0");
    // The bank has not decided: a state that this platform has no word for.
    sandbox.control(&format!("orders/{phone}/act"), r#"{"do":"pending"}"#);
    assert_eq!(status(&sandbox, &phone)["orderStatus"], 0);
}

#[test]
fn callbacks_are_plain_json() {
    let sandbox = Sandbox::start(&[]);
    let (url, heads) = shop(&[500, 200, 200]);
    let change = json!({"user_name": "hmac_user", "callback_url": url, "retry_pause_ms": 20});
    sandbox.control("merchants", &change.to_string());
    let mut body = order("W-1");
    body["phone"] = json!("+79991234567");
    let id = registered(&sandbox, "v1/register.do", body);
    for _ in 0..2 {
        let head = heads.recv_timeout(std::time::Duration::from_secs(5)).unwrap();
        assert!(
            head.starts_with("POST /callback?shop=7 ") && head.contains("application/json"),
            "{head}"
        );
    }
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    let sent = sandbox.get(&format!("/sandbox/orders/{id}"))["notifications"].clone();
    let bodies: Vec<Value> = sent
        .as_array()
        .unwrap()
        .iter()
        .map(|one| serde_json::from_str(text(one, "body")).unwrap())
        .collect();
    let further = json!({"phone": "*4567"});
    assert_eq!(
        bodies[0],
        json!({"mdOrder": id, "orderNumber": "W-1", "operation": "created", "status": 1, "additionalParams": further}),
    );
    assert_eq!((&bodies[1]["operation"], &bodies[1]["status"]), (&json!("deposited"), &json!(1)));
    let again = json!({"do": "redeliver", "operation": "deposited", "tamper": "status"});
    let again = sandbox.control(&format!("orders/{id}/act"), &again.to_string());
    assert!(text(&again["sent"][0], "body").contains(r#""status":0"#), "{again}");
}

#[test]
fn passwords_that_must_be_changed() {
    let sandbox = Sandbox::start(&[]);
    let key = call(&sandbox, "accounts/v1/apikey/generate", json!({}));
    assert!(key["apiKey"].is_string() && key["errorCode"] == "0", "{key}");
    set(&sandbox, json!({"must_change_password": true}));
    assert_eq!(call(&sandbox, "v1/register.do", order("P-1"))["errorCode"], "5");
    let change = r#"{"login":"hmac_user","tmpPassword":"hmac_user_password","password":"hmac_user_password"}"#;
    let wrong = change.replacen("hmac_user_password", "wrong", 1);
    assert_eq!(raw(&sandbox, "accounts/v1/set-permanent-password", &wrong)["errorCode"], "5");
    assert_eq!(raw(&sandbox, "accounts/v1/set-permanent-password", change)["errorCode"], "0");
    assert!(call(&sandbox, "v1/register.do", order("P-1"))["orderId"].is_string());
}
