//! Orders that are registered and paid in one call, and what else takes card data.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";
const SSL: &str = "pan=4444555511113333&expiry=202612&cvc=123";

fn instant(sandbox: &Sandbox, number: &str, rest: &str) -> Value {
    let form = format!("{USER}&orderNumber={number}&amount=1000&currency=643&language=en&{rest}");
    sandbox.rest("instantPayment.do", &form)
}

#[test]
fn instant_payment_in_both_spellings() {
    let sandbox = Sandbox::start(&[]);
    for (number, names) in [
        ("I-1", "returnUrl=http://s.test&cardholderName=A+B"),
        ("I-2", "backUrl=http://s.test&cardHolderName=A+B"),
    ] {
        let reply = instant(&sandbox, number, &format!("{names}&{SSL}"));
        assert_eq!((&reply["errorCode"], &reply["orderNumber"]), (&json!("0"), &json!(number)));
        let block = &reply["orderStatus"];
        assert_eq!((&block["ErrorCode"], &block["OrderStatus"]), (&json!("0"), &json!(2)));
        assert_eq!((&block["Amount"], &block["Pan"]), (&json!(1000), &json!("444455**3333")));
        assert!(reply.get("acsUrl").is_none());
    }
    assert_eq!(
        instant(&sandbox, "I-1", &format!("returnUrl=http://s.test&{SSL}"))["errorCode"],
        "1"
    );
    for refused in [
        "returnUrl=http://s.test",
        "returnUrl=http://s.test&pan=4444555511113333&expiry=202612",
        SSL,
    ] {
        assert_eq!(instant(&sandbox, "I-3", refused)["errorCode"], "5", "{refused}");
    }
    let found = sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderNumber=I-3"));
    assert_eq!(found["errorCode"], "6");
    let held = instant(&sandbox, "I-4", &format!("returnUrl=http://s.test&preAuth=true&{SSL}"));
    assert_eq!(held["orderStatus"]["OrderStatus"], 1);
    let gone = "returnUrl=http://s.test&pan=4999000001160000&expiry=203012&cvc=123";
    let gone = instant(&sandbox, "I-5", gone);
    assert_eq!((&gone["errorCode"], &gone["orderStatus"]["OrderStatus"]), (&json!("0"), &json!(6)));
    let token = "token=test_user_open_id_token&orderNumber=I-6&amount=1000&returnUrl=http://s.test";
    let token = sandbox.rest("instantPayment.do", &format!("{token}&{SSL}"));
    assert_eq!(token["orderStatus"]["OrderStatus"], 2);
}

#[test]
fn instant_payment_with_3ds_names_its_order_in_the_second_leg() {
    let sandbox = Sandbox::start(&[]);
    let card = "returnUrl=http://s.test&pan=5555555555555599&expiry=203412&cvc=123";
    let first = instant(&sandbox, "I-1", card);
    assert_eq!(
        (&first["is3DSVer2"], &first["orderStatus"]["OrderStatus"]),
        (&json!(true), &json!(0))
    );
    let (id, trans) = (text(&first, "orderId"), text(&first, "threeDSServerTransId"));
    let second = format!("{card}&threeDSVer2MdOrder={id}");
    assert_eq!(instant(&sandbox, "I-1", &second)["errorCode"], "5");
    let second = instant(&sandbox, "I-1", &format!("{second}&threeDSServerTransId={trans}"));
    assert_eq!(second["orderStatus"]["OrderStatus"], 0, "{second}");
    let creq = format!("creq={}", text(&second, "packedCReq"));
    let back = sandbox.post_page(text(&second, "acsUrl"), &[&creq, "code=00000"]);
    assert_eq!(back, format!("302 http://s.test/?orderId={id}&lang=en"));
    let found = sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={id}"));
    assert_eq!(found["orderStatus"], 2);
}

#[test]
fn a_merchants_own_payment_refers_to_the_buyers() {
    let sandbox = Sandbox::start(&[]);
    let card = "returnUrl=http://s.test&tii=R&pan=5555555555555599&expiry=203412";
    // Without a reference it is an ordinary payment: it lacks a code, and then the issuer asks.
    assert_eq!(instant(&sandbox, "I-1", card)["errorCode"], "5");
    assert_eq!(instant(&sandbox, "I-1", &format!("{card}&cvc=123"))["is3DSVer2"], true);
    let back = format!("{card}&originalPaymentNetRefNum=1&originalPaymentDate=1767225600000");
    assert_eq!(instant(&sandbox, "I-2", &back)["orderStatus"]["OrderStatus"], 2);
}

