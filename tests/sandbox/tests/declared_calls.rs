//! What no built-in descriptor has: cancel and refund, replies as forms and texts, a page whose address
//! is made of an id, replies with a signature.

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::{Sandbox, text};

const DESCRIPTOR: &str = r#"
schema = 1
id = "calls"
redirect_hosts = ["page.calls.test"]
[secrets]
key = "k"
[order]
number = "^[0-9]+$"
currencies = ["EUR"]
[create.request]
method = "POST"
url = "https://api.calls.test/new"
basic = { user = "shop", password = "{secret.key}" }
fields = { n = "{order.id}", "sum[value]" = "{order.amount|number}", "sum[letters]" = "{order.currency}" }
[create.response]
kind = "form"
fields = { payment_id = "id", url = { value = "https://page.calls.test/bill/{field.id}/" }, amount = "value" }
ok = [{ at = "code", is = "0" }]
error = { when = [{ at = "code", not = "0" }], code = "code", text = "words", reasons = { 7 = "duplicate_order", 3 = "authentication_failed" } }
[[status]]
[status.request]
method = "GET"
url = "https://api.calls.test/{payment.id}/state"
[status.response]
kind = "text"
fields = { status = "text" }
[cancel.request]
method = "PUT"
url = "https://api.calls.test/{payment.id}/cancel"
body = "json"
[cancel.response]
fields = { payment_id = "/id", status = "/now", refunded = "/back" }
error = { when = [{ at = "/bad", exists = true }], code = "/bad", reasons = { W = "wrong_state", A = "amount_exceeded" } }
[refund.request]
method = "POST"
url = "https://api.calls.test/{payment.id}/back"
body = "json"
fields = { key = "{refund.id}", sum = { value = "{refund.amount|minor}", type = "number" } }
sign = [{ recipe = "sum", header = "X-Sign" }]
[refund.response]
fields = { payment_id = "/id", refunded = { at = "/back", minor = true } }
error = { when = [{ at = "/bad", exists = true }], code = "/bad", reasons = { W = "wrong_state", A = "amount_exceeded" } }
signature = [{ recipe = "sum", header = "X-Sign" }]
[recipe.sum]
digest = "md5"
parts = [{ raw = "body" }, { secret = "key" }]
[status_map]
NEW = "created"
PAID = "paid"
VOID = "cancelled"
BACK = "refunded"
PART = "partially_refunded"
"#;

fn call(sandbox: &Sandbox, arguments: &[&str], path: &str) -> String {
    let url = format!("{}/declared/api.calls.test/{path}", sandbox.origin);
    let mut all = arguments.to_vec();
    all.push(&url);
    sandbox.curl(&all)
}

fn id_of(reply: &str) -> String {
    let mut pairs = form_urlencoded::parse(reply.as_bytes());
    pairs.find(|(name, _)| name == "id").map(|(_, id)| id.into_owned()).unwrap_or_default()
}

fn refund(sandbox: &Sandbox, id: &str, body: &str) -> Value {
    use md5::Digest;
    let sign = format!("X-Sign: {}", hex::encode(md5::Md5::digest(format!("{body}S"))));
    let label = "Content-Type: application/json";
    let reply = call(sandbox, &["-i", "-H", label, "-H", &sign, "-d", body], &format!("{id}/back"));
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_default();
    let signed = hex::encode(md5::Md5::digest(format!("{body}S")));
    let refused = body.contains("bad");
    assert!(refused || head.contains(&format!("x-sign: {signed}")), "{reply}");
    serde_json::from_str(body).unwrap_or_default()
}

#[test]
fn money_goes_back_by_calls() {
    let sandbox = Sandbox::start(&[]);
    let given = json!({"id": "calls", "descriptor": DESCRIPTOR, "secrets": {"key": "S"}});
    assert_eq!(text(&sandbox.control("declared/shops", &given.to_string()), "currency"), "EUR");
    let form = "n=1&sum%5Bvalue%5D=10.5&sum%5Bletters%5D=EUR";
    let made = call(&sandbox, &["-u", "shop:S", "-d", form], "new");
    assert!(made.starts_with("id=") && made.contains("value=10.50&code=0"), "{made}");
    let id = id_of(&made);
    // Each refusal has the code that the descriptor has for it, where it has one.
    let code = |arguments: &[&str], code: &str| {
        let reply = call(&sandbox, arguments, "new");
        assert!(reply.starts_with(&format!("code={code}&words=")), "{reply}");
    };
    code(&["-u", "shop:S", "-d", form], "7");
    code(&["-u", "shop:T", "-d", form], "3");
    code(&["-u", "shop:S", "-d", &form.replace("EUR", "RUB")], "9999");
    code(&["-u", "shop:S", "-d", &form.replace("10.5", "10.50")], "9999");
    code(&["-u", "shop:S", "-d", &form.replace("n=1", "n=A")], "9999");

    let page = format!("{}/declared/page.calls.test/bill/{id}/", sandbox.origin);
    assert!(sandbox.curl(&[&page]).contains("10.50 EUR"));
    assert_eq!(call(&sandbox, &[], &format!("{id}/state")), "NEW");
    assert_eq!(text(&refund(&sandbox, &id, r#"{"key":"r0","sum":100}"#), "bad"), "W");
    sandbox.post_page(&page, &["do=pay"]);
    assert_eq!(call(&sandbox, &[], &format!("{id}/state")), "PAID");
    assert_eq!(refund(&sandbox, &id, r#"{"key":"r1","sum":100}"#)["back"], 100);
    assert_eq!(refund(&sandbox, &id, r#"{"key":"r1","sum":100}"#)["back"], 100);
    assert_eq!(text(&refund(&sandbox, &id, r#"{"key":"r2","sum":951}"#), "bad"), "A");
    assert_eq!(call(&sandbox, &[], &format!("{id}/state")), "PART");
    assert_eq!(refund(&sandbox, &id, r#"{"key":"r2","sum":950}"#)["back"], 1050);
    assert_eq!(call(&sandbox, &[], &format!("{id}/state")), "BACK");

    let cancel = ["-X", "PUT", "-H", "Content-Type: application/json", "-d", "{}"];
    assert!(call(&sandbox, &cancel, &format!("{id}/cancel")).contains(r#""bad":"W""#));
    let other = id_of(&call(&sandbox, &["-u", "shop:S", "-d", &form.replace("n=1", "n=2")], "new"));
    assert!(call(&sandbox, &cancel, &format!("{other}/cancel")).contains(r#""now":"VOID""#));
}
