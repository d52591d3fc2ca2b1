//! Native operations are tables: the gateway's own name, path, effect and fields. One checker reads
//! all of them, and `describe` prints them.

use std::borrow::Cow;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::Effect;

/// One native operation.
pub struct Native {
    /// After the gateway's name and a dot: `register`.
    pub name: &'static str,
    /// Below the gateway's base URL.
    pub path: &'static str,
    /// Whether it changes anything at the gateway.
    pub effect: Effect,
    /// What makes it safe to repeat.
    pub repeat: &'static str,
    /// Whether the public token may do it.
    pub token: bool,
    /// Its parameters, in the order in which they leave.
    pub fields: &'static [Field],
    /// What it does, in a line.
    pub doc: &'static str,
}

/// One parameter of a native operation.
pub struct Field {
    /// As the gateway spells it.
    pub name: &'static str,
    /// How it is written.
    pub shape: Shape,
    /// The most characters it may have.
    pub max: usize,
    /// Who must give it.
    pub need: Need,
    /// Whether its value could pay or sign: never in logs.
    pub secret: bool,
    /// Whether the gateway's documents say so, or we infer it.
    pub mark: Mark,
    /// What it means.
    pub doc: &'static str,
}

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// A whole number of zero or more, in digits.
    Digits,
    /// Exactly three digits: ISO 4217.
    Currency,
    /// `yyyy-MM-ddTHH:mm:ss`
    Date,
    /// Two letters: ISO 639-1.
    Language,
    /// `true` or `false`.
    Flag,
    /// An absolute URL.
    Url,
    /// An object or a list, which leaves as JSON text in one field.
    Json,
    /// One word, or a list of words, each of which leaves as a field of its own.
    Words,
}

/// Who must give a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The caller, always.
    Required,
    /// The caller, if at all.
    Optional,
    /// The caller: this one or another row so marked.
    OneOf,
    /// The settings; the caller may not.
    Settings,
}

/// How well a fact is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Seen in a named source.
    Confirmed,
    /// Inferred by us.
    Inferred,
}

/// An optional text: the commonest row. The other rows are written as changes of it.
pub const fn field(name: &'static str, shape: Shape, max: usize, doc: &'static str) -> Field {
    Field { name, shape, max, need: Need::Optional, secret: false, mark: Mark::Confirmed, doc }
}

impl Field {
    /// The same row, required.
    pub const fn required(mut self) -> Field {
        self.need = Need::Required;
        self
    }
    /// The same row, one of several of which one is required.
    pub const fn one_of(mut self) -> Field {
        self.need = Need::OneOf;
        self
    }
    /// The same row, filled from the settings.
    pub const fn settings(mut self) -> Field {
        self.need = Need::Settings;
        self.secret = true;
        self
    }
}

