//! How much of a thing: exact, in thousandths.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::fields;

/// A quantity of more than zero, with three decimals at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// 1500 is one and a half.
    pub thousandths: u64,
}

/// Nine digits before the point: more than any cash register prints.
const LARGEST: u64 = 999_999_999_999;

impl Quantity {
    /// One whole thing.
    pub const ONE: Quantity = Quantity { thousandths: 1000 };

    /// Reads decimal text: `1`, `1.5`, `0.125`. The error completes "quantity: ...".
    pub fn parse(text: &str) -> Result<Quantity, String> {
        let expected = || "expected a quantity like \"2\" or \"1.5\", three decimals at the most";
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let padded = whole.len() > 1 && whole.starts_with('0');
        if !plain(whole) || !plain(part) || padded || part.len() > 3 {
            return Err(expected().to_owned());
        }
        match format!("{whole}{part:0<3}").parse() {
            Ok(0) => Err("expected more than zero".to_owned()),
            Ok(thousandths) if thousandths <= LARGEST => Ok(Quantity { thousandths }),
            _ => Err("larger than any quantity".to_owned()),
        }
    }
}

/// Without zeros at the end: `1`, `1.5`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.thousandths / 1000, self.thousandths % 1000);
        match part {
            0 => write!(f, "{whole}"),
            _ => write!(f, "{whole}.{}", format!("{part:03}").trim_end_matches('0')),
        }
    }
}

/// As text or as a number: unlike a sum, `2` can only mean two.
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match &value {
            Value::String(_) | Value::Number(_) => {
                Quantity::parse(&fields::scalar(&value).unwrap_or_default())
                    .map_err(de::Error::custom)
            }
            other => {
                let kind = fields::kind(other);
                Err(de::Error::custom(format!("expected a quantity like \"1.5\", got {kind}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact_and_print_without_trailing_zeros() {
        for (text, thousandths, printed) in [
            ("1", 1000, "1"),
            ("1.5", 1500, "1.5"),
            ("1.500", 1500, "1.5"),
            ("0.001", 1, "0.001"),
            ("10.050", 10_050, "10.05"),
            ("999999999.999", LARGEST, "999999999.999"),
        ] {
            let quantity = Quantity::parse(text).unwrap();
            assert_eq!(
                (quantity.thousandths, quantity.to_string().as_str()),
                (thousandths, printed)
            );
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", ".5", "1.", "01", "1.0005", "1e3", "-1", "+1", "1,5", " 1", "NaN", "١"] {
            assert!(Quantity::parse(text).unwrap_err().contains("expected a quantity"), "{text}");
        }
        assert!(Quantity::parse("0.000").unwrap_err().contains("more than zero"));
        assert!(Quantity::parse("1000000000").unwrap_err().contains("larger"));
        assert!(Quantity::parse(&"9".repeat(60)).unwrap_err().contains("larger"));
    }

    #[test]
    fn every_quantity_reads_as_it_prints() {
        for thousandths in (1..2_000).chain((1..LARGEST).step_by(987_654_321)) {
            let quantity = Quantity { thousandths };
            assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
        }
    }
}
