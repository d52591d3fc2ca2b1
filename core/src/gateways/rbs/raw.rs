//! What of a reply may be shown: personal data is masked, by field name.

use serde_json::Value;

use crate::fields::Fields;
use crate::redact::{self, Mask};

/// The reply with personal data masked.
pub fn shown(fields: &Fields) -> Value {
    let mut value = Value::Object(fields.clone());
    redact::mask(&mut value, &mask_of);
    value
}

fn mask_of(name: &str) -> Option<Mask> {
    Some(match name {
        "email" | "payeremail" | "customeremail" => Mask::Email,
        "phone" | "payerphone" | "customerphone" | "mobile_number" | "contact" => Mask::Tail,
        "pan" | "maskedpan" | "panmasked" | "dpan" => Mask::Card,
        "cardholdername" | "cardholder" | "fullname" | "ip" | "payerip" | "postaddress"
        | "passport" | "inn" => Mask::All,
        _ => return None,
    })
}
