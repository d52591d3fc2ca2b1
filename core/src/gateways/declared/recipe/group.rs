//! Many fields at once: which of them, in which order, and how each is written. Sorting is by the bytes
//! of the names, so `M` stands before `a`.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::fields;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::{Group, Part};
use crate::gateways::declared::values::Values;

/// The elements of a group, in their order.
pub fn elements(part: &Part, message: &Message, values: &Values<'_>) -> Result<Vec<String>, Error> {
    let over = match &part.over {
        Some(path) => message.at(path),
        None => None,
    };
    let fields = match (&part.over, over) {
        (None, _) => Some(&message.fields),
        (Some(_), Some(Value::Object(inner))) => Some(inner),
        (Some(_), _) => None,
    };
    let mut chosen: Vec<(&str, Vec<Zeroizing<String>>)> = Vec::new();
    for (name, value) in fields.into_iter().flatten() {
        if is_meant(part, name, value) {
            let texts = flatten(value).into_iter().map(Zeroizing::new).collect();
            chosen.push((name, texts));
        }
    }
    for (name, secret) in part.insert.iter() {
        let key = values.get(&format!("secret.{secret}"))?.unwrap_or_default();
        chosen.push((name, vec![key]));
    }
    if part.group == Some(Group::Sorted) {
        chosen.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
    }
    let mut elements = Vec::new();
    for (name, texts) in chosen {
        for text in texts {
            if part.drop_empty && text.is_empty() {
                continue;
            }
            let format = |text: &str| {
                let written = part.format.apply(text).map(|text| text.into_owned());
                written.map_err(|says| Error::invalid(name, says))
            };
            let value = format(&text)?;
            elements.push(match part.element.as_deref() {
                None => value,
                // The value last: a brace in it is no place for anything.
                Some(element) => match element.split_once("{v}") {
                    Some((before, after)) => {
                        let name = format(name)?;
                        let key = |text: &str| text.replace("{k}", &name);
                        format!("{}{value}{}", key(before), key(after))
                    }
                    None => element.to_owned(),
                },
            });
        }
    }
    Ok(elements)
}

/// Whether a recipe's group covers a field of that name, whatever its value.
pub fn covers(part: &Part, name: &str) -> bool {
    let excluded = part.exclude.iter().any(|other| other == name);
    !excluded && part.include.as_ref().is_none_or(|pattern| pattern.matches(name))
}

fn is_meant(part: &Part, name: &str, value: &Value) -> bool {
    let scalar = !value.is_array() && !value.is_object();
    covers(part, name) && (scalar || !part.scalars_only)
}

/// A value as the texts that it is: a list or an object in place, null as nothing.
pub fn flatten(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(flatten).collect(),
        Value::Object(inner) => inner.values().flat_map(flatten).collect(),
        Value::Null => vec![String::new()],
        scalar => fields::scalar(scalar).into_iter().collect(),
    }
}
