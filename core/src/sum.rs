//! Sums as gateways write them, in replies and in what they send by themselves: exactly, never through a
//! floating-point number.

use crate::money::{Amount, Currency};

/// A decimal number exactly, however it is written: `10`, `10.0`, `10.0000`, `1.0E+1`, and `10,10`, as old
/// manuals have it. None where it has more digits than the currency, or is no amount, or where a comma
/// before three digits may part thousands.
pub fn exact(text: &str, currency: Currency) -> Option<Amount> {
    if text.len() > 40 {
        return None;
    }
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = match mantissa.split_once(',') {
        Some((_, part)) if part.len() == 3 => return None,
        Some(parts) => parts,
        None => mantissa.split_once('.').unwrap_or((mantissa, "0")),
    };
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || part.is_empty()
        || !plain(whole)
        || !plain(part)
        || power.unsigned_abs() > 30
    {
        return None;
    }
    let mut digits = format!("{whole}{part}");
    let shift = i32::from(currency.exponent) + power - i32::try_from(part.len()).ok()?;
    for _ in 0..shift {
        digits.push('0');
    }
    for _ in shift..0 {
        if !matches!(digits.pop(), None | Some('0')) {
            return None;
        }
    }
    let digits = digits.trim_start_matches('0');
    let minor = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    Amount { minor, currency }.plus(Amount { minor: 0, currency })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_however_they_are_written() {
        let rouble = Currency::from_code("RUB").unwrap();
        let minor = |text: &str| exact(text, rouble).map(|sum| sum.minor);
        for text in [
            "10", "10.0", "10.00", "10.0000", "1E1", "1.0e+1", "1000E-2", "010.00", "10,0",
            "10,00", "10,0000",
        ] {
            assert_eq!(minor(text), Some(1000), "{text}");
        }
        for text in [
            "",
            "-10",
            "+10",
            "10.001",
            "10,0001",
            "10,000",
            "1,000",
            "1,000.00",
            "1.000,00",
            "10,",
            "10.",
            " 10",
            "1 000.00",
            "1e99",
            "1e-2147483648",
            "1e",
            ".5",
            ",5",
            "ten",
            "99999999999999999",
        ] {
            assert_eq!(minor(text), None, "{text}");
        }
        assert_eq!((minor("0.00"), minor("10,10")), (Some(0), Some(1010)));
        // A double would not keep it.
        assert_eq!(minor("9999999999999.99"), Some(999_999_999_999_999));
        let yen = Currency::from_code("JPY").unwrap();
        assert_eq!(exact("10.00", yen).map(|sum| sum.minor), Some(10));
        assert_eq!(exact("10.50", yen), None);
    }
}
