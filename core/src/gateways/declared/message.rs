//! A message that is signed, read or written: its fields in the order in which they stand, and its
//! bytes. Numbers of JSON keep their source text, forms their brackets until somebody points inside.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::charset::Charset;
use super::php;
use crate::fields::{self, Fields};
use crate::{form, xml};

/// A message.
#[derive(Default)]
pub struct Message {
    /// Its fields, as they stand.
    pub fields: Fields,
    /// Its exact bytes.
    pub body: Vec<u8>,
    /// The same fields with the brackets of forms opened.
    nested: OnceLock<Option<Value>>,
}

impl Message {
    /// Of fields that are made here.
    pub fn of(fields: Fields) -> Message {
        Message { fields, ..Message::default() }
    }

    /// Reads a form or a query. A name that stands twice is refused, but for those that end in `[]`.
    pub fn form(bytes: &[u8], charset: Charset) -> Result<Message, &'static str> {
        let says = "bytes that are not of the charset";
        let mut fields = Fields::new();
        for (name, value) in form::decode_bytes(bytes)? {
            let name = charset.decode(&name).ok_or(says)?.into_owned();
            let value = Value::from(charset.decode(&value).ok_or(says)?.into_owned());
            match fields.get_mut(&name) {
                None if name.ends_with("[]") => {
                    fields.insert(name, Value::Array(vec![value]));
                }
                None => {
                    fields.insert(name, value);
                }
                Some(Value::Array(list)) => list.push(value),
                Some(_) => return Err("a field that stands twice"),
            }
        }
        Ok(Message { fields, body: bytes.to_vec(), nested: OnceLock::new() })
    }

    /// Reads a JSON object.
    pub fn json(bytes: &[u8]) -> Result<Message, &'static str> {
        let fields = fields::parse(bytes).map_err(|_| "no JSON object")?;
        Ok(Message { fields, body: bytes.to_vec(), nested: OnceLock::new() })
    }

    /// Reads XML: the root's children are the fields.
    pub fn xml(bytes: &[u8]) -> Result<Message, &'static str> {
        let text = std::str::from_utf8(bytes).map_err(|_| "bytes that are not UTF-8")?;
        match xml::read_any(text) {
            Some(Value::Object(fields)) => {
                Ok(Message { fields, body: bytes.to_vec(), nested: OnceLock::new() })
            }
            _ => Err("no XML"),
        }
    }

    /// A field by its name, or by a JSON pointer. Null is absent.
    pub fn at(&self, name: &str) -> Option<&Value> {
        let found = match name.starts_with('/') {
            true => pointer(self.nested().as_ref().map_or_else(
                || Fields::get(&self.fields, first(name)?).map(|value| (value, rest(name))),
                |nested| Some((nested, name)),
            )?),
            false => self.fields.get(name),
        };
        found.filter(|value| !value.is_null())
    }

    /// The same as text; of a list or an object none.
    pub fn text(&self, name: &str) -> Option<String> {
        fields::scalar(self.at(name)?)
    }

    /// The whole of it with the brackets of forms opened.
    pub fn whole(&self) -> Cow<'_, Value> {
        match self.nested() {
            Some(nested) => Cow::Borrowed(nested),
            None => Cow::Owned(Value::Object(self.fields.clone())),
        }
    }

    fn nested(&self) -> &Option<Value> {
        self.nested.get_or_init(|| {
            let bracketed = self.fields.keys().any(|name| name.contains('['));
            bracketed.then(|| php::nest(&self.fields))
        })
    }
}

/// The first name of a pointer.
fn first(pointer: &str) -> Option<&str> {
    pointer.get(1..)?.split('/').next()
}

/// What follows it.
fn rest(pointer: &str) -> &str {
    let inner = pointer.get(1..).unwrap_or_default();
    inner.find('/').and_then(|at| inner.get(at..)).unwrap_or_default()
}

fn pointer<'a>((value, path): (&'a Value, &str)) -> Option<&'a Value> {
    value.pointer(path)
}
