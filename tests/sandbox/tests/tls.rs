//! HTTPS as curl sees it, and the counts of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[cfg(test)]
mod started;

use serde_json::{Value, json};
use started::Sandbox;

const FORM: &str =
    "userName=test_user&password=test_user_password&amount=1&returnUrl=http://s.test";

/// A sandbox with HTTPS, where that is, and the file with its root.
struct Secure {
    sandbox: Sandbox,
    https: String,
    root: String,
}

impl Secure {
    fn start(name: &str) -> Secure {
        let root = std::env::temp_dir().join(format!("kopeck-{name}-{}.pem", std::process::id()));
        let root = root.to_str().unwrap().to_owned();
        let (sandbox, lines) =
            Sandbox::start_saying(&["--tls", "127.0.0.1:0", "--tls-root", &root], 2);
        let https = lines[1].strip_prefix("listening on ").unwrap().to_owned();
        assert!(https.starts_with("https://localhost:"), "{https}");
        Secure { sandbox, https, root }
    }

    fn register(&self, options: &[&str]) -> (i32, String) {
        let url = format!("{}/payment/rest/register.do", self.https);
        self.sandbox.try_curl(&[options, &["--data", FORM, &url]].concat())
    }

    /// Connections, full and failed handshakes, requests.
    fn counts(&self) -> Value {
        let seen = self.sandbox.get("/sandbox/tls");
        ["/connections", "/handshakes/full", "/handshakes/failed", "/requests"]
            .map(|count| seen.pointer(count).cloned())
            .into_iter()
            .collect()
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.root);
    }
}

#[test]
fn the_routes_are_served_to_those_who_trust_the_root() {
    let server = Secure::start("root");
    for version in ["--tls-max 1.2", "--tlsv1.3"] {
        let version: Vec<&str> = version.split(' ').collect();
        let (code, said) = server.register(&[&["--cacert", &server.root], &version[..]].concat());
        assert_eq!(code, 0, "{version:?}");
        let reply: Value = serde_json::from_str(&said).unwrap();
        let page = reply["formUrl"].as_str().unwrap();
        assert!(page.starts_with(&format!("{}/payment/", server.https)), "{page}");
        let shown = server.sandbox.curl(&["--cacert", &server.root, page]);
        assert!(shown.contains("<form"), "{shown}");
    }
    let pem = std::fs::read_to_string(&server.root).unwrap();
    assert_eq!(server.sandbox.get("/sandbox/config")["tls_root"], json!(pem));
    assert!(!pem.contains("PRIVATE KEY"));
}

#[test]
fn connections_handshakes_and_requests_are_counted_until_they_are_reset() {
    let server = Secure::start("counts");
    let twice = format!("{}/payment/rest/register.do", server.https);
    assert_eq!(server.register(&["--cacert", &server.root, &twice]).0, 0);
    assert_eq!(server.counts(), json!([1, 1, 0, 2]));
    assert_eq!(server.register(&[]).0, 60, "the system does not know our root");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while server.counts() != json!([2, 1, 1, 2]) {
        assert!(std::time::Instant::now() < end, "{}", server.counts());
    }
    let url = format!("{}/sandbox/tls", server.sandbox.origin);
    server.sandbox.curl(&["--request", "DELETE", &url]);
    assert_eq!(server.counts(), json!([0, 0, 0, 0]));
}

#[test]
fn what_cannot_be_set_is_refused() {
    let server = Secure::start("set");
    for wrong in [json!({"idle": 1}), json!({"idle_ms": "x"}), json!({"sessions": 1})] {
        assert!(server.sandbox.control("tls", &wrong.to_string())["error"].is_string(), "{wrong}");
    }
    let plain = Sandbox::start(&[]);
    assert_eq!(plain.get("/sandbox/tls")["error"], "the sandbox was started without --tls");
}
