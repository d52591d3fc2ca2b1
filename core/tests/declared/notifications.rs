//! Notifications of the gateways that are described as data: what they say, what they are answered, and
//! what is not believed. Signatures were made apart from this library, by Python's hashlib and hmac.

use kopeck::{Error, Fields, Kind};
use serde_json::{Value, json};

use crate::gateway;

/// The shop's settings and the number of its order.
fn shop(id: &str) -> (Value, &'static str) {
    let (config, secrets, number) = match id {
        "enot" => (
            json!({ "shop_id": "shop" }),
            json!({ "api_key": "k", "webhook_key": "hook-key" }),
            "1001-1",
        ),
        "freekassa" => (
            json!({ "merchant_id": "14963" }),
            json!({ "secret1": "word-one", "secret2": "word-two", "api_key": "k" }),
            "1001-1",
        ),
        "moneta" => (json!({ "account": "54600817" }), json!({ "code": "moneta-code" }), "1001-A"),
        "payeer" => (json!({ "shop": "12345" }), json!({ "key": "payeer-key" }), "1001-1"),
        "robokassa" => (
            json!({ "login": "demo" }),
            json!({ "password1": "pass-one", "password2": "pass-two" }),
            "1001",
        ),
        "tbank" => (
            json!({ "terminal_key": "Terminal" }),
            json!({ "password": "tbank-password" }),
            "1001-1",
        ),
        "unitpay" => (
            json!({ "public_key": "1-a", "project_id": "1" }),
            json!({ "secret_key": "unitpay-key" }),
            "1001-1",
        ),
        "webmoney" => (
            json!({ "purse": "Z945718891756", "currency": "USD" }),
            json!({ "secret": "wm-key" }),
            "1001",
        ),
        _ => (
            json!({ "receiver": "41001" }),
            json!({ "notification_secret": "ym-secret" }),
            "1001-1",
        ),
    };
    let settings = json!({
        "gateway": "declared", "descriptor": id, "config": config, "secrets": secrets,
    });
    (settings, number)
}

/// What comes of a message: by POST, at one gateway by GET.
fn told(id: &str, message: &str, header: &str, number: &str) -> Result<Fields, Error> {
    let (settings, _) = shop(id);
    let (client, _) = gateway::client(&settings, &[]);
    let currency = if id == "webmoney" { "USD" } else { "RUB" };
    let mut received = json!({
        "method": "POST", "body": message,
        "expect": { "order_number": number, "amount": "100.00", "currency": currency },
    });
    if id == "unitpay" {
        received["method"] = "GET".into();
        received["query"] = received["body"].take();
    }
    if !header.is_empty() {
        received["headers"] = json!({ "x-api-sha256-signature": header });
    }
    client.call("parse_notification", received.as_object().unwrap())
}

/// A status and the body of the answer `ok`, or an error's kind and reason.
type Outcome = Result<(&'static str, &'static str), (&'static str, &'static str)>;

