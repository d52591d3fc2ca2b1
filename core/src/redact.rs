//! What may be shown of a gateway's own words: personal data is masked, secrets are left out.

use serde_json::Value;

/// How the value of a field is shown, by the field's name in lower case.
#[derive(Clone, Copy)]
pub enum Mask {
    /// First letter and domain.
    Email,
    /// The last four characters.
    Tail,
    /// First six and last four digits.
    Card,
    /// Nothing is left.
    All,
    /// Not even that it was there.
    Drop,
}

/// Masks every field that `mask_of` names, at any depth: with all that is below it, in lists of
/// `{name, value}` pairs, and in JSON that travels as text.
pub fn mask(value: &mut Value, mask_of: &dyn Fn(&str) -> Option<Mask>) {
    match value {
        Value::Object(fields) => {
            let named = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("name"));
            let pair = named.and_then(|(_, name)| mask_of(&name.as_str()?.to_ascii_lowercase()));
            fields
                .retain(|name, _| !matches!(mask_of(&name.to_ascii_lowercase()), Some(Mask::Drop)));
            for (name, value) in fields.iter_mut() {
                match (mask_of(&name.to_ascii_lowercase()), pair) {
                    (Some(how), _) => cover(value, how),
                    (None, Some(how)) if name.eq_ignore_ascii_case("value") => cover(value, how),
                    _ => mask(value, mask_of),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| mask(item, mask_of)),
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
                mask(&mut inner, mask_of);
                *text = inner.to_string();
            }
        }
        _ => {}
    }
}

fn cover(value: &mut Value, how: Mask) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| cover(value, how)),
        Value::Array(list) => list.iter_mut().for_each(|value| cover(value, how)),
        Value::Null | Value::Bool(_) => {}
        Value::String(_) | Value::Number(_) => {
            let text = crate::fields::scalar(value).unwrap_or_default();
            if !text.is_empty() {
                *value = Value::String(covered(&text, how));
            }
        }
    }
}

fn covered(text: &str, how: Mask) -> String {
    let length = text.chars().count();
    match how {
        Mask::Tail if length > 6 => {
            format!("***{}", text.chars().skip(length - 4).collect::<String>())
        }
        Mask::Email => match (text.chars().next(), text.split_once('@')) {
            (Some(first), Some((_, domain))) => format!("{first}***@{domain}"),
            _ => "***".to_owned(),
        },
        Mask::Card => card(text).unwrap_or_else(|| "***".to_owned()),
        Mask::Tail | Mask::All | Mask::Drop => "***".to_owned(),
    }
}

/// A code of the gateway's as it may be shown: what is long, or no code by its signs, is anything.
pub fn code(code: &str) -> String {
    let sign = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match code.len() <= 12 && code.chars().all(sign) {
        true => code.to_owned(),
        false => "***".to_owned(),
    }
}

/// A card number as it may be shown: `411111**1111`, whether it came masked or not.
pub fn card(number: &str) -> Option<String> {
    let sign = |c: &char| c.is_ascii_digit() || "*xX•".contains(*c);
    let plain: Vec<char> = number.chars().filter(sign).collect();
    if plain.len() < 10 {
        return None;
    }
    let head: String = plain.iter().take(6).collect();
    let tail: String = plain.iter().skip(plain.len() - 4).collect();
    Some(format!("{head}**{tail}"))
}

/// A gateway's free text: one line of 200 characters at most, without e-mail addresses and without
/// runs of digits that could be a card or a phone.
pub fn text(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    let words = line.split(' ').map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if word.contains('@') || digits >= 10 { "***" } else { word }
    });
    without_numbers(&words.collect::<Vec<_>>().join(" "))
}

/// Numbers that are written in groups: `4111 1111 1111 1111`, `+7 (999) 123-45-67`.
fn without_numbers(line: &str) -> String {
    let part = |c: char| c.is_ascii_digit() || " -.()+".contains(c);
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let (number, after) = from.split_at(from.find(|c| !part(c)).unwrap_or(from.len()));
        let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
        let digits = number.chars().filter(char::is_ascii_digit).count();
        shown.push_str(before);
        shown.push_str(if digits >= 10 { "***" } else { number });
        rest = from.get(number.len()..).unwrap_or(after);
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mask_of(name: &str) -> Option<Mask> {
        match name {
            "email" => Some(Mask::Email),
            "phone" => Some(Mask::Tail),
            "pan" | "maskedpan" => Some(Mask::Card),
            "token" => Some(Mask::Drop),
            _ => None,
        }
    }

    #[test]
    fn personal_data_is_masked_at_any_depth() {
        let mut value = json!({
            "payerData": {"email": "buyer@shop.test", "phone": "+79991234567"},
            "params": [{"name": "email", "value": "buyer@shop.test"}, {"name": "other", "value": "v"}],
            "Params": [{"Name": "Email", "Value": ["buyer@shop.test"]}],
            "bundle": "{\"customer\":{\"EMAIL\":\"buyer@shop.test\"}}",
            "email": ["buyer@shop.test", {"home": "buyer@shop.test"}], "token": "secret",
            "pan": "4111111111111111", "maskedPan": "411111**1111", "name": "kept", "amount": 100,
        });
        mask(&mut value, &mask_of);
        let expected = json!({
            "payerData": {"email": "b***@shop.test", "phone": "***4567"},
            "params": [{"name": "email", "value": "b***@shop.test"}, {"name": "other", "value": "v"}],
            "Params": [{"Name": "Email", "Value": ["b***@shop.test"]}],
            "bundle": "{\"customer\":{\"EMAIL\":\"b***@shop.test\"}}",
            "email": ["b***@shop.test", {"home": "b***@shop.test"}],
            "pan": "411111**1111", "maskedPan": "411111**1111", "name": "kept", "amount": 100,
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn a_gateways_text_is_one_line_without_personal_data() {
        let shown = text("Bad value buyer@shop.test card 4111111111111111\nINFO forged");
        assert_eq!(shown, "Bad value *** card *** INFO forged");
        let grouped = "card 4111 1111 1111 1111, call +7 (999) 123-45-67. Code 5, 10 of 20";
        assert_eq!(text(grouped), "card ***, call +***. Code 5, 10 of 20");
        assert_eq!(text(&"x".repeat(500)).len(), 200);
    }
}
