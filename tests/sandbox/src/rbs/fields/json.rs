//! The same parameters out of a JSON body: scalars as text, what is nested as JSON text.

use serde_json::Value;

use super::super::refusals::Refusal;
use super::Fields;
use crate::exchange::{Answer, Call};

impl Fields {
    /// An object labelled as JSON. The outer error is an answer of the web server, which never lets
    /// another body through to the method.
    pub fn of_json(call: &Call) -> Result<Result<Self, Refusal>, Answer> {
        let label = call.header("content-type").unwrap_or_default();
        let kind = label.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Answer::text(415, "Unsupported Media Type"));
        }
        let Ok(Value::Object(object)) = serde_json::from_slice(&call.body) else {
            return Err(Answer::text(400, "Bad Request: a JSON object was expected"));
        };
        let mut pairs = Vec::new();
        for (name, value) in object {
            match value {
                Value::Null => pairs.push((name, String::new())),
                Value::String(text) => pairs.push((name, text)),
                Value::Array(items) if name == "features" => {
                    for item in items {
                        let text = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                        pairs.push((name.clone(), text));
                    }
                }
                other => pairs.push((name, other.to_string())),
            }
        }
        let fields = Self { pairs };
        Ok(fields.check().map(|()| fields))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn call(label: &'static str, body: &'static str) -> Call {
        let mut headers = hyper::HeaderMap::new();
        headers.insert("content-type", hyper::header::HeaderValue::from_static(label));
        let (method, path) = ("POST".into(), "/".into());
        Call { method, path, query: None, headers, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn scalars_are_text_and_objects_stay_json() {
        let body = r#"{"amount":100,"preAuth":true,"features":["A","B"],"email":null,"jsonParams":{"a":"b"}}"#;
        let fields = Fields::of_json(&call("application/json; charset=utf-8", body));
        let fields = fields.unwrap().unwrap();
        assert_eq!(fields.minor_units("amount"), Ok(Some(100)));
        assert_eq!(fields.flag("preAuth"), Ok(true));
        assert_eq!(fields.all("features"), ["A", "B"]);
        assert_eq!(fields.get("email"), None);
        assert_eq!(fields.json("jsonParams").unwrap().unwrap()["a"], "b");
    }

    #[test]
    fn forms_and_other_labels_do_not_pass() {
        let form = "application/x-www-form-urlencoded";
        assert_eq!(Fields::of_json(&call(form, "{}")).unwrap_err().status, 415);
        for body in ["amount=100", "[]", "1", ""] {
            assert_eq!(Fields::of_json(&call("application/json", body)).unwrap_err().status, 400);
        }
    }
}
