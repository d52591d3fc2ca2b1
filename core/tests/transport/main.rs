//! The transport against small real servers on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod authority;
mod delivery;
mod exchange;
mod pool;
mod proxy;
mod server;
#[cfg(target_os = "linux")]
mod signals;
mod tls;

use kopeck::http::{Effect, HttpRequest, Patience, SendError, Transport};
use kopeck::https::{Https, TransportSettings};

fn client(change: impl FnOnce(&mut TransportSettings)) -> Https {
    let mut settings = TransportSettings::default();
    change(&mut settings);
    Https::new(settings).unwrap()
}

fn plain_client() -> Https {
    client(|_| {})
}

fn read(url: &str) -> HttpRequest {
    HttpRequest {
        method: "GET",
        url: url.to_owned(),
        shown: None,
        headers: vec![],
        body: vec![],
        effect: Effect::Read,
        patience: Patience::Usual,
        field_names: vec![],
    }
}

fn write(url: &str, body: &[u8]) -> HttpRequest {
    let mut request = read(url);
    request.method = "POST";
    request.headers = vec![("content-type".into(), "application/x-www-form-urlencoded".to_owned())];
    request.body = body.to_vec();
    request.effect = Effect::Write;
    request
}

/// A port that is taken and on which nobody listens: connecting to it is refused, whatever else
/// runs on the machine.
struct Nobody(socket2::Socket);

impl Nobody {
    fn new() -> Nobody {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let nobody = Nobody(socket.unwrap());
        nobody.0.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        nobody
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().as_socket().unwrap().port()
    }
}

fn failure(client: &Https, request: &HttpRequest) -> SendError {
    match client.send(request) {
        Ok(response) => panic!("answered with {}", response.status),
        Err(error) => error,
    }
}

fn text(client: &Https, request: &HttpRequest) -> String {
    let response = client.send(request).unwrap_or_else(|error| panic!("{error:?}"));
    String::from_utf8(response.body).unwrap()
}

#[track_caller]
fn assert_not_delivered(error: &SendError, reason: &str) {
    assert_eq!((error.reason, error.may_have_arrived), (reason, false), "{}", error.message);
}

#[track_caller]
fn assert_in_doubt(error: &SendError, reason: &str) {
    assert_eq!((error.reason, error.may_have_arrived), (reason, true), "{}", error.message);
}
