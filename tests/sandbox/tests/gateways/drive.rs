//! A payment at a gateway from its beginning to its status.

use serde_json::{Value, json};

use super::{Play, Sent};
use crate::base64;
use crate::listener::Listener;
use crate::started::{Sandbox, text};

/// The built-in descriptors.
pub const FOLDER: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../core/src/gateways/declared/descriptors");

/// Status, `Location` and body of a request.
fn send(sandbox: &Sandbox, sent: &Sent) -> (String, String, String) {
    let mut url = format!("{}/declared/{}", sandbox.origin, sent.url);
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(&sent.form).finish();
    let json = sent.json.as_ref().map(Value::to_string);
    let mut arguments = vec!["-w", "\n%{http_code} %{redirect_url}"];
    for header in &sent.headers {
        arguments.extend(["-H", header]);
    }
    match &json {
        Some(json) => {
            arguments.extend(["-H", "Content-Type: application/json", "--data-binary", json])
        }
        None if sent.get => {
            if !form.is_empty() {
                url = format!("{url}?{form}");
            }
        }
        None => arguments.extend(["--data-binary", &form]),
    }
    arguments.push(&url);
    let answer = sandbox.curl(&arguments);
    let (body, tail) = answer.rsplit_once('\n').unwrap();
    let (status, location) = tail.split_once(' ').unwrap();
    (status.to_owned(), location.to_owned(), body.to_owned())
}

/// Begins a payment, pays on the page, hears of it, answers, asks.
pub fn played(sandbox: &Sandbox, mut play: Play) {
    let id = play.id;
    let answer = play.answer;
    let listener = Listener::answering(move |_, heard| format!("200 {}", answer(heard)));
    let given = json!({
        "id": id,
        "descriptor": std::fs::read_to_string(format!("{FOLDER}/{id}.toml")).unwrap(),
        "config": play.config,
        "secrets": play.secrets,
        "notification_url": listener.url,
    });
    let shop = sandbox.control("declared/shops", &given.to_string());
    assert_eq!(text(&shop, "id"), id, "{shop}");

    let (sent, page_at) = &mut play.create;
    if sent.form.iter().any(|(_, value)| value == "TOKEN") {
        let token = Sent {
            url: "shop.paykeeper.test/info/settings/token/".to_owned(),
            form: Vec::new(),
            json: None,
            get: true,
            headers: sent.headers.clone(),
        };
        let (_, _, unknown) = send(sandbox, sent);
        assert!(unknown.contains("not handed out"), "{unknown}");
        let reply: Value = serde_json::from_str(&send(sandbox, &token).2).unwrap();
        let token = text(&reply, "token").to_owned();
        sent.form
            .iter_mut()
            .filter(|(_, value)| value == "TOKEN")
            .for_each(|(_, value)| *value = token.clone());
    }
    let (status, location, reply) = send(sandbox, sent);
    let page = match page_at {
        None => {
            assert_eq!(status, "302", "{id}: {reply}");
            location
        }
        Some(pointer) => {
            assert_eq!(status, "200", "{id}: {reply}");
            let reply: Value = serde_json::from_str(&reply).unwrap();
            reply
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_else(|| panic!("{id}: {reply}"))
                .to_owned()
        }
    };
    assert!(sandbox.curl(&[&page]).contains("100.00"), "{id}");
    let pressed = sandbox.post_page(&page, &["do=pay"]);
    assert!(
        pressed.starts_with("302 http://shop.test/ok") || pressed.starts_with("200"),
        "{id}: {pressed}"
    );

    let heard = listener.next();
    let (has, wanted) = (play.check)(&heard);
    assert_eq!(has, wanted, "{id}: {heard:?}");
    let payment = page.rsplit('/').next().unwrap();
    let order = listener.until(|| {
        let order = sandbox.get(&format!("/control/declared/orders/{payment}"));
        let attempted =
            order["notifications"][0]["attempts"].as_array().is_some_and(|all| !all.is_empty());
        attempted.then_some(order)
    });
    assert_eq!(order["notifications"][0]["delivered"], true, "{id}: {order}");
    assert_eq!((text(&order, "number"), text(&order, "status")), (play.number, "paid"));

    if let Some((ask, part)) = play.status {
        let (status, _, reply) = send(sandbox, &ask(payment));
        assert!(status == "200" && reply.contains(part), "{id}: {status} {reply}");
    }
    forged(sandbox, &mut play);
}

/// A request whose money was changed after it was signed is refused, if anything is signed at all.
fn forged(sandbox: &Sandbox, play: &mut Play) {
    let sent = &mut play.create.0;
    let signed = ["webmoney", "yoomoney", "paymaster", "enot", "cloudpayments", "paykeeper"];
    if signed.contains(&play.id) {
        return;
    }
    for (_, value) in &mut sent.form {
        match value.as_str() {
            "100.00" => *value = "1.00".to_owned(),
            "100" => *value = "1".to_owned(),
            _ if value.starts_with("eyJ") => *value = base64::encode(b"{\"amount\":\"1.00\"}"),
            _ => {}
        }
    }
    if let Some(json) = &mut sent.json {
        let text = json.to_string().replace("10000", "100");
        *json = serde_json::from_str(&text).unwrap();
    }
    let (status, _, reply) = send(sandbox, sent);
    let refused = status == "400" || reply.contains("wrong");
    assert!(refused, "{}: {status} {reply}", play.id);
}
