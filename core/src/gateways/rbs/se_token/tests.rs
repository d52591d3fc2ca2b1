use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey};
use rustls_pki_types::PrivatePkcs1KeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;

use super::keys::keys_reply;
use super::*;
use crate::clock;

const PRIVATE: &str = include_str!("../../../sign/rsa/test_keys/pkcs1.pem");
const PUBLIC: &str = include_str!("../../../sign/rsa/test_keys/public.pem");
const WEAK: &str = include_str!("../../../sign/rsa/test_keys/weak_public.pem");

const PAN: &str = "4532896701439077";
const ORDER: &str = "7f472085-399e-414e-b51c-a7b538aee497";
const BINDING: &str = "47eb0336-5ad9-4e03-8a1e-b9f3656ec768";
const UUID: &str = "fd4b1011-727a-41e8-95b4-d7092d729022";
/// 2020-07-06 07:26:20.806 in Moscow.
const MOMENT: i128 = 1_594_009_580_806;

fn secret(text: &str) -> Option<Secret> {
    (!text.is_empty()).then(|| Secret::new(text.to_owned()))
}

fn card(pan: &str, cvc: &str, expiry: &str, order: &str, binding: &str) -> Card {
    Card {
        pan: secret(pan),
        cvc: secret(cvc),
        expiry: secret(expiry),
        md_order: (!order.is_empty()).then(|| order.to_owned()),
        binding_id: secret(binding),
        ..Card::default()
    }
}

fn uuid(text: &str) -> [u8; 16] {
    hex::decode(text.replace('-', "")).unwrap().try_into().unwrap()
}

fn moscow() -> UtcOffset {
    UtcOffset::from_hms(3, 0, 0).unwrap()
}

/// The plaintext at the vectors' moment, without the timestamp and the UUID in front.
fn plain(card: &Card) -> String {
    let now = clock::from_unix_ms(MOMENT).unwrap();
    let text = card.plaintext(now, moscow(), uuid(UUID));
    let fixed = "2020-07-06T07:26:20+03:00/fd4b1011-727a-41e8-95b4-d7092d729022/";
    text.strip_prefix(fixed).unwrap().to_owned()
}

/// The field that is at fault.
fn fault(card: &Card, target: Target) -> String {
    card.check(target).err().unwrap().field.clone().unwrap()
}

#[test]
fn the_published_plaintexts() {
    let new = card(PAN, "444", "202012", ORDER, "");
    assert_eq!(plain(&new), format!("{PAN}/444/202012/{ORDER}"));
    let no_cvc = card(PAN, "", "202012", ORDER, "");
    assert_eq!(plain(&no_cvc), format!("{PAN}//202012/{ORDER}"));
    let no_expiry = card(PAN, "444", "", ORDER, "");
    assert_eq!(plain(&no_expiry), format!("{PAN}/444//{ORDER}"));
    let neither = card(PAN, "", "", ORDER, "");
    assert_eq!(plain(&neither), format!("{PAN}///{ORDER}"));
    let stored = card("", "444", "202012", ORDER, BINDING);
    assert_eq!(plain(&stored), format!("/444/202012/{ORDER}/{BINDING}"));
    let stored_alone = card("", "", "", ORDER, BINDING);
    assert_eq!(plain(&stored_alone), format!("///{ORDER}/{BINDING}"));
    let nine = Card {
        cardholder: secret("CardHolderName"),
        registered_from: Some("MSDK_CORE".into()),
        ..card(PAN, "", "202012", ORDER, "")
    };
    assert_eq!(plain(&nine), format!("{PAN}//202012/{ORDER}//CardHolderName/MSDK_CORE"));
}

#[test]
fn the_sample_of_the_manual() {
    let order = "b94eac90-e487-796a-8ed2-cf5a00096352";
    let card = card("5555555555555599", "123", "202412", order, "");
    let now = clock::parse("2020-09-15T07:00:33Z").unwrap();
    let text = card.plaintext(now, moscow(), uuid("9bb1501a-1547-425a-a022-1db5ff8f72c4"));
    assert_eq!(
        text.as_str(),
        "2020-09-15T10:00:33+03:00/9bb1501a-1547-425a-a022-1db5ff8f72c4/5555555555555599/123/202412/b94eac90-e487-796a-8ed2-cf5a00096352"
    );
}