#[test]
fn names_differ_by_a_letters_case() {
    let sandbox = Sandbox::start(&[]);
    for path in
        ["rest/paymentOrder.do", "rest/unbindCard.do", "rest/Se/keys.do", "ApplePay/payment.do"]
    {
        let url = format!("{}/payment/{path}", sandbox.origin);
        let arguments = ["-o", "/dev/null", "-w", "%{http_code}", "--data", USER, &url];
        assert_eq!(sandbox.curl(&arguments), "404", "{path}");
    }
}

#[test]
fn moto_tells_by_success() {
    let sandbox = Sandbox::start(&[]);
    let moto = |rest: &str| {
        let form = format!("{USER}&amount=1000&currency=643&returnUrl=http://s.test&{rest}");
        sandbox.rest("motoPayment.do", &form)
    };
    let reply = moto("pan=5555555555555599&expiry=203412&cardholder=A+B");
    assert_eq!((&reply["success"], &reply["errorCode"]), (&json!(true), &json!("0")), "{reply}");
    let ask = format!("{USER}&orderId={}", text(&reply, "mdOrder"));
    let found = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!((&found["orderStatus"], &found["paymentWay"]), (&json!(2), &json!("CARD_MOTO")));
    let gone = moto("pan=4000001111111126&expiry=203012&cardholder=A+B");
    assert_eq!((&gone["success"], &gone["errorCode"]), (&json!(false), &json!("2")));
    assert_eq!(moto("pan=5555555555555599&expiry=203412")["errorCode"], "5");
}

#[test]
fn cards_are_verified_and_nothing_is_charged() {
    let sandbox = Sandbox::start(&[]);
    let verify = |rest: &str| sandbox.rest("verifyCard.do", &format!("{USER}&{rest}"));
    let reply = verify(&format!("amount=100&{SSL}&clientId=7"));
    assert_eq!((&reply["amount"], &reply["actionCode"]), (&json!(0), &json!(0)), "{reply}");
    assert_eq!(reply["eci"], "07");
    let ask = format!("{USER}&orderId={}", text(&reply, "orderId"));
    let found = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!((&found["orderStatus"], &found["amount"]), (&json!(3), &json!(0)));
    assert!(found["bindingInfo"]["bindingId"].is_string(), "{found}");
    let gone = verify("amount=0&pan=4444555511113333&expiry=202612&cvc=999");
    assert_eq!((&gone["errorCode"], &gone["actionCode"]), (&json!("0"), &json!(71015)));
    assert_eq!(verify(SSL)["errorCode"], "5");
    assert_eq!(verify(&format!("amount=101&{SSL}"))["errorCode"], "5");
    let asked = verify("amount=0&pan=5555555555555599&expiry=203412&cvc=123&returnUrl=http://s.t");
    assert_eq!(asked["is3DSVer2"], true);
}

#[test]
fn enrolment_and_the_list_of_trusted_cards() {
    let sandbox = Sandbox::start(&[]);
    let ask = |pan: &str| {
        let reply = sandbox.rest("verifyEnrollment.do", &format!("{USER}&pan={pan}"));
        (text(&reply, "enrolled").to_owned(), reply["is3DSVer2"] == true)
    };
    assert_eq!(ask("5555555555555599"), ("Y".into(), true));
    assert_eq!(ask("4012888888881881"), ("Y".into(), false));
    assert_eq!(ask("4000001111111118"), ("U".into(), true));
    assert_eq!(ask("4444555511113333"), ("N".into(), false));
    assert_eq!(sandbox.rest("verifyEnrollment.do", &format!("{USER}&pan=4"))["errorCode"], "5");

    let order = sandbox.rest("register.do", &format!("{USER}&amount=1000&returnUrl=http://s.test"));
    let id = text(&order, "orderId");
    let list = format!("{USER}&mdorder={id}");
    assert_eq!(sandbox.rest("updateSSLCardList.do", &list)["errorCode"], "7");
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay","pan":"5555555555555599"}"#);
    assert_eq!(sandbox.rest("updateSSLCardList.do", &list)["errorCode"], "0");
    assert_eq!(sandbox.rest("updateSSLCardList.do", &list)["errorCode"], "6");
    let card = "returnUrl=http://s.test&pan=5555555555555599&expiry=203412&cvc=123";
    assert_eq!(instant(&sandbox, "T-1", card)["orderStatus"]["OrderStatus"], 2);
}

