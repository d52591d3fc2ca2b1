//! The way out: notifications of every gateway, over plain HTTP to loopback and nothing else.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;

/// How long a merchant may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// One attempt to deliver.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// RFC 3339.
    pub at: String,
    /// `HTTP 200`, or why there was no answer.
    pub result: String,
}

/// What is sent to a merchant.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    /// The whole address.
    pub url: &'a str,
    /// `content-type` and body of a POST; without one it is a GET.
    pub post: Option<(&'a str, &'a str)>,
    /// Headers beside these.
    pub headers: &'a [(String, String)],
    /// The gateway's own program.
    pub user_agent: &'a str,
}

/// What the merchant answered.
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, or nothing.
    pub content_type: String,
    /// The body's bytes.
    pub body: Bytes,
}

/// The sender.
pub struct Courier {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Default for Courier {
    fn default() -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http(),
        }
    }
}

impl Courier {
    /// One attempt: the answer, or why there was none.
    pub async fn deliver(&self, parcel: Parcel<'_>) -> Result<Receipt, String> {
        let request = request(parcel)?;
        let exchange = async {
            let answer = self.client.request(request).await.map_err(|error| root(&error))?;
            let status = answer.status().as_u16();
            let label = answer.headers().get("content-type");
            let content_type = label.and_then(|label| label.to_str().ok()).unwrap_or_default();
            let content_type = content_type.to_owned();
            let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
            // The status stands even where the body breaks off.
            let body = body.map(|whole| whole.to_bytes()).unwrap_or_default();
            Ok::<_, String>(Receipt { status, content_type, body })
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
            Ok(Err(why)) => Err(format!("no answer: {why}")),
            Ok(Ok(receipt)) => Ok(receipt),
        }
    }
}

fn root(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    deepest.to_string()
}

fn request(parcel: Parcel<'_>) -> Result<Request<Full<Bytes>>, String> {
    let address: hyper::Uri = parcel.url.parse().map_err(|_| "not sent: the URL is malformed")?;
    if address.scheme_str() != Some("http") {
        return Err("not sent: the sandbox calls http:// only".into());
    }
    if !address.host().is_some_and(is_loopback) {
        return Err("not sent: the sandbox calls loopback only".into());
    }
    let mut request = Request::builder()
        .method(if parcel.post.is_some() { "POST" } else { "GET" })
        .uri(address)
        .header("user-agent", parcel.user_agent);
    if let Some((label, _)) = parcel.post {
        request = request.header("content-type", label);
    }
    for (name, value) in parcel.headers {
        request = request.header(name, value);
    }
    let body = parcel.post.map_or_else(Bytes::new, |(_, body)| Bytes::from(body.to_owned()));
    request.body(Full::new(body)).map_err(|error| format!("not sent: {error}"))
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_called() {
        for url in ["http://example.com/", "https://127.0.0.1/", "http://10.0.0.1/", "what"] {
            assert!(
                request(Parcel { url, post: None, headers: &[], user_agent: "x" }).is_err(),
                "{url}"
            );
        }
        for url in ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/"] {
            assert!(
                request(Parcel { url, post: None, headers: &[], user_agent: "x" }).is_ok(),
                "{url}"
            );
        }
    }
}
