//! What of a reply may be shown, by field name.

use serde_json::Value;

use crate::fields::Fields;
use crate::redact::{self, Mask};

/// The reply with personal data masked and secrets left out.
pub fn shown(fields: &Fields) -> Value {
    let mut value = Value::Object(fields.clone());
    redact::mask(&mut value, &mask_of);
    value
}

/// By the name's last part: fiscal parameters have dotted names (`client.email`).
fn mask_of(name: &str) -> Option<Mask> {
    let last = name.rsplit('.').next().unwrap_or(name);
    Some(match last {
        "password" | "token" | "setoken" | "paymenttoken" | "cavv" | "authvalue"
        | "tokencryptogram" | "tokenizecryptogram" | "sessionkey" | "securedata" | "checksum" => {
            Mask::Drop
        }
        "pan"
        | "maskedpan"
        | "panmasked"
        | "dpan"
        | "cardnumber"
        | "detokenizedpanrepresentation" => Mask::Card,
        "cardholdername"
        | "cardholder"
        | "fullname"
        | "payername"
        | "payerls"
        | "documentid"
        | "paymentaccountreference"
        | "ip"
        | "passport"
        | "passport_number"
        | "inn"
        | "birth_date"
        | "birthdate"
        | "documentno"
        | "address"
        | "contact"
        | "browseripaddress"
        | "postaddress"
        | "deliveryinfo"
        | "billingpayerdata"
        | "shippingpayerdata"
        | "recipientdata" => Mask::All,
        "name" if name == "client.name" => Mask::All,
        _ if last.ends_with("email") => Mask::Email,
        _ if last.ends_with("phone") || last.ends_with("phones") || last == "mobile_number" => {
            Mask::Tail
        }
        _ => return None,
    })
}
