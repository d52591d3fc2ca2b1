//! What is taken for money, status by status.

use serde_json::{Value, json};

use super::taken::{Taken, taken};
use crate::crm::bitrix24::deal::Told;
use crate::fields;
use crate::payment::Status;

/// A payment of 100.00 RUB, all of it captured, but for these fields.
fn told(changed: &Value) -> Told {
    let mut payment = json!({
        "status": "paid", "amount": "100.00", "captured": "100.00", "currency": "RUB",
        "refunded": null, "disputed": false, "test": null,
    });
    for (name, value) in changed.as_object().unwrap() {
        payment[name] = value.clone();
    }
    fields::read(payment.as_object().unwrap()).unwrap()
}

#[test]
fn only_what_was_captured_in_full_is_money() {
    use Status::*;
    let nothing = [
        Created,
        ActionRequired,
        Pending,
        Authorized,
        Cancelled,
        Verified,
        Declined,
        Expired,
        NotFound,
    ];
    for status in nothing {
        let captured = |sum: &str| {
            taken(&told(&json!({ "status": status.name(), "captured": sum })), None).unwrap()
        };
        assert_eq!(captured("0.00"), Taken::Nothing, "{status:?}");
        assert_eq!(captured("0.01"), Taken::Doubt("status_unknown"), "{status:?}");
    }
    for status in [
        Created,
        ActionRequired,
        Pending,
        Authorized,
        PartiallyCaptured,
        Paid,
        PartiallyPaid,
        PartiallyRefunded,
        Refunded,
        Cancelled,
        Verified,
        Declined,
        Expired,
        NotFound,
        Unknown,
    ] {
        let sum = if nothing.contains(&status) { "0.00" } else { "100.00" };
        let changed = json!({ "status": status.name(), "captured": sum });
        let read = taken(&told(&changed), None).unwrap();
        let all = matches!(read, Taken::All(sum) if sum.minor == 10_000);
        assert_eq!(all, status == Paid, "{status:?}");
        let looked_at = matches!(read, Taken::Doubt(_));
        let moved = matches!(
            status,
            PartiallyCaptured | PartiallyPaid | PartiallyRefunded | Refunded | Unknown
        );
        assert_eq!(looked_at, moved, "{status:?}");
    }
}

#[test]
fn what_is_doubtful_is_a_persons_to_decide() {
    for (changed, word) in [
        (json!({ "captured": null }), "sum_unknown"),
        (json!({ "currency": null }), "sum_unknown"),
        (json!({ "disputed": true }), "disputed"),
        (json!({ "refunded": "0.01" }), "refunded"),
        (json!({ "test": true }), "test"),
    ] {
        let read = taken(&told(&changed), Some(false)).unwrap();
        assert_eq!(read, Taken::Doubt(word), "{changed}");
    }
    assert!(matches!(taken(&told(&json!({ "test": true })), Some(true)), Ok(Taken::All(_))));
    assert!(matches!(taken(&told(&json!({ "refunded": "0.00" })), None), Ok(Taken::All(_))));
    for changed in [json!({ "status": null }), json!({ "currency": "rub" })] {
        assert!(taken(&told(&changed), None).is_err(), "{changed}");
    }
}

#[test]
fn a_notification_counts_where_settle_deal_takes_it() {
    let payment = json!({ "gateway": "rbs", "status": "paid" });
    for (verified, needs_status, succeeded, taken) in [
        (json!(true), json!(false), json!(true), true),
        (json!("true"), json!("false"), json!("true"), true),
        (json!(true), json!(false), json!("false"), false),
        (json!("false"), json!(false), json!(true), false),
    ] {
        let given = json!({ "verified": verified, "needs_status": needs_status,
                            "succeeded": succeeded, "payment": payment });
        let told = super::taken::told(&None, &given.as_object().cloned());
        assert_eq!(told.is_ok(), taken, "{given}");
    }
}

#[test]
fn every_operation_says_what_it_takes() {
    let settings = json!({ "service": "bitrix24", "webhook_url": "https://p.test/rest/1/abcdef/" });
    let client = crate::Client::new(settings.as_object().unwrap()).unwrap();
    let described = client.call("describe", &fields::Fields::new()).unwrap();
    let rows = described["operations"].as_array().unwrap();
    for (name, effect, some) in [
        ("link_payment", "write", "xml_id"),
        ("settle_deal", "write", "on_failure"),
        ("read_checkout", "read", "body_base64"),
        ("answer_checkout", "read", "page_url"),
        ("settle_checkout", "write", "locked"),
        ("parse_event", "read", "body_base64"),
    ] {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        assert_eq!((&row["effect"], &row["repeat"]), (&json!(effect), &json!("always")), "{name}");
        assert!(row["fields"].as_array().unwrap().contains(&json!(some)), "{name}: {row}");
    }
}
