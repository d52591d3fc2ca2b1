//! Reports, old and new shapes of the status, and what callbacks carry on request.

#[cfg(test)]
mod shop;
#[cfg(test)]
mod started;

use serde_json::{Value, json};
use shop::shop;
use started::{Sandbox, text};

const CALLER: &str = "userName=hmac_user&password=hmac_user_password";

fn register(sandbox: &Sandbox, number: &str, more: &str) -> String {
    let form = format!("{CALLER}&orderNumber={number}&amount=1000&returnUrl=http://s.test&{more}");
    text(&sandbox.rest("register.do", &form), "orderId").to_owned()
}

fn act(sandbox: &Sandbox, id: &str, act: &str) -> Value {
    sandbox.control(&format!("orders/{id}/act"), act)
}

fn status(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.rest("getOrderStatusExtended.do", &format!("{CALLER}&orderId={id}"))
}

fn switch(sandbox: &Sandbox, settings: Value) -> Value {
    let change = json!({"user_name": "hmac_user", "settings": settings});
    sandbox.control("merchants", &change.to_string())
}

#[test]
fn orders_of_a_time_come_page_by_page() {
    let sandbox = Sandbox::start(&[]);
    let list = |rest: &str| {
        let form = format!("{CALLER}&from=20200101000000&to=20991231235959&{rest}");
        sandbox.rest("getLastOrdersForMerchants.do", &form)
    };
    let ids: Vec<String> =
        ["L-1", "L-2", "L-3"].iter().map(|number| register(&sandbox, number, "")).collect();
    act(&sandbox, &ids[0], r#"{"do":"pay"}"#);
    act(&sandbox, &ids[1], r#"{"do":"pay"}"#);
    act(&sandbox, &ids[1], r#"{"do":"refund"}"#);

    let both =
        list("transactionStates=DEPOSITED,REFUNDED,CREATED&size=1&page=1&merchants=hmac_user");
    assert_eq!((&both["errorCode"], &both["totalCount"]), (&json!(0), &json!(2)), "{both}");
    assert_eq!((&both["page"], &both["pageSize"]), (&json!(1), &json!(1)));
    assert_eq!(both["orderStatuses"][0]["orderNumber"], "L-2");
    // Nobody paid the third: only a search by creation finds it.
    let created = list("transactionStates=CREATED&searchByCreatedDate=true");
    assert_eq!(created["orderStatuses"][0]["orderNumber"], "L-3");
    assert_eq!(created["pageSize"], 100);
    for (rest, code) in [
        ("size=10", "5"),
        ("transactionStates=PAID", "5"),
        ("transactionStates=CREATED&searchByCreatedDate=yes", "5"),
        ("transactionStates=CREATED&size=201", "10"),
        ("transactionStates=CREATED&merchants=rsa_user", "10"),
    ] {
        assert_eq!(list(rest)["errorCode"], code, "{rest}");
    }
    let form = format!("{CALLER}&from=2020-01-01&to=20991231235959&transactionStates=CREATED");
    assert_eq!(sandbox.rest("getLastOrdersForMerchants.do", &form)["errorCode"], "5");
}

#[test]
fn dates_of_reports_are_the_merchants() {
    let sandbox = Sandbox::start(&[]);
    let id = register(&sandbox, "D-1", "");
    let at = text(&sandbox.get(&format!("/sandbox/orders/{id}")), "registered_at").to_owned();
    let stamp: String = at.chars().filter(char::is_ascii_digit).take(14).collect();
    let count = || {
        let form = format!(
            "{CALLER}&from={stamp}&to=20991231235959&transactionStates=CREATED&searchByCreatedDate=true"
        );
        sandbox.rest("getLastOrdersForMerchants.do", &form)["totalCount"].clone()
    };
    assert_eq!(count(), 1);
    // The same digits on a clock behind UTC are a later moment.
    switch(&sandbox, json!({"time_zone_hours": -3}));
    assert_eq!(count(), 0);
}

#[test]
fn the_old_status_has_its_own_spelling() {
    let sandbox = Sandbox::start(&[]);
    let id = register(&sandbox, "O-1", "clientId=7");
    let ask = |rest: &str| sandbox.rest("getOrderStatus.do", &format!("{CALLER}&{rest}"));
    assert_eq!(ask("orderNumber=O-1")["ErrorCode"], "5");
    assert_eq!(ask("orderId=1")["ErrorCode"], "6");
    assert_eq!(
        sandbox.rest("getOrderStatus.do", "userName=hmac_user&password=x")["ErrorCode"],
        "5"
    );
    act(&sandbox, &id, r#"{"do":"pay"}"#);
    let paid = ask(&format!("orderId={id}"));
    assert_eq!((&paid["ErrorCode"], &paid["OrderStatus"]), (&json!("0"), &json!(2)), "{paid}");
    assert_eq!(
        (&paid["Amount"], &paid["depositAmount"], &paid["authCode"]),
        (&json!(1000), &json!(1000), &json!(2))
    );
    let declined = register(&sandbox, "O-2", "");
    act(&sandbox, &declined, r#"{"do":"decline"}"#);
    assert_eq!(ask(&format!("orderId={declined}"))["ErrorCode"], "2");
}

#[test]
fn parameters_are_added_before_the_payment() {
    let sandbox = Sandbox::start(&[]);
    let id = register(&sandbox, "A-1", "jsonParams=%7B%22a%22:%221%22%7D");
    let add = |params: &str| {
        let form = format!("{CALLER}&orderId={id}&params={params}");
        text(&sandbox.rest("addParams.do", &form), "errorCode").to_owned()
    };
    assert_eq!(add("%7B%22a%22:%222%22,%22b%22:%223%22%7D"), "0");
    assert_eq!(add("%7B%7D"), "5");
    assert_eq!(add("%7B%22a%22:2%7D"), "5");
    let expected = json!([{"name": "a", "value": "2"}, {"name": "b", "value": "3"}]);
    assert_eq!(status(&sandbox, &id)["merchantOrderParams"], expected);
    act(&sandbox, &id, r#"{"do":"pay"}"#);
    assert_eq!(add("%7B%22c%22:%221%22%7D"), "7");
}

#[test]
fn a_status_grows_with_its_version() {
    let sandbox = Sandbox::start(&[]);
    let more = "prepaymentMdOrder=b94eac90-e487-796a-8ed2-cf5a00096352&feeInput=25&email=a@b.test";
    let id = register(&sandbox, "V-1", more);
    act(&sandbox, &id, r#"{"do":"pay","amount":800}"#);
    act(&sandbox, &id, r#"{"do":"refund","amount":300,"external_refund_id":"r-1"}"#);
    switch(&sandbox, json!({"loyalty_bonus": 50}));
    let whole = status(&sandbox, &id);
    assert_eq!(whole["partialAuthorization"], "PARTIAL_AMOUNT");
    assert_eq!(whole["loyaltyInfo"]["bonusAmountForDebit"], 50);
    assert_eq!(whole["prepaymentMdOrder"], "b94eac90-e487-796a-8ed2-cf5a00096352");
    assert_eq!(
        (&whole["paymentAmountInfo"]["feeAmount"], &whole["totalAmount"]),
        (&json!(25), &json!(1025))
    );
    assert_eq!(whole["refunds"][0]["externalRefundId"], "r-1");
    assert!(
        whole["refunds"][0]["date"].is_string() && whole["refunds"][0]["approvalCode"].is_string()
    );
    let kinds: Vec<_> =
        whole["operations"].as_array().unwrap().iter().map(|one| &one["operationType"]).collect();
    assert_eq!(kinds, ["PURCHASE", "REFUND"]);
    for (version, path, there) in [
        (2, "/paymentAmountInfo", false),
        (3, "/paymentAmountInfo", true),
        (4, "/refunds", false),
        (5, "/refunds/0/amount", true),
        (20, "/refunds/0/externalRefundId", false),
        (21, "/refunds/0/externalRefundId", true),
        (25, "/refunds/0/approvalCode", false),
        (26, "/refunds/0/approvalCode", true),
        (7, "/cardAuthInfo/paymentSystem", false),
        (8, "/cardAuthInfo/paymentSystem", true),
        (12, "/payerData", false),
        (13, "/payerData/email", true),
        (40, "/partialAuthorization", false),
        (41, "/partialAuthorization", true),
    ] {
        switch(&sandbox, json!({"status_version": version}));
        assert_eq!(status(&sandbox, &id).pointer(path).is_some(), there, "{version} {path}");
    }
    switch(&sandbox, json!({"status_version": 46, "fee_input": false}));
    let form = format!("{CALLER}&orderNumber=V-2&amount=1000&returnUrl=http://s.test&feeInput=25");
    assert_eq!(sandbox.rest("register.do", &form)["errorCode"], "5");
    let declined = register(&sandbox, "V-3", "");
    act(&sandbox, &declined, r#"{"do":"decline"}"#);
    assert_eq!(status(&sandbox, &declined)["displayErrorMessage"], "Not enough funds");
}

#[test]
fn callbacks_carry_what_support_switched_on() {
    let sandbox = Sandbox::start(&[]);
    let extras = ["mdorder", "depositedAmount", "amountFormatted", "paymentState", "refundedDate"];
    switch(&sandbox, json!({"callback_extras": extras, "callback_sign_alias": false}));
    let wrong = switch(&sandbox, json!({"callback_extras": ["moneyAmount"]}));
    assert!(text(&wrong, "error").contains("moneyAmount"), "{wrong}");
    let change = json!({"user_name": "hmac_user", "callback_url": "http://127.0.0.1:9/"});
    sandbox.control("merchants", &change.to_string());
    let id = register(&sandbox, "X-1", "");
    act(&sandbox, &id, r#"{"do":"pay"}"#);
    let sent = sandbox.get(&format!("/sandbox/orders/{id}"))["notifications"][0].clone();
    let body = text(&sent, "body");
    let (plain, checksum) = body.split_once("&checksum=").unwrap();
    assert_eq!(
        plain,
        format!(
            "mdOrder={id}&orderNumber=X-1&operation=deposited&status=1&mdorder={id}\
                 &depositedAmount=1000&amountFormatted=10.00&paymentState=payment_deposited"
        ),
    );
    assert_eq!(checksum.len(), 64, "{body}");
}

#[test]
fn the_callback_may_come_before_the_buyer() {
    let sandbox = Sandbox::start(&[]);
    let (url, heads) = shop(&[200]);
    sandbox
        .control("merchants", &json!({"user_name": "hmac_user", "callback_url": url}).to_string());
    // Every merchant at once, or none.
    let wrong = sandbox.control("config", r#"{"settings":{"callback_frist":true}}"#);
    assert!(wrong["error"].is_string());
    let config = sandbox
        .control("config", r#"{"settings":{"callback_first":true,"callback_delay_ms":100}}"#);
    assert!(
        config["merchants"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["settings"]["callback_first"] == true)
    );
    let id = register(&sandbox, "B-1", "");
    let page =
        format!("{}/payment/merchants/hmac_user/payment_en.html?mdOrder={id}", sandbox.origin);
    let card = ["$PAN=4444555511113333", "MM=12", "YYYY=2026", "$CVC=123", "TEXT=A B"];
    assert!(sandbox.post_page(&page, &card).starts_with("302 http://s.test"));
    // Without waiting: the page came back only after the callback.
    assert!(heads.try_recv().unwrap().contains("operation=deposited"));
}
