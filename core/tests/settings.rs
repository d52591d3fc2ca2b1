//! Wrong settings are found when the client is made, by the name of the setting.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Fields, Kind};
use serde_json::{Value, json};

const WEAK: &str = include_str!("../src/sign/rsa/test_keys/weak.pem");
const PUBLIC: &str = include_str!("../src/sign/rsa/test_keys/public.pem");
const ENCRYPTED: &str = include_str!("../src/sign/rsa/test_keys/encrypted.pem");

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap()
}

#[test]
fn wrong_settings_are_named() {
    let host = "https://gateway.example/payment";
    for (change, field) in [
        (json!({ "gateway": "rsb" }), "gateway"),
        (json!({ "gateway": 1 }), "gateway"),
        (json!({ "user_nmae": "u" }), "user_nmae"),
        (json!({ "base_url": null }), "base_url"),
        (json!({ "base_url": "gateway.example" }), "base_url"),
        (json!({ "base_url": "http://gateway.example/payment" }), "base_url"),
        (json!({ "base_url": "ftp://gateway.example/payment" }), "base_url"),
        (json!({ "base_url": "https://user@gateway.example/payment" }), "base_url"),
        (json!({ "base_url": format!("{host}?x=1") }), "base_url"),
        (json!({ "base_url": format!("{host}#x") }), "base_url"),
        (json!({ "base_url": format!("{host}/rest") }), "base_url"),
        (json!({ "password": null }), "password"),
        (json!({ "password": "" }), "password"),
        (json!({ "user_name": null }), "user_name"),
        (json!({ "token": "t" }), "token"),
        (json!({ "merchant_login": "" }), "merchant_login"),
        (json!({ "callback_key": [] }), "callback_key"),
        (json!({ "callback_public_key": "no key" }), "callback_public_key"),
        (json!({ "callback_digest": "md5" }), "callback_digest"),
        (json!({ "timeouts": { "total_ms": 0 } }), "timeouts.total_ms"),
        (json!({ "timeouts": { "total": 1 } }), "timeouts.total"),
        (json!({ "timeouts": { "connect_ms": "1.5" } }), "timeouts.connect_ms"),
        (json!({ "clock": "yesterday" }), "clock"),
        (json!({ "clock": "9999-12-31T23:59:59-12:00" }), "clock"),
        (json!({ "proxy": "not a proxy" }), "proxy"),
        (json!({ "tls": { "roots": "none" } }), "tls.roots"),
        (json!({ "tls": { "ca_file": "/does/not/exist.pem" } }), "tls.ca_file"),
        (json!({ "tls": { "ca_pem": "no certificate" } }), "tls.ca_pem"),
        (json!({ "assumptions": { "deposited_is_net": 1 } }), "assumptions.deposited_is_net"),
        (
            json!({ "assumptions": { "card_key_kept_s": 4294967296_u64 } }),
            "assumptions.card_key_kept_s",
        ),
        (json!({ "assumptions": { "page_template": "https://x" } }), "assumptions.page_template"),
        (json!({ "keep_alive": "no" }), "keep_alive"),
        (json!({ "preset": "sberbnk" }), "preset"),
        (json!({ "dialect": "d4" }), "dialect"),
        (json!({ "card_data": "yes" }), "card_data"),
        (json!({ "gateway_time_zone": "MSK" }), "gateway_time_zone"),
        (json!({ "gateway_time_zone": "+25:00" }), "gateway_time_zone"),
        (json!({ "signing_key": "no key" }), "signing_key"),
        (json!({ "signing_key": WEAK }), "signing_key"),
        (json!({ "signing_key": PUBLIC }), "signing_key"),
        (json!({ "signing_key": ENCRYPTED }), "signing_key"),
        (json!({ "signing_key": ENCRYPTED, "signing_key_password": "wrong" }), "signing_key"),
        (json!({ "signing_key_password": "p" }), "signing_key_password"),
        (json!({ "receipt": { "ffd_version": "1.1" } }), "receipt.ffd_version"),
        (json!({ "receipt": { "company": { "inn": "77" } } }), "receipt.company.inn"),
        (json!({ "assumptions": { "origin": "ftp://x" } }), "assumptions.origin"),
        (json!({ "assumptions": { "clocks_apart": 1 } }), "assumptions.clocks_apart"),
        (
            json!({ "assumptions": { "spellings": { "register.returnUri": "x" } } }),
            "assumptions.spellings.register.returnUri",
        ),
    ] {
        let mut settings = fields(json!({
            "gateway": "rbs", "base_url": host, "user_name": "u", "password": "p",
        }));
        settings.extend(fields(change.clone()));
        let Err(error) = Client::new(&settings) else { panic!("{change} is taken") };
        assert_eq!(error.kind, Kind::InvalidRequest, "{change}");
        assert_eq!(error.field.as_deref(), Some(field), "{change}: {}", error.message);
        assert!(error.message.starts_with(&format!("{field}: ")), "{}", error.message);
    }
}

#[test]
fn a_client_without_a_gateway_says_what_there_is() {
    let client = Client::new(&Fields::new()).unwrap();
    assert!(client.call("operations", &Fields::new()).unwrap().contains_key("operations"));
    let error = client.call("create_payment", &Fields::new()).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("gateway"));
}

/// No answer, since the machine does not trust the certificate.
struct Distrusting;

impl Transport for Distrusting {
    fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendError> {
        let message = "the certificate is not trusted".to_owned();
        Err(SendError { may_have_arrived: false, reason: "tls_untrusted", message })
    }
}

#[test]
fn a_bank_of_the_national_root_says_which_certificate_to_add() {
    let ask = |settings: Value| {
        let client = Client::over(&fields(settings), Box::new(Distrusting)).unwrap();
        client.call("payment_status", &fields(json!({ "id": "1" }))).unwrap_err()
    };
    let login = |preset: &str| json!({ "gateway": "rbs", "preset": preset, "user_name": "u", "password": "p" });
    let error = ask(login("sberbank-legacy"));
    assert_eq!((error.kind, error.advice), (Kind::NotDone, "fix_settings"));
    assert!(error.message.contains("Russian Trusted Root CA"), "{}", error.message);
    assert!(error.message.contains("tls.ca_file"), "{}", error.message);
    assert!(!ask(login("vtb-kz")).message.contains("Russian"));
}

/// What `describe` lists as a setting is one, of that type.
#[test]
fn every_assumption_can_be_set_to_what_it_is() {
    let rbs = json!({
        "gateway": "rbs", "base_url": "https://gateway.example/payment", "user_name": "u",
        "password": "p",
    });
    let intellectmoney = json!({
        "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "s",
        "bearer_token": "b", "sign_secret_key": "k",
    });
    for settings in [rbs, intellectmoney] {
        let client = Client::new(&fields(settings.clone())).unwrap();
        let described = client.call("describe", &Fields::new()).unwrap();
        let rows = described["assumptions"].as_array().unwrap();
        let set = rows.iter().filter(|row| row["setting"] == true && !row["value"].is_null());
        let set: Fields =
            set.map(|row| (row["name"].as_str().unwrap().into(), row["value"].clone())).collect();
        assert!(set.len() > 3, "{set:?}");
        let mut again = fields(settings);
        again.insert("assumptions".into(), Value::Object(set));
        Client::new(&again).unwrap();
    }
}
