//! Habits of a gateway that its descriptor does not tell: when it notifies and how often, what it
//! does with a number that was used, and what it takes for the shop's answer.

#[cfg(test)]
mod examplepay;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod started;

use std::time::Instant;

use examplepay::{CREATE, FORM, create, shop};
use listener::Listener;
use serde_json::{Value, json};
use started::{Sandbox, text};

const HABITS: &str = r#"
schema = 1
id = "habits"
[secrets]
key = "k"
[create]
[create.request]
method = "GET"
url = "https://pay.habits.test/form"
fields = { n = "{order.id}", a = "{order.amount}", back = "{order.return_url}" }
[recipe.all]
digest = "md5"
parts = [{ field = "n" }, { field = "a" }, { secret = "key" }]
[[notify]]
accept = "json"
fields = { order_id = "n", amount = "a", status = "state", test = "trial" }
signature = [{ recipe = "all", field = "s" }]
answer = { ok = { type = "application/json; charset=utf-8", body = '{"code":0}' } }
[status_map]
done = "paid"
rehearsed = "paid"
wait = "pending"
"#;
const LINK: &str = "/declared/pay.habits.test/form?n=7&a=100.00&back=http%3A%2F%2Fshop.test%2Fok";

fn habits(sandbox: &Sandbox, descriptor: &str, url: &str, switches: Value) {
    let given = json!({"id": "h", "descriptor": descriptor, "secrets": {"key": "S"},
        "notification_url": url, "switches": switches});
    sandbox.control("declared/shops", &given.to_string());
}

/// Where a link leads.
fn page(sandbox: &Sandbox, link: &str) -> String {
    let url = format!("{}{link}", sandbox.origin);
    sandbox.curl(&["-o", "/dev/null", "-w", "%{redirect_url}", &url])
}

fn order(sandbox: &Sandbox) -> Value {
    sandbox.get("/control/declared/orders/7")
}

#[test]
fn the_buyer_may_be_back_long_before_the_notification() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&[r#"200 {"code":0}"#]);
    habits(&sandbox, HABITS, &listener.url, json!({"notify": "after"}));
    let page = page(&sandbox, LINK);
    let pressed = Instant::now();
    assert_eq!(sandbox.post_page(&page, &["do=pay"]), "302 http://shop.test/ok");
    assert_eq!(order(&sandbox)["notifications"][0]["attempts"], json!([]));
    assert_eq!(listener.next().get("state"), "done");
    assert!(pressed.elapsed().as_millis() >= 500, "{:?}", pressed.elapsed());
}

