//! What of the gateway's own words may be shown: the descriptor names what is personal, and names that
//! say it by themselves are masked anyway.

use serde_json::Value;

use super::message::Message;
use super::shop::Shop;
use crate::redact::{self, Mask};

/// The message's fields with personal data masked and secrets left out.
pub fn shown(shop: &Shop, message: &Message) -> Value {
    let mut value = Value::Object(message.fields.clone());
    redact::mask(&mut value, &|name| mask_of(&shop.descriptor.personal, name));
    value
}

fn mask_of(personal: &[String], name: &str) -> Option<Mask> {
    let last = name.trim_end_matches(']');
    let last = last.rsplit(['[', '.', '/']).next().unwrap_or(last);
    if personal.iter().any(|own| own.eq_ignore_ascii_case(name) || own.eq_ignore_ascii_case(last)) {
        return Some(Mask::All);
    }
    Some(match last {
        _ if last.contains("email") || last == "mail" => Mask::Email,
        _ if last.contains("phone") => Mask::Tail,
        "pan" | "cardpan" | "card_pan" | "masked_card" | "card_number" | "cardnumber" => Mask::Card,
        "password" | "secret" | "secretkey" | "token" | "rebillid" | "cvv" => Mask::Drop,
        "ip" | "ipaddress" | "ip_address" | "name" | "cardholder" | "customer_name"
        | "payer_name" => Mask::All,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_masked() {
        let own = ["payer_account".to_owned(), "clientid".to_owned()];
        for (name, masked) in [
            ("payer_account", true),
            ("clientid", true),
            ("p_email", true),
            ("params[customerphone]", true),
            ("amount", false),
            ("products[0][quantity]", false),
        ] {
            assert_eq!(mask_of(&own, name).is_some(), masked, "{name}");
        }
    }
}
