//! What may be shown of a gateway's own reply: personal data is masked in `raw`.

use serde_json::Value;

/// How the value of a field is masked, by the field's name in lower case.
pub enum Mask {
    /// First letter and domain.
    Email,
    /// The last four characters.
    Tail,
    /// First six and last four digits.
    Card,
    /// Nothing is left.
    All,
}

/// Masks every field that `mask_of` names, at any depth. Lists of `{name, value}` pairs count too.
pub fn mask(value: &mut Value, mask_of: &dyn Fn(&str) -> Option<Mask>) {
    match value {
        Value::Object(fields) => {
            let pair_mask = match fields.get("name") {
                Some(Value::String(name)) => mask_of(&name.to_ascii_lowercase()),
                _ => None,
            };
            for (name, value) in fields.iter_mut() {
                let own = mask_of(&name.to_ascii_lowercase());
                match (own, &pair_mask) {
                    (Some(how), _) if !value.is_object() && !value.is_array() => cover(value, &how),
                    (_, Some(how)) if name == "value" => cover(value, how),
                    _ => mask(value, mask_of),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| mask(item, mask_of)),
        _ => {}
    }
}

fn cover(value: &mut Value, how: &Mask) {
    let Some(text) = crate::fields::scalar(value).filter(|text| !text.is_empty()) else {
        return;
    };
    let chars: Vec<char> = text.chars().collect();
    let tail: String = chars.iter().skip(chars.len().saturating_sub(4)).collect();
    *value = Value::String(match how {
        Mask::All => "***".to_owned(),
        Mask::Tail if chars.len() > 6 => format!("***{tail}"),
        Mask::Email => match (chars.first(), text.split_once('@')) {
            (Some(first), Some((_, domain))) => format!("{first}***@{domain}"),
            _ => "***".to_owned(),
        },
        Mask::Card => match card(&text) {
            Some(masked) => masked,
            None => "***".to_owned(),
        },
        Mask::Tail => "***".to_owned(),
    });
}

/// A card number as it may be shown: `411111**1111`, whether it came masked or not.
pub fn card(number: &str) -> Option<String> {
    let plain: Vec<char> =
        number.chars().filter(|c| c.is_ascii_digit() || "*xX•".contains(*c)).collect();
    if plain.len() < 10 {
        return None;
    }
    let head: String = plain.iter().take(6).collect();
    let tail: String = plain.iter().skip(plain.len() - 4).collect();
    Some(format!("{head}**{tail}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn personal_data_is_masked_at_any_depth() {
        let mut value = json!({
            "payerData": {"email": "buyer@shop.test", "phone": "+79991234567"},
            "params": [{"name": "email", "value": "buyer@shop.test"}, {"name": "other", "value": "v"}],
            "pan": "4111111111111111", "maskedPan": "411111**1111", "name": "kept", "amount": 100,
        });
        mask(&mut value, &|name| match name {
            "email" => Some(Mask::Email),
            "phone" => Some(Mask::Tail),
            "pan" | "maskedpan" => Some(Mask::Card),
            _ => None,
        });
        let expected = json!({
            "payerData": {"email": "b***@shop.test", "phone": "***4567"},
            "params": [{"name": "email", "value": "b***@shop.test"}, {"name": "other", "value": "v"}],
            "pan": "411111**1111", "maskedPan": "411111**1111", "name": "kept", "amount": 100,
        });
        assert_eq!(value, expected);
    }
}
