//! `$result[find][items][0][id]`: what a command takes from one above it. The portal looks for them in every
//! name and every value, inside of texts too: a buyer's own text must not be taken for one.

use serde_json::Value;

use super::commands::Command;
use crate::error::Error;
use crate::fields::Fields;

/// Every one must lead to a command above, and be the whole value.
pub fn check(parameters: &Fields, path: &str, above: &[Command], halt: bool) -> Result<(), Error> {
    for (name, value) in parameters {
        if looks_like_one(name) {
            return Err(Error::invalid(path, "a name must not be a reference"));
        }
        one(value, &format!("{path}.{name}"), above, halt)?;
    }
    Ok(())
}

fn one(value: &Value, path: &str, above: &[Command], halt: bool) -> Result<(), Error> {
    match value {
        Value::Object(fields) => check(fields, path, above, halt),
        Value::Array(list) => {
            let mut items = list.iter().enumerate();
            items.try_for_each(|(at, item)| one(item, &format!("{path}.{at}"), above, halt))
        }
        Value::String(text) if looks_like_one(text) => {
            let known = target(text).is_some_and(|name| above.iter().any(|it| it.name == name));
            match (known, halt) {
                (true, true) => Ok(()),
                (true, false) => {
                    let says = "a reference needs halt: without it the command runs with nothing in its place";
                    Err(Error::invalid(path, says))
                }
                (false, _) => Err(Error::invalid(
                    path,
                    "expected no `$result`, or `$result[name][key]...` of a command above as the whole value",
                )),
            }
        }
        _ => Ok(()),
    }
}

/// The portal finds `$result`, `$result_next` and the like in any case.
fn looks_like_one(text: &str) -> bool {
    text.to_ascii_lowercase().contains("$result")
}

/// The command that a reference leads to.
fn target(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("$result[")?.strip_suffix(']')?;
    let mut keys = inner.split("][");
    let name = keys.next()?;
    let plain = |key: &str| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (plain(name) && keys.all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_whole_value_with_a_name() {
        for (text, name) in [
            ("$result[find][items][0][id]", Some("find")),
            ("$result[new]", Some("new")),
            ("$result[]", None),
            ("$result", None),
            ("$RESULT[find]", None),
            ("$result_next[find]", None),
            ("x $result[find]", None),
            ("$result[find] x", None),
            ("$result[find][a b]", None),
            ("$result[find]]", None),
        ] {
            assert_eq!(target(text), name, "{text}");
            assert!(looks_like_one(text), "{text}");
        }
        assert!(!looks_like_one("$results are none of theirs".trim_start_matches('$')));
    }
}
