//! The charset of a webhook, which nothing fixes: old shops get windows-1251, new ones UTF-8, and the
//! label may be missing or wrong (docs/gateways/intellectmoney.md, "Charset").

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};

use crate::notification::Received;

/// How a whole body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    Windows1251,
}

impl Charset {
    /// As the label says, as far as that can be; else strict UTF-8; else windows-1251, in which every
    /// byte is a letter.
    pub fn of<'a>(received: &Received, mut parts: impl Iterator<Item = &'a [u8]>) -> Charset {
        let utf8 = parts.all(|part| std::str::from_utf8(part).is_ok());
        match (label(received), utf8) {
            (Some(Charset::Windows1251), _) | (_, false) => Charset::Windows1251,
            (_, true) => Charset::Utf8,
        }
    }

    /// The text that the bytes are. A byte order mark is a letter like any other.
    pub fn text(self, bytes: &[u8]) -> String {
        let encoding = match self {
            Charset::Utf8 => UTF_8,
            Charset::Windows1251 => WINDOWS_1251,
        };
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// The text in windows-1251; none where a letter of it has no byte there.
pub fn windows_1251(text: &str) -> Option<Vec<u8>> {
    let (bytes, _, lossy) = WINDOWS_1251.encode(text);
    (!lossy).then(|| bytes.into_owned())
}

/// What the header `Content-Type` names, if it is one of the two.
fn label(received: &Received) -> Option<Charset> {
    let (_, header) = received.headers.iter().find(|(name, _)| name == "content-type")?;
    let parameter = header.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })?;
    match Encoding::for_label(parameter.as_bytes())? {
        encoding if encoding == UTF_8 => Some(Charset::Utf8),
        encoding if encoding == WINDOWS_1251 => Some(Charset::Windows1251),
        _ => None,
    }
}
