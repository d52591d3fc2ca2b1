//! Published and computed signatures, each with the recipe that makes it.

use serde_json::{Value, json};

use super::message::Message;
use super::recipe::{hashed, sign};

/// The recipe, the fields as JSON, what is hashed (where it is known), the signature. Secrets are named
/// by what they are.
fn proves(recipe: Value, fields: &str, message: &str, expected: &str) {
    let known = |name: &str| name.strip_prefix("secret.").map(str::to_owned);
    let read = Message::json(fields.as_bytes()).unwrap();
    if !message.is_empty() {
        let text = hashed(&recipe, &read, &known).unwrap();
        assert_eq!(String::from_utf8_lossy(&text), message);
    }
    assert_eq!(sign(&recipe, &read, &known).unwrap(), expected, "{recipe}");
}

fn fields(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({ "field": name })).collect()
}

#[test]
fn lists_of_fields_with_a_secret_among_them() {
    // npm freekassa-node, notification.
    let mut parts = fields(&["MERCHANT_ID", "AMOUNT"]);
    parts.extend([json!({"secret": "secret_word_2"}), json!({"field": "MERCHANT_ORDER_ID"})]);
    let recipe = json!({"digest": "md5", "join": ":", "parts": parts});
    let sent = r#"{"MERCHANT_ID":"14963","AMOUNT":"99","MERCHANT_ORDER_ID":"ID_234"}"#;
    proves(recipe, sent, "14963:99:secret_word_2:ID_234", "c0905625cf96d7730487a4dda69c6a09");
    // YooMoney's documents, sha1_hash with an empty label.
    let mut parts = fields(&[
        "notification_type",
        "operation_id",
        "amount",
        "currency",
        "datetime",
        "sender",
        "codepro",
    ]);
    parts.extend([json!({"secret": "01234567890ABCDEF01234567890"}), json!({"field": "label"})]);
    let recipe = json!({"digest": "sha1", "join": "&", "parts": parts});
    let sent = r#"{"notification_type":"p2p-incoming","operation_id":"1234567","amount":"300.00","currency":"643","datetime":"2011-07-01T09:00:00.000+04:00","sender":"41001XXXXXXXX","codepro":"false"}"#;
    proves(recipe, sent, "", "090a8e7ebb6982a7ad76f4c0f0fa5665d741aafa");
    // docs.moneta.ru, MNT_SIGNATURE; an empty subscriber.
    let mut parts = fields(&[
        "MNT_ID",
        "MNT_TRANSACTION_ID",
        "MNT_OPERATION_ID",
        "MNT_AMOUNT",
        "MNT_CURRENCY_CODE",
        "MNT_SUBSCRIBER_ID",
        "MNT_TEST_MODE",
    ]);
    parts.push(json!({"secret": "QWERTY"}));
    let recipe = json!({"digest": "md5", "parts": parts});
    let sent = r#"{"MNT_ID":"54600817","MNT_TRANSACTION_ID":"FF790ABCD","MNT_OPERATION_ID":123456,"MNT_AMOUNT":"120.25","MNT_CURRENCY_CODE":"RUB","MNT_TEST_MODE":0}"#;
    proves(
        recipe,
        sent,
        "54600817FF790ABCD123456120.25RUB0QWERTY",
        "69bdf9bd91820b8f7b4c4b25d3d22dfa",
    );
    // WebMoney's sample, LMI_HASH2's sibling by SHA-256, capitals.
    let recipe = json!({"digest": "sha256", "encode": "HEX", "parts": fields(&["a"])});
    let text = "Z9457188917560.053182145820170221 20:25:01AD15BDAF-864A-4909-81E7-F034FFD0625CZ945718891756059551878952";
    proves(
        recipe,
        &json!({"a": text}).to_string(),
        text,
        "8FE265B681239AD127FE6A0B552D8737DFAA1C275C67E8B9189A56C0AE68126A",
    );
}

