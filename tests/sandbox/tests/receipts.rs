//! 54-FZ in the form dialect: carts, positions of captures and refunds, receipts.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const CALLER: &str = "userName=hmac_user&password=hmac_user_password";

fn form(pairs: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{CALLER}&{body}")
}

fn fiscal(settings: Value) -> Sandbox {
    let sandbox = Sandbox::start(&[]);
    switch(&sandbox, json!({"fiscal": true}));
    switch(&sandbox, settings);
    sandbox
}

fn switch(sandbox: &Sandbox, settings: Value) {
    let change = json!({"user_name": "hmac_user", "settings": settings});
    sandbox.control("merchants", &change.to_string());
}

/// Two teas for 3.33 each and half a kilo of sugar: 666 + 250.
fn cart() -> Value {
    json!({"customerDetails": {"email": "a@b.test"}, "cartItems": {"items": [
        {"positionId": 1, "name": "Tea", "itemCode": "t", "itemPrice": 333, "itemAmount": 666,
            "quantity": {"value": 2, "measure": "0"}, "tax": {"taxType": 6}},
        {"positionId": "2", "name": "Sugar", "itemCode": "s", "itemPrice": 500,
            "quantity": {"value": 0.5, "measure": "11"}, "tax": {"taxType": 2}}]}})
}

fn item(position: &str, code: &str, price: i64, value: f64, amount: i64) -> Value {
    json!({"positionId": position, "name": "x", "itemCode": code, "itemPrice": price,
        "itemAmount": amount, "quantity": {"value": value, "measure": "0"}})
}

fn register(sandbox: &Sandbox, method: &str, number: &str, cart: &Value) -> Value {
    let cart = cart.to_string();
    let pairs = [
        ("orderNumber", number),
        ("amount", "916"),
        ("returnUrl", "http://s.test"),
        ("orderBundle", &*cart),
    ];
    sandbox.rest(method, &form(&pairs))
}

fn paid(sandbox: &Sandbox, method: &str, number: &str) -> String {
    let id = text(&register(sandbox, method, number, &cart()), "orderId").to_owned();
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    id
}

