//! Parameters of a call: JSON, a form with PHP's brackets, or multipart; in the query, in the body, or
//! in both.

use serde_json::{Map, Value};

use super::outcome::{Failure, bad};
use crate::declared::{brackets, multipart};
use crate::exchange::Call;

/// Named parameters. Ids may be numbers or numeric strings, lists may be maps that count from 0.
pub type Params = Map<String, Value>;

/// What a request carries; the body wins over the query.
pub fn of(call: &Call) -> Params {
    let mut all = form(call.query.as_deref().unwrap_or_default().as_bytes());
    all.extend(of_body(call));
    all
}

fn of_body(call: &Call) -> Params {
    let label = call.header("content-type").unwrap_or_default();
    let kind = label.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => match serde_json::from_slice(&call.body) {
            Ok(Value::Object(fields)) => fields,
            // PHP reads a broken body as none.
            _ => Params::new(),
        },
        "multipart/form-data" => match multipart::read(label, &call.body) {
            Ok(message) => opened(message.fields),
            Err(_) => Params::new(),
        },
        _ => form(&call.body),
    }
}

/// Reads a form or the query of a batch command.
pub fn form(bytes: &[u8]) -> Params {
    let mut flat = Map::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        let (name, value) = (name.into_owned(), Value::from(value.into_owned()));
        match flat.get_mut(&name) {
            Some(Value::Array(items)) => items.push(value),
            _ if name.ends_with("[]") => drop(flat.insert(name, Value::Array(vec![value]))),
            _ => drop(flat.insert(name, value)),
        }
    }
    opened(flat)
}

fn opened(flat: Map<String, Value>) -> Params {
    numbered(brackets::open(&flat))
}

/// A map, also where PHP would have made a list; `key[]=` is an empty one.
pub fn numbered(value: Value) -> Params {
    match value {
        Value::Object(fields) => fields,
        Value::Array(items) => {
            let meant = items.into_iter().filter(|item| *item != "").enumerate();
            meant.map(|(at, item)| (at.to_string(), item)).collect()
        }
        _ => Params::new(),
    }
}

/// A list, also where it came as a map; a lone value is a list of one.
pub fn items(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().filter(|item| **item != "").cloned().collect(),
        Some(Value::Object(fields)) => fields.values().cloned().collect(),
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(lone) => vec![lone.clone()],
    }
}

/// A parameter that is a map; absent is an empty one.
pub fn map(params: &Params, name: &str) -> Params {
    params.get(name).cloned().map(numbered).unwrap_or_default()
}

/// A map that must be there.
pub fn required(params: &Params, name: &str) -> Result<Params, Failure> {
    match params.get(name) {
        Some(value @ (Value::Object(_) | Value::Array(_))) => Ok(numbered(value.clone())),
        _ => Err(missing(name)),
    }
}

/// A whole number, or text of one.
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// An id that must be there.
pub fn id(params: &Params, name: &str) -> Result<i64, Failure> {
    let value = params.get(name).filter(|value| !value.is_null()).ok_or_else(|| missing(name))?;
    whole(value).ok_or_else(|| {
        let text = format!(
            "Invalid value {{{}}} to match with parameter {{{name}}}. Should be value of type int.",
            text(value)
        );
        bad(100, text)
    })
}

/// The refusal of a call without a parameter.
pub fn missing(name: &str) -> Failure {
    bad(100, format!("Could not find value for parameter {{{name}}}"))
}

/// A value as text: null is empty, a flag is `1` or empty, as in PHP.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "1".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A parameter as text; absent is empty.
pub fn text_of(params: &Params, name: &str) -> String {
    params.get(name).map(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(form: &str) -> Value {
        Value::Object(super::form(form.as_bytes()))
    }

    /// Forms as the encoders of b24pysdk and fast_bitrix24 make them (both MIT).
    #[test]
    fn php_brackets_are_opened() {
        for (form, meant) in [
            ("field[hello]=world", json!({"field": {"hello": "world"}})),
            ("field%5Bhello%5D=world", json!({"field": {"hello": "world"}})),
            (
                "0[field]=hello&1[field]=world",
                json!({"0": {"field": "hello"}, "1": {"field": "world"}}),
            ),
            ("FILTER[%3E%3DPRICE]=15", json!({"FILTER": {">=PRICE": "15"}})),
            ("FILTER[%21STATUS_ID]=CLOSED&", json!({"FILTER": {"!STATUS_ID": "CLOSED"}})),
            (
                "FIELDS[POST_TITLE]=%5B1%5D+%2B+1+%3D%3D+11+%2F%2F+true",
                json!({"FIELDS": {"POST_TITLE": "[1] + 1 == 11 // true"}}),
            ),
            (
                "golf[0]=hotel&golf[1][india]=juliet&golf[1][kilo][0]=lima&golf[1][kilo][1]=mike\
                 &golf[2]=november&golf[3]=oscar",
                json!({"golf": ["hotel", {"india": "juliet", "kilo": ["lima", "mike"]}, "november", "oscar"]}),
            ),
            ("select[]=id&select[]=title", json!({"select": ["id", "title"]})),
        ] {
            assert_eq!(read(form), meant, "{form}");
        }
        assert!(map(&super::form(b"ORDER[]="), "ORDER").is_empty());
        assert!(items(super::form(b"ORDER[]=").get("ORDER")).is_empty());
    }

    #[test]
    fn ids_are_numbers_or_their_text() {
        let params = super::form(b"id=662&bad=x&none=");
        assert_eq!(id(&params, "id").unwrap(), 662);
        for name in ["bad", "none", "absent"] {
            assert_eq!(id(&params, name).unwrap_err().error, json!(100), "{name}");
        }
    }
}