/// Parameters in the order in which they leave.
pub type Parameters = Vec<(Cow<'static, str>, Zeroizing<String>)>;

impl Native {
    /// Checks what the caller gave and puts it in the table's order, with `from_settings` for the
    /// rows that the caller may not give, and `extra` (parameters that a bank added and the table
    /// does not know) at the end.
    pub fn check(
        &self,
        given: &Fields,
        from_settings: &dyn Fn(&str) -> Option<Zeroizing<String>>,
    ) -> Result<Parameters, Error> {
        let ours: Vec<_> =
            self.fields.iter().filter(|f| f.need != Need::Settings).map(|f| f.name).collect();
        for name in given.keys() {
            if name != "extra" && !ours.contains(&name.as_str()) {
                let says = format!("no such field; expected one of {}, extra", ours.join(", "));
                return Err(Error::invalid(name, says));
            }
        }
        let mut parameters = Parameters::new();
        for field in self.fields {
            if field.need == Need::Settings {
                let value = from_settings(field.name);
                parameters.extend(value.map(|value| (field.name.into(), value)));
                continue;
            }
            match given.get(field.name) {
                None | Some(Value::Null) if field.need == Need::Required => {
                    return Err(Error::invalid(field.name, "required, but not given"));
                }
                None | Some(Value::Null) => {}
                Some(value) => field.write(value, &mut parameters)?,
            }
        }
        self.check_one_of(&parameters)?;
        if let Some(extra) = given.get("extra").filter(|extra| !extra.is_null()) {
            self.add_extra(extra, &mut parameters)?;
        }
        Ok(parameters)
    }

    fn check_one_of(&self, parameters: &Parameters) -> Result<(), Error> {
        let names: Vec<_> =
            self.fields.iter().filter(|f| f.need == Need::OneOf).map(|f| f.name).collect();
        let Some(first) = names.first() else {
            return Ok(());
        };
        if parameters.iter().any(|(name, _)| names.contains(&name.as_ref())) {
            return Ok(());
        }
        Err(Error::invalid(*first, format!("expected one of {}", names.join(", "))))
    }

    fn add_extra(&self, extra: &Value, parameters: &mut Parameters) -> Result<(), Error> {
        let Value::Object(extra) = extra else {
            return Err(Error::invalid(
                "extra",
                format!("expected an object, got {}", fields::kind(extra)),
            ));
        };
        for (name, value) in extra {
            let path = || format!("extra.{name}");
            if self.fields.iter().any(|field| field.name == name) {
                return Err(Error::invalid(path(), "a known field: give it outside extra"));
            }
            let text = match value {
                Value::Null => continue,
                Value::Array(_) | Value::Object(_) => value.to_string(),
                scalar => fields::scalar(scalar).unwrap_or_default(),
            };
            parameters.push((name.clone().into(), Zeroizing::new(text)));
        }
        Ok(())
    }

    /// The row as `describe` prints it.
    pub fn describe(&self, gateway: &str) -> Value {
        let fields: Vec<_> = self.fields.iter().map(Field::describe).collect();
        json!({
            "name": format!("{gateway}.{}", self.name),
            "effect": self.effect.name(),
            "repeat": self.repeat,
            "path": self.path,
            "doc": self.doc,
            "fields": fields,
        })
    }
}

impl Field {
    /// Checks one value against this row alone.
    pub fn accepts(&self, value: &Value) -> Result<(), Error> {
        self.write(value, &mut Parameters::new())
    }

    fn describe(&self) -> Value {
        json!({
            "name": self.name,
            "shape": format!("{:?}", self.shape).to_lowercase(),
            "max": self.max,
            "need": format!("{:?}", self.need).to_lowercase(),
            "secret": self.secret,
            "mark": format!("{:?}", self.mark).to_lowercase(),
            "doc": self.doc,
        })
    }

    fn write(&self, value: &Value, parameters: &mut Parameters) -> Result<(), Error> {
        let wrong = |expected: &str| {
            Error::invalid(self.name, format!("expected {expected}, got {}", fields::kind(value)))
        };
        if let (Shape::Words, Value::Array(words)) = (self.shape, value) {
            for word in words {
                let Value::String(word) = word else {
                    return Err(wrong("a list of texts"));
                };
                parameters.push((self.name.into(), self.limited(word.clone())?.into()));
            }
            return Ok(());
        }
        let text = match (self.shape, value) {
            (Shape::Json, Value::Object(_) | Value::Array(_)) => value.to_string(),
            (Shape::Json, Value::String(text)) if is_json(text) => text.clone(),
            (Shape::Json, _) => return Err(wrong("an object or a list, or its JSON text")),
            (Shape::Digits, Value::Number(_) | Value::String(_))
            | (Shape::Flag, Value::Bool(_) | Value::String(_))
            | (_, Value::String(_)) => fields::scalar(value).unwrap_or_default(),
            (Shape::Digits, _) => return Err(wrong("a whole number in digits")),
            (Shape::Flag, _) => return Err(wrong("true or false")),
            _ => return Err(wrong("text")),
        };
        let fits = match self.shape {
            Shape::Text | Shape::Json | Shape::Words => Ok(()),
            Shape::Digits if digits(&text) => Ok(()),
            Shape::Digits => Err("a whole number in digits, in minor units where it is money"),
            Shape::Currency if text.len() == 3 && digits(&text) => Ok(()),
            Shape::Currency => Err("three digits of ISO 4217 like \"643\""),
            Shape::Date if is_date(&text) => Ok(()),
            Shape::Date => Err("a date like \"2026-01-31T10:00:00\""),
            Shape::Language if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) => {
                Ok(())
            }
            Shape::Language => Err("two letters of ISO 639-1 like \"en\""),
            Shape::Flag if text == "true" || text == "false" => Ok(()),
            Shape::Flag => Err("true or false"),
            Shape::Url if is_url(&text) => Ok(()),
            Shape::Url => Err("an absolute URL like \"https://shop.example/return\""),
        };
        fits.map_err(|expected| Error::invalid(self.name, format!("expected {expected}")))?;
        parameters.push((self.name.into(), self.limited(text)?.into()));
        Ok(())
    }

    fn limited(&self, text: String) -> Result<String, Error> {
        let length = text.chars().count();
        if length == 0 {
            return Err(Error::invalid(self.name, "expected a value, got an empty text"));
        }
        if length > self.max {
            let says = format!("expected at most {} characters, got {length}", self.max);
            return Err(Error::invalid(self.name, says));
        }
        Ok(text)
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_json(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Value::Object(_) | Value::Array(_)))
}

