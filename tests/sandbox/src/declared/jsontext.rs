//! JSON text as PHP's and Python's encoders write it.

use serde_json::Value;

use super::file::flag;

/// The text of a value, in the style that a recipe's part asks for. `depth` counts from 0.
pub fn write(value: &Value, part: &Value, depth: usize) -> String {
    let gap = if flag(part, "spaces") { " " } else { "" };
    match value {
        Value::Object(fields) => {
            let mut pairs: Vec<_> = fields.iter().collect();
            let order = part.get("json").and_then(Value::as_str).unwrap_or_default();
            if order == "sorted-deep" || (order == "sorted-top" && depth == 0) {
                pairs.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()));
            }
            let pairs = pairs.into_iter().map(|(name, value)| {
                format!("{}:{gap}{}", quoted(name, part), write(value, part, depth + 1))
            });
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(&format!(",{gap}")))
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| write(item, part, depth + 1));
            format!("[{}]", items.collect::<Vec<_>>().join(&format!(",{gap}")))
        }
        Value::String(text) => quoted(text, part),
        scalar if flag(part, "stringify") => match scalar {
            Value::Bool(true) => "\"1\"".to_owned(),
            Value::Number(number) => quoted(&number.to_string(), part),
            _ => "\"\"".to_owned(),
        },
        scalar => scalar.to_string(),
    }
}

fn quoted(text: &str, part: &Value) -> String {
    // The encoder's own escapes are those of PHP and Python, but for these two.
    let mut json = Value::from(text).to_string();
    if flag(part, "escape_slash") {
        json =
            json.replace('/', "\\/").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    }
    if flag(part, "escape_unicode") {
        let mut ascii = String::new();
        for sign in json.chars() {
            if sign.is_ascii() {
                ascii.push(sign);
            } else {
                let mut units = [0; 2];
                for unit in sign.encode_utf16(&mut units) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        json = ascii;
    }
    json
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn encoders_are_imitated() {
        let value: Value =
            serde_json::from_str(r#"{"b":1.50,"a":{"d":"x/y","c":"Ж"},"t":true}"#).unwrap();
        let php = json!({"json": "sorted-top", "escape_slash": true, "escape_unicode": true});
        assert_eq!(write(&value, &php, 0), r#"{"a":{"d":"x\/y","c":"\u0416"},"b":1.50,"t":true}"#);
        let deep = json!({"json": "sorted-deep", "stringify": true});
        assert_eq!(write(&value, &deep, 0), r#"{"a":{"c":"Ж","d":"x/y"},"b":"1.50","t":"1"}"#);
        let python = json!({"json": "as-is", "spaces": true});
        assert_eq!(write(&json!({"a": [1, 2]}), &python, 0), r#"{"a": [1, 2]}"#);
    }
}
