//! Genuine notifications, sent again with something changed, and the ways in which gateways write them.

use serde_json::{Value, json};

use super::{expect, failure, form, gateway, of, read, with};

const WRONG: (&str, &str) = ("Untrusted", "signature_mismatch");
const UNREADABLE: (&str, &str) = ("Untrusted", "unreadable");

/// The listed fields with the key at the end.
fn listed(names: &[&str]) -> Value {
    let mut parts: Vec<Value> = names.iter().map(|name| json!({ "field": name })).collect();
    parts.push(json!({ "secret": "key" }));
    json!({ "mark": "ours", "digest": "sha256", "join": ":", "compare": "ci", "parts": parts })
}

fn usual() -> Value {
    listed(&["order", "amount", "currency", "status"])
}

const SIGN: &str = "7492645e1ee2e14f0035f78f9f3139d6fabe8c88c63e9a18c6dc179874d7e907";

fn genuine() -> String {
    format!("order=A-1&amount=100.00&currency=RUB&status=ok&sign={SIGN}")
}

#[test]
fn an_unsigned_field_is_not_believed() {
    let fields = json!({
        "order_id": "order", "amount": "amount", "currency": "currency", "status": "status",
        "payment_id": "id", "captured": "captured", "refunded": "refunded", "test": "test", "rrn": "rrn",
    });
    let case = json!([
        { "when": [{ "at": "refund", "is": "1" }], "status": "refunded" },
        { "when": [{ "at": "hold", "is": "1" }], "status": "pending" },
        { "when": [{ "at": "chargeback", "exists": false }], "status": "disputed" },
        { "when": [{ "header": "x-status", "is": "cancelled" }], "status": "cancelled" },
    ]);
    let gateway = gateway(json!({ "fields": fields, "case": case }), json!({ "hook": usual() }));
    let extra = "&id=9&captured=1.00&refunded=100.00&test=1&rrn=123&refund=1";
    let sent = form(&(genuine() + extra)).header("X-Status", "cancelled");
    let told = read(&gateway, &sent, expect()).unwrap();
    assert_eq!((told.event, told.test, told.event_id.as_deref()), ("paid", None, None));
    assert_eq!(of(&told.payment, "captured"), "100.00");
    // The gateway is not called to create a payment, so both sides know it by the shop's number.
    assert_eq!(of(&told.payment, "id"), "A-1");
    for name in ["refunded", "rrn", "test"] {
        assert_eq!(told.payment[name], Value::Null, "{name}");
    }
    let unsigned = json!(["id", "captured", "refunded", "test", "rrn", "refund"]);
    assert_eq!(told.raw["_unsigned"], unsigned);
    // It is the same delivery, whatever was hung on it.
    let plain = read(&gateway, &form(&genuine()), expect()).unwrap();
    assert_eq!(plain.delivery_id, told.delivery_id);
    // What makes more careful is believed from anywhere.
    let held = read(&gateway, &form(&(genuine() + "&hold=1")), expect()).unwrap();
    assert_eq!((held.event, of(&held.payment, "status")), ("unknown", "pending"));
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let gateway = gateway(json!({}), json!({ "hook": usual() }));
    for body in [
        genuine() + "&amount=999.00",
        genuine() + "&amount=100.00",
        genuine() + "&amoun%74=999.00",
        genuine() + "&amount[]=999.00",
        genuine() + "&status[x]=ok",
        format!("{{\"amount\":1,\"order\":\"A-1\",\"amount\":2,\"sign\":\"{SIGN}\"}}"),
    ] {
        assert_eq!(failure(read(&gateway, &form(&body), expect())), UNREADABLE, "{body}");
    }
    // A name in another case is another field.
    let told =
        read(&gateway, &form(&(genuine() + "&Amount=999.00&STATUS=fail")), expect()).unwrap();
    assert_eq!(of(&told.payment, "captured"), "100.00");
    let renamed = genuine().replace("amount", "Amount");
    assert_eq!(failure(read(&gateway, &form(&renamed), expect())), WRONG);
}