#[test]
fn carts_of_fiscalising_merchants_are_checked() {
    let sandbox = fiscal(json!({}));
    for (pointer, value) in [
        ("/customerDetails", json!({"contact": "x"})),
        ("/customerDetails", json!({"email": "a@b.test", "passport": "2222888888"})),
        ("/cartItems/items/0/itemAmount", json!(667)),
        ("/cartItems/items/0/itemPrice", json!(334)),
        ("/cartItems/items/0/itemCurrency", json!("978")),
        ("/cartItems/items/1/positionId", json!(1)),
        ("/cartItems/items/1/itemCode", json!("t")),
        ("/cartItems/items/1/tax/taxType", json!(9)),
        ("/cartItems/items/1/quantity/value", json!(0.501)),
        ("/orderCreationDate", json!("yesterday")),
        ("/agent", json!({"agentType": 8})),
    ] {
        let mut changed = cart();
        let name = pointer.rsplit('/').next().unwrap();
        let place = &pointer[..pointer.len() - name.len() - 1];
        changed.pointer_mut(place).unwrap()[name] = value.clone();
        let reply = register(&sandbox, "register.do", "R-1", &changed);
        assert_eq!(reply["errorCode"], "5", "{pointer}: {value}: {reply}");
    }
    let good = cart().to_string();
    let base = [
        ("orderNumber", "R-1"),
        ("amount", "916"),
        ("returnUrl", "http://s.test"),
        ("orderBundle", &good),
    ];
    for extra in [
        ("taxSystem", "6"),
        ("additionalOfdParams", r#"{"client.email":"a@b.test","client.phone":"79991234567"}"#),
        ("additionalOfdParams", r#"{"client.birth_date":"01.02.1990"}"#),
    ] {
        let pairs = [base.as_slice(), &[extra]].concat();
        assert_eq!(sandbox.rest("register.do", &form(&pairs))["errorCode"], "5", "{extra:?}");
    }
    let short = [
        ("orderNumber", "R-1"),
        ("amount", "915"),
        ("returnUrl", "http://s.test"),
        ("orderBundle", &good),
    ];
    assert_eq!(sandbox.rest("register.do", &form(&short))["errorCode"], "5");
    // Who does not fiscalise may send a cart of another sum.
    switch(&sandbox, json!({"fiscal": false}));
    assert!(sandbox.rest("register.do", &form(&short))["orderId"].is_string());
}

#[test]
fn positions_are_captured_and_given_back_once() {
    let sandbox = fiscal(json!({}));
    let id = paid(&sandbox, "registerPreAuth.do", "P-1");
    let call = |method: &str, amount: &str, name: &str, items: &Value| {
        let items = items.to_string();
        let pairs = [("orderId", &*id), ("amount", amount), (name, &*items)];
        let reply = sandbox.rest(method, &form(&pairs));
        text(&reply, "errorCode").to_owned()
    };
    let tea = |value: f64, amount: i64| json!({"items": [item("1", "t", 333, value, amount)]});
    let partial = form(&[("orderId", &id), ("amount", "333")]);
    assert_eq!(sandbox.rest("deposit.do", &partial)["errorCode"], "5");
    for (amount, items) in [
        ("333", tea(1.0, 332)),
        ("334", tea(1.0, 333)),
        ("999", tea(3.0, 999)),
        ("333", json!([item("3", "t", 333, 1.0, 333)])),
        ("333", json!([item("1", "s", 333, 1.0, 333)])),
        ("334", json!([item("1", "t", 334, 1.0, 334)])),
    ] {
        assert_eq!(call("deposit.do", amount, "depositItems", &items), "5", "{items}");
    }
    assert_eq!(call("deposit.do", "333", "depositItems", &tea(1.0, 333)), "0");
    // One tea was captured: the other and the sugar cannot come back.
    assert_eq!(
        call("refund.do", "250", "refundItems", &json!([item("2", "s", 500, 0.5, 250)])),
        "5"
    );
    assert_eq!(
        call("refund.do", "333", "refundItems", &json!([item("1", "t", 333, 1.0, 333)])),
        "0"
    );
    assert_eq!(call("refund.do", "333", "refundItems", &tea(1.0, 333)), "5");

    let ask = form(&[("orderId", &id)]);
    let status = sandbox.rest("getOrderStatusExtended.do", &ask);
    let items = &status["orderBundle"]["cartItems"]["items"];
    assert_eq!(
        (&items[0]["depositedItemAmount"], &items[0]["itemPrice"]),
        (&json!("333"), &json!(333))
    );
    assert_eq!(items[1].get("depositedItemAmount"), None);
    assert_eq!(status["ofdOrderBundle"][0]["taxType"], "NONE");
    let receipts = sandbox.rest("getReceiptStatus.do", &ask)["receipt"].clone();
    let seen: Vec<_> = receipts
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["receiptStatus"], &one["amount_total"]))
        .collect();
    assert_eq!(seen, [(&json!(1), &json!("333")), (&json!(4), &json!("333"))]);
    assert_eq!(receipts[1]["original_ofd_uuid"], receipts[0]["uuid"]);
}

#[test]
fn whole_captures_need_no_positions() {
    let sandbox = fiscal(json!({}));
    let id = paid(&sandbox, "registerPreAuth.do", "W-1");
    let all = form(&[("orderId", &id), ("amount", "0")]);
    assert_eq!(sandbox.rest("deposit.do", &all)["errorCode"], "0");
    assert_eq!(sandbox.rest("refund.do", &all)["errorCode"], "0");
    let receipts = sandbox.rest("getReceiptStatus.do", &form(&[("orderNumber", "W-1")]));
    let lines = receipts["receipt"][1]["ofdOrderBundle"].as_array().unwrap().clone();
    assert_eq!(
        (lines.len(), &lines[1]["quantity"], &lines[1]["itemAmount"]),
        (2, &json!("0.5"), &json!(250))
    );
}

