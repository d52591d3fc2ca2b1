//! A message: its fields in their order, and its bytes.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};
use serde_json::{Map, Value};

use super::brackets;
use super::file::scalar;

/// A message that is read or written.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Its fields; a form's names keep their brackets.
    pub fields: Map<String, Value>,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A charset by its name in descriptors.
pub fn charset(name: Option<&str>) -> &'static Encoding {
    match name {
        Some("windows-1251" | "cp1251") => WINDOWS_1251,
        _ => UTF_8,
    }
}

impl Message {
    /// Reads a form or a query.
    pub fn form(bytes: &[u8], charset: &'static Encoding) -> Result<Self, String> {
        let mut fields = Map::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut half = || decoded(halves.next().unwrap_or_default(), charset);
            let (name, value) = (half()?, Value::from(half()?));
            match fields.get_mut(&name) {
                None if name.ends_with("[]") => {
                    drop(fields.insert(name, Value::Array(vec![value])))
                }
                None => drop(fields.insert(name, value)),
                Some(Value::Array(items)) => items.push(value),
                Some(_) => return Err(format!("{name} stands twice")),
            }
        }
        Ok(Self { fields, body: bytes.to_vec() })
    }

    /// Reads a JSON object.
    pub fn json(bytes: &[u8]) -> Result<Self, String> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self { fields, body: bytes.to_vec() }),
            Ok(_) => Err("the body is no JSON object".to_owned()),
            Err(fault) => Err(format!("the body is no JSON: {fault}")),
        }
    }

    /// A field by its name or its pointer; null counts as absent.
    pub fn at(&self, name: &str) -> Option<Value> {
        let found = if name.starts_with('/') {
            self.whole().pointer(name).cloned()
        } else {
            self.fields.get(name).cloned()
        };
        found.filter(|value| !value.is_null())
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.at(name).as_ref().and_then(scalar)
    }

    /// All of it, with brackets opened.
    pub fn whole(&self) -> Value {
        if self.fields.keys().any(|name| name.contains('[')) {
            brackets::open(&self.fields)
        } else {
            Value::Object(self.fields.clone())
        }
    }
}

fn decoded(part: &[u8], charset: &'static Encoding) -> Result<String, String> {
    let spaced: Vec<u8> =
        part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_encoding::percent_decode(&spaced).collect();
    let text = charset.decode_without_bom_handling_and_without_replacement(&bytes);
    text.map(std::borrow::Cow::into_owned)
        .ok_or_else(|| "bytes that are not of the charset".to_owned())
}

/// Sets a value by a field's name or a pointer; numbers in a pointer are places in a list.
pub fn set(fields: &mut Map<String, Value>, name: &str, value: Value) {
    let Some(path) = name.strip_prefix('/') else {
        fields.insert(name.to_owned(), value);
        return;
    };
    let mut keys = path.split('/');
    let Some(first) = keys.next() else { return };
    let slot = fields.entry(first.to_owned()).or_insert(Value::Null);
    if let Some(slot) = descend(slot, keys) {
        *slot = value;
    }
}

fn descend<'a>(slot: &'a mut Value, mut keys: std::str::Split<'_, char>) -> Option<&'a mut Value> {
    let Some(key) = keys.next() else { return Some(slot) };
    if let Ok(place) = key.parse::<usize>() {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        let items = slot.as_array_mut()?;
        let place = place.min(items.len());
        if place == items.len() {
            items.push(Value::Null);
        }
        return descend(items.get_mut(place)?, keys);
    }
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    descend(slot.as_object_mut()?.entry(key.to_owned()).or_insert(Value::Null), keys)
}

/// Removes a field by its name or a pointer, and says what it was.
pub fn remove(fields: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let Some(path) = name.strip_prefix('/') else { return fields.shift_remove(name) };
    match path.rsplit_once('/') {
        None => fields.shift_remove(path),
        Some((above, last)) => {
            let mut keys = above.split('/');
            let mut slot = fields.get_mut(keys.next()?)?;
            for key in keys {
                slot = slot.pointer_mut(&format!("/{key}"))?;
            }
            slot.as_object_mut()?.shift_remove(last)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_set_and_removed_by_pointer() {
        let mut fields = Map::new();
        set(&mut fields, "/orders/0/status", json!("paid"));
        set(&mut fields, "/orders/0/id", json!(1));
        set(&mut fields, "plain", json!("x"));
        assert_eq!(json!(fields), json!({"orders": [{"status": "paid", "id": 1}], "plain": "x"}));
        assert_eq!(remove(&mut fields, "/orders/0/id"), Some(json!(1)));
        assert_eq!(remove(&mut fields, "/plain"), Some(json!("x")));
        assert_eq!(json!(fields), json!({"orders": [{"status": "paid"}]}));
    }

    #[test]
    fn forms_come_in_their_charset() {
        let form = Message::form(b"a=%C6+1&l[]=x&l[]=y", charset(Some("windows-1251"))).unwrap();
        assert_eq!(json!(form.fields), json!({"a": "Ж 1", "l[]": ["x", "y"]}));
        assert_eq!(form.text("/l/1").as_deref(), Some("y"));
        assert!(Message::form(b"a=1&a=2", charset(None)).is_err());
    }
}
