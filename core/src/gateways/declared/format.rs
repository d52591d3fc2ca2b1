//! How a value is written: `{order.amount|minor}`, `format = "lower|url"`. Amounts are decimal text all
//! the way; what would lose a digit is an error.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::clock;

/// What RFC 3986 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What PHP's `urlencode` leaves as it is.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// One format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// As it is.
    Raw,
    /// A decimal number with so many digits behind the point: `100` is `100.00`.
    Decimal(usize),
    /// An amount of the order in whole minor units: `100.00` is `10000`.
    Minor,
    /// A decimal number without the zeros at its end: `100.00` is `100`, `1.50` is `1.5`.
    Number,
    Lower,
    Upper,
    /// Percent-encoded as RFC 3986 has it.
    Url,
    /// Percent-encoded as a form, a space is `+`.
    Form,
    Base64,
    /// Its length in bytes before it; of nothing `0`.
    Length,
    /// The first so many letters.
    Truncate(usize),
    /// `true` is `1`, `false` is `0`.
    Bit,
    /// A moment in seconds since 1970.
    Unix,
}

/// Formats, applied from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formats(Vec<Format>);

impl Formats {
    /// Reads `dec(2)`, `lower|url`.
    pub fn parse(text: &str) -> Result<Formats, String> {
        text.split('|').map(|one| Format::parse(one.trim())).collect::<Result<_, _>>().map(Formats)
    }

    /// The value as it is to be written. The error completes "amount: ...".
    pub fn apply<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, String> {
        let mut value = Cow::Borrowed(text);
        for format in &self.0 {
            if *format != Format::Raw {
                value = Cow::Owned(format.apply(&value)?);
            }
        }
        Ok(value)
    }

    /// Whether two values that mean different things may be written the same: what is signed so is not
    /// the value that was received.
    pub fn loses(&self) -> bool {
        let loses = |format: &Format| {
            use Format::{Bit, Lower, Minor, Truncate, Unix, Upper};
            matches!(format, Lower | Upper | Minor | Truncate(_) | Bit | Unix)
        };
        self.0.iter().any(loses)
    }

