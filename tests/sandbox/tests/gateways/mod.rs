//! What a shop of each gateway sends, expects and answers, written by hand from the gateways' documents:
//! it knows no descriptor.

mod calls;
pub mod drive;
mod forms;
mod links;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use md5::Md5;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use sha3::Sha3_256;

use crate::base64;
use crate::listener::Heard;

/// A request of the shop or of the buyer's browser.
pub struct Sent {
    /// HOST/PATH.
    pub url: String,
    /// Fields of a form; of a GET in the query.
    pub form: Vec<(String, String)>,
    /// A JSON body.
    pub json: Option<Value>,
    /// GET.
    pub get: bool,
    /// Headers.
    pub headers: Vec<String>,
}

/// A request by the payment's id, and a part of its reply.
pub type Ask = (fn(&str) -> Sent, &'static str);

/// A gateway.
pub struct Play {
    /// The descriptor's file.
    pub id: &'static str,
    /// Public settings.
    pub config: Value,
    /// Secrets.
    pub secrets: Value,
    /// The order number.
    pub number: &'static str,
    /// How a payment begins; the second is where the reply has the page, none for a browser's form.
    pub create: (Sent, Option<&'static str>),
    /// What is wrong with the notification of a payment; nothing if it is right.
    pub check: fn(&Heard) -> (String, String),
    /// The answer.
    pub answer: fn(&Heard) -> String,
    /// How to ask for the status by the payment's id, and a part of the reply of a paid one.
    pub status: Option<Ask>,
}

pub fn md5(text: &str) -> String {
    hex::encode(Md5::digest(text))
}

pub fn sha1(text: &str) -> String {
    hex::encode(Sha1::digest(text))
}

pub fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

pub fn hmac_sha256(key: &str, text: &str) -> Vec<u8> {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

pub fn hmac_md5(key: &str, text: &str) -> String {
    let mac = <Hmac<Md5> as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
    hex::encode(mac.chain_update(text).finalize().into_bytes())
}

pub fn get_of(heard: &Heard, names: &str) -> Vec<String> {
    names
        .split(' ')
        .map(|name| if name == "S2" { "S2".to_owned() } else { heard.get(name) })
        .collect()
}

pub fn form(url: &str, pairs: &[(&str, &str)]) -> Sent {
    let form =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Sent { url: url.to_owned(), form, json: None, get: false, headers: Vec::new() }
}

pub fn get(url: &str, pairs: &[(&str, &str)]) -> Sent {
    Sent { get: true, ..form(url, pairs) }
}

pub fn json_to(url: &str, body: Value) -> Sent {
    Sent { json: Some(body), ..form(url, &[]) }
}

pub fn with(sent: Sent, header: &str) -> Sent {
    Sent { headers: vec![header.to_owned()], ..sent }
}

pub fn ok(_: &Heard) -> String {
    "OK".to_owned()
}

pub fn nothing(_: &Heard) -> String {
    String::new()
}

/// `data` and `signature` of LiqPay, version 7.
pub fn liqpay(fields: &Value) -> [(String, String); 2] {
    let data = base64::encode(fields.to_string().as_bytes());
    let signature = base64::encode(&Sha3_256::digest(format!("S1{data}S1")));
    [("data".to_owned(), data), ("signature".to_owned(), signature)]
}

pub fn liqpay_v3(fields: &Value) -> [(String, String); 2] {
    let data = base64::encode(fields.to_string().as_bytes());
    let signature = base64::encode(&Sha1::digest(format!("S1{data}S1")));
    [("data".to_owned(), data), ("signature".to_owned(), signature)]
}

/// Fondy's request with its signature.
pub fn fondy(mut fields: Value) -> Value {
    let mut all: Vec<(String, String)> = fields
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    all.sort();
    let values: Vec<String> =
        std::iter::once("S1".to_owned()).chain(all.into_iter().map(|(_, value)| value)).collect();
    fields["signature"] = json!(sha1(&values.join("|")));
    json!({ "request": fields })
}

/// Every gateway.
pub fn plays() -> Vec<Play> {
    let mut all = forms::plays();
    all.extend(links::plays());
    all.extend(calls::plays());
    all
}

pub fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    // The same all through a test.
    (since.as_secs() / 60 * 60).to_string()
}
