//! The signatures: fields joined with `::`, the key last, and a plain digest over the text exactly as
//! it leaves (docs/gateways/intellectmoney.md, "Signatures").

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::fields;
use crate::native::Parameters;
use crate::secret::Secret;

/// How the signature in a body is made; that in the header is always SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// `Hash`: MD5 with `SecretKey`.
    Md5,
    /// `hash` of P2P: SHA-1 with the form's key.
    Sha1,
    /// None: the Personal API.
    None,
}

/// What the payment page is shown, and what `PurchaseHash` covers.
pub const PURCHASE: &str = "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency";
/// The same for the source of recurring payments.
pub const PURCHASE_RECURRING: &str =
    "EshopId::OrderId::ServiceName::RecipientAmount::RecipientCurrency::RecurringType";

/// The text that is signed, without the key. A template is written as in the documents: names of
/// fields between `::`, nothing for a slot that stays empty, a word in quotes for itself. A field that
/// is not there leaves its slot empty.
pub fn text(template: &str, parameters: &Parameters) -> Result<Zeroizing<String>, Error> {
    let mut text = Zeroizing::new(String::new());
    for (index, slot) in template.split("::").enumerate() {
        if index > 0 {
            text.push_str("::");
        }
        if let Some(word) = slot.strip_prefix('\'') {
            text.push_str(word.trim_end_matches('\''));
            continue;
        }
        let value = parameters.get(slot).and_then(fields::scalar).unwrap_or_default();
        if !is_unambiguous(&value) {
            let says = "expected no \"::\" and no colon at either end: this value is signed, and \
                        there it would read as another field";
            return Err(Error::invalid(slot, says));
        }
        text.push_str(&value);
    }
    Ok(text)
}

/// Whether a value can be cut out of the signed text in one way only.
pub fn is_unambiguous(value: &str) -> bool {
    !value.contains("::") && !value.starts_with(':') && !value.ends_with(':')
}

/// The digest of a text with its key, in lower-case hexadecimal.
pub fn md5(text: &str, key: &Secret) -> String {
    digest::<Md5>(text, key)
}

/// See [`md5`].
pub fn sha1(text: &str, key: &Secret) -> String {
    digest::<Sha1>(text, key)
}

/// See [`md5`].
pub fn sha256(text: &str, key: &Secret) -> String {
    digest::<Sha256>(text, key)
}

fn digest<D: Digest>(text: &str, key: &Secret) -> String {
    let digest = D::new().chain_update(text).chain_update("::").chain_update(key.expose());
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests;
