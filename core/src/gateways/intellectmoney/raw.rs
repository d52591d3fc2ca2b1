//! What of a reply or a webhook may be shown, by field name.

use serde_json::Value;

use crate::fields::Fields;
use crate::redact::{self, Mask};

/// The reply with personal data masked and secrets left out.
pub fn shown(fields: &Fields) -> Value {
    let mut value = Value::Object(fields.clone());
    redact::mask(&mut value, &mask_of);
    value
}

/// Whether a field of that name is masked or left out.
pub fn is_masked(name: &str) -> bool {
    mask_of(&name.to_ascii_lowercase()).is_some()
}

fn mask_of(name: &str) -> Option<Mask> {
    Some(match name {
        "hash" | "secretkey" | "signsecretkey" | "usertoken" | "password" | "cvv" => Mask::Drop,
        "pan" | "shortpan" | "maskedpan" => Mask::Card,
        "username" | "cardholder" | "recipientname" | "ipaddress" | "account"
        | "paymentaccount" | "recipientaccount" => Mask::All,
        "email" | "useremail" | "owneremail" => Mask::Email,
        "phone" => Mask::Tail,
        _ => return None,
    })
}
