//! A text with values in it: `OK{field.InvId}`, `Bearer {secret.api_key}`, `{order.amount|dec(2)}`. A
//! brace that no letter follows stands for itself, so that JSON needs no escapes; `{{` is a brace too.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use zeroize::Zeroizing;

use super::format::Formats;
use super::values::Values;
use crate::error::Error;

/// A text with values in it.
#[derive(Clone, Debug)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Value { name: String, formats: Formats },
}

impl Template {
    /// Reads it. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            plain.push_str(before);
            if let Some(after) = after.strip_prefix('{') {
                plain.push('{');
                rest = after;
            } else if after.starts_with(|c: char| c.is_ascii_lowercase()) {
                let Some((inside, behind)) = after.split_once('}') else {
                    return Err(format!("{{{after} has no closing brace"));
                };
                let (name, formats) = inside.split_once('|').unwrap_or((inside, "raw"));
                if !name.contains('.') {
                    return Err(format!(
                        "{{{name}}} is no value: expected a name like {{order.id}}; for a brace write {{{{"
                    ));
                }
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                let formats = Formats::parse(formats)?;
                pieces.push(Piece::Value { name: name.to_owned(), formats });
                rest = behind;
            } else {
                plain.push('{');
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Template(pieces))
    }

    /// The names of its values: `order.id`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value { name, .. } => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Its texts and the names of its values, each with whether it is a value.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|piece| match piece {
            Piece::Value { name, .. } => (name.as_str(), true),
            Piece::Text(text) => (text.as_str(), false),
        })
    }

    /// The only value that it is, if it is nothing else: `order.id` of `{order.id|upper}`.
    pub fn only(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Value { name, .. }] => Some(name),
            _ => None,
        }
    }

    /// The text, where no value stands in it.
    pub fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with its values; none where one of them is not given.
    pub fn fill(&self, values: &Values<'_>) -> Result<Option<Zeroizing<String>>, Error> {
        self.fill_with(values, |_, value| value.to_owned())
    }

    /// The same where each value is written in its own way: `write` is told what stands before it.
    pub fn fill_with(
        &self,
        values: &Values<'_>,
        write: impl Fn(&str, &str) -> String,
    ) -> Result<Option<Zeroizing<String>>, Error> {
        let mut text = Zeroizing::new(String::new());
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Value { name, formats } => {
                    let value = match values.get(name)? {
                        Some(value) => value,
                        None if formats.writes_nothing() => Zeroizing::new(String::new()),
                        None => return Ok(None),
                    };
                    let value = formats
                        .apply(&value)
                        .map_err(|says| Error::invalid(values.field_of(name), says))?;
                    let value = Zeroizing::new(write(&text, &value));
                    text.push_str(&value);
                }
            }
        }
        Ok(Some(text))
    }

    /// The text; that of a missing value is empty.
    pub fn text(&self, values: &Values<'_>) -> Result<Zeroizing<String>, Error> {
        Ok(self.fill(values)?.unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Template, D::Error> {
        Template::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str) -> Option<String> {
        let mut values = Values::default();
        values.set("order.id", "A-1");
        values.set("order.amount", "100.00");
        let text = Template::parse(template).unwrap().fill(&values).unwrap();
        text.map(|text| text.to_string())
    }

    #[test]
    fn values_stand_in_their_places() {
        for (template, expected) in [
            ("OK{order.id}", "OKA-1"),
            ("{order.id|lower}|{order.amount|minor}", "a-1|10000"),
            (r#"{"id":"{order.id}","a":{"b":1}}"#, r#"{"id":"A-1","a":{"b":1}}"#),
            ("{{order.id}", "{order.id}"),
            ("}{", "}{"),
            ("", ""),
        ] {
            assert_eq!(fill(template).as_deref(), Some(expected), "{template}");
        }
        assert_eq!(fill("x{order.email}"), None);
    }

    #[test]
    fn what_is_no_template_says_why() {
        for (text, says) in [
            ("{order.id", "closing brace"),
            ("{up}", "for a brace write {{"),
            ("{order.id|loud}", "no format"),
        ] {
            assert!(Template::parse(text).unwrap_err().contains(says), "{text}");
        }
    }
}
