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
    let slots = template.split("::").map(|slot| value(slot, parameters));
    let slots = slots.collect::<Result<Vec<_>, _>>()?;
    // Room for all of it: a text that grew would leave secrets behind.
    let room = slots.iter().map(|value| value.len() + 2).sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for (index, value) in slots.iter().enumerate() {
        if index > 0 {
            text.push_str("::");
        }
        text.push_str(value);
    }
    Ok(text)
}

/// What stands in a slot: a word in quotes, or the value of a field.
fn value(slot: &str, parameters: &Parameters) -> Result<Zeroizing<String>, Error> {
    if let Some(word) = slot.strip_prefix('\'') {
        return Ok(Zeroizing::new(word.trim_end_matches('\'').to_owned()));
    }
    let value = parameters.get(slot).and_then(fields::scalar).unwrap_or_default();
    let value = Zeroizing::new(value);
    match is_unambiguous(&value) {
        true => Ok(value),
        false => {
            let says = "expected no \"::\" and no colon at either end: this value is signed, and \
                        there it would read as another field";
            Err(Error::invalid(slot, says))
        }
    }
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
