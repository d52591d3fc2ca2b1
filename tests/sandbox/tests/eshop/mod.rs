//! A shop of IntellectMoney: signs its calls itself, and receives webhooks.

#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use md5::{Digest, Md5};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::started::Sandbox;

/// Names and values.
pub type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A shop with its keys.
pub struct Shop<'a> {
    pub sandbox: &'a Sandbox,
    pub eshop: Value,
}

impl<'a> Shop<'a> {
    /// A standing shop, with some switches set.
    pub fn new(sandbox: &'a Sandbox, id: &str, settings: Value) -> Self {
        let change = json!({"eshop_id": id, "settings": settings});
        Self { sandbox, eshop: sandbox.control("eshops", &change.to_string()) }
    }

    /// A key or a number of the shop.
    pub fn its(&self, name: &str) -> &str {
        self.eshop[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.eshop))
    }

    /// The whole address of a method.
    pub fn url(&self, path: &str) -> String {
        format!("{}/intellectmoney/{path}", self.sandbox.origin)
    }

    /// `Hash` of the values.
    pub fn hash(&self, signed: Pairs) -> String {
        md5(&format!("{}::{}", joined(signed), self.its("secret_key")))
    }

    /// `Sign` of the values.
    pub fn sign(&self, signed: Pairs) -> String {
        let text = format!("{}::{}", joined(signed), self.its("sign_secret_key"));
        hex::encode(Sha256::digest(text.as_bytes()))
    }

    /// The headers of a call in a live currency.
    pub fn headers(&self, signed: Pairs) -> Vec<String> {
        vec![
            format!("Authorization: Bearer {}", self.its("bearer_token")),
            format!("Sign: {}", self.sign(signed)),
        ]
    }

    /// A whole call of a Merchant method: `signed` in the order of the template, an empty name for
    /// an empty slot, a name in quotes for a literal word.
    pub fn call(&self, method: &str, signed: Pairs, more: Pairs) -> Value {
        let hash = self.hash(signed);
        let more: Vec<_> = more.iter().copied().chain([("Hash", hash.as_str())]).collect();
        self.post(&format!("merchant/{method}"), signed, &more, &self.headers(signed))
    }

    /// The same without `Authorization` and `Sign`, as in the test currency.
    pub fn call_bare(&self, method: &str, signed: Pairs, more: Pairs) -> Value {
        let hash = self.hash(signed);
        let more: Vec<_> = more.iter().copied().chain([("Hash", hash.as_str())]).collect();
        self.post(&format!("merchant/{method}"), signed, &more, &[])
    }

    /// A method of the Personal API.
    pub fn personal(&self, method: &str, signed: Pairs, more: Pairs) -> Value {
        self.post(&format!("personal/{method}"), signed, more, &self.headers(signed))
    }

    /// JSON there and back.
    pub fn post(&self, path: &str, signed: Pairs, more: Pairs, headers: &[String]) -> Value {
        let fields = signed.iter().chain(more).filter(|(name, value)| {
            !name.is_empty() && !name.starts_with('\'') && !value.is_empty()
        });
        let body: Map<String, Value> =
            fields.map(|(name, value)| (name.to_string(), json!(value))).collect();
        let text = self.raw(path, "application/json", &Value::Object(body).to_string(), headers);
        serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"))
    }

    /// Any body; the answer's text. JSON is asked for unless `headers` have an `Accept`.
    pub fn raw(&self, path: &str, label: &str, body: &str, headers: &[String]) -> String {
        let (url, label) = (self.url(path), format!("Content-Type: {label}"));
        let mut arguments = vec!["-H", &label, "--data-binary", body];
        if !headers.iter().any(|header| header.starts_with("Accept")) {
            arguments.extend(["-H", "Accept: application/json"]);
        }
        for header in headers {
            arguments.extend(["-H", header]);
        }
        arguments.push(&url);
        self.sandbox.curl(&arguments)
    }

    /// The signed fields of createInvoice, most of them empty.
    pub fn invoice_fields<'f>(
        &'f self,
        order: &'f str,
        currency: &'f str,
        more: Pairs<'f>,
    ) -> Vec<(&'f str, &'f str)> {
        let own = |name: &'f str| match name {
            "EshopId" => self.its("eshop_id"),
            "OrderId" => order,
            "RecipientAmount" => "10.00",
            "RecipientCurrency" => currency,
            "Email" => "a@b.ru",
            _ => "",
        };
        let given = |name: &str| more.iter().find(|(known, _)| *known == name);
        let slot =
            |name: &'f str| (name, given(name).map_or_else(|| own(name), |(_, value)| value));
        SLOTS.split(' ').map(slot).collect()
    }

    /// Creates an invoice and tells its number. What is not signed stands in `more` too.
    pub fn invoice(&self, order: &str, currency: &str, more: Pairs) -> String {
        let signed = self.invoice_fields(order, currency, more);
        let rest: Vec<_> = more.iter().copied().filter(|(name, _)| !SLOTS.contains(name)).collect();
        let reply = self.call("createInvoice", &signed, &rest);
        assert_eq!(reply["Result"]["State"]["Code"], 0, "{reply}");
        reply["Result"]["InvoiceId"].to_string()
    }

    /// A method that starts a payment: bnplPayment, sbpPayment, ...
    pub fn start(&self, method: &str, invoice: &str) -> Value {
        let signed = [
            ("EshopId", self.its("eshop_id")),
            ("InvoiceId", invoice),
            ("SuccessUrl", "http://s.test/ok"),
            ("FailUrl", "http://s.test/fail"),
            ("AdditionalParams", ""),
            ("IpAddress", "127.0.0.1"),
        ];
        self.call(method, &signed, &[])
    }

    /// `Result` of getBankCardPaymentState.
    pub fn state(&self, invoice: &str) -> Value {
        let signed = [("EshopId", self.its("eshop_id")), ("InvoiceId", invoice)];
        self.call("getBankCardPaymentState", &signed, &[])["Result"].clone()
    }

    /// The first state whose step is none of these.
    pub fn state_past(&self, invoice: &str, steps: &[&str]) -> Value {
        for _ in 0..9 {
            let state = self.state(invoice);
            if !steps.contains(&state["PaymentStep"].as_str().unwrap()) {
                return state;
            }
        }
        panic!("{invoice} never gets past {steps:?}");
    }

    /// purchaseToPaid or purchaseToRefund by the shop's number.
    pub fn purchase(&self, word: &str, order: &str, more: Pairs) -> Value {
        let quoted = format!("'{word}");
        let signed = [("EshopId", self.its("eshop_id")), ("OrderId", order), (&quoted, word)];
        self.call(
            &format!("purchase{}", if word == "Refund" { "ToRefund" } else { word }),
            &signed,
            more,
        )
    }

    /// The sandbox's own view of an invoice.
    pub fn shown(&self, invoice: &str) -> Value {
        self.sandbox.get(&format!("/sandbox/invoices/{invoice}"))
    }

    /// An act.
    pub fn act(&self, invoice: &str, order: Value) -> Value {
        self.sandbox.control(&format!("invoices/{invoice}/act"), &order.to_string())
    }
}

