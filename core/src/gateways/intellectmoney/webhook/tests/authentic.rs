use md5::Md5;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;

#[test]
fn the_manuals_own_webhook_is_authentic() {
    let body = "eshopId=17354&orderId=order_0000001&serviceName=%D0%9A%D0%BD%D0%B8%D0%B3%D0%B0&\
                eshopAccount=4356091274&recipientAmount=12.30&recipientCurrency=RUB&paymentStatus=5&\
                userName=%D0%90%D1%80%D1%82%D0%B5%D0%BC+%D0%94%D0%B2%D0%BE%D1%80%D1%8F%D0%B4%D0%BA%D0%B8%D0%BD&\
                userEmail=tema%40intellectmoney.ru&paymentData=2010-01-17+13%3A12%3A03&\
                hash=61620ea240928af649e44aaebb1c15dd";
    let settings = json!({ "eshop_id": "17354", "secret_key": "myKey" });
    let told = read_as(settings, Expect::default(), PLAIN, body.as_bytes()).unwrap();
    assert_eq!((told.event, told.verified, told.test), ("paid", true, Some(false)));
    assert_eq!(told.payment["captured"], "12.30");
    assert_eq!(told.payment["paid_at"], "2010-01-17T10:12:03Z");
    assert_eq!((&told.payment["id"], &told.raw["userName"]), (&Value::Null, &json!("***")));
}

