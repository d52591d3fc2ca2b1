//! RSA (PKCS#1 v1.5): signatures checked with a public key or a certificate in PEM, made with a
//! [`PrivateKey`]; card data encrypted with an [`EncryptionKey`].

mod encryption_key;
mod private_key;
#[cfg(test)]
mod tests;

pub use self::encryption_key::EncryptionKey;
pub use self::private_key::PrivateKey;

use ring::signature::{
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    UnparsedPublicKey,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use spki::der::Decode;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

/// The algorithm of a key: PKCS#1's `rsaEncryption`.
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Which digest is inside the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256
    Sha256,
    /// SHA-512
    Sha512,
}

/// An RSA public key. Keys down to 1024 bits are taken: the gateway chooses them, not the shop.
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` or `-----BEGIN CERTIFICATE-----`. Of a certificate only
    /// the key counts: it is trusted because the shop configured it, not for its dates.
    pub fn from_pem(pem: &str) -> Result<PublicKey, String> {
        let expected = "expected an RSA public key or a certificate in PEM";
        let spki = match SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()) {
            Ok(key) => key.to_vec(),
            Err(_) => {
                let certificate =
                    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| expected)?;
                let parsed = webpki::EndEntityCert::try_from(&certificate)
                    .map_err(|_| "this certificate cannot be read")?;
                parsed.subject_public_key_info().to_vec()
            }
        };
        let info = SubjectPublicKeyInfoRef::from_der(&spki).map_err(|_| expected)?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err("expected an RSA key, got one of another algorithm".into());
        }
        let key = info.subject_public_key.as_bytes().ok_or(expected)?;
        if !(128..=1100).contains(&key.len()) {
            return Err("expected an RSA key of 1024 to 8192 bits".into());
        }
        Ok(PublicKey(key.to_vec()))
    }

    /// Whether `signature` is the key's over `text`.
    pub fn verifies(&self, digest: Digest, text: &[u8], signature: &[u8]) -> bool {
        let algorithm = match digest {
            Digest::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Digest::Sha512 => &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        };
        UnparsedPublicKey::new(algorithm, &self.0).verify(text, signature).is_ok()
    }
}
