//! Notifications of the built-in descriptors as their gateways send them: tests/vectors/descriptors/
//! notifications.jsonl, whose signatures were made beside the engine, by Python's hashlib and hmac. Each
//! line: what came, what is expected, and what it must say and be answered.

use std::path::PathBuf;

use kopeck::error::Kind;
use kopeck::{Client, Error, Fields};
use serde_json::{Value, json};

fn rows() -> Vec<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/descriptors");
    let text = std::fs::read_to_string(root.join("notifications.jsonl")).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 24);
    rows
}

fn read(row: &Value, test_mode: Option<bool>) -> Result<Fields, Error> {
    let mut settings = row["settings"].as_object().unwrap().clone();
    settings.insert("gateway".into(), "declared".into());
    settings.insert("clock".into(), "2026-05-14T10:00:00Z".into());
    if let Some(test_mode) = test_mode {
        settings.insert("test_mode".into(), test_mode.into());
    }
    let given = json!({
        "method": "POST", "query": row["query"], "headers": row["headers"], "body": row["body"],
        "expect": row["expect"],
    });
    Client::new(&settings).unwrap().call("parse_notification", given.as_object().unwrap())
}

/// All that proves something: the request before a payment proves nothing.
fn signed() -> impl Iterator<Item = Value> {
    rows().into_iter().filter(|row| row["name"] != "paymaster prerequest")
}

#[test]
fn each_says_what_it_is_and_is_answered_as_its_gateway_expects() {
    for row in rows() {
        let name = &row["name"];
        let told = read(&row, None).unwrap_or_else(|error| panic!("{name}: {}", error.message));
        let want = &row["want"];
        assert_eq!(told["event"], want["event"], "{name}");
        assert_eq!(told["payment"]["status"], want["status"], "{name}");
        assert_eq!(told["test"], want["test"], "{name}");
        assert_eq!(told["needs_status"], want["needs"], "{name}");
        assert_eq!(told["verified"], name != "paymaster prerequest", "{name}");
        assert_eq!(told["answer"]["ok"]["body"], want["ok"], "{name}");
        assert_ne!(told["answer"]["reject"], told["answer"]["ok"], "{name}");
    }
}

#[test]
fn what_is_changed_or_not_signed_is_believed_by_nobody() {
    for mut row in signed() {
        let name = row["name"].clone();
        let genuine = row["body"].as_str().unwrap().to_owned();
        row["body"] = genuine.replace("1547.3", "2547.3").replace("154730", "254730").into();
        if row["body"] == genuine.as_str() {
            // LiqPay: the sum stands in base64.
            row["body"] = genuine.replacen("data=ey", "data=eZ", 1).into();
        }
        assert_ne!(row["body"], genuine.as_str(), "{name}");
        assert_eq!(read(&row, None).unwrap_err().kind, Kind::Untrusted, "{name}");
        row["headers"] = json!({});
        row["body"] = genuine
            .replace("signature", "other")
            .replace("ik_sign", "ik_other")
            .replace("LMI_HASH", "LMI_OTHER")
            .replace("&key=", "&other=")
            .replace("merchantSignature", "other")
            .into();
        assert_eq!(read(&row, None).unwrap_err().kind, Kind::Untrusted, "{name}");
    }
}

#[test]
fn another_sum_and_test_money_are_a_mismatch() {
    for mut row in signed() {
        let name = row["name"].clone();
        if row["want"]["test"] == true {
            assert_eq!(read(&row, Some(false)).unwrap_err().kind, Kind::Mismatch, "{name}");
            assert!(read(&row, Some(true)).is_ok(), "{name}");
        }
        if row["expect"]["amount"].is_string() {
            row["expect"]["amount"] = "1547.31".into();
            let error = read(&row, None).unwrap_err();
            assert_eq!(error.kind, Kind::Mismatch, "{name}");
            assert!(error.answer.is_some(), "{name}");
        }
    }
}

/// A form as a browser sends it.
fn encoded(fields: &Value) -> String {
    let escape = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let fields = fields.as_object().unwrap().iter();
    let pairs = fields.map(|(name, value)| format!("{name}={}", escape(value.as_str().unwrap())));
    pairs.collect::<Vec<_>>().join("&")
}

#[test]
fn what_a_buyer_is_given_to_begin_with_is_no_proof_that_he_paid() {
    let mut seen = Vec::new();
    for mut row in signed() {
        let mut settings = row["settings"].as_object().unwrap().clone();
        let descriptor = settings["descriptor"].as_str().unwrap().to_owned();
        let called = ["cloudpayments", "paykeeper", "fondy"].contains(&descriptor.as_str());
        if called || seen.contains(&descriptor) {
            continue;
        }
        settings.insert("gateway".into(), "declared".into());
        let order = json!({
            "order_number": "A-1001", "amount": "1547.30", "description": "Заказ 1",
            "currency": row["expect"]["currency"], "return_url": "https://shop.example/return",
        });
        let client = Client::new(&settings).unwrap();
        let payment = client.call("create_payment", order.as_object().unwrap()).unwrap();
        let action = &payment["action"];
        match action["url"].as_str().unwrap().split_once('?') {
            Some((_, query)) => {
                let signature = query.split("&signature=").last().unwrap();
                row["headers"] = json!({ "Sign": signature });
                row["body"] = query.into();
            }
            None => row["body"] = encoded(&action["fields"]).into(),
        }
        match read(&row, None) {
            Ok(told) => {
                assert_eq!(told["payment"]["status"], "unknown", "{descriptor}");
                assert_eq!(told["event"], "unknown", "{descriptor}");
            }
            Err(error) => assert_eq!(error.kind, Kind::Untrusted, "{descriptor}"),
        }
        seen.push(descriptor);
    }
    let all = ["liqpay", "liqpay-v3", "wayforpay", "interkassa", "paymaster", "prodamus"];
    assert_eq!(seen, all);
}
