//! The message that crosses every boundary: a JSON object. Here it is read from text; `typed` reads
//! it into the structs of [`operation`](crate::operation).

mod names;
mod typed;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::error::Error;

pub(crate) use names::names;
pub(crate) use typed::read;

/// A message: field names with their values, in the order given. Numbers keep their source text.
pub type Fields = Map<String, Value>;

/// Reads a message from JSON text. A message is an object; a key that stands twice is refused,
/// since nobody can say which of the two was meant.
pub fn parse(json: &[u8]) -> Result<Fields, Error> {
    let text = std::str::from_utf8(json)
        .map_err(|error| Error::invalid("", format!("message: expected UTF-8, {error}")))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = NoDuplicates
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| Error::invalid("", format!("message: expected JSON, {error}")))?;
    match value {
        Value::Object(fields) => Ok(fields),
        other => {
            Err(Error::invalid("", format!("message: expected an object, got {}", kind(&other))))
        }
    }
}

/// Overwrites every text, so that a copy of settings leaves no secret behind.
pub(crate) fn wipe(fields: &mut Fields) {
    fn one(value: &mut Value) {
        match value {
            Value::String(text) => text.zeroize(),
            Value::Array(list) => list.iter_mut().for_each(one),
            Value::Object(fields) => fields.values_mut().for_each(one),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    fields.values_mut().for_each(one);
}

/// What a JSON value is, for error messages: the value itself never stands in one.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The text of a scalar: a text as it is, a number as it was written, a boolean as a word.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A field by its name; failing that, by its name in another case. Null is absent.
pub(crate) fn find<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    let given = |value: &&Value| !value.is_null();
    fields.get(name).filter(given).or_else(|| {
        let mut others = fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        others.find(|(_, value)| given(value)).map(|(_, value)| value)
    })
}

/// A text or number as text; empty is absent.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => None,
        other => scalar(other).filter(|text| !text.is_empty()),
    }
}

struct NoDuplicates;

impl<'de> DeserializeSeed<'de> for NoDuplicates {
    type Value = Value;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// serde_json hands a number over, under `arbitrary_precision`, as an object with this one key.
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Visitor<'de> for NoDuplicates {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }
    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(NoDuplicates)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Fields::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == NUMBER {
                let text: String = map.next_value()?;
                return text.parse().map(Value::Number).map_err(A::Error::custom);
            }
            let value = map.next_value_seed(NoDuplicates)?;
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format!("the key {name:?} stands twice")));
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text() {
        let fields =
            parse(br#"{"a": 100.00, "b": 123456789012345678901234567890, "c": {"d": [1]}}"#);
        let fields = fields.unwrap();
        assert_eq!(scalar(&fields["a"]).unwrap(), "100.00");
        assert_eq!(scalar(&fields["b"]).unwrap(), "123456789012345678901234567890");
        assert_eq!(fields["c"]["d"][0].to_string(), "1");
    }

    #[test]
    fn what_is_not_a_message_is_refused() {
        for (text, says) in [
            (&br#"{"a":1,"a":2}"#[..], "stands twice"),
            (br#"{"x":{"a":1,"a":2}}"#, "stands twice"),
            (br#"[1]"#, "expected an object, got a list"),
            (br#"{"a":"#, "expected JSON"),
            (b"{} x", "expected JSON"),
            (b"\xff", "expected UTF-8"),
        ] {
            let message = parse(text).unwrap_err().message.clone();
            assert!(message.contains(says), "{message}");
        }
    }
}
