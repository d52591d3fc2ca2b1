//! A portal that was renamed, over a scripted network: where the next request goes, and that nothing
//! goes where nobody allowed it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::{Arc, Mutex};

use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Error, Fields, Kind};
use serde_json::{Value, json};

const PATH: &str = "/rest/1/abcdef0123456789/crm.item.get";
const HOOK: &str = "https://old.bitrix24.ru/rest/1/abcdef0123456789/";

/// What the hosts answer: status, `Location`, body.
type Answer = (u16, Option<String>, &'static str);

/// By the URL, and by how many requests were sent.
struct Net<F> {
    answer: F,
    sent: Arc<Mutex<Vec<(String, String)>>>,
}

impl<F: Fn(&str, usize) -> Answer + Send + Sync> Transport for Net<F> {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        assert_eq!(request.method, "POST");
        let mut sent = self.sent.lock().unwrap();
        let body = String::from_utf8(request.body.clone()).unwrap();
        sent.push((request.url.clone(), body));
        let (status, location, body) = (self.answer)(&request.url, sent.len());
        let headers = location.map(|to| ("location".to_owned(), to)).into_iter().collect();
        Ok(HttpResponse { status, headers, body: body.as_bytes().to_vec() })
    }
}

struct Portal {
    client: Client,
    sent: Arc<Mutex<Vec<(String, String)>>>,
}

impl Portal {
    fn new(
        settings: Value,
        answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static,
    ) -> Portal {
        let mut all = json!({ "service": "bitrix24" }).as_object().unwrap().clone();
        all.extend(settings.as_object().unwrap().clone());
        let sent = Arc::new(Mutex::new(Vec::new()));
        let net = Net { answer, sent: Arc::clone(&sent) };
        Portal { client: Client::over(&all, Box::new(net)).unwrap(), sent }
    }

    fn get(&self) -> Result<Fields, Error> {
        let given = json!({ "entityTypeId": 2, "id": 662 });
        self.client.call("bitrix24.crm.item.get", given.as_object().unwrap())
    }

    /// The hosts that were asked, in their order.
    fn hosts(&self) -> Vec<String> {
        let host = |url: &str| url.split('/').nth(2).unwrap().to_owned();
        self.sent.lock().unwrap().drain(..).map(|(url, _)| host(&url)).collect()
    }
}