const SLOTS: &str = "EshopId OrderId ServiceName RecipientAmount RecipientCurrency UserName Email \
                     SuccessUrl FailUrl BackUrl ResultUrl ExpireDate HoldMode Preference";

/// Lower-case hex.
pub fn md5(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}

fn joined(signed: Pairs) -> String {
    signed.iter().map(|(_, value)| *value).collect::<Vec<_>>().join("::")
}

/// Code and source of a refusal; success is 0.
pub fn verdict(reply: &Value) -> (i64, &str) {
    let state = &reply["Result"]["State"];
    let code = state["Code"].as_i64().unwrap_or_else(|| panic!("no state in {reply}"));
    (code, state["ErrorSourceParam"].as_str().unwrap_or_default())
}

/// One request as the listener got it.
pub struct Received {
    pub content_type: String,
    pub body: String,
}

impl Received {
    /// The bytes of a field.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let pair = self.body.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        let value = pair.unwrap_or_else(|| panic!("{name} in {}", self.body)).replace('+', " ");
        percent_encoding::percent_decode_str(&value).collect()
    }

    /// A field of an ASCII or UTF-8 body.
    pub fn field(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }
}

/// A shop's end of the webhooks: answers status 200 with the next body, the last one for ever.
pub fn listener(answers: &'static [&'static str]) -> (String, mpsc::Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/result", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let last = answers.last().copied().unwrap_or("OK");
        for answer in answers.iter().copied().chain(std::iter::repeat(last)) {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut length, mut content_type) = (0, String::new());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim().split_once(": ") else {
                    if line.trim().is_empty() {
                        break;
                    }
                    continue;
                };
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap(),
                    "content-type" => content_type = value.to_owned(),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let head = format!("content-length: {}\r\nconnection: close\r\n\r\n", answer.len());
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}{answer}").as_bytes()).unwrap();
            drop(stream);
            let body = String::from_utf8(body).unwrap();
            if sender.send(Received { content_type, body }).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}
