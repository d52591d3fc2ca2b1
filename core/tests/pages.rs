//! A buyer is sent to pages of the gateway's own site alone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Fields};
use serde_json::{Value, json};

struct Answers(String);

impl Transport for Answers {
    fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendError> {
        let body = json!({ "orderId": "1", "formUrl": self.0 }).to_string().into_bytes();
        Ok(HttpResponse { status: 200, headers: Vec::new(), body })
    }
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap()
}

fn shown(page: &str, hosts: Value) -> Result<String, &'static str> {
    let settings = fields(json!({
        "gateway": "rbs", "base_url": "https://payment.bank.example/payment",
        "user_name": "u", "password": "p", "assumptions": { "page_hosts": hosts },
    }));
    let client = Client::over(&settings, Box::new(Answers(page.to_owned()))).unwrap();
    let payment = fields(json!({
        "order_number": "A-1", "amount": "1.00", "currency": "RUB",
        "return_url": "https://shop.example/",
    }));
    let payment = client.call("create_payment", &payment).map_err(|error| error.reason)?;
    Ok(payment["action"]["url"].as_str().unwrap().to_owned())
}

#[test]
fn pages_of_the_gateways_site_are_shown() {
    for page in [
        "https://payment.bank.example/payment/merchants/x.html?mdOrder=1",
        "https://pay.bank.example/p",
        "https://bank.example/p",
    ] {
        assert_eq!(shown(page, json!([])).as_deref(), Ok(page));
    }
    let elsewhere = "https://pages.other.example/p";
    assert_eq!(shown(elsewhere, json!(["pages.other.example"])).as_deref(), Ok(elsewhere));
}

#[test]
fn pages_elsewhere_are_not() {
    for page in [
        "https://evil.test/pay",
        "https://bank.example.evil.test/pay",
        "http://payment.bank.example/p",
        "javascript:alert(1)",
        "https://payment.bank.example@evil.test/p",
    ] {
        assert_eq!(shown(page, json!([])), Err("page_not_trusted"), "{page}");
    }
}

/// What `payment_status` says of a `Form3DS` at IntellectMoney's own address, as text.
fn state(form: &str) -> (Value, String) {
    struct State(String);
    impl Transport for State {
        fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendError> {
            let result = json!({ "State": { "Code": 0 }, "PaymentStep": "SendTo3DS",
                                 "Form3DS": self.0 });
            let body = json!({ "OperationState": { "Code": 0 }, "Result": result });
            let body = body.to_string().into_bytes();
            Ok(HttpResponse { status: 200, headers: Vec::new(), body })
        }
    }
    let settings = fields(json!({
        "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "k",
        "bearer_token": "t", "sign_secret_key": "s",
    }));
    let client = Client::over(&settings, Box::new(State(form.to_owned()))).unwrap();
    let payment = client.call("payment_status", &fields(json!({ "id": "3000000001" }))).unwrap();
    let text = Value::Object(payment.clone()).to_string();
    (Value::Object(payment), text)
}

#[test]
fn a_buyer_is_sent_to_known_places_alone() {
    let (payment, _) = state("https://online.paylate.ru/apply/1");
    assert_eq!(payment["action"]["url"], "https://online.paylate.ru/apply/1");
    let form =
        |url: &str| format!("<form method=post action='{url}'><input name=a value=b></form>");
    let (payment, text) = state(&form("https://merchant.intellectmoney.ru/3ds"));
    assert_eq!(payment["action"]["fields"]["a"], "b");
    assert!(!text.contains("<form"), "{text}");
    let code = |url: &str| json!({ "SbpQrCodeUrl": url }).to_string();
    for evil in ["https://evil.test/pay", "https://paylate.ru.evil.test/pay", "http://evil.test/"] {
        for told in [evil.to_owned(), form(evil), code(evil)] {
            let (payment, text) = state(&told);
            assert_eq!(payment["reason"], "action_untrusted", "{told}");
            assert_eq!(payment["action"], Value::Null);
            assert!(!text.contains("evil"), "{text}");
        }
    }
}