#[test]
fn groups() {
    // T-Bank's documents: sorted values of the root's scalars, the password among them.
    let known = |_: &str| Some("11111111111111".to_owned());
    let recipe = json!({"digest": "sha256", "parts": [
        {"group": "sorted", "exclude": ["Token"], "scalars_only": true, "insert": {"Password": "password"}}]});
    let sent = r#"{"TerminalKey":"MerchantTerminalKey","Amount":19200,"OrderId":"00000","Description":"Подарочная карта на 1000 рублей","DATA":{"a":"b"},"Token":"x"}"#;
    let signed = sign(&recipe, &Message::json(sent.as_bytes()).unwrap(), &known).unwrap();
    assert_eq!(signed, "72dd466f8ace0a37a1f740ce5fb78101712bc0665d91a8108c7c8a0ccd426db2");
    // Fondy's documents: what is not empty, the password first.
    let recipe = json!({"digest": "sha1", "join": "|", "parts": [{"secret": "test"},
        {"group": "sorted", "exclude": ["signature"], "drop_empty": true}]});
    let sent = r#"{"order_id":"TestOrder2","merchant_id":1396424,"order_desc":"Test payment","amount":"1000","currency":"USD","empty":"","server_callback_url":"http://myshop/callback/"}"#;
    proves(
        recipe,
        sent,
        "test|1000|USD|1396424|Test payment|TestOrder2|http://myshop/callback/",
        "91ea7da493a8367410fe3d7f877fb5e0ed666490",
    );
    // offsite_payments, Universal: keys and values, HMAC.
    let recipe = json!({"digest": "sha256", "hmac": "{secret.TO78ghHCfBQ6ZBw2Q2fJ3wRwGkWkUHVs}", "parts": [
        {"group": "sorted", "include": "^x_", "exclude": ["x_signature"], "element": "{k}{v}"}]});
    let sent = r#"{"utf8":"1","x_result":"completed","x_account_id":"zork","x_amount":"123.45","x_currency":"USD","x_gateway_reference":"blorb123","x_message":"helloworld","x_reference":"order-500","x_test":"true","x_timestamp":"2014-03-24T12:15:41Z"}"#;
    proves(recipe, sent, "", "82b635305a18e3e614c473ab4dce900a7c00db79bd68525e565a29ff69218f37");
    // offsite_payments, PayFast: as they arrive.
    let recipe = json!({"digest": "md5", "join": "&", "parts": [{"group": "arrival", "element": "{k}={v}", "format": "form"}]});
    let sent = r#"{"merchant_id":"10000100","merchant_key":"46f0cd694581a","m_payment_id":"123","amount":"500"}"#;
    proves(recipe, sent, "", "45aa67464a46c9cf837257365866b247");
    // Unitpay: an inner object. Computed.
    let recipe = json!({"digest": "sha256", "join": "{up}", "parts": [{"group": "sorted", "over": "/p"}, {"secret": "secret"}]});
    let sent = r#"{"p":{"sum":"100.00","account":"1001","desc":"Заказ 1001","currency":"RUB"}}"#;
    proves(
        recipe,
        sent,
        "1001{up}RUB{up}Заказ 1001{up}100.00{up}secret",
        "e195e010d4477cf60caab940ecdb945898539458227389b703a64c1a2be1cc39",
    );
}

