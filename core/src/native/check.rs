//! Checks what a caller gave against a table. What is wrong is named by its path.

use serde_json::{Number, Value};
use zeroize::Zeroizing;

use super::{Field, Guard, Native, Need, Parameters, Shape, Wire};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::operation;

impl Native {
    /// Checks what the caller gave and puts it in the table's order, with `from_settings` for the
    /// rows that the caller may not give, and `extra` (parameters that a bank added and the table
    /// does not know) at the end. `cards` says whether card data may pass.
    pub fn check(
        &self,
        given: &Fields,
        cards: bool,
        from_settings: &dyn Fn(&str) -> Option<Zeroizing<String>>,
    ) -> Result<Parameters, Error> {
        self.check_as(self.wire, given, cards, from_settings)
    }

    /// The same for a gateway that takes its methods in several forms.
    pub fn check_as(
        &self,
        wire: Wire,
        given: &Fields,
        cards: bool,
        from_settings: &dyn Fn(&str) -> Option<Zeroizing<String>>,
    ) -> Result<Parameters, Error> {
        let check = Check { wire, cards, from_settings };
        check.table(self.fields, given, "").map(Parameters)
    }

    /// Checks one value against one row of the table; card data may pass.
    pub fn accepts(&self, field: &Field, value: &Value) -> Result<(), Error> {
        let check = Check { wire: self.wire, cards: true, from_settings: &|_| None };
        check.value(field, value, field.name).map(|_| ())
    }
}

struct Check<'a> {
    wire: Wire,
    cards: bool,
    from_settings: &'a dyn Fn(&str) -> Option<Zeroizing<String>>,
}

