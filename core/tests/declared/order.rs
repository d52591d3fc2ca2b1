//! Orders, created at gateways that are described as data.

use kopeck::{Error, Fields, Kind};
use serde_json::{Map, Value, json};

use crate::gateway::{self, Seen, Sent};

/// An order of Russian roubles, with what differs from it in one case.
pub fn create(settings: &Value, change: Value, answer: &str) -> (Result<Fields, Error>, Sent) {
    let (client, sent) = gateway::client(settings, &[answer]);
    let mut order = json!({
        "order_number": "1001-1", "amount": "100.00", "currency": "RUB",
        "return_url": "https://shop.example/ok", "description": "Заказ 1001",
        "language": "ru", "customer": { "email": "buyer@example.com" },
    });
    order.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    (client.call("create_payment", order.as_object().unwrap()), sent)
}

/// The action of a payment for which nothing is called.
pub fn action(settings: &Value, change: Value) -> Value {
    let number = change.get("order_number").cloned().unwrap_or_else(|| "1001-1".into());
    let (payment, sent) = create(settings, change, "");
    let payment = payment.unwrap();
    assert!(sent.lock().unwrap().is_empty(), "something was called");
    assert_eq!((&payment["id"], &payment["order_number"]), (&number, &number));
    assert_eq!(payment["gateway"], settings["descriptor"]);
    payment["action"].clone()
}

/// The order is refused for one of its fields before anything leaves.
pub fn refused(settings: &Value, change: Value, field: &str) {
    let (reply, sent) = create(settings, change.clone(), "");
    let error = reply.err().unwrap_or_else(|| panic!("{change} passes"));
    assert_eq!(
        (error.kind, error.field.as_deref()),
        (Kind::InvalidRequest, Some(field)),
        "{change}"
    );
    assert!(sent.lock().unwrap().is_empty(), "{change}");
}

/// Both writings of a space in a query are one; `:` and `/` stand in it as they are.
pub fn spaces(link: &Value) -> String {
    link.as_str().unwrap().replace('+', "%20")
}

/// Another order, with what differs from it in one case.
pub fn order(other: Value) -> Map<String, Value> {
    let order = json!({
        "order_number": "A-1001", "amount": "1547.30", "currency": "RUB",
        "description": "Заказ №1/а", "return_url": "https://shop.example/return",
        "customer": {
            "email": "buyer@example.com", "phone": "+79000000000", "name": "Иванов", "id": "u1",
        },
    });
    let mut order = order.as_object().unwrap().clone();
    order.extend(other.as_object().unwrap().clone());
    order
}

/// Creates the payment and compares what left, its id and its action.
pub fn check(settings: Value, other: Value, sent: Value, replies: &[&str], expected: Value) {
    let order = order(other);
    let (client, seen) = gateway::client(&settings, replies);
    let payment = client.call("create_payment", &order).unwrap();
    let seen: Vec<Value> = seen.lock().unwrap().iter().map(shown).collect();
    assert_eq!(Value::from(seen), sent);
    let mut action: Map<String, Value> = payment["action"].as_object().unwrap().clone();
    action.retain(|_, value| !value.is_null());
    assert_eq!(json!({ "id": payment["id"], "action": action }), expected);
    for (name, expected) in
        [("gateway", &settings["descriptor"]), ("order_number", &order["order_number"])]
    {
        assert_eq!(&payment[name], expected);
    }
    assert_eq!((&payment["status"], &payment["amount"]), (&json!("created"), &order["amount"]));
}

/// What left, with the headers that prove who sent it.
fn shown(seen: &Seen) -> Value {
    let mut shown = json!({ "method": seen.method, "url": seen.url, "body": seen.body });
    for name in ["authorization", "x-request-id"] {
        if let Some(value) = seen.header(name) {
            shown[name] = value.into();
        }
    }
    shown
}
