//! `application/x-www-form-urlencoded`, written and read strictly: what cannot be read exactly is
//! an error here, since it may be what a signature covers.

use std::borrow::Cow;

use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode, utf8_percent_encode,
};

/// What curl's `--data` and most banks' samples leave as it is, and no server misreads.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');

/// Writes the parameters in their order.
pub fn encode(parameters: &[(&str, Cow<'_, str>)]) -> Vec<u8> {
    encode_bytes(parameters.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())))
}

/// The same for names and values in the bytes of another charset.
pub fn encode_bytes<'a>(parameters: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone) -> Vec<u8> {
    // Room for the longest form of it: a buffer that grew would leave secrets behind.
    let longest = parameters.clone().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut body = String::with_capacity(longest);
    for (name, value) in parameters {
        if !body.is_empty() {
            body.push('&');
        }
        body.extend(percent_encode(name, PLAIN));
        body.push('=');
        body.extend(percent_encode(value, PLAIN));
    }
    body.into_bytes()
}

/// One part of a path, written so that it stays one part.
pub fn component(text: &str) -> String {
    const PART: &AsciiSet = &PLAIN.add(b':').add(b'/');
    utf8_percent_encode(text, PART).to_string()
}

/// Reads parameters in their order, or says what cannot be read.
pub fn decode(bytes: &[u8]) -> Result<Vec<(String, String)>, &'static str> {
    let text = |bytes| String::from_utf8(bytes).map_err(|_| "bytes that are not UTF-8");
    let pairs = decode_bytes(bytes)?.into_iter();
    pairs.map(|(name, value)| Ok((text(name)?, text(value)?))).collect()
}

/// A name and its value, of any charset.
pub type Bytes = (Vec<u8>, Vec<u8>);

/// The same where the charset is not known: names and values as they were coded.
pub fn decode_bytes(bytes: &[u8]) -> Result<Vec<Bytes>, &'static str> {
    let pairs = bytes.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut parts = pair.splitn(2, |&byte| byte == b'=');
            let name = plain(parts.next().unwrap_or_default())?;
            Ok((name, plain(parts.next().unwrap_or_default())?))
        })
        .collect()
}

fn plain(coded: &[u8]) -> Result<Vec<u8>, &'static str> {
    let spaced: Vec<u8> = coded.iter().map(|&b| if b == b'+' { b' ' } else { b }).collect();
    let broken = spaced
        .split(|&byte| byte == b'%')
        .skip(1)
        .any(|rest| !matches!(rest, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()));
    if broken {
        return Err("a percent sign without two hexadecimal digits");
    }
    Ok(percent_decode(&spaced).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let parameters = vec![
            ("$PAN", Cow::from("a b+c&d=e;%")),
            ("url", "https://shop.example/r?x=1".into()),
            ("text", "Оплата".into()),
            ("empty", "".into()),
        ];
        let body = encode(&parameters);
        let text = String::from_utf8(body.clone()).unwrap();
        assert!(
            text.starts_with("%24PAN=a%20b%2Bc%26d%3De%3B%25&url=https://shop.example/r%3Fx%3D1")
        );
        let read = decode(&body).unwrap();
        let written: Vec<_> =
            parameters.into_iter().map(|(n, v)| (n.to_owned(), v.into_owned())).collect();
        assert_eq!(read, written);
    }

    #[test]
    fn what_cannot_be_read_exactly_is_an_error() {
        assert!(decode(b"a=%zz").is_err());
        assert!(decode(b"a=%d").is_err());
        assert!(decode(b"a=%FF").is_err());
        assert_eq!(decode_bytes(b"a=%FF+").unwrap(), [(b"a".to_vec(), b"\xff ".to_vec())]);
        assert!(decode_bytes(b"%f=").is_err());
        assert_eq!(
            decode(b"a+b=1+2&&c").unwrap(),
            [("a b".into(), "1 2".into()), ("c".into(), "".into())]
        );
    }
}
