//! `seToken`: card data, encrypted with the gateway's key so that it crosses the shop's machine
//! closed (docs/gateways/rbs.md, "Encrypted card data").

mod card;
mod keys;
mod operation;
#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::UtcOffset;

pub use self::card::{Card, Target};
pub use self::keys::CardKey;
pub use self::operation::start;
use crate::clock::Time;
use crate::error::Error;
use crate::secret::Secret;
use crate::sign::rsa::EncryptionKey;

/// The token for `target`, in base64 on one line.
///
/// The gateway takes it within half an hour of `now`, which it reads with the offset `zone`, and
/// once: a UUID is drawn from `random`, then the padding.
pub fn encrypt(
    card: &Card,
    target: Target,
    key: &EncryptionKey,
    now: Time,
    zone: UtcOffset,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Secret, Error> {
    card.check(target)?;
    let mut uuid = [0; 16];
    random(&mut uuid);
    let plaintext = card.plaintext(now, zone, uuid);
    if plaintext.len() > key.room() {
        // The other fields are short.
        let longest = if card.cardholder.is_some() { "cardholder" } else { "binding_id" };
        let over = plaintext.len() - key.room();
        let says = format!("too long for the gateway's key by {over} bytes");
        return Err(Error::invalid(longest, says));
    }
    let encrypted = key.encrypt(random, plaintext.as_bytes());
    let encrypted = encrypted.map_err(|says| Error::internal(false, says))?;
    Ok(Secret::new(STANDARD.encode(encrypted)))
}
