//! Digests and HMACs by their names.

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac, SimpleHmac};
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::Sha3_256;

use crate::gateways::declared::schema::DigestName;

/// The digest of the bytes, with a key as HMAC.
pub fn of(name: DigestName, key: Option<&[u8]>, bytes: &[u8]) -> Vec<u8> {
    match name {
        DigestName::Md5 => made::<Md5, Hmac<Md5>>(key, bytes),
        DigestName::Sha1 => made::<Sha1, Hmac<Sha1>>(key, bytes),
        DigestName::Sha224 => made::<Sha224, Hmac<Sha224>>(key, bytes),
        DigestName::Sha256 => made::<Sha256, Hmac<Sha256>>(key, bytes),
        DigestName::Sha384 => made::<Sha384, Hmac<Sha384>>(key, bytes),
        DigestName::Sha512 => made::<Sha512, Hmac<Sha512>>(key, bytes),
        DigestName::Sha3_256 => made::<Sha3_256, SimpleHmac<Sha3_256>>(key, bytes),
        DigestName::Ripemd160 => made::<Ripemd160, Hmac<Ripemd160>>(key, bytes),
    }
}

fn made<D: Digest, M: Mac + KeyInit>(key: Option<&[u8]>, bytes: &[u8]) -> Vec<u8> {
    let Some(key) = key else { return D::digest(bytes).to_vec() };
    // HMAC takes a key of any length: the other arm cannot be reached, and matches nothing.
    match <M as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(bytes).finalize().into_bytes().to_vec(),
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digest_is_its_own() {
        // FIPS 180-4, FIPS 202, RFC 1321, and the RIPEMD-160 page of its authors: "abc".
        for (name, expected) in [
            (DigestName::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (DigestName::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (DigestName::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            (DigestName::Ripemd160, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        ] {
            assert_eq!(hex::encode(of(name, None, b"abc")), expected);
        }
        for (name, begins) in [
            (DigestName::Sha256, "ba7816bf"),
            (DigestName::Sha384, "cb00753f"),
            (DigestName::Sha512, "ddaf35a1"),
            (DigestName::Sha3_256, "3a985da7"),
        ] {
            assert!(hex::encode(of(name, None, b"abc")).starts_with(begins));
        }
        // RFC 2202 and RFC 4231, test case 2.
        let text = b"what do ya want for nothing?";
        let mac = |name| hex::encode(of(name, Some(b"Jefe"), text));
        assert_eq!(mac(DigestName::Md5), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(mac(DigestName::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert!(mac(DigestName::Sha256).starts_with("5bdcc146bf60754e6a042426089575c7"));
    }
}
