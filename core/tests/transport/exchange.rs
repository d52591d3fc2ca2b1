//! What leaves, what comes back, and its limits.

use std::io::{Read, Write};
use std::sync::mpsc;

use kopeck::http::Transport;
use kopeck::https::check_url;

use crate::authority::Authority;
use crate::server::{Received, Server, respond};
use crate::{assert_in_doubt, client, failure, plain_client, read, text, write};

fn recording() -> (Server, mpsc::Receiver<Received>) {
    let (sender, received) = mpsc::channel();
    let server = Server::new(move |_, mut stream| {
        while let Some(request) = Received::from(&mut stream) {
            sender.send(request).unwrap();
            respond(&mut stream, 200, "{}");
        }
    });
    (server, received)
}

#[test]
fn a_request_bears_our_name_and_asks_for_plain_json() {
    let (server, received) = recording();
    plain_client().send(&write(&server.url("/register.do?a=1"), b"amount=1")).unwrap();
    let request = received.recv().unwrap();
    assert!(request.head.starts_with("POST /register.do?a=1 HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(
        request.header("user-agent").unwrap(),
        format!("kopeck/{}", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("accept-encoding"), None);
    assert_eq!(request.header("content-length"), Some("8"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body, b"amount=1");
}

#[test]
fn headers_that_a_gateway_sets_are_kept() {
    let (server, received) = recording();
    let mut request = write(&server.url("/"), b"");
    request.headers =
        vec![("accept".into(), "text/xml".to_owned()), ("x-signature".into(), "s".to_owned())];
    plain_client().send(&request).unwrap();
    let request = received.recv().unwrap();
    assert_eq!(request.header("accept"), Some("text/xml"));
    assert_eq!(request.header("x-signature"), Some("s"));
    assert_eq!(request.header("content-length"), Some("0"));
    assert_eq!(request.head.matches("ccept").count(), 1);
}

#[test]
fn a_get_has_no_body() {
    let (server, received) = recording();
    plain_client().send(&read(&server.url("/"))).unwrap();
    let request = received.recv().unwrap();
    assert_eq!(request.header("content-length"), None);
    assert_eq!(request.header("transfer-encoding"), None);
}

#[test]
fn head_and_body_arrive_in_one_read() {
    let server = Server::new(|_, mut stream| {
        let mut chunk = [0; 8192];
        let amount = stream.read(&mut chunk).unwrap();
        let whole = chunk[..amount].ends_with(b"amount=1");
        respond(&mut stream, 200, &whole.to_string());
    });
    assert_eq!(text(&plain_client(), &write(&server.url("/"), b"amount=1")), "true");
}

#[test]
fn head_and_body_arrive_in_one_read_through_tls() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("127.0.0.1"), |_, mut stream| {
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        let mut arrived = vec![0; 64 * 1024];
        let amount = stream.sock.read(&mut arrived).unwrap();
        let mut rest = &arrived[..amount];
        let mut plain = Vec::new();
        while !rest.is_empty() {
            stream.conn.read_tls(&mut rest).unwrap();
            stream.conn.process_new_packets().unwrap();
            let _ = stream.conn.reader().read_to_end(&mut plain);
        }
        respond(&mut stream, 200, &plain.ends_with(&[b'x'; 20_000]).to_string());
    });
    let client = client(|settings| settings.tls.ca_pem = Some(authority.pem.clone()));
    assert_eq!(text(&client, &write(&server.https("127.0.0.1"), &[b'x'; 20_000])), "true");
}

#[test]
fn a_body_larger_than_every_buffer_arrives_whole() {
    let body: Vec<u8> = (0..500_000_u32).map(|index| index.to_le_bytes()[1]).collect();
    let (server, received) = recording();
    plain_client().send(&write(&server.url("/"), &body)).unwrap();
    assert!(received.recv().unwrap().body == body);

    let authority = Authority::new();
    let (sender, received) = mpsc::channel();
    let server = Server::tls(authority.server("127.0.0.1"), move |_, mut stream| {
        sender.send(Received::from(&mut stream).unwrap()).unwrap();
        respond(&mut stream, 200, "{}");
    });
    let client = client(|settings| settings.tls.ca_pem = Some(authority.pem.clone()));
    client.send(&write(&server.https("127.0.0.1"), &body)).unwrap();
    assert!(received.recv().unwrap().body == body);
}

#[test]
fn refusals_and_faults_are_replies() {
    for status in [400, 401, 404, 429, 500, 503] {
        let server = Server::new(move |_, mut stream| {
            Received::from(&mut stream);
            respond(&mut stream, status, "why");
        });
        let response = plain_client().send(&write(&server.url("/"), b"a")).unwrap();
        assert_eq!((response.status, response.body.as_slice()), (status, b"why".as_slice()));
    }
}

#[test]
fn a_redirect_is_a_reply_and_is_not_followed() {
    let elsewhere = Server::numbering();
    for status in [301, 302, 303, 307, 308] {
        for body in ["", "gone there"] {
            let reply = format!(
                "HTTP/1.1 {status} X\r\nLocation: {}\r\ncontent-length: {}\r\n\r\n{body}",
                elsewhere.url("/"),
                body.len()
            );
            let server = Server::saying(reply);
            for request in [write(&server.url("/"), b"a"), read(&server.url("/"))] {
                let response = plain_client().send(&request).unwrap();
                assert_eq!(response.status, status);
                assert_eq!(response.header("location"), Some(elsewhere.url("/").as_str()));
                assert_eq!(response.body, body.as_bytes());
            }
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn a_reply_comes_whole_however_it_is_framed() {
    for framing in [
        "content-length: 8\r\n\r\n{\"a\": 1}",
        "transfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n5\r\n\": 1}\r\n0\r\n\r\n",
        "\r\n{\"a\": 1}",
    ] {
        let server = Server::saying(format!("HTTP/1.1 200 OK\r\n{framing}"));
        assert_eq!(text(&plain_client(), &write(&server.url("/"), b"a")), "{\"a\": 1}");
    }
}

#[test]
fn compressed_replies_are_left_alone() {
    let server = Server::saying(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nzzzz",
    );
    assert_eq!(text(&plain_client(), &write(&server.url("/"), b"a")), "zzzz");
}

#[test]
fn a_reply_may_have_the_allowed_size_and_no_more() {
    let chunked = |size: usize| {
        let body = "x".repeat(size);
        format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        )
    };
    let counted = |size: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n{}", "x".repeat(size))
    };
    let client = client(|settings| settings.max_response_bytes = 1000);
    for reply in [counted(1000), chunked(1000)] {
        let server = Server::saying(reply);
        assert_eq!(text(&client, &write(&server.url("/"), b"a")).len(), 1000);
    }
    for reply in [counted(1001), chunked(1001), chunked(100_000)] {
        let server = Server::saying(reply);
        let error = failure(&client, &write(&server.url("/"), b"a"));
        assert_in_doubt(&error, "reply_too_large");
    }
}

#[test]
fn an_endless_head_is_cut_off() {
    let server = Server::new(|_, mut stream| {
        Received::from(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"x-more: 0123456789\r\n").is_ok() {}
    });
    let error = failure(&plain_client(), &write(&server.url("/"), b"a"));
    assert!(error.may_have_arrived);
    assert!(["reply_too_large", "reply_unreadable"].contains(&error.reason), "{error:?}");
}

#[test]
fn a_head_of_sixteen_kilobytes_is_read() {
    let value = "v".repeat(16_000);
    let server =
        Server::saying(format!("HTTP/1.1 200 OK\r\nX-Long: {value}\r\ncontent-length: 0\r\n\r\n"));
    let response = plain_client().send(&write(&server.url("/"), b"a")).unwrap();
    assert_eq!(response.header("x-long"), Some(value.as_str()));
}

#[test]
fn urls_are_encrypted_or_stay_on_this_machine() {
    for url in [
        "https://gateway.example/payment",
        "https://gateway.example:8443/payment?a=b",
        "http://localhost:8080/",
        "http://LOCALHOST/",
        "http://127.0.0.1/",
        "http://127.3.2.1/",
        "http://[::1]:8080/",
    ] {
        assert_eq!(check_url(url, false), Ok(()), "{url}");
    }
    for url in [
        "http://gateway.example/",
        "http://localhost.gateway.example/",
        "http://127.0.0.1.gateway.example/",
        "http://10.0.0.1/",
    ] {
        assert!(check_url(url, false).is_err(), "{url}");
        assert_eq!(check_url(url, true), Ok(()), "{url}");
    }
    for url in [
        "",
        "gateway.example",
        "/payment",
        "https://",
        "https:///payment",
        "https://:443/",
        "ftp://gateway.example/",
        "https://user:password@gateway.example/",
        "https://user@gateway.example/",
        "http://127.0.0.1@gateway.example/",
        "https://gateway.example:99999/",
        "https://gateway.example:/",
        "https://шлюз.рф/",
        "https://gateway.example/a b",
    ] {
        let problem = check_url(url, true).expect_err(url);
        assert!(!problem.contains("password@"), "{problem}");
    }
}
