//! Notifications ("callbacks"): unsigned, HMAC-SHA256, or RSA over the sorted parameters
//! (docs/gateways/rbs.md, "Callbacks").

use super::{Merchant, NAME, amount, raw};
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::form;
use crate::money::Currency;
use crate::notification::{Answer, Notification, Received};
use crate::payment::{Payment, Status};
use crate::secret::Secrets;
use crate::sign;

/// HTTP 200 is success, anything else is tried again (three times by default).
pub const ANSWER: Answer = Answer {
    ok: (200, "text/plain", "OK"),
    retry: (503, "text/plain", "try again"),
    reject: (403, "text/plain", "not accepted"),
};

/// Not part of what is signed.
const UNSIGNED: [&str; 2] = ["checksum", "sign_alias"];

type Pairs = Vec<(String, String)>;

pub fn read(
    merchant: &Merchant,
    received: &Received,
    expect: &Expected,
) -> Result<Notification, Error> {
    let answered = |mut error: Error| {
        error.answer = Some(ANSWER.to_value());
        error
    };
    let pairs = pairs(merchant, received).map_err(answered)?;
    let verified = verify(merchant, &pairs).map_err(answered)?;
    let text = |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, v)| v.as_str());
    let (event, succeeded) = event(&text);
    let mut payment = hint(&text, event, succeeded, verified);
    // Only what is authentic can be something else than expected; the rest is a hint to ask.
    let checked = if verified { expect.check(&mut payment) } else { Ok(()) };
    let checked_names = payment.checked.clone();
    let payment = payment.into_hint();
    if let Err(error) = checked {
        return Err(answered(error.with_payment(payment)));
    }
    let mut shown = Fields::new();
    for (name, value) in pairs.iter().filter(|(name, _)| name != "checksum") {
        shown.insert(name.clone(), value.as_str().into());
    }
    Ok(Notification {
        event,
        succeeded,
        // A stranger could take the place of the real event, were its name not signed.
        event_id: if verified { event_id(&text, event, succeeded) } else { None },
        delivery_id: sign::sha256_hex(signed_text(&pairs).as_bytes()),
        verified,
        checked: checked_names,
        payment,
        // An event may be late, repeated, or of a part of the sum: the state is asked for.
        needs_status: true,
        test: None,
        answer: ANSWER.to_value(),
        raw: raw::shown(&shown),
    })
}

/// The parameters: of the query for GET, of the body alone for POST. A name that stands twice could
/// be read one way here and another way there, so it is refused.
fn pairs(merchant: &Merchant, received: &Received) -> Result<Pairs, Error> {
    let bytes = if received.method == "POST" { &received.body } else { &received.query };
    let mut pairs = form::decode(bytes)
        .map_err(|says| Error::untrusted("unreadable", format!("the notification holds {says}")))?;
    pairs.retain(|(name, _)| !merchant.settings.callback_own_parameters.contains(name));
    pairs.sort();
    if pairs.windows(2).any(|two| matches!(two, [a, b] if a.0 == b.0)) {
        return Err(Error::untrusted("unreadable", "a parameter of the notification stands twice"));
    }
    let ours = ["mdOrder", "bindingId"];
    if !pairs.iter().any(|(name, _)| ours.contains(&name.as_str())) {
        return Err(Error::untrusted(
            "unreadable",
            "the notification names no order and no stored card",
        ));
    }
    Ok(pairs)
}

