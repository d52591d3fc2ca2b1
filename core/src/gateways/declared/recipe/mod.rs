//! A signature, made and compared. What is hashed is put together in `text`; the rest is one digest.

mod canonical;
pub mod coverage;
mod decoded;
mod digest;
mod group;
mod text;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use zeroize::Zeroizing;

use super::message::Message;
use super::schema::{Compare, DigestName, Encoding, Recipe};
use super::values::Values;
use crate::error::Error;
use crate::sign;
use crate::sign::rsa;

pub use rsa::PublicKey;
pub use text::bytes;

/// The signature of the message, as it is written.
pub fn sign(
    recipe: &Recipe,
    message: &Message,
    values: &Values<'_>,
) -> Result<Zeroizing<String>, Error> {
    if recipe.rsa.is_some() {
        return Err(Error::internal(false, "an RSA recipe only verifies"));
    }
    let name = digest_name(recipe, values)?;
    made(recipe, name, message, values)
}

/// Whether `given` is the signature of the message. Compared in constant time; empty is never right.
pub fn matches(
    recipe: &Recipe,
    message: &Message,
    values: &Values<'_>,
    given: &str,
) -> Result<bool, Error> {
    if given.is_empty() || decoded::is_ambiguous(recipe, message) {
        return Ok(false);
    }
    if let Some(key) = &recipe.rsa {
        return by_key(recipe, &key.text(values)?, message, values, given);
    }
    let name = match recipe.digest_by_length.is_empty() {
        true => digest_name(recipe, values)?,
        false => match recipe.digest_by_length.get(&given.len().to_string()) {
            Some(name) => *name,
            None => return Ok(false),
        },
    };
    let made = made(recipe, name, message, values)?;
    Ok(match recipe.compare {
        Compare::Exact => sign::same(made.as_bytes(), given.as_bytes()),
        Compare::IgnoreCase => {
            sign::same(made.to_ascii_lowercase().as_bytes(), given.to_ascii_lowercase().as_bytes())
        }
    })
}

/// The digest that the recipe, or the shop's settings, name.
fn digest_name(recipe: &Recipe, values: &Values<'_>) -> Result<DigestName, Error> {
    named(&recipe.digest.text(values)?).map_err(|says| Error::invalid("config", says))
}

/// A digest by its name.
pub fn named(text: &str) -> Result<DigestName, String> {
    let read: Result<DigestName, serde::de::value::Error> =
        DigestName::deserialize(StrDeserializer::new(text));
    read.map_err(|_| {
        format!(
            "no digest {text:?}; expected md5, sha1, sha224, sha256, sha384, sha512, sha3-256 or ripemd160"
        )
    })
}

fn made(
    recipe: &Recipe,
    name: DigestName,
    message: &Message,
    values: &Values<'_>,
) -> Result<Zeroizing<String>, Error> {
    let bytes = text::bytes(recipe, message, values)?;
    let key = match &recipe.hmac {
        Some(key) => Some(hmac_key(recipe, &key.text(values)?)?),
        None => None,
    };
    let digest = digest::of(name, key.as_ref().map(|key| key.as_slice()), &bytes);
    Ok(Zeroizing::new(match recipe.encode {
        Encoding::Hex => hex::encode(digest),
        Encoding::UpperHex => hex::encode_upper(digest),
        Encoding::Base64 => STANDARD.encode(digest),
        Encoding::Base64Url => URL_SAFE_NO_PAD.encode(digest),
    }))
}

fn hmac_key(recipe: &Recipe, key: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    if key.is_empty() {
        return Err(Error::invalid("secrets", "expected a key, got an empty text"));
    }
    Ok(Zeroizing::new(match recipe.hmac_key_digest {
        Some(name) => digest::of(name, None, key.as_bytes()),
        None => key.as_bytes().to_vec(),
    }))
}

fn by_key(
    recipe: &Recipe,
    pem: &str,
    message: &Message,
    values: &Values<'_>,
    given: &str,
) -> Result<bool, Error> {
    let digest = match digest_name(recipe, values)? {
        DigestName::Sha256 => rsa::Digest::Sha256,
        DigestName::Sha512 => rsa::Digest::Sha512,
        _ => return Err(Error::invalid("config", "RSA is checked with sha256 or sha512")),
    };
    let key = PublicKey::from_pem(pem).map_err(|says| Error::invalid("config", says))?;
    let signature = match recipe.encode {
        Encoding::Hex | Encoding::UpperHex => hex::decode(given).ok(),
        Encoding::Base64 => STANDARD.decode(given).ok(),
        Encoding::Base64Url => URL_SAFE_NO_PAD.decode(given).ok(),
    };
    let bytes = text::bytes(recipe, message, values)?;
    Ok(signature.is_some_and(|signature| key.verifies(digest, &bytes, &signature)))
}
