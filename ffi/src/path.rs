//! Dotted names: `customer.email`, `items.0.price`, `agent_info\.type`.

use kopeck_core::Fields;
use serde_json::Value;
use zeroize::Zeroize;

/// Deeper names are a mistake, and their values would be hard on the stack.
const DEEPEST: usize = 32;

const MALFORMED: &str = "expected a dotted name like \"customer.email\" or \"items.0.price\"";
const TOO_DEEP: &str = "expected 32 parts at most";
const THROUGH_SCALAR: &str = "its parent is a single value, not an object or a list";
const NOT_AN_INDEX: &str = "its parent is a list: expected an index";
const GAP: &str = "its index leaves a gap: a list grows at its end, from 0";

/// The parts of a name. `\.` is a literal dot; a backslash before anything else is itself.
fn parts(name: &str) -> Result<Vec<String>, &'static str> {
    let mut parts = vec![];
    let mut part = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next_if_eq(&'.').is_some() => part.push('.'),
            '.' => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    match parts {
        parts if parts.iter().any(String::is_empty) => Err(MALFORMED),
        parts if parts.len() > DEEPEST => Err(TOO_DEEP),
        parts => Ok(parts),
    }
}

fn index(part: &str) -> Option<usize> {
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    // A number beyond all lists is an index too, one that leaves a gap.
    digits.then(|| part.parse().unwrap_or(usize::MAX))
}

/// The value of that name, if there is one.
pub(crate) fn get<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    let parts = parts(name).ok()?;
    let (first, rest) = parts.split_first()?;
    rest.iter().try_fold(fields.get(first)?, |value, part| match value {
        Value::Object(fields) => fields.get(part),
        Value::Array(list) => list.get(index(part)?),
        _ => None,
    })
}

/// Gives that name a value, and its parents where they are not there yet. If it fails, nothing has
/// changed; the error completes "`name`: ...".
pub(crate) fn set(fields: &mut Fields, name: &str, text: &str) -> Result<(), &'static str> {
    let parts = parts(name)?;
    let Some((first, rest)) = parts.split_first() else {
        return Err(MALFORMED);
    };
    set_field(fields, first, rest, text)
}

fn set_field(
    fields: &mut Fields,
    name: &str,
    rest: &[String],
    text: &str,
) -> Result<(), &'static str> {
    if let Some(value) = fields.get_mut(name) {
        return set_below(value, rest, text);
    }
    fields.insert(name.to_owned(), made(rest, text)?);
    Ok(())
}

fn set_below(place: &mut Value, parts: &[String], text: &str) -> Result<(), &'static str> {
    let Some((part, rest)) = parts.split_first() else {
        wipe(place);
        *place = text.into();
        return Ok(());
    };
    match place {
        Value::Object(fields) => set_field(fields, part, rest, text),
        Value::Array(list) => {
            let index = index(part).ok_or(NOT_AN_INDEX)?;
            if let Some(value) = list.get_mut(index) {
                return set_below(value, rest, text);
            }
            if index != list.len() {
                return Err(GAP);
            }
            list.push(made(rest, text)?);
            Ok(())
        }
        Value::Null => {
            *place = made(parts, text)?;
            Ok(())
        }
        _ => Err(THROUGH_SCALAR),
    }
}

/// The text inside new lists and objects.
fn made(parts: &[String], text: &str) -> Result<Value, &'static str> {
    let Some((part, rest)) = parts.split_first() else {
        return Ok(text.into());
    };
    match index(part) {
        Some(0) => Ok(Value::Array(vec![made(rest, text)?])),
        Some(_) => Err(GAP),
        None => Ok(Value::Object(Fields::from_iter([(part.clone(), made(rest, text)?)]))),
    }
}

/// Overwrites the texts in a value: passwords and keys come in as fields.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Fields {
        kopeck_core::parse(json.as_bytes()).unwrap()
    }

    fn after(json: &str, name: &str) -> Result<String, &'static str> {
        let mut fields = object(json);
        set(&mut fields, name, "x")
            .map(|()| Value::Object(fields.clone()).to_string())
            .inspect_err(|_| assert_eq!(fields, object(json), "changed by a failed set"))
    }

    #[test]
    fn parents_are_made() {
        let cases = [
            ("{}", "a", r#"{"a":"x"}"#),
            ("{}", "a.b.c", r#"{"a":{"b":{"c":"x"}}}"#),
            ("{}", "a.0.b", r#"{"a":[{"b":"x"}]}"#),
            ("{}", r"a\.b", r#"{"a.b":"x"}"#),
            ("{}", r"a\b.\.", r#"{"a\\b":{".":"x"}}"#),
            ("{}", "0", r#"{"0":"x"}"#),
            (r#"{"a":["1"]}"#, "a.1", r#"{"a":["1","x"]}"#),
            (r#"{"a":["1"]}"#, "a.0", r#"{"a":["x"]}"#),
            (r#"{"a":{}}"#, "a.7", r#"{"a":{"7":"x"}}"#),
            (r#"{"a":null}"#, "a.b", r#"{"a":{"b":"x"}}"#),
            (r#"{"a":{"b":1}}"#, "a", r#"{"a":"x"}"#),
        ];
        for (json, name, expected) in cases {
            assert_eq!(after(json, name).as_deref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_named_is_refused() {
        let deep = "a.".repeat(32) + "a";
        let cases = [
            ("{}", "", MALFORMED),
            ("{}", "a.", MALFORMED),
            ("{}", ".a", MALFORMED),
            ("{}", "a..b", MALFORMED),
            ("{}", &deep, TOO_DEEP),
            ("{}", "a.1", GAP),
            ("{}", "a.b.2.c", GAP),
            (r#"{"a":["1"]}"#, "a.2", GAP),
            (r#"{"a":[]}"#, "a.99999999999999999999999", GAP),
            (r#"{"a":[]}"#, "a.0.1", GAP),
            (r#"{"a":[]}"#, "a.b", NOT_AN_INDEX),
            (r#"{"a":"1"}"#, "a.b", THROUGH_SCALAR),
            (r#"{"a":1}"#, "a.0", THROUGH_SCALAR),
        ];
        for (json, name, says) in cases {
            assert_eq!(after(json, name), Err(says), "{name}");
        }
    }

    #[test]
    fn what_was_set_is_found() {
        let fields = object(r#"{"a":{"b.c":[1,{"d":null}]},"0":true}"#);
        assert_eq!(get(&fields, r"a.b\.c.0").unwrap().to_string(), "1");
        assert_eq!(get(&fields, r"a.b\.c.1.d"), Some(&Value::Null));
        assert_eq!(get(&fields, "0"), Some(&Value::Bool(true)));
        for name in ["", "b", "a.b", r"a.b\.c.2", r"a.b\.c.x", "0.0", "a."] {
            assert_eq!(get(&fields, name), None, "{name}");
        }
    }
}
