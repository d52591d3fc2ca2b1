mod authentic;
mod told;

use md5::Md5;
use serde_json::{Value, json};
use sha2::Digest;

use crate::error::{Error, Kind};
use crate::expect::Expect;
use crate::gateways::Gateway;
use crate::gateways::intellectmoney::IntellectMoney;
use crate::notification::{Notification, Received};
use crate::settings::Common;

/// What each webhook of these tests says, unless it says otherwise.
const USUAL: [(&str, &str); 11] = [
    ("EshopId", "465932"),
    ("PaymentId", "3000000001"),
    ("OrderId", "o2"),
    ("ServiceName", "Книга"),
    ("EshopAccount", "4356091274"),
    ("RecipientAmount", "10.50"),
    ("RecipientCurrency", "RUB"),
    ("PaymentStatus", "5"),
    ("UserName", "Иван"),
    ("UserEmail", "a@b.ru"),
    ("PaymentData", "2030-01-02 03:04:05"),
];
/// D8: the hash of [`USUAL`] with the key `mySecret`, made apart.
const OF_UTF8: &str = "108a6c6867df6bed02b1834a8304801d";
const OF_1251: &str = "bba053b38b8574119f18aa44731880e3";

fn read_as(
    settings: Value,
    expect: Expect,
    content_type: &str,
    body: &[u8],
) -> Result<Notification, Error> {
    let mut all = json!({ "gateway": "intellectmoney", "eshop_id": "465932",
                          "secret_key": "mySecret", "bearer_token": "b", "sign_secret_key": "s" });
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let (common, own) = Common::split(all.as_object().unwrap()).unwrap();
    let received = Received {
        method: "POST".into(),
        query: Vec::new(),
        headers: vec![("content-type".into(), content_type.into())],
        body: body.to_vec(),
    };
    let expected = expect.read(common.test_mode).unwrap();
    IntellectMoney::open(&common, &own).unwrap().notification(
        &received,
        &expected,
        time::OffsetDateTime::UNIX_EPOCH,
    )
}

const PLAIN: &str = "application/x-www-form-urlencoded";
const UTF8: &str = "application/x-www-form-urlencoded; charset=UTF-8";
const OLD: &str = "application/x-www-form-urlencoded; Charset=\"windows-1251\"";

fn read(body: &[u8]) -> Result<Notification, Error> {
    read_as(json!({}), Expect::default(), PLAIN, body)
}

/// The reason of its refusal; what to answer is always told.
fn refused(body: &[u8]) -> &'static str {
    let error = read(body).map(|_| ()).unwrap_err();
    assert_eq!((error.kind, error.may_have_happened), (Kind::Untrusted, false));
    assert_eq!(error.answer.as_ref().unwrap()["reject"]["status"], 403);
    error.reason
}

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = USUAL.to_vec();
    for (name, value) in changes {
        match pairs.iter_mut().find(|(given, _)| given == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    pairs
}

fn narrow(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

fn wide(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn form(pairs: &[(&str, &str)], bytes: fn(&str) -> Vec<u8>) -> Vec<u8> {
    let pair = |(name, value): &(&str, &str)| {
        let value: String = bytes(value).iter().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}")
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

/// The text that is hashed, cut from the pairs as the documents order them.
fn text(pairs: &[(&str, &str)], key: &str) -> String {
    let of = |name: &str| pairs.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value);
    let signed = USUAL.iter().filter(|(name, _)| *name != "PaymentId").map(|(name, _)| of(name));
    signed.chain([key]).collect::<Vec<_>>().join("::")
}

fn signed(changes: &[(&str, &str)]) -> Vec<u8> {
    let pairs = with(changes);
    let hash = hex::encode(Md5::digest(text(&pairs, "mySecret")));
    let mut body = form(&pairs, wide);
    body.extend(format!("&Hash={hash}").bytes());
    body
}
