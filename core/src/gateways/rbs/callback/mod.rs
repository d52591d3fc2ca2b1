//! Notifications ("callbacks"): parameters of a query or a form, unsigned or with a checksum; the newer
//! API sends JSON without one (docs/gateways/rbs.md, "Callbacks").

mod checksum;
mod event;
mod received;

use self::checksum::signed_text;
use super::{Merchant, raw};
use crate::error::Error;
use crate::expect::Expected;
use crate::fields::Fields;
use crate::notification::{Answer, Notification, Received};
use crate::sign;

/// HTTP 200 is success, anything else is tried again (three times by default).
pub const ANSWER: Answer = Answer {
    ok: (200, "text/plain", "OK"),
    retry: (503, "text/plain", "try again"),
    reject: (403, "text/plain", "not accepted"),
};

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
    let pairs = received::pairs(merchant, received).map_err(answered)?;
    let verified = checksum::verify(merchant, &pairs).map_err(answered)?;
    let text = |name: &str| received::find(&pairs, name);
    let (event, succeeded) = event::event(&text);
    let mut payment = event::hint(&text, event, succeeded, verified);
    // Only what is authentic can be something else than expected; the rest is a hint to ask.
    let checked = if verified { expect.check(&mut payment) } else { Ok(()) };
    let checked_names = payment.checked.clone();
    let told = verified.then(|| payment.clone());
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
        event_id: if verified { event::event_id(&text, event, succeeded) } else { None },
        delivery_id: sign::sha256_hex(signed_text(&pairs).as_bytes()),
        verified,
        checked: checked_names,
        told,
        payment,
        card: event::card(&text),
        // An event may be late, repeated, or of a part of the sum: the state is asked for.
        needs_status: true,
        test: None,
        answer: ANSWER.to_value(),
        raw: raw::shown(&shown),
    })
}
