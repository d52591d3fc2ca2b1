use super::*;

fn expect(more: Value) -> Expect {
    let mut all =
        json!({ "order_number": "o2", "amount": "10.50", "currency": "RUB", "hold": false });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(all).unwrap()
}

#[test]
fn each_event_has_its_status_and_only_signed_sums() {
    // Status, event, status, amount, authorized, captured.
    for (number, event, status, amount, authorized, captured) in [
        ("3", "created", "created", "10.50", "", ""),
        ("4", "cancelled", "cancelled", "", "", ""),
        ("5", "paid", "paid", "10.50", "", "10.50"),
        ("6", "held", "authorized", "10.50", "10.50", ""),
        ("7", "paid", "partially_paid", "", "", "10.50"),
        ("8", "refunded", "unknown", "", "", ""),
        ("9", "unknown", "unknown", "", "", ""),
        ("05", "unknown", "unknown", "", "", ""),
    ] {
        for hold in [false, true] {
            let body = signed(&[("PaymentStatus", number), ("RefundAmount", "10.50")]);
            let expect = expect(json!({ "hold": hold }));
            let told = read_as(json!({}), expect, PLAIN, &body).unwrap();
            let sum = |name: &str| told.payment[name].as_str().unwrap_or_default().to_owned();
            assert_eq!((told.event, sum("status").as_str()), (event, status), "{number}");
            assert_eq!(told.succeeded, (event != "unknown").then_some(true));
            assert_eq!(
                [sum("amount"), sum("authorized"), sum("captured"), sum("refunded")],
                [amount, authorized, captured, ""],
                "{number}"
            );
            assert_eq!(told.payment["paid_at"].is_string(), number == "5");
            assert!(told.needs_status && told.verified && told.payment["method"].is_null());
            assert_eq!(told.told().unwrap().payment.status.name(), status);
            assert!(told.payment["state_id"].is_null() && told.payment["final"] == false);
        }
    }
}

fn mismatch(settings: Value, expect: Expect, changes: &[(&str, &str)]) -> &'static str {
    let error = read_as(settings, expect, PLAIN, &signed(changes)).map(|_| ()).unwrap_err();
    assert_eq!((error.kind, error.may_have_happened), (Kind::Mismatch, true));
    assert_eq!(
        error.payment.as_ref().unwrap()["order_number"],
        changes.iter().find(|(n, _)| *n == "OrderId").map_or("o2", |(_, v)| v)
    );
    assert_eq!(error.answer.as_ref().unwrap()["ok"]["body"], "OK");
    error.reason
}

#[test]
fn an_authentic_webhook_of_something_else_is_a_mismatch() {
    let none = || json!({});
    let usual = || expect(json!({}));
    for number in ["3", "5", "6"] {
        for sum in ["10.51", "10.49", "0.01"] {
            let changes = [("PaymentStatus", number), ("RecipientAmount", sum)];
            assert_eq!(mismatch(none(), usual(), &changes), "amount");
        }
        let more = [("PaymentStatus", number), ("RecipientAmount", "10.51")];
        assert_eq!(mismatch(none(), expect(json!({ "hold": true })), &more), "amount");
    }
    assert_eq!(mismatch(none(), usual(), &[("RecipientCurrency", "USD")]), "currency");
    assert_eq!(mismatch(none(), usual(), &[("RecipientCurrency", "TST")]), "currency");
    assert_eq!(
        mismatch(none(), usual(), &[("OrderId", "o3"), ("PaymentStatus", "8")]),
        "order_number"
    );
    assert_eq!(mismatch(none(), usual(), &[("EshopId", "465933")]), "shop");
    let other = expect(json!({ "id": "3000000002" }));
    assert_eq!(mismatch(none(), other, &[]), "id");
    let live = json!({ "test_mode": false });
    assert_eq!(mismatch(live, Expect::default(), &[("RecipientCurrency", "TST")]), "test");
    let test = json!({ "test_mode": true });
    assert_eq!(mismatch(test, Expect::default(), &[]), "test");
}

#[test]
fn an_equal_number_proves_nothing_since_no_hash_covers_it() {
    let same = expect(json!({ "id": "3000000001" }));
    let told = read_as(json!({}), same, PLAIN, &signed(&[])).unwrap();
    assert_eq!(told.checked, ["shop", "order_number", "currency", "amount"]);
    assert!(!told.told.unwrap().bound_by_id);
}

