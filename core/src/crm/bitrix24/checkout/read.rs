//! `read_checkout`: the portal's CHECKOUT request, which nobody signs. A shared secret in it is compulsory,
//! and sum and currency are the portal's own, asked for by the payment's id.

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Language, answered};
use super::number;
use super::portal_payment::{self, PortalPayment};
use crate::crm::bitrix24::place::allowed;
use crate::crm::bitrix24::received::{self, Posted, prove, scrub, unreadable};
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::hosts;
use crate::money::{Amount, Currency};
use crate::native::origin;
use crate::secret::Secrets;
use crate::sum;

/// How long it repeats what the portal was too busy for: a buyer is waiting.
const PATIENCE_MS: u64 = 10_000;

/// The portal's own part of the request.
const SYSTEM: &str = "BX_SYSTEM_PARAMS";

/// The portal's request as it came. Any bytes survive through `body_base64`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCheckout {
    /// `POST`; the portal uses no other.
    pub method: String,
    /// The raw query, where it is text. Nothing in it counts.
    pub query: Option<String>,
    /// The raw query, where it may be anything.
    pub query_base64: Option<String>,
    /// Header names with their values, in any case.
    #[serde(default)]
    pub headers: Fields,
    /// The raw body, where it is text.
    pub body: Option<String>,
    /// The raw body, where it may be anything.
    pub body_base64: Option<String>,
    /// Of the text in an error's `answer`: `ru` (default) or `en`.
    #[serde(default)]
    pub language: Language,
}

/// What the request says, once its secret is proven.
struct Asked {
    payment_id: u64,
    pay_system_id: u64,
    sum: String,
    currency: String,
    return_url: Option<String>,
    external_payment_id: Option<String>,
    /// The fields that the handler's own settings added.
    others: Fields,
}

pub fn read_checkout(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: ReadCheckout =
        fields::read(given).map_err(|error| answered(error, Language::default()))?;
    let language = request.language;
    read(session, request).map_err(|error| answered(error, language))
}

fn read(session: &Session<'_>, request: ReadCheckout) -> Result<Fields, Error> {
    let settings = &session.portal().settings;
    let Some(secrets) = &settings.checkout_secret else {
        let says = "required in the settings for this operation: the request is not signed";
        return Err(Error::invalid("checkout_secret", says));
    };
    let posted = Posted {
        method: request.method,
        query: request.query,
        query_base64: request.query_base64,
        headers: request.headers,
        body: request.body,
        body_base64: request.body_base64,
    };
    let asked = asked(posted.read()?, secrets, &settings.checkout_secret_field)?;
    let session = session.patient(Some(PATIENCE_MS))?;
    let Some(found) = portal_payment::find(&session, asked.payment_id)? else {
        let says = "the portal tells of no such payment, or not to this webhook";
        return Err(Error::refused("payment_not_found", says));
    };
    let sum = compared(&asked, &found)?;
    let home = settings.place()?.origin();
    let moved = session.portal().moved.get();
    // A buyer is sent there in the end: the portal's own host, or https on the allow-list.
    let usable = |url: &String| {
        let plain = !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
        let listed = || hosts::https(url).is_some() && allowed(url, &settings.portal_hosts);
        (plain && (origin(url) == home || moved.as_deref() == Some(origin(url)))) || listed()
    };
    let return_url = asked.return_url.clone().filter(usable);
    let refused = asked.return_url.is_some() && return_url.is_none();
    let service_id = ["serviceid", "service_id"]
        .iter()
        .find_map(|name| fields::find(&asked.others, name).and_then(fields::text));
    let reply = json!({
        "payment_id": asked.payment_id,
        "pay_system_id": asked.pay_system_id,
        "amount": sum,
        "currency": sum.currency,
        "order_prefix": number::prefix(home, asked.payment_id),
        "account_number": found.number(),
        "return_url": return_url,
        "return_url_refused": refused,
        "external_payment_id": asked.external_payment_id,
        "service_id": service_id,
        "fields": asked.others,
        "create": { "amount": sum, "currency": sum.currency, "return_url": return_url },
    });
    match reply {
        Value::Object(mut reply) => {
            // A setting may carry the secret under a second name.
            for name in ["service_id", "external_payment_id", "fields"] {
                reply.get_mut(name).into_iter().for_each(|value| scrub(value, secrets));
            }
            Ok(reply)
        }
        _ => Ok(Fields::new()),
    }
}

fn asked(mut tree: Fields, secrets: &Secrets, secret_field: &str) -> Result<Asked, Error> {
    prove(tree.get(secret_field), secrets, secret_field)?;
    tree.remove(secret_field);
    let Some(Value::Object(system)) = tree.remove(SYSTEM) else {
        return Err(unreadable("it has no BX_SYSTEM_PARAMS"));
    };
    let whole = |name: &str| {
        let id = system.get(name).and_then(received::id);
        id.ok_or_else(|| unreadable(&format!("BX_SYSTEM_PARAMS[{name}] is no whole number")))
    };
    let text = |name: &str| system.get(name).and_then(fields::text);
    let required = |name: &str| {
        text(name).ok_or_else(|| unreadable(&format!("BX_SYSTEM_PARAMS[{name}] is missing")))
    };
    Ok(Asked {
        payment_id: whole("PAYMENT_ID")?,
        pay_system_id: whole("PAYSYSTEM_ID")?,
        sum: required("SUM")?,
        currency: required("CURRENCY")?,
        return_url: text("RETURN_URL"),
        external_payment_id: text("EXTERNAL_PAYMENT_ID"),
        others: tree,
    })
}

/// The portal's own sum, where the request does not say another.
fn compared(asked: &Asked, found: &PortalPayment) -> Result<Amount, Error> {
    if found.paid {
        return Err(Error::refused("already_paid", "the portal's payment is paid already"));
    }
    let Some(sum) = found.sum else {
        let says = format!("the portal's payment is {}: no sum that can be paid", found.shown);
        return Err(Error::refused("not_payable", says));
    };
    let differs = |reason, says: &str| {
        Err(Error::mismatch(reason, format!("{reason}: the request says {says}")))
    };
    if Currency::from_code(&asked.currency) != Some(sum.currency) {
        return differs("currency", "another currency than the portal's payment has");
    }
    if sum::exact(&asked.sum, sum.currency) != Some(sum) {
        return differs("amount", "another sum than the portal's payment has");
    }
    if found.pay_system_id.is_some_and(|id| id != asked.pay_system_id) {
        return differs("pay_system", "another pay system than the portal's payment has");
    }
    match sum.minor {
        0 => Err(Error::refused("not_payable", "the portal's payment is for nothing")),
        _ => Ok(sum),
    }
}