impl Check<'_> {
    /// `path` is where the table stands: empty, or with a dot at its end.
    fn table(&self, table: &[Field], given: &Fields, path: &str) -> Result<Fields, Error> {
        let names =
            || table.iter().filter(|field| field.need != Need::Settings).map(|field| field.name);
        if let Some(name) = given.keys().find(|n| *n != "extra" && !names().any(|our| our == *n)) {
            let ours = names().collect::<Vec<_>>().join(", ");
            let says = format!("no such field; expected one of {ours}, extra");
            return Err(Error::invalid(format!("{path}{name}"), says));
        }
        let mut checked = Fields::new();
        for field in table {
            if field.need == Need::Settings {
                if let Some(mut text) = (self.from_settings)(field.name) {
                    let text = std::mem::take(&mut *text);
                    checked.insert(field.name.into(), self.written(field.shape, text, path));
                }
                continue;
            }
            let at = || format!("{path}{}", field.name);
            match given.get(field.name).filter(|value| !value.is_null()) {
                None if field.need == Need::Required => {
                    return Err(Error::invalid(at(), "required, but not given"));
                }
                None => {}
                Some(_) if field.guard == Guard::Card && !self.cards => {
                    let says = "card data: refused unless the settings say card_data \"allowed\"; \
                                the shop then needs the PCI DSS level that the reference names";
                    return Err(Error::invalid(at(), says));
                }
                Some(value) => {
                    checked.insert(field.name.into(), self.value(field, value, &at())?);
                }
            }
        }
        let mut alternatives =
            table.iter().filter(|field| field.need == Need::OneOf).map(|field| field.name);
        if let Some(first) = alternatives.clone().next()
            && !alternatives.any(|name| checked.contains_key(name))
        {
            let all = table.iter().filter(|field| field.need == Need::OneOf);
            let all = all.map(|field| field.name).collect::<Vec<_>>().join(", ");
            return Err(Error::invalid(format!("{path}{first}"), format!("expected one of {all}")));
        }
        if let Some(extra) = given.get("extra").filter(|extra| !extra.is_null()) {
            self.extra(table, extra, path, &mut checked)?;
        }
        Ok(checked)
    }

    fn extra(
        &self,
        table: &[Field],
        extra: &Value,
        path: &str,
        checked: &mut Fields,
    ) -> Result<(), Error> {
        let Value::Object(extra) = extra else {
            let says = format!("expected an object, got {}", fields::kind(extra));
            return Err(Error::invalid(format!("{path}extra"), says));
        };
        for (name, value) in extra.iter().filter(|(_, value)| !value.is_null()) {
            if table.iter().any(|field| field.name == name) {
                let says = "a known field: give it outside extra";
                return Err(Error::invalid(format!("{path}extra.{name}"), says));
            }
            checked.insert(name.clone(), self.travelling(value.clone(), path));
        }
        Ok(())
    }

    /// An object or list of a form's own field travels as JSON text.
    fn travelling(&self, value: Value, path: &str) -> Value {
        match value {
            Value::Object(_) | Value::Array(_) if path.is_empty() && self.wire != Wire::Json => {
                Value::String(value.to_string())
            }
            other => other,
        }
    }

    fn value(&self, field: &Field, value: &Value, at: &str) -> Result<Value, Error> {
        let parent = at.strip_suffix(field.name).unwrap_or_default();
        let wrong = |expected: &str| {
            Error::invalid(at, format!("expected {expected}, got {}", fields::kind(value)))
        };
        match field.shape {
            Shape::Words | Shape::Joined(_) => self.words(field, value, at),
            Shape::Object(table) => {
                let object = structured(value).ok_or_else(|| wrong("an object"))?;
                let Value::Object(inner) = &*object else { return Err(wrong("an object")) };
                let checked = self.table(table, inner, &format!("{at}."))?;
                Ok(self.travelling(Value::Object(checked), parent))
            }
            Shape::List(table) => {
                let list = structured(value).ok_or_else(|| wrong("a list"))?;
                let Value::Array(items) = &*list else { return Err(wrong("a list")) };
                if items.is_empty() || items.len() > field.max {
                    let says = format!("expected 1 to {} items, got {}", field.max, items.len());
                    return Err(Error::invalid(at, says));
                }
                let mut checked = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let Value::Object(inner) = item else {
                        let says = format!("expected an object, got {}", fields::kind(item));
                        return Err(Error::invalid(format!("{at}.{index}"), says));
                    };
                    let inner = self.table(table, inner, &format!("{at}.{index}."))?;
                    checked.push(Value::Object(inner));
                }
                Ok(self.travelling(Value::Array(checked), parent))
            }
            Shape::Json | Shape::JsonText => {
                let Some(json) = structured(value) else {
                    return Err(wrong("an object or a list, or its JSON text"));
                };
                let length = json.to_string().chars().count();
                if length > field.max {
                    let most = field.max;
                    let says = format!("expected at most {most} characters of JSON, got {length}");
                    return Err(Error::invalid(at, says));
                }
                Ok(match value {
                    // A text leaves as it was written.
                    Value::String(_) if self.wire != Wire::Json && parent.is_empty() => {
                        value.clone()
                    }
                    Value::String(_) if matches!(field.shape, Shape::JsonText) => value.clone(),
                    _ if matches!(field.shape, Shape::JsonText) => json.to_string().into(),
                    _ => self.travelling(json.into_owned(), parent),
                })
            }
            _ => self.scalar(field, value, at),
        }
    }

    fn words(&self, field: &Field, value: &Value, at: &str) -> Result<Value, Error> {
        let word = |value: &Value| match value {
            Value::String(word) => limited(field, word.clone(), at),
            other => Err(Error::invalid(
                at,
                format!("expected a text or a list of texts, got {}", fields::kind(other)),
            )),
        };
        let words = match value {
            Value::Array(words) => words.iter().map(word).collect::<Result<Vec<_>, _>>()?,
            one => vec![word(one)?],
        };
        if let Shape::Joined(sign) = field.shape {
            let text = words.join(sign);
            return limited(field, text, at).map(Value::String);
        }
        Ok(Value::Array(words.into_iter().map(Value::String).collect()))
    }

    fn scalar(&self, field: &Field, value: &Value, at: &str) -> Result<Value, Error> {
        let number = matches!(
            field.shape,
            Shape::Digits | Shape::Whole | Shape::Code | Shape::Decimal | Shape::Bit
        );
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number_given) if number => number_given.to_string(),
            Value::Bool(flag) if matches!(field.shape, Shape::Flag) => flag.to_string(),
            other => {
                let expected = match field.shape {
                    Shape::Digits | Shape::Whole | Shape::Code => "a whole number in digits",
                    Shape::Decimal => "a number",
                    Shape::Bit => "1 or 0",
                    Shape::Flag => "true or false",
                    _ => "text",
                };
                let says = format!("expected {expected}, got {}", fields::kind(other));
                return Err(Error::invalid(at, says));
            }
        };
        if let Err(expected) = fits(field.shape, &text) {
            return Err(Error::invalid(at, format!("expected {expected}")));
        }
        let text = limited(field, text, at)?;
        let path = at.strip_suffix(field.name).unwrap_or_default();
        let as_number = matches!(field.shape, Shape::Digits | Shape::Whole | Shape::Decimal)
            && (self.wire == Wire::Json || !path.is_empty());
        match self.written(field.shape, text, path) {
            Value::String(_) if as_number => {
                Err(Error::invalid(at, "expected a number without leading zeros"))
            }
            value => Ok(value),
        }
    }

    /// In JSON numbers are numbers, with the digits that were given.
    fn written(&self, shape: Shape, text: String, path: &str) -> Value {
        if self.wire != Wire::Json && path.is_empty() {
            return Value::String(text);
        }
        match shape {
            Shape::Flag => Value::Bool(text == "true"),
            Shape::Digits | Shape::Whole | Shape::Decimal | Shape::Bit => {
                match text.parse::<Number>() {
                    Ok(number) => Value::Number(number),
                    Err(_) => Value::String(text),
                }
            }
            _ => Value::String(text),
        }
    }
}

