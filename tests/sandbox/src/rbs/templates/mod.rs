//! Templates that buyers pay from without an order being registered first: static QR codes of SBP
//! and payment links (the gateway's documents).

mod link_terms;
pub mod links;
pub mod open;
pub mod scan;
pub mod static_codes;
mod static_state;

use indexmap::IndexMap;
use serde_json::Value;

use links::Link;
use static_codes::StaticCode;

/// Templates by `templateId`, oldest first.
#[derive(Default)]
pub struct Templates {
    /// Static QR codes.
    pub codes: IndexMap<String, StaticCode>,
    /// Payment links.
    pub links: IndexMap<String, Link>,
}

/// A fresh `templateId`: 32 letters and digits.
fn fresh_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The size of `renderedQr` in a `qrTemplate`: both sides, 10 to 1000 points. An error for others.
fn picture_size(qr_template: Option<&Value>) -> Result<Option<(usize, usize)>, ()> {
    let side = |name: &str| match qr_template.and_then(|template| template.get(name)) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let length = whole(value).and_then(|length| usize::try_from(length).ok());
            length.filter(|length| (10..=1000).contains(length)).map(Some).ok_or(())
        }
    };
    match (side("qrWidth")?, side("qrHeight")?) {
        (Some(width), Some(height)) => Ok(Some((width, height))),
        (None, None) => Ok(None),
        _ => Err(()),
    }
}

/// A whole number, written as a number or as digits.
fn whole(value: &Value) -> Option<i64> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Kopecks from what a buyer types: `10`, `10.5`, `10,50`.
fn typed_amount(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    format!("{whole}{part:0<2}")
        .parse()
        .ok()
        .filter(|amount| (1..1_000_000_000_000).contains(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buyers_type_amounts_in_many_ways() {
        for (text, amount) in [("10", 1000), ("10.5", 1050), (" 10,05 ", 1005), ("0.01", 1)] {
            assert_eq!(typed_amount(text), Some(amount), "{text}");
        }
        for text in ["", "0", "1.234", "-1", ".5", "1e3", "9999999999999999999", "١"] {
            assert_eq!(typed_amount(text), None, "{text}");
        }
    }
}
