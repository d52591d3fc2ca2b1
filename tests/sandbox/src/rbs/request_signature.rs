//! Signatures of requests (the gateway's documents): `X-Hash` is the body's hash,
//! and `X-Signature` signs that hash as a message, so it is hashed twice.

use rsa::RsaPublicKey;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::der::{Decode, Encode, Reader, SliceReader, Tagged, asn1::AnyRef};
use rsa::pkcs8::{DecodePublicKey, Document};
use rsa::sha2::{Digest, Sha256};
use rsa::signature::Verifier;

use super::refusals::Refusal;
use crate::base64;
use crate::exchange::Call;

/// A key out of a PEM public key or an X.509 certificate.
pub fn public_key(pem: &str) -> Option<RsaPublicKey> {
    if pem.contains("BEGIN PUBLIC KEY") {
        return RsaPublicKey::from_public_key_pem(pem.trim()).ok();
    }
    let (label, document) = Document::from_pem(pem.trim()).ok()?;
    if label != "CERTIFICATE" {
        return None;
    }
    RsaPublicKey::from_public_key_der(&key_of_certificate(document.as_bytes())?).ok()
}

/// SubjectPublicKeyInfo of a certificate: the sixth field after the version.
fn key_of_certificate(der: &[u8]) -> Option<Vec<u8>> {
    let certificate = AnyRef::from_der(der).ok()?;
    let signed = AnyRef::decode(&mut SliceReader::new(certificate.value()).ok()?).ok()?;
    let mut fields = SliceReader::new(signed.value()).ok()?;
    let mut place = 0;
    while !fields.is_finished() {
        let field = AnyRef::decode(&mut fields).ok()?;
        // Certificates of version 1 have no version field.
        if place == 0 && !field.tag().is_context_specific() {
            place = 1;
        }
        if place == 6 {
            return field.to_der().ok();
        }
        place += 1;
    }
    None
}

/// Refuses what is not signed with the merchant's key, or carries parameters outside of the body.
pub fn check(pem: &str, call: &Call) -> Result<(), Refusal> {
    let wrong = || Refusal::new(5, "Request signature is incorrect", "Неверная подпись запроса");
    if call.query.as_deref().is_some_and(|query| !query.is_empty()) {
        return Err(wrong());
    }
    let hash = Sha256::digest(&call.body);
    if call.header("x-hash") != Some(base64::encode(&hash).as_str()) {
        return Err(wrong());
    }
    let signature = call.header("x-signature").and_then(base64::decode).ok_or_else(wrong)?;
    let signature = Signature::try_from(signature.as_slice()).map_err(|_| wrong())?;
    let key = VerifyingKey::<Sha256>::new(public_key(pem).ok_or_else(wrong)?);
    key.verify(&hash, &signature).map_err(|_| wrong())
}

#[cfg(test)]
mod tests;
