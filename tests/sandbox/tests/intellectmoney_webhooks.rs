//! IntellectMoney: webhooks as a shop receives them.

#[cfg(test)]
mod eshop;
#[cfg(test)]
mod started;

use std::time::Duration;

use eshop::{Received, Shop, listener, md5};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use started::Sandbox;

const PATIENCE: Duration = Duration::from_secs(10);
/// Signed fields, by the portal's names.
const SIGNED: [&str; 10] = [
    "EshopId",
    "OrderId",
    "ServiceName",
    "EshopAccount",
    "RecipientAmount",
    "RecipientCurrency",
    "PaymentStatus",
    "UserName",
    "UserEmail",
    "PaymentData",
];

/// The signed text of a body, still in its own charset.
#[cfg(test)]
fn signed_bytes(received: &Received, names: &[String], key: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend(received.bytes(name));
        bytes.extend(b"::");
    }
    bytes.extend(key.as_bytes());
    bytes
}

#[cfg(test)]
fn pascal() -> Vec<String> {
    SIGNED.iter().map(|name| name.to_string()).collect()
}

#[cfg(test)]
fn verified(shop: &Shop, received: &Received) -> bool {
    let signed = signed_bytes(received, &pascal(), shop.its("secret_key"));
    received.field("Hash") == md5(&String::from_utf8(signed).unwrap())
}

#[test]
fn every_change_is_told_to_the_invoices_own_address() {
    let sandbox = Sandbox::start(&[]);
    let (elsewhere, others) = listener(&["OK"]);
    let (url, received) = listener(&["OK"]);
    let change = json!({"eshop_id": "450001", "result_url": elsewhere,
        "settings": {"refund_amount_field": "OperationAmount"}});
    sandbox.control("eshops", &change.to_string());
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let id = shop.invoice(
        "A-1",
        "RUB",
        &[("ResultUrl", &url), ("ServiceName", "Книга"), ("UserField_1", "x y")],
    );
    shop.start("bnplPayment", &id);
    let created = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(created.content_type, "application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!(created.field("PaymentStatus"), "3");
    assert!(!created.body.contains("PayMethod"), "{}", created.body);
    let page = shop.shown(&id)["payment"]["page"].clone();
    sandbox.post_page(page.as_str().unwrap(), &["do=approve"]);
    let paid = received.recv_timeout(PATIENCE).unwrap();
    for (name, value) in [
        ("PaymentStatus", "5"),
        ("PaymentId", id.as_str()),
        ("OrderId", "A-1"),
        ("ServiceName", "Книга"),
        ("RecipientAmount", "10.00"),
        ("PayMethod", "BNPL"),
        ("UserField_1", "x y"),
        ("UserEmail", "a@b.ru"),
        ("EshopAccount", shop.its("eshop_account")),
    ] {
        assert_eq!(paid.field(name), value, "{name}");
    }
    shop.purchase("Refund", "A-1", &[("OperationAmount", "4.00")]);
    let refunded = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(refunded.field("PaymentStatus"), "8");
    assert_eq!(refunded.field("RefundAmount"), "4.00");
    assert_eq!(refunded.field("RecipientAmount"), "10.00");
    for one in [&created, &paid, &refunded] {
        assert!(verified(&shop, one), "{}", one.body);
    }
    assert!(others.try_recv().is_err());
    // Without an address of its own, the cabinet's counts.
    shop.invoice("A-2", "RUB", &[]);
    assert_eq!(others.recv_timeout(PATIENCE).unwrap().field("OrderId"), "A-2");
}

#[test]
fn an_old_body_is_windows_1251_with_small_letters() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450002", json!({}));
    let (url, received) = listener(&["OK"]);
    let more: &[(&str, &str)] =
        &[("ResultUrl", &url), ("ServiceName", "Книга"), ("UserName", "Иван")];
    let camel: Vec<String> = SIGNED
        .iter()
        .map(|name| format!("{}{}", name[..1].to_ascii_lowercase(), &name[1..]))
        .collect();
    shop.invoice("A-1", "RUB", more);
    let old = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(old.content_type, "application/x-www-form-urlencoded");
    assert_eq!(old.bytes("serviceName"), [0xCA, 0xED, 0xE8, 0xE3, 0xE0]);
    let signed = signed_bytes(&old, &camel, shop.its("secret_key"));
    assert_eq!(old.field("hash"), hex::encode(md5::Md5::digest(&signed)));
    // The third case of the official module: the body in one charset, the hash over the other.
    Shop::new(&sandbox, "450002", json!({"webhook_hash_charset": "utf-8"}));
    shop.invoice("A-2", "RUB", more);
    let mixed = received.recv_timeout(PATIENCE).unwrap();
    let signed = signed_bytes(&mixed, &camel, shop.its("secret_key"));
    let (text, _, _) = encoding_rs::WINDOWS_1251.decode(&signed);
    assert_eq!(mixed.field("hash"), md5(&text));

    let settings = json!({"webhook_hash": "sha256", "webhook_charset": "utf-8",
        "webhook_hash_charset": null, "webhook_names": "pascal"});
    Shop::new(&sandbox, "450002", settings);
    shop.invoice("A-3", "RUB", more);
    let sha = received.recv_timeout(PATIENCE).unwrap();
    let signed = signed_bytes(&sha, &pascal(), shop.its("secret_key"));
    assert_eq!(sha.field("Hash"), hex::encode(Sha256::digest(&signed)));
}