    /// Whether no sign that could end a value is left in it.
    pub fn escapes(&self) -> bool {
        let escapes =
            |format: &Format| matches!(format, Format::Url | Format::Form | Format::Base64);
        !self.loses() && self.0.last().is_some_and(escapes)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a missing value becomes something.
    pub fn writes_nothing(&self) -> bool {
        self.0.contains(&Format::Length)
    }
}

impl<'de> Deserialize<'de> for Formats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Formats, D::Error> {
        Formats::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Format {
    fn parse(text: &str) -> Result<Format, String> {
        let count = |name: &str| {
            let inner = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
            inner.parse::<usize>().ok().filter(|count| *count <= 4000)
        };
        Ok(match text {
            "raw" => Format::Raw,
            "minor" => Format::Minor,
            "number" => Format::Number,
            "lower" => Format::Lower,
            "upper" => Format::Upper,
            "url" => Format::Url,
            "form" => Format::Form,
            "b64" => Format::Base64,
            "len" => Format::Length,
            "bit" => Format::Bit,
            "unix" => Format::Unix,
            _ => match (count("dec"), count("trunc")) {
                (Some(digits), _) if digits <= 18 => Format::Decimal(digits),
                (_, Some(letters)) => Format::Truncate(letters),
                _ => {
                    return Err(format!(
                        "no format {text:?}; expected raw, dec(n), minor, number, lower, upper, url, \
                         form, b64, len, trunc(n), bit or unix"
                    ));
                }
            },
        })
    }

    fn apply(self, text: &str) -> Result<String, String> {
        Ok(match self {
            Format::Raw => text.to_owned(),
            Format::Decimal(digits) => decimal(text, digits)?,
            Format::Minor => minor(text)?,
            Format::Number => {
                let (whole, part) = parts(text)?;
                let part = part.trim_end_matches('0');
                if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
            }
            Format::Lower => text.to_lowercase(),
            Format::Upper => text.to_uppercase(),
            Format::Url => utf8_percent_encode(text, UNRESERVED).to_string(),
            Format::Form => utf8_percent_encode(text, FORM).to_string().replace(' ', "+"),
            Format::Base64 => STANDARD.encode(text),
            Format::Length if text.is_empty() => "0".to_owned(),
            Format::Length => format!("{}{text}", text.len()),
            Format::Truncate(letters) => text.chars().take(letters).collect(),
            Format::Bit => match text {
                "true" | "1" => "1".to_owned(),
                "false" | "0" | "" => "0".to_owned(),
                _ => return Err("expected true or false".to_owned()),
            },
            Format::Unix => clock::parse(text)?.unix_timestamp().to_string(),
        })
    }
}

/// The digits before and behind the point.
fn parts(text: &str) -> Result<(&str, &str), String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    match !whole.is_empty() && plain(whole) && plain(part) {
        true => Ok((whole, part)),
        false => Err("expected a decimal number".to_owned()),
    }
}

fn decimal(text: &str, digits: usize) -> Result<String, String> {
    let (whole, part) = parts(text)?;
    let (kept, lost) = part.split_at(part.len().min(digits));
    if lost.bytes().any(|byte| byte != b'0') {
        return Err(format!("this gateway takes no more than {digits} digits behind the point"));
    }
    match digits {
        0 => Ok(whole.to_owned()),
        _ => Ok(format!("{whole}.{kept:0<digits$}")),
    }
}

/// The order's amount has exactly its currency's digits, so the point is all that goes.
fn minor(text: &str) -> Result<String, String> {
    let (whole, part) = parts(text)?;
    let digits = format!("{whole}{part}");
    let digits = digits.trim_start_matches('0');
    Ok(if digits.is_empty() { "0".to_owned() } else { digits.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(format: &str, text: &str) -> Result<String, String> {
        Formats::parse(format)?.apply(text).map(Cow::into_owned)
    }

    #[test]
    fn amounts_keep_every_digit() {
        for (given, text, expected) in [
            ("dec(2)", "100", "100.00"),
            ("dec(2)", "100.000000", "100.00"),
            ("dec(6)", "100.50", "100.500000"),
            ("dec(0)", "100.00", "100"),
            ("minor", "19.99", "1999"),
            ("minor", "0.05", "5"),
            ("minor", "0.00", "0"),
            ("minor", "2000", "2000"),
            ("minor", "90071992547409.93", "9007199254740993"),
            ("number", "100.00", "100"),
            ("number", "1547.30", "1547.3"),
        ] {
            assert_eq!(format(given, text).as_deref(), Ok(expected), "{given} {text}");
        }
        for (given, text) in [("dec(0)", "100.50"), ("dec(2)", "1e2"), ("minor", "1,00")] {
            assert!(format(given, text).is_err(), "{given} {text}");
        }
    }

    #[test]
    fn texts_are_written_as_gateways_write_them() {
        for (given, text, expected) in [
            ("url", "a b+c/~", "a%20b%2Bc%2F~"),
            ("form", "a b+c/~", "a+b%2Bc%2F%7E"),
            ("b64", "Заказ", "0JfQsNC60LDQtw=="),
            ("len", "CD Player", "9CD Player"),
            ("len", "Ж", "2Ж"),
            ("len", "", "0"),
            ("upper|trunc(2)", "abc", "AB"),
            ("bit", "true", "1"),
            ("unix", "2026-05-14T10:00:00Z", "1778752800"),
        ] {
            assert_eq!(format(given, text).as_deref(), Ok(expected), "{given} {text}");
        }
        assert!(format("dec", "1").unwrap_err().contains("no format"));
        assert!(format("dec(99)", "1").is_err());
    }
}