#[test]
fn receipts_wait_fail_and_close() {
    let sandbox =
        fiscal(json!({"receipt_outcome": "queued", "receipt_date_name": "receipt_date_time"}));
    let id = paid(&sandbox, "register.do", "C-1");
    let look = |pairs: &[(&str, &str)]| sandbox.rest("getReceiptStatus.do", &form(pairs));
    let first = look(&[("orderId", &id)])["receipt"][0].clone();
    assert_eq!((&first["receiptStatus"], &first["receiptType"]), (&json!(0), &Value::Null));
    assert!(first["receipt_date_time"].is_i64() && first.get("receipt_datetime").is_none());
    let uuid = text(&first, "uuid");
    assert_eq!(look(&[("uuid", uuid)])["receipt"][0]["receiptStatus"], 1);
    assert_eq!(look(&[("uuid", "0")])["errorCode"], "6");

    switch(&sandbox, json!({"receipt_outcome": "failed", "receipt_version": 2}));
    let close = |amount: &str| {
        sandbox.rest("closeOfdReceipt.do", &form(&[("mdOrder", &id), ("amount", amount)]))
    };
    assert_eq!(close("1000")["success"], true);
    assert_eq!(close("0")["errorCode"], "5");
    let closed = look(&[("orderId", &id)])["receipt"][1].clone();
    assert_eq!((&closed["receiptStatus"], &closed["amount_total"]), (&json!(2), &json!("1000")));
    assert_eq!((closed.get("receiptType"), &closed["original_ofd_uuid"]), (None, &json!(uuid)));
    switch(&sandbox, json!({"receipt_version": 5}));
    assert_eq!(look(&[("orderId", &id)])["receipt"][1]["receiptType"], "close");
    sandbox.rest("refund.do", &form(&[("orderId", &id), ("amount", "0")]));
    assert_eq!(close("1000")["errorCode"], "7");

    let receipt = r#"{"type":0,"paymentType":1,"fn_number":"9999078900004792","fiscal_document_number":"7",
        "fiscal_document_attribute":"1234567890","amount_total":916,"receipt_date_time":"2026:01:31 21:46:52"}"#;
    let external = |receipt: &str, params: &str| {
        let body = form(&[("mdOrder", &id), ("receipt", receipt), ("jsonParams", params)]);
        let url = format!("{}/fes-nspk-proxy/externalReceipt", sandbox.origin);
        let reply: Value = serde_json::from_str(&sandbox.curl(&["--data", &body, &url])).unwrap();
        text(&reply, "errorCode").to_owned()
    };
    let params = r#"{"cashboxId":"1","basketId":"2"}"#;
    assert_eq!(external(receipt, params), "0");
    assert_eq!(external(&receipt.replace("2026:01:31", "2026-01-31"), params), "5");
    assert_eq!(external(&receipt.replace(r#""paymentType":1"#, r#""paymentType":3"#), params), "5");
    assert_eq!(external(receipt, "{}"), "5");
    let filed = look(&[("orderId", &id)])["receipt"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(filed["fn_number"], "9999078900004792");
}

#[test]
fn free_refunds_shut_each_other_out() {
    let sandbox = fiscal(json!({}));
    let id = paid(&sandbox, "register.do", "F-1");
    let call = |method: &str, rest: &[(&str, &str)]| {
        let pairs = [&[("orderId", id.as_str())], rest].concat();
        text(&sandbox.rest(method, &form(&pairs)), "errorCode").to_owned()
    };
    let described = r#"{"name":"Part \"a\"","itemCode":"p","taxType":6}"#;
    let position = [("amount", "10"), ("positionId", "2")];
    assert_eq!(call("processRawPositionRefund.do", &[("amount", "10"), ("positionId", "9")]), "5");
    assert_eq!(call("processRawPositionRefund.do", &position), "0");
    assert_eq!(call("refund.do", &[("amount", "0")]), "7");
    assert_eq!(call("processRawPositionOrderRefund.do", &position), "0");
    assert_eq!(call("processRawSumRefund.do", &[("amount", "10"), ("ofdParams", "{}")]), "5");
    assert_eq!(call("processRawSumRefund.do", &[("amount", "10"), ("ofdParams", described)]), "0");
    assert_eq!(call("processRawPositionRefund.do", &position), "7");
    assert_eq!(call("processRawSumRefund.do", &[("amount", "887")]), "7");
    assert_eq!(call("processRawSumRefund.do", &[("amount", "886")]), "0");
    switch(&sandbox, json!({"raw_refunds": false}));
    assert_eq!(call("processRawSumRefund.do", &[("amount", "1")]), "5");
}
