//! Names with brackets, as PHP reads them: `params[sum]`, `products[0][name]`, `productName[]`.

use serde_json::{Map, Value};

use crate::fields::Fields;

/// How deep brackets may stand in each other.
const DEPTH: usize = 16;

/// The fields with their brackets opened: objects, and lists where the keys count from 0. A name whose
/// brackets are broken stays as it is.
pub fn nest(fields: &Fields) -> Value {
    let mut root = Map::new();
    for (name, value) in fields {
        match path(name) {
            Some(path) => insert(&mut root, &path, value.clone()),
            None => {
                root.insert(name.clone(), value.clone());
            }
        }
    }
    lists(Value::Object(root))
}

/// The pointer that a name with brackets opens to: `/params/sum` of `params[sum]`.
pub fn pointer(name: &str) -> String {
    format!("/{}", name.replace("][", "/").replace('[', "/").replace(']', ""))
}

/// The keys of `a[b][]`: `a`, `b`, nothing.
fn path(name: &str) -> Option<Vec<&str>> {
    let (first, rest) = name.split_once('[')?;
    let keys = rest.strip_suffix(']')?.split("][");
    let path: Vec<&str> = std::iter::once(first).chain(keys).collect();
    let broken = path.iter().any(|key| key.contains(['[', ']']));
    (!first.is_empty() && !broken && path.len() <= DEPTH).then_some(path)
}

fn insert(into: &mut Map<String, Value>, path: &[&str], value: Value) {
    let Some((key, rest)) = path.split_first() else { return };
    // `a[]` counts on.
    let key = if key.is_empty() { into.len().to_string() } else { (*key).to_owned() };
    if rest.is_empty() {
        into.insert(key, value);
        return;
    }
    if let [""] = rest
        && let Value::Array(list) = value
    {
        let counted = list.into_iter().enumerate().map(|(at, one)| (at.to_string(), one));
        into.insert(key, Value::Object(counted.collect()));
        return;
    }
    let inner = into.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    if let Value::Object(inner) = inner {
        insert(inner, rest, value);
    }
}

/// Objects whose keys count from 0 become lists.
fn lists(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let fields: Map<String, Value> =
        fields.into_iter().map(|(key, value)| (key, lists(value))).collect();
    let counted = fields.keys().enumerate().all(|(at, key)| *key == at.to_string());
    match counted && !fields.is_empty() {
        true => Value::Array(fields.into_iter().map(|(_, value)| value).collect()),
        false => Value::Object(fields),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_open_as_in_php() {
        let fields = json!({
            "method": "pay", "params[sum]": "1", "params[account]": "a", "products[0][name]": "x",
            "products[1][name]": "y", "list[]": ["1", "2"], "broken[": "b", "odd[a": "c",
        });
        let Value::Object(fields) = fields else { unreachable!() };
        let expected = json!({
            "method": "pay", "params": { "sum": "1", "account": "a" },
            "products": [{ "name": "x" }, { "name": "y" }], "list": ["1", "2"],
            "broken[": "b", "odd[a": "c",
        });
        assert_eq!(nest(&fields), expected);
    }
}
