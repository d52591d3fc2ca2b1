//! PEM as people and gateways really hand it over: with line breaks, with `\n` written out (from an
//! environment variable, or in JSON), with spaces, or with nothing between the lines.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What stands between one `-----BEGIN label-----` and its `-----END label-----`.
pub(crate) struct Section<'a> {
    /// `PUBLIC KEY`, `CERTIFICATE` and the like.
    pub label: &'a str,
    body: &'a str,
}

/// The sections of a text, in their order. What stands around them is left out.
pub(crate) fn sections(mut text: &str) -> impl Iterator<Item = Section<'_>> {
    std::iter::from_fn(move || {
        let (_, begun) = text.split_once("-----BEGIN ")?;
        let (label, begun) = begun.split_once("-----")?;
        let (body, after) = begun.split_once(&format!("-----END {label}-----"))?;
        text = after;
        Some(Section { label, body })
    })
}

impl Section<'_> {
    /// OpenSSL's old encryption: a header inside the section, the key derived by MD5.
    pub fn is_legacy_encrypted(&self) -> bool {
        self.body.contains("Proc-Type:")
    }

    /// The bytes; none where this is not base64. They are wiped when they go, like every copy on
    /// the way: the room is taken beforehand, so that nothing is moved and left behind.
    pub fn der(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut digits = Zeroizing::new(String::with_capacity(self.body.len()));
        let lines = self.body.split("\\n").flat_map(|line| line.split("\\r"));
        digits.extend(lines.flat_map(str::split_ascii_whitespace));
        let mut der = Zeroizing::new(Vec::with_capacity(digits.len()));
        STANDARD.decode_vec(digits.as_bytes(), &mut der).ok()?;
        Some(der)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Vec<u8> {
        let section = sections(text).next().unwrap();
        assert_eq!(section.label, "PUBLIC KEY");
        section.der().unwrap().to_vec()
    }

    #[test]
    fn lines_may_be_broken_in_any_way() {
        for between in ["\n", "\r\n", "\\n", "\\r\\n", " ", ""] {
            let text = format!(
                "-----BEGIN PUBLIC KEY-----{between}a29w{between}ZWNr{between}-----END PUBLIC KEY-----{between}"
            );
            assert_eq!(first(&text), b"kopeck", "{between:?}");
        }
    }

    #[test]
    fn what_stands_around_is_left_out() {
        let text = "Bag Attributes\n-----BEGIN A-----\nYQ==\n-----END A-----\nsubject=x\n\
                    -----BEGIN B-----\nYg==\n-----END B-----\n";
        let read: Vec<_> = sections(text).map(|s| (s.label, s.der().unwrap().to_vec())).collect();
        assert_eq!(read, [("A", b"a".to_vec()), ("B", b"b".to_vec())]);
    }

    #[test]
    fn half_a_section_is_none_and_rubbish_has_no_bytes() {
        assert!(sections("-----BEGIN A-----\nYQ==\n").next().is_none());
        assert!(sections("-----BEGIN A-----\nYQ==\n-----END B-----").next().is_none());
        assert!(sections("YQ==").next().is_none());
        let text = "-----BEGIN A-----\nY*==\n-----END A-----";
        assert!(sections(text).next().unwrap().der().is_none());
    }
}
