//! What an exchange with a gateway looks like to the rest of the library, and the one door through
//! which it goes: [`Transport`]. Nothing here knows a socket.

use std::borrow::Cow;
use std::time::Duration;

use zeroize::Zeroize;

use crate::error::Error;
use crate::redact;

/// What carrying a request out does to the money or the order at the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing: it may be repeated, and failing it is always [`NotDone`](crate::Kind).
    Read,
    /// It changes something: it leaves once, and when its answer is lost its outcome is unknown.
    Write,
}

impl Effect {
    /// `read` or `write`, as `operations` and `describe` print it.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Read => "read",
            Effect::Write => "write",
        }
    }
}

/// How long an exchange may take when the settings do not say (setting `timeouts.total_ms`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// 30 s: reads, and creating a payment (a buyer is waiting, and a repeat is safe).
    Usual,
    /// 65 s: other writes, where cutting a bank off creates doubt that nobody can lift.
    Long,
}

impl Patience {
    /// The default limit on a whole exchange.
    pub fn limit(self) -> Duration {
        match self {
            Patience::Usual => Duration::from_secs(30),
            Patience::Long => Duration::from_secs(65),
        }
    }
}

/// A request, complete and signed. It has no `Debug`: its body and headers carry secrets.
pub struct HttpRequest {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// The absolute URL; a secret stands in its query at the most, where a gateway has no other place,
    /// or in its path, and then `shown` says what the log shows for it.
    pub url: String,
    /// What stands for the URL in the log, where the path itself is a secret.
    pub shown: Option<String>,
    /// Header names in lower case with their values.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The exact bytes that leave (and that a signature covers).
    pub body: Vec<u8>,
    /// Whether it changes anything at the gateway.
    pub effect: Effect,
    /// How long to wait for it by default.
    pub patience: Patience,
    /// Names of the fields in the body, for the log line; never values.
    pub field_names: Vec<Cow<'static, str>>,
}

impl HttpRequest {
    /// Host and path of the URL, for the log: what comes after could hold a secret.
    pub fn place(&self) -> &str {
        let url = self.shown.as_ref().unwrap_or(&self.url);
        let start = url.find("://").map_or(0, |at| at + 3);
        let rest = url.get(start..).unwrap_or_default();
        rest.split(['?', '#']).next().unwrap_or_default()
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        self.body.zeroize();
        self.url.zeroize();
        // A bearer token stands in a header.
        self.headers.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

/// What came back, whatever its status.
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// Header names in lower case with their values, in the order received.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// What an answer means that is not the gateway's own JSON. A write is in doubt unless the HTTP
    /// status alone says that nobody acted on it.
    pub fn unusable(&self, effect: Effect) -> Error {
        let status = self.status;
        let mut error = match (status, effect) {
            (300..=399, _) => Error::not_done(
                "redirected",
                format!("the gateway's URL answers with a redirect ({status}); correct base_url"),
            ),
            (401 | 403 | 404 | 405, _) => Error::not_done(
                "http_refused",
                format!("HTTP {status}: wrong base_url, or no access from this address"),
            ),
            (429, Effect::Read) => Error::not_done("rate_limited", "HTTP 429: too many requests"),
            (429, Effect::Write) => {
                Error::outcome_unknown("rate_limited", "HTTP 429: too many requests")
            }
            (200..=299, Effect::Read) => {
                Error::not_done("reply_unreadable", "the reply is not the gateway's JSON")
            }
            (200..=299, Effect::Write) => {
                Error::outcome_unknown("reply_unreadable", "the reply is not the gateway's JSON")
            }
            (_, Effect::Read) => {
                Error::not_done("unavailable", format!("HTTP {status} from the gateway"))
            }
            (_, Effect::Write) => {
                Error::outcome_unknown("unavailable", format!("HTTP {status} from the gateway"))
            }
        };
        error.http_status = Some(status);
        error.retry_after_ms = self.retry_after_ms();
        error.body = Some(self.excerpt());
        error
    }

    /// `Retry-After` in seconds; the form with a date is not worth a clock.
    pub(crate) fn retry_after_ms(&self) -> Option<u64> {
        self.header("retry-after")?.trim().parse::<u64>().ok()?.checked_mul(1000)
    }

    /// By allow-list: what kind of page it was, how long, and the title if it has one.
    fn excerpt(&self) -> String {
        let kind = self.header("content-type").unwrap_or("no content type");
        let kind: String = kind.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
        let text = String::from_utf8_lossy(&self.body);
        let title = text
            .split_once("<title>")
            .and_then(|(_, rest)| rest.split_once("</title>"))
            .map(|(title, _)| {
                title.chars().filter(|c| !c.is_control()).take(100).collect::<String>()
            });
        match title {
            Some(title) => {
                let title = redact::text(&title);
                format!("{kind}, {} bytes, title {title:?}", self.body.len())
            }
            None => format!("{kind}, {} bytes", self.body.len()),
        }
    }
}

/// Why no whole answer came back.
#[derive(Debug)]
pub struct SendError {
    /// False only if it is certain that no byte of the request could be acted upon.
    pub may_have_arrived: bool,
    /// A stable word: `name_not_found`, `connection_refused`, `connect_failed`, `connect_timeout`,
    /// `tls_untrusted`, `tls_failed`, `client_certificate_required`, `proxy_failed`, `timeout`,
    /// `connection_lost`, `reply_too_large`, `reply_unreadable`, `transport_failed`.
    pub reason: &'static str,
    /// What happened, for a person; no secrets.
    pub message: String,
}

/// Carries one request to its end. The only thing about the network that the core relies on.
pub trait Transport: Send + Sync {
    /// Sends the request and returns the answer, whatever its status code.
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError>;
}