#[test]
fn keyed_nested_flattened_and_encoded() {
    // A published test of WayForPay's Purchase: lists in place, HMAC-MD5.
    let names = [
        "merchantAccount",
        "merchantDomainName",
        "orderReference",
        "orderDate",
        "amount",
        "currency",
        "productName",
        "productCount",
        "productPrice",
    ];
    let recipe = json!({"digest": "md5", "hmac": "{secret.flk3409refn54t54t*FNJRET}", "join": ";", "parts": fields(&names)});
    let sent = r#"{"merchantAccount":"test_merch_n1","merchantDomainName":"www.market.ua","orderReference":"DH783023","orderDate":1415379863,"amount":1547.36,"currency":"UAH","productName":["Процесор Intel Core i5-4670 3.4GHz","Пам'ять Kingston DDR3-1600 4096MB PC3-12800"],"productCount":[1,1],"productPrice":[1000,547.36]}"#;
    proves(recipe, sent, "", "ee828f71ed93441c07eb3eef67762a5c");
    // LiqPay's documents, version 7: SHA-3, Base64 of the raw bytes.
    let recipe = json!({"digest": "sha3-256", "encode": "base64", "parts": [
        {"secret": "a4825234f4bae72a0be04eafe9e8e2bada209255"}, {"field": "data"}, {"secret": "a4825234f4bae72a0be04eafe9e8e2bada209255"}]});
    let sent = r#"{"data":"eyJwdWJsaWNfa2V5IjoiaTAwMDAwMDAwIiwidmVyc2lvbiI6NywiYWN0aW9uIjoicGF5IiwiYW1vdW50IjoiMyIsImN1cnJlbmN5IjoiVUFIIiwiZGVzY3JpcHRpb24iOiJ0ZXN0Iiwib3JkZXJfaWQiOiIwMDAwMDEifQ=="}"#;
    proves(recipe, sent, "", "0adgJ8F2Ds5HCVkcz4AlmdLMRoIJf7IxsL3QmeFRz/s=");
    // A part that is a digest itself: MD5 of the hexadecimal MD5 of "abc" (RFC 1321).
    let inner = json!({"digest": "md5", "parts": fields(&["a"])});
    let recipe = json!({"digest": "md5", "parts": [{"nested": inner}]});
    proves(
        recipe,
        r#"{"a":"abc"}"#,
        "900150983cd24fb0d6963f7d28e17f72",
        "ec0405c5aef93e771cd80e0db180b88b",
    );
    // PayU RO: lengths in bytes before the values; nothing is 0.
    let recipe = json!({"digest": "md5", "parts": [{"field": "a", "format": "len"}, {"field": "gone", "format": "len"}]});
    let known = |_: &str| None;
    let text =
        hashed(&recipe, &Message::json(r#"{"a":"Ж1"}"#.as_bytes()).unwrap(), &known).unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), "3Ж10");
}

#[test]
fn bodies_as_they_are() {
    // CloudPayments, computed: HMAC over the body's bytes, and over what they decode to.
    let known = |name: &str| name.strip_prefix("secret.").map(str::to_owned);
    let body = b"TransactionId=1&Amount=100.00&Currency=RUB&InvoiceId=1001&Name=IVAN+IVANOV&Email=a%40b.ru";
    let message = Message::form(body, encoding_rs::UTF_8).unwrap();
    let recipe = |raw: &str| json!({"digest": "sha256", "hmac": "{secret.apisecret}", "encode": "base64", "parts": [{"raw": raw}]});
    assert_eq!(
        sign(&recipe("body"), &message, &known).unwrap(),
        "Rt2nx/wTOvNQuAW5Oj6ohm8/jK6dxOESzS+0kGg7CRw="
    );
    let decoded = hashed(&recipe("body-urldecoded"), &message, &known).unwrap();
    assert!(String::from_utf8(decoded).unwrap().ends_with("Name=IVAN IVANOV&Email=a@b.ru"));
    // ExamplePay.
    let recipe = json!({"digest": "sha256", "hmac": "{secret.examplepay-secret}", "join": "&", "parts": [
        {"group": "sorted", "exclude": ["sign"], "element": "{k}={v}"}]});
    let sent = r#"{"status":"paid","amount":"100.00","currency":"RUB","deal_id":"662","id":"sp_1","sign":"x"}"#;
    proves(
        recipe,
        sent,
        "amount=100.00&currency=RUB&deal_id=662&id=sp_1&status=paid",
        "958f154116e00dcb5d758b8c943dd7d6f77711419292c4c08fa9f959f6732857",
    );
}
