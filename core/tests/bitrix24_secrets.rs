//! The secret of a webhook stands in its URL, and an application's tokens in its bodies: whatever goes
//! wrong, no log line, error or panic shows one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::net::TcpListener;
use std::sync::Mutex;

use kopeck::clock::SystemClock;
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Error, Host, Kind};
use serde_json::{Value, json};

const SECRETS: [&str; 7] = [
    "hookSecretOfThePortal",
    "aClientSecretForTests",
    "anAccessTokenForTests",
    "theRefreshTokenOfTests",
    "anApplicationTokenOne",
    "theCheckoutSecretOne",
    "nextTokenNextToken",
];

/// A webhook's settings and an application's, on this host.
fn both(origin: &str, more: &Value) -> [Value; 2] {
    let host = origin.split("//").nth(1).unwrap().split(':').next().unwrap();
    let usual = json!({
        "service": "bitrix24", "application_token": SECRETS[4], "checkout_secret": [SECRETS[5]],
        "timeouts": { "connect_ms": 2000, "total_ms": 2000 }, "portal_hosts": [host],
    });
    let hook = json!({ "webhook_url": format!("{origin}/rest/1/{}/", SECRETS[0]) });
    let oauth = json!({ "oauth": {
        "client_id": "local.1", "client_secret": SECRETS[1], "access_token": SECRETS[2],
        "refresh_token": SECRETS[3], "client_endpoint": format!("{origin}/rest/"),
        "server_endpoint": format!("{origin}/rest/"),
    } });
    [hook, oauth].map(|place| {
        let mut settings = usual.as_object().unwrap().clone();
        settings.extend(place.as_object().unwrap().clone());
        settings.extend(more.as_object().unwrap().clone());
        Value::Object(settings)
    })
}

/// Calls everything, and looks for secrets in whatever is shown; the errors.
fn fail_everywhere(client: &Client) -> Vec<Error> {
    let log = Mutex::new(String::new());
    let write = |_, line: &str| log.lock().unwrap().push_str(&format!("{line}\n"));
    let host = Host { clock: &SystemClock, log: Some(&write) };
    let calls = [
        ("bitrix24.crm.item.get", json!({ "entityTypeId": 2, "id": 662 })),
        ("bitrix24.crm.item.add", json!({ "entityTypeId": 2, "fields": { "title": "a" } })),
        ("bitrix24.refresh_token", json!({})),
        ("check_settings", json!({})),
        ("describe", json!({})),
        ("bitrix24.crm.item.get", json!({ "id": [] })),
        ("no_such_operation", json!({})),
    ];
    let mut errors = Vec::new();
    for (operation, given) in calls {
        let shown = match client.call_in(&host, operation, given.as_object().unwrap()) {
            Ok(reply) => Value::Object(reply).to_string(),
            Err(error) => {
                let shown = format!("{error} {error:?} {}", Value::Object(error.to_fields()));
                errors.push(error);
                shown
            }
        };
        none_in(operation, &shown);
    }
    none_in("log", &log.into_inner().unwrap());
    errors
}

fn none_in(place: &str, shown: &str) {
    for secret in SECRETS {
        let half = &secret[..secret.len() / 2];
        assert!(!shown.contains(half), "{half} in {place}: {shown}");
    }
}

#[test]
fn a_portal_that_cannot_be_reached() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // It listens, and speaks no TLS.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in silent.incoming() {
            let _ = std::io::Write::write_all(&mut stream.unwrap(), b"HTTP/1.1 400 No\r\n\r\n");
        }
    });
    for (origin, reason) in [
        (format!("http://{closed}"), "connection_refused"),
        ("https://portal.invalid".to_owned(), "name_not_found"),
        (format!("https://localhost:{port}"), "tls_failed"),
    ] {
        for by_get in [false, true] {
            let more = json!({ "assumptions": { "refresh_by_get": by_get } });
            for settings in both(&origin, &more) {
                let errors = fail_everywhere(&Client::new(settings.as_object().unwrap()).unwrap());
                assert_eq!(errors[0].reason, reason);
                assert_eq!(errors[0].kind, Kind::NotDone);
            }
        }
    }
}

