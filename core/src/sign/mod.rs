//! The primitives that every gateway's recipe is made of. Comparisons take constant time.

mod pem;
pub mod random;
pub mod rsa;

use hmac::digest::{CtOutput, Output};
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

/// Whether `digest` is that of the parts, one after the other; compared in constant time.
pub fn digest_matches<D: Digest>(parts: &[&[u8]], digest: &[u8]) -> bool {
    let Ok(given) = Output::<D>::try_from(digest) else {
        return false;
    };
    let made = parts.iter().fold(D::new(), |state, part| state.chain_update(part)).finalize();
    CtOutput::<D>::new(made) == CtOutput::new(given)
}

/// Whether two texts are the same, compared in constant time; how long they are may show.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    digest_matches::<Sha256>(&[one], &Sha256::digest(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_compared_whole() {
        let abc = Sha256::digest(b"abc");
        assert!(digest_matches::<Sha256>(&[b"a", b"", b"bc"], &abc));
        assert!(!digest_matches::<Sha256>(&[b"abd"], &abc));
        assert!(!digest_matches::<Sha256>(&[b"abc"], &abc[..31]));
        assert!(!digest_matches::<md5::Md5>(&[b"abc"], &abc));
        assert!(!digest_matches::<Sha256>(&[b"abc"], b""));
    }
}
