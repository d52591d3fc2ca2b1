//! Callbacks with retries, faults on the wire, and vectors.

#[cfg(test)]
mod shop;
#[cfg(test)]
mod started;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shop::shop;
use started::{Sandbox, text};

const HMAC: &str = "userName=hmac_user&password=hmac_user_password";

fn registered(sandbox: &Sandbox, extra: &str) -> Value {
    let form = format!("{HMAC}&amount=1000&returnUrl=http://s.test&{extra}");
    sandbox.rest("register.do", &form)
}

fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn callbacks_are_signed_retried_and_recorded() {
    let sandbox = Sandbox::start(&[]);
    let (url, heads) = shop(&[500, 200, 200, 200]);
    sandbox
        .control("merchants", &json!({"user_name": "hmac_user", "callback_url": url}).to_string());
    let order = registered(&sandbox, "orderNumber=C-1");
    let id = text(&order, "orderId");
    sandbox.control(&format!("orders/{id}/act"), r#"{"do":"pay"}"#);
    for _ in 0..2 {
        let head = heads.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(head.starts_with(&format!("GET /callback?shop=7&mdOrder={id}&orderNumber=C-1&operation=deposited&status=1&checksum=")), "{head}");
    }
    let sent = until(|| {
        let order = sandbox.get(&format!("/sandbox/orders/{id}"));
        let sent = order["notifications"][0].clone();
        (sent["delivered"] == true).then_some(sent)
    });
    let results: Vec<&str> =
        sent["attempts"].as_array().unwrap().iter().map(|one| text(one, "result")).collect();
    assert_eq!(results, ["HTTP 500", "HTTP 200"]);

    let again = r#"{"do":"redeliver","operation":"deposited","times":2,"tamper":true}"#;
    let again = sandbox.control(&format!("orders/{id}/act"), again);
    assert_eq!(again["sent"].as_array().unwrap().len(), 2);
    assert!(heads.recv_timeout(Duration::from_secs(5)).unwrap().contains("&status=0&checksum="));
    let page = sandbox.curl(&[&format!("{}/sandbox/orders.html", sandbox.origin)]);
    assert!(page.contains("HTTP 500") && page.contains(id) && page.contains("captured 1000"));
}

#[test]
fn every_fault_breaks_as_announced() {
    let sandbox = Sandbox::start(&[]);
    // Fault, curl's exit code, HTTP status, whether the order exists afterwards.
    for (fault, exit, status, done) in [
        ("refuse", 56, "000", false),
        ("drop_before", 52, "000", false),
        ("drop_after", 52, "000", true),
        ("reset_after", 56, "000", true),
        ("hang", 0, "200", true),
        ("half", 18, "200", true),
        ("half_unframed", 0, "200", true),
        ("cut_json", 0, "200", true),
        ("empty", 0, "200", true),
        ("garbage", 0, "200", true),
        ("not_http", 1, "000", true),
        ("slow", 0, "200", true),
        ("close_idle", 0, "200", true),
        ("status_500", 0, "500", false),
        ("status_502", 0, "502", false),
        ("status_503", 0, "503", false),
        ("status_429", 0, "429", false),
        ("redirect", 0, "302", false),
    ] {
        let armed = json!({"match": "register.do", "fault": fault, "hang_ms": 100});
        let armed = sandbox.control("faults", &armed.to_string());
        assert_eq!(armed["armed"], 1, "{fault}: {armed}");
        let form = format!("{HMAC}&orderNumber={fault}&amount=1000&returnUrl=http://s.test");
        let url = format!("{}/payment/rest/register.do", sandbox.origin);
        let (code, text) =
            sandbox.try_curl(&["-o", "/dev/null", "-w", "%{http_code}", "--data", &form, &url]);
        assert_eq!((code, text.as_str()), (exit, status), "{fault}");
        let found =
            sandbox.rest("getOrderStatusExtended.do", &format!("{HMAC}&orderNumber={fault}"));
        assert_eq!(found["errorCode"] == "0", done, "{fault}");
    }
    assert_eq!(sandbox.get("/sandbox/faults")["armed"], 0);
}

#[test]
fn a_connection_can_go_stale() {
    let sandbox = Sandbox::start(&[]);
    sandbox.control("faults", r#"{"match":"register.do","fault":"close_idle"}"#);
    let mut stream =
        std::net::TcpStream::connect(sandbox.origin.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
        .write_all(
            b"POST /payment/rest/register.do HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
        )
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with('}'), "{answer}");
    assert!(!answer.to_ascii_lowercase().contains("connection:"), "{answer}");
}

#[test]
fn nobody_listens_on_the_refused_url() {
    let sandbox = Sandbox::start(&[]);
    let config = sandbox.get("/sandbox/config");
    assert_eq!(sandbox.try_curl(&[text(&config, "refused_url")]).0, 7);
}

#[test]
fn vectors_are_replayed_by_session() {
    let folder = std::env::temp_dir().join(format!("kopeck-replay-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let vector = json!({"title": "t", "exchanges": [{
        "request": {"method": "POST", "path": "/payment/rest/register.do",
            "headers": {"content-type": "application/x-www-form-urlencoded"}, "body": "a=1"},
        "response": {"status": 200, "headers": {"content-type": "text/plain"}, "body": "{\"x\":1}"}}]});
    std::fs::write(folder.join("one.json"), vector.to_string()).unwrap();
    let sandbox = Sandbox::start(&["--replay", folder.to_str().unwrap()]);
    let url =
        |session: &str| format!("{}/replay/one{session}/payment/rest/register.do", sandbox.origin);
    assert_eq!(sandbox.curl(&["--data", "a=1", &url("")]), r#"{"x":1}"#);
    let wrong = sandbox.curl(&["-w", "%{http_code}", "--data", "a=2", &url("@w7")]);
    assert!(wrong.contains("differs at byte 2") && wrong.ends_with("599"), "{wrong}");
    assert_eq!(
        sandbox.get("/replay/one/result"),
        json!({"position": 1, "expected": 1, "differences": []})
    );
    let result = sandbox.get("/replay/one@w7/result");
    assert_eq!(
        (&result["position"], result["differences"].as_array().unwrap().len()),
        (&json!(0), 1)
    );
    let reset =
        sandbox.curl(&["--request", "POST", &format!("{}/replay/one/reset", sandbox.origin)]);
    assert!(reset.contains("\"position\": 0"), "{reset}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn odd_input_is_answered() {
    let sandbox = Sandbox::start(&[]);
    for path in [
        "/",
        "//",
        "/payment",
        "/payment/rest/",
        "/payment/merchants/x.html",
        "/payment/acs.html?mdOrder=%FF",
        "/sandbox",
        "/sandbox/orders/x",
        "/replay/",
        "/replay/x",
        "/payment/rest/register.do?a=%FF&&=&==",
        "/bitrix24/",
        "/bitrix24/rest/",
        "/bitrix24/rest/1//",
        "/bitrix24/rest/1/x/y?a%5B=1&%5B%5D=2&b%5B%5D%5B%5D=3",
        "/bitrix24/oauth/token/",
        "/moved/",
        "/control/bitrix24/portals/x/deals/y",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"] {
            let url = format!("{}{path}", sandbox.origin);
            let mut arguments = vec!["-o", "/dev/null", "-w", "%{http_code}", "-X", method, &url];
            if method == "HEAD" {
                arguments.push("--head");
            }
            let (code, status) = sandbox.try_curl(&arguments);
            assert!(code == 0 && status != "500", "{method} {path}: {code} {status}");
        }
    }
    let mut raw =
        std::net::TcpStream::connect(sandbox.origin.trim_start_matches("http://")).unwrap();
    raw.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n").unwrap();
    assert_eq!(sandbox.get("/sandbox/faults")["armed"], 0);
}
