//! TLS: the settings, checked once when a client is made, and the connector that uses them.
//!
//! ureq's own connector panics on a client key that does not fit its certificate, and skips roots
//! that it cannot read; both would show only with the first payment.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, time,
};
use zeroize::{Zeroize, Zeroizing};

use crate::https::SettingError;
use crate::names::bare_host;

const INPUT_BYTES: usize = 16 * 1024;
/// What is encrypted and written at once; longer requests leave in several writes.
const OUTPUT_BYTES: usize = 64 * 1024;
/// Servers whose TLS sessions are kept for resumption; a client speaks to one or two.
const SESSIONS: usize = 32;

/// Whose certificates are trusted before any that the settings add.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Roots {
    /// Mozilla's list, compiled in.
    #[default]
    Mozilla,
    /// The operating system's list, read when the client is made.
    System,
}

/// The settings `tls {…}`. TLS 1.2 is the least that is spoken; nothing turns verification off.
#[derive(Default)]
pub struct TlsSettings {
    /// The list to begin with.
    pub roots: Roots,
    /// A PEM file of certificates to trust besides.
    pub ca_file: Option<PathBuf>,
    /// PEM certificates to trust besides.
    pub ca_pem: Option<String>,
    /// The client's certificate and any intermediate ones, for gateways that ask for it.
    pub client_cert_pem: Option<String>,
    /// The key of the client's certificate, not encrypted: PKCS#8, PKCS#1 or SEC1 in PEM.
    pub client_key_pem: Option<Zeroizing<String>>,
}

impl TlsSettings {
    /// Everything that can be wrong with the settings is found here.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, SettingError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| SettingError::new("tls", error.to_string()))?
            .with_root_certificates(self.trusted()?);
        match (&self.client_cert_pem, &self.client_key_pem) {
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(_), None) => Err(SettingError::new(
                "tls.client_key_pem",
                "missing: a client certificate is of no use without its key",
            )),
            (None, Some(_)) => Err(SettingError::new(
                "tls.client_cert_pem",
                "missing: a client key is of no use without its certificate",
            )),
            (Some(certificates), Some(key)) => {
                let chain = read_certificates("tls.client_cert_pem", certificates.as_bytes())?;
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| {
                    SettingError::new(
                        "tls.client_key_pem",
                        "no unencrypted private key in PEM was found",
                    )
                })?;
                builder
                    .with_client_auth_cert(chain, key)
                    .map_err(|error| SettingError::new("tls.client_key_pem", unfit(&error)))
            }
        }
    }

    fn trusted(&self) -> Result<RootCertStore, SettingError> {
        let mut trusted = RootCertStore::empty();
        match self.roots {
            Roots::Mozilla => trusted.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Roots::System => {
                let found = rustls_native_certs::load_native_certs();
                if trusted.add_parsable_certificates(found.certs).0 == 0 {
                    let why = found.errors.first().map(|error| format!(" ({error})"));
                    let message = format!(
                        "the system has no usable list of certificates{}; use \"mozilla\"",
                        why.unwrap_or_default()
                    );
                    return Err(SettingError::new("tls.roots", message));
                }
            }
        }
        if let Some(path) = &self.ca_file {
            let pem = std::fs::read(path).map_err(|error| {
                let message = format!("cannot read {}: {error}", path.display());
                SettingError::new("tls.ca_file", message)
            })?;
            trust(&mut trusted, "tls.ca_file", &pem)?;
        }
        if let Some(pem) = &self.ca_pem {
            trust(&mut trusted, "tls.ca_pem", pem.as_bytes())?;
        }
        Ok(trusted)
    }
}

fn trust(
    trusted: &mut RootCertStore,
    setting: &'static str,
    pem: &[u8],
) -> Result<(), SettingError> {
    for certificate in read_certificates(setting, pem)? {
        trusted.add(certificate).map_err(|error| {
            SettingError::new(setting, format!("a certificate cannot be used: {error}"))
        })?;
    }
    Ok(())
}

fn read_certificates(
    setting: &'static str,
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, SettingError> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| SettingError::new(setting, format!("the PEM is broken: {error}")))?;
    if certificates.is_empty() {
        return Err(SettingError::new(setting, "expected PEM certificates, found none"));
    }
    Ok(certificates)
}

fn unfit(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            "the key does not belong to the client certificate".to_owned()
        }
        other => format!("the key and the client certificate cannot be used: {other}"),
    }
}

