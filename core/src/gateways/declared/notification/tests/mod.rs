//! Notifications as they come: signatures were made apart, by Python's `hashlib` and `hmac`, keys and
//! RSA signatures by `openssl`.

mod answers;
mod pitfalls;
mod replays;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::Error;
use crate::expect::Expect;
use crate::fields::Fields;
use crate::gateways::Gateway;
use crate::gateways::declared::Declared;
use crate::gateways::declared::shop::Shop;
use crate::notification::{Notification, Received};
use crate::settings::Common;

/// A request as it came.
#[derive(Clone, Default)]
pub struct Sent {
    pub method: &'static str,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A form by POST.
pub fn form(body: &str) -> Sent {
    Sent { method: "POST", body: body.as_bytes().to_vec(), ..Sent::default() }
}

impl Sent {
    pub fn header(mut self, name: &str, value: &str) -> Sent {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

pub fn open(settings: Value) -> Result<Declared, Error> {
    let all = with(json!({ "gateway": "declared" }), settings);
    let (common, own) = Common::split(all.as_object().unwrap()).unwrap();
    Declared::open(&common, &own)
}

/// The same without the rules for descriptors, to see what stands behind them.
pub fn unruled(settings: Value) -> Declared {
    let all = with(json!({ "gateway": "declared" }), settings);
    let (common, own) = Common::split(all.as_object().unwrap()).unwrap();
    Declared { shop: Arc::new(Shop::unruled(&common, &own).unwrap()) }
}

/// What comes of it, at 2026-05-14T10:00:00Z.
pub fn read(gateway: &Declared, sent: &Sent, expect: Value) -> Result<Notification, Error> {
    let expect: Expect = serde_json::from_value(expect).unwrap();
    let received = Received {
        method: sent.method.to_owned(),
        query: sent.query.clone().into_bytes(),
        headers: sent.headers.clone(),
        body: sent.body.clone(),
    };
    let now = time::OffsetDateTime::from_unix_timestamp(1_778_752_800).unwrap();
    gateway.notification(&received, &expect.read(None).unwrap(), now)
}

/// A gateway of one kind: `notify` with the fields of [`KIND`] that it does not name itself.
pub fn gateway(notify: Value, recipes: Value) -> Declared {
    let descriptor = with(
        json!({
            "schema": 1, "id": "sample", "title": "Sample", "date": "2026-11-22", "sources": ["-"],
            "secrets": { "key": "signs notifications", "form_key": "signs forms" },
            "create": {
                "mark": "ours",
                "request": { "method": "POST", "url": "https://pay.sample.test/", "fields": {} },
            },
            "status_map": { "ok": "paid", "fail": "failed", "held": "authorized", "back": "refunded" },
        }),
        json!({ "recipe": recipes, "notify": [with(kind(), notify)] }),
    );
    let secrets = json!({ "key": "notify-key", "form_key": "form-key" });
    unruled(json!({ "descriptor": descriptor, "secrets": secrets }))
}

/// The usual kind.
pub fn kind() -> Value {
    json!({
        "mark": "confirmed",
        "fields": { "order_id": "order", "amount": "amount", "currency": "currency", "status": "status" },
        "signature": [{ "recipe": "hook", "field": "sign" }],
        "event_id": ["id", "status"],
        "answer": { "ok": { "body": "OK" } },
    })
}

pub fn with(mut one: Value, other: Value) -> Value {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

pub fn expect() -> Value {
    json!({ "order_number": "A-1", "amount": "100.00", "currency": "RUB" })
}

/// A text field of a payment.
pub fn of<'a>(payment: &'a Fields, name: &str) -> &'a str {
    payment[name].as_str().unwrap_or_default()
}

/// An error's kind and reason.
pub fn failure(result: Result<Notification, Error>) -> (&'static str, &'static str) {
    let error = result.unwrap_err();
    assert!(error.answer.is_some(), "{error} is not answered");
    (error.kind.name(), error.reason)
}

#[test]
fn an_authentic_notification_tells_its_payment() {
    let gateway = open(json!({
        "descriptor": "examplepay",
        "secrets": { "api_key": "k", "webhook_secret": "examplepay-secret" },
    }))
    .unwrap();
    let sign = "958f154116e00dcb5d758b8c943dd7d6f77711419292c4c08fa9f959f6732857";
    let body = format!("amount=100.00&currency=RUB&deal_id=662&id=sp_1&status=paid&sign={sign}");
    let expect =
        json!({ "id": "sp_1", "order_number": "662", "amount": "100.00", "currency": "RUB" });
    let told = read(&gateway, &form(&body), expect.clone()).unwrap();
    assert!(told.verified && told.needs_status);
    assert_eq!((told.event, told.succeeded), ("paid", Some(true)));
    assert_eq!(told.checked, ["id", "order_number", "currency", "amount"]);
    assert_eq!(of(&told.payment, "status"), "paid");
    assert_eq!(of(&told.payment, "captured"), "100.00");
    assert_eq!(told.payment["state_id"], Value::Null);
    assert_eq!(told.raw["_unsigned"], json!([]));
    assert_eq!(told.raw.get("sign"), None);
    // Sent again it is the same event, and the same delivery.
    let again = read(&gateway, &form(&body), expect).unwrap();
    assert_eq!((&again.event_id, &again.delivery_id), (&told.event_id, &told.delivery_id));
    assert_eq!(told.event_id.unwrap().len(), 32);
}
