//! PHP's way of writing lists and objects in a form: `fields[title]=a&select[0]=id`. The brackets stay as
//! they are; the keys inside and the values are percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::fields::{self, Fields};

/// What PHP's own `urlencode` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// PHP reads no more than these out of one form or query, and drops the rest without a word
/// (`max_input_vars`).
pub const MOST_PAIRS: usize = 1000;

/// Whether PHP would drop some of it.
pub fn too_many(form: &[u8]) -> bool {
    form.iter().filter(|byte| **byte == b'&').count() >= MOST_PAIRS
}

/// The form of these parameters. An empty list is `name[]=`, null the empty text, a boolean `1` or `0`.
pub fn encode(parameters: &Fields) -> Vec<u8> {
    // Room for the longest form of it: a buffer that grew would leave a token behind.
    let mut form = String::with_capacity(parameters.iter().map(|(n, v)| longest(n.len(), v)).sum());
    for (name, value) in parameters {
        write(&mut form, &encoded(name), value);
    }
    form.into_bytes()
}

fn write(form: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(list) if !list.is_empty() => {
            for (index, item) in list.iter().enumerate() {
                write(form, &format!("{name}[{index}]"), item);
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            for (key, item) in fields {
                write(form, &format!("{name}[{}]", encoded(key)), item);
            }
        }
        Value::Array(_) | Value::Object(_) => pair(form, &format!("{name}[]"), ""),
        Value::Null => pair(form, name, ""),
        Value::Bool(flag) => pair(form, name, if *flag { "1" } else { "0" }),
        Value::String(text) => pair(form, name, text),
        Value::Number(_) => pair(form, name, &fields::scalar(value).unwrap_or_default()),
    }
}

fn pair(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    form.push_str(name);
    form.push('=');
    push(form, value);
}

/// A space is `+`, as in every form.
fn push(form: &mut String, text: &str) {
    for (at, part) in text.split(' ').enumerate() {
        if at > 0 {
            form.push('+');
        }
        form.extend(utf8_percent_encode(part, PLAIN));
    }
}

fn encoded(text: &str) -> String {
    let mut coded = String::new();
    push(&mut coded, text);
    coded
}

fn longest(name: usize, value: &Value) -> usize {
    match value {
        Value::Array(list) => {
            list.iter().map(|item| longest(name + 8, item)).sum::<usize>() + 3 * name + 4
        }
        Value::Object(fields) => {
            fields.iter().map(|(key, item)| longest(name + key.len() + 2, item)).sum::<usize>()
                + 3 * name
                + 4
        }
        Value::String(text) => 3 * (name + text.len()) + 2,
        _ => 3 * name + 42,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Written as the official clients write it (docs/gateways/bitrix24.md, "Brackets").
    #[test]
    fn what_the_official_clients_write() {
        for (parameters, expected) in [
            (json!({"field": {"hello": "world"}}), "field[hello]=world"),
            (json!({"FILTER": {">=PRICE": 15}}), "FILTER[%3E%3DPRICE]=15"),
            (json!({"FILTER": {"!STATUS_ID": "CLOSED"}}), "FILTER[%21STATUS_ID]=CLOSED"),
            (
                json!({"FIELDS": {"POST_TITLE": "[1] + 1 == 11 // true"}}),
                "FIELDS[POST_TITLE]=%5B1%5D+%2B+1+%3D%3D+11+%2F%2F+true",
            ),
            (
                json!({"golf": ["hotel", {"india": "juliet", "kilo": ["lima", "mike"]}, "n"]}),
                "golf[0]=hotel&golf[1][india]=juliet&golf[1][kilo][0]=lima&golf[1][kilo][1]=mike\
                 &golf[2]=n",
            ),
            (json!({"ORDER": []}), "ORDER[]="),
            (json!({"a": null, "b": true, "c": 1.50}), "a=&b=1&c=1.5"),
        ] {
            let form = encode(parameters.as_object().unwrap());
            assert_eq!(String::from_utf8(form).unwrap(), expected);
        }
    }
}
