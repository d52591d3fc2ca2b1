//! What a failed exchange means: why no whole answer came, and whether the request may have arrived.
//!
//! The count of bytes handed down decides the second, not ureq's errors; one arm goes below it.

use std::io;

use rustls::AlertDescription;
use ureq::Error;

use super::one_write::Progress;
use crate::http::SendError;
use crate::names::NameNotFound;

/// An exchange that failed, seen from outside.
pub(super) struct Failure<'a> {
    pub(super) error: Error,
    pub(super) progress: Progress,
    /// The gateway's host.
    pub(super) host: &'a str,
    pub(super) through_proxy: bool,
}

impl Failure<'_> {
    /// True if a connection from the pool turned out dead: the server closed it while it was idle.
    /// Time-outs are not among it, for there a server may still be at work.
    pub(super) fn was_stale(&self) -> bool {
        matches!(self.error, Error::Io(_))
            && !self.progress.connected
            && self.progress.handed_down > 0
            && self.progress.received == 0
    }

    pub(super) fn into_send_error(self) -> SendError {
        let reason = self.reason();
        SendError {
            may_have_arrived: self.progress.handed_down > 0
                && reason != "client_certificate_required",
            reason,
            message: self.message(reason),
        }
    }

    fn reason(&self) -> &'static str {
        if self.progress.handed_down > 0 { self.reason_after() } else { self.reason_before() }
    }

    /// Nothing of the request had left.
    fn reason_before(&self) -> &'static str {
        match &self.error {
            Error::Other(other) => match other.downcast_ref::<NameNotFound>() {
                Some(name) if self.through_proxy && !name.host.eq_ignore_ascii_case(self.host) => {
                    "proxy_failed"
                }
                Some(_) => "name_not_found",
                None => "transport_failed",
            },
            Error::HostNotFound => "name_not_found",
            Error::Timeout(_) if self.progress.connected => "timeout",
            Error::Timeout(_) => "connect_timeout",
            Error::Rustls(rustls::Error::InvalidCertificate(_)) => "tls_untrusted",
            Error::Rustls(rustls::Error::AlertReceived(AlertDescription::CertificateRequired)) => {
                "client_certificate_required"
            }
            Error::Rustls(_) | Error::Tls(_) | Error::TlsRequired => "tls_failed",
            Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => "proxy_failed",
            Error::Io(_) | Error::Protocol(_) if self.through_proxy => "proxy_failed",
            Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                "connection_refused"
            }
            Error::Io(_) | Error::ConnectionFailed => "connect_failed",
            _ => "transport_failed",
        }
    }

    /// Something of the request had left.
    fn reason_after(&self) -> &'static str {
        match &self.error {
            // In TLS 1.3 the client speaks before the server has looked at its certificate. The
            // server that sends this alert never read on. On a connection that has answered
            // before, it would mean something else.
            Error::Rustls(rustls::Error::AlertReceived(AlertDescription::CertificateRequired))
                if self.progress.connected && self.progress.received == 0 =>
            {
                "client_certificate_required"
            }
            Error::Rustls(_) | Error::Tls(_) => "tls_failed",
            Error::Timeout(_) => "timeout",
            Error::Io(_) => "connection_lost",
            Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => "reply_too_large",
            Error::Protocol(_) | Error::BodyStalled => "reply_unreadable",
            _ => "transport_failed",
        }
    }

    fn message(&self, reason: &'static str) -> String {
        let host = self.host;
        let error = &self.error;
        match reason {
            "name_not_found" => format!("{host}: the name was not found: {}", self.cause()),
            "connection_refused" => format!("{host}: the connection was refused"),
            "connect_failed" => format!("{host}: no connection: {}", self.cause()),
            "connect_timeout" => {
                format!("{host}: no connection within the time allowed (timeouts.connect_ms)")
            }
            "tls_untrusted" => format!(
                "{host}: its certificate is not trusted: {} (a bank's own root goes into tls.ca_file)",
                self.cause()
            ),
            "tls_failed" => format!("{host}: TLS failed: {}", self.cause()),
            "client_certificate_required" => {
                format!("{host}: it asks for a client certificate (settings tls.client_cert_pem)")
            }
            "proxy_failed" => format!("the proxy gave no way to {host}: {}", self.cause()),
            "timeout" => {
                format!("{host}: no whole reply within the time allowed (timeouts.total_ms)")
            }
            "connection_lost" => {
                format!("{host}: the connection was lost before the whole reply: {}", self.cause())
            }
            "reply_too_large" => format!("{host}: the reply is larger than allowed"),
            "reply_unreadable" => format!("{host}: the reply is not HTTP: {}", self.cause()),
            _ => format!("{host}: {error}"),
        }
    }

    /// The innermost text: what ureq puts before it says less than the reason word.
    fn cause(&self) -> String {
        match &self.error {
            Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "closed by the other side".to_owned()
            }
            Error::Io(error) => error.to_string(),
            Error::Rustls(error) => error.to_string(),
            Error::Protocol(error) => error.to_string(),
            Error::ConnectProxyFailed(text) => text.clone(),
            Error::Other(other) => match other.downcast_ref::<NameNotFound>() {
                Some(name) => name.cause.clone(),
                None => other.to_string(),
            },
            other => other.to_string(),
        }
    }
}
