//! Money: whole minor units with their currency. Nothing here ever becomes a floating-point number.

use std::fmt;

/// A currency of ISO 4217: letters, number, and how many digits its minor unit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// `RUB`
    pub code: &'static str,
    /// 643
    pub number: u16,
    /// 2 for most, 0 for JPY, 3 for TND
    pub exponent: u8,
}

impl Currency {
    /// Money of no value, for tests: `TST`. Not of ISO 4217, so without a number.
    pub const TEST: Currency = Currency { code: "TST", number: 0, exponent: 2 };

    /// By its letters. `RUR` is RUB: gateways still use the code of before 1998.
    pub fn from_code(code: &str) -> Option<Currency> {
        if code == Currency::TEST.code {
            return Some(Currency::TEST);
        }
        let code = if code == "RUR" { "RUB" } else { code };
        TABLE.iter().find(|row| row.0 == code).map(|row| row.into())
    }

    /// By its number. 810 is RUB: many gateways answer it, also for orders sent with 643.
    pub fn from_number(number: u16) -> Option<Currency> {
        let number = if number == 810 { 643 } else { number };
        TABLE.iter().find(|row| row.1 == number).map(|row| row.into())
    }

    /// The number as three digits, the way most gateways write it.
    pub fn digits(self) -> String {
        format!("{:03}", self.number)
    }
}

impl From<&(&'static str, u16, u8)> for Currency {
    fn from(&(code, number, exponent): &(&'static str, u16, u8)) -> Currency {
        Currency { code, number, exponent }
    }
}

/// An amount of money, zero or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Kopecks, cents, yen: whole minor units.
    pub minor: u64,
    /// The currency that says how many digits the minor unit has.
    pub currency: Currency,
}

/// Far above any payment, and far below where arithmetic on it could overflow.
const LARGEST: u64 = 999_999_999_999_999;

impl Amount {
    /// Reads decimal text in major units with exactly the currency's digits: `100.00`, in yen `100`.
    /// The error completes "amount: ...".
    pub fn parse(text: &str, currency: Currency) -> Result<Amount, String> {
        let expected = || {
            let example = Amount { minor: 100 * 10u64.pow(currency.exponent.into()), currency };
            format!("expected decimal text like \"{example}\" for {}", currency.code)
        };
        let digits = usize::from(currency.exponent);
        let (major, minor) = match (digits, text.split_once('.')) {
            (0, None) => (text, ""),
            (1.., Some(parts)) => parts,
            _ => return Err(expected()),
        };
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let padded = major.len() > 1 && major.starts_with('0');
        if major.is_empty() || padded || minor.len() != digits || !plain(major) || !plain(minor) {
            return Err(expected());
        }
        match format!("{major}{minor}").parse() {
            Ok(minor) if minor <= LARGEST => Ok(Amount { minor, currency }),
            _ => Err("larger than any payment".into()),
        }
    }

    /// Both together; none where that is larger than any payment. One currency is meant.
    pub fn plus(self, other: Amount) -> Option<Amount> {
        self.with(u128::from(self.minor) + u128::from(other.minor))
    }

    /// This price times a quantity in thousandths, rounded half up to the minor unit; none where
    /// that is larger than any payment.
    pub fn times_thousandths(self, thousandths: u64) -> Option<Amount> {
        self.with((u128::from(self.minor) * u128::from(thousandths) + 500) / 1000)
    }

    fn with(self, minor: u128) -> Option<Amount> {
        let minor = u64::try_from(minor).ok().filter(|minor| *minor <= LARGEST)?;
        Some(Amount { minor, currency: self.currency })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.currency.exponent);
        let unit = 10u64.pow(self.currency.exponent.into());
        if digits == 0 {
            return write!(f, "{}", self.minor);
        }
        write!(f, "{}.{:0digits$}", self.minor / unit, self.minor % unit)
    }
}

impl serde::Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

