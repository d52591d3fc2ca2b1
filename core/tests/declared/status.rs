//! Where a payment stands at the gateways that are described as data and can be asked: what is sent, and
//! what is made of the answer.

use kopeck::clock::FixedClock;
use kopeck::{Error, Fields, Host};
use serde_json::{Value, json};

use crate::gateway;

/// The status, and what was sent for it at 2026-05-14T10:00:00Z.
fn ask(settings: &Value, by: Value, answer: &str) -> (Result<Fields, Error>, (String, String)) {
    let (client, sent) = gateway::client(settings, &[answer]);
    let now = time::OffsetDateTime::from_unix_timestamp(1_778_752_800).unwrap();
    let host = Host { clock: &FixedClock::new(now), log: None };
    let reply = client.call_in(&host, "payment_status", by.as_object().unwrap());
    let sent = sent.lock().unwrap().iter().map(|seen| (seen.url.clone(), seen.body.clone())).next();
    (reply, sent.unwrap_or_default())
}

#[test]
fn robokassa_is_asked_with_password_2_and_believed_when_the_shop_says_so() {
    let mut shop = json!({
        "descriptor": "robokassa", "config": { "login": "demo" },
        "secrets": { "password1": "pass1", "password2": "pass2" },
    });
    let by = json!({ "order_number": "1001" });
    let xml = |code: &str, state: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><OperationStateResponse xmlns=\"http://merchant.roboxchange.com/WebService/\"><Result><Code>{code}</Code></Result><State><Code>{state}</Code><StateDate>2026-05-14T13:00:00.1234567+03:00</StateDate></State><Info><OutSum>100.000000</OutSum><PaymentMethod><Code>BankCard</Code></PaymentMethod></Info></OperationStateResponse>"
        )
    };
    let (reply, (url, _)) = ask(&shop, by.clone(), &xml("0", "100"));
    // demo:1001:pass2, md5
    let expected = "https://auth.robokassa.ru/Merchant/WebService/Service.asmx/OpStateExt?MerchantLogin=demo&InvoiceID=1001&Signature=20b9f012586e3d6536f6f81f08eb9a96";
    assert_eq!(url, expected);
    // Nobody confirmed what its words mean.
    assert_eq!(reply.unwrap()["status"], "unknown");
    shop["assumptions"] = json!({ "status.0": true });
    for (state, expected) in [
        ("5", "created"),
        ("10", "cancelled"),
        ("50", "pending"),
        ("100", "paid"),
        ("7", "unknown"),
    ] {
        let reply = ask(&shop, by.clone(), &xml("0", state)).0.unwrap();
        assert_eq!(reply["status"], expected, "{state}");
    }
    let paid = ask(&shop, by.clone(), &xml("0", "100")).0.unwrap();
    assert_eq!((&paid["captured"], &paid["currency"]), (&json!("100.00"), &json!("RUB")));
    let refused = ask(&shop, by, &xml("1000", "100")).0.unwrap_err();
    assert_eq!(refused.kind.name(), "Refused");
}

