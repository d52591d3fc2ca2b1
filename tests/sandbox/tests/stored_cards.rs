//! Stored cards: how they come to be, who is told, and every way to pay with one.

#[cfg(test)]
mod shop;
#[cfg(test)]
mod started;

use std::time::Duration;

use serde_json::{Value, json};
use shop::shop;
use started::{Sandbox, text};

const USER: &str = "userName=hmac_user&password=hmac_user_password";
const CHALLENGED: &str = "5555555555555599";

fn registered(sandbox: &Sandbox, extra: &str) -> Value {
    let form = format!("{USER}&amount=1000&returnUrl=http://s.test&language=en&{extra}");
    sandbox.rest("register.do", &form)
}

/// A card of client 7, stored by a payment of this number.
#[cfg(test)]
fn stored(sandbox: &Sandbox, number: &str) -> String {
    let extra = format!("orderNumber={number}&clientId=7&features=FORCE_CREATE_BINDING");
    let order = registered(sandbox, &extra);
    let id = text(&order, "orderId");
    let pay = json!({"do": "pay", "pan": CHALLENGED});
    sandbox.control(&format!("orders/{id}/act"), &pay.to_string());
    text(&status(sandbox, id)["bindingInfo"], "bindingId").to_owned()
}

fn status(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={id}"))
}

fn call(sandbox: &Sandbox, method: &str, rest: &str) -> Value {
    sandbox.rest(method, &format!("{USER}&{rest}"))
}

#[test]
fn the_buyers_tick_stores_the_card() {
    let sandbox = Sandbox::start(&[]);
    for (number, client, tick, kept) in [
        ("A-1", "clientId=7", true, true),
        ("A-2", "clientId=7", false, false),
        ("A-3", "", true, false),
    ] {
        let order = registered(&sandbox, &format!("orderNumber={number}&{client}"));
        let url = text(&order, "formUrl");
        assert_eq!(sandbox.curl(&[url]).contains("createBinding"), !client.is_empty());
        let mut form = vec!["$PAN=4444555511113333", "MM=12", "YYYY=2034", "$CVC=123", "TEXT=A B"];
        if tick {
            form.push("createBinding=true");
        }
        assert!(sandbox.post_page(url, &form).starts_with("302 http://s.test"));
        let found = status(&sandbox, text(&order, "orderId"));
        assert_eq!(found["bindingInfo"]["bindingId"].is_string(), kept, "{number}: {found}");
    }
}

#[test]
fn a_test_may_tick_for_the_buyer() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "orderNumber=A-1&clientId=7");
    let id = text(&order, "orderId");
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay","store":true}"#);
    assert!(status(&sandbox, id)["bindingInfo"]["bindingId"].is_string());
}

#[test]
fn the_merchant_is_told_at_its_own_address() {
    let sandbox = Sandbox::start(&[]);
    let (url, heads) = shop(&[200; 4]);
    let merchant = json!({"user_name": "hmac_user", "callback_url": url});
    sandbox.control("merchants", &merchant.to_string());
    let id = stored(&sandbox, "A-1");
    let next = || heads.recv_timeout(Duration::from_secs(5)).unwrap();
    let both = [next(), next()];
    let created = both.iter().find(|head| head.contains("operation=bindingCreated")).unwrap();
    assert!(created.contains(&format!("bindingId={id}&clientId=7&enabled=true")), "{created}");
    assert!(!created.contains("mdOrder") && created.contains("checksum="), "{created}");
    call(&sandbox, "unBindCard.do", &format!("bindingId={id}"));
    let changed = next();
    assert!(changed.contains("operation=bindingActivityChanged"), "{changed}");
    assert!(changed.contains("enabled=false"), "{changed}");
    let made = "clientId=8&pan=4444555511113333&expiryDate=203012&cardholderName=A+B";
    let made = call(&sandbox, "createBindingNoPayment.do", made);
    let short = next();
    let id = text(&made, "bindingId");
    assert!(
        short.contains(&format!("bindingId={id}&clientId=8&enabled=true&checksum=")),
        "{short}"
    );
}

