//! Gateways that behave otherwise than their descriptor says: each switch shows in what the shop hears.

#[cfg(test)]
mod examplepay;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod started;

use std::sync::atomic::{AtomicU32, Ordering};

use examplepay::{DESCRIPTOR, FORM, create, shop, signature};
use listener::Listener;
use serde_json::{Value, json};
use started::{Sandbox, text};

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// What a shop hears of a payment under these switches, `count` notifications.
fn heard(sandbox: &Sandbox, switches: &Value, count: usize) -> Vec<listener::Heard> {
    let listener = Listener::new(&["200 OK"]);
    shop(sandbox, &listener.url, json!({}));
    let number = format!("N-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let form = FORM[1].replace("662", &number);
    let (_, reply) = create(sandbox, &number, &[FORM[0], &form]);
    let act = json!({"act": "pay", "switches": switches}).to_string();
    let done = sandbox.control(&format!("declared/orders/{}/act", text(&reply, "id")), &act);
    assert_eq!(text(&done, "status"), "paid", "{switches}");
    let all: Vec<_> = (0..count).map(|_| listener.next()).collect();
    assert!(listener.is_quiet(), "{switches}: more than {count}");
    all
}

#[test]
fn each_switch_shows() {
    let sandbox = Sandbox::start(&[]);
    let plain = heard(&sandbox, &json!({}), 1).remove(0);
    assert_eq!((plain.get("amount").as_str(), plain.get("status").as_str()), ("100.00", "paid"));
    assert!(plain.get("sign").len() == 64 && plain.get("sign") == plain.get("sign").to_lowercase());
    assert_eq!(plain.header("content-type"), "application/x-www-form-urlencoded");

    let one = |switches: Value| heard(&sandbox, &switches, 1).remove(0);
    assert_eq!(one(json!({"amount": "dec(6)"})).get("amount"), "100.000000");
    assert_eq!(one(json!({"amount": "number"})).get("amount"), "100");
    assert_eq!(one(json!({"content_type": "text/html"})).header("content-type"), "text/html");
    let upper = one(json!({"hex": "upper"}));
    assert_eq!(upper.get("sign"), upper.get("sign").to_uppercase());
    assert_eq!(one(json!({"unsigned": true})).get("sign"), "");
    assert_eq!(one(json!({"extra_fields": {"new": "x"}})).get("new"), "x");
    let twice = heard(&sandbox, &json!({"times": 2}), 2);
    assert_eq!(twice[0].body, twice[1].body);
    let mut both: Vec<String> = heard(&sandbox, &json!({"twin": "pending"}), 2)
        .iter()
        .map(|one| one.get("status"))
        .collect();
    both.sort();
    assert_eq!(both, ["paid", "pending"]);
    assert!(heard(&sandbox, &json!({"notify": "never"}), 0).is_empty());
    let wrong = one(json!({"wrong_signature": true}));
    assert!(wrong.get("sign").len() == 64 && wrong.get("sign") != signature(&wrong));
    assert_eq!(plain.get("sign"), signature(&plain));
    assert_eq!(upper.get("sign").to_lowercase(), signature(&upper));
}

#[test]
fn notifications_are_repeated_and_forged() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&["200 OK"]);
    shop(&sandbox, &listener.url, json!({}));
    create(&sandbox, "662", &FORM);
    sandbox.control("declared/orders/662/act", r#"{"act":"pay"}"#);
    let first = listener.next();
    let redeliver = |tamper: Value| {
        let act = json!({"act": "redeliver", "place": 0, "tamper": tamper}).to_string();
        sandbox.control("declared/orders/662/act", &act);
        listener.next()
    };
    assert_eq!(redeliver(Value::Null).body, first.body);
    assert_eq!(redeliver(json!("amount")).get("amount"), "9100.00");
    assert_eq!(redeliver(json!("order_id")).get("deal_id"), "6621");
    assert_eq!(redeliver(json!("currency")).get("currency"), "USD");
    assert_ne!(redeliver(json!("status")).get("status"), "paid");
    assert_eq!(redeliver(json!("unsigned")).get("sign"), "");
    let forged = redeliver(json!("signature"));
    assert!(forged.get("amount") == "100.00" && forged.get("sign") != first.get("sign"));
}

#[test]
fn money_takes_every_way() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&["200 OK"]);
    shop(&sandbox, &listener.url, json!({}));
    for (number, acts, status, told) in [
        ("1", &["fail"][..], "declined", "failed"),
        ("2", &["cancel"], "cancelled", "cancelled"),
        ("3", &["pending", "pay"], "paid", "paid"),
        ("4", &["pay", "refund"], "refunded", "refunded"),
    ] {
        let form = FORM[1].replace("662", number);
        create(&sandbox, number, &[FORM[0], &form]);
        let mut last = String::new();
        for act in acts {
            let done = sandbox.control(
                &format!("declared/orders/{number}/act"),
                &json!({"act": act}).to_string(),
            );
            last = text(&done, "status").to_owned();
            let heard = listener.next();
            if last == status {
                assert_eq!(heard.get("status"), told);
            }
        }
        assert_eq!(last, status);
        let again = sandbox.control(&format!("declared/orders/{number}/act"), r#"{"act":"pay"}"#);
        assert!(text(&again, "error").contains(status), "{again}");
    }
}

