//! More gateways that a browser is sent to with a form or a link.

use serde_json::json;

use super::*;

/// Their plays.
pub fn plays() -> Vec<Play> {
    let wayforpay = hmac_md5(
        "S1",
        "shop;shop.test;1001;NOW;100;UAH;Order;1;100".replace("NOW", &now()).as_str(),
    );
    let interkassa = base64::encode(&Sha256::digest("100.00:shop:RUB:Order 1001:1001:S1"));
    let prodamus = hex::encode(hmac_sha256(
        "S1",
        r#"{"do":"pay","order_id":"1001","products":[{"name":"Order","price":"100.00","quantity":"1"}],"urlSuccess":"http:\/\/shop.test\/ok"}"#,
    ));
    let mut liqpay_form = form("www.liqpay.ua/api/3/checkout", &[]);
    liqpay_form.form =
        liqpay(&json!({"version": 7, "public_key": "shop", "action": "pay", "amount": "100.00",
        "currency": "UAH", "description": "Order", "order_id": "1001"}))
        .to_vec();
    let mut liqpay_old = form("www.liqpay.ua/api/3/checkout", &[]);
    let number: Value = serde_json::from_str("100.00").unwrap();
    liqpay_old.form =
        liqpay_v3(&json!({"version": 3, "public_key": "shop", "action": "pay", "amount": number,
        "currency": "UAH", "description": "Order", "order_id": "1001"}))
        .to_vec();
    vec![
        Play {
            id: "liqpay",
            config: json!({"public_key": "shop"}),
            secrets: json!({"private_key": "S1"}),
            number: "1001",
            create: (liqpay_form, None),
            check: |heard| {
                (
                    heard.get("signature"),
                    base64::encode(&Sha3_256::digest(format!("S1{}S1", heard.get("data")))),
                )
            },
            answer: nothing,
            status: Some((
                |_| {
                    let mut sent = form("www.liqpay.ua/api/request", &[]);
                    sent.form = liqpay(&json!({"version": 7, "public_key": "shop", "action": "status", "order_id": "1001"})).to_vec();
                    sent
                },
                r#""status":"success""#,
            )),
        },
        Play {
            id: "liqpay-v3",
            config: json!({"public_key": "shop"}),
            secrets: json!({"private_key": "S1"}),
            number: "1001",
            create: (liqpay_old, None),
            check: |heard| {
                (
                    heard.get("signature"),
                    base64::encode(&Sha1::digest(format!("S1{}S1", heard.get("data")))),
                )
            },
            answer: nothing,
            status: None,
        },
        Play {
            id: "wayforpay",
            config: json!({"merchant_account": "shop", "domain": "shop.test"}),
            secrets: json!({"secret_key": "S1"}),
            number: "1001",
            create: (
                form(
                    "secure.wayforpay.com/pay",
                    &[
                        ("merchantAccount", "shop"),
                        ("merchantDomainName", "shop.test"),
                        ("orderReference", "1001"),
                        ("orderDate", &now()),
                        ("amount", "100"),
                        ("currency", "UAH"),
                        ("productName[]", "Order"),
                        ("productCount[]", "1"),
                        ("productPrice[]", "100"),
                        ("merchantSignature", &wayforpay),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let names = "merchantAccount orderReference amount currency authCode cardPan transactionStatus reasonCode";
                (heard.get("merchantSignature"), hmac_md5("S1", &get_of(heard, names).join(";")))
            },
            answer: |_| {
                let time = now();
                let sign = hmac_md5("S1", &format!("1001;accept;{time}"));
                format!(
                    r#"{{"orderReference":"1001","status":"accept","time":{time},"signature":"{sign}"}}"#
                )
            },
            status: Some((
                |_| {
                    json_to(
                        "api.wayforpay.com/api",
                        json!({"transactionType": "CHECK_STATUS", "merchantAccount": "shop",
                "orderReference": "1001", "apiVersion": 1, "merchantSignature": hmac_md5("S1", "shop;1001")}),
                    )
                },
                r#""transactionStatus":"Approved""#,
            )),
        },
        Play {
            id: "interkassa",
            config: json!({"co_id": "shop"}),
            secrets: json!({"secret_key": "S1", "test_key": "S2"}),
            number: "1001",
            create: (
                form(
                    "sci.interkassa.com/",
                    &[
                        ("ik_co_id", "shop"),
                        ("ik_pm_no", "1001"),
                        ("ik_am", "100.00"),
                        ("ik_cur", "RUB"),
                        ("ik_desc", "Order 1001"),
                        ("ik_sign", &interkassa),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let values: Vec<String> = heard
                    .sorted()
                    .into_iter()
                    .filter(|(name, _)| name != "ik_sign")
                    .map(|(_, value)| value)
                    .collect();
                (
                    heard.get("ik_sign"),
                    base64::encode(&Sha256::digest(format!("{}:S1", values.join(":")))),
                )
            },
            answer: nothing,
            status: None,
        },
        Play {
            id: "paymaster",
            config: json!({"merchant_id": "shop"}),
            secrets: json!({"secret_word": "S2"}),
            number: "1001",
            create: (
                form(
                    "paymaster.ru/Payment/Init",
                    &[
                        ("LMI_MERCHANT_ID", "shop"),
                        ("LMI_PAYMENT_AMOUNT", "100.00"),
                        ("LMI_CURRENCY", "RUB"),
                        ("LMI_PAYMENT_NO", "1001"),
                        ("LMI_PAYMENT_DESC_BASE64", "T3JkZXI="),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let names = "LMI_MERCHANT_ID LMI_PAYMENT_NO LMI_SYS_PAYMENT_ID LMI_SYS_PAYMENT_DATE LMI_PAYMENT_AMOUNT LMI_CURRENCY LMI_PAID_AMOUNT LMI_PAID_CURRENCY LMI_PAYMENT_SYSTEM LMI_SIM_MODE S2";
                (
                    heard.get("LMI_HASH"),
                    base64::encode(&Sha256::digest(get_of(heard, names).join(";"))),
                )
            },
            answer: nothing,
            status: None,
        },
        Play {
            id: "prodamus",
            config: json!({"shop": "shop"}),
            secrets: json!({"secret_key": "S1"}),
            number: "1001",
            create: (
                get(
                    "shop.payform.ru/",
                    &[
                        ("order_id", "1001"),
                        ("products[0][name]", "Order"),
                        ("products[0][price]", "100.00"),
                        ("products[0][quantity]", "1"),
                        ("do", "pay"),
                        ("urlSuccess", "http://shop.test/ok"),
                        ("signature", &prodamus),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let text = json!({
                    "customer_email": heard.get("customer_email"), "customer_phone": heard.get("customer_phone"),
                    "order_id": heard.get("order_id"), "order_num": "1001", "payment_status": "success",
                    "products": [{"name": "Заказ", "price": "100.00", "quantity": "1"}], "sum": "100.00"});
                (heard.get("Sign"), hex::encode(hmac_sha256("S1", &text.to_string())))
            },
            answer: |_| "success".to_owned(),
            status: None,
        },
    ]
}
