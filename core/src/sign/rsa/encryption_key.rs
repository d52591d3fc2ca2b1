//! A gateway's key for card data: RSA with PKCS#1 v1.5 padding.
//!
//! RUSTSEC-2023-0071 (the Marvin attack on the crate `rsa`) is about the time that *decrypting* and
//! signing take. Nothing is decrypted here: only a public key is at work, in which there is no
//! secret. The shop's own signatures are made by ring.

use rsa::pkcs8::DecodePublicKey;
use rsa::rand_core::{CryptoRng, Error, RngCore};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Encrypt, RsaPublicKey};

use crate::sign::pem;

/// An RSA public key of 2048 to 4096 bits that card data is encrypted with.
pub struct EncryptionKey(RsaPublicKey);

impl EncryptionKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`, on one line or on many.
    pub fn from_pem(text: &str) -> Result<EncryptionKey, String> {
        let expected = "expected an RSA public key in PEM";
        let section = pem::sections(text).find(|section| section.label == "PUBLIC KEY");
        let der = section.and_then(|section| section.der()).ok_or(expected)?;
        let key = RsaPublicKey::from_public_key_der(&der)
            .map_err(|_| "expected an RSA public key of 2048 to 4096 bits")?;
        let bits = key.n().bits();
        if bits < 2048 {
            return Err(format!("expected an RSA key of at least 2048 bits, got {bits}"));
        }
        Ok(EncryptionKey(key))
    }

    /// How many bytes can be encrypted at once: 245 with 2048 bits.
    pub fn room(&self) -> usize {
        self.0.size() - 11
    }

    /// Encrypts `message`. `random` fills the padding, so two tokens of one card differ.
    pub fn encrypt(
        &self,
        random: &mut dyn FnMut(&mut [u8]),
        message: &[u8],
    ) -> Result<Vec<u8>, String> {
        let mut given = Given { random, refills: 0 };
        let encrypted = self.0.encrypt(&mut given, Pkcs1v15Encrypt, message);
        if given.refills > MAX_REFILLS {
            return Err("the random source gives nothing but zeros".into());
        }
        encrypted
            .map_err(|_| format!("expected at most {} bytes, got {}", self.room(), message.len()))
    }
}

/// The padding holds no zero byte: each is drawn again, about two for a key, and for ever from a
/// broken source.
const MAX_REFILLS: u32 = 1000;

/// The randomness handed in, in the shape that the crate wants.
struct Given<'a> {
    random: &'a mut dyn FnMut(&mut [u8]),
    refills: u32,
}

impl RngCore for Given<'_> {
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.refills += 1;
        match self.refills > MAX_REFILLS {
            true => bytes.fill(1),
            false => (self.random)(bytes),
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }

    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

impl CryptoRng for Given<'_> {}