/// ISO 4217, the currencies that are in use (funds, metals and test codes left out).
#[rustfmt::skip]
const TABLE: &[(&str, u16, u8)] = &[
    ("AED", 784, 2), ("AFN", 971, 2), ("ALL", 8, 2), ("AMD", 51, 2), ("AOA", 973, 2),
    ("ARS", 32, 2), ("AUD", 36, 2), ("AWG", 533, 2), ("AZN", 944, 2), ("BAM", 977, 2),
    ("BBD", 52, 2), ("BDT", 50, 2), ("BGN", 975, 2), ("BHD", 48, 3), ("BIF", 108, 0),
    ("BMD", 60, 2), ("BND", 96, 2), ("BOB", 68, 2), ("BRL", 986, 2), ("BSD", 44, 2),
    ("BTN", 64, 2), ("BWP", 72, 2), ("BYN", 933, 2), ("BZD", 84, 2), ("CAD", 124, 2),
    ("CDF", 976, 2), ("CHF", 756, 2), ("CLP", 152, 0), ("CNY", 156, 2), ("COP", 170, 2),
    ("CRC", 188, 2), ("CUP", 192, 2), ("CVE", 132, 2), ("CZK", 203, 2), ("DJF", 262, 0),
    ("DKK", 208, 2), ("DOP", 214, 2), ("DZD", 12, 2), ("EGP", 818, 2), ("ERN", 232, 2),
    ("ETB", 230, 2), ("EUR", 978, 2), ("FJD", 242, 2), ("FKP", 238, 2), ("GBP", 826, 2),
    ("GEL", 981, 2), ("GHS", 936, 2), ("GIP", 292, 2), ("GMD", 270, 2), ("GNF", 324, 0),
    ("GTQ", 320, 2), ("GYD", 328, 2), ("HKD", 344, 2), ("HNL", 340, 2), ("HTG", 332, 2),
    ("HUF", 348, 2), ("IDR", 360, 2), ("ILS", 376, 2), ("INR", 356, 2), ("IQD", 368, 3),
    ("IRR", 364, 2), ("ISK", 352, 0), ("JMD", 388, 2), ("JOD", 400, 3), ("JPY", 392, 0),
    ("KES", 404, 2), ("KGS", 417, 2), ("KHR", 116, 2), ("KMF", 174, 0), ("KPW", 408, 2),
    ("KRW", 410, 0), ("KWD", 414, 3), ("KYD", 136, 2), ("KZT", 398, 2), ("LAK", 418, 2),
    ("LBP", 422, 2), ("LKR", 144, 2), ("LRD", 430, 2), ("LSL", 426, 2), ("LYD", 434, 3),
    ("MAD", 504, 2), ("MDL", 498, 2), ("MGA", 969, 2), ("MKD", 807, 2), ("MMK", 104, 2),
    ("MNT", 496, 2), ("MOP", 446, 2), ("MRU", 929, 2), ("MUR", 480, 2), ("MVR", 462, 2),
    ("MWK", 454, 2), ("MXN", 484, 2), ("MYR", 458, 2), ("MZN", 943, 2), ("NAD", 516, 2),
    ("NGN", 566, 2), ("NIO", 558, 2), ("NOK", 578, 2), ("NPR", 524, 2), ("NZD", 554, 2),
    ("OMR", 512, 3), ("PAB", 590, 2), ("PEN", 604, 2), ("PGK", 598, 2), ("PHP", 608, 2),
    ("PKR", 586, 2), ("PLN", 985, 2), ("PYG", 600, 0), ("QAR", 634, 2), ("RON", 946, 2),
    ("RSD", 941, 2), ("RUB", 643, 2), ("RWF", 646, 0), ("SAR", 682, 2), ("SBD", 90, 2),
    ("SCR", 690, 2), ("SDG", 938, 2), ("SEK", 752, 2), ("SGD", 702, 2), ("SHP", 654, 2),
    ("SLE", 925, 2), ("SOS", 706, 2), ("SRD", 968, 2), ("SSP", 728, 2), ("STN", 930, 2),
    ("SVC", 222, 2), ("SYP", 760, 2), ("SZL", 748, 2), ("THB", 764, 2), ("TJS", 972, 2),
    ("TMT", 934, 2), ("TND", 788, 3), ("TOP", 776, 2), ("TRY", 949, 2), ("TTD", 780, 2),
    ("TWD", 901, 2), ("TZS", 834, 2), ("UAH", 980, 2), ("UGX", 800, 0), ("USD", 840, 2),
    ("UYU", 858, 2), ("UZS", 860, 2), ("VES", 928, 2), ("VED", 926, 2), ("VND", 704, 0),
    ("VUV", 548, 0), ("WST", 882, 2), ("XAF", 950, 0), ("XCD", 951, 2), ("XCG", 532, 2),
    ("XOF", 952, 0), ("XPF", 953, 0), ("YER", 886, 2), ("ZAR", 710, 2), ("ZMW", 967, 2),
    ("ZWG", 924, 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, code: &str) -> Result<u64, String> {
        Amount::parse(text, Currency::from_code(code).unwrap()).map(|amount| amount.minor)
    }

    #[test]
    fn amounts_have_exactly_the_digits_of_their_currency() {
        assert_eq!(parse("100.00", "RUB"), Ok(10_000));
        assert_eq!(parse("0.01", "EUR"), Ok(1));
        assert_eq!(parse("2000", "JPY"), Ok(2000));
        assert_eq!(parse("1.234", "TND"), Ok(1234));
        for (text, code) in [
            ("100", "RUB"),
            ("100.0", "RUB"),
            ("100.000", "RUB"),
            ("1e2", "RUB"),
            ("-1.00", "RUB"),
            ("+1.00", "RUB"),
            ("1,00", "RUB"),
            (" 1.00", "RUB"),
            ("01.00", "RUB"),
            (".50", "RUB"),
            ("", "RUB"),
            ("2000.00", "JPY"),
            ("1.23", "TND"),
            ("١.00", "RUB"),
        ] {
            assert!(parse(text, code).unwrap_err().contains("expected decimal text"), "{text}");
        }
        assert_eq!(parse("9999999999999999.00", "RUB"), Err("larger than any payment".into()));
        assert_eq!(
            parse("99999999999999999999999999.00", "RUB"),
            Err("larger than any payment".into())
        );
    }

    #[test]
    fn amounts_print_as_they_are_read() {
        for (text, code) in [("100.00", "RUB"), ("0.05", "USD"), ("7", "JPY"), ("0.001", "TND")] {
            let amount = Amount::parse(text, Currency::from_code(code).unwrap()).unwrap();
            assert_eq!(amount.to_string(), text);
        }
    }

    #[test]
    fn a_price_times_a_quantity_is_rounded_half_up() {
        let rouble = Currency::from_code("RUB").unwrap();
        let times = |minor, thousandths| {
            Amount { minor, currency: rouble }.times_thousandths(thousandths).map(|a| a.minor)
        };
        assert_eq!(times(100, 1000), Some(100));
        assert_eq!(times(1, 499), Some(0));
        assert_eq!(times(1, 500), Some(1));
        assert_eq!(times(333, 1500), Some(500)); // 499.5
        assert_eq!(times(LARGEST, 1000), Some(LARGEST));
        assert_eq!(times(LARGEST, 1001), None);
        assert_eq!(times(u64::MAX, u64::MAX), None);
        let most = Amount { minor: LARGEST, currency: rouble };
        assert_eq!(most.plus(Amount { minor: 1, ..most }), None);
        assert_eq!(most.plus(Amount { minor: 0, ..most }), Some(most));
    }

    #[test]
    fn old_roubles_are_roubles() {
        let rouble = Currency::from_code("RUB");
        assert_eq!(Currency::from_number(810), rouble);
        assert_eq!(Currency::from_number(643), rouble);
        assert_eq!(Currency::from_code("RUR"), rouble);
        assert_eq!(Currency::from_code("rub"), None);
        assert_eq!(Currency::from_code("ALL").unwrap().digits(), "008");
    }

    #[test]
    fn the_table_has_no_twins() {
        for (index, row) in TABLE.iter().enumerate() {
            assert!(TABLE[index + 1..].iter().all(|other| other.0 != row.0 && other.1 != row.1));
        }
    }
}
