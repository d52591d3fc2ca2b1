//! ExamplePay, played from its descriptor: what a shop's PHP sends, and what comes back.

#[cfg(test)]
mod examplepay;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod started;

use examplepay::{CREATE, FORM, create, shop};
use listener::Listener;
use serde_json::{Value, json};
use started::{Sandbox, text};

#[test]
fn php_sends_an_array_a_form_or_json() {
    let sandbox = Sandbox::start(&[]);
    shop(&sandbox, "http://127.0.0.1:9/", json!({}));
    let multipart = ["-F", "deal_id=1", "-F", "amount=100.00", "-F", "currency=RUB"];
    let form = ["--data", "deal_id=2&amount=100.00&currency=RUB"];
    let json = [
        "-H",
        "Content-Type: application/json",
        "--data",
        r#"{"deal_id":"3","amount":100.00,"currency":"RUB"}"#,
    ];
    for (key, body) in [("1", &multipart[..]), ("2", &form[..]), ("3", &json[..])] {
        let (status, reply) = create(&sandbox, key, body);
        assert_eq!(status, "200", "{reply}");
        let page =
            format!("{}/declared/pay.examplepay.com/pay/{}", sandbox.origin, text(&reply, "id"));
        assert_eq!(text(&reply, "payment_url"), page);
        let order = sandbox.get(&format!("/control/declared/orders/{}", text(&reply, "id")));
        assert_eq!((text(&order, "number"), text(&order, "amount")), (key, "100.00"));
    }
}

#[test]
fn wrong_requests_are_refused_as_described() {
    let sandbox = Sandbox::start(&[]);
    shop(&sandbox, "http://127.0.0.1:9/", json!({}));
    for (body, says) in [
        (&["--data", "amount=100.00&currency=RUB"][..], "deal_id is missing"),
        (&["--data", "deal_id=1&amount=100&currency=RUB"], "not all digits"),
        (&["--data", "deal_id=1&amount=100.00&currency=RUB&what=1"], "what is not known"),
        (&["--data", "deal_id=1&deal_id=2&amount=100.00&currency=RUB"], "stands twice"),
        (&["-H", "Content-Type: text/plain", "--data", "x"], "content type"),
    ] {
        let (status, reply) = create(&sandbox, "k", body);
        assert_eq!(status, "200", "{reply}");
        assert!(text(&reply["error"], "message").contains(says), "{reply}");
        assert!(reply["error"]["code"].is_string() && reply["id"].is_null(), "{reply}");
    }
    sandbox.control("declared/shops/shop", r#"{"switches":{"error_status":418}}"#);
    let url = format!("{}/{CREATE}", sandbox.origin);
    let wrong = ["-H", "Authorization: Bearer x", "-H", "Idempotency-Key: 1", "-w", "%{http_code}"];
    let arguments: Vec<&str> = wrong.into_iter().chain(FORM).chain([url.as_str()]).collect();
    let refused = sandbox.curl(&arguments);
    assert!(refused.contains("authentication_failed") && refused.ends_with("418"), "{refused}");
    let bare = [
        "--data",
        "deal_id=1&amount=100.00&currency=RUB&more=1",
        &format!("{}/{CREATE}", sandbox.origin),
    ];
    assert!(sandbox.curl(&bare).contains("error"));
    sandbox.control("declared/shops/shop", r#"{"switches":{"bare":true}}"#);
    assert!(sandbox.curl(&bare).contains("payment_url"), "the sample's own request");
}

#[test]
fn a_key_stands_for_one_payment() {
    let sandbox = Sandbox::start(&[]);
    shop(&sandbox, "http://127.0.0.1:9/", json!({}));
    let (_, first) = create(&sandbox, "662", &FORM);
    let (_, again) = create(&sandbox, "662", &FORM);
    assert_eq!(first, again);
    let (status, other) =
        create(&sandbox, "662", &["--data", "deal_id=662&amount=101.00&currency=RUB"]);
    assert_eq!(status, "200");
    assert!(text(&other["error"], "message").contains("used before"), "{other}");
}

#[test]
fn the_page_pays_and_the_shop_is_told() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&["500 OK", "200 ok", "200 OK"]);
    shop(&sandbox, &listener.url, json!({"notify": "before"}));
    let (_, reply) = create(&sandbox, "662", &FORM);
    let (id, page) = (text(&reply, "id"), text(&reply, "payment_url"));
    let status = |id: &str| {
        let url = format!("{}/declared/api.examplepay.com/smart-process/{id}", sandbox.origin);
        let text = sandbox.curl(&["-H", "Authorization: Bearer the-api-key", &url]);
        serde_json::from_str::<Value>(&text).unwrap()
    };
    assert_eq!(text(&status(id), "status"), "new");
    assert!(sandbox.curl(&[page]).contains("100.00 RUB"));
    assert_eq!(sandbox.post_page(page, &["do=pay"]), "302 http://shop.test/back");
    let paid = status(id);
    assert_eq!((text(&paid, "status"), text(&paid, "amount")), ("paid", "100.00"));
    assert_eq!(text(&paid, "deal_id"), "662");
    for _ in 0..3 {
        let body = listener.next().body;
        assert!(body.contains("deal_id=662") && body.contains("status=paid"), "{body}");
        assert!(body.contains("sign="), "{body}");
    }
    let order = listener.until(|| {
        let order = sandbox.get("/control/declared/orders/662");
        (order["notifications"][0]["delivered"] == true).then_some(order)
    });
    let attempts = order["notifications"][0]["attempts"].as_array().unwrap();
    let results: Vec<&str> = attempts.iter().map(|one| text(one, "result")).collect();
    assert!(results[1].contains("not as it must be"), "{results:?}");
    assert_eq!(results[2], "HTTP 200, \"OK\"");
    let refused = status("nobody");
    assert!(text(&refused["error"], "message").contains("no such payment"), "{refused}");
}

#[test]
fn faults_strike_here_too() {
    let sandbox = Sandbox::start(&[]);
    shop(&sandbox, "http://127.0.0.1:9/", json!({}));
    sandbox.control("faults", r#"{"match":"create-smart-process","fault":"drop_after"}"#);
    let url = format!("{}/{CREATE}", sandbox.origin);
    let headers = ["-H", "Authorization: Bearer the-api-key", "-H", "Idempotency-Key: 662"];
    let arguments: Vec<&str> = headers.iter().chain(&FORM).copied().chain([url.as_str()]).collect();
    assert_eq!(sandbox.try_curl(&arguments).0, 52);
    let lost = sandbox.get("/control/declared/orders/662");
    let (_, reply) = create(&sandbox, "662", &FORM);
    assert_eq!(text(&reply, "id"), text(&lost, "id"));
    let requests = sandbox.get("/control/requests").to_string();
    assert!(requests.contains("fault DropAfter") && !requests.contains("/control/"), "{requests}");
}
