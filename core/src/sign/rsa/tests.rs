use super::*;
use crate::secret::Secret;

const PKCS1: &str = include_str!("test_keys/pkcs1.pem");
const PKCS8: &str = include_str!("test_keys/pkcs8.pem");
const PUBLIC: &str = include_str!("test_keys/public.pem");
const ENCRYPTED: &str = include_str!("test_keys/encrypted.pem");

fn password(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn refused(pem: &str, secret: Option<&str>) -> String {
    let secret = secret.map(password);
    PrivateKey::from_pem(pem, secret.as_ref()).err().unwrap()
}

/// Signs with the key, and checks with its public part.
fn works(pem: &str, secret: Option<&str>) {
    let secret = secret.map(password);
    let key = PrivateKey::from_pem(pem, secret.as_ref()).unwrap_or_else(|says| panic!("{says}"));
    let public = PublicKey::from_pem(PUBLIC).unwrap();
    for digest in [Digest::Sha256, Digest::Sha512] {
        let signature = key.sign(digest, b"kopeck").unwrap();
        assert_eq!(signature.len(), 256);
        assert!(public.verifies(digest, b"kopeck", &signature));
        assert!(!public.verifies(digest, b"rouble", &signature));
    }
}

#[test]
fn every_form_of_a_key_signs() {
    works(PKCS1, None);
    works(PKCS8, None);
    works(&PKCS8.replace('\n', "\\n"), None);
    works(&PKCS8.replace('\n', "\r\n"), None);
    works(&format!("{PUBLIC}{PKCS8}"), None);
    works(ENCRYPTED, Some("correct"));
    // What PHP's openssl_pkey_export and old OpenSSL write.
    works(include_str!("test_keys/encrypted_3des.pem"), Some("correct"));
}

#[test]
fn a_signature_does_not_depend_on_chance() {
    let key = PrivateKey::from_pem(PKCS8, None).unwrap();
    let sign = || key.sign(Digest::Sha256, b"kopeck").unwrap();
    assert_eq!(sign(), sign());
}

#[test]
fn what_is_no_pem_or_no_private_key_is_named() {
    let no_pem = "expected an RSA private key in PEM (\"-----BEGIN PRIVATE KEY-----\")";
    assert_eq!(refused("", None), no_pem);
    assert_eq!(refused("/etc/ssl/shop.key", None), no_pem);
    assert_eq!(refused(PKCS8.trim_end_matches("-----END PRIVATE KEY-----\n"), None), no_pem);
    assert_eq!(refused(PUBLIC, None), "expected a private key, got a public one");
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n";
    assert_eq!(refused(certificate, None), "expected a private key, got a certificate");
    assert_eq!(
        refused(&PKCS8.replacen("MIIE", "MI*E", 1), None),
        "this private key cannot be read: it is damaged or cut short"
    );
}

#[test]
fn other_algorithms_and_sizes_are_named() {
    let other = "expected an RSA key, got one of another algorithm";
    assert_eq!(refused(include_str!("test_keys/ec.pem"), None), other);
    assert_eq!(refused(include_str!("test_keys/ed25519.pem"), None), other);
    let sec1 = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n";
    assert_eq!(refused(sec1, None), other);
    assert_eq!(
        refused(include_str!("test_keys/weak.pem"), None),
        "expected an RSA key of 2048 to 4096 bits, got 1024"
    );
    let ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n";
    assert!(refused(ssh, None).contains("ssh-keygen -p -m PKCS8"));
}

#[test]
fn a_key_whose_parts_do_not_belong_together_is_refused() {
    let third = PKCS1.lines().nth(2).unwrap();
    let changed: String = third.chars().rev().collect();
    let says = refused(&PKCS1.replace(third, &changed), None);
    assert!(says.starts_with("this RSA private key cannot be used"), "{says}");
}

#[test]
fn a_password_too_many_too_few_or_wrong_is_named() {
    assert_eq!(refused(ENCRYPTED, None), "this key is encrypted; give its password");
    // Of this file "152" and "338" decrypt into something that only looks well padded.
    for wrong in ["wrong", "Correct", "correct ", "152", "338"] {
        let says = "the password does not open this private key";
        assert_eq!(refused(ENCRYPTED, Some(wrong)), says);
    }
    for open in [PKCS1, PKCS8] {
        let says = "this key is not encrypted, and yet a password is given";
        assert_eq!(refused(open, Some("correct")), says);
    }
}

#[test]
fn old_encryption_is_refused_with_the_way_out() {
    let legacy = include_str!("test_keys/legacy.pem");
    for given in [None, Some("correct")] {
        assert!(refused(legacy, given).contains("openssl pkcs8 -topk8 -in old.pem"));
    }
    let pbes1 = include_str!("test_keys/encrypted_pbes1.pem");
    assert!(refused(pbes1, Some("correct")).contains("openssl pkcs8 -topk8 -v2 aes-256-cbc"));
}

#[test]
fn nothing_of_a_key_stands_in_an_error() {
    let damaged = PKCS8.replacen("MIIE", "MIIF", 1);
    let says = refused(&damaged, None);
    assert!(PKCS8.lines().all(|line| !says.contains(line)), "{says}");
}

#[test]
fn an_encryption_key_is_public_and_strong() {
    assert_eq!(EncryptionKey::from_pem(PUBLIC).unwrap().room(), 245);
    assert_eq!(EncryptionKey::from_pem(&PUBLIC.replace('\n', "")).unwrap().room(), 245);
    for wrong in [PKCS1, PKCS8, ""] {
        let says = EncryptionKey::from_pem(wrong).err().unwrap();
        assert_eq!(says, "expected an RSA public key in PEM");
    }
    let elliptic = include_str!("test_keys/ec_public.pem");
    let says = EncryptionKey::from_pem(elliptic).err().unwrap();
    assert_eq!(says, "expected an RSA public key of 2048 to 4096 bits");
    let weak = include_str!("test_keys/weak_public.pem");
    let says = EncryptionKey::from_pem(weak).err().unwrap();
    assert_eq!(says, "expected an RSA key of at least 2048 bits, got 1024");
}

#[test]
fn encryption_depends_on_the_randomness_handed_in_and_on_nothing_else() {
    let key = EncryptionKey::from_pem(PUBLIC).unwrap();
    let with = |byte: u8| key.encrypt(&mut |bytes: &mut [u8]| bytes.fill(byte), b"kopeck");
    assert_eq!(with(1).unwrap(), with(1).unwrap());
    assert_ne!(with(1).unwrap(), with(2).unwrap());
    assert_eq!(with(0).unwrap_err(), "the random source gives nothing but zeros");
}

#[test]
fn what_does_not_fit_the_key_is_said() {
    let key = EncryptionKey::from_pem(PUBLIC).unwrap();
    let mut random = |bytes: &mut [u8]| bytes.fill(1);
    assert!(key.encrypt(&mut random, &[b'a'; 245]).is_ok());
    let says = key.encrypt(&mut random, &[b'a'; 246]).unwrap_err();
    assert_eq!(says, "expected at most 245 bytes, got 246");
}