const DEAL: Answer = (200, None, r#"{"result":{"item":{"id":662}}}"#);

fn to(host: &str) -> Answer {
    (302, Some(format!("https://{host}{PATH}")), "")
}

#[test]
fn the_same_post_leaves_once_more_and_the_new_host_is_kept_for_every_thread() {
    let portal = Portal::new(json!({ "webhook_url": HOOK }), |url, _| {
        if url.starts_with("https://old.") { to("new.bitrix24.ru") } else { DEAL }
    });
    portal.get().unwrap();
    {
        let sent = portal.sent.lock().unwrap();
        assert_eq!(sent[0].0, format!("https://old.bitrix24.ru{PATH}"));
        assert_eq!(sent[1], (format!("https://new.bitrix24.ru{PATH}"), sent[0].1.clone()));
        assert_eq!(sent[1].1, r#"{"entityTypeId":2,"id":662}"#);
    }
    portal.hosts();
    std::thread::scope(|scope| {
        (0..16).for_each(|_| drop(scope.spawn(|| portal.get().unwrap())));
    });
    assert_eq!(portal.hosts(), ["new.bitrix24.ru"; 16]);
}

#[test]
fn a_portal_that_moves_again_is_followed_again() {
    let portal = Portal::new(json!({ "webhook_url": HOOK }), |url, count| match count {
        1 => to("new.bitrix24.ru"),
        3 => to("newer.bitrix24.ru"),
        _ if url.contains("//old.") => panic!("it moved"),
        _ => DEAL,
    });
    (0..3).for_each(|_| drop(portal.get().unwrap()));
    let (old, new, newer) = ("old.bitrix24.ru", "new.bitrix24.ru", "newer.bitrix24.ru");
    assert_eq!(portal.hosts(), [old, new, new, newer, newer]);
}

#[test]
fn a_place_without_a_portal_is_not_kept() {
    let portal = Portal::new(json!({ "webhook_url": HOOK }), move |url, count| match count {
        2 => (503, None, "<html>"),
        _ if url.contains("//old.") => to("new.bitrix24.ru"),
        _ => (401, None, r#"{"error":"expired_token"}"#),
    });
    assert_eq!(portal.get().unwrap_err().reason, "unavailable");
    // The portal's own refusal shows that it is there.
    assert_eq!(portal.get().unwrap_err().reason, "token_expired");
    assert_eq!(portal.get().unwrap_err().reason, "token_expired");
    let (old, new) = ("old.bitrix24.ru", "new.bitrix24.ru");
    assert_eq!(portal.hosts(), [old, new, old, new, new]);
}

#[test]
fn a_new_name_that_is_gone_is_forgotten() {
    const GONE: [Answer; 3] = [
        (404, None, "<html>"),
        (401, None, r#"{"error":"NO_AUTH_FOUND"}"#),
        (502, None, r#"{"message":"no such portal"}"#),
    ];
    for gone in GONE {
        let portal = Portal::new(json!({ "webhook_url": HOOK }), move |_, count| match count {
            1 => to("new.bitrix24.ru"),
            3 => gone.clone(),
            _ => DEAL,
        });
        portal.get().unwrap();
        portal.get().unwrap_err();
        portal.get().unwrap();
        let (old, new) = ("old.bitrix24.ru", "new.bitrix24.ru");
        assert_eq!(portal.hosts(), [old, new, new, old]);
    }
}

#[test]
fn a_redirect_of_a_redirect_is_refused() {
    for second in [to("newer.bitrix24.ru"), to("old.bitrix24.ru"), (302, None, "")] {
        let portal = Portal::new(json!({ "webhook_url": HOOK }), move |_, count| match count {
            1 => to("new.bitrix24.ru"),
            _ => second.clone(),
        });
        let error = portal.get().unwrap_err();
        assert_eq!((error.kind, error.reason), (Kind::NotDone, "redirected"));
        assert_eq!(portal.hosts().len(), 2);
    }
}

#[test]
fn nothing_is_sent_where_nobody_allowed_it() {
    let settings = json!({ "webhook_url": HOOK, "portal_hosts": ["shop.example", "ru"] });
    let path = |url: &str| format!("{url}{PATH}");
    for location in [
        None,
        Some(String::new()),
        Some(path("https://evil.example")),
        Some(path("https://shop.example.evil.example")),
        Some(path("https://evilshop.example")),
        Some(path("https://bitrix24.ru.evil.example")),
        // A name without a dot allows itself alone.
        Some(path("https://evil.ru")),
        Some(path("https://192.0.2.1")),
        Some(path("http://new.bitrix24.ru")),
        Some(path("http://127.0.0.1")),
        Some(path("ftp://new.bitrix24.ru")),
        Some(path("https://user@new.bitrix24.ru")),
        Some(path("https://user:password@new.bitrix24.ru")),
        Some(path("https://evil.example\\@new.bitrix24.ru")),
        Some(path("https://evil.example\\.bitrix24.ru")),
        Some(path("//new.bitrix24.ru")),
        Some(PATH.to_owned()),
        Some("https://new.bitrix24.ru/".to_owned()),
        Some("https://new.bitrix24.ru/rest/1/abcdef0123456789/crm.item.delete".to_owned()),
        Some(path("https://new.bitrix24.ru/moved")),
        Some(path("https://old.bitrix24.ru")),
        Some("not a place".to_owned()),
    ] {
        for status in [301, 302, 307, 308] {
            let answer = location.clone();
            let portal = Portal::new(settings.clone(), move |_, _| (status, answer.clone(), ""));
            let error = portal.get().unwrap_err();
            assert_eq!((error.kind, error.reason), (Kind::NotDone, "redirected"), "{location:?}");
            assert_eq!((error.advice, error.http_status), ("fix_settings", Some(status)));
            assert_eq!(portal.hosts(), ["old.bitrix24.ru"], "{location:?}");
        }
    }
    for allowed in ["shop.example", "b24.shop.example", "Shop.Example:8443"] {
        let portal = Portal::new(settings.clone(), move |url, _| match url.contains("//old.") {
            true => to(allowed),
            false => DEAL,
        });
        portal.get().unwrap();
        assert_eq!(portal.hosts()[1], allowed.to_lowercase());
    }
}

#[test]
fn an_applications_token_follows_to_allowed_hosts_alone() {
    let settings = json!({
        "oauth": {
            "client_id": "local.1", "client_secret": "clientSecret", "access_token": "accessToken",
            "refresh_token": "refreshToken", "client_endpoint": "https://old.shop.example/rest/",
        },
        "portal_hosts": ["shop.example"],
    });
    let rest = "/rest/crm.item.get";
    for (host, allowed) in [("new.shop.example", true), ("evil.example", false)] {
        let location = format!("https://{host}{rest}");
        let portal = Portal::new(settings.clone(), move |url, _| match url.contains("//old.") {
            true => (302, Some(location.clone()), ""),
            false => DEAL,
        });
        assert_eq!(portal.get().is_ok(), allowed);
        for (url, body) in portal.sent.lock().unwrap().iter() {
            assert!(url.contains("shop.example"), "{url}");
            assert!(!url.contains("accessToken") && body.contains(r#""auth":"accessToken""#));
        }
    }
    // Its secret goes to nobody but the token server.
    let portal = Portal::new(settings, |_, _| {
        (302, Some("https://new.shop.example/oauth/token/".to_owned()), "")
    });
    let error = portal.client.call("bitrix24.refresh_token", &Fields::new()).unwrap_err();
    assert_eq!((error.kind, error.reason), (Kind::NotDone, "redirected"));
    assert_eq!(portal.hosts(), ["oauth.bitrix.info"]);
}
