//! Each descriptor from create to status, by the same code.

use serde_json::{Value, json};

use super::{Described, samples};
use crate::shop::{browse, text, with};

/// Create, page, notification, status: `paid` is there when money is, and not before.
fn goes_through(name: &str) {
    let mut shop = Described::plain(name);
    let page = shop.create();
    let asks = shop.serves("payment_status");
    if asks {
        let before = shop.confirm(None);
        let status = text(&before, "status");
        assert!(
            ["created", "pending", "unknown", "not_found"].contains(&status),
            "{name}: {status}"
        );
        assert_eq!(before["captured"], Value::Null, "{name}");
    }
    browse(&page, &[("do", "pay")]);
    let notification = shop.listener.next();
    let told = shop.parse(&with(notification.clone(), json!({ "expect": shop.expect() })));
    assert_eq!((&told["event"], &told["verified"]), (&json!("paid"), &json!(true)), "{name}");
    assert_eq!(told["needs_status"], json!(asks), "{name}");
    assert_eq!(told["payment"]["order_number"], shop.order["order_number"], "{name}");
    let again = shop.parse(&notification);
    assert_eq!(again["payment"]["order_number"], shop.order["order_number"], "{name}");
    for id in ["event_id", "delivery_id"] {
        assert_eq!(again[id], told[id], "{name} {id}");
    }

    let paid = shop.confirm(Some(&notification));
    assert_eq!((text(&paid, "status"), text(&paid, "captured")), ("paid", "100.50"), "{name}");
    assert_eq!(paid["currency"], shop.order["currency"], "{name}");
    assert_eq!(shop.confirm(Some(&notification))["state_id"], paid["state_id"], "{name}");
    if asks {
        let asked = shop.confirm(None);
        match asked["captured"].as_str() {
            Some(captured) => {
                assert_eq!((text(&asked, "status"), captured), ("paid", "100.50"), "{name}")
            }
            // Without a sum its word is no proof.
            None => assert_eq!(asked["status"], "unknown", "{name}"),
        }
    }
    // The gateway took the answer for what it waits for.
    for _ in 0..100 {
        if shop.seen()["notifications"][0]["delivered"] == true {
            return is_refused_when_forged(&shop, &notification);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{name}: {}", shop.seen());
}

fn is_refused_when_forged(shop: &Described, genuine: &Value) {
    if shop.name.starts_with("liqpay") {
        return; // All of it is one text: `switches` forges that.
    }
    for (tamper, reason) in [
        ("signature", "signature_mismatch"),
        ("amount", "signature_mismatch"),
        ("unsigned", "signature_missing"),
    ] {
        let sent = shop.act(json!({ "do": "redeliver", "tamper": tamper }));
        for _ in sent["sent"].as_array().unwrap() {
            // On a busy machine the genuine one may have been sent twice.
            let same = |it: &Value| ["query", "body"].iter().all(|part| it[part] == genuine[part]);
            let forged = std::iter::repeat_with(|| shop.listener.next());
            let forged = forged.take(5).find(|it| !same(it) || it["headers"] != genuine["headers"]);
            let forged = forged.expect("the genuine one over and over");
            let error = shop.fails("parse_notification", forged.clone());
            assert_eq!((error.kind.name(), error.reason), ("Untrusted", reason), "{}", shop.name);
            let confirm = json!({ "id": shop.id, "expect": shop.expect(), "notification": forged });
            assert_eq!(shop.fails("confirm", confirm).kind.name(), "Untrusted", "{}", shop.name);
        }
        let sent = sent["sent"].as_array().unwrap();
        assert!(sent.iter().all(|one| one["delivered"] == false), "{}: {sent:?}", shop.name);
    }
}

macro_rules! each {
    ($($test:ident: $name:literal,)*) => {
        $(#[test]
        fn $test() {
            goes_through($name);
        })*

        #[test]
        fn none_is_left_out() {
            let tested = [$($name),*];
            let known: Vec<&str> = samples().keys().map(String::as_str).collect();
            assert_eq!(tested.to_vec(), known);
            let built_in = kopeck::gateways::declared::built_in_ids();
            for id in built_in {
                assert!(known.contains(&id), "{id}");
            }
        }
    };
}

each! {
    cloudpayments: "cloudpayments",
    enot: "enot",
    examplepay: "examplepay",
    fondy: "fondy",
    freekassa: "freekassa",
    interkassa: "interkassa",
    liqpay: "liqpay",
    liqpay_v3: "liqpay-v3",
    moneta: "moneta",
    nineteen: "nineteen",
    payeer: "payeer",
    paykeeper: "paykeeper",
    paymaster: "paymaster",
    prodamus: "prodamus",
    robokassa: "robokassa",
    tbank: "tbank",
    unitpay: "unitpay",
    wayforpay: "wayforpay",
    webmoney: "webmoney",
    yoomoney: "yoomoney",
}

/// The buyer left, or the card was refused: nothing is paid, and the page may be tried again where the
/// gateway's word says so.
#[test]
fn a_refused_card_is_not_money() {
    for name in ["examplepay", "tbank", "payeer", "nineteen"] {
        let mut shop = Described::plain(name);
        let page = shop.create();
        browse(&page, &[("do", "fail")]);
        let notification = shop.listener.next();
        let told = shop.parse(&notification);
        assert_eq!(
            (&told["event"], &told["verified"]),
            (&json!("declined"), &json!(true)),
            "{name}"
        );
        let payment = shop.confirm(Some(&notification));
        let status = text(&payment, "status");
        assert!(["created", "declined"].contains(&status), "{name}: {status}");
        assert_eq!(payment["captured"], Value::Null, "{name}");
    }
}
