//! `Hash`: the digest of ten fields and the shop's key, over the bytes as they came, or over their text
//! in UTF-8 or windows-1251 (docs/gateways/intellectmoney.md, "Webhooks").

use md5::Md5;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::SIGNED;
use super::charset::windows_1251;
use super::received::Webhook;
use crate::error::Error;
use crate::secret::Secret;
use crate::sign::digest_matches;

/// Whether the webhook is authentic. The key is the settings' alone, whatever the request brings.
pub fn verify(webhook: &Webhook, key: &Secret) -> Result<(), Error> {
    let Some(hash) = webhook.text("Hash") else {
        return Err(Error::untrusted("signature_missing", "the webhook has no Hash"));
    };
    let matches: fn(&[&[u8]], &[u8]) -> bool = match hash.len() {
        32 => digest_matches::<Md5>,
        64 => digest_matches::<Sha256>,
        _ => return Err(malformed()),
    };
    let digest = hex::decode(hash).map_err(|_| malformed())?;
    let text = SIGNED.map(|name| webhook.text(name).unwrap_or_default()).join("::");
    let narrow = windows_1251(&text).zip(windows_1251(key.expose()).map(Zeroizing::new));
    let wide = key.expose().as_bytes();
    let mut same = matches(&[&signed(webhook), b"::", wide], &digest);
    same |= matches(&[text.as_bytes(), b"::", wide], &digest);
    if let Some((text, key)) = narrow {
        same |= matches(&[&text, b"::", &key], &digest);
    }
    match same {
        true => Ok(()),
        false => Err(Error::untrusted("signature_mismatch", "the Hash is not the gateway's")),
    }
}

fn malformed() -> Error {
    let says = "the Hash is not 32 or 64 hexadecimal digits";
    Error::untrusted("signature_malformed", says)
}

/// The bytes that are signed, as they came, without the key.
pub fn signed(webhook: &Webhook) -> Vec<u8> {
    SIGNED.map(|name| webhook.bytes(name)).join(&b"::"[..])
}
