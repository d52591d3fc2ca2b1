//! Where a descriptor comes from: the built-in set, a file, or the settings themselves; TOML or JSON.
//! An error names the place in it, and its line.

use serde_json::Value;
use toml::de::DeTable;

use super::schema::Descriptor;
use super::{built_in, line};
use crate::error::Error;
use crate::fields::{self, Fields};

/// The largest file that is read; a descriptor has some kilobytes.
const LARGEST: u64 = 1 << 20;

/// A descriptor's text, where it has one, and its values.
pub struct Source {
    text: Option<String>,
    fields: Fields,
}

impl Source {
    /// Finds it: the id of a built-in one, a path (ends with `.toml` or `.json`, or holds a slash), the
    /// text itself, or the descriptor as an object.
    pub fn find(given: &Value) -> Result<Source, Error> {
        match given {
            Value::Object(fields) => Ok(Source { text: None, fields: fields.clone() }),
            Value::String(text) => Source::named(text),
            _ => Err(invalid("expected a name, a path, or the descriptor itself")),
        }
    }

    fn named(text: &str) -> Result<Source, Error> {
        if let Some(text) = built_in::find(text) {
            return Source::parse(text.to_owned());
        }
        let inline = text.contains(['\n', '=']) || text.trim_start().starts_with('{');
        if inline {
            return Source::parse(text.to_owned());
        }
        if text.contains(['/', '\\']) || text.ends_with(".toml") || text.ends_with(".json") {
            return Source::parse(read(text)?);
        }
        let names: Vec<&str> = built_in::names().collect();
        Err(invalid(&format!(
            "no built-in descriptor of this name; there are {}; a path ends with .toml or .json",
            names.join(", ")
        )))
    }

    fn parse(text: String) -> Result<Source, Error> {
        let fields = match text.trim_start().starts_with('{') {
            true => fields::parse(text.as_bytes()).map_err(|error| invalid(&error.message))?,
            false => {
                let table = DeTable::parse(&text).map_err(|fault| {
                    let at = fault.span().map_or(0, |span| span.start);
                    let line = line::number(&text, at);
                    invalid(&format!("line {line}: {}", fault.message()))
                })?;
                line::object(table.get_ref()).map_err(|says| invalid(&says))?
            }
        };
        Ok(Source { text: Some(text), fields })
    }

    /// Reads it into its struct. It is not known to be safe yet.
    pub fn read(&self) -> Result<Descriptor, Error> {
        let read: Result<Descriptor, Error> = fields::read(&self.fields);
        let descriptor = read.map_err(|error| {
            let path = error.field.clone().unwrap_or_default();
            let says = error.message.strip_prefix(&format!("{path}: ")).unwrap_or(&error.message);
            self.error(&path, says)
        })?;
        match descriptor.schema {
            1 => Ok(descriptor),
            _ => Err(self.error("schema", "expected 1: this library knows no other")),
        }
    }

    /// The line of a path, where the descriptor has lines.
    pub fn line(&self, path: &str) -> Option<usize> {
        line::of(self.text.as_deref()?, path)
    }

    /// An error at a path: `descriptor.create.request.url: line 14: expected ...`.
    pub fn error(&self, path: &str, says: &str) -> Error {
        let line = self.line(path).map(|line| format!("line {line}: ")).unwrap_or_default();
        let field =
            if path.is_empty() { "descriptor".into() } else { format!("descriptor.{path}") };
        Error::invalid(field, format!("{line}{says}"))
    }
}

fn invalid(says: &str) -> Error {
    Error::invalid("descriptor", says)
}

fn read(path: &str) -> Result<String, Error> {
    let unreadable = |fault: std::io::Error| invalid(&format!("{path} cannot be read: {fault}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(invalid(&format!("{path} is larger than any descriptor")));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    // Editors on Windows put one before the text.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
