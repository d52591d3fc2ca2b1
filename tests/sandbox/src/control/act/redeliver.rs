//! Notifications once more: duplicated, out of order, or tampered with.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::error;
use super::Act;
use crate::clock;
use crate::courier::Attempt;
use crate::exchange::Answer;
use crate::rbs::callbacks::{self, Delivery, Notification, encoded};
use crate::rbs::ecomm;
use crate::sandbox::Sandbox;

/// Sends, one after the other, one attempt each, and tells what the merchant answered.
pub async fn redeliver(sandbox: &Arc<Sandbox>, id: &str, wanted: &Act) -> Answer {
    let mut places: Vec<(usize, Notification)> = {
        let world = sandbox.world();
        let Some(order) = world.orders.get(id) else {
            return error(404, "there is no such order");
        };
        let chosen = order.notifications.iter().cloned().enumerate().filter(|(_, sent)| {
            wanted.operation.as_ref().is_none_or(|operation| *operation == sent.operation)
        });
        chosen.collect()
    };
    if places.is_empty() {
        return error(409, "there is no such notification");
    }
    if wanted.reverse_order == Some(true) {
        places.reverse();
    }
    let kind = match &wanted.tamper {
        None | Some(Value::Bool(false) | Value::Null) => None,
        Some(Value::Bool(true)) => Some("status"),
        Some(Value::String(kind)) => Some(kind.as_str()),
        Some(_) => return error(400, "tamper: expected true or a kind"),
    };
    let mut sent = Vec::new();
    for (place, mut notification) in places {
        if let Some(kind) = kind {
            let Some(body) = tampered(&notification.body, kind) else {
                return error(400, "tamper: status, order, checksum, unsigned or repeated");
            };
            notification.body = body;
        }
        for _ in 0..wanted.times.unwrap_or(1).min(100) {
            let at = clock::rfc3339(clock::now());
            let result = callbacks::send(&sandbox.courier, &notification).await;
            let result = result.unwrap_or_else(|error| error);
            sent.push(json!({
                "operation": notification.operation,
                "url": notification.url,
                "body": notification.body,
                "result": result,
            }));
            let label = if kind.is_some() { "tampered" } else { "redelivery" };
            let attempt = Attempt { at, result: format!("{label}: {result}") };
            let delivery = Delivery::again(id, place, notification.clone());
            sandbox.world().record_attempt(&delivery, attempt, false);
        }
    }
    Answer::json(200, &json!({"sent": sent}))
}

/// The parameters changed after they were signed.
fn tampered(body: &str, kind: &str) -> Option<String> {
    if body.starts_with('{') {
        return ecomm::callbacks::tampered(body, kind);
    }
    let mut parameters: Vec<(String, String)> =
        form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    if kind == "unsigned" {
        parameters.retain(|(name, _)| name != "checksum" && name != "sign_alias");
        return Some(encoded(&parameters));
    }
    if kind == "repeated" {
        parameters.push(("orderNumber".into(), "another".into()));
        return Some(encoded(&parameters));
    }
    let target = match kind {
        "status" => "status",
        "order" => "orderNumber",
        "checksum" => "checksum",
        _ => return None,
    };
    for (name, value) in &mut parameters {
        if name == target {
            *value = match kind {
                "status" if value == "1" => "0".into(),
                "status" => "1".into(),
                "order" => format!("{value}-another"),
                _ => broken(value),
            };
        }
    }
    Some(encoded(&parameters))
}

/// The checksum with another last digit.
fn broken(checksum: &str) -> String {
    let mut text = checksum.to_owned();
    let last = text.pop();
    text.push(if last == Some('0') { '1' } else { '0' });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tampering_keeps_the_checksum_and_changes_the_rest() {
        let body = "mdOrder=1&orderNumber=A&status=1&checksum=AB0";
        assert_eq!(
            tampered(body, "status").unwrap(),
            "mdOrder=1&orderNumber=A&status=0&checksum=AB0"
        );
        assert_eq!(
            tampered(body, "checksum").unwrap(),
            "mdOrder=1&orderNumber=A&status=1&checksum=AB1"
        );
        assert_eq!(tampered(body, "unsigned").unwrap(), "mdOrder=1&orderNumber=A&status=1");
        assert_eq!(tampered(body, "what"), None);
    }
}
