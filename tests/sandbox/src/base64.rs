//! Base64 of RFC 4648 with padding, strict: what the gateway would not read is not read here.

const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard alphabet, padded.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let mut word = [0; 4];
        for (place, byte) in word.iter_mut().skip(1).zip(group) {
            *place = *byte;
        }
        let number = u32::from_be_bytes(word);
        for place in 0..4usize {
            let index = (number >> (18 - 6 * place)) & 63;
            let sign = usize::try_from(index).ok().and_then(|index| SIGNS.get(index));
            let filled = place <= group.len();
            text.push(sign.filter(|_| filled).map_or('=', |sign| char::from(*sign)));
        }
    }
    text
}

/// The bytes, when the text has the standard alphabet, its padding and nothing else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let bare = text.trim_end_matches('=');
    if text.len().saturating_sub(bare.len()) > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(bare.len());
    let (mut number, mut bits) = (0u32, 0u32);
    for sign in bare.bytes() {
        let value = SIGNS.iter().position(|known| *known == sign)?;
        number = (number << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((number >> bits) & 255).ok()?);
            number &= (1 << bits) - 1;
        }
    }
    (number == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
        assert_eq!(decode("+/+/").unwrap(), [0xfb, 0xff, 0xbf]);
    }

    #[test]
    fn nothing_else_is_read() {
        for text in ["Zg", "Zg=", "Zg===", "Z===", "Zm9v\n", "Zm-_", "Zh==", "=Zg=", "Zg==Zg=="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
