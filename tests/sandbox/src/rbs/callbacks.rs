//! Callbacks to the merchant (`docs/gateways/rbs.md`, Callbacks): what is sent, to where, and
//! every attempt.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;

use super::bindings::Binding;
use super::ecomm;
use super::merchants::{CallbackSignature, Merchant};
use super::orders::Order;
use super::signature::{RSA_ALIAS, RsaPair, hmac_checksum, signed_string};
use super::transitions::Event;
use crate::clock;
use crate::courier::{Attempt, Courier, Parcel};
use crate::sandbox::Sandbox;

pub mod extras;

/// Attempts that the gateway makes.
const ATTEMPTS: u32 = 3;

/// A callback and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Notification {
    /// `operation`.
    pub operation: String,
    /// `status`.
    pub status: u8,
    /// GET or POST.
    pub method: String,
    /// The merchant's URL, without our parameters.
    pub url: String,
    /// The parameters, encoded: the query of a GET, the body of a POST.
    pub body: String,
    /// Whether the merchant answered 200.
    pub delivered: bool,
    /// Every attempt.
    pub attempts: Vec<Attempt>,
}

/// A notification that waits to be sent, by its order and place.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// `mdOrder`, or `bindingId` of a callback about a stored card.
    pub order_id: String,
    /// Place in its notifications.
    pub place: usize,
    /// What to send.
    pub notification: Notification,
    /// Wait before the first attempt.
    pub delay: Duration,
    /// Pause between attempts.
    pub pause: Duration,
}

impl Delivery {
    /// A notification that is sent once more, at once.
    pub fn again(order_id: &str, place: usize, notification: Notification) -> Self {
        Self {
            order_id: order_id.to_owned(),
            place,
            notification,
            delay: Duration::ZERO,
            pause: Duration::ZERO,
        }
    }
}

/// Writes and signs a callback. None when the merchant has no URL for it.
pub fn compose(
    order: &Order,
    event: &Event,
    merchant: &Merchant,
    rsa: &RsaPair,
    now: i64,
) -> Option<Notification> {
    let url = order.terms.callback_url.clone().or_else(|| merchant.callback_url.clone())?;
    let status = u8::from(event.succeeded);
    if let Some(side) = &order.ecomm {
        let url = merchant.callback_url.clone()?;
        return Some(ecomm::callbacks::compose(order, side, event, url));
    }
    let settings = &merchant.settings;
    let mut parameters: Vec<(String, String)> = vec![
        ("mdOrder".into(), order.id.clone()),
        ("orderNumber".into(), order.terms.number.clone()),
        ("operation".into(), event.operation.into()),
        ("status".into(), status.to_string()),
    ];
    if settings.callback_extra_params {
        parameters.push(("amount".into(), order.terms.amount.to_string()));
    }
    if settings.callback_refund_params && event.operation == "refunded" {
        parameters.push(("operationRefundedAmount".into(), event.amount.to_string()));
        if let Some(id) = &event.external_id {
            parameters.push(("externalRefundId".into(), id.clone()));
        }
    }
    for (name, value) in extras::of(order, event, merchant) {
        if !parameters.iter().any(|(known, _)| *known == name) {
            parameters.push((name, value));
        }
    }
    if settings.callback_creation_date {
        parameters.push(("callbackCreationDate".into(), clock::callback_date(now)));
    }
    Some(signed(parameters, event.operation, status, url, merchant, rsa))
}

/// Writes and signs a callback about a stored card. It names no order; without an operation it is
/// the short one of a card that was stored without a payment.
pub fn compose_binding(
    binding: &Binding,
    operation: Option<&str>,
    merchant: &Merchant,
    rsa: &RsaPair,
) -> Option<Notification> {
    let url = merchant.callback_url.clone()?;
    let mut parameters: Vec<(String, String)> = vec![
        ("bindingId".into(), binding.id.clone()),
        ("clientId".into(), binding.client_id.clone()),
        ("enabled".into(), binding.active.to_string()),
    ];
    if let Some(operation) = operation {
        parameters.push(("operation".into(), operation.into()));
        parameters.push(("status".into(), "1".into()));
        parameters.push(("panMasked".into(), binding.masked_pan.clone()));
        parameters.push(("panCountryCode".into(), "RU".into()));
    }
    Some(signed(parameters, operation.unwrap_or_default(), 1, url, merchant, rsa))
}

