//! What a payment-link template says: checked field by field, kept as it was sent.

use serde_json::{Map, Value, json};

use super::{picture_size, whole};
use crate::clock;
use crate::rbs::refusals::Refusal;

/// What a field may hold.
#[derive(Clone, Copy)]
enum Kind {
    Text(usize),
    Flag,
    /// Minor units, more than 0.
    Amount,
    Date,
    Currency,
    Params,
    Commission,
    Look,
}

const FIELDS: &[(&str, Kind)] = &[
    ("type", Kind::Text(16)),
    ("name", Kind::Text(140)),
    ("nameForClient", Kind::Text(255)),
    ("preAuth", Kind::Flag),
    ("amount", Kind::Amount),
    ("currency", Kind::Currency),
    ("description", Kind::Text(598)),
    ("descriptionForClient", Kind::Text(598)),
    ("startDate", Kind::Date),
    ("endDate", Kind::Date),
    ("singlePayment", Kind::Flag),
    ("additionalParams", Kind::Params),
    ("commission", Kind::Commission),
    ("qrTemplate", Kind::Look),
];

/// A field that is wrong.
pub fn bad(name: &str) -> Refusal {
    Refusal::new(1, format!("[{name}] is incorrect"), format!("Неверно указан [{name}]"))
}

/// Copies the known fields of `given` over `terms`; `zone` is the installation's.
pub fn overlay(
    terms: &mut Map<String, Value>,
    given: &Map<String, Value>,
    zone: i64,
) -> Result<(), Refusal> {
    for (name, kind) in FIELDS {
        let Some(value) = given.get(*name).filter(|value| !value.is_null()) else {
            continue;
        };
        if !fits(*kind, value, zone) {
            return Err(bad(name));
        }
        let value = match kind {
            Kind::Params => merged(terms.get(*name), value),
            _ => value.clone(),
        };
        terms.insert((*name).to_owned(), value);
    }
    Ok(())
}

/// The whole must have its mandatory fields, and end after it starts.
pub fn check(terms: &Map<String, Value>, zone: i64) -> Result<(), Refusal> {
    for name in ["type", "name", "nameForClient"] {
        if terms.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(Refusal::missing(name));
        }
    }
    if terms.get("type") != Some(&json!("ECOM")) {
        return Err(bad("type"));
    }
    match (moment(terms, "startDate", zone), moment(terms, "endDate", zone)) {
        (Some(start), Some(end)) if end <= start => Err(bad("endDate")),
        _ => Ok(()),
    }
}

/// A date of the terms, in Unix milliseconds.
pub fn moment(terms: &Map<String, Value>, name: &str, zone: i64) -> Option<i64> {
    clock::parse_local(terms.get(name)?.as_str()?, zone)
}

fn fits(kind: Kind, value: &Value, zone: i64) -> bool {
    match kind {
        Kind::Text(longest) => value.as_str().is_some_and(|text| text.chars().count() <= longest),
        Kind::Flag => value.is_boolean(),
        Kind::Amount => whole(value).is_some_and(|amount| (1..1_000_000_000_000).contains(&amount)),
        Kind::Date => value.as_str().is_some_and(|text| clock::parse_local(text, zone).is_some()),
        Kind::Currency => value.as_str().is_some_and(|code| {
            code == "RUB" || (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
        }),
        Kind::Params => value.as_array().is_some_and(|params| params.iter().all(is_param)),
        Kind::Commission => is_commission(value),
        Kind::Look => value.is_object() && picture_size(Some(value)).is_ok(),
    }
}

/// A question to the buyer: `label`, a lower-case `name` and `required` are mandatory.
fn is_param(param: &Value) -> bool {
    let text = |name: &str| param.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("mode") == "REMOVE" {
        return !text("name").is_empty();
    }
    let name = text("name");
    let latin = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let required = param.get("required").is_some_and(Value::is_boolean);
    let mode = matches!(text("mode"), "" | "ADD");
    let regexp = text("regexp").chars().count() <= 200;
    !text("label").is_empty() && !name.is_empty() && latin && required && mode && regexp
}

/// A percentage with its limits, a fixed sum, or both.
fn is_commission(commission: &Value) -> bool {
    let has = |name: &str| commission.get(name).is_some_and(|value| !value.is_null());
    let limits = (has("feeMin") || has("feeMax")) && !has("feePercentage");
    commission.is_object() && (has("feePercentage") || has("fixedAmount")) && !limits
}

/// Questions are replaced, added and removed by their names.
fn merged(known: Option<&Value>, given: &Value) -> Value {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut params = list(known);
    for mut param in list(Some(given)) {
        params.retain(|other| other.get("name") != param.get("name"));
        if param.get("mode").and_then(Value::as_str) != Some("REMOVE") {
            if let Some(object) = param.as_object_mut() {
                object.remove("mode");
            }
            params.push(param);
        }
    }
    Value::Array(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_merged_by_name() {
        let param = |name: &str| json!({"name": name, "label": "l", "required": true});
        let known = json!([param("a"), param("b")]);
        let given = json!([{"name": "a", "mode": "REMOVE"}, {"name": "c", "mode": "ADD"}]);
        assert_eq!(merged(Some(&known), &given), json!([param("b"), {"name": "c"}]));
    }

    #[test]
    fn values_have_their_forms() {
        let text = "x".repeat(141);
        for (name, value) in [
            ("name", json!(text)),
            ("amount", json!(0)),
            ("amount", json!("1.5")),
            ("preAuth", json!("true")),
            ("currency", json!("rub")),
            ("startDate", json!("2026-01-01")),
            ("additionalParams", json!([{"name": "Name", "label": "l", "required": true}])),
            ("additionalParams", json!([{"name": "name", "label": "l"}])),
            ("commission", json!({"feeMin": 1})),
            ("qrTemplate", json!({"qrWidth": 100})),
        ] {
            let given = Map::from_iter([(name.to_owned(), value.clone())]);
            assert!(overlay(&mut Map::new(), &given, 0).is_err(), "{name} {value}");
        }
    }
}