#[test]
fn money_goes_to_a_card_without_a_payment() {
    let sandbox = Sandbox::start(&[]);
    let refund = |rest: &str| {
        sandbox.rest("instantRefund.do", &format!("{USER}&amount=1000&currency=643&{rest}"))
    };
    let reply = refund("orderNumber=R-1&pan=5555555555555599&expiry=203412");
    assert_eq!(reply["errorCode"], "0", "{reply}");
    assert!(reply["orderStatus"]["rrn"].is_string());
    let ask = format!("{USER}&orderId={}", text(&reply, "orderId"));
    let found = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!(found["paymentAmountInfo"]["refundedAmount"], 1000);
    assert_eq!(refund("orderNumber=R-1&pan=5555555555555599&expiry=203412")["errorCode"], "1");
    assert_eq!(refund("pan=4000001111111126&expiry=203012")["errorCode"], "7");
    assert_eq!(refund("orderNumber=R-2")["errorCode"], "5");
    sandbox
        .control("merchants", r#"{"user_name":"test_user","settings":{"instant_refunds":false}}"#);
    assert_eq!(refund("pan=5555555555555599&expiry=203412")["errorCode"], "5");
}

#[test]
fn other_ways_and_a_buyer_who_declines() {
    let sandbox = Sandbox::start(&[]);
    let registered = || {
        let form = format!("{USER}&amount=1000&returnUrl=http://s.test");
        text(&sandbox.rest("register.do", &form), "orderId").to_owned()
    };
    let (first, second) = (registered(), registered());
    let way = |id: &str, way: &str| {
        sandbox.rest("paymentotherway.do", &format!("{USER}&MDORDER={id}&paymentWay={way}"))
    };
    assert_eq!(way(&first, "WHAT")["errorCode"], 5);
    let reply = way(&first, "UPOP");
    assert_eq!(reply["errorCode"], 0);
    let page = text(&reply, "redirect");
    assert!(sandbox.curl(&[page]).contains("UPOP"));
    assert!(sandbox.post_page(page, &["pay=1"]).starts_with("302 http://s.test/"));
    let ask = format!("{USER}&orderId={first}");
    let found = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!((&found["orderStatus"], &found["paymentWay"]), (&json!(2), &json!("UPOP")));
    assert_eq!(way(&first, "UPOP")["errorCode"], 7);

    let decline = format!("mdOrder={second}");
    assert_eq!(sandbox.rest("declineByClient.do", &decline)["errorCode"], 0);
    assert_eq!(sandbox.rest("declineByClient.do", &decline)["errorCode"], 7);
    assert_eq!(sandbox.rest("declineByClient.do", "mdOrder=x")["errorCode"], 6);
    assert_eq!(sandbox.rest("declineByClient.do", "")["errorCode"], 5);
}

#[test]
fn slow_refunds_and_whole_reversals() {
    let sandbox = Sandbox::start(&[]);
    let settings =
        r#"{"user_name":"test_user","settings":{"slow_refunds":true,"reverse_deposited":true}}"#;
    sandbox.control("merchants", settings);
    let paid = instant(&sandbox, "S-1", &format!("returnUrl=http://s.test&preAuth=true&{SSL}"));
    let id = text(&paid, "orderId");
    let call = |method: &str, rest: &str| {
        let reply = sandbox.rest(method, &format!("{USER}&orderId={id}&{rest}"));
        text(&reply, "errorCode").to_owned()
    };
    let status = || sandbox.rest("getOrderStatusExtended.do", &format!("{USER}&orderId={id}"));
    assert_eq!(call("deposit.do", "amount=0"), "0");
    assert_eq!(call("reverse.do", "amount=400"), "7");
    assert_eq!(call("refund.do", "amount=400&externalRefundId=a"), "0");
    let found = status();
    assert_eq!((&found["orderStatus"], &found["actionCode"]), (&json!(2), &json!(1120)));
    assert_eq!(call("refund.do", "amount=400&externalRefundId=a"), "0");
    assert_eq!(call("refund.do", "amount=400&externalRefundId=b"), "7");
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"finish_refund"}"#);
    let found = status();
    assert_eq!((&found["orderStatus"], &found["actionCode"]), (&json!(4), &json!(0)));
    assert_eq!(found["refunds"][0]["externalRefundId"], "a");

    let paid = instant(&sandbox, "S-2", &format!("returnUrl=http://s.test&preAuth=true&{SSL}"));
    let ask = format!("{USER}&orderId={}", text(&paid, "orderId"));
    sandbox.rest("deposit.do", &format!("{ask}&amount=600&depositType=1"));
    sandbox.rest("deposit.do", &format!("{ask}&amount=100&depositType=2"));
    let found = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!(found["paymentAmountInfo"]["depositedAmount"], 700);
    assert_eq!(sandbox.rest("reverse.do", &ask)["errorCode"], "0");
    assert_eq!(sandbox.rest("getOrderStatusExtended.do", &ask)["orderStatus"], 1);
}
