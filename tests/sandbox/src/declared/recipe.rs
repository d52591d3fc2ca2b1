//! Signatures: what is hashed, and how it is written out.

use serde_json::Value;

use super::brackets;
use super::digest::digest;
use super::file::{flag, items, pairs, scalar, text};
use super::jsontext;
use super::message::{Message, charset};
use super::{format, template};
use crate::base64;

/// Where settings are found: `config.*`, `secret.*`.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A signature over a message.
pub fn sign(recipe: &Value, message: &Message, known: Known<'_>) -> Result<String, String> {
    let bytes = hashed(recipe, message, known)?;
    let filled = |name: &str| match text(recipe, name) {
        None => Ok(None),
        Some(value) => {
            template::fill(value, known).map(Some).ok_or(format!("{name}: a value is not known"))
        }
    };
    if recipe.get("rsa").is_some() {
        return Err("an RSA recipe only verifies".to_owned());
    }
    let name = filled("digest")?.ok_or("a recipe without a digest")?;
    let key = match (filled("hmac")?, text(recipe, "hmac_key_digest")) {
        (None, _) => None,
        (Some(key), None) => Some(key.into_bytes()),
        (Some(key), Some(name)) => Some(digest(name, None, key.as_bytes())?),
    };
    let made = digest(&name, key.as_deref(), &bytes)?;
    Ok(match text(recipe, "encode") {
        Some("HEX") => hex::encode_upper(made),
        Some("base64") => base64::encode(&made),
        Some("base64url") => {
            base64::encode(&made).replace('+', "-").replace('/', "_").replace('=', "")
        }
        _ => hex::encode(made),
    })
}

/// The bytes that are hashed.
pub fn hashed(recipe: &Value, message: &Message, known: Known<'_>) -> Result<Vec<u8>, String> {
    let parts = items(recipe, "parts");
    if let [only] = parts
        && text(only, "raw") == Some("body")
    {
        return Ok(message.body.clone());
    }
    let mut pieces = Vec::new();
    for part in parts {
        pieces.extend(of_part(part, message, known)?);
    }
    let joined = pieces.join(text(recipe, "join").unwrap_or_default());
    let (bytes, _, unmappable) = charset(text(recipe, "charset")).encode(&joined);
    if unmappable {
        return Err("a letter that the charset lacks".to_owned());
    }
    Ok(bytes.into_owned())
}

fn of_part(part: &Value, message: &Message, known: Known<'_>) -> Result<Vec<String>, String> {
    let formats = text(part, "format").unwrap_or("raw");
    let formatted = |value: &str| {
        format::write(formats, value)
            .ok_or_else(|| format!("{value:?} cannot be written as {formats}"))
    };
    if let Some(name) = text(part, "field") {
        let values = message.at(name).map(|value| flat(&value)).unwrap_or_default();
        if values.is_empty() {
            return match text(part, "optional") {
                Some("absent") => Ok(Vec::new()),
                _ => Ok(vec![formatted("")?]),
            };
        }
        return values.iter().map(|value| formatted(value)).collect();
    }
    if let Some(name) = text(part, "secret") {
        let key = known(&format!("secret.{name}")).ok_or(format!("no secret {name}"))?;
        return Ok(vec![key]);
    }
    if let Some(lit) = text(part, "lit") {
        return Ok(vec![template::fill(lit, known).ok_or("lit: a value is not known")?]);
    }
    if part.get("group").is_some() {
        let elements = group(part, message, known, &formatted)?;
        return Ok(match text(part, "join") {
            Some(join) => vec![elements.join(join)],
            None => elements,
        });
    }
    match text(part, "raw") {
        Some("body") => {
            let body = String::from_utf8(message.body.clone());
            return Ok(vec![body.map_err(|_| "the body is not UTF-8")?]);
        }
        Some(_) => {
            let spaced: Vec<u8> =
                message.body.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            let read = String::from_utf8(percent_encoding::percent_decode(&spaced).collect());
            return Ok(vec![read.map_err(|_| "the body is not UTF-8")?]);
        }
        None => {}
    }
    if part.get("json").is_some() {
        let mut whole = message.whole();
        if let Some(fields) = whole.as_object_mut() {
            for name in items(part, "without").iter().filter_map(Value::as_str) {
                fields.shift_remove(name);
            }
        }
        return Ok(vec![formatted(&jsontext::write(&whole, part, 0))?]);
    }
    match part.get("nested") {
        Some(nested) => Ok(vec![sign(nested, message, known)?]),
        None => Err("a part without a kind".to_owned()),
    }
}

fn group(
    part: &Value,
    message: &Message,
    known: Known<'_>,
    formatted: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let include = match text(part, "include") {
        Some(pattern) => Some(regex_lite::Regex::new(pattern).map_err(|fault| fault.to_string())?),
        None => None,
    };
    let without: Vec<&str> = items(part, "exclude").iter().filter_map(Value::as_str).collect();
    let over = match text(part, "over") {
        Some(path) => message.at(path),
        None => Some(Value::Object(message.fields.clone())),
    };
    let mut chosen: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in over.iter().filter_map(Value::as_object).flatten() {
        let meant = !without.contains(&name.as_str())
            && include.as_ref().is_none_or(|pattern| pattern.is_match(name))
            && !(flag(part, "scalars_only") && (value.is_array() || value.is_object()));
        if meant {
            chosen.push((name.clone(), flat(value)));
        }
    }
    for (name, secret) in pairs(part, "insert") {
        let secret = secret.as_str().unwrap_or_default();
        let key = known(&format!("secret.{secret}")).ok_or(format!("no secret {secret}"))?;
        chosen.push((name.to_owned(), vec![key]));
    }
    if text(part, "group") == Some("sorted") {
        chosen.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()));
    }
    let element = text(part, "element").unwrap_or("{v}");
    let mut elements = Vec::new();
    for (name, values) in &chosen {
        for value in values {
            if flag(part, "drop_empty") && value.is_empty() {
                continue;
            }
            let (name, value) = (formatted(name)?, formatted(value)?);
            // Split first: a value may look like a place.
            let pieces = element.split("{v}").map(|piece| piece.replace("{k}", &name));
            elements.push(pieces.collect::<Vec<_>>().join(&value));
        }
    }
    Ok(elements)
}

fn flat(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        Value::Object(fields) => fields.values().flat_map(flat).collect(),
        Value::Null => vec![String::new()],
        other => scalar(other).into_iter().collect(),
    }
}

/// Fields and pointers that a recipe names, its secrets too: `(fields, secrets)`.
pub fn named(recipe: &Value) -> (Vec<(String, bool)>, Vec<String>) {
    let (mut fields, mut secrets) = (Vec::new(), Vec::new());
    for name in text(recipe, "hmac").map(template::names).unwrap_or_default() {
        secrets.extend(name.strip_prefix("secret.").map(str::to_owned));
    }
    for part in items(recipe, "parts") {
        if let Some(field) = text(part, "field") {
            fields.push((field.to_owned(), text(part, "optional") == Some("absent")));
        }
        secrets.extend(text(part, "secret").map(str::to_owned));
        let inserted = pairs(part, "insert").filter_map(|(_, secret)| secret.as_str());
        secrets.extend(inserted.map(str::to_owned));
        if let Some(nested) = part.get("nested") {
            let (more, keys) = named(nested);
            fields.extend(more);
            secrets.extend(keys);
        }
    }
    (fields, secrets)
}

/// How a pointer is written into a flat body.
pub fn flat_name(name: &str) -> String {
    if name.starts_with('/') { brackets::flat_name(name) } else { name.to_owned() }
}