#[test]
fn of_two_statuses_in_a_moment_either_comes_first() {
    for (last, expected) in [(false, ["wait", "done"]), (true, ["done", "wait"])] {
        let sandbox = Sandbox::start(&[]);
        let listener = Listener::new(&[r#"200 {"code":0}"#]);
        habits(&sandbox, HABITS, &listener.url, json!({"twin": "pending", "twin_last": last}));
        sandbox.post_page(&page(&sandbox, LINK), &["do=pay"]);
        assert_eq!([listener.next().get("state"), listener.next().get("state")], expected);
    }
}

#[test]
fn a_shop_that_never_answers_well_is_left_alone_in_the_end() {
    let sandbox = Sandbox::start(&[]);
    let listener = Listener::new(&["500 no"]);
    habits(&sandbox, HABITS, &listener.url, json!({"attempts": 2, "retry_pause_ms": 10}));
    sandbox.post_page(&page(&sandbox, LINK), &["do=pay"]);
    assert_eq!(listener.next().body, listener.next().body);
    assert!(listener.is_quiet(), "more than two");
    let sent = order(&sandbox)["notifications"][0].clone();
    assert_eq!(
        (sent["attempts"].as_array().unwrap().len(), &sent["delivered"]),
        (2, &json!(false))
    );
}

#[test]
fn an_answer_is_of_the_type_that_the_file_names() {
    // The listener calls JSON application/json, and what is neither JSON nor XML text/html.
    for (named, body, taken) in [
        ("application/json; charset=utf-8", r#"{"code":0}"#, true),
        ("APPLICATION/JSON", r#"{"code":0}"#, true),
        ("application/xml", r#"{"code":0}"#, false),
        ("text/html", r#"{"code":0}"#, false),
        ("application/json", "OK", false),
        ("text/html", "OK", true),
        ("text/plain", "OK", true),
    ] {
        let sandbox = Sandbox::start(&[]);
        let listener = Listener::new(&[&format!("200 {body}")]);
        let file = HABITS.replace("application/json; charset=utf-8", named);
        let file = file.replace(r#"{"code":0}"#, body);
        habits(&sandbox, &file, &listener.url, json!({"attempts": 1}));
        sandbox.post_page(&page(&sandbox, LINK), &["do=pay"]);
        let sent = listener.until(|| {
            let sent = order(&sandbox)["notifications"][0].clone();
            (sent["attempts"] != json!([])).then_some(sent)
        });
        assert_eq!(sent["delivered"], taken, "{named} {body}: {sent}");
    }
}

#[test]
fn test_money_is_told_in_a_field_or_by_the_word_itself() {
    let by_word =
        HABITS.replace(r#"test = "trial""#, r#"test = { at = "state", matches = "^rehearsed$" }"#);
    for (file, test, state, trial) in [
        (HABITS, false, "done", ""),
        (HABITS, true, "done", "true"),
        (&by_word, false, "done", ""),
        (&by_word, true, "rehearsed", ""),
    ] {
        let sandbox = Sandbox::start(&[]);
        let listener = Listener::new(&[r#"200 {"code":0}"#]);
        habits(&sandbox, file, &listener.url, json!({"test": test}));
        sandbox.post_page(&page(&sandbox, LINK), &["do=pay"]);
        let heard = listener.next();
        assert_eq!((heard.get("state").as_str(), heard.get("trial").as_str()), (state, trial));
    }
}

#[test]
fn amounts_are_text_or_numbers_with_their_digits() {
    for (numbers, written) in [(false, r#""a":"100.00""#), (true, r#""a":100.00"#)] {
        let sandbox = Sandbox::start(&[]);
        let listener = Listener::new(&[r#"200 {"code":0}"#]);
        habits(&sandbox, HABITS, &listener.url, json!({"json_numbers": numbers}));
        sandbox.post_page(&page(&sandbox, LINK), &["do=pay"]);
        let heard = listener.next();
        assert!(heard.body.contains(written), "{}", heard.body);
    }
}

#[test]
fn a_number_that_was_used_is_the_same_payment_a_new_one_or_refused() {
    let sandbox = Sandbox::start(&[]);
    let change = |id: &str, rule: &str| {
        let switches = json!({"switches": {"used_number": rule}}).to_string();
        sandbox.control(&format!("declared/shops/{id}"), &switches);
    };
    habits(&sandbox, HABITS, "http://127.0.0.1:9/", json!({}));
    let first = page(&sandbox, LINK);
    assert_eq!(page(&sandbox, LINK), first, "a form leads to its order");
    change("h", "refuse");
    assert!(sandbox.curl(&[&format!("{}{LINK}", sandbox.origin)]).contains("used before"));
    change("h", "new");
    let second = page(&sandbox, LINK);
    assert!(second.contains("/pay/") && second != first, "{second}");

    shop(&sandbox, "http://127.0.0.1:9/", json!({"bare": true}));
    let url = format!("{}/{CREATE}", sandbox.origin);
    let again =
        || -> Value { serde_json::from_str(&sandbox.curl(&[FORM[0], FORM[1], &url])).unwrap() };
    let first = again();
    assert_eq!(text(&again()["error"], "code"), "duplicate_order", "a call is refused");
    change("shop", "same");
    assert_eq!(again()["id"], first["id"]);
    change("shop", "new");
    assert_ne!(text(&again(), "id"), text(&first, "id"));
    // A key says more than the rule: the same payment, whatever the rule for numbers.
    shop(&sandbox, "http://127.0.0.1:9/", json!({"used_number": "new"}));
    let (_, keyed) = create(&sandbox, "k", &FORM);
    assert_eq!(create(&sandbox, "k", &FORM).1["id"], keyed["id"]);
}
