//! The fields of a request, in the order in which they leave, with the signatures among them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::hashes_body;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::gateways::declared::message::Message;
use crate::gateways::declared::recipe;
use crate::gateways::declared::schema::{Body, FieldValue, Missing, Place, Request, Type};
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::values::Values;

/// A signature that stands in a header; none where it is over the body, which is not made yet.
pub type InHeader<'a> = (&'a Place, Option<Zeroizing<String>>);

/// The fields and the signatures of the headers.
pub fn build<'a>(
    shop: &Shop,
    request: &'a Request,
    values: &Values<'_>,
    extra: &Fields,
) -> Result<(Message, Vec<InHeader<'a>>), Error> {
    let coded = request.base64_field.as_deref();
    let typed = request.body == Body::Json || coded.is_some();
    let foreign = |text: &str| request.charset.encode(text).is_none();
    let mut message = Message::default();
    for (name, field) in request.fields.iter() {
        let value = value(name, field, typed, &values.with(&message))?;
        if !typed && value.as_ref().and_then(Value::as_str).is_some_and(&foreign) {
            let from = field.value.names().next();
            let from = from.map_or_else(|| name.to_owned(), |name| values.field_of(name));
            return Err(Error::invalid(from, "it has a letter that the gateway's charset lacks"));
        }
        if let Some(value) = value {
            insert(&mut message, name, value);
        }
    }
    add_extra(&mut message, request, extra, typed)?;
    if let Some(name) = coded {
        let text = Zeroizing::new(serde_json::to_vec(&message.fields).unwrap_or_default());
        fields::wipe(&mut message.fields);
        let outer = Value::from(STANDARD.encode(&*text));
        message = Message::of(Fields::from_iter([(name.to_owned(), outer)]));
    }
    let mut headers = Vec::new();
    for place in &request.sign {
        let recipe = shop.recipe(&place.recipe)?;
        match &place.field {
            Some(name) => {
                let signature = recipe::sign(recipe, &message, values)?;
                insert(&mut message, name, signature.as_str().into());
            }
            None if hashes_body(recipe) => headers.push((place, None)),
            None => headers.push((place, Some(recipe::sign(recipe, &message, values)?))),
        }
    }
    Ok((message, headers))
}

/// The value of a field; none where it is left out.
fn value(
    name: &str,
    field: &FieldValue,
    typed: bool,
    values: &Values<'_>,
) -> Result<Option<Value>, Error> {
    let Some(text) = field.value.fill(values)? else {
        if field.required {
            let lacking = field.value.names().find(|name| !values.has(name));
            let from = lacking.map_or_else(|| name.to_owned(), |name| values.field_of(name));
            return Err(Error::invalid(from, "required by this gateway"));
        }
        return Ok((field.missing == Missing::Empty).then(|| "".into()));
    };
    if !typed {
        return Ok(Some(text.as_str().into()));
    }
    let wrong = |says: &str| {
        let from = field.value.names().next();
        Error::invalid(from.map_or_else(|| name.to_owned(), |name| values.field_of(name)), says)
    };
    let json = || serde_json::from_str::<Value>(&text);
    let value = match field.r#type {
        Type::Text => text.as_str().into(),
        Type::Number => {
            let number = json().ok().filter(Value::is_number);
            number.ok_or_else(|| wrong("expected a number"))?
        }
        Type::Bool => match text.as_str() {
            "true" | "1" => true.into(),
            "false" | "0" => false.into(),
            _ => return Err(wrong("expected true or false")),
        },
        Type::Json => json().map_err(|_| wrong("expected JSON"))?,
    };
    Ok(Some(value))
}

/// What the caller adds under the gateway's own names; what the descriptor sends is not to be replaced.
fn add_extra(
    message: &mut Message,
    request: &Request,
    extra: &Fields,
    typed: bool,
) -> Result<(), Error> {
    for (name, value) in extra {
        let refused = |says: &str| Err(Error::invalid(format!("extra.{name}"), says));
        let signed = request.sign.iter().any(|place| place.field.as_deref() == Some(name));
        if message.fields.contains_key(name) || request.fields.get(name).is_some() || signed {
            return refused("the request has a field of this name already");
        }
        let value = match fields::scalar(value) {
            _ if typed => value.clone(),
            Some(text) => text.into(),
            None => return refused("expected text: write what is inside by names with brackets"),
        };
        message.fields.insert(name.clone(), value);
    }
    Ok(())
}

/// Puts a value where its name, or a JSON pointer, says.
fn insert(message: &mut Message, name: &str, value: Value) {
    // What is cached of the fields as they were is not true any more.
    let mut fields = std::mem::take(message).fields;
    match name.strip_prefix('/') {
        None => {
            fields.insert(name.to_owned(), value);
        }
        Some(path) => {
            let path: Vec<&str> = path.split('/').collect();
            let mut whole = Value::Object(fields);
            set(&mut whole, &path, value);
            fields = match whole {
                Value::Object(fields) => fields,
                _ => Map::new(),
            };
        }
    }
    *message = Message::of(fields);
}

/// `0` begins a list where nothing is yet, and the next number goes on with it.
fn set(into: &mut Value, path: &[&str], value: Value) {
    let Some((key, rest)) = path.split_first() else {
        *into = value;
        return;
    };
    match into {
        Value::Array(list) => {
            if *key == list.len().to_string() {
                list.push(Value::Null);
            }
            if let Some(inner) = key.parse().ok().and_then(|at: usize| list.get_mut(at)) {
                set(inner, rest, value);
            }
        }
        Value::Object(fields) => {
            set(fields.entry((*key).to_owned()).or_insert(Value::Null), rest, value);
        }
        _ => {
            let list = *key == "0";
            *into = if list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
            set(into, path, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_makes_what_it_stands_in() {
        let mut message = Message::default();
        for (name, value) in [
            ("a", "1"),
            ("/data/email", "e"),
            ("/items/0/name", "x"),
            ("/items/0/price", "1.00"),
            ("/items/1/name", "y"),
        ] {
            insert(&mut message, name, value.into());
        }
        let expected =
            r#"{"a":"1","data":{"email":"e"},"items":[{"name":"x","price":"1.00"},{"name":"y"}]}"#;
        assert_eq!(Value::Object(message.fields).to_string(), expected);
    }
}
