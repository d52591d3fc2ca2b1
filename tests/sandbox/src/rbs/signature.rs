//! Signatures of callbacks (`docs/gateways/rbs.md`, Callbacks): the string, the HMAC and
//! the RSA recipe.

use hmac::{Hmac, KeyInit, Mac};
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey, sha2::Sha512};
use sha2::Sha256;

/// The label that travels beside an RSA checksum. It names a key, not the algorithm
/// (`docs/gateways/rbs.md`, Callbacks).
pub const RSA_ALIAS: &str = "SHA-256 with RSA";

const TEST_KEY: &str = include_str!("test_key.pem");

/// `name;value;` for every parameter but the signature's own, names in code-unit order.
pub fn signed_string(parameters: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> =
        parameters.iter().filter(|(name, _)| name != "checksum" && name != "sign_alias").collect();
    sorted.sort_by(|left, right| left.0.cmp(&right.0));
    sorted.iter().map(|(name, value)| format!("{name};{value};")).collect()
}

/// Symmetric checksum: HMAC-SHA256 with the key's text, upper-case hex.
pub fn hmac_checksum(key: &str, text: &str) -> String {
    // HMAC takes keys of any length, so this arm is never reached.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    hex::encode_upper(mac.finalize().into_bytes())
}

/// The sandbox's own key pair for merchants whose callbacks are signed with RSA.
pub struct RsaPair {
    key: SigningKey<Sha512>,
    public_pem: String,
}

