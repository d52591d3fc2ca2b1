//! Base64 in both alphabets, padded or not: marking codes, cReq and cRes.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes, or none when the text is no base64.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    if text.is_empty() || text.len() % 4 == 1 {
        return None;
    }
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for sign in text.bytes() {
        let sign = match sign {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
        let value = STANDARD.iter().position(|known| *known == sign)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// URL alphabet, no padding.
pub fn encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = (bits << 8) | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..=chunk.len() {
            let index = usize::try_from((bits >> (18 - 6 * place)) & 0x3F).unwrap_or(0);
            text.push(match STANDARD.get(index).copied() {
                Some(b'+') => '-',
                Some(b'/') => '_',
                other => char::from(other.unwrap_or(b'A')),
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read() {
        assert_eq!(decoded("+/8="), Some(vec![0xFB, 0xFF]));
        assert_eq!(decoded("-_8"), Some(vec![0xFB, 0xFF]));
        for wrong in ["", "A", "AB C", "яя"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for text in ["", "a", "ab", "abc", "{\"transStatus\":\"Y\"}"] {
            let written = encoded(text.as_bytes());
            assert_eq!(decoded(&written).unwrap_or_default(), text.as_bytes(), "{written}");
        }
    }
}