/// What a server, or somebody in between, may say: it quotes the request.
struct Parrot(u16, &'static str);

impl Transport for Parrot {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let body = String::from_utf8(request.body.clone()).unwrap();
        let quoted = format!("{} {}", request.url, body.replace('"', "'"));
        let body = self.1.replace("QUOTED", &quoted);
        let headers = vec![
            ("location".to_owned(), request.url.replace("portal", "evil")),
            ("content-type".to_owned(), request.url.clone()),
        ];
        Ok(HttpResponse { status: self.0, headers, body: body.into_bytes() })
    }
}

#[test]
fn a_portal_that_quotes_the_request() {
    for (status, body) in [
        (503, "<title>QUOTED</title>"),
        // An excerpt ends after so many characters.
        (503, "<title>---------- ---------- ---------- ---------- --- QUOTED</title>"),
        (404, "<title>QUOTED</title>"),
        (200, "<title>QUOTED</title>"),
        (302, "QUOTED"),
        (303, "QUOTED"),
        (400, r#"{"error":"QUOTED","error_description":"QUOTED"}"#),
        (200, r#"{"error":{"code":"QUOTED","message":"QUOTED"}}"#),
        (400, r#"{"error":"hookSecretOfThePortal","error_description":"QUOTED"}"#),
        (401, r#"{"error":"expired_token","error_description":"QUOTED"}"#),
        (503, r#"{"error":"QUERY_LIMIT_EXCEEDED","error_description":"QUOTED"}"#),
        (200, r#"{"QUOTED":1}"#),
        (200, r#"{"access_token":"nextTokenNextToken","QUOTED":1}"#),
    ] {
        for settings in both("https://portal.example", &json!({})) {
            let client =
                Client::over(settings.as_object().unwrap(), Box::new(Parrot(status, body)));
            let errors = fail_everywhere(&client.unwrap());
            assert!(errors.len() >= 4, "{status} {body}");
        }
    }
}

struct Broken;

impl Transport for Broken {
    fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendError> {
        panic!("a defect");
    }
}

#[test]
fn a_defect_of_ours() {
    for settings in both("https://portal.example", &json!({})) {
        let client = Client::over(settings.as_object().unwrap(), Box::new(Broken)).unwrap();
        let errors = fail_everywhere(&client);
        assert_eq!((errors[1].kind, errors[1].may_have_happened), (Kind::Internal, true));
    }
}

#[test]
fn settings_that_are_refused() {
    let hook = |url: &str| json!({ "webhook_url": url.replace("SECRET", SECRETS[0]) });
    let oauth = |change: Value| {
        let mut settings = both("https://portal.example", &json!({}))[1].clone();
        settings["oauth"].as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        settings
    };
    for (settings, field) in [
        (hook("SECRET"), "webhook_url"),
        (hook("https://portal.example/rest/SECRET/"), "webhook_url"),
        (hook("https://portal.example/SECRET/1/SECRET/"), "webhook_url"),
        (hook("https://rest/1/SECRET/"), "webhook_url"),
        (hook("https://portal.example/rest/x/SECRET/"), "webhook_url"),
        (hook("https://portal.example/rest/1/SECRET/crm.item.get"), "webhook_url"),
        (hook("https://portal.example/rest/1/SECRET/?a=SECRET"), "webhook_url"),
        (hook("https://portal.example/rest/1/SECRET#SECRET"), "webhook_url"),
        (hook("https://portal.example/rest/1/SEC-RET SECRET/"), "webhook_url"),
        (hook("http://portal.example/rest/1/SECRET/"), "webhook_url"),
        (hook("https://SECRET:SECRET@portal.example/rest/1/SECRET/"), "webhook_url"),
        (hook("https://портал.рф/rest/1/SECRET/"), "webhook_url"),
        (json!({ "webhook_url": [SECRETS[0]] }), "webhook_url"),
        (json!({ "webhook_url": "" }), "webhook_url"),
        (json!({}), "webhook_url"),
        (
            json!({ "webhook_url": hook("https://p.example/rest/1/SECRET/")["webhook_url"],
                 "body": "xml" }),
            "body",
        ),
        (
            json!({ "webhook_url": hook("https://p.example/rest/1/SECRET/")["webhook_url"],
                 "oauth": oauth(json!({}))["oauth"] }),
            "oauth",
        ),
        (
            oauth(json!({ "client_endpoint": "https://evil.example/rest/" })),
            "oauth.client_endpoint",
        ),
        (
            oauth(json!({ "client_endpoint": "http://portal.example/rest/" })),
            "oauth.client_endpoint",
        ),
        (oauth(json!({ "client_endpoint": "https://portal.example/" })), "oauth.client_endpoint"),
        (
            oauth(json!({ "server_endpoint": "https://evil.example/rest/" })),
            "oauth.server_endpoint",
        ),
        (
            oauth(json!({ "server_endpoint": "https://oauth.bitrix.info.evil.example/rest/" })),
            "oauth.server_endpoint",
        ),
        (oauth(json!({ "server_endpoint": "https://portal.example/" })), "oauth.server_endpoint"),
        (oauth(json!({ "client_secret": null })), "oauth.client_secret"),
        (oauth(json!({ "secret": SECRETS[1] })), "oauth.secret"),
        (json!({ "application_token": [] }), "application_token"),
        (json!({ "application_token": "a", "portal_hosts": [".ru"] }), "portal_hosts.0"),
        (
            json!({ "application_token": "a", "portal_hosts": ["a.ru", "https://b.ru"] }),
            "portal_hosts.1",
        ),
        (
            json!({ "application_token": "a", "assumptions": { "no_such": 1 } }),
            "assumptions.no_such",
        ),
        (json!({ "application_token": "a", "request_limit": "much" }), "request_limit"),
        (json!({ "checkout_secret": "eleven-chars"[1..] }), "checkout_secret"),
        (json!({ "checkout_secret": ["twelve-chars", "short"] }), "checkout_secret"),
        (
            json!({ "checkout_secret": "twelve-chars", "checkout_secret_field": "" }),
            "checkout_secret_field",
        ),
        (
            json!({ "checkout_secret": "twelve-chars", "checkout_secret_field": "a[b]" }),
            "checkout_secret_field",
        ),
        (
            json!({ "checkout_secret": "twelve-chars",
                    "checkout_secret_field": "BX_SYSTEM_PARAMS" }),
            "checkout_secret_field",
        ),
    ] {
        let mut settings = settings.as_object().unwrap().clone();
        settings.insert("service".into(), "bitrix24".into());
        let error = Client::over(&settings, Box::new(Broken))
            .err()
            .unwrap_or_else(|| panic!("taken: {}", Value::Object(settings.clone())));
        assert_eq!(error.kind, Kind::InvalidRequest, "{error}");
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
        none_in(field, &format!("{error} {error:?} {}", Value::Object(error.to_fields())));
    }
    // The documented server is the default, and a path in front is taken.
    for settings in [
        oauth(json!({ "server_endpoint": null })),
        oauth(json!({ "server_endpoint": "https://oauth.bitrix24.tech/rest/" })),
        oauth(json!({ "client_endpoint": "https://b24.portal.example/b24/rest/" })),
        hook("http://127.0.0.1:8080/bitrix24/rest/1/SECRET"),
        json!({ "webhook_url": hook("http://b24.local/rest/1/SECRET/")["webhook_url"],
                "allow_plain_http": true }),
        json!({ "checkout_secret": "twelve-chars" }),
    ] {
        let mut settings = settings.as_object().unwrap().clone();
        settings.insert("service".into(), "bitrix24".into());
        assert!(Client::over(&settings, Box::new(Broken)).is_ok());
    }
}