/// Wraps a connection in TLS where the URL asks for it. One to a process: its sessions are guarded
/// by a lock and must not pass a fork.
pub(crate) struct TlsConnector {
    config: Arc<ClientConfig>,
}

impl TlsConnector {
    /// From settings that were checked, with sessions of its own.
    pub(crate) fn new(checked: &ClientConfig) -> Self {
        let mut config = checked.clone();
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        TlsConnector { config: Arc::new(config) }
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport<In>>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(lower) = chained else {
            return Ok(None);
        };
        if !details.needs_tls() || lower.is_tls() {
            return Ok(Some(Either::A(lower)));
        }
        let name = ServerName::try_from(bare_host(details.uri).to_owned())
            .map_err(|_| Error::Tls("the host is not a name that a certificate can bear"))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.config), name)?;
        // What it is given is bounded by our own buffer.
        connection.set_buffer_limit(None);
        let buffers = LazyBuffers::new(INPUT_BYTES, OUTPUT_BYTES);
        let mut transport = TlsTransport { lower, connection, buffers };
        let started = match details.now {
            time::Instant::Exact(started) => started,
            _ => Instant::now(),
        };
        transport.shake_hands(Countdown { limit: details.timeout, started }).map_err(|error| {
            match error {
                Error::Io(_) => Error::Tls("the connection was lost during the TLS handshake"),
                other => other,
            }
        })?;
        Ok(Some(Either::B(transport)))
    }
}

/// A time limit over several waits; ureq's own counting of it is private.
struct Countdown {
    limit: NextTimeout,
    started: Instant,
}

impl Countdown {
    fn left(&self) -> Result<NextTimeout, Error> {
        let mut left = self.limit;
        if let time::Duration::Exact(limit) = left.after {
            let rest = limit.saturating_sub(self.started.elapsed());
            if rest.is_zero() {
                return Err(Error::Timeout(left.reason));
            }
            left.after = rest.into();
        }
        Ok(left)
    }
}

/// A connection wrapped in TLS.
pub(crate) struct TlsTransport<L> {
    lower: L,
    connection: ClientConnection,
    buffers: LazyBuffers,
}

impl<L: Transport> TlsTransport<L> {
    fn shake_hands(&mut self, time: Countdown) -> Result<(), Error> {
        while self.connection.is_handshaking() {
            self.write_out(time.left()?)?;
            if self.connection.is_handshaking() && self.read_in(time.left()?)? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
        self.write_out(time.left()?)
    }

    /// Everything that TLS has to say, in as few writes as the lower buffer allows.
    fn write_out(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        while self.connection.wants_write() {
            let output = self.lower.buffers().output();
            let room = output.len();
            let mut free = output;
            while self.connection.wants_write() && !free.is_empty() {
                self.connection.write_tls(&mut free)?;
            }
            let amount = room - free.len();
            self.lower.transmit_output(amount, timeout)?;
        }
        Ok(())
    }

    fn read_in(&mut self, timeout: NextTimeout) -> Result<usize, Error> {
        self.lower.maybe_await_input(timeout)?;
        let amount = self.take_in();
        if amount.is_err() {
            // The server deserves to hear why, but its silence must not hide our reason.
            let _ = self.write_out(timeout);
        }
        amount
    }

    fn take_in(&mut self) -> Result<usize, Error> {
        let mut arrived = self.lower.buffers().input();
        let amount = self.connection.read_tls(&mut arrived)?;
        self.lower.buffers().input_consume(amount);
        self.connection.process_new_packets()?;
        Ok(amount)
    }
}

impl<L: Transport> Transport for TlsTransport<L> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if let Some(output) = self.buffers.output().get_mut(..amount) {
            self.connection.writer().write_all(output)?;
            output.zeroize();
        }
        self.write_out(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let time = Countdown { limit: timeout, started: Instant::now() };
        loop {
            match self.connection.reader().read(self.buffers.input_append_buf()) {
                Ok(amount) => {
                    self.buffers.input_appended(amount);
                    return Ok(amount > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            self.read_in(time.left()?)?;
            if self.connection.wants_write() {
                // A changed key to confirm; if that fails, reading will say so.
                let _ = self.write_out(time.left()?);
            }
        }
    }

    fn is_open(&mut self) -> bool {
        while !self.lower.buffers().input().is_empty() {
            if !matches!(self.take_in(), Ok(amount) if amount > 0) {
                return false;
            }
        }
        let usable = self
            .connection
            .process_new_packets()
            .is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0);
        usable && self.lower.is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnector")
    }
}

impl<L> fmt::Debug for TlsTransport<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
