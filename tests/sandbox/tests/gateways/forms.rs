//! Gateways that a browser is sent to with a form or a link.

use serde_json::json;

use super::*;

/// Their plays.
pub fn plays() -> Vec<Play> {
    let robokassa = md5("shop:100.00:1001:S1:Shp_a=7");
    let freekassa = md5("7:100.00:S1:RUB:1001");
    let payeer = sha256("7:1001:100.00:RUB:T3JkZXI=:S1").to_uppercase();
    let unitpay = sha256("1001{up}RUB{up}Order{up}100.00{up}S1");
    let moneta = md5("7order-A100.00RUB0S1");
    vec![
        Play {
            id: "robokassa",
            config: json!({"login": "shop"}),
            secrets: json!({"password1": "S1", "password2": "S2"}),
            number: "1001",
            create: (
                form(
                    "auth.robokassa.ru/Merchant/Index.aspx",
                    &[
                        ("MerchantLogin", "shop"),
                        ("OutSum", "100.00"),
                        ("InvId", "1001"),
                        ("Encoding", "utf-8"),
                        ("IsTest", "0"),
                        ("Shp_a", "7"),
                        ("SignatureValue", &robokassa),
                    ],
                ),
                None,
            ),
            check: |heard| {
                (
                    heard.get("SignatureValue"),
                    md5(&format!("{}:1001:S2:Shp_a=7", heard.get("OutSum"))),
                )
            },
            answer: |_| "OK1001".to_owned(),
            status: Some((
                |_| {
                    get(
                        "auth.robokassa.ru/Merchant/WebService/Service.asmx/OpStateExt",
                        &[
                            ("MerchantLogin", "shop"),
                            ("InvoiceID", "1001"),
                            ("Signature", &md5("shop:1001:S2")),
                        ],
                    )
                },
                "<State><Code>100</Code>",
            )),
        },
        Play {
            id: "freekassa",
            config: json!({"merchant_id": "7"}),
            secrets: json!({"secret1": "S1", "secret2": "S2", "api_key": "S3"}),
            number: "1001",
            create: (
                get(
                    "pay.freekassa.com/",
                    &[
                        ("m", "7"),
                        ("oa", "100.00"),
                        ("currency", "RUB"),
                        ("o", "1001"),
                        ("us_a", "1"),
                        ("s", &freekassa),
                    ],
                ),
                None,
            ),
            check: |heard| {
                (
                    heard.get("SIGN"),
                    md5(&get_of(heard, "MERCHANT_ID AMOUNT S2 MERCHANT_ORDER_ID").join(":")),
                )
            },
            answer: |_| "YES".to_owned(),
            status: Some((
                |_| {
                    let nonce = format!("{}000", now());
                    let sign = hex::encode(hmac_sha256("S3", &format!("{nonce}|1001|7")));
                    let body = format!(
                        r#"{{"shopId":7,"nonce":{nonce},"paymentId":"1001","signature":"{sign}"}}"#
                    );
                    json_to("api.fk.life/v1/orders", serde_json::from_str(&body).unwrap())
                },
                r#""merchant_order_id":"1001","status":"1"}]"#,
            )),
        },
        Play {
            id: "payeer",
            config: json!({"shop": "7"}),
            secrets: json!({"key": "S1"}),
            number: "1001",
            create: (
                form(
                    "payeer.com/merchant/",
                    &[
                        ("m_shop", "7"),
                        ("m_orderid", "1001"),
                        ("m_amount", "100.00"),
                        ("m_curr", "RUB"),
                        ("m_desc", "T3JkZXI="),
                        ("m_sign", &payeer),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let names = "m_operation_id m_operation_ps m_operation_date m_operation_pay_date m_shop m_orderid m_amount m_curr m_desc m_status";
                (
                    heard.get("m_sign"),
                    sha256(&format!("{}:S1", get_of(heard, names).join(":"))).to_uppercase(),
                )
            },
            answer: |_| "1001|success".to_owned(),
            status: None,
        },
        Play {
            id: "unitpay",
            config: json!({"public_key": "key", "project_id": "7"}),
            secrets: json!({"secret_key": "S1"}),
            number: "1001",
            create: (
                get(
                    "unitpay.ru/pay/key",
                    &[
                        ("sum", "100.00"),
                        ("account", "1001"),
                        ("desc", "Order"),
                        ("currency", "RUB"),
                        ("signature", &unitpay),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let values: Vec<String> = heard
                    .sorted()
                    .into_iter()
                    .filter(|(name, _)| name.starts_with("params[") && name != "params[signature]")
                    .map(|(_, value)| value)
                    .collect();
                (
                    heard.get("params[signature]"),
                    sha256(&format!("pay{{up}}{}{{up}}S1", values.join("{up}"))),
                )
            },
            answer: |_| r#"{"result":{"message":"OK"}}"#.to_owned(),
            status: None,
        },
        Play {
            id: "webmoney",
            config: json!({"purse": "R123456789012", "currency": "RUB"}),
            secrets: json!({"secret": "S2"}),
            number: "1001",
            create: (
                form(
                    "merchant.webmoney.ru/lmi/payment.asp",
                    &[
                        ("LMI_PAYEE_PURSE", "R123456789012"),
                        ("LMI_PAYMENT_AMOUNT", "100.00"),
                        ("LMI_PAYMENT_NO", "1001"),
                        ("LMI_PAYMENT_DESC_BASE64", "T3JkZXI="),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let names = "LMI_PAYEE_PURSE LMI_PAYMENT_AMOUNT LMI_PAYMENT_NO LMI_MODE LMI_SYS_INVS_NO LMI_SYS_TRANS_NO LMI_SYS_TRANS_DATE S2 LMI_PAYER_PURSE LMI_PAYER_WM";
                (heard.get("LMI_HASH2"), sha256(&get_of(heard, names).join(";")).to_uppercase())
            },
            answer: |_| "YES".to_owned(),
            status: None,
        },
        Play {
            id: "yoomoney",
            config: json!({"receiver": "41001"}),
            secrets: json!({"notification_secret": "S2"}),
            number: "1001",
            create: (
                form(
                    "yoomoney.ru/quickpay/confirm",
                    &[
                        ("receiver", "41001"),
                        ("quickpay-form", "button"),
                        ("paymentType", "AC"),
                        ("sum", "100.00"),
                        ("label", "1001"),
                        ("successURL", "http://shop.test/ok"),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let encoded = |text: &str| {
                    form_urlencoded::byte_serialize(text.as_bytes())
                        .collect::<String>()
                        .replace('+', "%20")
                        .replace('*', "%2A")
                };
                let pairs: Vec<String> = heard
                    .sorted()
                    .into_iter()
                    .filter(|(name, _)| name != "sign")
                    .map(|(name, value)| format!("{name}={}", encoded(&value)))
                    .collect();
                (heard.get("sign"), hex::encode(hmac_sha256("S2", &pairs.join("&"))))
            },
            answer: nothing,
            status: None,
        },
        Play {
            id: "moneta",
            config: json!({"account": "7"}),
            secrets: json!({"code": "S1"}),
            number: "order-A",
            create: (
                form(
                    "www.payanyway.ru/assistant.htm",
                    &[
                        ("MNT_ID", "7"),
                        ("MNT_TRANSACTION_ID", "order-A"),
                        ("MNT_AMOUNT", "100.00"),
                        ("MNT_CURRENCY_CODE", "RUB"),
                        ("MNT_TEST_MODE", "0"),
                        ("MNT_SIGNATURE", &moneta),
                    ],
                ),
                None,
            ),
            check: |heard| {
                let names = "MNT_ID MNT_TRANSACTION_ID MNT_OPERATION_ID MNT_AMOUNT MNT_CURRENCY_CODE MNT_SUBSCRIBER_ID MNT_TEST_MODE";
                (heard.get("MNT_SIGNATURE"), md5(&format!("{}S1", get_of(heard, names).concat())))
            },
            answer: |_| "SUCCESS".to_owned(),
            status: None,
        },
    ]
}
