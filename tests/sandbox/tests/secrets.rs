//! Signed requests, encrypted card data, and what may be read afterwards.

#[cfg(test)]
mod started;

use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;
use rsa::sha2::{Digest, Sha256};
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use started::{Sandbox, text};

const USER: &str = "userName=test_user&password=test_user_password";

/// Base64 from openssl: not the sandbox's own.
#[cfg(test)]
fn base64(bytes: &[u8]) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("openssl")
        .args(["base64", "-A"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

#[cfg(test)]
fn encrypted(sandbox: &Sandbox, plain: &str) -> String {
    let keys = sandbox.get("/payment/se/keys.do");
    let key = &keys["keys"][0];
    assert_eq!(key["protocolVersion"], "RSA");
    assert!(key["keyExpiration"].as_i64().unwrap() > 1_700_000_000_000);
    let pem = text(key, "keyValue");
    assert!(!pem.contains('\n'));
    let pem = pem
        .replace("-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n")
        .replace("-----END PUBLIC KEY-----", "\n-----END PUBLIC KEY-----\n");
    let pem: Vec<String> = pem
        .lines()
        .flat_map(|line| {
            line.as_bytes().chunks(64).map(|part| String::from_utf8(part.to_vec()).unwrap())
        })
        .collect();
    let key = RsaPublicKey::from_public_key_pem(&pem.join("\n")).unwrap();
    base64(&key.encrypt(&mut OsRng, Pkcs1v15Encrypt, plain.as_bytes()).unwrap())
}

/// Now, as a merchant's clock three hours east says it.
#[cfg(test)]
fn now() -> String {
    let output = std::process::Command::new("date")
        .args(["-d", "+3 hours", "-u", "+%Y-%m-%dT%H:%M:%S+03:00"])
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
}

fn pay(sandbox: &Sandbox, id: &str, token: &str) -> Value {
    let form = form_urlencoded::Serializer::new(format!("{USER}&MDORDER={id}&TEXT=&language=en&"))
        .append_pair("seToken", token)
        .finish();
    sandbox.rest("paymentorder.do", &form)
}

#[test]
fn card_data_may_come_encrypted_once_and_in_time() {
    let sandbox = Sandbox::start(&[]);
    let order = sandbox.rest("register.do", &format!("{USER}&amount=1000&returnUrl=http://s.test"));
    let id = text(&order, "orderId");
    let fresh = "fd4b1011-727a-41e8-95b4-d7092d729022";
    let other = "9bb1501a-1547-425a-a022-1db5ff8f72c4";
    let card = "4444555511113333/123/202612";
    for (plain, why) in [
        (format!("2020-07-06T07:26:20+03:00/{fresh}/{card}/{id}"), "too old"),
        (format!("{}/{other}/{card}/another-order", now()), "another order"),
        (
            format!("{}/00000000-0000-4000-8000-000000000001////{id}/binding", now()),
            "a stored card",
        ),
        (
            format!("{}/00000000-0000-4000-8000-000000000002/4444555511113333/123//{id}", now()),
            "no expiry",
        ),
    ] {
        let refused = pay(&sandbox, id, &encrypted(&sandbox, &plain));
        assert_eq!(refused["errorCode"], 5, "{why}: {refused}");
    }
    assert_eq!(pay(&sandbox, id, "AAAA")["errorCode"], 5);
    let token = encrypted(&sandbox, &format!("{}/{fresh}/{card}/{id}", now()));
    let paid = pay(&sandbox, id, &token);
    assert!(paid["redirect"].is_string(), "{paid}");
    // A token works once.
    let next = sandbox.rest("register.do", &format!("{USER}&amount=1000&returnUrl=http://s.test"));
    assert_eq!(pay(&sandbox, text(&next, "orderId"), &token)["errorCode"], 5);

    let shown = sandbox.curl(&[&format!("{}/sandbox/requests", sandbox.origin)]);
    assert!(shown.contains("seToken=***"), "{shown}");
}

#[test]
fn encrypted_cards_in_instant_methods() {
    let sandbox = Sandbox::start(&[]);
    let send = |method: &str, plain: &str, rest: &str| {
        let form = format!("{USER}&amount=1000&returnUrl=http://s.test&{rest}&");
        let form = form_urlencoded::Serializer::new(form)
            .append_pair("seToken", &encrypted(&sandbox, plain))
            .finish();
        sandbox.rest(method, &form)
    };
    let uuid = |last: u8| format!("{}/00000000-0000-4000-8000-00000000000{last}", now());
    let card = "5555555555555599";
    let paid = send(
        "instantPayment.do",
        &format!("{}/{card}/123/203412", uuid(1)),
        "clientId=7&features=FORCE_SSL",
    );
    assert_eq!(paid["orderStatus"]["OrderStatus"], 2, "{paid}");
    let binding = text(&paid, "bindingId");
    let credit = format!("{}/{card}//203412", uuid(2));
    assert_eq!(send("instantRefund.do", &credit, "")["errorCode"], "0");
    let credit = format!("{}/////{binding}", uuid(3));
    assert_eq!(send("instantRefund.do", &credit, "")["errorCode"], "0");
    let order = format!("{USER}&amount=1000&returnUrl=http://s.test&clientId=7&features=FORCE_SSL");
    let order = sandbox.rest("register.do", &order);
    let id = text(&order, "orderId");
    let stored = format!("{}//123//{id}/{binding}", uuid(4));
    let paid = send("paymentOrderBinding.do", &stored, &format!("mdOrder={id}"));
    assert!(paid["redirect"].is_string(), "{paid}");
}

#[test]
fn signatures_are_checked_where_the_merchant_has_a_key() {
    let sandbox = Sandbox::start(&[]);
    let key = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
    let pem = key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
    let merchant = json!({"user_name": "test_user", "signing_key": pem});
    sandbox.control("merchants", &merchant.to_string());
    let url = format!("{}/payment/rest/register.do", sandbox.origin);
    let body = format!("{USER}&amount=1000&returnUrl=http://s.test");
    let hash = Sha256::digest(body.as_bytes());
    let signer = SigningKey::<Sha256>::new(key);
    let send = |body: &str, message: &[u8]| {
        let hash = format!("X-Hash: {}", base64(&hash));
        let signature = format!("X-Signature: {}", base64(&signer.sign(message).to_vec()));
        let arguments = ["--header", &hash, "--header", &signature, "--data", body, &url];
        serde_json::from_str::<Value>(&sandbox.curl(&arguments)).unwrap()
    };
    assert!(send(&body, &hash)["orderId"].is_string());
    // The hash is signed as a message; the body itself is not.
    assert_eq!(send(&body, body.as_bytes())["errorCode"], "5");
    assert_eq!(send(&body.replace("1000", "9000"), &hash)["errorCode"], "5");
    assert_eq!(sandbox.rest("register.do", &body)["errorCode"], "5");
    let recurrent = json!({"userName": "test_user", "password": "test_user_password"});
    assert_eq!(sandbox.json("recurrentPayment.do", &recurrent)["error"]["code"], "5");
    let bad = json!({"user_name": "test_user", "signing_key": "what"});
    assert!(sandbox.control("merchants", &bad.to_string())["error"].is_string());
    sandbox.control("merchants", r#"{"user_name":"test_user","signing_key":null}"#);
    assert!(sandbox.rest("register.do", &body)["orderId"].is_string());
}

#[test]
fn nothing_secret_is_remembered() {
    let sandbox = Sandbox::start(&[]);
    let form = format!(
        "{USER}&orderNumber=A-1&amount=1000&returnUrl=http://s.test&pan=4444555511113333&expiry=202612&cvc=123"
    );
    sandbox.rest("instantPayment.do", &form);
    let body = json!({"username": "test_user", "password": "test_user_password",
        "orderNumber": "A-2", "paymentToken": "dG9rZW4="});
    sandbox.json("mir/payment.do", &body);
    let body = json!({"userName": "test_user", "password": "test_user_password",
        "paymentData": {"dpan": "5555555555555599", "tokenCryptogram": "AAAB"}});
    sandbox.json("token/payment.do", &body);
    let shown = sandbox.curl(&[&format!("{}/sandbox/requests", sandbox.origin)]);
    assert!(shown.contains("A-1") && shown.contains("A-2"));
    for gone in
        ["4444555511113333", "=123", "test_user_password", "dG9rZW4=", "5555555555555599", "AAAB"]
    {
        assert!(!shown.contains(gone), "{gone} in {shown}");
    }
}