#[test]
fn the_layouts_of_a_refund_to_a_card() {
    assert_eq!(plain(&card(PAN, "444", "202012", "", "")), format!("{PAN}/444/202012"));
    assert_eq!(plain(&card(PAN, "", "202012", "", "")), format!("{PAN}//202012"));
    assert_eq!(plain(&card("", "444", "", "", BINDING)), format!("/444///{BINDING}"));
    assert_eq!(plain(&card("", "", "", "", BINDING)), format!("////{BINDING}"));
}

#[test]
fn the_offset_is_written_out_whatever_it_is() {
    let now = clock::parse("2026-01-31T22:00:05.5Z").unwrap();
    let at = |hours, minutes| {
        let zone = UtcOffset::from_hms(hours, minutes, 0).unwrap();
        card(PAN, "", "", "", "").plaintext(now, zone, [0; 16])[..25].to_owned()
    };
    assert_eq!(at(0, 0), "2026-01-31T22:00:05+00:00");
    assert_eq!(at(5, 30), "2026-02-01T03:30:05+05:30");
    assert_eq!(at(-3, -30), "2026-01-31T18:30:05-03:30");
}

#[test]
fn any_sixteen_bytes_make_a_random_uuid() {
    let now = clock::from_unix_ms(MOMENT).unwrap();
    let of =
        |byte| card(PAN, "", "", "", "").plaintext(now, moscow(), [byte; 16])[26..62].to_owned();
    assert_eq!(of(0x00), "00000000-0000-4000-8000-000000000000");
    assert_eq!(of(0xff), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

#[test]
fn each_method_says_which_field_it_misses() {
    use Target::{InstantPayment, InstantRefund, PaymentOrder, PaymentOrderBinding};
    let whole = |target| match target {
        PaymentOrder => card(PAN, "444", "203012", ORDER, ""),
        InstantPayment | InstantRefund => card(PAN, "444", "203012", "", ""),
        PaymentOrderBinding => card("", "444", "203012", ORDER, BINDING),
    };
    for target in [PaymentOrder, InstantPayment, InstantRefund, PaymentOrderBinding] {
        assert!(whole(target).check(target).is_ok(), "{target:?}");
        assert!(Card { cvc: None, ..whole(target) }.check(target).is_ok(), "{target:?}");
    }
    for target in [PaymentOrder, InstantPayment, InstantRefund] {
        assert_eq!(fault(&Card { pan: None, ..whole(target) }, target), "pan");
        assert_eq!(fault(&Card { expiry: None, ..whole(target) }, target), "expiry");
    }
    for target in [PaymentOrder, PaymentOrderBinding] {
        assert_eq!(fault(&Card { md_order: None, ..whole(target) }, target), "md_order");
    }
    let unstored = Card { binding_id: None, ..whole(PaymentOrderBinding) };
    assert_eq!(fault(&unstored, PaymentOrderBinding), "binding_id");
    for target in [InstantPayment, InstantRefund] {
        assert!(card("", "", "", "", BINDING).check(target).is_ok(), "{target:?}");
    }
}

#[test]
fn what_a_method_has_no_use_for_is_refused() {
    use Target::{InstantPayment, InstantRefund, PaymentOrder, PaymentOrderBinding};
    let both = |order| card(PAN, "444", "203012", order, BINDING);
    // Such a token must go to paymentOrderBinding.do.
    assert_eq!(fault(&both(ORDER), PaymentOrder), "binding_id");
    assert_eq!(fault(&both(ORDER), PaymentOrderBinding), "pan");
    for target in [InstantPayment, InstantRefund] {
        assert_eq!(fault(&both(""), target), "pan");
        assert_eq!(fault(&card(PAN, "444", "203012", ORDER, ""), target), "md_order");
    }
    assert_eq!(fault(&card("", "", "203012", "", BINDING), InstantRefund), "expiry");
}

#[test]
fn the_expiry_has_six_digits_that_are_a_month() {
    for wrong in ["20261", "2026-1", "122026", "202600", "202613", "2026123", "1226", "２０２６"]
    {
        assert_eq!(fault(&card(PAN, "", wrong, ORDER, ""), Target::PaymentOrder), "expiry");
    }
    for right in ["202601", "202612", "209909"] {
        assert!(card(PAN, "", right, ORDER, "").check(Target::PaymentOrder).is_ok());
    }
}

#[test]
fn a_wrong_number_is_refused_and_not_repeated() {
    for wrong in ["4532896701439078", "4532 8967 0143 9077", "411111111111", "00000000000000000000"]
    {
        let error = card(wrong, "44444", "203012", ORDER, "").check(Target::PaymentOrder);
        let error = error.err().unwrap();
        assert_eq!(error.field.as_deref(), Some("pan"));
        assert!(!error.message.contains(wrong));
    }
    for right in ["639002000000000003", "4000000000006", "2202208020207685"] {
        assert!(
            card(right, "", "203012", ORDER, "").check(Target::PaymentOrder).is_ok(),
            "{right}"
        );
    }
    for wrong in ["12", "12345", "12a"] {
        assert_eq!(fault(&card(PAN, wrong, "203012", ORDER, ""), Target::PaymentOrder), "cvc");
    }
}

#[test]
fn no_field_can_take_the_place_of_another() {
    let mut card = card(PAN, "", "203012", ORDER, "");
    for wrong in ["A/B", "A\nB", ""] {
        card.cardholder = Some(Secret::new(wrong.to_owned()));
        assert_eq!(fault(&card, Target::PaymentOrder), "cardholder");
    }
    card.cardholder = None;
    card.registered_from = Some("MSDK/CORE".into());
    assert_eq!(fault(&card, Target::PaymentOrder), "registered_from");
    card.md_order = Some("1/2".into());
    assert_eq!(fault(&card, Target::PaymentOrder), "md_order");
}

/// Counts upwards: the same in every run.
fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0u8;
    move |bytes| {
        for byte in bytes {
            *byte = next;
            next = next.wrapping_add(1);
        }
    }
}

fn token(card: &Card, random: &mut dyn FnMut(&mut [u8])) -> Result<Secret, Error> {
    let now = clock::from_unix_ms(MOMENT).unwrap();
    let key = EncryptionKey::from_pem(PUBLIC).unwrap();
    encrypt(card, Target::PaymentOrder, &key, now, moscow(), random)
}

#[test]
fn the_gateway_reads_what_was_encrypted() {
    let card = card(PAN, "444", "202012", ORDER, "");
    let sealed = token(&card, &mut counting()).unwrap();
    let bytes = STANDARD.decode(sealed.expose()).unwrap();
    assert_eq!(bytes.len(), 256);
    let der = PrivatePkcs1KeyDer::from_pem_slice(PRIVATE.as_bytes()).unwrap();
    let key = RsaPrivateKey::from_pkcs1_der(der.secret_pkcs1_der()).unwrap();
    let opened = String::from_utf8(key.decrypt(Pkcs1v15Encrypt, &bytes).unwrap()).unwrap();
    assert_eq!(
        opened,
        format!(
            "2020-07-06T07:26:20+03:00/00010203-0405-4607-8809-0a0b0c0d0e0f/{PAN}/444/202012/{ORDER}"
        )
    );
}

#[test]
fn a_token_follows_from_the_randomness_handed_in() {
    let card = card(PAN, "444", "202012", ORDER, "");
    let mut random = counting();
    let first = token(&card, &mut random).unwrap();
    assert_ne!(first.expose(), token(&card, &mut random).unwrap().expose());
    assert_eq!(first.expose(), token(&card, &mut counting()).unwrap().expose());
}

#[test]
fn what_does_not_fit_the_key_names_the_long_field() {
    let named = |letters| Card {
        cardholder: secret(&"A".repeat(letters)),
        ..card(PAN, "444", "202012", ORDER, "")
    };
    // A key of 2048 bits takes 245 bytes, of which the other fields fill 129.
    assert!(token(&named(116), &mut counting()).is_ok());
    let error = token(&named(117), &mut counting()).err().unwrap();
    assert_eq!(error.message, "cardholder: too long for the gateway's key by 1 bytes");
}

fn listed(keys: serde_json::Value) -> Result<Option<String>, String> {
    let now = clock::parse("2026-01-31T10:00:00Z").unwrap();
    let body = json!({ "keys": keys }).to_string();
    keys_reply(body.as_bytes(), now).map(|(_, until)| until.map(clock::print))
}

fn key(value: &str, protocol: &str, expiration: serde_json::Value) -> serde_json::Value {
    json!({ "keyValue": value, "protocolVersion": protocol, "keyExpiration": expiration })
}

#[test]
fn the_first_key_that_is_still_good_is_taken() {
    let old = key(PUBLIC, "RSA", 1_594_009_580_806_u64.into());
    let good = key(PUBLIC, "RSA", 1_800_000_000_000_u64.into());
    let later = key(PUBLIC, "RSA", 1_900_000_000_000_u64.into());
    let until = Ok(Some("2027-01-15T08:00:00Z".to_owned()));
    assert_eq!(listed(json!([old, good, later])), until);
    // all2pay: the other name, and seconds; or text.
    assert_eq!(listed(json!([key(PUBLIC, "RSA-4096", 1_800_000_000_u64.into())])), until);
    assert_eq!(listed(json!([key(PUBLIC, "RSA", "1800000000000".into())])), until);
    assert_eq!(listed(json!([{ "keyValue": PUBLIC }])), Ok(None));
    let says = listed(json!([old])).unwrap_err();
    assert!(says.ends_with("it expired at 2020-07-06T04:26:20.806Z"), "{says}");
    // At that very moment it is over.
    assert!(listed(json!([key(PUBLIC, "RSA", 1_769_853_600_000_u64.into())])).is_err());
    assert!(listed(json!([key(PUBLIC, "RSA", 1_769_853_600_001_u64.into())])).is_ok());
}

#[test]
fn a_key_on_one_line_is_read() {
    for between in ["", " ", "\\n", "\r\n"] {
        let value = PUBLIC.replace('\n', between);
        assert!(listed(json!([key(&value, "RSA", 1_800_000_000_000_u64.into())])).is_ok());
    }
}

#[test]
fn a_list_without_a_usable_key_says_why() {
    let expected = "expected a list of keys from se/keys.do, got something else";
    for wrong in ["", "<html>", "{}", r#"{"errorCode":5}"#, r#"{"keys":{}}"#] {
        let now = clock::parse("2026-01-31T10:00:00Z").unwrap();
        assert_eq!(keys_reply(wrong.as_bytes(), now).err().unwrap(), expected, "{wrong}");
    }
    assert_eq!(listed(json!([])).unwrap_err(), "the gateway lists no key for card data");
    let future = || serde_json::Value::from(1_800_000_000_000_u64);
    for (wrong, says) in [
        (key(PUBLIC, "EC", future()), "neither RSA nor RSA-4096"),
        (key(PUBLIC, "RSA", "soon".into()), "keyExpiration is not a time"),
        (key("MIIB", "RSA", future()), "expected an RSA public key in PEM"),
        (key(PRIVATE, "RSA", future()), "expected an RSA public key in PEM"),
        (key(WEAK, "RSA", future()), "at least 2048 bits, got 1024"),
    ] {
        let error = listed(json!([wrong])).unwrap_err();
        assert!(error.contains(says), "{error}");
        // One that cannot be used hides no other.
        assert!(listed(json!([wrong, key(PUBLIC, "RSA", future())])).is_ok());
    }
}