#[test]
fn digits_of_a_signature_are_compared_as_the_recipe_says() {
    let mut exact = usual();
    exact["compare"] = json!("exact");
    let upper = genuine().replace(SIGN, &SIGN.to_uppercase());
    let either = gateway(json!({}), json!({ "hook": usual() }));
    for body in [&genuine(), &upper] {
        assert!(read(&either, &form(body), expect()).unwrap().verified);
    }
    let exact = gateway(json!({}), json!({ "hook": exact }));
    assert!(read(&exact, &form(&genuine()), expect()).unwrap().verified);
    assert_eq!(failure(read(&exact, &form(&upper), expect())), WRONG);
    let cut = genuine().replace(SIGN, &SIGN[..62]);
    assert_eq!(failure(read(&either, &form(&cut), expect())), WRONG);
    let odd = genuine().replace(SIGN, &SIGN[..63]);
    let malformed = ("Untrusted", "signature_malformed");
    assert_eq!(failure(read(&either, &form(&odd), expect())), malformed);
}

#[test]
fn one_of_several_signatures_is_enough() {
    let place = json!([{ "recipe": "hook", "field": "sign", "alternatives": "," }]);
    let one = gateway(json!({ "signature": place }), json!({ "hook": usual() }));
    let with = |signs: &str| form(&genuine().replace(SIGN, signs));
    let other = "0b9b2664b48eebfd40a6d9ad027ed1ee673ad5740b9b2664b48eebfd40a6d9ad";
    for signs in [format!("{other},{SIGN}"), format!("{SIGN}, {other}"), SIGN.to_owned()] {
        assert!(read(&one, &with(&signs), expect()).unwrap().verified, "{signs}");
    }
    assert_eq!(failure(read(&one, &with(&format!("{other},{other}")), expect())), WRONG);
    // Each is hashed for: thousands of them would keep a shop busy.
    let many = vec![other; 1000].join(",");
    let malformed = ("Untrusted", "signature_malformed");
    assert_eq!(failure(read(&one, &with(&many), expect())), malformed);
}

#[test]
fn two_recipes_stand_side_by_side_while_one_is_withdrawn() {
    let old = listed(&["order", "amount", "currency", "status", "extra"]);
    let places =
        json!([{ "recipe": "new", "header": "x-sign" }, { "recipe": "old", "field": "sign" }]);
    let both = gateway(
        json!({ "signature": places, "event_id": ["extra"] }),
        json!({ "new": usual(), "old": old }),
    );
    let fields = "order=A-1&amount=100.00&currency=RUB&status=ok&extra=e";
    let old_sign = "6dcd8e16188acbb476f21ad381b53093c7d3e541fb113224f036c7a04712eda1";
    let by_old = read(&both, &form(&format!("{fields}&sign={old_sign}")), expect()).unwrap();
    assert!(by_old.event_id.is_some());
    let by_new = read(&both, &form(fields).header("X-Sign", SIGN), expect()).unwrap();
    // Only the old one covers it.
    assert_eq!((by_new.event_id, by_new.raw["_unsigned"].clone()), (None, json!(["extra"])));
    let two = form(&format!("{fields}&sign={old_sign}")).header("X-Sign", SIGN);
    assert!(read(&both, &two, expect()).unwrap().event_id.is_some());
    let half = form(&format!("{fields}&sign={old_sign}")).header("X-Sign", old_sign);
    assert!(read(&both, &half, expect()).unwrap().verified);
    let swapped = form(&format!("{fields}&sign={SIGN}")).header("X-Sign", old_sign);
    assert_eq!(failure(read(&both, &swapped, expect())), WRONG);
}

