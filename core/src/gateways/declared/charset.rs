//! The charsets in which forms come and signatures are made.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};
use serde::Deserialize;

/// A charset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Charset {
    /// UTF-8
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1251, of older Russian gateways.
    #[serde(rename = "windows-1251", alias = "cp1251")]
    Windows1251,
}

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Charset::Utf8 => UTF_8,
            Charset::Windows1251 => WINDOWS_1251,
        }
    }

    /// The bytes of a text; none where the charset has no place for one of its signs.
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        let (bytes, _, unmappable) = self.encoding().encode(text);
        (!unmappable).then_some(bytes)
    }

    /// The text of bytes; none where they are not of this charset.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        self.encoding().decode_without_bom_handling_and_without_replacement(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_bytes_of_its_charset() {
        let text = "Заказ № 1";
        for charset in [Charset::Utf8, Charset::Windows1251] {
            let bytes = charset.encode(text).unwrap();
            assert_eq!(charset.decode(&bytes).unwrap(), text);
        }
        assert_eq!(Charset::Windows1251.encode("Ж").unwrap().as_ref(), [0xc6]);
        assert!(Charset::Windows1251.encode("漢").is_none());
        assert!(Charset::Utf8.decode(&[0xc6]).is_none());
    }
}
