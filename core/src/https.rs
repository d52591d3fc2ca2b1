//! The [`Transport`] over ureq: pool, limits, and what a failure means.
//!
//! The chain of a connection: SOCKS, CONNECT, TCP, our TLS ([`crate::tls`]), and one write to a
//! request (`one_write`). No thread is started, and nothing is shared across `fork()`.

mod failure;
mod one_write;
mod proxy;

use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use ureq::config::Config;
use ureq::http::{self, HeaderValue, Uri};
use ureq::unversioned::transport::{
    ConnectProxyConnector, Connector, SocksConnector, TcpConnector,
};
use ureq::{Agent, AsSendBody, Body, Error, Proxy};

use self::failure::Failure;
use self::one_write::OneWriteConnector;
pub use self::proxy::ProxySetting;
use crate::http::{Effect, HttpRequest, HttpResponse, SendError, Transport};
use crate::names::{Names, bare_host};
use crate::per_process::PerProcess;
use crate::tls::{TlsConnector, TlsSettings};

/// Servers close idle connections after 5 s or more; a write must not meet one that is closing.
const IDLE_FOR_WRITES: Duration = Duration::from_secs(4);
/// A read may: it is repeated.
const IDLE_FOR_READS: Duration = Duration::from_secs(60);
const MOST_IDLE: usize = 32;
const MOST_IDLE_PER_HOST: usize = 16;
const MOST_HEADER_BYTES: usize = one_write::INPUT_BYTES / 2;
/// Buffers of the TCP connection; TLS records add a little to what is written at once.
const TCP_INPUT_BYTES: usize = 16 * 1024 + 512;
const TCP_OUTPUT_BYTES: usize = 64 * 1024 + 512;

/// How to reach a gateway: the settings that concern the network.
pub struct TransportSettings {
    /// How long opening a connection may take, TLS and proxy included.
    pub connect: Duration,
    /// How long a whole exchange may take; without it, as long as the request's own
    /// [`Patience`](crate::http::Patience). The system's name look-up is not cut short by it.
    pub total: Option<Duration>,
    /// The largest body of a reply that is read.
    pub max_response_bytes: u64,
    /// Whether connections are used again: writes use one that was idle less than 4 s, reads 60 s.
    pub keep_alive: bool,
    /// Whether `http://` may be spoken to other hosts than this one.
    pub allow_plain_http: bool,
    /// The way out.
    pub proxy: ProxySetting,
    /// Whom to trust, and who we are.
    pub tls: TlsSettings,
}

impl Default for TransportSettings {
    fn default() -> Self {
        TransportSettings {
            connect: Duration::from_secs(5),
            total: None,
            max_response_bytes: 4 * 1024 * 1024,
            keep_alive: true,
            allow_plain_http: false,
            proxy: ProxySetting::None,
            tls: TlsSettings::default(),
        }
    }
}

/// A setting that cannot be used.
#[derive(Debug)]
pub struct SettingError {
    /// Its name, such as `tls.ca_file`.
    pub field: &'static str,
    /// What is wrong with it; no secrets.
    pub message: String,
}

impl SettingError {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        SettingError { field, message: message.into() }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for SettingError {}

/// Sends requests over HTTP/1.1. May be used by many threads at once, and by forked children: each
/// process has connections, names and TLS sessions of its own.
pub struct Https {
    config: Config,
    tls: ClientConfig,
    total: Option<Duration>,
    max_response_bytes: u64,
    allow_plain_http: bool,
    agent: PerProcess<Agent>,
}

impl Https {
    /// Checks the settings and reads the files they name; opens no connection.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn new(settings: TransportSettings) -> Result<Https, SettingError> {
        let tls = settings.tls.client_config()?;
        let config = Agent::config_builder()
            .proxy(settings.proxy.proxy()?)
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("kopeck/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .accept_encoding("")
            .timeout_connect(Some(settings.connect))
            .max_response_header_size(MOST_HEADER_BYTES)
            .input_buffer_size(TCP_INPUT_BYTES)
            .output_buffer_size(TCP_OUTPUT_BYTES)
            .max_idle_age(IDLE_FOR_READS)
            .max_idle_connections(if settings.keep_alive { MOST_IDLE } else { 0 })
            .max_idle_connections_per_host(MOST_IDLE_PER_HOST)
            .build();
        Ok(Https {
            agent: PerProcess::new(new_agent(&config, &tls)),
            config,
            tls,
            total: settings.total,
            max_response_bytes: settings.max_response_bytes,
            allow_plain_http: settings.allow_plain_http,
        })
    }

    /// The proxy for that URL. What is sent in plain text only because it stays on this machine
    /// does not leave it for a proxy either.
    fn proxy_to(&self, uri: &Uri) -> Option<&Proxy> {
        let stays_here = uri.scheme_str() == Some("http") && !self.allow_plain_http;
        self.config.proxy().filter(|_| !stays_here)
    }

