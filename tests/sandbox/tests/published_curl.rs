//! The published curl sample against the sandbox, then the purchase that follows from it.

#[cfg(test)]
mod started;

use serde_json::json;
use started::{Sandbox, text};

const SAMPLE_USER: &str = "userName=test_user&password=test_user_password";

/// The published sample, word for word; only the host is replaced, and no proxy is asked.
const SAMPLE: &str = r#"curl --request POST \
--url https://dev.bpsprocessing.ru/payment/rest/register.do \
--header 'content-type: application/x-www-form-urlencoded' \
--data amount=2000 \
--data currency=978 \
--data userName=test_user \
--data password=test_user_password \
--data returnUrl=https://mybestmerchantreturnurl.com \
--data description=my_first_order \
--data language=en
"#;

#[cfg(test)]
fn register_as_published(sandbox: &Sandbox) -> serde_json::Value {
    let line = SAMPLE.replace("https://dev.bpsprocessing.ru", &sandbox.origin);
    let line = line.replace("curl ", "curl --noproxy '*' ");
    let output = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_published_line_registers_an_order_that_can_be_paid() {
    let sandbox = Sandbox::start(&[]);
    let registered = register_as_published(&sandbox);
    let (id, form_url) = (text(&registered, "orderId"), text(&registered, "formUrl"));
    assert_eq!(registered.as_object().unwrap().len(), 2, "{registered}");
    assert_eq!(id.len(), 36);
    let page = format!("{}/payment/merchants/test_user/payment_en.html", sandbox.origin);
    assert_eq!(form_url, format!("{page}?mdOrder={id}"));

    let ask = format!("{SAMPLE_USER}&orderId={id}");
    let status = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!(
        (&status["errorCode"], &status["orderStatus"], &status["actionCode"]),
        (&json!("0"), &json!(0), &json!(-100)),
    );
    assert_eq!((&status["amount"], &status["currency"]), (&json!(2000), &json!("978")));
    assert_eq!(status["paymentAmountInfo"]["paymentState"], "CREATED");

    let form = sandbox.curl(&[form_url]);
    assert!(form.contains("20.00 EUR") && form.contains("my_first_order"), "{form}");
    let card = ["$PAN=5555555555555599", "MM=12", "YYYY=2034", "$CVC=123", "TEXT=JOHN DOE"];
    let acs = sandbox.post_page(form_url, &card);
    assert_eq!(acs, format!("302 {}/payment/acs.html?mdOrder={id}", sandbox.origin));
    assert_eq!(sandbox.rest("getOrderStatusExtended.do", &ask)["orderStatus"], 5);
    let done = sandbox.post_page(acs.trim_start_matches("302 "), &["code=12345678"]);
    assert_eq!(done, format!("302 https://mybestmerchantreturnurl.com/?orderId={id}&lang=en"));

    let status = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!((&status["orderStatus"], &status["actionCode"]), (&json!(2), &json!(0)));
    assert_eq!(status["paymentAmountInfo"]["depositedAmount"], 2000);
    assert_eq!(status["cardAuthInfo"]["maskedPan"], "555555**5599");
    assert!(status["authRefNum"].is_string() && status["depositedDate"].is_i64());
}

#[test]
fn refusals_leave_the_order_payable_until_the_attempts_are_used_up() {
    let sandbox = Sandbox::start(&[]);
    let registered = register_as_published(&sandbox);
    let (id, form_url) = (text(&registered, "orderId"), text(&registered, "formUrl"));
    let ask = format!("{SAMPLE_USER}&orderId={id}");
    let wrong = ["$PAN=4111 1111 1111 1111", "MM=12", "YYYY=2026", "$CVC=999", "TEXT=A B"];

    // A form that is not filled in is no attempt.
    let unfilled = sandbox.curl(&["--data-urlencode", "$PAN=4", form_url]);
    assert!(unfilled.contains("Check the card number"), "{unfilled}");
    for left in [2, 1] {
        assert_eq!(sandbox.post_page(form_url, &wrong), format!("302 {form_url}"));
        let page = sandbox.curl(&[form_url]);
        assert!(page.contains(&format!("Attempts left: {left}")), "{page}");
        let status = sandbox.rest("getOrderStatusExtended.do", &ask);
        assert_eq!((&status["orderStatus"], &status["actionCode"]), (&json!(0), &json!(71015)));
    }
    assert!(sandbox.post_page(form_url, &wrong).starts_with("302 https://mybestmerchant"));
    let status = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!((&status["orderStatus"], &status["actionCode"]), (&json!(6), &json!(71015)));
    assert!(sandbox.curl(&[form_url]).contains("The order was declined"));
}

#[test]
fn hold_capture_refund_and_their_refusals() {
    let sandbox = Sandbox::start(&[]);
    let form =
        format!("{SAMPLE_USER}&orderNumber=A-1&amount=10000&currency=643&returnUrl=http://s.test/");
    let registered = sandbox.rest("registerPreAuth.do", &form);
    let id = text(&registered, "orderId");
    assert_eq!(sandbox.rest("registerPreAuth.do", &form)["errorCode"], "1");
    let call = |method: &str, rest: &str| {
        let reply = sandbox.rest(method, &format!("{SAMPLE_USER}&orderId={id}&{rest}"));
        text(&reply, "errorCode").to_owned()
    };
    assert_eq!(call("deposit.do", "amount=0"), "7");
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    assert_eq!(call("decline.do", ""), "7");
    assert_eq!(call("deposit.do", ""), "5");
    assert_eq!(call("deposit.do", "amount=99"), "7");
    assert_eq!(call("deposit.do", "amount=10001"), "7");
    assert_eq!(call("deposit.do", "amount=6000&currency=978"), "7");
    assert_eq!(call("deposit.do", "amount=6000"), "0");
    assert_eq!(call("reverse.do", ""), "7");
    assert_eq!(call("refund.do", "amount=2000&expectedDepositedAmount=10000"), "7");
    assert_eq!(call("refund.do", "amount=2000&externalRefundId=r1"), "0");
    assert_eq!(call("refund.do", "amount=2000&externalRefundId=r1"), "0");
    let status =
        sandbox.rest("getOrderStatusExtended.do", &format!("{SAMPLE_USER}&orderNumber=A-1"));
    assert_eq!(status["orderStatus"], 4);
    assert_eq!(
        status["paymentAmountInfo"],
        json!({"paymentState": "REFUNDED", "approvedAmount": 10000, "depositedAmount": 4000, "refundedAmount": 2000}),
    );
    assert_eq!(status["refunds"][0]["externalRefundId"], "r1");
    assert_eq!(call("refund.do", "amount=0"), "0");
    assert_eq!(call("refund.do", "amount=1"), "7");
}

#[test]
fn credentials_names_and_strangers() {
    let sandbox = Sandbox::start(&[]);
    let registered = register_as_published(&sandbox);
    let id = text(&registered, "orderId");
    let status = |form: &str| sandbox.rest("getOrderStatusExtended.do", form);
    assert_eq!(status("userName=test_user&password=x&orderId=1")["errorCode"], "5");
    assert_eq!(status(SAMPLE_USER)["errorCode"], "1");
    let unknown = status(&format!("{SAMPLE_USER}&orderId=1"));
    assert_eq!((&unknown["errorCode"], unknown.get("orderStatus")), (&json!("6"), None));
    let stranger = "userName=hmac_user&password=hmac_user_password";
    assert_eq!(status(&format!("{stranger}&orderId={id}"))["errorCode"], "5");
    assert_eq!(status(&format!("token=test_user_open_id_token&orderId={id}"))["orderStatus"], 0);
    assert_eq!(
        sandbox.rest("register.do", &format!("{stranger}&amount=1&returnUrl=http://s.t"))["errorCode"],
        "4"
    );
    for (changed, code) in [
        ("amount=0", "5"),
        ("amount=-1", "5"),
        ("currency=999", "3"),
        ("returnUrl=/done", "4"),
        ("features=WHAT", "14"),
        ("features=AUTO_PAYMENT&features=FORCE_TDS", "13"),
        ("jsonParams=%7B", "5"),
        ("description=%3Cscript%3E", "5"),
    ] {
        let name = changed.split('=').next().unwrap();
        let base = [("amount", "100"), ("currency", "643"), ("returnUrl", "http://s.test")];
        let kept: String = base
            .iter()
            .filter(|(known, _)| *known != name)
            .map(|(known, value)| format!("&{known}={value}"))
            .collect();
        let reply = sandbox.rest("register.do", &format!("{SAMPLE_USER}{kept}&{changed}"));
        assert_eq!(reply["errorCode"], code, "{changed}");
    }
    let wrong_case = format!("{}/payment/rest/Register.do", sandbox.origin);
    let code = sandbox.curl(&[
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "--data",
        SAMPLE_USER,
        &wrong_case,
    ]);
    assert_eq!(code, "404");
}

#[test]
fn orders_run_out_of_time() {
    let sandbox = Sandbox::start(&[]);
    let form = format!("{SAMPLE_USER}&amount=100&returnUrl=http://s.test&sessionTimeoutSecs=1");
    let registered = sandbox.rest("register.do", &form);
    std::thread::sleep(std::time::Duration::from_millis(1300));
    let ask = format!("{SAMPLE_USER}&orderId={}", text(&registered, "orderId"));
    let status = sandbox.rest("getOrderStatusExtended.do", &ask);
    assert_eq!((&status["orderStatus"], &status["actionCode"]), (&json!(6), &json!(-2007)));
    let page = sandbox.curl(&[text(&registered, "formUrl")]);
    assert!(page.contains("Время оплаты истекло"), "{page}");
}

#[test]
fn holds_end_by_the_clock() {
    let sandbox = Sandbox::start(&[]);
    // A date that has passed is due at once, so that nothing is waited for.
    for (date, status) in [("autocompletionDate", 2), ("autoReverseDate", 3)] {
        let form =
            format!("{SAMPLE_USER}&amount=1000&returnUrl=http://s.test&{date}=2020-01-01T00:00:00");
        let registered = sandbox.rest("registerPreAuth.do", &form);
        let id = text(&registered, "orderId");
        let ask = format!("{SAMPLE_USER}&orderId={id}");
        assert_eq!(sandbox.rest("getOrderStatusExtended.do", &ask)["orderStatus"], 0);
        sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
        let found = sandbox.rest("getOrderStatusExtended.do", &ask);
        assert_eq!((&found["orderStatus"], &found["actionCode"]), (&json!(status), &json!(0)));
    }
    let both = "autocompletionDate=2030-01-01T00:00:00&autoReverseDate=2030-01-01T00:00:00";
    let form = format!("{SAMPLE_USER}&amount=1000&returnUrl=http://s.test&{both}");
    assert_eq!(sandbox.rest("registerPreAuth.do", &form)["errorCode"], "5");
}
