//! Sums, in ten-thousandths.

use serde_json::{Number, Value};

use super::params;

/// A sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(pub i128);

const SCALE: i128 = 10_000;

impl Sum {
    /// Reads a number or its text. Digits behind the fourth are cut off.
    pub fn read(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Null => return Some(Self(0)),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
            other => params::text(other),
        };
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        if digits.is_empty() {
            return Some(Self(0));
        }
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if digits.len() > 24 || !whole.bytes().chain(part.bytes()).all(|one| one.is_ascii_digit()) {
            return None;
        }
        let part: String = part.chars().chain("0000".chars()).take(4).collect();
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        Some(Self(sign * (whole * SCALE + part.parse::<i128>().ok()?)))
    }

    /// A JSON number without idle zeros.
    pub fn shown(self) -> Value {
        let (whole, part) = (self.0.abs() / SCALE, self.0.abs() % SCALE);
        let sign = if self.0 < 0 { "-" } else { "" };
        let text = format!("{sign}{whole}.{part:04}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        text.parse::<Number>().map_or(Value::Null, Value::Number)
    }

    /// Text with two digits, as `SUM` of a form.
    pub fn text(self) -> String {
        let shown = params::text(&self.shown());
        match shown.split_once('.') {
            Some((_, part)) if part.len() == 1 => format!("{shown}0"),
            _ => shown,
        }
    }

    /// So many times.
    pub fn times(self, quantity: Self) -> Self {
        Self(self.0 * quantity.0 / SCALE)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sums_are_exact() {
        for (given, shown) in
            [(json!("1500.00"), "1500"), (json!(0.1), "0.1"), (json!("-2.50"), "-2.5")]
        {
            assert_eq!(Sum::read(&given).unwrap().shown().to_string(), shown);
        }
        assert_eq!(Sum(15_000).times(Sum(20_000)).shown().to_string(), "3");
        assert_eq!(
            (Sum(17_005_000).text(), Sum(17_000_000).text()),
            ("1700.50".into(), "1700".into())
        );
        assert!(Sum::read(&json!("1 500")).is_none() && Sum::read(&json!([1])).is_none());
    }
}