/// Gateway, message, header, what comes of it.
const MESSAGES: &[(&str, &str, &str, Outcome)] = &[
    // Six digits behind the point, a hash in capitals, old duplicates beside it.
    (
        "robokassa",
        "OutSum=100.000000&InvId=1001&Fee=3.50&EMail=buyer%40example.com&PaymentMethod=BankCard&IncCurrLabel=BankCardPSR&Shp_Z=1&Shp_a=2&out_summ=100.000000&inv_id=1001&SignatureValue=4A47B3F9F627C129F240C32FBB977D5C",
        "",
        Ok(("paid", "OK1001")),
    ),
    // Password 1, which the buyer's return carries.
    (
        "robokassa",
        "OutSum=100.000000&InvId=1001&SignatureValue=a614ed3d4698ea366a6f1466b3a39acd",
        "",
        Err(("Untrusted", "signature_mismatch")),
    ),
    (
        "freekassa",
        "MERCHANT_ID=14963&AMOUNT=100&intid=777&MERCHANT_ORDER_ID=1001-1&P_EMAIL=buyer%40example.com&CUR_ID=36&commission=5&SIGN=eff4745d3967ae88cf20b6f4a72786cb",
        "",
        Ok(("paid", "YES")),
    ),
    // Secret word 1, which signs links.
    (
        "freekassa",
        "MERCHANT_ID=14963&AMOUNT=100&intid=777&MERCHANT_ORDER_ID=1001-1&P_EMAIL=buyer%40example.com&CUR_ID=36&commission=5&SIGN=8924faf9dd03ade05018bacf4c4f99a3",
        "",
        Err(("Untrusted", "signature_mismatch")),
    ),
    (
        "payeer",
        "m_operation_id=777&m_operation_ps=2609&m_operation_date=14.05.2026+10%3A00%3A00&m_operation_pay_date=14.05.2026+10%3A00%3A05&m_shop=12345&m_orderid=1001-1&m_amount=100.00&m_curr=RUB&m_desc=0JfQsNC60LDQtyAxMDAx&m_status=success&m_sign=A561D6378F5FEB22806F12B882971A202B71534FFD0FF93822943289BA1B6AF7",
        "",
        Ok(("paid", "1001-1|success")),
    ),
    (
        "payeer",
        "m_operation_id=777&m_operation_ps=2609&m_operation_date=14.05.2026+10%3A00%3A00&m_operation_pay_date=14.05.2026+10%3A00%3A05&m_shop=12345&m_orderid=1001-1&m_amount=100.00&m_curr=RUB&m_desc=0JfQsNC60LDQtyAxMDAx&m_status=fail&m_sign=2DADD9F6A3E1ECFD944060384BBF98CF74656B85F9A243C806E928189BEFA5A5",
        "",
        Ok(("created", "1001-1|success")),
    ),
    (
        "payeer",
        "m_operation_id=777&m_operation_ps=2609&m_operation_date=14.05.2026+10%3A00%3A00&m_operation_pay_date=14.05.2026+10%3A00%3A05&m_shop=12345&m_orderid=1001-1&m_amount=100.00&m_curr=RUB&m_desc=0JfQsNC60LDQtyAxMDAx&m_status=strange&m_sign=843609FB84CAE1237E39364D529AFA1B85A0B8EE8780216C7445ADCC685FB25F",
        "",
        Ok(("unknown", "1001-1|success")),
    ),
    (
        "unitpay",
        "method=check&params%5Baccount%5D=1001-1&params%5Bdate%5D=2026-05-14+10%3A00%3A00&params%5BorderCurrency%5D=RUB&params%5BorderSum%5D=100.00&params%5BpaymentType%5D=card&params%5BprojectId%5D=1&params%5Bsum%5D=110&params%5BunitpayId%5D=777&params%5Btest%5D=0&params%5Bsignature%5D=dc0a529c08f969f816ff42d4f2d6845a846d8df1db80b0c1a1b9ed340b952d64",
        "",
        Ok(("created", r#"{"result":{"message":"OK"}}"#)),
    ),
    (
        "unitpay",
        "method=pay&params%5Baccount%5D=1001-1&params%5Bdate%5D=2026-05-14+10%3A00%3A00&params%5BorderCurrency%5D=RUB&params%5BorderSum%5D=100.00&params%5BpaymentType%5D=card&params%5BprojectId%5D=1&params%5Bsum%5D=110&params%5BunitpayId%5D=777&params%5Btest%5D=0&params%5Bsignature%5D=67010b979dd20e37c86a34cf85fe822a711306e7dd669ddc7da3d84014c827bd",
        "",
        Ok(("paid", r#"{"result":{"message":"OK"}}"#)),
    ),
    (
        "unitpay",
        "method=error&params%5Baccount%5D=1001-1&params%5Bdate%5D=2026-05-14+10%3A00%3A00&params%5BorderCurrency%5D=RUB&params%5BorderSum%5D=100.00&params%5BpaymentType%5D=card&params%5BprojectId%5D=1&params%5Bsum%5D=110&params%5BunitpayId%5D=777&params%5Btest%5D=0&params%5Bsignature%5D=04565979d8dc16ef26575f11c8b620800431d6c1c235c9146dbde14d91caa5e7",
        "",
        Ok(("created", r#"{"result":{"message":"OK"}}"#)),
    ),
    (
        "unitpay",
        "method=refund&params%5Baccount%5D=1001-1&params%5Bdate%5D=2026-05-14+10%3A00%3A00&params%5BorderCurrency%5D=RUB&params%5BorderSum%5D=100.00&params%5BpaymentType%5D=card&params%5BprojectId%5D=1&params%5Bsum%5D=110&params%5BunitpayId%5D=777&params%5Btest%5D=0&params%5Bsignature%5D=6283631aa8fb916915a233f9495bf843402c6fe8119ffbefbd7a54303181e760",
        "",
        Ok(("refunded", r#"{"result":{"message":"OK"}}"#)),
    ),
    (
        "webmoney",
        "LMI_PAYEE_PURSE=Z945718891756&LMI_PAYMENT_AMOUNT=100.00&LMI_PAYMENT_NO=1001&LMI_MODE=0&LMI_SYS_INVS_NO=821&LMI_SYS_TRANS_NO=458&LMI_SYS_TRANS_DATE=20260514+10%3A00%3A00&LMI_PAYER_PURSE=Z111111111111&LMI_PAYER_WM=222222222222&LMI_HASH2=8538A42FDD9D60AA14672E8B8B7E0494A3BC5ECB1DE70750414F2D6A04581AAD",
        "",
        Ok(("paid", "YES")),
    ),
    (
        "webmoney",
        "LMI_PAYEE_PURSE=Z945718891756&LMI_PAYMENT_AMOUNT=100.00&LMI_PAYMENT_NO=1001&LMI_MODE=0&LMI_SYS_INVS_NO=821&LMI_SYS_TRANS_NO=458&LMI_SYS_TRANS_DATE=20260514+10%3A00%3A00&LMI_PAYER_PURSE=Z111111111111&LMI_PAYER_WM=222222222222&LMI_HASH=2E8126D4ADE8C118D2F3852FE35BAF140AC063B62A4762837D3F5D0C49260B10",
        "",
        Ok(("paid", "YES")),
    ),
    // The md5 of old.
    (
        "webmoney",
        "LMI_PAYEE_PURSE=Z945718891756&LMI_PAYMENT_AMOUNT=100.00&LMI_PAYMENT_NO=1001&LMI_MODE=0&LMI_SYS_INVS_NO=821&LMI_SYS_TRANS_NO=458&LMI_SYS_TRANS_DATE=20260514+10%3A00%3A00&LMI_PAYER_PURSE=Z111111111111&LMI_PAYER_WM=222222222222&LMI_HASH=65313A82871252B175EBED06CCA840B0",
        "",
        Err(("Untrusted", "signature_mismatch")),
    ),
    // One digit of the invoice made the mode, the mode made a digit of the number: the hash is the same.
    (
        "webmoney",
        "LMI_PAYEE_PURSE=Z945718891756&LMI_PAYMENT_AMOUNT=100.00&LMI_PAYMENT_NO=10010&LMI_MODE=8&LMI_SYS_INVS_NO=21&LMI_SYS_TRANS_NO=458&LMI_SYS_TRANS_DATE=20260514+10%3A00%3A00&LMI_PAYER_PURSE=Z111111111111&LMI_PAYER_WM=222222222222&LMI_HASH=2E8126D4ADE8C118D2F3852FE35BAF140AC063B62A4762837D3F5D0C49260B10",
        "",
        Err(("Untrusted", "unreadable")),
    ),
    (
        "yoomoney",
        "notification_type=card-incoming&operation_id=904035776918098009&amount=97.00&withdraw_amount=100.00&currency=643&datetime=2026-06-01T09%3A00%3A00Z&sender=&codepro=false&unaccepted=false&label=1001-1&sign=e68fd59407d45a3766cc2b2d16501a266ae89e2ce89957bb85fd2630977d203b",
        "",
        Ok(("paid", "")),
    ),
    (
        "yoomoney",
        "notification_type=card-incoming&operation_id=904035776918098009&amount=97.00&withdraw_amount=100.00&currency=643&datetime=2026-06-01T09%3A00%3A00Z&sender=&codepro=false&unaccepted=true&label=1001-1&sign=079def6d8866e51a9d1962af2d1f5765ba6cb1ae8a5f32d951b6879e1cd65df6",
        "",
        Ok(("pending", "")),
    ),
    (
        "yoomoney",
        "notification_type=card-incoming&operation_id=904035776918098009&amount=97.00&withdraw_amount=100.00&currency=643&datetime=2026-06-01T09%3A00%3A00Z&sender=&codepro=true&unaccepted=false&label=1001-1&sign=54cda1585048d02f05aef64c02fcdd9decbc0a494f2e2898f6c42269a838dbc8",
        "",
        Ok(("pending", "")),
    ),
    // What the buyer paid is the net sum only: less than the order.
    (
        "yoomoney",
        "notification_type=card-incoming&operation_id=904035776918098009&amount=97.00&withdraw_amount=97.00&currency=643&datetime=2026-06-01T09%3A00%3A00Z&sender=&codepro=false&unaccepted=false&label=1001-1&sign=7be45542d62fd26728a5ba2b394302baafbf608d00073e40d973ba03dc53b6e9",
        "",
        Err(("Mismatch", "amount")),
    ),
    // Withdrawn 2026-05-18.
    (
        "yoomoney",
        "notification_type=card-incoming&operation_id=904035776918098009&amount=97.00&withdraw_amount=100.00&currency=643&datetime=2026-06-01T09%3A00%3A00Z&sender=&codepro=false&unaccepted=false&label=1001-1&sha1_hash=b463af48c996242bfc456d6af4c223ec000a5fb7",
        "",
        Err(("Untrusted", "signature_missing")),
    ),
    (
        "moneta",
        "MNT_ID=54600817&MNT_TRANSACTION_ID=1001-A&MNT_OPERATION_ID=777&MNT_AMOUNT=100.00&MNT_CURRENCY_CODE=RUB&MNT_SUBSCRIBER_ID=&MNT_TEST_MODE=0&MNT_SIGNATURE=bd2af90a01534b98ceed16266a08a3a5",
        "",
        Ok(("paid", "SUCCESS")),
    ),
    // What a form carries, sent as a payment: the signature is right.
    (
        "moneta",
        "MNT_ID=54600817&MNT_TRANSACTION_ID=1001-A&MNT_AMOUNT=100.00&MNT_CURRENCY_CODE=RUB&MNT_SUBSCRIBER_ID=&MNT_TEST_MODE=0&MNT_SIGNATURE=fff0c468709b800e1191103ae2ea9e86",
        "",
        Err(("Untrusted", "unreadable")),
    ),
    // The same with the first digit of the amount as the operation.
    (
        "moneta",
        "MNT_ID=54600817&MNT_TRANSACTION_ID=1001-A&MNT_OPERATION_ID=1&MNT_AMOUNT=00.00&MNT_CURRENCY_CODE=RUB&MNT_SUBSCRIBER_ID=&MNT_TEST_MODE=0&MNT_SIGNATURE=fff0c468709b800e1191103ae2ea9e86",
        "",
        Err(("Mismatch", "amount")),
    ),
    (
        "tbank",
        r#"{"TerminalKey": "Terminal", "OrderId": "1001-1", "Success": true, "Status": "CONFIRMED", "PaymentId": 700, "ErrorCode": "0", "Amount": 10000, "CardId": 1, "Pan": "430000******0777", "ExpDate": "1130", "Token": "d5cf97fa10ba383f98288b10d1ffb8f4cd7390a430bc86edbda1ef8ecc9a4112"}"#,
        "",
        Ok(("paid", "OK")),
    ),
    (
        "tbank",
        r#"{"TerminalKey": "Terminal", "OrderId": "1001-1", "Success": true, "Status": "AUTHORIZED", "PaymentId": 700, "ErrorCode": "0", "Amount": 10000, "CardId": 1, "Pan": "430000******0777", "ExpDate": "1130", "Token": "f63e9506066d1309ad870a8a29c998bb45e6b965de7f7a924165d04b784657ba"}"#,
        "",
        Ok(("authorized", "OK")),
    ),
    (
        "tbank",
        r#"{"TerminalKey": "Terminal", "OrderId": "1001-1", "Success": false, "Status": "CONFIRMED", "PaymentId": 700, "ErrorCode": "0", "Amount": 10000, "CardId": 1, "Pan": "430000******0777", "ExpDate": "1130", "Token": "5ddf4d0c2e7f839f4b60331848f0b1e3fea17395213d578a939de2ca614b09f5"}"#,
        "",
        Ok(("unknown", "OK")),
    ),
    // 25.00 of 100.00 went back: Amount is no sum of the order here.
    (
        "tbank",
        r#"{"TerminalKey": "Terminal", "OrderId": "1001-1", "Success": true, "Status": "PARTIAL_REFUNDED", "PaymentId": 700, "ErrorCode": "0", "Amount": 2500, "CardId": 1, "Pan": "430000******0777", "ExpDate": "1130", "Token": "a76b8dd6e97c625b24e00fc986972a64d50367055643fa457e2ee5297a6140df"}"#,
        "",
        Ok(("partially_refunded", "OK")),
    ),
    (
        "tbank",
        r#"{"TerminalKey": "Terminal", "OrderId": "1001-1", "Success": false, "Status": "REJECTED", "PaymentId": 700, "ErrorCode": "1051", "Amount": 10000, "CardId": 1, "Pan": "430000******0777", "ExpDate": "1130", "Token": "fcd4f97e28f4ca0b83b3d1eda29f7fa7bb8905d2c489a599892d77572aef692d"}"#,
        "",
        Ok(("created", "OK")),
    ),
    (
        "enot",
        r#"{"invoice_id":"a3e9","status":"success","amount":"100.00","currency":"RUB","order_id":"1001-1","pay_service":"card","payer_details":"553691******1279","credited":"95.50","custom_fields":null,"type":1,"code":1,"pay_time":"2026-05-14 10:00:00"}"#,
        "67c5bd9f253b4f60b407cceea6acb8590f026bfa214a58caed24661020937692",
        Ok(("paid", "OK")),
    ),
    // Over the sorted JSON, compact; then with spaces, as the documents' sample would make it.
    (
        "enot",
        r#"{"invoice_id":"a3e9","status":"success","amount":"100.00","currency":"RUB","order_id":"1001-1","pay_service":"card","payer_details":"553691******1279","credited":"95.50","custom_fields":null,"type":1,"code":1,"pay_time":"2026-05-14 10:00:00"}"#,
        "39a0aa887a5bb1bd5813b00d5a8f9b2138bb97a8854567e00a677f13085044d6",
        Ok(("paid", "OK")),
    ),
    (
        "enot",
        r#"{"invoice_id":"a3e9","status":"success","amount":"100.00","currency":"RUB","order_id":"1001-1","pay_service":"card","payer_details":"553691******1279","credited":"95.50","custom_fields":null,"type":1,"code":1,"pay_time":"2026-05-14 10:00:00"}"#,
        "537b6d2364b2ff8203d465d402954b590dbe35401884b52ba00e18fe2d0c8469",
        Err(("Untrusted", "signature_mismatch")),
    ),
    (
        "enot",
        r#"{"invoice_id":"a3e9","status":"success","amount":"100.00","currency":"RUB","order_id":"1001-1","pay_service":"card","payer_details":"553691******1279","credited":"95.50","custom_fields":null,"type":1,"code":1,"pay_time":"2026-05-14 10:00:00"}"#,
        "",
        Err(("Untrusted", "signature_missing")),
    ),
];

#[test]
fn each_message_says_what_it_says_and_no_more() {
    for (id, message, header, expected) in MESSAGES {
        let (_, number) = shop(id);
        match (told(id, message, header, number), expected) {
            (Ok(reply), Ok((status, answer))) => {
                let payment = &reply["payment"];
                let number = json!(number);
                assert_eq!(
                    (&payment["status"], &payment["order_number"]),
                    (&json!(status), &number),
                    "{id} {message}"
                );
                assert_eq!(reply["answer"]["ok"]["body"], *answer, "{id} {message}");
                assert_eq!(reply["verified"], true, "{id} {message}");
                let captured =
                    if *status == "paid" { json!("100.00") } else { payment["captured"].clone() };
                assert_eq!(payment["captured"], captured, "{id} {message}");
            }
            (Err(error), Err(expected)) => {
                assert_eq!(
                    (error.kind.name(), error.reason),
                    *expected,
                    "{id} {message}: {}",
                    error.message
                );
                assert!(error.answer.is_some(), "{id} {message} is not answered");
            }
            (Ok(reply), Err(_)) => panic!("{id}: {message} passes: {reply:?}"),
            (Err(error), Ok(_)) => panic!("{id}: {message}: {} {}", error.reason, error.message),
        }
    }
}

/// The same genuine messages for another order, another sum, with one letter changed.
#[test]
fn a_genuine_message_pays_its_own_order_alone() {
    for (id, message, header, expected) in MESSAGES {
        if !matches!(expected, Ok(("paid", _))) {
            continue;
        }
        let other = told(id, message, header, "1002").unwrap_err();
        assert_eq!(other.kind.name(), "Mismatch", "{id}");
        for (from, to) in [("100", "900"), ("1001", "1002")] {
            let forged = message.replacen(from, to, 1);
            assert_ne!(forged, **message, "{id}");
            let (_, number) = shop(id);
            let error = told(id, &forged, header, number).unwrap_err();
            assert_eq!(
                (error.kind.name(), error.reason),
                ("Untrusted", "signature_mismatch"),
                "{id} {forged}"
            );
        }
    }
}

/// A gross sum with the net one beside it.
#[test]
fn the_gateways_share_is_told_as_a_fee() {
    for (id, fee) in [("yoomoney", "3.00"), ("enot", "4.50")] {
        let (_, message, header, _) = MESSAGES.iter().find(|row| row.0 == id).unwrap();
        let reply = told(id, message, header, "1001-1").unwrap();
        assert_eq!(
            (&reply["payment"]["fee"], &reply["payment"]["captured"]),
            (&json!(fee), &json!("100.00")),
            "{id}"
        );
    }
}

/// It is not signed, and no money moves by it.
#[test]
fn a_prerequest_is_a_question() {
    let message = "LMI_PREREQUEST=1&LMI_PAYEE_PURSE=Z945718891756&LMI_PAYMENT_AMOUNT=100.00&LMI_PAYMENT_NO=1001&LMI_MODE=0";
    let reply = told("webmoney", message, "", "1001").unwrap();
    assert_eq!((&reply["event"], &reply["answer"]["ok"]["body"]), (&json!("check"), &json!("YES")));
    assert_eq!(
        (&reply["payment"]["status"], &reply["verified"]),
        (&json!("unknown"), &json!(false))
    );
    // Another sum is not what the shop registered, whoever says it: the question is answered with no.
    let error = told("webmoney", &message.replace("100.00", "1.00"), "", "1001").unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::Mismatch, "amount"));
    let other = json!({ "answer": error.answer });
    assert_ne!(other["answer"]["reject"]["body"], "YES");
}
