//! Names with brackets, as PHP reads and writes them.

use serde_json::{Map, Value};

/// Opens the brackets of flat names: `a[b]`, `a[0][c]`, `a[]`. Keys that count from 0 make a list.
pub fn open(flat: &Map<String, Value>) -> Value {
    let mut root = Map::new();
    for (name, value) in flat {
        let keys = split(name).unwrap_or_else(|| vec![name.clone()]);
        put(&mut root, &keys, value.clone());
    }
    listed(Value::Object(root))
}

fn split(name: &str) -> Option<Vec<String>> {
    let open = name.find('[').filter(|at| *at > 0)?;
    let (head, tail) = name.split_at_checked(open)?;
    let inner = tail.strip_prefix('[')?.strip_suffix(']')?;
    let keys: Vec<&str> = inner.split("][").collect();
    if keys.iter().any(|key| key.contains(['[', ']'])) {
        return None;
    }
    Some(std::iter::once(head).chain(keys).map(str::to_owned).collect())
}

fn put(into: &mut Map<String, Value>, keys: &[String], value: Value) {
    let Some((key, rest)) = keys.split_first() else { return };
    let key = if key.is_empty() { into.len().to_string() } else { key.clone() };
    match (rest, value) {
        ([], value) => {
            into.insert(key, value);
        }
        ([last], Value::Array(items)) if last.is_empty() => {
            into.insert(key, Value::Array(items));
        }
        (rest, value) => {
            let inner = into.entry(key).or_insert_with(|| Value::Object(Map::new()));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

fn listed(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let counts = fields.keys().enumerate().all(|(at, key)| at.to_string() == *key);
            let inner = fields.into_iter().map(|(key, value)| (key, listed(value)));
            if counts && inner.len() > 0 {
                Value::Array(inner.map(|(_, value)| value).collect())
            } else {
                Value::Object(inner.collect())
            }
        }
        other => other,
    }
}

/// The flat name of a pointer: `/params/sum` is `params[sum]`.
pub fn flat_name(pointer: &str) -> String {
    let mut keys = pointer.trim_start_matches('/').split('/');
    let head = keys.next().unwrap_or_default().to_owned();
    keys.fold(head, |name, key| format!("{name}[{key}]"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_open_as_php_opens_them() {
        let flat = json!({"m": "pay", "params[sum]": "1", "p[0][name]": "x", "p[1][name]": "y", "l[]": ["1"]});
        let expected = json!({"m": "pay", "params": {"sum": "1"}, "p": [{"name": "x"}, {"name": "y"}], "l": ["1"]});
        assert_eq!(open(flat.as_object().unwrap()), expected);
        assert_eq!(flat_name("/params/sum"), "params[sum]");
    }
}
