//! The shop's own key: reads it from PEM, signs with it (PKCS#1 v1.5).

use pkcs8::Error::{Asn1, EncryptedPrivateKey};
use pkcs8::pkcs5::Error::DecryptFailed;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512};
use rsa::pkcs1::RsaPrivateKey;

use super::{Digest, RSA_ENCRYPTION};
use crate::secret::Secret;
use crate::sign::pem::{self, Section};

/// An RSA private key of 2048 to 4096 bits. It has no `Debug`.
pub struct PrivateKey(KeyPair);

const NOT_PEM: &str = "expected an RSA private key in PEM (\"-----BEGIN PRIVATE KEY-----\")";
const OTHER_ALGORITHM: &str = "expected an RSA key, got one of another algorithm";
const DAMAGED: &str = "this private key cannot be read: it is damaged or cut short";
const WRONG_PASSWORD: &str = "the password does not open this private key";

impl PrivateKey {
    /// Reads PKCS#1 (`RSA PRIVATE KEY`), PKCS#8 (`PRIVATE KEY`) or, with its password, encrypted
    /// PKCS#8 (`ENCRYPTED PRIVATE KEY`). The error completes "`field`: ...".
    pub fn from_pem(pem: &str, password: Option<&Secret>) -> Result<PrivateKey, String> {
        // A file may hold the certificate as well, before or after.
        let is_private = |section: &Section| section.label.ends_with("PRIVATE KEY");
        let Some(section) = pem::sections(pem).find(is_private) else {
            return Err(match pem::sections(pem).next() {
                Some(other) if other.label.ends_with("PUBLIC KEY") => {
                    "expected a private key, got a public one".into()
                }
                Some(other) if other.label.contains("CERTIFICATE") => {
                    "expected a private key, got a certificate".into()
                }
                _ => NOT_PEM.into(),
            });
        };
        if section.is_legacy_encrypted() {
            return Err("this key is encrypted in OpenSSL's old format; convert it with \
                        \"openssl pkcs8 -topk8 -in old.pem -out new.pem\""
                .into());
        }
        let encrypted = section.label == "ENCRYPTED PRIVATE KEY";
        if !encrypted && password.is_some() {
            return Err("this key is not encrypted, and yet a password is given".into());
        }
        let der = section.der().ok_or(DAMAGED)?;
        match section.label {
            "RSA PRIVATE KEY" => PrivateKey::from_pkcs1(&der),
            "PRIVATE KEY" => PrivateKey::from_pkcs8(&der, DAMAGED),
            "ENCRYPTED PRIVATE KEY" => {
                let password = password.ok_or("this key is encrypted; give its password")?;
                PrivateKey::from_encrypted(&der, password)
            }
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(OTHER_ALGORITHM.into()),
            "OPENSSH PRIVATE KEY" => Err("this key is in OpenSSH's own format; convert it with \
                                          \"ssh-keygen -p -m PKCS8 -f FILE\""
                .into()),
            _ => Err(NOT_PEM.into()),
        }
    }

    fn from_encrypted(der: &[u8], password: &Secret) -> Result<PrivateKey, String> {
        let unsupported = "this key is damaged, or encrypted by a method that is not supported; \
                           convert it with \"openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem\"";
        let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| unsupported)?;
        match info.decrypt(password.expose()) {
            // One wrong password in 256 ends in bytes that only look decrypted.
            Ok(decrypted) => PrivateKey::from_pkcs8(decrypted.as_bytes(), WRONG_PASSWORD),
            Err(EncryptedPrivateKey(DecryptFailed) | Asn1(_)) => Err(WRONG_PASSWORD.into()),
            Err(_) => Err(unsupported.into()),
        }
    }

    fn from_pkcs8(der: &[u8], unreadable: &str) -> Result<PrivateKey, String> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| unreadable)?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(OTHER_ALGORITHM.into());
        }
        PrivateKey::from_pkcs1(info.private_key.as_bytes())
    }

    fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, String> {
        let parts = RsaPrivateKey::try_from(der).map_err(|_| DAMAGED)?;
        let modulus = parts.modulus.as_bytes();
        let zeros = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
        let bits = modulus.len() * 8 - zeros;
        if !(2048..=4096).contains(&bits) {
            return Err(format!("expected an RSA key of 2048 to 4096 bits, got {bits}"));
        }
        // Beyond the size: whether the parts belong together, and the exponent is a usual one.
        let pair = KeyPair::from_der(der)
            .map_err(|why| format!("this RSA private key cannot be used ({why})"))?;
        Ok(PrivateKey(pair))
    }

    /// The signature of `message`, as long as the key. Randomness only blinds the computation: the
    /// signature does not depend on it.
    pub fn sign(&self, digest: Digest, message: &[u8]) -> Result<Vec<u8>, String> {
        let encoding = match digest {
            Digest::Sha256 => &RSA_PKCS1_SHA256,
            Digest::Sha512 => &RSA_PKCS1_SHA512,
        };
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(encoding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| "signing failed: no randomness, or a damaged key".to_owned())?;
        Ok(signature)
    }
}