#[test]
fn less_than_a_hold_is_data_and_a_part_of_an_invoice_is_never_the_whole() {
    let held = || expect(json!({ "hold": true }));
    for (number, status) in [("5", "paid"), ("6", "authorized")] {
        let body = signed(&[("PaymentStatus", number), ("RecipientAmount", "4.00")]);
        let told = read_as(json!({}), held(), PLAIN, &body).unwrap();
        assert_eq!(
            (&told.payment["status"], &told.payment["amount"]),
            (&json!(status), &Value::Null)
        );
        assert_eq!(told.checked, ["shop", "order_number", "currency"]);
    }
    // An invoice that was reduced before anybody paid is another than the one registered.
    let reduced = [("PaymentStatus", "3"), ("RecipientAmount", "4.00")];
    assert_eq!(mismatch(json!({}), held(), &reduced), "amount");
    let part = signed(&[("PaymentStatus", "7"), ("RecipientAmount", "4.00")]);
    for expect in [held(), expect(json!({}))] {
        let told = read_as(json!({}), expect, PLAIN, &part).unwrap();
        assert_eq!(told.payment["status"], "partially_paid");
    }
    let nothing = signed(&[("RecipientAmount", "0.00")]);
    let told = read_as(json!({}), held(), PLAIN, &nothing).unwrap();
    assert_eq!(told.payment["status"], "unknown");
}

#[test]
fn money_that_cannot_be_read_is_not_guessed() {
    for sum in ["10.50", "10,50", "10.5", "10.500", "10.5000", "1.05e1"] {
        let told =
            read_as(json!({}), expect(json!({})), PLAIN, &signed(&[("RecipientAmount", sum)]));
        assert_eq!(told.unwrap().payment["captured"], "10.50", "{sum}");
    }
    let many = "9".repeat(30);
    for sum in ["10.505", "1,050", "1 050.00", "1,050.00", "-10.50", " 10.50", "ten", &many] {
        let told =
            read_as(json!({}), expect(json!({})), PLAIN, &signed(&[("RecipientAmount", sum)]));
        let told = told.unwrap();
        assert!(told.payment["captured"].is_null() && told.payment["amount"].is_null(), "{sum}");
        assert_eq!(
            (&told.payment["status"], &told.payment["reason"]),
            (&json!("unknown"), &json!("sum_unreadable"))
        );
        assert_eq!(told.checked, ["shop", "order_number", "currency"]);
    }
    for (word, code, test) in [
        ("RUR", json!("RUB"), Some(false)),
        ("810", json!("RUB"), Some(false)),
        ("643", json!("RUB"), Some(false)),
        ("TST", json!("TST"), Some(true)),
        ("EUR", json!("EUR"), Some(false)),
        ("tst", json!("TST"), Some(true)),
        ("XYZ", Value::Null, None),
        ("0", json!("TST"), Some(true)),
    ] {
        let told = read(&signed(&[("RecipientCurrency", word)])).unwrap();
        assert_eq!((&told.payment["currency"], told.test), (&code, test), "{word}");
        assert_eq!(told.payment["amount"].is_null(), code.is_null());
    }
}

#[test]
fn dates_are_of_the_gateways_zone() {
    for (zone, date, paid_at) in [
        ("+03:00", "2030-01-02 03:04:05", json!("2030-01-02T00:04:05Z")),
        ("+00:00", "2030-01-02 03:04:05", json!("2030-01-02T03:04:05Z")),
        ("+03:00", "2030-01-02T03:04:05", Value::Null),
        ("+03:00", "2030-02-30 03:04:05", Value::Null),
        ("+03:00", "", Value::Null),
        ("+03:00", "0000-01-01 00:00:00", Value::Null),
        ("-10:00", "9999-12-31 23:59:59", Value::Null),
    ] {
        let settings = json!({ "gateway_time_zone": zone });
        let body = signed(&[("PaymentData", date)]);
        let told = read_as(settings, Expect::default(), PLAIN, &body).unwrap();
        assert_eq!(told.payment["paid_at"], paid_at, "{zone} {date}");
    }
}

#[test]
fn events_are_told_apart_by_what_is_signed() {
    let id = |changes: &[(&str, &str)]| {
        let told = read(&signed(changes)).unwrap();
        (told.event_id.unwrap(), told.delivery_id)
    };
    assert_eq!(id(&[]), id(&[]));
    let later = id(&[("PaymentData", "2030-01-02 03:04:06")]);
    assert!(id(&[]).0 != later.0 && id(&[]).1 != later.1);
    assert_ne!(id(&[("PaymentStatus", "8")]).0, id(&[]).0);
}

#[test]
fn a_number_that_is_none_is_no_candidate() {
    let long = "3".repeat(21);
    for (given, id) in [
        ("3000000001", json!("3000000001")),
        ("<b>", Value::Null),
        ("", Value::Null),
        (&long, Value::Null),
    ] {
        let told = read(&signed(&[("PaymentId", given)])).unwrap();
        assert_eq!((&told.payment["id"], &told.raw["PaymentId"]), (&id, &json!(given)));
    }
}
