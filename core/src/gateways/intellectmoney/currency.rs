//! Currencies as the gateway writes them (docs/gateways/intellectmoney.md, "Status").

use crate::money::Currency;

/// By letters in any case, or by number: 0 is test money in the official client.
pub fn read(code: &str) -> Option<Currency> {
    match code.parse::<u16>() {
        Ok(0) => Some(Currency::TEST),
        Ok(number) => Currency::from_number(number),
        Err(_) => Currency::from_code(&code.to_ascii_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_roubles_are_roubles_and_nought_is_test_money() {
        for (code, expected) in [
            ("RUR", "RUB"),
            ("810", "RUB"),
            ("643", "RUB"),
            ("rub", "RUB"),
            ("TST", "TST"),
            ("0", "TST"),
        ] {
            assert_eq!(read(code).map(|currency| currency.code), Some(expected));
        }
        assert_eq!(read("XXX"), None);
    }
}
