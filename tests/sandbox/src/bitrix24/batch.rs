//! `batch`: fifty commands in one request, with references from one to another.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::methods::NOT_IN_BATCH;
use super::outcome::{Done, Failure, Outcome, bad, done};
use super::params::{self, Params};
use super::service;
use crate::sandbox::Sandbox;

/// The most commands.
const MOST: usize = 50;

/// Runs the commands one after the other. What fails inside is told inside.
pub async fn run(sandbox: &Arc<Sandbox>, portal: &str, asked: &Params) -> Outcome {
    let commands = match asked.get("cmd") {
        Some(Value::Array(items)) => {
            let all = items.iter().cloned().enumerate();
            all.map(|(at, one)| (at.to_string(), one)).collect()
        }
        Some(Value::Object(map)) => map.clone(),
        _ => Map::new(),
    };
    if commands.len() > MOST {
        return Err(bad("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded"));
    }
    let halt = matches!(params::text_of(asked, "halt").as_str(), "1" | "Y" | "true");
    let [mut results, mut errors, mut totals, mut nexts, mut times] = [(); 5].map(|()| Map::new());
    for (name, command) in commands {
        let (method, query) = match &command {
            Value::String(text) => text.split_once('?').unwrap_or((text, "")),
            _ => ("", ""),
        };
        let method = service::bare(method);
        let mut given = params::form(query.as_bytes());
        given.values_mut().for_each(|value| resolve(value, &results));
        let (outcome, timing) = if NOT_IN_BATCH.contains(&method.as_str()) {
            let text = "Method is not allowed for batch usage";
            (Err(Failure::new(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", text)), None)
        } else {
            let (outcome, timing) = service::run(sandbox, portal, &method, given, true).await;
            (outcome, Some(timing))
        };
        match outcome {
            Ok(Done { result, total, next }) => {
                results.insert(name.clone(), result);
                if let Some(total) = total {
                    totals.insert(name.clone(), total.into());
                }
                if let Some(next) = next {
                    nexts.insert(name.clone(), next.into());
                }
                if let Some(timing) = timing {
                    times.insert(name, timing.shown());
                }
            }
            Err(failure) => {
                errors.insert(name, failure.shown());
                if halt {
                    break;
                }
            }
        }
    }
    done(json!({
        "result": as_php(results, false),
        "result_error": as_php(errors, true),
        "result_total": as_php(totals, false),
        "result_next": as_php(nexts, false),
        "result_time": as_php(times, false),
    }))
}

/// An empty map is a list, and so is one whose keys count from 0. Errors whose commands all have numbers
/// for names lose them.
fn as_php(map: Map<String, Value>, renumbered: bool) -> Value {
    let number = |key: &String| key.bytes().all(|one| one.is_ascii_digit());
    let counts = map.keys().enumerate().all(|(at, key)| at.to_string() == *key);
    if map.is_empty() || counts || (renumbered && map.keys().all(number)) {
        Value::Array(map.into_iter().map(|(_, value)| value).collect())
    } else {
        Value::Object(map)
    }
}

/// Puts in what `$result[name][key]` points at; what points nowhere is empty, and the call still runs.
fn resolve(value: &mut Value, results: &Map<String, Value>) {
    match value {
        Value::String(text) => {
            let Some(at) = text.find("$result[") else { return };
            let (before, reference) = text.split_at(at);
            let end = end_of(reference);
            let (reference, behind) = reference.split_at(end);
            let found = looked_up(reference, results).unwrap_or_default();
            if before.is_empty() && behind.is_empty() && !found.is_array() && !found.is_object() {
                *value = params::text(&found).into();
            } else if before.is_empty() && behind.is_empty() {
                *value = found;
            } else {
                let mut rest = Value::from(behind);
                resolve(&mut rest, results);
                *value = format!("{before}{}{}", params::text(&found), params::text(&rest)).into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, results)),
        Value::Object(fields) => fields.values_mut().for_each(|field| resolve(field, results)),
        _ => {}
    }
}

/// Where `$result[a][b]` ends.
fn end_of(text: &str) -> usize {
    let mut end = "$result".len();
    while let Some(rest) = text.get(end..).filter(|rest| rest.starts_with('[')) {
        match rest.find(']') {
            Some(close) => end += close + 1,
            None => break,
        }
    }
    end
}

fn looked_up(reference: &str, results: &Map<String, Value>) -> Option<Value> {
    let keys = reference.strip_prefix("$result[")?.strip_suffix(']')?;
    let mut keys = keys.split("][");
    let mut found = results.get(keys.next()?)?;
    for key in keys {
        found = match found {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            other => other.get(key)?,
        };
    }
    Some(found.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_point_into_results() {
        let results = params::numbered(json!({"find": {"items": [{"id": 24}]}, "n": 5}));
        for (text, meant) in [
            ("$result[find][items][0][id]", json!("24")),
            ("x$result[n]y$result[n]", json!("x5y5")),
            ("$result[find][items][1][id]", json!("")),
            ("$result[none]", json!("")),
            ("plain", json!("plain")),
        ] {
            let mut value = Value::from(text);
            resolve(&mut value, &results);
            assert_eq!(value, meant, "{text}");
        }
    }

    #[test]
    fn maps_become_lists_as_in_php() {
        let map = |value: Value| params::numbered(value);
        assert_eq!(as_php(Map::new(), false), json!([]));
        assert_eq!(as_php(map(json!({"1": "a", "5": "b"})), true), json!(["a", "b"]));
        assert_eq!(as_php(map(json!({"1": "a", "x": "b"})), true), json!({"1": "a", "x": "b"}));
        assert_eq!(as_php(map(json!({"1": "a"})), false), json!({"1": "a"}));
    }
}