#[test]
fn a_public_key_is_enough() {
    let recipe = json!({
        "mark": "ours", "digest": "sha256", "encode": "base64", "rsa": "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnuXsCKhCCLpFQcqqomgA\n31GGPa6k2ouWd6QF0/pglKUJg99QBGR7aIWvcNixGA5y9Qr8uyPkkT9ozfS6Vxvx\ngPe8T03nwfqGw2splyk17nJBYjjNbIFbMGxQBTKazTd2kBrIcj125qqIt2dZ5jv1\nU62Y7/1z25nLzYIc4FBAYUeWB8/aQnCZi5BRRPly0bctVhSy3+VpNtexfpyno1FX\ndNszyNidNUr8RGCUFlxpKLxZatiqrIOA1aULReSInl4ljxX3/V3vCJ7GuAxz2X8i\n/Ch5qVQz+bTbzDXRaoPBHR6qy7ll/vDmLRH6uH8Y3Yd3fcRRTeypf3JZeWPjlmyy\nJwIDAQAB\n-----END PUBLIC KEY-----",
        "parts": [{ "raw": "body" }],
    });
    let place = json!([{ "recipe": "hook", "header": "x-sign" }]);
    let gateway = gateway(json!({ "signature": place }), json!({ "hook": recipe }));
    let body = r#"{"order":"A-1","amount":"100.00","currency":"RUB","status":"ok"}"#;
    let sign = "gu3LIF7ojYhr3YNiYcYDw8CVCM0kwyVlicoMYWMrW8oiZpHfqtQ4xUHWtYZtPkGpg3ssIaMxwT/D6gfKZRaw7xnWe2eadQbdo5/1opA8l5yY5u06/GyIHKb2PaTbxTs2EG0PwVtOfGpAAV/7kaT9mHSpw3QCpqsGgj07a2AcBrRpljenJq54V7mcOOwRWADmvLNgmOcSOU3k1Ffc90PgiAyuoCgycWDjGoO15Zaq4CTmj6LW+4rcd/HBLIGW8Pt4nOj9/g6W+SjyLot2XZ0vw0XUXnAUR0pS7igAQwNQ52YBA7TZVVH2aLz3Ll/KvElXKu1FWjDDaDoNkuVnMkLtSw==";
    assert_eq!(read(&gateway, &form(body).header("x-sign", sign), expect()).unwrap().event, "paid");
    let forged = body.replace("100.00", "1.00");
    assert_eq!(failure(read(&gateway, &form(&forged).header("x-sign", sign), expect())), WRONG);
    let own = "RJAvtFpRJkOCxBlRWNhwAoj9EyVPIZ+tl4zb3UjdgMM=";
    assert_eq!(failure(read(&gateway, &form(body).header("x-sign", own), expect())), WRONG);
}

#[test]
fn a_form_is_read_in_its_charset() {
    let mut recipe = usual();
    recipe["charset"] = json!("cp1251");
    let mut utf8 = usual();
    utf8["charset"] = json!("utf-8");
    // Ж-1
    let body = "order=%C6-1&amount=100.00&currency=RUB&status=ok&sign=4d7a17740d55c495473b0ee9d5b8e6efb84ee8574f57a64f51d1be16f8ea3aa3";
    let expected = json!({ "order_number": "Ж-1", "amount": "100.00", "currency": "RUB" });
    let old = gateway(json!({ "charset": "windows-1251" }), json!({ "hook": recipe }));
    let told = read(&old, &form(body), expected.clone()).unwrap();
    assert_eq!(of(&told.payment, "order_number"), "Ж-1");
    let new = gateway(json!({}), json!({ "hook": utf8 }));
    assert_eq!(failure(read(&new, &form(body), expected)), UNREADABLE);
}

#[test]
fn json_comes_under_any_content_type_and_a_query_without_a_body() {
    let gateway = gateway(json!({}), json!({ "hook": usual() }));
    let json = format!(
        "\n {{\"order\":\"A-1\",\"amount\":100.00,\"currency\":\"RUB\",\"status\":\"ok\",\"sign\":\"{SIGN}\"}}"
    );
    for content_type in
        ["application/x-www-form-urlencoded", "text/plain", "", "multipart/form-data"]
    {
        let sent = form(&json).header("content-type", content_type);
        assert!(read(&gateway, &sent, expect()).unwrap().verified, "{content_type}");
    }
    let xml = format!(
        "<r><order>A-1</order><amount>100.00</amount><currency>RUB</currency><status>ok</status><sign>{SIGN}</sign></r>"
    );
    assert!(read(&gateway, &form(&xml), expect()).unwrap().verified);
    for method in ["GET", "POST"] {
        let mut sent = form("");
        (sent.method, sent.query) = (method, genuine());
        assert!(read(&gateway, &sent, expect()).unwrap().verified, "{method}");
    }
}

