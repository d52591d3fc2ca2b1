//! The same routes over HTTPS, with counts of connections and handshakes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::NoServerSessionStorage;
use tokio_rustls::rustls::{HandshakeKind, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::server::ours;

/// Whom the certificate names.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// How long a client may take for its handshake.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);

/// Certificates, switches and counts of the HTTPS listener.
pub struct Tls {
    /// The certificate of the authority, in PEM. Its key has been thrown away.
    pub root: String,
    resuming: TlsAcceptor,
    forgetful: TlsAcceptor,
    /// Whether sessions are resumed.
    pub sessions: AtomicBool,
    /// How long a connection may be idle; no limit at first.
    pub idle: watch::Sender<Option<Duration>>,
    /// What happened so far.
    pub counts: Counts,
}

/// Counts since the start, or since they were reset.
#[derive(Default)]
pub struct Counts {
    /// Connections that were accepted, whatever became of them.
    pub connections: AtomicU64,
    /// Whole handshakes.
    pub full: AtomicU64,
    /// Handshakes that resumed a session.
    pub resumed: AtomicU64,
    /// Handshakes that came to no end, or to a bad one.
    pub failed: AtomicU64,
    /// Requests to gateways.
    pub requests: AtomicU64,
}

impl Counts {
    /// All of them, by name.
    pub fn all(&self) -> [&AtomicU64; 5] {
        [&self.connections, &self.full, &self.resumed, &self.failed, &self.requests]
    }

    /// Counts a request, unless it is for us and not for a gateway.
    pub fn request(&self, path: &str) {
        if !ours(path) {
            count(&self.requests);
        }
    }
}

impl Tls {
    /// Makes an authority and a certificate; the authority's certificate is written to `root`.
    pub fn new(root: &Path) -> Result<Self, String> {
        let (pem, [resuming, forgetful]) = configs().map_err(|fault| format!("TLS: {fault}"))?;
        std::fs::write(root, &pem).map_err(|fault| format!("{}: {fault}", root.display()))?;
        Ok(Self {
            root: pem,
            resuming: Arc::new(resuming).into(),
            forgetful: Arc::new(forgetful).into(),
            sessions: AtomicBool::new(true),
            idle: watch::Sender::new(None),
            counts: Counts::default(),
        })
    }

    /// The handshake of an accepted connection, counted; nothing when it failed.
    pub async fn accept(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        count(&self.counts.connections);
        let resumes = self.sessions.load(Ordering::SeqCst);
        let acceptor = if resumes { &self.resuming } else { &self.forgetful };
        match tokio::time::timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => {
                let resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
                count(if resumed { &self.counts.resumed } else { &self.counts.full });
                Some(stream)
            }
            Ok(Err(_)) | Err(_) => {
                count(&self.counts.failed);
                None
            }
        }
    }

    /// Resolves when the connection was idle for as long as it may be.
    pub async fn idle_for_too_long(&self, activity: &Activity) {
        let mut changes = self.idle.subscribe();
        loop {
            let limit = *changes.borrow_and_update();
            let waited = async {
                match limit {
                    Some(limit) => {
                        let since = activity.idle_since();
                        tokio::time::sleep_until(since.unwrap_or_else(Instant::now) + limit).await;
                        activity.idle_since().is_some_and(|since| since.elapsed() >= limit)
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                over = waited => if over { return },
                _ = changes.changed() => {}
            }
        }
    }
}

/// Adds one.
fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}

/// Since when a connection has had nothing to do; nothing while it is busy.
pub struct Activity(Mutex<Option<Instant>>);

impl Default for Activity {
    fn default() -> Self {
        Self(Mutex::new(Some(Instant::now())))
    }
}

impl Activity {
    /// A request is being answered for as long as this is held.
    pub fn busy(&self) -> Busy<'_> {
        self.note(None);
        Busy(self)
    }

    fn note(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn idle_since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection is idle again when this goes, also when nobody waits for the answer any more.
pub struct Busy<'a>(&'a Activity);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.note(Some(Instant::now()));
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// The authority's PEM, and configurations with and without resumption.
fn configs() -> Result<(String, [ServerConfig; 2]), Box<dyn std::error::Error>> {
    let mut authority = CertificateParams::default();
    authority.distinguished_name = named("Kopeck sandbox");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate()?;
    let pem = authority.self_signed(&key)?.pem();
    let issuer = Issuer::new(authority, key);

    let key = KeyPair::generate()?;
    let mut own = CertificateParams::new(NAMES.map(str::to_owned))?;
    own.distinguished_name = named("localhost");
    own.use_authority_key_identifier_extension = true;
    let certificate = own.signed_by(&key, &issuer)?.der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )?;
    let mut forgetful = config.clone();
    forgetful.session_storage = Arc::new(NoServerSessionStorage {});
    forgetful.send_tls13_tickets = 0;
    let mut resuming = config;
    // Tickets carry the session, so that no number of clients pushes one out.
    resuming.ticketer = ring::Ticketer::new()?;
    Ok((pem, [resuming, forgetful]))
}