#[test]
fn either_charset_with_either_hash_is_one_event() {
    let mut ids = Vec::new();
    for (bytes, labels) in [(wide as fn(&str) -> Vec<u8>, [PLAIN, UTF8]), (narrow, [PLAIN, OLD])] {
        for label in labels {
            for hash in [OF_UTF8, OF_1251, &OF_UTF8.to_uppercase()] {
                let mut body = form(&with(&[]), bytes);
                body.extend(format!("&Hash={hash}").bytes());
                let told = read_as(json!({}), Expect::default(), label, &body).unwrap();
                assert_eq!(told.raw["ServiceName"], "Книга");
                ids.push(told.event_id.unwrap());
            }
        }
    }
    assert_eq!(ids.len(), 12);
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[test]
fn a_wrong_label_does_not_lose_a_webhook() {
    // The bytes as they came decide; what a label makes of a name is not believed for money.
    let mut body = form(&with(&[]), narrow);
    body.extend(format!("&Hash={OF_1251}").bytes());
    for label in [UTF8, "application/x-www-form-urlencoded; charset=koi8-r", "", "x; charset="] {
        let told = read_as(json!({}), Expect::default(), label, &body).unwrap();
        assert_eq!(told.raw["ServiceName"], "Книга");
    }
    let mut body = form(&with(&[]), wide);
    body.extend(format!("&Hash={OF_UTF8}").bytes());
    let told = read_as(json!({}), Expect::default(), OLD, &body).unwrap();
    assert_eq!(told.payment["order_number"], "o2");
}

#[test]
fn ascii_is_the_same_in_both_and_empty_slots_stay() {
    let body = "EshopId=465932&OrderId=o1&EshopAccount=4356091274&RecipientAmount=10.00&\
                RecipientCurrency=TST&PaymentStatus=3&UserName=&UserEmail=a@b.ru&\
                PaymentData=2030-01-02%2003:04:05&Hash=11096f8e2efa5e86842a5e71ce8d46a6";
    for label in [PLAIN, UTF8, OLD] {
        let told = read_as(json!({}), Expect::default(), label, body.as_bytes()).unwrap();
        assert_eq!((told.event, told.succeeded, told.test), ("created", Some(true), Some(true)));
        assert_eq!(told.payment["status"], "created");
    }
}

#[test]
fn no_signed_field_can_be_changed_and_none_left_out() {
    for (name, value) in USUAL.iter().filter(|(name, _)| *name != "PaymentId") {
        let changed = format!("{value}1");
        let mut body = form(&with(&[(name, &changed)]), wide);
        body.extend(format!("&Hash={OF_UTF8}").bytes());
        assert_eq!(refused(&body), "signature_mismatch", "{name}");
        let left: Vec<_> = USUAL.into_iter().filter(|(given, _)| given != name).collect();
        let mut body = form(&left, wide);
        body.extend(format!("&Hash={OF_UTF8}").bytes());
        assert!(["signature_mismatch", "unreadable"].contains(&refused(&body)), "{name}");
    }
}

#[test]
fn unsigned_fields_change_nothing_that_matters() {
    let plain = read(&signed(&[])).unwrap();
    let more = [
        ("PaymentId", "3999999999"),
        ("RefundAmount", "10.50"),
        ("RecipientOriginalAmount", "99.00"),
        ("PayMethod", "BNPL"),
        ("reccurringState", "Activated"),
        ("rrn", "123456789012"),
        ("commissionAmount", "0.30"),
    ];
    let told = read(&signed(&more)).unwrap();
    assert_eq!((&told.event_id, &told.delivery_id), (&plain.event_id, &plain.delivery_id));
    let (mut one, mut other) = (plain.payment, told.payment);
    assert_eq!(
        (one.remove("id"), other.remove("id")),
        (Some(json!("3000000001")), Some(json!("3999999999")))
    );
    assert_eq!(one, other);
    assert_eq!(told.raw["rrn"], "123456789012");
    let names: Vec<_> = more.iter().map(|(name, _)| *name).collect();
    assert_eq!(told.raw["_unsigned"], json!(names));
}

#[test]
fn a_key_in_the_request_is_no_key() {
    let pairs = with(&[("SecretKey", "theirs")]);
    let hash = hex::encode(Md5::digest(text(&pairs, "theirs")));
    let mut body = form(&pairs, wide);
    body.extend(format!("&Hash={hash}").bytes());
    assert_eq!(refused(&body), "signature_mismatch");
    let told = read(&signed(&[("SecretKey", "mySecret")])).unwrap();
    let shown = told.raw.to_string();
    assert!(!shown.contains("mySecret") && !shown.to_lowercase().contains("secretkey"), "{shown}");
    // Nor is the empty one, which a shop starts with.
    let hash = hex::encode(Md5::digest(text(&with(&[]), "")));
    let mut body = form(&with(&[]), wide);
    body.extend(format!("&Hash={hash}").bytes());
    assert_eq!(refused(&body), "signature_mismatch");
}

#[test]
fn a_key_is_used_as_given_in_either_charset() {
    let key = " ключ::+ ";
    let text = text(&with(&[]), key);
    for hash in [Md5::digest(&text), Md5::digest(narrow(&text))] {
        for bytes in [wide as fn(&str) -> Vec<u8>, narrow] {
            let mut body = form(&with(&[]), bytes);
            body.extend(format!("&Hash={}", hex::encode(hash)).bytes());
            read_as(json!({ "secret_key": key }), Expect::default(), PLAIN, &body).unwrap();
        }
    }
}

#[test]
fn sha256_is_taken_and_every_other_shape_is_not() {
    let hash = hex::encode(Sha256::digest(text(&with(&[]), "mySecret")));
    let body = |hash: &str| {
        let mut body = form(&with(&[]), wide);
        body.extend(format!("&Hash={hash}").bytes());
        body
    };
    assert_eq!(read(&body(&hash)).unwrap().event, "paid");
    for (hash, reason) in [
        ("", "signature_missing"),
        ("zz8a6c6867df6bed02b1834a8304801d", "signature_malformed"),
        (&OF_UTF8[..31], "signature_malformed"),
        (&hash[..40], "signature_malformed"),
        (&"0".repeat(32), "signature_mismatch"),
        (&"0".repeat(64), "signature_mismatch"),
        (&"0".repeat(100_000), "signature_malformed"),
    ] {
        assert_eq!(refused(&body(hash)), reason, "{hash:.70}");
    }
    assert_eq!(refused(&form(&with(&[]), wide)), "signature_missing");
}

#[test]
fn names_are_read_in_any_case_and_never_twice() {
    let body = String::from_utf8(signed(&[])).unwrap();
    for name in ["EshopId", "OrderId", "PaymentStatus", "Hash"] {
        assert!(read(body.replace(name, &name.to_uppercase()).as_bytes()).is_ok(), "{name}");
        let twice = format!("{body}&{}=another", name.to_lowercase());
        assert_eq!(refused(twice.as_bytes()), "unreadable", "{name}");
        let first = format!("{name}=another&{body}");
        assert_eq!(refused(first.as_bytes()), "unreadable", "{name}");
    }
    assert_eq!(refused(format!("{body}&x=1&X=1").as_bytes()), "unreadable");
    // A letter that only a careless lower-casing makes an s of.
    let odd = body.replace("EshopId=", "E%C5%BFhopId=");
    assert_eq!(refused(odd.as_bytes()), "unreadable");
}

#[test]
fn what_cannot_be_read_exactly_is_refused() {
    let body = String::from_utf8(signed(&[])).unwrap();
    for bad in [
        String::new(),
        "&&&".into(),
        "{\"EshopId\": 465932}".into(),
        body.replace("%35", "%3"),
        format!("{body}&x=%zz"),
        format!("%EF%BB%BF{body}"),
        format!("\u{feff}{body}"),
    ] {
        assert_eq!(refused(bad.as_bytes()), "unreadable", "{bad}");
    }
    assert!(read(format!("&{body}&&x&y=").as_bytes()).is_ok());
    for missing in ["EshopId", "OrderId", "RecipientAmount", "RecipientCurrency", "PaymentStatus"] {
        assert_eq!(refused(&signed(&[(missing, "")])), "unreadable", "{missing}");
    }
}

#[test]
fn spaces_and_bytes_that_no_letter_has_survive() {
    // 0x98 is the one byte that windows-1251 gives to no letter.
    let pairs = with(&[("UserName", "A B"), ("ServiceName", "")]);
    let [head, tail] =
        text(&pairs, "mySecret").split("o2::").map(narrow).collect::<Vec<_>>().try_into().unwrap();
    let hash = Md5::digest([head, b"o2::\x98\xcf".to_vec(), tail].concat());
    let mut body = String::from_utf8(form(&pairs, narrow)).unwrap();
    body = body
        .replace("ServiceName=", "ServiceName=%98%CF")
        .replace("A%20B", "A+B")
        .replace("%41%20%42", "A+B");
    body.push_str(&format!("&Hash={}", hex::encode(hash)));
    for label in [PLAIN, UTF8, OLD] {
        let told = read_as(json!({}), Expect::default(), label, body.as_bytes()).unwrap();
        assert_eq!(told.event, "paid");
    }
    assert!(body.contains("A+B"));
    // A byte order mark inside a value is part of it.
    read(&signed(&[("ServiceName", "\u{feff}Книга")])).unwrap();
    // Letters that windows-1251 lacks are hashed as UTF-8 or not at all.
    read(&signed(&[("ServiceName", "📕")])).unwrap();
    let lossy =
        hex::encode(Md5::digest(narrow(&text(&with(&[("ServiceName", "📕")]), "mySecret"))));
    let mut body = form(&with(&[("ServiceName", "📕")]), wide);
    body.extend(format!("&Hash={lossy}").bytes());
    assert_eq!(refused(&body), "signature_mismatch");
}

#[test]
fn a_signed_text_that_can_be_cut_in_two_ways_is_refused() {
    for value in ["a::b", ":a", "a:", "::"] {
        for name in ["OrderId", "ServiceName", "UserName", "UserEmail", "PaymentData"] {
            assert_eq!(refused(&signed(&[(name, value)])), "unreadable", "{name}={value}");
        }
    }
    read(&signed(&[("ServiceName", "Order: 5:6")])).unwrap();
    // What signs createInvoice with the same key signs no webhook.
    let asked =
        "465932::o2::book::10.50::RUB::Ivan::a@b.ru::https://s.ru::::::::2030-01-02 03:04:05::0::";
    let hash = hex::encode(Md5::digest(format!("{asked}::mySecret")));
    let slots: Vec<&str> = asked.splitn(10, "::").collect();
    let mut names = USUAL.to_vec();
    names.retain(|(name, _)| *name != "PaymentId");
    let pairs: Vec<_> = names.iter().map(|(name, _)| *name).zip(slots).collect();
    let mut body = form(&pairs, wide);
    body.extend(format!("&Hash={hash}").bytes());
    assert_eq!(refused(&body), "unreadable");
}

#[test]
fn a_large_body_is_read_in_good_time() {
    let began = std::time::Instant::now();
    let mut body = signed(&[]);
    let filler: String = (0..60_000).map(|index| format!("&UserField_{index}=x")).collect();
    body.extend(filler.bytes());
    body.extend(b"&UserField_x=".iter().chain(&vec![b'x'; 1_000_000]));
    let told = read(&body).unwrap();
    assert_eq!(told.raw["UserField_x"].as_str().unwrap().len(), 200);
    assert_eq!(refused(&vec![b'%'; 1_000_000]), "unreadable");
    assert_eq!(refused(&vec![0xff; 1_000_000]), "unreadable");
    assert!(began.elapsed().as_secs() < 20);
}

#[test]
fn personal_data_is_masked() {
    let told = read(&signed(&[
        ("UserName", "Иван Иванов"),
        ("UserEmail", "buyer@shop.test"),
        ("IpAddress", "198.51.100.7"),
        ("ShortPan", "411111******1111"),
        ("UserField_1", "+79991234567 buyer@shop.test door 5"),
        ("UserFieldName_1", "phone"),
        ("ServiceName", "Order 5, call +7 999 123-45-67"),
        ("new_field", "buyer@shop.test"),
    ]))
    .unwrap();
    for (name, shown) in [
        ("UserName", "***"),
        ("UserEmail", "b***@shop.test"),
        ("IpAddress", "***"),
        ("ShortPan", "411111**1111"),
        ("UserField_1", "*** *** door 5"),
        ("UserFieldName_1", "phone"),
        ("ServiceName", "Order 5, call +***"),
        ("new_field", "***"),
        ("EshopAccount", "4356091274"),
        ("PaymentData", "2030-01-02 03:04:05"),
    ] {
        assert_eq!(told.raw[name], shown, "{name}");
    }
    let hint = Value::Object(told.payment).to_string();
    assert!(!hint.contains("shop.test") && !hint.contains("Иван"), "{hint}");
}

#[test]
fn only_a_body_by_post_counts() {
    let mut all = json!({ "gateway": "intellectmoney", "eshop_id": "465932", "secret_key": "mySecret",
                          "bearer_token": "b", "sign_secret_key": "s" });
    let (common, own) = Common::split(all.as_object_mut().unwrap()).unwrap();
    let gateway = IntellectMoney::open(&common, &own).unwrap();
    for (method, query, body) in
        [("GET", signed(&[]), vec![]), ("GET", vec![], signed(&[])), ("POST", signed(&[]), vec![])]
    {
        let received = Received { method: method.into(), query, headers: vec![], body };
        let error = gateway
            .notification(&received, &Default::default(), time::OffsetDateTime::UNIX_EPOCH)
            .map(|_| ())
            .unwrap_err();
        assert_eq!((error.kind, error.reason), (Kind::Untrusted, "unreadable"));
        assert!(error.answer.is_some());
    }
    // What the shop put on its own address is no part of the webhook.
    let received = Received {
        method: "POST".into(),
        query: b"OrderId=o9".to_vec(),
        headers: vec![],
        body: signed(&[]),
    };
    assert_eq!(
        gateway
            .notification(&received, &Default::default(), time::OffsetDateTime::UNIX_EPOCH)
            .unwrap()
            .payment["order_number"],
        "o2"
    );
}
