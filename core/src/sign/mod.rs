//! The primitives that every gateway's recipe is made of. Comparisons take constant time.

mod pem;
pub mod random;
pub mod rsa;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// HMAC-SHA256 of `text`, compared with `signature` in constant time.
pub fn hmac_sha256_matches(key: &str, text: &[u8], signature: &[u8]) -> bool {
    // HMAC takes a key of any length; the error arm cannot be reached, and would mean "no".
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return false;
    };
    mac.update(text);
    mac.verify_slice(signature).is_ok()
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
