//! Where common operations meet the tables: `extra`, and errors in the caller's own words.

use serde_json::Value;

use super::{Native, Need};
use crate::error::Error;
use crate::fields::Fields;

/// Puts the caller's `extra` among the gateway's parameters: those that a table knows are checked
/// by it, the others leave as they are; those that we fill ourselves are refused.
pub fn add_extra(native: &Native, given: &mut Fields, extra: Fields) -> Result<(), Error> {
    let mut unknown = Fields::new();
    for (name, value) in extra.into_iter().filter(|(_, value)| !value.is_null()) {
        let wrong = |says: &str| Error::invalid(format!("extra.{name}"), says);
        match native.fields.iter().find(|field| field.name == name) {
            _ if given.contains_key(&name) => return Err(wrong("filled from the common fields")),
            Some(field) if field.need == Need::Settings => {
                return Err(wrong("filled from the settings"));
            }
            Some(field) => {
                native.accepts(field, &value).map_err(|error| {
                    let path = error.field.clone().unwrap_or_default();
                    let says = error.message.strip_prefix(&format!("{path}: "));
                    Error::invalid(format!("extra.{path}"), says.unwrap_or(&error.message))
                })?;
                given.insert(name, value);
            }
            None => {
                unknown.insert(name, value);
            }
        }
    }
    if !unknown.is_empty() {
        given.insert("extra".into(), Value::Object(unknown));
    }
    Ok(())
}

/// Says an error of a table in the words of the common request.
pub fn in_common_words(error: Error, names: &[(&str, &str)]) -> Error {
    let Some(native) = error.field.clone() else {
        return error;
    };
    let Some((_, common)) = names.iter().find(|(name, _)| *name == native) else {
        return error;
    };
    let says =
        error.message.strip_prefix(&format!("{native}: ")).unwrap_or(&error.message).to_owned();
    Error::invalid(*common, says)
}