/// The notifications of an invoice when they have so many attempts in all.
#[cfg(test)]
fn settled(shop: &Shop, id: &str, attempts: usize) -> Value {
    for _ in 0..1000 {
        let sent = shop.shown(id)["notifications"].clone();
        let made = sent.as_array().unwrap().iter();
        let made: usize = made.map(|one| one["attempts"].as_array().unwrap().len()).sum();
        if made >= attempts {
            return sent;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{id} never has {attempts} attempts");
}

#[test]
fn only_the_right_answer_ends_the_attempts() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({"webhook_attempts": 4}));
    let (url, received) = listener(&["", "ok", "OK\n", "OK"]);
    let id = shop.invoice("A-1", "RUB", &[("ResultUrl", &url)]);
    let sent = settled(&shop, &id, 4);
    assert_eq!(sent[0]["delivered"], true);
    let results: Vec<_> =
        (0..4).map(|place| sent[0]["attempts"][place]["result"].as_str().unwrap()).collect();
    let bad = "HTTP 200, the body is not OK";
    assert_eq!(results, [bad, bad, bad, "HTTP 200, OK"]);
    let bodies: Vec<_> = (0..4).map(|_| received.recv_timeout(PATIENCE).unwrap().body).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");

    Shop::new(&sandbox, "450001", json!({"webhook_ok": "loose"}));
    let (url, _received) = listener(&["ok\n"]);
    let id = shop.invoice("A-2", "RUB", &[("ResultUrl", &url)]);
    assert_eq!(settled(&shop, &id, 1)[0]["delivered"], true);

    // Events that the cabinet does not have switched on are not told.
    Shop::new(&sandbox, "450001", json!({"webhook_statuses": [5]}));
    let id = shop.invoice("A-3", "RUB", &[("ResultUrl", &url)]);
    shop.act(&id, json!({"do": "pay"}));
    assert_eq!(settled(&shop, &id, 1)[0]["status"], 5);
}

