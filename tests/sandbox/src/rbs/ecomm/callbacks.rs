//! Callbacks of the platform: JSON by POST to the account's address, without a checksum
//! (`docs/gateways/rbs.md`, Sber).

use serde_json::{Map, Value, json};

use super::super::callbacks::Notification;
use super::super::orders::Order;
use super::super::transitions::Event;
use super::Side;

/// Writes a callback of a payment.
pub fn compose(order: &Order, side: &Side, event: &Event, url: String) -> Notification {
    let mut further = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            further.insert(name.to_owned(), json!(value));
        }
    };
    put("phone", order.terms.phone.as_deref().map(masked_phone));
    put("subscriptionId", side.subscription.as_ref().map(|made| made.id.clone()));
    put("memberId", side.subscription.as_ref().map(|made| made.member.clone()));
    put("qrcId", side.qrc.clone());
    let status = u8::from(event.succeeded);
    let mut body = json!({
        "mdOrder": order.id,
        "orderNumber": order.terms.number,
        "operation": event.operation,
        "status": status,
    });
    if let Some(object) = body.as_object_mut().filter(|_| !further.is_empty()) {
        object.insert("additionalParams".into(), Value::Object(further));
    }
    Notification {
        operation: event.operation.into(),
        status,
        method: "POST".into(),
        url,
        body: body.to_string(),
        delivered: false,
        attempts: Vec::new(),
    }
}

/// `*4567`.
fn masked_phone(phone: &str) -> String {
    let tail: String = phone.chars().skip(phone.chars().count().saturating_sub(4)).collect();
    format!("*{tail}")
}

/// The body changed on its way. There is no checksum that could tell.
pub fn tampered(body: &str, kind: &str) -> Option<String> {
    let mut whole: Value = serde_json::from_str(body).ok()?;
    let object = whole.as_object_mut()?;
    match kind {
        "status" => {
            let turned = 1_i64.saturating_sub(object.get("status")?.as_i64()?);
            object.insert("status".into(), json!(turned));
        }
        "order" => {
            let number = format!("{}-another", object.get("orderNumber")?.as_str()?);
            object.insert("orderNumber".into(), json!(number));
        }
        _ => return None,
    }
    Some(whole.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_body_stays_json() {
        let body = r#"{"orderNumber":"A","status":1}"#;
        assert_eq!(tampered(body, "status").unwrap(), r#"{"orderNumber":"A","status":0}"#);
        assert_eq!(tampered(body, "order").unwrap(), r#"{"orderNumber":"A-another","status":1}"#);
        assert_eq!(tampered(body, "checksum"), None);
    }
}
