//! A descriptor as a tree of values, from TOML or JSON, and ways into the tree.

use serde_json::{Map, Value};

/// Reads a descriptor: JSON where it begins with a brace, else TOML.
pub fn read(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|fault| format!("descriptor: {fault}"));
    }
    let table: toml::Table = text.parse().map_err(|fault| format!("descriptor: {fault}"))?;
    Ok(plain(toml::Value::Table(table)))
}

fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(plain).collect(),
        toml::Value::Table(table) => {
            table.into_iter().map(|(name, value)| (name, plain(value))).collect()
        }
    }
}

/// A text of a table.
pub fn text<'a>(table: &'a Value, name: &str) -> Option<&'a str> {
    table.get(name).and_then(Value::as_str)
}

/// Whether a switch of a table is on.
pub fn flag(table: &Value, name: &str) -> bool {
    table.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// The items of a list; of one that is not there none.
pub fn items<'a>(table: &'a Value, name: &str) -> &'a [Value] {
    table.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The pairs of an inner table; of one that is not there none.
pub fn pairs<'a>(table: &'a Value, name: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let inner: Option<&Map<String, Value>> = table.get(name).and_then(Value::as_object);
    inner.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A scalar as text; null, lists and objects are none.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same() {
        let toml = "id = \"a\"\ndate = 2026-11-22\n[create.request.fields]\nz = \"1\"\na = \"2\"\n";
        let json =
            r#"{"id":"a","date":"2026-11-22","create":{"request":{"fields":{"z":"1","a":"2"}}}}"#;
        let (toml, json) = (read(toml).unwrap(), read(json).unwrap());
        assert_eq!(toml.to_string(), json.to_string());
    }
}
