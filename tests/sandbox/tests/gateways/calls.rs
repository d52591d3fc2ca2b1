//! Gateways that are called.

use serde_json::json;

use super::*;

/// Their plays.
pub fn plays() -> Vec<Play> {
    vec![
        Play {
            id: "tbank",
            config: json!({"terminal_key": "shop"}),
            secrets: json!({"password": "S1"}),
            number: "1001",
            create: (json_to("securepay.tinkoff.ru/v2/Init", json!({"TerminalKey": "shop", "Amount": 10000, "OrderId": "1001",
                "DATA": {"a": "b"}, "Token": sha256("100001001S1shop")})), Some("/PaymentURL")),
            check: |heard| {
                let names = "Amount CardId ErrorCode ExpDate OrderId Pan";
                let text = format!("{}S1{}", get_of(heard, names).concat(), get_of(heard, "PaymentId Status Success TerminalKey").concat());
                (heard.get("Token"), sha256(&text))
            },
            answer: ok,
            status: Some((|id| json_to("securepay.tinkoff.ru/v2/GetState", json!({"TerminalKey": "shop", "PaymentId": id,
                "Token": sha256(&format!("S1{id}shop"))})), r#""Status":"CONFIRMED""#)),
        },
        Play {
            id: "enot",
            config: json!({"shop_id": "shop"}),
            secrets: json!({"api_key": "S1", "webhook_key": "S2"}),
            number: "1001",
            create: (with(json_to("api.enot.io/invoice/create", serde_json::from_str(
                r#"{"amount":100.00,"order_id":"1001","currency":"RUB","shop_id":"shop"}"#).unwrap()), "x-api-key: S1"), Some("/data/url")),
            check: |heard| (heard.get("x-api-sha256-signature"), hex::encode(hmac_sha256("S2", &heard.body))),
            answer: ok,
            status: Some((|_| with(get("api.enot.io/invoice/info", &[("order_id", "1001"), ("shop_id", "shop")]), "x-api-key: S1"), r#""status":"success""#)),
        },
        Play {
            id: "cloudpayments",
            config: json!({"public_id": "shop"}),
            secrets: json!({"api_secret": "S1"}),
            number: "1001",
            create: (Sent { headers: vec!["Authorization: Basic c2hvcDpTMQ==".to_owned(), "X-Request-ID: 1001".to_owned()],
                ..json_to("api.cloudpayments.ru/orders/create", serde_json::from_str(
                r#"{"Amount":100.00,"Currency":"RUB","Description":"Order","InvoiceId":"1001"}"#).unwrap()) }, Some("/Model/Url")),
            check: |heard| (heard.get("Content-HMAC"), base64::encode(&hmac_sha256("S1", &heard.body))),
            answer: |_| r#"{"code":0}"#.to_owned(),
            status: Some((|_| with(json_to("api.cloudpayments.ru/v2/payments/find", json!({"InvoiceId": "1001"})),
                "Authorization: Basic c2hvcDpTMQ=="), r#""Status":"Completed""#)),
        },
        Play {
            id: "fondy",
            config: json!({"merchant_id": "7"}),
            secrets: json!({"password": "S1"}),
            number: "1001",
            create: (json_to("pay.fondy.eu/api/checkout/url", fondy(json!({"order_id": "1001", "merchant_id": "7",
                "order_desc": "Order", "amount": "10000", "currency": "USD"}))), Some("/response/checkout_url")),
            check: |heard| {
                let names = "amount currency merchant_id order_id order_status payment_id response_status";
                (heard.get("signature"), sha1(&format!("S1|{}", get_of(heard, names).join("|"))))
            },
            answer: nothing,
            status: Some((|_| json_to("pay.fondy.eu/api/status/order_id", fondy(json!({"order_id": "1001", "merchant_id": "7"}))), r#""order_status":"approved""#)),
        },
        Play {
            id: "paykeeper",
            config: json!({"server": "shop.paykeeper.test", "user": "user"}),
            secrets: json!({"password": "S1", "secret_word": "S2"}),
            number: "1001",
            create: (with(form("shop.paykeeper.test/change/invoice/preview/", &[("pay_amount", "100.00"), ("orderid", "1001"), ("token", "TOKEN")]),
                "Authorization: Basic dXNlcjpTMQ=="), Some("/invoice_url")),
            check: |heard| (heard.get("key"), md5(&get_of(heard, "id sum clientid orderid S2").concat())),
            answer: |heard| format!("OK {}", md5(&format!("{}S2", heard.get("id")))),
            status: Some((|id| with(get("shop.paykeeper.test/info/invoice/byid/", &[("id", id)]), "Authorization: Basic dXNlcjpTMQ=="), r#""status":"paid""#)),
        },
    ]
}
