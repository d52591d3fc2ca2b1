//! Conditions on messages: whether they hold, and how they are made to hold or not to.

use serde_json::{Map, Value};

use super::file::{flag, items, text};
use super::message::{self, Message};

/// What a message has beside its fields.
#[derive(Clone, Debug)]
pub struct Around {
    /// The HTTP status of a reply.
    pub http: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Parameters that the shop put on the URL.
    pub query: Vec<(String, String)>,
    /// Its fields are flat: pointers become brackets.
    pub flat: bool,
}

impl Around {
    /// Nothing, under a status.
    pub fn of(http: u16, flat: bool) -> Self {
        Self { http, headers: Vec::new(), query: Vec::new(), flat }
    }

    /// Sets a field where this kind of message has it.
    pub fn put(&self, fields: &mut Map<String, Value>, name: &str, value: Value) {
        if self.flat && name.starts_with('/') {
            fields.insert(super::brackets::flat_name(name), value);
        } else {
            message::set(fields, name, value);
        }
    }

    fn take(&self, fields: &mut Map<String, Value>, name: &str) {
        if self.flat && name.starts_with('/') {
            fields.shift_remove(&super::brackets::flat_name(name));
        } else {
            message::remove(fields, name);
        }
    }
}

/// Whether a condition holds.
pub fn holds(condition: &Value, fields: &Map<String, Value>, around: &Around) -> bool {
    let named = |list: &[(String, String)], name: &str| {
        list.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, text)| text.clone())
    };
    let message = Message { fields: fields.clone(), body: Vec::new() };
    let (value, there) = if let Some(name) = text(condition, "at") {
        (message.text(name), message.at(name).is_some())
    } else if flag(condition, "http") {
        (Some(around.http.to_string()), true)
    } else {
        let value = match (text(condition, "header"), text(condition, "query")) {
            (Some(name), _) => named(&around.headers, name),
            (_, Some(name)) => named(&around.query, name),
            _ => None,
        };
        (value.clone(), value.is_some())
    };
    if let Some(exists) = condition.get("exists").and_then(Value::as_bool) {
        return there == exists;
    }
    let value = value.as_deref();
    if let Some(is) = text(condition, "is") {
        return value == Some(is);
    }
    if let Some(not) = text(condition, "not") {
        return there && value != Some(not);
    }
    if let Some(pattern) = text(condition, "matches") {
        let pattern = regex_lite::Regex::new(pattern);
        return value.is_some_and(|value| pattern.is_ok_and(|pattern| pattern.is_match(value)));
    }
    items(condition, "one_of").iter().any(|one| one.as_str() == value && value.is_some())
}

/// What a text is in JSON where nothing else is known.
fn guessed(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        other => Value::from(other),
    }
}

/// Values that are tried for a pattern, and for one that must differ.
const TRIED: &[&str] = &[
    "1", "0", "true", "false", "ok", "OK", "success", "paid", "card", "none", "200", "100.00", "a1",
];

/// Makes a condition hold; a value that holds already stays.
pub fn satisfy(condition: &Value, fields: &mut Map<String, Value>, around: &mut Around) {
    if holds(condition, fields, around) {
        return;
    }
    if condition.get("exists").and_then(Value::as_bool) == Some(false) {
        if let Some(name) = text(condition, "at") {
            around.take(fields, name);
        }
        return;
    }
    let opposite = match text(condition, "not") {
        Some("true") => Some("false"),
        Some("false") => Some("true"),
        _ => None,
    };
    let given = text(condition, "is")
        .into_iter()
        .chain(opposite)
        .chain(items(condition, "one_of").iter().filter_map(Value::as_str));
    for value in given.chain(TRIED.iter().copied()) {
        write(condition, fields, around, value);
        if holds(condition, fields, around) {
            return;
        }
    }
}

/// Makes a condition not hold.
pub fn break_it(condition: &Value, fields: &mut Map<String, Value>, around: &mut Around) {
    if !holds(condition, fields, around) {
        return;
    }
    if let Some(name) = text(condition, "query") {
        around.query.retain(|(known, _)| known != name);
    } else if let Some(name) = text(condition, "header") {
        around.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }
    if flag(condition, "http") {
        around.http = if around.http == 200 { 400 } else { 200 };
        return;
    }
    if text(condition, "is") == Some("true") {
        write(condition, fields, around, "false");
    }
    if let Some(not) = text(condition, "not") {
        write(condition, fields, around, not);
    }
    for value in ["0", "1", "none"] {
        if !holds(condition, fields, around) {
            return;
        }
        write(condition, fields, around, value);
    }
    if holds(condition, fields, around)
        && let Some(name) = text(condition, "at")
    {
        around.take(fields, name);
    }
}

fn write(condition: &Value, fields: &mut Map<String, Value>, around: &mut Around, value: &str) {
    if let Some(name) = text(condition, "at") {
        let value = if around.flat { Value::from(value) } else { guessed(value) };
        around.put(fields, name, value);
    } else if flag(condition, "http") {
        around.http = value.parse().unwrap_or(around.http);
    } else {
        let (list, name) = match (text(condition, "header"), text(condition, "query")) {
            (Some(name), _) => (&mut around.headers, name),
            (_, Some(name)) => (&mut around.query, name),
            _ => return,
        };
        list.retain(|(known, _)| known != name);
        list.push((name.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_met_and_broken() {
        for condition in [
            json!({"at": "/Success", "is": "true"}),
            json!({"at": "code", "not": "0"}),
            json!({"at": "/a/0/b", "one_of": ["x", "y"]}),
            json!({"at": "id", "exists": true}),
            json!({"at": "n", "matches": "^[0-9]+$"}),
            json!({"http": true, "is": "404"}),
            json!({"query": "kind", "is": "pay"}),
            json!({"header": "X-Kind", "is": "pay"}),
        ] {
            let (mut fields, mut around) = (Map::new(), Around::of(200, false));
            satisfy(&condition, &mut fields, &mut around);
            assert!(holds(&condition, &fields, &around), "{condition}");
            break_it(&condition, &mut fields, &mut around);
            assert!(!holds(&condition, &fields, &around), "{condition}");
        }
    }
}