impl RsaPair {
    /// Reads the embedded test key.
    pub fn embedded() -> Result<Self, String> {
        let private = RsaPrivateKey::from_pkcs8_pem(TEST_KEY)
            .map_err(|error| format!("the embedded test key cannot be read: {error}"))?;
        let public_pem = private
            .to_public_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|error| format!("the test key's public half cannot be written: {error}"))?;
        Ok(Self { key: SigningKey::new(private), public_pem })
    }

    /// The public half that a merchant would be given.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// A message that was encrypted for this key with PKCS#1 v1.5 padding.
    pub fn decrypted(&self, message: &[u8]) -> Option<Vec<u8>> {
        let key: &RsaPrivateKey = self.key.as_ref();
        key.decrypt(Pkcs1v15Encrypt, message).ok()
    }

    /// Asymmetric checksum: RSASSA-PKCS1-v1_5 with SHA-512, upper-case hex.
    pub fn checksum(&self, text: &str) -> String {
        self.key
            .try_sign(text.as_bytes())
            .map(|made| hex::encode_upper(made.to_vec()))
            .unwrap_or_default()
    }

    /// The same with SHA-256, for installations whose key pair was made for it.
    pub fn checksum_256(&self, text: &str) -> String {
        let private: &RsaPrivateKey = self.key.as_ref();
        let key = SigningKey::<rsa::sha2::Sha256>::new(private.clone());
        let made = key.try_sign(text.as_bytes());
        made.map(|made| hex::encode_upper(made.to_vec())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use rsa::RsaPublicKey;
    use rsa::pkcs1v15::{Signature, VerifyingKey};
    use rsa::pkcs8::DecodePublicKey;
    use rsa::signature::Verifier;

    use super::*;

    /// Public key of the certificate in the gateway's documents.
    const C1: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCTYMYLVkRXvM4RehRNQvLNbf3Z
5wvKszTfrrlDkN4QcdQhykExLWRU4gmzSzDZIFrSfwkQQYhV0G8s2tPyrOxUYEg+
dqhWFFdOc0Yyy6BMsxuiwH4oScExD3XTcQTbwsanQXlXQ04RvNcwtA4gITHksL3D
wrXo2gw0hGHEASy4QwIDAQAB
-----END PUBLIC KEY-----
";

    fn text(parameters: &[(&str, &str)]) -> String {
        let owned: Vec<_> =
            parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        signed_string(&owned)
    }

    #[test]
    fn vector_v1_symmetric() {
        let string = text(&[
            ("status", "1"),
            ("orderNumber", "2003"),
            ("checksum", "ignored"),
            ("operation", "approved"),
            ("sign_alias", "ignored"),
            ("mdOrder", "06cf5599-3f17-7c86-bdbc-bd7d00a8b38b"),
        ]);
        assert_eq!(
            string,
            "mdOrder;06cf5599-3f17-7c86-bdbc-bd7d00a8b38b;operation;approved;orderNumber;2003;status;1;"
        );
        assert_eq!(
            hmac_checksum("ooc7slpvc61k7sf7ma7p4hrefr", &string),
            "EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972"
        );
    }

    #[test]
    fn vector_v2_symmetric() {
        let string = text(&[
            ("orderNumber", "10747"),
            ("mdOrder", "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe"),
            ("operation", "deposited"),
            ("status", "1"),
            ("amount", "123456"),
        ]);
        assert_eq!(
            hmac_checksum("yourSecretToken", &string),
            "51C892147225ABE87798CB02979D70EF46D0AE79B5AA3B28B1C260BE286C50A9"
        );
    }

    #[test]
    fn extra_vectors_symmetric() {
        for (string, expected) in [
            (
                "callbackCreationDate;Mon Jan 31 21:46:52 UTC 2022;mdOrder;1234567890-098776-234-522;\
                 operation;deposited;orderNumber;0987;status;0;",
                "7446A04F61DDEA4C4AD3980C3D1143BB6C2707803EDA7F53829164C7506A3BD8",
            ),
            (
                "bindingId;37e2a02e-9f7b-4335-9e45-7a6a1ec2c95a;clientId;1;enabled;true;",
                "6ED04EEBF4B6274DB88518F1CBE5099C4791650A0AFEF236577EF0BAF174331E",
            ),
        ] {
            assert_eq!(hmac_checksum("yourSecretToken", string), expected);
        }
    }

    #[test]
    fn vector_v3_asymmetric() {
        let string = text(&[
            ("amount", "35000099"),
            ("mdOrder", "12b59da8-f68f-7c8d-12b5-9da8000826ea"),
            ("operation", "deposited"),
            ("status", "1"),
        ]);
        let published = "163BD9FAE437B5DCDAAC4EB5ECEE5E533DAC7BD2C8947B0719F7A8BD17C101EBDBEACDB295C10BF041E903AF3FF1E6101FF7DB9BD024C6272912D86382090D5A7614E174DC034EBBB541435C80869CEED1F1E1710B71D6EE7F52AE354505A83A1E279FBA02572DC4661C1D75ABF5A7130B70306CAFA69DABC2F6200A698198F8";
        let signature = Signature::try_from(hex::decode(published).unwrap().as_slice()).unwrap();
        let key = VerifyingKey::<Sha512>::new(RsaPublicKey::from_public_key_pem(C1).unwrap());
        key.verify(string.as_bytes(), &signature).unwrap();
        assert!(key.verify(b"another string", &signature).is_err());
    }

    #[test]
    fn own_signatures_verify_with_the_published_key() {
        let pair = RsaPair::embedded().unwrap();
        let made = hex::decode(pair.checksum("mdOrder;1;")).unwrap();
        let public = RsaPublicKey::from_public_key_pem(pair.public_pem()).unwrap();
        VerifyingKey::<Sha512>::new(public)
            .verify(b"mdOrder;1;", &Signature::try_from(made.as_slice()).unwrap())
            .unwrap();
        let made = hex::decode(pair.checksum_256("mdOrder;1;")).unwrap();
        let public = RsaPublicKey::from_public_key_pem(pair.public_pem()).unwrap();
        VerifyingKey::<rsa::sha2::Sha256>::new(public)
            .verify(b"mdOrder;1;", &Signature::try_from(made.as_slice()).unwrap())
            .unwrap();
    }
}