    fn exchange<'a>(
        &self,
        request: &HttpRequest,
        uri: &'a Uri,
        limit: Duration,
        idle: Duration,
    ) -> Result<HttpResponse, Failure<'a>> {
        let agent = self.agent.get(|| new_agent(&self.config, &self.tls));
        let proxy = self.proxy_to(uri);
        one_write::begin();
        let limits = Limits { total: limit, idle, proxy };
        run(agent, request, uri, &limits).and_then(|response| self.read(response)).map_err(
            |error| Failure {
                error,
                progress: one_write::progress(),
                host: bare_host(uri),
                through_proxy: proxy.is_some_and(|proxy| !proxy.is_no_proxy(uri)),
            },
        )
    }

    fn read(&self, response: http::Response<Body>) -> Result<HttpResponse, Error> {
        let most = self.max_response_bytes;
        let (head, body) = response.into_parts();
        if body.content_length().is_some_and(|length| length > most) {
            return Err(Error::BodyExceedsLimit(most));
        }
        // ureq takes a body of exactly its limit for one that exceeds it.
        let body = body.into_with_config().limit(most.saturating_add(1)).read_to_vec()?;
        if body.len() as u64 > most {
            return Err(Error::BodyExceedsLimit(most));
        }
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        Ok(HttpResponse { status: head.status.as_u16(), headers, body })
    }
}

impl Transport for Https {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let uri = read_url(&request.url, self.allow_plain_http).map_err(|problem| SendError {
            may_have_arrived: false,
            reason: "transport_failed",
            message: format!("the URL of the request: {problem}"),
        })?;
        let limit = self.total.unwrap_or_else(|| request.patience.limit());
        let started = Instant::now();
        let idle = match request.effect {
            Effect::Read => IDLE_FOR_READS,
            Effect::Write => IDLE_FOR_WRITES,
        };
        let failure = match self.exchange(request, &uri, limit, idle) {
            Ok(response) => return Ok(response),
            Err(failure) => failure,
        };
        let left = limit.saturating_sub(started.elapsed());
        if request.effect == Effect::Read && failure.was_stale() && !left.is_zero() {
            // No idle age at all: the other idle connections may be as dead.
            let repeated = self.exchange(request, &uri, left, Duration::ZERO);
            return repeated.map_err(Failure::into_send_error);
        }
        Err(failure.into_send_error())
    }
}

/// `https://`, or `http://` where the bytes stay on this machine or `allow_plain_http` is set; with
/// a host, and without `user:password@`, which would end up in logs.
///
/// # Errors
///
/// What is wrong, without the URL.
pub fn check_url(url: &str, allow_plain_http: bool) -> Result<(), String> {
    read_url(url, allow_plain_http).map(|_| ())
}

/// By ureq's own parser, so that what was checked is what is used.
fn read_url(url: &str, allow_plain_http: bool) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|error| format!("not a URL: {error}"))?;
    let Some(authority) = uri.authority() else {
        return Err("expected https:// and a host".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("user and password do not belong into a URL".to_owned());
    }
    let host = bare_host(&uri);
    if host.is_empty() {
        return Err("the host is missing".to_owned());
    }
    if authority.as_str() != authority.host() && authority.port_u16().is_none() {
        return Err("the port is not a number from 0 to 65535".to_owned());
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if allow_plain_http || is_loopback(host) => Ok(uri),
        Some("http") => {
            Err("http:// is not encrypted: use https:// (or the setting allow_plain_http)"
                .to_owned())
        }
        _ => Err("expected https://".to_owned()),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn new_agent(config: &Config, tls: &ClientConfig) -> Agent {
    let chain =
        ().chain(SocksConnector::default())
            .chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(TlsConnector::new(tls))
            .chain(OneWriteConnector { proxy: config.proxy().cloned() });
    Agent::with_parts(config.clone(), chain, Names::new())
}

/// What differs from request to request.
struct Limits<'a> {
    total: Duration,
    idle: Duration,
    proxy: Option<&'a Proxy>,
}

fn run(
    agent: &Agent,
    request: &HttpRequest,
    uri: &Uri,
    limits: &Limits,
) -> Result<http::Response<Body>, Error> {
    let mut head = http::Request::builder().method(request.method).uri(uri.clone());
    for (name, value) in &request.headers {
        let mut value = HeaderValue::from_str(value).map_err(http::Error::from)?;
        value.set_sensitive(true);
        head = head.header(name.as_ref(), value);
    }
    if request.method == "GET" && request.body.is_empty() {
        agent.run(limited(agent, head.body(())?, limits))
    } else {
        agent.run(limited(agent, head.body(request.body.as_slice())?, limits))
    }
}

fn limited<B: AsSendBody>(
    agent: &Agent,
    request: http::Request<B>,
    limits: &Limits,
) -> http::Request<B> {
    agent
        .configure_request(request)
        .timeout_global(Some(limits.total))
        .max_idle_age(limits.idle)
        .proxy(limits.proxy.cloned())
        .build()
}