/// An object or a list, given as one or as its JSON text.
fn structured(value: &Value) -> Option<std::borrow::Cow<'_, Value>> {
    use std::borrow::Cow;
    match value {
        Value::Object(_) | Value::Array(_) => Some(Cow::Borrowed(value)),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(json @ (Value::Object(_) | Value::Array(_))) => Some(Cow::Owned(json)),
            _ => None,
        },
        _ => None,
    }
}

fn limited(field: &Field, text: String, at: &str) -> Result<String, Error> {
    if operation::is_odd(at, &text) {
        let says = "expected text without control characters (free text may have line breaks)";
        return Err(Error::invalid(at, says));
    }
    let length = text.chars().count();
    let says = match length {
        0 if field.min > 0 => "expected a value, got an empty text".to_owned(),
        _ if length > field.max => {
            format!("expected at most {} characters, got {length}", field.max)
        }
        _ if length < field.min => {
            format!("expected at least {} characters, got {length}", field.min)
        }
        _ => return Ok(text),
    };
    Err(Error::invalid(at, says))
}

/// Whether a text is of that shape; if not, what was expected.
fn fits(shape: Shape, text: &str) -> Result<(), &'static str> {
    let (fine, expected) = match shape {
        Shape::Digits => {
            (digits(text), "a whole number in digits, in minor units where it is money")
        }
        Shape::Whole => {
            (digits(text.strip_prefix('-').unwrap_or(text)), "a whole number like \"50\" or \"-1\"")
        }
        Shape::Code => (digits(text), "digits alone"),
        Shape::Decimal => (decimal(text), "a number like \"1.5\""),
        Shape::Money => (money(text), "a sum like \"10.00\""),
        Shape::Bit => (text == "1" || text == "0", "1 or 0"),
        Shape::Ip => (text.parse::<std::net::IpAddr>().is_ok(), "an IP address like \"192.0.2.1\""),
        Shape::Moment => (
            text.len() == 19 && is_date(&text.replacen(' ', "T", 1)) && !text.contains('T'),
            "a date like \"2026-01-31 10:00:00\"",
        ),
        Shape::DottedDay => (is_dotted_day(text), "a day like \"31.01.2026\""),
        Shape::Currency => {
            (text.len() == 3 && digits(text), "three digits of ISO 4217 like \"643\"")
        }
        Shape::Date => (is_date(text), "a date like \"2026-01-31T10:00:00\""),
        Shape::Day => (is_date(&format!("{text}T00:00:00")), "a day like \"2026-01-31\""),
        Shape::Stamp => (is_stamp(text), "a date like \"20260131100000\""),
        Shape::Month => (is_month(text), "a month like \"203401\""),
        Shape::Language => (
            text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()),
            "two letters of ISO 639-1 like \"en\"",
        ),
        Shape::Flag => (text == "true" || text == "false", "true or false"),
        Shape::YesNo => (text == "Y" || text == "N", "\"Y\" or \"N\""),
        Shape::Url => (is_url(text), "an absolute URL like \"https://shop.example/return\""),
        Shape::Id => (is_id(text), "the gateway's id: 36 characters of 0-9, a-f and -"),
        _ => return Ok(()),
    };
    if fine { Ok(()) } else { Err(expected) }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn decimal(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    }
}

/// Without leading zeros, and with exactly two decimals.
fn money(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, part)| {
        digits(whole)
            && digits(part)
            && part.len() == 2
            && (whole == "0" || !whole.starts_with('0'))
    })
}

fn is_dotted_day(text: &str) -> bool {
    let format = time::macros::format_description!("[day].[month].[year]");
    time::Date::parse(text, format).is_ok()
}

fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b) || b == b'-')
}

fn is_date(text: &str) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    time::PrimitiveDateTime::parse(text, format).is_ok()
}

fn is_stamp(text: &str) -> bool {
    let format = time::macros::format_description!("[year][month][day][hour][minute][second]");
    time::PrimitiveDateTime::parse(text, format).is_ok()
}

fn is_month(text: &str) -> bool {
    let month = text.get(4..).and_then(|month| month.parse::<u8>().ok());
    text.len() == 6 && digits(text) && month.is_some_and(|month| (1..=12).contains(&month))
}

/// `https://` or `http://` with a host: what a buyer can be sent to.
pub fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some_and(|host| !host.is_empty())
    })
}
