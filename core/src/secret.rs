//! Keys, tokens and passwords.

use serde::de::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A secret text: it cannot be printed, and its memory is wiped when it goes.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text, for the one place that sends it or signs with it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True for the empty text, which is never a usable secret.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Err(serde::de::Error::custom("expected a secret, got an empty text"));
        }
        Ok(Secret::new(text))
    }
}

/// One secret or several at once, while a key is being rotated.
#[derive(Clone)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// Each of them, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for Secrets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Secrets, D::Error> {
        struct OneOrMany;
        impl<'de> serde::de::Visitor<'de> for OneOrMany {
            type Value = Secrets;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Secrets, E> {
                if text.is_empty() {
                    return Err(E::custom("expected a secret, got an empty text"));
                }
                Ok(Secrets(vec![Secret::new(text.to_owned())]))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Secrets, A::Error> {
                let mut secrets = Vec::new();
                while let Some(secret) = seq.next_element()? {
                    secrets.push(secret);
                }
                if secrets.is_empty() {
                    return Err(serde::de::Error::custom("expected at least one secret"));
                }
                Ok(Secrets(secrets))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
