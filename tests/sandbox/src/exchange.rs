//! One request as it arrived and one answer as it will leave.

use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::Value;

/// A request whose body has been read whole.
#[derive(Clone, Debug)]
pub struct Call {
    /// Upper-case method.
    pub method: String,
    /// The path as sent, not decoded.
    pub path: String,
    /// What stands after `?`, not decoded.
    pub query: Option<String>,
    /// Headers as sent.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Bytes,
}

impl Call {
    /// A header's text, when it is there and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the body is labelled as an HTML form.
    pub fn is_form(&self) -> bool {
        self.header("content-type").is_some_and(|label| {
            let kind = label.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
    }

    /// Path and query together, as sent.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

/// A reply that has not been put on the wire.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers without `content-length`.
    pub headers: Vec<(String, String)>,
    /// Body bytes.
    pub body: Bytes,
}

impl Answer {
    /// An answer with a body and its label.
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), content_type.into())],
            body: body.into(),
        }
    }

    /// No answer at all: the connection is closed.
    pub fn silence() -> Self {
        Self { status: 0, headers: Vec::new(), body: Bytes::new() }
    }

    /// Plain text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }

    /// A page. Never cached: it shows the state of an order.
    pub fn page(status: u16, html: impl Into<String>) -> Self {
        Self::new(status, "text/html; charset=utf-8", html.into()).with("cache-control", "no-store")
    }

    /// JSON for the control interface.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::new(status, "application/json", format!("{value:#}\n"))
    }

    /// A redirect that makes the browser forget the posted form.
    pub fn redirect(location: &str) -> Self {
        Self {
            status: 302,
            headers: vec![("location".into(), visible(location))],
            body: Bytes::new(),
        }
    }

    /// The same answer with `https://host` where the text says `origin`.
    pub fn moved_to(mut self, origin: &str, host: &str) -> Self {
        let here = format!("https://{host}");
        for (_, value) in &mut self.headers {
            *value = value.replace(origin, &here);
        }
        if let Ok(text) = std::str::from_utf8(&self.body) {
            self.body = text.replace(origin, &here).into();
        }
        self
    }

    /// The same answer with another status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same answer with one more header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// Percent-encodes what may not stand in a header: a return URL may carry anything.
fn visible(location: &str) -> String {
    let mut out = String::with_capacity(location.len());
    for byte in location.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_cannot_break_the_header() {
        let answer = Answer::redirect("https://shop.test/спасибо\r\nx: y");
        let (_, location) = &answer.headers[0];
        assert!(location.bytes().all(|byte| byte.is_ascii_graphic()), "{location}");
    }
}