#[test]
fn freekassa_is_asked_with_a_nonce_and_lists_several_tries() {
    let shop = json!({
        "descriptor": "freekassa", "config": { "merchant_id": "14963" },
        "secrets": { "secret1": "one", "secret2": "two", "api_key": "apikey" },
    });
    let by = json!({ "order_number": "1001-1" });
    let one =
        r#"{"type":"success","pages":1,"orders":[{"merchant_order_id":"1001-1","status":0}]}"#;
    let (reply, (url, body)) = ask(&shop, by.clone(), one);
    assert_eq!(
        (url.as_str(), &reply.unwrap()["status"]),
        ("https://api.fk.life/v1/orders", &json!("created"))
    );
    // 1778752800000|1001-1|14963
    let expected = r#"{"shopId":14963,"nonce":1778752800000,"paymentId":"1001-1","signature":"fe6c92d39e3a836ae9413effddd8f4d0eb4d4703fb220af0af88c9787fbbc7c6"}"#;
    assert_eq!(body, expected);
    for answer in [
        r#"{"type":"success"}"#,
        r#"{"type":"success","orders":null}"#,
        r#"{"type":"success","orders":{"status":1}}"#,
        r#"{"type":"success","orders":[{"merchant_order_id":"1001-1"}]}"#,
        r#"{"type":"success","orders":[{"merchant_order_id":"1001-2","status":1}]}"#,
        r#"{"type":"error","message":"no"}"#,
    ] {
        let (reply, _) = ask(&shop, by.clone(), answer);
        let status = reply.as_ref().map(|reply| reply["status"].clone());
        assert!(status.is_err(), "{answer}: {status:?}");
    }
    let none = ask(&shop, by.clone(), r#"{"type":"success","orders":[]}"#).0.unwrap();
    assert_eq!(none["status"], "not_found");
    let tries = r#"{"type":"success","orders":[{"merchant_order_id":"1001-1","fk_order_id":7,"status":9},{"merchant_order_id":"1001-1","fk_order_id":8,"status":6}]}"#;
    let several = ask(&shop, by, tries).0.unwrap();
    let listed: Vec<_> = several["attempts"].as_array().unwrap().iter().collect();
    assert_eq!((&listed[0]["id"], &listed[0]["status"]), (&json!("8"), &json!("refunded")));
    assert_eq!((&listed[1]["id"], &listed[1]["status"]), (&json!("7"), &json!("cancelled")));
    assert_eq!((&several["id"], listed.len()), (&json!("1001-1"), 2));
}

#[test]
fn tbank_is_asked_by_id_first_and_by_number() {
    let shop = json!({
        "descriptor": "tbank", "config": { "terminal_key": "MerchantTerminalKey" },
        "secrets": { "password": "pass" },
    });
    let answer = r#"{"Success":true,"ErrorCode":"0","TerminalKey":"MerchantTerminalKey","Status":"CONFIRMED","PaymentId":"700","OrderId":"1001-1","Amount":10000}"#;
    let (reply, (url, body)) = ask(&shop, json!({ "id": "700" }), answer);
    let reply = reply.unwrap();
    assert_eq!(url, "https://securepay.tinkoff.ru/v2/GetState");
    // The vector S21.
    let expected = r#"{"TerminalKey":"MerchantTerminalKey","PaymentId":"700","Token":"93ba1479fb0bc74a5b43fc0c327c4d7d61a0c6e7e2b0f6d12297e1b17ec5cd72"}"#;
    assert_eq!(body, expected);
    assert_eq!((&reply["status"], &reply["captured"]), (&json!("paid"), &json!("100.00")));
    assert_eq!((&reply["id"], &reply["order_number"]), (&json!("700"), &json!("1001-1")));

    let listed = r#"{"Success":true,"ErrorCode":"0","OrderId":"1001-1","Payments":[{"PaymentId":"700","Status":"NEW","Amount":10000}]}"#;
    let (reply, (url, _)) = ask(&shop, json!({ "order_number": "1001-1" }), listed);
    assert_eq!(url, "https://securepay.tinkoff.ru/v2/CheckOrder");
    assert_eq!(reply.unwrap()["status"], "created");
    // What nobody confirmed is no money.
    let (reply, _) =
        ask(&shop, json!({ "order_number": "1001-1" }), &listed.replace("NEW", "CONFIRMED"));
    assert_eq!(reply.unwrap()["status"], "unknown");
    let missing = r#"{"Success":false,"ErrorCode":"335","Message":"no"}"#;
    let (reply, _) = ask(&shop, json!({ "order_number": "1001-1" }), missing);
    // Nor is it proof that nothing was created.
    let error = reply.unwrap_err();
    assert_eq!((error.kind.name(), error.code.as_deref()), ("Refused", Some("335")));
}

#[test]
fn enot_is_asked_by_id_or_number() {
    let shop = json!({
        "descriptor": "enot", "config": { "shop_id": "shop" },
        "secrets": { "api_key": "key", "webhook_key": "hook" },
    });
    let answer = r#"{"status":200,"status_check":true,"data":{"invoice_id":"a3e9","order_id":"1001-1","shop_id":"shop","status":"success","invoice_amount":"100.00","credited":"95.50","currency":"RUB","pay_service":"card"}}"#;
    for (by, query) in [
        (json!({ "id": "a3e9" }), "invoice_id=a3e9&shop_id=shop"),
        (json!({ "order_number": "1001-1" }), "order_id=1001-1&shop_id=shop"),
    ] {
        let (reply, (url, _)) = ask(&shop, by, answer);
        let reply = reply.unwrap();
        assert_eq!(url, format!("https://api.enot.io/invoice/info?{query}"));
        assert_eq!(
            (&reply["status"], &reply["captured"], &reply["fee"]),
            (&json!("paid"), &json!("100.00"), &json!("4.50"))
        );
    }
}