#[test]
fn cards_are_listed_switched_and_extended() {
    let sandbox = Sandbox::start(&[]);
    let list = |method: &str, rest: &str| call(&sandbox, method, rest);
    assert_eq!(list("getBindings.do", "clientId=7")["errorCode"], "2");
    assert_eq!(list("getBindings.do", "")["errorCode"], "5");
    let id = stored(&sandbox, "A-1");
    let found = list("getBindings.do", "clientId=7");
    assert_eq!(found["bindings"].as_array().unwrap().len(), 1);
    let row = &found["bindings"][0];
    assert_eq!((text(row, "bindingId"), text(row, "maskedPan")), (id.as_str(), "555555**5599"));
    assert_eq!((text(row, "bindingCategory"), text(row, "expiryDate")), ("COMMON", "203412"));
    assert_eq!(list("getBindings.do", "clientId=7&bindingType=R")["errorCode"], "2");
    assert_eq!(list("getBindings.do", "clientId=7&bindingType=X")["errorCode"], "5");
    assert_eq!(list("getBindings.do", "clientId=7&bindingId=x")["errorCode"], "2");
    let by = list("getBindingsByCardOrId.do", &format!("pan={CHALLENGED}&bindingId=x"));
    assert_eq!(text(&by["bindings"][0], "clientId"), "7");
    assert_eq!(list("getBindingsByCardOrId.do", "")["errorCode"], "5");

    let named = format!("bindingId={id}");
    assert_eq!(list("bindCard.do", &named)["errorCode"], "2");
    assert_eq!(list("unBindCard.do", &named)["errorCode"], "0");
    assert_eq!(list("unBindCard.do", &named)["errorCode"], "2");
    assert_eq!(list("getBindings.do", "clientId=7")["errorCode"], "2");
    assert_eq!(list("getAllBindings.do", "clientId=7")["errorCode"], "0");
    assert_eq!(list("bindCard.do", &named)["errorCode"], "0");
    assert_eq!(list("bindCard.do", "bindingId=x")["errorCode"], "2");

    sandbox.control(&format!("bindings/{id}"), r#"{"expiry":"202001"}"#);
    assert_eq!(list("getBindings.do", "clientId=7")["errorCode"], "2");
    assert_eq!(list("getBindings.do", "clientId=7&showExpired=true")["errorCode"], "0");
    for (expiry, code) in
        [("&newExpiry=203513", "5"), ("&newExpiry=202002", "5"), ("&newExpiry=203512", "0")]
    {
        let reply = list("extendBinding.do", &format!("{named}&language=en{expiry}"));
        assert_eq!(reply["errorCode"], code, "{expiry}");
    }
    assert_eq!(text(&list("getBindings.do", "clientId=7")["bindings"][0], "expiryDate"), "203512");
    sandbox.control("merchants", r#"{"user_name":"hmac_user","settings":{"bindings_v2":true}}"#);
    assert_eq!(list("getBindings.do", "clientId=7")["errorCode"], "5");
    let stranger = "userName=test_user&password=test_user_password";
    let theirs = sandbox.rest("unBindCard.do", &format!("{stranger}&{named}"));
    assert_eq!(theirs["errorCode"], "2");
}

#[test]
fn a_card_is_stored_without_a_payment() {
    let sandbox = Sandbox::start(&[]);
    let make = |rest: &str| {
        let card = "clientId=8&pan=4444555511113333&expiryDate=203012&cardholderName=A+B";
        call(&sandbox, "createBindingNoPayment.do", &format!("{card}&{rest}"))
    };
    let made = make("");
    assert_eq!((&made["errorCode"], &made["error"]), (&json!(0), &json!(false)));
    assert_eq!(made["maskedPan"], "444455**3333");
    assert_eq!(make("bindingStrength=TDS")["errorCode"], 5);
    let more =
        "%7B%22initNetworkReferenceNumber%22%3A%221%22%2C%22networkReferenceNumber%22%3A%222%22%7D";
    let strong = make(&format!("bindingStrength=TDS&additionalParameters={more}"));
    assert_eq!(strong["errorCode"], 0, "{strong}");
    let refused = call(&sandbox, "createBindingNoPayment.do", "clientId=8");
    assert_eq!((&refused["errorCode"], &refused["error"]), (&json!(5), &json!(true)));
}

#[test]
fn the_page_asks_for_the_code_alone() {
    let sandbox = Sandbox::start(&[]);
    let id = stored(&sandbox, "A-1");
    let bad = registered(&sandbox, "orderNumber=A-2&bindingId=x");
    assert_eq!(bad["errorCode"], "5");
    let other = registered(&sandbox, &format!("orderNumber=A-2&clientId=9&bindingId={id}"));
    assert_eq!(other["errorCode"], "5");
    let order = registered(&sandbox, &format!("orderNumber=A-2&bindingId={id}"));
    let url = text(&order, "formUrl");
    let page = sandbox.curl(&[url]);
    assert!(page.contains("$CVC") && !page.contains("$PAN"), "{page}");
    assert_eq!(sandbox.post_page(url, &["$CVC=999"]), format!("302 {url}"));
    let acs = sandbox.post_page(url, &["$CVC=123"]);
    let back = sandbox.post_page(acs.trim_start_matches("302 "), &["code=00000"]);
    assert!(back.starts_with("302 http://s.test"), "{back}");
    let found = status(&sandbox, text(&order, "orderId"));
    assert_eq!((&found["orderStatus"], &found["paymentWay"]), (&json!(2), &json!("CARD_BINDING")));
    assert_eq!(found["bindingInfo"]["bindingId"], id.as_str());
    let card = format!(
        "MDORDER={}&%24PAN={CHALLENGED}&%24CVC=123&%24EXPIRY=203412&TEXT=&language=en",
        text(&order, "orderId")
    );
    assert_eq!(call(&sandbox, "paymentorder.do", &card)["errorCode"], 5);
}

#[test]
fn an_order_is_paid_with_a_stored_card() {
    let sandbox = Sandbox::start(&[]);
    let id = stored(&sandbox, "A-1");
    let order = |number: &str, extra: &str| {
        let order = registered(&sandbox, &format!("orderNumber={number}&{extra}"));
        text(&order, "orderId").to_owned()
    };
    let pay = |order: &str, rest: &str| {
        call(&sandbox, "paymentOrderBinding.do", &format!("mdOrder={order}&language=en&{rest}"))
    };
    let first = order("B-1", "clientId=7");
    for (rest, code) in [
        (format!("bindingId={id}"), 1),
        (format!("bindingId={id}&cvc=12"), 1),
        ("cvc=123".into(), 5),
        ("bindingId=x&cvc=123".into(), 2),
        (format!("bindingId={id}&tii=U&cvc=123"), 5),
        (format!("bindingId={id}&tii=ZZ&cvc=123"), 5),
    ] {
        assert_eq!(pay(&first, &rest)["errorCode"], code, "{rest}");
    }
    assert_eq!(pay("x", &format!("bindingId={id}&cvc=123"))["errorCode"], 2);
    assert_eq!(pay(&order("B-2", ""), &format!("bindingId={id}&cvc=123"))["errorCode"], 5);
    assert_eq!(
        pay(&order("B-3", "clientId=8"), &format!("bindingId={id}&cvc=123"))["errorCode"],
        2
    );

    // The buyer is there: the issuer asks. The merchant alone: nobody does.
    let asked = pay(&first, &format!("bindingId={id}&cvc=123&tii=F"));
    assert_eq!((&asked["is3DSVer2"], &asked["bindingId"]), (&json!(true), &json!(id)));
    let second = order("B-4", "clientId=7");
    let charged = pay(&second, &format!("bindingId={id}&tii=U"));
    assert!(charged["redirect"].is_string(), "{charged}");
    let found = status(&sandbox, &second);
    assert_eq!((&found["orderStatus"], &found["tii"]), (&json!(2), &json!("UNSCHEDULED")));

    sandbox.control(&format!("bindings/{id}"), r#"{"decline_with":100}"#);
    let third = order("B-5", "clientId=7");
    let declined = pay(&third, &format!("bindingId={id}&tii=U"));
    assert_eq!((&declined["errorCode"], declined["error"].is_string()), (&json!(0), true));
    assert_eq!(status(&sandbox, &third)["actionCode"], 100);
    call(&sandbox, "unBindCard.do", &format!("bindingId={id}"));
    assert_eq!(pay(&third, &format!("bindingId={id}&tii=U"))["errorCode"], 2);
}

#[test]
fn the_merchant_charges_by_itself() {
    let sandbox = Sandbox::start(&[]);
    let id = stored(&sandbox, "A-1");
    let body = |number: &str| {
        json!({"userName": "hmac_user", "password": "hmac_user_password", "orderNumber": number,
            "bindingId": id, "amount": 500, "currency": "643", "preAuth": false,
            "additionalParameters": {"a": "b"}})
    };
    let paid = sandbox.json("recurrentPayment.do", &body("R-1"));
    assert_eq!((&paid["success"], &paid["orderStatus"]["orderStatus"]), (&json!(true), &json!(2)));
    assert_eq!(paid["orderStatus"]["tii"], "RECURRENT");
    assert_eq!(paid["orderStatus"]["merchantOrderParams"][0]["name"], "a");
    assert!(paid["data"]["orderId"].is_string());
    let again = sandbox.json("recurrentPayment.do", &body("R-1"));
    assert_eq!((&again["success"], &again["error"]["code"]), (&json!(false), &json!("10")));
    let mut lower = body("R-2");
    lower["username"] = lower["userName"].take();
    assert_eq!(sandbox.json("recurrentPayment.do", &lower)["error"]["code"], "5");
    let mut unknown = body("R-2");
    unknown["bindingId"] = json!("x");
    assert_eq!(sandbox.json("recurrentPayment.do", &unknown)["error"]["code"], "2");

    let paid = sandbox.json("installmentPayment.do", &body("I-1"));
    assert_eq!((&paid["errorCode"], &paid["error"]), (&json!("0"), &json!(false)), "{paid}");
    assert_eq!(paid["orderStatus"]["orderStatus"], 2);
    let again = sandbox.json("installmentPayment.do", &body("I-1"));
    assert_eq!((&again["errorCode"], &again["error"]), (&json!("1"), &json!(true)));

    sandbox.control(&format!("bindings/{id}"), r#"{"decline_with":240}"#);
    let declined = sandbox.json("recurrentPayment.do", &body("R-3"));
    let status = &declined["orderStatus"];
    assert_eq!((&status["orderStatus"], &status["actionCode"]), (&json!(6), &json!(240)));
}

#[test]
fn instant_payment_with_a_stored_card() {
    let sandbox = Sandbox::start(&[]);
    let id = stored(&sandbox, "A-1");
    let pay = |number: &str, rest: &str| {
        let form = format!(
            "orderNumber={number}&amount=500&returnUrl=http://s.test&bindingId={id}&{rest}"
        );
        call(&sandbox, "instantPayment.do", &form)
    };
    assert_eq!(pay("I-1", "")["errorCode"], "5");
    assert_eq!(pay("I-1", "cvc=123")["is3DSVer2"], true);
    assert_eq!(pay("I-2", "tii=R")["orderStatus"]["OrderStatus"], 2);
    assert_eq!(pay("I-3", "tii=R&preAuth=true")["errorCode"], "5");
    let by_number = pay("I-4", "pan=4444555511113333&expiry=202612&cvc=123");
    assert_eq!(by_number["orderStatus"]["Pan"], "444455**3333");
}

#[test]
fn industry_practice_follows_its_windows() {
    let sandbox = Sandbox::start(&[]);
    let order = registered(&sandbox, "orderNumber=A-1");
    let original = text(&order, "orderId");
    let pay = |number: &str, tii: &str, amount: Option<i64>| {
        let mut body = json!({"userName": "hmac_user", "password": "hmac_user_password",
            "originalMdOrder": original, "orderNumber": number, "tii": tii});
        if let Some(amount) = amount {
            body["amount"] = json!(amount);
        }
        sandbox.json("industryPractice/paymentOrder.do", &body)
    };
    assert_eq!(pay("P-1", "IPD", Some(300))["error"]["code"], "7");
    sandbox.control(&format!("orders/{original}/act"), r#"{"do":"pay"}"#);
    assert_eq!(pay("P-1", "IPX", Some(300))["error"]["code"], "5");
    assert_eq!(pay("P-1", "IPD", None)["error"]["code"], "5");
    assert_eq!(pay("P-1", "IPA", Some(300))["error"]["code"], "5");
    assert_eq!(pay("P-1", "IPS", None)["error"]["code"], "7");
    let paid = pay("P-1", "IPD", Some(300));
    assert_eq!(paid["orderStatus"]["paymentAmountInfo"]["depositedAmount"], 300, "{paid}");
    assert_eq!(paid["orderStatus"]["tii"], "DELAYED_CHARGES_MIT");
    assert_eq!(pay("P-2", "IPN", Some(300))["error"]["code"], "7");
    assert_eq!(pay("P-2", "IPD", Some(200))["success"], true);
}
