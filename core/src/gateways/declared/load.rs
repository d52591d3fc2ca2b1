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

/// A descriptor's text, where it has one, and its values, unless the text cannot be read.
pub struct Source {
    text: Option<String>,
    fields: Result<Fields, Fault>,
}

/// What is wrong with a descriptor, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The dotted path; empty for the whole.
    pub path: String,
    /// The line from 1, where the descriptor has lines.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub says: String,
}

impl Fault {
    /// The same as an error: `descriptor.create.request.url: line 14: expected ...`.
    pub fn error(&self) -> Error {
        let line = self.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let field = match self.path.as_str() {
            "" => "descriptor".to_owned(),
            path => format!("descriptor.{path}"),
        };
        Error::invalid(field, format!("{line}{}", self.says))
    }
}

impl Source {
    /// Finds it: the id of a built-in one, a path (ends with `.toml` or `.json`, or holds a slash), the
    /// text itself, or the descriptor as an object.
    pub fn find(given: &Value) -> Result<Source, Error> {
        match given {
            Value::Object(fields) => Ok(Source { text: None, fields: Ok(fields.clone()) }),
            Value::String(text) => Source::named(text),
            _ => Err(invalid("expected a name, a path, or the descriptor itself")),
        }
    }

    fn named(text: &str) -> Result<Source, Error> {
        if let Some(text) = built_in::find(text) {
            return Ok(Source::parse(text.to_owned()));
        }
        let inline = text.contains(['\n', '=']) || text.trim_start().starts_with('{');
        if inline {
            return Ok(Source::parse(text.to_owned()));
        }
        if text.contains(['/', '\\']) || text.ends_with(".toml") || text.ends_with(".json") {
            return Ok(Source::parse(read(text)?));
        }
        let names: Vec<&str> = built_in::names().collect();
        Err(invalid(&format!(
            "no built-in descriptor of this name; there are {}; a path ends with .toml or .json",
            names.join(", ")
        )))
    }

    fn parse(text: String) -> Source {
        let fields = if line::is_json(&text) { json(&text) } else { toml(&text) };
        Source { text: Some(text), fields }
    }

    /// Reads it into its struct. It is not known to be safe yet.
    pub fn read(&self) -> Result<Descriptor, Fault> {
        let fields = self.fields.as_ref().map_err(Fault::clone)?;
        let read: Result<Descriptor, Error> = fields::read(fields);
        let descriptor = read.map_err(|error| {
            let path = error.field.clone().unwrap_or_default();
            let says = error.message.strip_prefix(&format!("{path}: ")).unwrap_or(&error.message);
            self.fault(&path, says)
        })?;
        match descriptor.schema {
            1 => Ok(descriptor),
            _ => Err(self.fault("schema", "expected 1: this library knows no other")),
        }
    }

    /// A fault at a path.
    pub fn fault(&self, path: &str, says: &str) -> Fault {
        let line = self.text.as_ref().and_then(|text| line::of(text, path));
        Fault { path: path.to_owned(), line, says: says.to_owned() }
    }
}

fn json(text: &str) -> Result<Fields, Fault> {
    fields::parse(text.as_bytes()).map_err(|error| {
        let says = error.message.strip_prefix("message: ").unwrap_or(&error.message);
        // serde_json puts the place behind its words.
        let (says, place) = says.rsplit_once(" at line ").unwrap_or((says, ""));
        let line = place.split(' ').next().and_then(|line| line.parse().ok());
        Fault { path: String::new(), line, says: says.to_owned() }
    })
}

fn toml(text: &str) -> Result<Fields, Fault> {
    let table = DeTable::parse(text).map_err(|fault| {
        let at = fault.span().map_or(0, |span| span.start);
        let (line, says) = (Some(line::number(text, at)), fault.message().to_owned());
        Fault { path: String::new(), line, says }
    })?;
    let whole = |says| Fault { path: String::new(), line: None, says };
    line::object(table.get_ref()).map_err(whole)
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
