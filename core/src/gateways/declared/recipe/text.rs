//! What is hashed: the parts of a recipe, one after the other, with the joiner between them.

use serde_json::Value;
use zeroize::Zeroizing;

use super::canonical::Style;
use super::group;
use crate::error::Error;
use crate::fields;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::{Json, Missing, Part, Raw, Recipe};
use crate::gateways::declared::values::Values;

/// The exact bytes that are hashed.
pub fn bytes(
    recipe: &Recipe,
    message: &Message,
    values: &Values<'_>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Bytes that were received are hashed as they are, in whatever charset.
    if let [Part { raw: Some(Raw::Body), .. }] = recipe.parts.as_slice() {
        return Ok(Zeroizing::new(message.body.clone()));
    }
    let mut pieces: Vec<Zeroizing<String>> = Vec::new();
    for part in &recipe.parts {
        push(part, message, values, &mut pieces)?;
    }
    let pieces: Vec<&str> = pieces.iter().map(|piece| piece.as_str()).collect();
    let text = Zeroizing::new(pieces.join(&recipe.join));
    match recipe.charset.encode(&text) {
        Some(bytes) => Ok(Zeroizing::new(bytes.into_owned())),
        None => Err(Error::invalid("", "a text has a letter that the gateway's charset lacks")),
    }
}

fn push(
    part: &Part,
    message: &Message,
    values: &Values<'_>,
    pieces: &mut Vec<Zeroizing<String>>,
) -> Result<(), Error> {
    let mut one = |text: String| pieces.push(Zeroizing::new(text));
    let formatted = |text: &str| {
        part.format
            .apply(text)
            .map(|text| text.into_owned())
            .map_err(|says| Error::invalid(part.field.as_deref().unwrap_or("signature"), says))
    };
    if let Some(name) = &part.field {
        let found = message.at(name).map(group::flatten).unwrap_or_default();
        match (found.is_empty(), part.optional) {
            (true, Some(Missing::Absent)) => {}
            (true, _) => one(formatted("")?),
            (false, _) => found.iter().try_for_each(|text| formatted(text).map(&mut one))?,
        }
    } else if let Some(name) = &part.secret {
        let key = values.get(&format!("secret.{name}"))?;
        one(key.map(|key| key.to_string()).unwrap_or_default());
    } else if let Some(text) = &part.lit {
        one(text.text(values)?.to_string());
    } else if part.group.is_some() {
        let elements = group::elements(part, message, values)?;
        match &part.join {
            Some(join) => one(elements.join(join)),
            None => elements.into_iter().for_each(one),
        }
    } else if let Some(raw) = part.raw {
        one(body(raw, message)?);
    } else if let Some(order) = part.json {
        one(formatted(&json(part, order, message))?);
    } else if let Some(nested) = &part.nested {
        one(super::sign(nested, message, values)?.to_string());
    }
    Ok(())
}

/// The body as text.
fn body(raw: Raw, message: &Message) -> Result<String, Error> {
    let unreadable = |_| Error::untrusted("unreadable", "the body is not UTF-8");
    match raw {
        Raw::Body => String::from_utf8(message.body.clone()).map_err(unreadable),
        Raw::BodyUrldecoded => {
            let spaced: Vec<u8> =
                message.body.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
            String::from_utf8(percent_encoding::percent_decode(&spaced).collect())
                .map_err(unreadable)
        }
    }
}

fn json(part: &Part, order: Json, message: &Message) -> String {
    let style = Style {
        sort_top: order == Json::SortedTop,
        sort_deep: order == Json::SortedDeep,
        stringify: part.stringify,
        escape_slash: part.escape_slash,
        escape_unicode: part.escape_unicode,
        spaces: part.spaces,
    };
    let whole = message.whole();
    match whole.as_ref() {
        Value::Object(all) if !part.without.is_empty() => {
            let mut kept: fields::Fields = all.clone();
            kept.retain(|name, _| !part.without.contains(name));
            style.write(&Value::Object(kept))
        }
        whole => style.write(whole),
    }
}