#[test]
fn brackets_are_signed_and_read_by_their_pointers() {
    let parts = json!([
        { "field": "method" }, { "group": "sorted", "over": "/params", "exclude": ["signature"] }, { "secret": "key" },
    ]);
    let recipe = json!({ "mark": "ours", "digest": "sha256", "join": "{up}", "parts": parts });
    let fields = json!({
        "order_id": "/params/account", "amount": "/params/sum", "currency": "/params/cur", "status": "method",
    });
    let notify = json!({
        "fields": fields, "signature": [{ "recipe": "hook", "field": "/params/signature" }],
        "status_map": { "pay": "paid" }, "event_id": ["/params/id"],
        "answer": { "ok": { "type": "application/json", "body": r#"{"message":"{field./params/account}{field./params/signature}"}"# } },
    });
    let gateway = gateway(notify, json!({ "hook": recipe }));
    let query = "method=pay&params[account]=A-1&params[sum]=100.00&params%5Bcur%5D=RUB&params[id]=5&params[signature]=8ffa26da9c8b0f0cd5d48d2c7ef630c65683375a080c3d5dbbedfc83a466e2f8";
    let mut sent = form("");
    (sent.method, sent.query) = ("GET", query.to_owned());
    let told = read(&gateway, &sent, expect()).unwrap();
    assert_eq!((told.event, told.verified, told.event_id.is_some()), ("paid", true, true));
    assert_eq!(told.raw["_unsigned"], json!([]));
    assert_eq!(told.raw.get("params[signature]"), None);
    // The signature is no value that may be used.
    assert_eq!(told.answer["ok"]["body"], r#"{"message":"A-1"}"#);
    for more in ["&params[sum][x]=1.00", "&params[sum][]=1.00", "&params=1", "&params[sum]=1.00"] {
        sent.query = format!("{query}{more}");
        assert_eq!(failure(read(&gateway, &sent, expect())), UNREADABLE, "{more}");
    }
}

#[test]
fn values_in_base64_are_signed_as_they_came() {
    let recipe = json!({
        "mark": "ours", "digest": "sha1", "encode": "base64",
        "parts": [{ "secret": "key" }, { "field": "data" }, { "secret": "key" }],
    });
    let gateway = gateway(json!({ "base64_field": "data" }), json!({ "hook": recipe }));
    let plain = "eyJvcmRlciI6IkEtMSIsImFtb3VudCI6MTAwLCJjdXJyZW5jeSI6IlJVQiIsInN0YXR1cyI6Im9rIiwiaWQiOiI3In0=";
    let sign = "dufuhVBG8h9FJx+AzBt8frb/c74=";
    let coded = |text: &str| text.replace('+', "%2B").replace('/', "%2F").replace('\n', "%0A");
    let body = |data: &str, sign: &str| form(&format!("data={}&sign={}", coded(data), coded(sign)));
    let told = read(&gateway, &body(plain, sign), expect()).unwrap();
    assert_eq!((told.event, told.event_id.is_some()), ("paid", true));
    assert_eq!(told.raw["order"], "A-1");
    // What stands beside it was signed by nobody.
    let mut more = body(plain, sign);
    more.body.extend(b"&status=back&order=B-2");
    assert_eq!(read(&gateway, &more, expect()).unwrap().event, "paid");
    // Lines are signed where they were wrapped.
    let wrapped = format!("{}\n{}", &plain[..40], &plain[40..]);
    assert_eq!(failure(read(&gateway, &body(&wrapped, sign), expect())), WRONG);
    let of_wrapped = "oBPU0ESN9qp/03olk6yCB8yBWlo=";
    assert_eq!(read(&gateway, &body(&wrapped, of_wrapped), expect()).unwrap().event, "paid");
    for data in ["%%%", "e30", "W10=", ""] {
        assert!(read(&gateway, &body(data, sign), expect()).is_err(), "{data}");
    }
}

#[test]
fn text_that_was_decoded_before_it_was_signed_is_read_in_one_way_only() {
    let recipe = |raw: &str| json!({ "mark": "ours", "digest": "sha256", "hmac": "{secret.key}", "encode": "base64", "parts": [{ "raw": raw }] });
    let places = json!([
        { "recipe": "body", "header": "x-one" }, { "recipe": "decoded", "header": "x-two" },
    ]);
    let recipes = json!({ "body": recipe("body"), "decoded": recipe("body-urldecoded") });
    let gateway = gateway(json!({ "signature": places }), recipes);
    let body = "order=A-1&amount=100.00&currency=RUB&status=ok&name=%D0%96+%D0%96";
    let decoded = "cCsF0Bh76m8OusJuR1Jyhnjt1g1wuob9PJqVorR/Vp0=";
    assert_eq!(
        read(&gateway, &form(body).header("x-two", decoded), expect()).unwrap().event,
        "paid"
    );
    // The name was "x&status=ok&z="; cut up anew it would be a word.
    let sign = "84l6GlXR3YIvnZEQEEKCmLCHOYyreZzvC4u4a02oHBI=";
    let cut = "order=A-1&amount=100.00&currency=RUB&name=x&status=ok&z=%26status%3Dfail";
    assert_eq!(failure(read(&gateway, &form(cut).header("x-two", sign), expect())), WRONG);
}

#[test]
fn what_is_absurd_is_an_error_in_little_time() {
    let gateway = gateway(json!({}), json!({ "hook": usual() }));
    let many: String = (0..9_990).map(|at| format!("&f{at}[a][b]={at}")).collect();
    assert!(read(&gateway, &form(&(genuine() + &many)), expect()).unwrap().verified);
    let too_many: String = (0..10_001).map(|at| format!("f{at}=&")).collect();
    let deep = "{\"a\":".repeat(100_000);
    let list = format!("{{\"order\":{}", "[".repeat(100_000));
    let brackets = format!("a{}=1&{}", "[b]".repeat(100_000), genuine());
    for body in [&too_many, &deep, &list, "{", "<", "<a", "%zz", "\u{0}=\u{0}&\u{0}=", "{}x", "[1]"]
    {
        let error = read(&gateway, &form(body), expect()).unwrap_err();
        assert_eq!(error.kind.name(), "Untrusted");
        assert!(error.answer.is_some() && error.message.len() < 200);
    }
    assert!(read(&gateway, &form(&brackets), expect()).unwrap().verified);
    // Not a sum, and none is guessed.
    for (amount, sign) in [
        ("1e999999", "fb023c1d6ee1b91f5be6812f660372ba637813d74fbb9560a67918440cb85f72"),
        ("-100.00", "4653a62f0bbcae2f13c2ff18cbc06d184f6e8f9b014bb1e6c08564dbecc3363a"),
        ("100.001", "543184c6a6fc1aa21e8942a8372a2f0ec747eb49f6f1a52368617e1dd2153c34"),
        ("", "a1c012c2a7c7151030e27b1438a0701c6d5e9b081f8e1bb4960917226e5fa13e"),
    ] {
        let body = format!("order=A-1&amount={amount}&currency=RUB&status=ok&sign={sign}");
        assert_eq!(failure(read(&gateway, &form(&body), expect())), UNREADABLE, "{amount}");
    }
    let body = "order=A-1&amount=100.00&currency=ZZZ&status=ok&sign=3ffa3444b147d86f90c1981b443f7cab12f286a9da047ea02665f27bec504e89";
    assert_eq!(failure(read(&gateway, &form(body), expect())), UNREADABLE);
}

#[test]
fn a_list_around_a_value_takes_it_past_no_condition() {
    let recipe = json!({ "hook": {
        "digest": "sha256", "hmac": "{secret.key}", "join": ":",
        "parts": [
            { "field": "order" }, { "field": "amount" }, { "field": "currency" },
            { "field": "status" }, { "field": "held" },
        ],
    } });
    // HMAC-SHA256 of "A-1:100.00:RUB:ok:1" by "notify-key".
    let sign = "1e4d565ab2fffe3158040615f0a0de86992fdac9aed960afc8b54cb1fee9978b";
    for condition in [json!({ "is": "1" }), json!({ "not": "0" }), json!({ "matches": "1" })] {
        let condition = with(json!({ "at": "held" }), condition);
        let case = json!([{ "when": [condition], "status": "pending" }]);
        let gateway = gateway(json!({ "case": case }), recipe.clone());
        let told = |held: Value| {
            let body = json!({
                "order": "A-1", "amount": "100.00", "currency": "RUB", "status": "ok", "held": held,
                "sign": sign,
            });
            read(&gateway, &form(&body.to_string()), expect())
        };
        assert_eq!(of(&told(json!("1")).unwrap().payment, "status"), "pending");
        for held in [json!(["1"]), json!({ "a": "1" })] {
            assert_eq!(failure(told(held)), UNREADABLE);
        }
    }
}
