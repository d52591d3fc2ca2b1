//! Which connection a request takes, and what happens when it turns out dead.

use std::thread;
use std::time::Duration;

use kopeck::http::Transport;

use crate::server::{Received, Server, respond};
use crate::{assert_in_doubt, client, failure, plain_client, read, text, write};

/// The first connection answers once and hangs up on the second request, without a word; later
/// ones answer if `recovers`.
fn dying(recovers: bool) -> Server {
    Server::new(move |number, mut stream| {
        let answers = if number == 0 || recovers { 1 } else { 0 };
        for request in 0..answers {
            Received::from(&mut stream);
            respond(&mut stream, 200, &format!("{number}.{request}"));
        }
        Received::from(&mut stream);
    })
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let (server, client) = (Server::numbering(), plain_client());
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "0.0");
    assert_eq!(text(&client, &write(&server.url("/"), b"b")), "0.1");
    assert_eq!(text(&client, &read(&server.url("/"))), "0.2");
}

#[test]
fn every_request_has_a_connection_of_its_own_without_keep_alive() {
    let server = Server::numbering();
    let client = client(|settings| settings.keep_alive = false);
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "0.0");
    assert_eq!(text(&client, &read(&server.url("/"))), "1.0");
}

#[test]
fn a_connection_closed_while_idle_is_replaced() {
    let server = Server::new(|number, mut stream| {
        Received::from(&mut stream);
        respond(&mut stream, 200, &number.to_string());
    });
    let client = plain_client();
    for expected in ["0", "1", "2"] {
        assert_eq!(text(&client, &write(&server.url("/"), b"a")), expected);
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_connection_that_says_more_than_asked_is_replaced() {
    let server = Server::new(|number, mut stream| {
        Received::from(&mut stream);
        respond(&mut stream, 200, &number.to_string());
        respond(&mut stream, 200, "not asked for");
        Received::from(&mut stream);
    });
    let client = plain_client();
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "0");
    thread::sleep(Duration::from_millis(50));
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "1");
}

#[test]
fn a_read_on_a_dead_connection_is_repeated() {
    let (server, client) = (dying(true), plain_client());
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "0.0");
    assert_eq!(text(&client, &read(&server.url("/"))), "1.0");
}

#[test]
fn a_read_is_repeated_only_once() {
    let (server, client) = (dying(false), plain_client());
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "0.0");
    assert_in_doubt(&failure(&client, &read(&server.url("/"))), "connection_lost");
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_read_on_a_fresh_connection_is_not_repeated() {
    let server = Server::saying(b"");
    assert_in_doubt(&failure(&plain_client(), &read(&server.url("/"))), "connection_lost");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_write_on_a_dead_connection_is_not_repeated() {
    let (server, client) = (dying(true), plain_client());
    assert_eq!(text(&client, &write(&server.url("/"), b"a")), "0.0");
    assert_in_doubt(&failure(&client, &write(&server.url("/"), b"b")), "connection_lost");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_read_whose_answer_had_begun_is_not_repeated() {
    let server = Server::new(|_, mut stream| {
        Received::from(&mut stream);
        respond(&mut stream, 200, "first");
        Received::from(&mut stream);
        let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\n");
    });
    let client = plain_client();
    client.send(&write(&server.url("/"), b"a")).unwrap();
    assert_in_doubt(&failure(&client, &read(&server.url("/"))), "connection_lost");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_read_that_timed_out_is_not_repeated() {
    let server = Server::new(|_, mut stream| {
        Received::from(&mut stream);
        respond(&mut stream, 200, "first");
        Received::from(&mut stream);
        thread::sleep(Duration::from_secs(1));
    });
    let client = client(|settings| settings.total = Some(Duration::from_millis(200)));
    client.send(&write(&server.url("/"), b"a")).unwrap();
    assert_in_doubt(&failure(&client, &read(&server.url("/"))), "timeout");
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_count_starts_anew_on_a_pooled_connection() {
    let (server, client) = (Server::numbering(), plain_client());
    client.send(&write(&server.url("/"), b"a")).unwrap();
    let mut unsendable = write(&server.url("/"), b"b");
    unsendable.headers.push(("x-broken".into(), "\n".to_owned()));
    assert!(!failure(&client, &unsendable).may_have_arrived);
}

#[test]
fn a_write_takes_no_connection_idle_for_four_seconds_and_a_read_does() {
    let server = Server::numbering();
    let (writer, reader) = (plain_client(), plain_client());
    assert_eq!(text(&writer, &write(&server.url("/"), b"a")), "0.0");
    assert_eq!(text(&reader, &write(&server.url("/"), b"a")), "1.0");
    thread::sleep(Duration::from_millis(4100));
    assert_eq!(text(&writer, &write(&server.url("/"), b"b")), "2.0");
    assert_eq!(text(&reader, &read(&server.url("/"))), "1.1");
}

#[test]
fn many_threads_share_a_client() {
    let (server, client) = (Server::numbering(), plain_client());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    client.send(&write(&server.url("/"), b"a")).unwrap();
                }
            });
        }
    });
    assert!(server.connections() <= 8);
}