const CHECKING: &str = r#"
schema = 1
id = "checking"
[secrets]
key = "k"
[create]
[create.request]
method = "GET"
url = "https://pay.checking.test/form"
fields = { n = "{order.id}", a = "{order.amount|minor}", back = "{order.return_url}" }
[recipe.old]
digest = "md5"
parts = [{ field = "n" }, { field = "a" }, { secret = "key" }]
[recipe.new]
digest = "sha256"
parts = [{ field = "n" }, { field = "a" }, { secret = "key" }]
[recipe.trial]
digest = "sha1"
parts = [{ field = "n" }, { field = "a" }, { secret = "key" }]
[[notify]]
when = [{ at = "kind", is = "check" }]
accept = "json"
fields = { order_id = "n", amount = { at = "a", minor = true }, status = { value = "check" } }
status_map = { check = "check" }
signature = [{ recipe = "old", field = "s" }, { recipe = "new", field = "s" }]
answer = { ok = { body = "YES" } }
[[notify]]
accept = "json"
fields = { order_id = "n", amount = { at = "a", minor = true }, status = "state", net = "net" }
signature = [{ recipe = "old", field = "s" }, { recipe = "new", field = "s" }, { recipe = "trial", field = "s", test = true }]
answer = { ok = { body = "OK {field.n}" } }
sample = { more = 1, net = "1" }
[status_map]
done = "paid"
held = "authorized"
"#;

#[test]
fn a_shop_is_asked_before_it_is_paid() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&["200 NO", "200 YES", "200 OK 7"]);
    let given = json!({"id": "c", "descriptor": CHECKING, "secrets": {"key": "S"},
        "notification_url": listener.url, "switches": {"check_first": true, "signature": 1, "notify": "before"}});
    sandbox.control("declared/shops", &given.to_string());
    let form = "/declared/pay.checking.test/form?n=7&a=10000&back=http%3A%2F%2Fshop.test%2Fok";
    let page = sandbox.curl(&[
        "-o",
        "/dev/null",
        "-w",
        "%{redirect_url}",
        &format!("{}{form}", sandbox.origin),
    ]);
    assert!(sandbox.curl(&[&page]).contains("id=\"hold\""), "this gateway holds");
    assert!(sandbox.post_page(&page, &["do=pay"]).starts_with("410"), "the shop said no");
    assert_eq!(listener.next().get("kind"), "check");
    assert_eq!(sandbox.post_page(&page, &["do=pay"]), "302 http://shop.test/ok");
    assert_eq!(listener.next().get("kind"), "check");
    let paid = listener.next();
    assert_eq!(
        (paid.get("a").as_str(), paid.get("state").as_str(), paid.get("more").as_str()),
        ("10000", "done", "1")
    );
    assert_eq!(paid.get("s").len(), 64, "the old recipe is withdrawn");
    let order = sandbox.get("/control/declared/orders/7");
    assert_eq!(order["notifications"][2]["delivered"], true, "{order}");
    // A link whose money was changed is not this order's.
    let other = format!("{}{}", sandbox.origin, form.replace("10000", "1"));
    assert!(sandbox.curl(&[&other]).contains("used before"));
}

#[test]
fn held_money_is_taken_later_and_tests_are_signed_apart() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&["200 OK 7"]);
    let given = json!({"id": "c", "descriptor": CHECKING, "secrets": {"key": "S"},
        "notification_url": listener.url, "switches": {"json_numbers": true}});
    sandbox.control("declared/shops", &given.to_string());
    let form = "/declared/pay.checking.test/form?n=7&a=10000";
    let page = ["-o", "/dev/null", "-w", "%{redirect_url}", &format!("{}{form}", sandbox.origin)];
    let page = sandbox.curl(&page);
    assert!(sandbox.post_page(&page, &["do=hold"]).starts_with("200"), "no address to return to");
    let held = listener.next();
    assert_eq!((held.get("state").as_str(), held.get("s").len()), ("held", 32));
    let capture = r#"{"act":"capture","switches":{"test_key":true,"omit_optional":true}}"#;
    let done = sandbox.control("declared/orders/7/act", capture);
    assert_eq!((text(&done, "status"), text(&done, "captured")), ("paid", "100.00"));
    let taken = listener.next();
    assert_eq!((taken.get("state").as_str(), taken.get("s").len()), ("done", 40));
    assert!(held.body.contains("\"more\":1") && !taken.body.contains("more"), "{}", taken.body);
    assert!(!taken.body.contains("net"), "nobody needs it: {}", taken.body);
}

#[test]
fn shops_of_one_gateway_are_told_apart() {
    let sandbox = Sandbox::start(&[]);
    for (id, key) in [("one", "key-one"), ("two", "key-two")] {
        let given = json!({"id": id, "descriptor": DESCRIPTOR,
            "secrets": {"api_key": key, "webhook_secret": key}});
        sandbox.control("declared/shops", &given.to_string());
    }
    for (id, key) in [("one", "key-one"), ("two", "key-two")] {
        let url = format!("{}/{}", sandbox.origin, examplepay::CREATE);
        let (auth, key) =
            (format!("Authorization: Bearer {key}"), format!("Idempotency-Key: {id}"));
        let reply = sandbox.curl(&["-H", &auth, "-H", &key, FORM[0], FORM[1], &url]);
        let reply: Value = serde_json::from_str(&reply).unwrap();
        let order = sandbox.get(&format!("/control/declared/orders/{}", text(&reply, "id")));
        assert_eq!(text(&order, "shop"), id);
    }
    let shops = sandbox.get("/control/declared/shops").to_string();
    assert!(!shops.contains("key-one"), "{shops}");
}
