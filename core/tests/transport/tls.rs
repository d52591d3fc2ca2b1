//! Whom we trust, who we are, and sessions.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::mpsc;

use kopeck::https::{Https, SettingError, TransportSettings};
use kopeck::tls::{Roots, TlsSettings};
use rustls::HandshakeKind;
use zeroize::Zeroizing;

use crate::authority::{Authority, Identity};
use crate::server::{Received, Server, respond};
use crate::{assert_not_delivered, client, failure, text, write};

/// Answers one request on each connection with the kind of its handshake.
fn server(config: std::sync::Arc<rustls::ServerConfig>) -> Server {
    Server::tls(config, |_, mut stream| {
        if Received::from(&mut stream).is_some() {
            let resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
            respond(&mut stream, 200, if resumed { "resumed" } else { "full" });
        }
    })
}

fn trusting(authority: &Authority) -> Https {
    client(|settings| settings.tls.ca_pem = Some(authority.pem.clone()))
}

fn refused(tls: TlsSettings) -> SettingError {
    match Https::new(TransportSettings { tls, ..TransportSettings::default() }) {
        Ok(_) => panic!("taken"),
        Err(error) => error,
    }
}

fn with_identity(authority: &Authority, identity: &Identity) -> TlsSettings {
    TlsSettings {
        ca_pem: Some(authority.pem.clone()),
        client_cert_pem: Some(identity.certificate.clone()),
        client_key_pem: Some(Zeroizing::new(identity.key.clone())),
        ..TlsSettings::default()
    }
}

#[test]
fn an_extra_certificate_is_trusted_from_text_and_from_a_file() {
    let authority = Authority::new();
    let server = server(authority.server("localhost"));
    let url = server.https("localhost");
    assert_eq!(text(&trusting(&authority), &write(&url, b"a")), "full");

    let path = std::env::temp_dir().join(format!("kopeck-ca-{}.pem", std::process::id()));
    std::fs::write(&path, &authority.pem).unwrap();
    let from_file = client(|settings| settings.tls.ca_file = Some(path.clone()));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(text(&from_file, &write(&url, b"a")), "full");

    let other = trusting(&Authority::new());
    assert_not_delivered(&failure(&other, &write(&url, b"a")), "tls_untrusted");
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let authority = Authority::new();
    let server = server(authority.server("gateway.example"));
    for host in ["localhost", "127.0.0.1"] {
        let error = failure(&trusting(&authority), &write(&server.https(host), b"a"));
        assert_not_delivered(&error, "tls_untrusted");
    }
}

#[test]
fn a_second_connection_resumes_the_session() {
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let authority = Authority::new();
        let server = server(authority.server_with("localhost", &[version], None).into());
        let client = client(|settings| {
            settings.tls.ca_pem = Some(authority.pem.clone());
            settings.keep_alive = false;
        });
        let kinds: Vec<_> =
            (0..3).map(|_| text(&client, &write(&server.https("localhost"), b"a"))).collect();
        assert_eq!(kinds, ["full", "resumed", "resumed"], "{version:?}");
    }
}

#[test]
fn a_tls_connection_serves_one_request_after_another() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("localhost"), |number, mut stream| {
        while Received::from(&mut stream).is_some() {
            respond(&mut stream, 200, &number.to_string());
        }
    });
    let client = trusting(&authority);
    for _ in 0..3 {
        assert_eq!(text(&client, &write(&server.https("localhost"), b"a")), "0");
    }
}

#[test]
fn a_connection_whose_end_was_announced_with_the_reply_is_not_used_again() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("localhost"), |number, mut stream| {
        Received::from(&mut stream);
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}");
        stream.conn.writer().write_all(reply.as_bytes()).unwrap();
        stream.conn.send_close_notify();
        let mut together = Vec::new();
        while stream.conn.wants_write() {
            stream.conn.write_tls(&mut together).unwrap();
        }
        stream.sock.write_all(&together).unwrap();
        let _ = stream.sock.read_to_end(&mut Vec::new());
    });
    let client = trusting(&authority);
    for expected in ["0", "1"] {
        assert_eq!(text(&client, &write(&server.https("localhost"), b"a")), expected);
    }
}

#[test]
fn a_client_certificate_is_shown() {
    let authority = Authority::new();
    let identity = authority.identity("shop");
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let (sender, shown) = mpsc::channel();
        let server = Server::tls(
            authority.demanding_server("localhost", &[version]),
            move |_, mut stream| {
                Received::from(&mut stream).unwrap();
                sender.send(stream.conn.peer_certificates().is_some()).unwrap();
                respond(&mut stream, 200, "welcome");
            },
        );
        let client = client(|settings| settings.tls = with_identity(&authority, &identity));
        assert_eq!(text(&client, &write(&server.https("localhost"), b"a")), "welcome");
        assert!(shown.recv().unwrap());
    }
}

#[test]
fn certificates_and_keys_that_cannot_be_used_are_found_when_the_client_is_made() {
    let authority = Authority::new();
    let (one, other) = (authority.identity("shop"), authority.identity("shop"));

    let mut tls = with_identity(&authority, &one);
    tls.client_key_pem = Some(Zeroizing::new(other.key.clone()));
    let error = refused(tls);
    assert_eq!(
        error.to_string(),
        "tls.client_key_pem: the key does not belong to the client certificate"
    );

    let mut tls = with_identity(&authority, &one);
    tls.client_key_pem = None;
    assert_eq!(refused(tls).field, "tls.client_key_pem");

    let mut tls = with_identity(&authority, &one);
    tls.client_cert_pem = None;
    assert_eq!(refused(tls).field, "tls.client_cert_pem");

    let mut tls = with_identity(&authority, &one);
    tls.client_cert_pem = Some(one.key.clone());
    assert_eq!(refused(tls).field, "tls.client_cert_pem");

    let mut tls = with_identity(&authority, &one);
    tls.client_key_pem = Some(Zeroizing::new("hunter2".to_owned()));
    let error = refused(tls);
    assert_eq!(error.field, "tls.client_key_pem");
    assert!(!error.message.contains("hunter2"));
}

#[test]
fn extra_certificates_that_cannot_be_read_are_found_when_the_client_is_made() {
    let key = Authority::new().identity("shop").key;
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let cut_off = "-----BEGIN CERTIFICATE-----\nAAAA\n";
    for pem in ["", "not PEM at all", key.as_str(), broken, cut_off] {
        let tls = TlsSettings { ca_pem: Some(pem.to_owned()), ..TlsSettings::default() };
        assert_eq!(refused(tls).field, "tls.ca_pem", "{pem}");
    }
    let missing = PathBuf::from("/nonexistent/ca.pem");
    let error = refused(TlsSettings { ca_file: Some(missing), ..TlsSettings::default() });
    assert_eq!(error.field, "tls.ca_file");
    assert!(error.message.starts_with("cannot read /nonexistent/ca.pem: "), "{}", error.message);
}

#[test]
fn the_systems_certificates_may_be_asked_for() {
    let tls = TlsSettings { roots: Roots::System, ..TlsSettings::default() };
    match Https::new(TransportSettings { tls, ..TransportSettings::default() }) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.field, "tls.roots"),
    }
}