fn signed(
    mut parameters: Vec<(String, String)>,
    operation: &str,
    status: u8,
    url: String,
    merchant: &Merchant,
    rsa: &RsaPair,
) -> Notification {
    let text = signed_string(&parameters);
    match merchant.callback_signature {
        CallbackSignature::None => {}
        CallbackSignature::Hmac => {
            parameters.push(("checksum".into(), hmac_checksum(&merchant.callback_key, &text)));
            parameters.push(("sign_alias".into(), "HMAC-SHA256".into()));
        }
        CallbackSignature::Rsa => {
            let sha256 = merchant.settings.callback_sha256;
            let made = if sha256 { rsa.checksum_256(&text) } else { rsa.checksum(&text) };
            parameters.push(("checksum".into(), made));
            parameters.push(("sign_alias".into(), RSA_ALIAS.into()));
        }
    }
    if !merchant.settings.callback_sign_alias {
        parameters.retain(|(name, _)| name != "sign_alias");
    }
    Notification {
        operation: operation.into(),
        status,
        method: merchant.callback_method.clone(),
        url,
        body: encoded(&parameters),
        delivered: false,
        attempts: Vec::new(),
    }
}

/// Form encoding of parameters.
pub fn encoded(parameters: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

/// One attempt. Only HTTP 200 is `Ok`; both sides are what the record will say.
pub async fn send(courier: &Courier, notification: &Notification) -> Result<String, String> {
    let url = address(notification);
    // A form never starts with a brace: it would be percent-encoded.
    let json = notification.body.starts_with('{');
    let label = if json { "application/json" } else { "application/x-www-form-urlencoded" };
    let post = (notification.method == "POST").then_some((label, notification.body.as_str()));
    let user_agent = "Apache-HttpClient/4.5.13 (Java/17.0.2)";
    let receipt = courier.deliver(Parcel { url: &url, post, headers: &[], user_agent }).await?;
    let result = format!("HTTP {}", receipt.status);
    if receipt.status == 200 { Ok(result) } else { Err(result) }
}

/// The merchant's URL; a GET carries the parameters behind the merchant's own.
fn address(notification: &Notification) -> String {
    if notification.method == "POST" {
        return notification.url.clone();
    }
    let joiner = if notification.url.contains('?') { '&' } else { '?' };
    format!("{}{joiner}{}", notification.url, notification.body)
}

/// Sends what the world puts into its outbox, each notification on its own.
pub async fn run(sandbox: Arc<Sandbox>, mut outbox: UnboundedReceiver<Delivery>) {
    while let Some(delivery) = outbox.recv().await {
        tokio::spawn(deliver(Arc::clone(&sandbox), delivery));
    }
}

async fn deliver(sandbox: Arc<Sandbox>, delivery: Delivery) {
    tokio::time::sleep(delivery.delay).await;
    for attempt in 1..=ATTEMPTS {
        let at = clock::rfc3339(clock::now());
        let outcome = send(&sandbox.courier, &delivery.notification).await;
        let delivered = outcome.is_ok();
        let result = outcome.unwrap_or_else(|error| error);
        sandbox.world().record_attempt(&delivery, Attempt { at, result }, delivered);
        if delivered {
            return;
        }
        if attempt < ATTEMPTS {
            tokio::time::sleep(delivery.pause).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(url: &str, method: &str) -> Notification {
        Notification {
            operation: "deposited".into(),
            status: 1,
            method: method.into(),
            url: url.into(),
            body: "mdOrder=1&status=1".into(),
            delivered: false,
            attempts: Vec::new(),
        }
    }

    #[test]
    fn parameters_join_the_merchants_own_query() {
        let plain = address(&notification("http://127.0.0.1:9/cb", "GET"));
        assert_eq!(plain, "http://127.0.0.1:9/cb?mdOrder=1&status=1");
        let own = address(&notification("http://localhost:9/cb?shop=7", "GET"));
        assert_eq!(own, "http://localhost:9/cb?shop=7&mdOrder=1&status=1");
        let post = address(&notification("http://[::1]:9/cb?shop=7", "POST"));
        assert_eq!(post, "http://[::1]:9/cb?shop=7");
    }
}
