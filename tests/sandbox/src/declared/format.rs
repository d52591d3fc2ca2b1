//! How values are written, forwards and back: what a client wrote is read as strictly as it should have
//! been written.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::base64;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PHP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// Digits behind the point of a currency.
pub fn digits_of(currency: &str) -> usize {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

fn count(format: &str, name: &str) -> Option<usize> {
    format.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?.parse().ok()
}

fn is_decimal(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty() && plain(whole) && plain(part) && !text.ends_with('.')
}

/// An amount with exactly so many digits behind the point; none where a digit would be lost.
pub fn amount(text: &str, digits: usize) -> Option<String> {
    if !is_decimal(text) {
        return None;
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    if part.len() > digits {
        return None;
    }
    Some(if digits == 0 { whole.to_owned() } else { format!("{whole}.{part:0<digits$}") })
}

/// Whole minor units of an amount that has its currency's digits.
pub fn minor(text: &str) -> String {
    let bare: String = text.chars().filter(|sign| *sign != '.').collect();
    let bare = bare.trim_start_matches('0');
    if bare.is_empty() { "0".to_owned() } else { bare.to_owned() }
}

/// An amount of whole minor units.
pub fn of_minor(text: &str, digits: usize) -> Option<String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits == 0 {
        return Some(text.to_owned());
    }
    let padded = format!("{text:0>width$}", width = digits + 1);
    let (whole, part) = padded.split_at_checked(padded.len().checked_sub(digits)?)?;
    Some(format!("{whole}.{part}"))
}

/// The value as the formats (`lower|url`) write it.
pub fn write(formats: &str, value: &str) -> Option<String> {
    formats.split('|').map(str::trim).try_fold(value.to_owned(), |value, format| one(format, value))
}

fn one(format: &str, value: String) -> Option<String> {
    Some(match format {
        "raw" | "" => value,
        "minor" => is_decimal(&value).then(|| minor(&value))?,
        "number" => {
            let (whole, part) = value.split_once('.').unwrap_or((&value, ""));
            let part = part.trim_end_matches('0');
            if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
        }
        "lower" => value.to_lowercase(),
        "upper" => value.to_uppercase(),
        "url" => utf8_percent_encode(&value, UNRESERVED).to_string(),
        "form" => utf8_percent_encode(&value, PHP).to_string().replace(' ', "+"),
        "b64" => base64::encode(value.as_bytes()),
        "len" if value.is_empty() => "0".to_owned(),
        "len" => format!("{}{value}", value.len()),
        "bit" => if matches!(value.as_str(), "true" | "1") { "1" } else { "0" }.to_owned(),
        "unix" => OffsetDateTime::parse(&value, &Rfc3339).ok()?.unix_timestamp().to_string(),
        _ => match (count(format, "dec"), count(format, "trunc")) {
            (Some(digits), _) => amount(&value, digits)?,
            (_, Some(letters)) => value.chars().take(letters).collect(),
            _ => return None,
        },
    })
}

/// The value behind a written text, and whether the writing kept all of it. None where the formats
/// cannot have written it.
pub fn read(formats: &str, text: &str, digits: usize) -> Option<(String, bool)> {
    let mut value = (text.to_owned(), true);
    for format in formats.rsplit('|').map(str::trim) {
        value = back(format, value.0, digits).map(|(text, whole)| (text, whole && value.1))?;
    }
    Some(value)
}

fn back(format: &str, text: String, digits: usize) -> Option<(String, bool)> {
    let whole = |text: String| Some((text, true));
    match format {
        "raw" | "" => whole(text),
        "minor" => whole(of_minor(&text, digits)?),
        "number" => {
            let shortest = !(text.contains('.') && text.ends_with('0'));
            (is_decimal(&text) && shortest).then_some((text, true))
        }
        "lower" => (text.to_lowercase() == text).then_some((text, false)),
        "upper" => (text.to_uppercase() == text).then_some((text, false)),
        "url" => whole(percent_decode_str(&text).decode_utf8().ok()?.into_owned()),
        "form" => {
            whole(percent_decode_str(&text.replace('+', " ")).decode_utf8().ok()?.into_owned())
        }
        "b64" => whole(String::from_utf8(base64::decode(&text)?).ok()?),
        "len" => {
            let at = (1..text.len()).find(|at| {
                text.get(..*at).and_then(|head| head.parse().ok()) == Some(text.len() - at)
            });
            match at {
                None => (text == "0").then(|| (String::new(), true)),
                Some(at) => whole(text.get(at..)?.to_owned()),
            }
        }
        "bit" => match text.as_str() {
            "1" => whole("true".to_owned()),
            "0" => whole("false".to_owned()),
            _ => None,
        },
        "unix" => text.bytes().all(|byte| byte.is_ascii_digit()).then_some((text, false)),
        _ => match (count(format, "dec"), count(format, "trunc")) {
            (Some(places), _) => {
                let behind = text.split_once('.').map_or(0, |(_, part)| part.len());
                (is_decimal(&text) && behind == places).then_some((text, true))
            }
            (_, Some(letters)) => {
                let long = text.chars().count();
                (long <= letters).then_some((text, long < letters))
            }
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (formats, value, written) in [
            ("dec(2)", "100.00", "100.00"),
            ("dec(6)", "100.50", "100.500000"),
            ("minor", "19.99", "1999"),
            ("minor", "0.05", "5"),
            ("number", "1547.30", "1547.3"),
            ("url", "a b+c/~", "a%20b%2Bc%2F~"),
            ("form", "a b+c/~", "a+b%2Bc%2F%7E"),
            ("b64", "Заказ", "0JfQsNC60LDQtw=="),
            ("len", "2Ж", "32Ж"),
            ("bit", "true", "1"),
        ] {
            assert_eq!(write(formats, value).as_deref(), Some(written), "{formats} {value}");
            let (text, whole) = read(formats, written, 2).unwrap();
            let same = text == value || amount(&text, 2).as_deref() == Some(value);
            assert!(whole && same, "{formats} {written}: {text}");
        }
        for (formats, wrong) in
            [("dec(2)", "100"), ("minor", "10.0"), ("number", "1.0"), ("bit", "2")]
        {
            assert!(read(formats, wrong, 2).is_none(), "{formats} {wrong}");
        }
        assert_eq!(amount("100.000000", 2).as_deref(), Some("100.00"));
        assert_eq!(amount("100.001", 2), None);
    }
}