#[test]
fn webhooks_come_again_out_of_order_and_forged() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let (url, received) = listener(&["OK"]);
    let id = shop.invoice("A-1", "RUB", &[("ResultUrl", &url)]);
    shop.act(&id, json!({"do": "pay", "amount": "4.00"}));
    shop.act(&id, json!({"do": "pay"}));
    settled(&shop, &id, 3);
    for _ in 0..3 {
        received.recv_timeout(PATIENCE).unwrap();
    }
    let again = json!({"do": "redeliver", "reverse_order": true, "times": 2});
    let sent = shop.act(&id, again)["sent"].clone();
    let statuses: Vec<_> =
        sent.as_array().unwrap().iter().map(|one| one["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [5, 5, 7, 7, 3, 3]);
    for status in statuses {
        let one = received.recv_timeout(PATIENCE).unwrap();
        assert_eq!(one.field("PaymentStatus"), status.to_string());
        assert!(verified(&shop, &one), "{}", one.body);
    }
    for (kind, still_verified) in [
        ("status", false),
        ("order", false),
        ("amount", false),
        ("hash", false),
        // Not covered by the hash: a shop that trusts it is cheated.
        ("payment_id", true),
    ] {
        let order = json!({"do": "redeliver", "status": 5, "tamper": kind});
        assert_eq!(shop.act(&id, order)["sent"].as_array().unwrap().len(), 1, "{kind}");
        let forged = received.recv_timeout(PATIENCE).unwrap();
        assert_eq!(verified(&shop, &forged), still_verified, "{kind}: {}", forged.body);
    }
    for kind in ["unsigned", "repeated"] {
        shop.act(&id, json!({"do": "redeliver", "status": 5, "tamper": kind}));
        let body = received.recv_timeout(PATIENCE).unwrap().body;
        let (hashes, orders) = (body.matches("Hash=").count(), body.matches("OrderId=").count());
        assert_eq!((hashes, orders), if kind == "unsigned" { (0, 1) } else { (1, 2) }, "{body}");
    }
    assert!(shop.act(&id, json!({"do": "redeliver", "tamper": "what"}))["error"].is_string());
    assert!(shop.act(&id, json!({"do": "redeliver", "status": 8}))["error"].is_string());
}

#[test]
fn a_card_that_agreed_is_charged_again_on_a_new_invoice() {
    let sandbox = Sandbox::start(&[]);
    let shop = Shop::new(&sandbox, "450001", json!({}));
    let (url, received) = listener(&["OK"]);
    let more: &[(&str, &str)] = &[("ResultUrl", &url), ("RecurringType", "Activate")];
    let id = shop.invoice("A-1", "RUB", more);
    received.recv_timeout(PATIENCE).unwrap();
    let login =
        [("", ""), ("Login", shop.its("login")), ("Password", shop.its("password")), ("", "")];
    let token = shop.personal("user/getUserToken", &login, &[])["Result"]["UserToken"].clone();
    let token = token.as_str().unwrap().to_owned();
    let plan = |object: &str| {
        let signed = [
            ("UserToken", token.as_str()),
            ("", ""),
            ("", ""),
            ("Operation", ""),
            ("ObjectId", object),
            ("ObjectTypeVal", "1"),
            ("ParamsJson", r#"{"Amount": 5.5}"#),
            (
                "RepeatPlan",
                r#"{"StartAt":"2030-01-01T00:00:00","PeriodLength":1,"PeriodType":"Day"}"#,
            ),
            ("RetryOnFailPlan", ""),
            ("RetryOnFailCount", ""),
            ("IsSingle", "0"),
            ("FireOnSkip", ""),
            ("State", "1"),
            ("", ""),
            ("", ""),
            ("EndExecDate", "01.02.2030"),
        ];
        shop.personal("scheduler/setScheduledOperationData", &signed, &[])
    };
    assert_eq!(eshop::verdict(&plan(&id)), (105, ""), "nobody has paid");
    shop.act(&id, json!({"do": "pay"}));
    assert_eq!(received.recv_timeout(PATIENCE).unwrap().field("RecurringState"), "Activated");
    let operation = plan(&id)["Result"]["Operation"].clone();
    let operation = operation.as_str().unwrap();
    let charged = sandbox.control(&format!("schedules/{operation}/act"), r#"{"do":"charge"}"#);
    assert_eq!((&charged["status"], &charged["paid"]), (&json!(5), &json!("5.50")));
    let told = [received.recv_timeout(PATIENCE).unwrap(), received.recv_timeout(PATIENCE).unwrap()];
    for one in &told {
        assert_eq!(one.field("SourceInvoiceId"), id);
        assert_ne!(one.field("PaymentId"), id);
    }
    let failed = sandbox.control(&format!("schedules/{operation}/act"), r#"{"do":"fail"}"#);
    assert_eq!(failed["status"], 4);
}
