//! The digests that recipes name, plain or keyed.

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac, SimpleHmac};
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::Sha3_256;

/// The digest of the bytes by its name, as HMAC where a key is given.
pub fn digest(name: &str, key: Option<&[u8]>, bytes: &[u8]) -> Result<Vec<u8>, String> {
    match name {
        "md5" => either::<Md5, Hmac<Md5>>(key, bytes),
        "sha1" => either::<Sha1, Hmac<Sha1>>(key, bytes),
        "sha224" => either::<Sha224, Hmac<Sha224>>(key, bytes),
        "sha256" => either::<Sha256, Hmac<Sha256>>(key, bytes),
        "sha384" => either::<Sha384, Hmac<Sha384>>(key, bytes),
        "sha512" => either::<Sha512, Hmac<Sha512>>(key, bytes),
        "sha3-256" => either::<Sha3_256, SimpleHmac<Sha3_256>>(key, bytes),
        "ripemd160" => either::<Ripemd160, Hmac<Ripemd160>>(key, bytes),
        _ => Err(format!("no digest {name:?}")),
    }
}

fn either<D: Digest, M: Mac + KeyInit>(
    key: Option<&[u8]>,
    bytes: &[u8],
) -> Result<Vec<u8>, String> {
    match key {
        None => Ok(D::digest(bytes).to_vec()),
        Some(key) => {
            let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|fault| fault.to_string())?;
            mac.update(bytes);
            Ok(mac.finalize().into_bytes().to_vec())
        }
    }
}
