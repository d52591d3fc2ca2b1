//! Every way in which a request may fail: what is certain not to have arrived, and what is in doubt.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::authority::Authority;
use crate::server::{Received, Server};
use crate::{
    Nobody, assert_in_doubt, assert_not_delivered, client, failure, plain_client, read, write,
};

fn hurried() -> kopeck::https::Https {
    client(|settings| settings.connect = Duration::from_millis(200))
}

fn impatient() -> kopeck::https::Https {
    client(|settings| settings.total = Some(Duration::from_millis(200)))
}

#[test]
fn a_refused_connection_delivers_nothing() {
    let nobody = Nobody::new();
    let url = format!("http://127.0.0.1:{}/", nobody.port());
    let error = failure(&plain_client(), &write(&url, b"a"));
    assert_not_delivered(&error, "connection_refused");
    assert_eq!(error.message, "127.0.0.1: the connection was refused");
}

#[test]
fn an_unknown_name_delivers_nothing() {
    let error = failure(&plain_client(), &write("https://gateway.invalid/", b"a"));
    assert_not_delivered(&error, "name_not_found");
    assert!(error.message.starts_with("gateway.invalid: the name was not found"));
}

#[test]
fn a_connection_not_taken_in_time_delivers_nothing() {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    // The queue takes one more than it was asked for; after it the kernel stops answering.
    let _queued: Vec<_> =
        (0..2).map(|_| TcpStream::connect_timeout(&address, Duration::from_millis(100))).collect();

    let started = Instant::now();
    let error = failure(&hurried(), &write(&format!("http://{address}/"), b"a"));
    assert_not_delivered(&error, "connect_timeout");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_server_that_never_shakes_hands_is_a_connection_not_made() {
    let server = Server::new(|_, mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let error = failure(&hurried(), &write(&server.https("127.0.0.1"), b"a"));
    assert_not_delivered(&error, "connect_timeout");
}

#[test]
fn a_total_limit_below_the_connect_limit_rules() {
    let server = Server::new(|_, mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let error = failure(&impatient(), &write(&server.https("127.0.0.1"), b"a"));
    assert_not_delivered(&error, "connect_timeout");
}

#[test]
fn a_server_without_tls_delivers_nothing() {
    let server = Server::new(|_, mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = failure(&plain_client(), &write(&server.https("127.0.0.1"), b"a"));
    assert_not_delivered(&error, "tls_failed");
}

#[test]
fn a_handshake_cut_off_delivers_nothing() {
    let server = Server::new(|_, mut stream| drop(stream.read(&mut [0; 64])));
    let error = failure(&plain_client(), &write(&server.https("127.0.0.1"), b"a"));
    assert_not_delivered(&error, "tls_failed");
    assert!(error.message.contains("lost during the TLS handshake"), "{}", error.message);
}

#[test]
fn an_untrusted_certificate_delivers_nothing() {
    let server = Server::tls(Authority::new().server("127.0.0.1"), |_, mut stream| {
        assert!(Received::from(&mut stream).is_none());
    });
    let error = failure(&plain_client(), &write(&server.https("127.0.0.1"), b"a"));
    assert_not_delivered(&error, "tls_untrusted");
}

#[test]
fn a_missing_client_certificate_delivers_nothing_though_bytes_left() {
    let authority = Authority::new();
    let server = Server::tls(
        authority.demanding_server("127.0.0.1", &[&rustls::version::TLS13]),
        |_, mut stream| assert!(Received::from(&mut stream).is_none()),
    );
    let client = client(|settings| settings.tls.ca_pem = Some(authority.pem.clone()));
    for _ in 0..20 {
        let error = failure(&client, &write(&server.https("127.0.0.1"), b"a"));
        assert_not_delivered(&error, "client_certificate_required");
    }
}

#[test]
fn a_missing_client_certificate_in_tls_1_2_ends_the_handshake() {
    let authority = Authority::new();
    let server = Server::tls(
        authority.demanding_server("127.0.0.1", &[&rustls::version::TLS12]),
        |_, mut stream| assert!(Received::from(&mut stream).is_none()),
    );
    let client = client(|settings| settings.tls.ca_pem = Some(authority.pem.clone()));
    let error = failure(&client, &write(&server.https("127.0.0.1"), b"a"));
    assert!(!error.may_have_arrived);
    assert!(["tls_failed", "client_certificate_required"].contains(&error.reason));
}

#[test]
fn what_cannot_be_sent_delivers_nothing() {
    let server = Server::numbering();
    for value in ["two\r\nlines", "nul\0"] {
        let mut request = write(&server.url("/"), b"a");
        request.headers.push(("x-signature".into(), value.to_owned()));
        assert_not_delivered(&failure(&plain_client(), &request), "transport_failed");
    }
    for url in ["http://192.0.2.1/", "https://user:hunter2@localhost/", "/relative", "ftp://a/"] {
        let error = failure(&plain_client(), &write(url, b"a"));
        assert_not_delivered(&error, "transport_failed");
        assert!(!error.message.contains("hunter2"));
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_request_read_and_not_answered_is_in_doubt() {
    let server = Server::saying(b"");
    assert_in_doubt(&failure(&plain_client(), &write(&server.url("/"), b"a")), "connection_lost");
}

#[test]
fn a_connection_reset_after_the_request_is_in_doubt() {
    let server = Server::new(|_, mut stream| {
        // What stays unread makes the kernel send a reset.
        let _ = stream.read(&mut [0; 1]);
    });
    assert_in_doubt(&failure(&plain_client(), &write(&server.url("/"), b"a")), "connection_lost");
}

#[test]
fn a_tls_connection_closed_after_the_request_is_in_doubt() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("127.0.0.1"), |_, mut stream| {
        assert!(Received::from(&mut stream).is_some());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    let client = client(|settings| settings.tls.ca_pem = Some(authority.pem.clone()));
    let error = failure(&client, &write(&server.https("127.0.0.1"), b"a"));
    assert_in_doubt(&error, "connection_lost");
}

#[test]
fn a_silent_server_is_in_doubt_when_the_time_is_over() {
    let server = Server::new(|_, mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let started = Instant::now();
    let error = failure(&impatient(), &write(&server.url("/"), b"a"));
    assert_in_doubt(&error, "timeout");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_reply_that_drips_is_cut_off_by_the_total_limit() {
    let server = Server::new(|_, mut stream| {
        Received::from(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let started = Instant::now();
    assert_in_doubt(&failure(&impatient(), &write(&server.url("/"), b"a")), "timeout");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn half_a_reply_is_in_doubt() {
    for half in [
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"a\":",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n",
    ] {
        let server = Server::saying(half);
        let error = failure(&plain_client(), &write(&server.url("/"), b"a"));
        assert_in_doubt(&error, "connection_lost");
    }
}

#[test]
fn a_reply_that_is_not_http_is_in_doubt() {
    for reply in ["SSH-2.0-OpenSSH_9.6\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n{}\r\n\r\n"] {
        let server = Server::saying(reply);
        let error = failure(&plain_client(), &write(&server.url("/"), b"a"));
        assert_in_doubt(&error, "reply_unreadable");
    }
}

#[test]
fn a_failed_read_is_classified_alike() {
    let server = Server::saying(b"");
    assert_in_doubt(&failure(&plain_client(), &read(&server.url("/"))), "connection_lost");
}
