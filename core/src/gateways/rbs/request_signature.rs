//! Signed requests, which the bank asks for where money is sent to cards
//! (docs/gateways/rbs.md, "Request signing").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::sign::rsa::{Digest, PrivateKey};

/// The two headers for a body: the very bytes that leave, after percent-encoding.
///
/// The hash is hashed again: what is signed is the hash of the body, as a message and not as a
/// digest, so inside the signature stands SHA-256(SHA-256(body)).
pub fn headers(key: &PrivateKey, body: &[u8]) -> Result<[(&'static str, String); 2], Error> {
    let hash = Sha256::digest(body);
    let signature = key.sign(Digest::Sha256, &hash).map_err(|says| Error::internal(false, says))?;
    Ok([("x-hash", STANDARD.encode(hash)), ("x-signature", STANDARD.encode(signature))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::rsa::PublicKey;

    /// The bank's own sample.
    const BODY: &[u8] = b"amount=10000&password=gcjgcW1&returnUrl=http&userName=signature-api";
    const HASH: &str = "eYkMUF+xaYJhsETTIGsctl6DBNZha1ITN8muCcWQtZk=";
    const SIGNATURE: &str = "pJ/gM4PR1/mKGuIxMvTl5pYDDjJslb0BcXFnIxijFn5qKdPd7W+2ueoctziU7omnkYp01/BlracukH1GOPWMSO+9zKuTDdFueFm1utsS0zaPFU+dmc1niGDRWE0CbCXcti/rGSTDPsnR58mwqgVkbCWxKyCDtuo5LxiKPK9mzgWTUuJ8LX6f6u42MURi5tRG6a9dc8l/+J94g0YOk911R6Lqv2jcluEvZ9ZeMMt8hyxowb0eDaCHlussu2CAyqpE9V+EUAc81Jkwv96MMSsA6UnFwEaCV/k+kwYd0jHCx94m2yWX734p9cWsBW7Fr5F0zox9Yck4GOjqe9nJMMB9jQ==";
    /// The public part of the key that stands in the bank's page.
    const KEY_A: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqnJHFC/H+PCH/POZ7rz7
Bh+f47gZvZbLH1Ynv+EnA96Nl9HD+TiXkM2KQRlnjQzpJQxGL2ahNy2eUYX6lGjL
JZOVUYMGPO54ONLmGi3T9at0T2736FLDtksgtc9ydz8eKShoDA6Eb+LX4bWsLBXQ
hLPY2VGnHgVUG+eBDojf6pZpPAlOeWCmi3MlfOwN2oET2gZgM8eOaUh3p15yISOX
MVO2C8HVD6svQG3rjNnPTLLrCUw4F0zaj3XWiZsy8AXVGB1mElzSdm4IoHjbN7Og
UB5vzHBTbo4pdABC3EuHyp2aINHavjkU+RnE+mW/+c7l65wXCRblEaXhYb5U5HYW
YwIDAQAB
-----END PUBLIC KEY-----
";
    const OWN: &str = include_str!("../../sign/rsa/test_keys/pkcs8.pem");
    const OWN_PUBLIC: &str = include_str!("../../sign/rsa/test_keys/public.pem");

    fn decoded(base64: &str) -> Vec<u8> {
        STANDARD.decode(base64).unwrap()
    }

    fn signed(body: &[u8]) -> [(&'static str, String); 2] {
        headers(&PrivateKey::from_pem(OWN, None).unwrap(), body).unwrap()
    }

    #[test]
    fn the_published_hash() {
        let [(name, hash), _] = signed(BODY);
        assert_eq!((name, hash.as_str()), ("x-hash", HASH));
    }

    #[test]
    fn the_published_signature_is_over_the_hash_of_the_hash() {
        let key = PublicKey::from_pem(KEY_A).unwrap();
        let signature = decoded(SIGNATURE);
        assert!(key.verifies(Digest::Sha256, &decoded(HASH), &signature));
        assert!(!key.verifies(Digest::Sha256, BODY, &signature));
        assert!(!key.verifies(Digest::Sha256, HASH.as_bytes(), &signature));
    }

    #[test]
    fn our_signature_is_made_like_the_published_one() {
        let key = PublicKey::from_pem(OWN_PUBLIC).unwrap();
        let [_, (name, signature)] = signed(BODY);
        let signature = decoded(&signature);
        assert_eq!(name, "x-signature");
        assert!(key.verifies(Digest::Sha256, &decoded(HASH), &signature));
        assert!(!key.verifies(Digest::Sha256, BODY, &signature));
        assert!(!key.verifies(Digest::Sha256, HASH.as_bytes(), &signature));
    }

    #[test]
    fn one_byte_of_the_body_changes_both_headers() {
        let (one, other) = (signed(b"amount=10000"), signed(b"amount=10001"));
        assert_ne!(one[0].1, other[0].1);
        assert_ne!(one[1].1, other[1].1);
        assert!(one.iter().all(|(_, value)| !value.contains(['\r', '\n'])));
    }
}
