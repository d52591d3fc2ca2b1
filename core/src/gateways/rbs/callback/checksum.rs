//! The checksum of a notification: HMAC-SHA256, or RSA, over the sorted parameters
//! (docs/gateways/rbs.md, "Callbacks").

use super::Pairs;
use crate::error::Error;
use crate::gateways::rbs::Merchant;
use crate::secret::Secrets;
use crate::sign;

/// Not part of what is signed.
const UNSIGNED: [&str; 2] = ["checksum", "sign_alias"];

/// `name;value;` for each, sorted by name in code-unit order.
pub fn signed_text(pairs: &Pairs) -> String {
    let signed = pairs.iter().filter(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    signed.map(|(name, value)| format!("{name};{value};")).collect()
}

/// Whether the notification is authentic. Without a key nothing is: it is a hint to ask.
pub fn verify(merchant: &Merchant, pairs: &Pairs) -> Result<bool, Error> {
    let settings = &merchant.settings;
    if settings.callback_keys.is_none() && settings.callback_public_keys.is_empty() {
        return Ok(false);
    }
    let Some((_, checksum)) = pairs.iter().find(|(name, _)| name == "checksum") else {
        return Err(Error::untrusted("signature_missing", "the notification has no checksum"));
    };
    let Ok(signature) = hex::decode(checksum) else {
        return Err(Error::untrusted("signature_malformed", "the checksum is not hexadecimal"));
    };
    let text = signed_text(pairs);
    let bytes = text.as_bytes();
    let hmac = settings.callback_keys.iter().flat_map(Secrets::iter);
    let by_hmac = hmac
        .fold(false, |any, key| any | sign::hmac_sha256_matches(key.expose(), bytes, &signature));
    let mut rsa = settings.callback_public_keys.iter();
    if !by_hmac && !rsa.any(|key| key.verifies(settings.callback_digest, bytes, &signature)) {
        return Err(Error::untrusted("signature_mismatch", "the checksum is not the gateway's"));
    }
    // A semicolon inside a part lets one signed text be cut up in two ways.
    let mut signed = pairs.iter().filter(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    if signed.any(|(name, value)| name.contains(';') || value.contains(';')) {
        return Err(Error::untrusted(
            "unreadable",
            "a semicolon inside a parameter: what was signed can be read in two ways; ask for the status",
        ));
    }
    Ok(true)
}