/// `name;value;` for each, sorted by name in code-unit order.
fn signed_text(pairs: &Pairs) -> String {
    let signed = pairs.iter().filter(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    signed.map(|(name, value)| format!("{name};{value};")).collect()
}

/// Whether the notification is authentic. Without a key nothing is: it is a hint to ask.
fn verify(merchant: &Merchant, pairs: &Pairs) -> Result<bool, Error> {
    let settings = &merchant.settings;
    if settings.callback_keys.is_none() && settings.callback_public_keys.is_empty() {
        return Ok(false);
    }
    let Some((_, checksum)) = pairs.iter().find(|(name, _)| name == "checksum") else {
        return Err(Error::untrusted("signature_missing", "the notification has no checksum"));
    };
    let Ok(signature) = hex::decode(checksum) else {
        return Err(Error::untrusted("signature_malformed", "the checksum is not hexadecimal"));
    };
    let text = signed_text(pairs);
    let bytes = text.as_bytes();
    let hmac = settings.callback_keys.iter().flat_map(Secrets::iter);
    let by_hmac = hmac
        .fold(false, |any, key| any | sign::hmac_sha256_matches(key.expose(), bytes, &signature));
    let mut rsa = settings.callback_public_keys.iter();
    if !by_hmac && !rsa.any(|key| key.verifies(settings.callback_digest, bytes, &signature)) {
        return Err(Error::untrusted("signature_mismatch", "the checksum is not the gateway's"));
    }
    // A semicolon inside a part lets one signed text be cut up in two ways: then only the status is
    // to be believed.
    let signed = pairs.iter().filter(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    Ok(!signed.into_iter().any(|(name, value)| name.contains(';') || value.contains(';')))
}

fn event<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> (&'static str, Option<bool>) {
    let succeeded = match text("status") {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    let event = match (text("operation"), succeeded) {
        (Some("approved" | "deposited"), Some(false)) => "declined",
        (Some("approved"), _) => "held",
        // After a hold it is a capture; only `depositFlag` tells, where support switched it on.
        (Some("deposited"), _) if text("depositFlag") == Some("2") => "captured",
        (Some("deposited"), _) => "paid",
        (Some("reversed"), _) => "cancelled",
        (Some("refunded"), _) => "refunded",
        (Some("declinedByTimeout"), _) => "expired",
        (Some("declinedCardPresent" | "declinedCardpresent"), _) => "declined",
        (Some("bindingCreated"), _) => "card_stored",
        (Some("bindingActivityChanged"), _) | (None, _) if text("bindingId").is_some() => {
            if text("enabled") == Some("false") { "card_removed" } else { "card_stored" }
        }
        _ => "unknown",
    };
    (event, succeeded)
}

/// What it says about the payment. Unsigned words say nothing of its status.
fn hint<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    event: &str,
    succeeded: Option<bool>,
    verified: bool,
) -> Payment {
    let status = match (event, succeeded) {
        _ if !verified => Status::Unknown,
        ("held", Some(true)) => Status::Authorized,
        ("paid" | "captured", Some(true)) => Status::Paid,
        ("cancelled", Some(true)) => Status::Cancelled,
        ("expired", _) => Status::Expired,
        _ => Status::Unknown,
    };
    let mut payment = Payment::new(NAME, status);
    let currency = text("currency").and_then(|code| match code.parse() {
        Ok(number) => Currency::from_number(number),
        Err(_) => Currency::from_code(code),
    });
    let money = |name: &str| amount(text(name).and_then(|digits| digits.parse().ok()), currency);
    payment.id = text("mdOrder").map(str::to_owned);
    payment.order_number = text("orderNumber").map(str::to_owned);
    payment.currency = currency;
    payment.amount = money("amount");
    payment.authorized = money("approvedAmount");
    payment.captured = money("depositedAmount");
    payment.refunded = money("refundedAmount");
    payment
}

/// Equal for two deliveries of one event. Null where two events could look alike: failed tries, and
/// refunds without an id or a date.
fn event_id<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    event: &str,
    succeeded: Option<bool>,
) -> Option<String> {
    let order = text("mdOrder").or_else(|| text("bindingId"))?;
    let operation = text("operation").unwrap_or(event);
    let distinct = match (event, succeeded) {
        ("declined" | "unknown", _) | (_, Some(false)) => return None,
        ("refunded", _) => {
            match (text("externalRefundId"), text("refundedAmount"), text("refundedDate")) {
                (Some(id), _, _) => id.to_owned(),
                (None, Some(amount), Some(date)) => format!("{amount}/{date}"),
                _ => return None,
            }
        }
        ("captured", _) => text("depositedAmount")?.to_owned(),
        ("paid", _) => text("depositedAmount").unwrap_or_default().to_owned(),
        ("card_stored" | "card_removed", _) => text("enabled").unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let status = text("status").unwrap_or_default();
    let text = format!("{NAME}\n{order}\n{operation}\n{status}\n{distinct}");
    sign::sha256_hex(text.as_bytes()).get(..32).map(str::to_owned)
}