fn is_date(text: &str) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    time::PrimitiveDateTime::parse(text, format).is_ok()
}

/// `https://` or `http://` with a host: what a buyer can be sent to.
pub fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some_and(|host| !host.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Native = Native {
        name: "pay",
        path: "pay.do",
        effect: Effect::Write,
        repeat: "never",
        token: false,
        doc: "",
        fields: &[
            field("amount", Shape::Digits, 12, "").required(),
            field("login", Shape::Text, 30, "").settings(),
            field("currency", Shape::Currency, 3, ""),
            field("returnUrl", Shape::Url, 40, ""),
            field("features", Shape::Words, 10, ""),
            field("bundle", Shape::Json, 100, ""),
            field("till", Shape::Date, 19, ""),
            field("flag", Shape::Flag, 5, ""),
            field("id", Shape::Text, 5, "").one_of(),
            field("number", Shape::Text, 5, "").one_of(),
        ],
    };

    fn check(json: &str) -> Result<Parameters, Error> {
        let settings = |name: &str| (name == "login").then(|| "me".to_owned().into());
        TABLE.check(&fields::parse(json.as_bytes()).unwrap(), &settings)
    }

    #[test]
    fn parameters_leave_in_the_order_of_the_table() {
        let json = r#"{"id":"7","flag":true,"features":["A","B"],"bundle":{"b":1.50,"a":[]},
            "amount":100,"extra":{"bank":"x","n":1}}"#;
        let parameters = check(json).unwrap();
        let expected = [
            ("amount", "100"),
            ("login", "me"),
            ("features", "A"),
            ("features", "B"),
            ("bundle", r#"{"b":1.50,"a":[]}"#),
            ("flag", "true"),
            ("id", "7"),
            ("bank", "x"),
            ("n", "1"),
        ];
        let pairs: Vec<_> = parameters.iter().map(|(n, v)| (n.as_ref(), v.as_str())).collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, field, says) in [
            (r#"{"id":"1"}"#, "amount", "required"),
            (r#"{"amount":"1"}"#, "id", "expected one of id, number"),
            (r#"{"amount":"1.5","id":"1"}"#, "amount", "whole number in digits"),
            (r#"{"amount":1.5,"id":"1"}"#, "amount", "whole number in digits"),
            (r#"{"amount":true,"id":"1"}"#, "amount", "got a boolean"),
            (r#"{"amount":"1","id":1}"#, "id", "expected text, got a number"),
            (r#"{"amount":"1","id":"123456"}"#, "id", "at most 5 characters, got 6"),
            (r#"{"amount":"1","id":""}"#, "id", "empty"),
            (r#"{"amount":"1","id":"1","login":"you"}"#, "login", "no such field"),
            (r#"{"amount":"1","id":"1","ID":"1"}"#, "ID", "no such field"),
            (r#"{"amount":"1","id":"1","currency":"RUB"}"#, "currency", "three digits"),
            (r#"{"amount":"1","id":"1","returnUrl":"/back"}"#, "returnUrl", "absolute URL"),
            (r#"{"amount":"1","id":"1","till":"2026-02-30T00:00:00"}"#, "till", "a date like"),
            (r#"{"amount":"1","id":"1","flag":"yes"}"#, "flag", "true or false"),
            (r#"{"amount":"1","id":"1","bundle":"{"}"#, "bundle", "JSON"),
            (r#"{"amount":"1","id":"1","features":[1]}"#, "features", "a list of texts"),
            (r#"{"amount":"1","id":"1","extra":{"id":"2"}}"#, "extra.id", "outside extra"),
            (r#"{"amount":"1","id":"1","extra":"x"}"#, "extra", "an object"),
        ] {
            let error = check(json).unwrap_err();
            assert_eq!(error.field.as_deref(), Some(field), "{json}");
            assert!(error.message.contains(says), "{}", error.message);
        }
    }
}
