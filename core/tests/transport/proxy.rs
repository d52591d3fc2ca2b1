//! The way out through a proxy.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use kopeck::http::Transport;
use kopeck::https::{Https, ProxySetting};

use crate::authority::Authority;
use crate::server::{Received, Server, respond};
use crate::{Nobody, assert_in_doubt, assert_not_delivered, client, failure, text, write};

fn through(proxy: &str, authority: &Authority) -> Https {
    client(|settings| {
        settings.proxy = ProxySetting::Url(proxy.to_owned());
        settings.tls.ca_pem = Some(authority.pem.clone());
    })
}

/// A gateway for `localhost` that answers `paid`, or hangs up if `silent`.
fn gateway(authority: &Authority, silent: bool) -> Server {
    Server::tls(authority.server("localhost"), move |_, mut stream| {
        while Received::from(&mut stream).is_some() && !silent {
            respond(&mut stream, 200, "paid");
        }
    })
}

fn join(client: TcpStream, target: &str) {
    let server = TcpStream::connect(target).unwrap();
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server, client);
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut from_server, &mut to_client);
    let _ = to_client.shutdown(Shutdown::Write);
}

/// A CONNECT proxy that reports the head of each request, which must come in one read.
fn connect_proxy() -> (Server, mpsc::Receiver<String>) {
    let (sender, heads) = mpsc::channel();
    let server = Server::new(move |_, mut stream| {
        let mut chunk = [0; 4096];
        let amount = stream.read(&mut chunk).unwrap();
        let head = String::from_utf8(chunk[..amount].to_vec()).unwrap();
        assert!(head.ends_with("\r\n\r\n"), "cut into pieces: {head:?}");
        let target = head.split(' ').nth(1).unwrap().to_owned();
        sender.send(head).unwrap();
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        join(stream, &target);
    });
    (server, heads)
}

#[test]
fn a_connect_proxy_is_used_with_its_credentials_and_its_tunnel_is_pooled() {
    let authority = Authority::new();
    let gateway = gateway(&authority, false);
    let (proxy, heads) = connect_proxy();
    let client = through(&format!("http://shop:hunter2@127.0.0.1:{}", proxy.port), &authority);
    for _ in 0..3 {
        assert_eq!(text(&client, &write(&gateway.https("localhost"), b"a")), "paid");
    }
    let head = heads.recv().unwrap();
    assert!(head.starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", gateway.port)));
    assert!(head.contains("Proxy-Authorization: Basic c2hvcDpodW50ZXIy\r\n"), "{head}");
    assert_eq!((proxy.connections(), gateway.connections()), (1, 1));
}

#[test]
fn what_fails_behind_a_tunnel_is_in_doubt_as_ever() {
    let authority = Authority::new();
    let gateway = gateway(&authority, true);
    let (proxy, _heads) = connect_proxy();
    let client = through(&format!("http://127.0.0.1:{}", proxy.port), &authority);
    let error = failure(&client, &write(&gateway.https("localhost"), b"a"));
    assert_in_doubt(&error, "connection_lost");
}

#[test]
fn a_certificate_not_trusted_behind_a_tunnel_is_no_fault_of_the_proxy() {
    let gateway = gateway(&Authority::new(), false);
    let (proxy, _heads) = connect_proxy();
    let client = through(&format!("http://127.0.0.1:{}", proxy.port), &Authority::new());
    let error = failure(&client, &write(&gateway.https("localhost"), b"a"));
    assert_not_delivered(&error, "tls_untrusted");
}

#[test]
fn a_failed_connect_delivers_nothing_and_tells_no_password() {
    for reply in ["HTTP/1.1 407 No\r\n\r\n", "HTTP/1.1 503 No\r\n\r\n", "rubbish\r\n\r\n", ""] {
        let proxy = Server::saying(reply);
        let url = format!("http://shop:hunter2@127.0.0.1:{}", proxy.port);
        let client = through(&url, &Authority::new());
        let error = failure(&client, &write("https://gateway.invalid/", b"a"));
        assert_not_delivered(&error, "proxy_failed");
        assert!(!error.message.contains("hunter2"), "{}", error.message);
        assert!(error.message.contains("gateway.invalid"), "{}", error.message);
    }
}

#[test]
fn a_proxy_that_is_not_there_delivers_nothing() {
    for scheme in ["http", "socks5h"] {
        let client = through(&format!("{scheme}://proxy.invalid:1"), &Authority::new());
        let error = failure(&client, &write("https://127.0.0.1/", b"a"));
        assert_not_delivered(&error, "proxy_failed");
        let nobody = Nobody::new();
        let proxy = format!("{scheme}://127.0.0.1:{}", nobody.port());
        let client = through(&proxy, &Authority::new());
        let error = failure(&client, &write("https://127.0.0.1/", b"a"));
        assert_not_delivered(&error, "proxy_failed");
    }
}

/// SOCKS 5 with a password, to `localhost` by name or by address.
fn socks_proxy(status: u8, target: u16) -> Server {
    Server::new(move |_, mut stream| {
        let mut chunk = [0; 512];
        let amount = stream.read(&mut chunk).unwrap();
        assert_eq!(chunk[..amount], [5, 2, 2, 0]);
        stream.write_all(&[5, 2]).unwrap();
        let amount = stream.read(&mut chunk).unwrap();
        assert_eq!(chunk[..amount], *b"\x01\x04shop\x07hunter2");
        stream.write_all(&[1, 0]).unwrap();
        let amount = stream.read(&mut chunk).unwrap();
        assert_eq!(chunk[amount - 2..amount], target.to_be_bytes());
        stream.write_all(&[5, status, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        if status == 0 {
            join(stream, &format!("localhost:{target}"));
        }
    })
}

#[test]
fn a_socks_proxy_is_used_with_its_credentials() {
    let authority = Authority::new();
    let gateway = gateway(&authority, false);
    let proxy = socks_proxy(0, gateway.port);
    for scheme in ["socks5", "socks5h"] {
        let url = format!("{scheme}://shop:hunter2@127.0.0.1:{}", proxy.port);
        let client = through(&url, &authority);
        assert_eq!(text(&client, &write(&gateway.https("localhost"), b"a")), "paid");
    }
}

#[test]
fn a_socks_proxy_that_refuses_delivers_nothing() {
    let proxy = socks_proxy(5, 443);
    let url = format!("socks5h://shop:hunter2@127.0.0.1:{}", proxy.port);
    let client = through(&url, &Authority::new());
    let error = failure(&client, &write("https://gateway.invalid/", b"a"));
    assert_not_delivered(&error, "proxy_failed");
    assert!(!error.message.contains("hunter2"));
}

#[test]
fn plain_http_to_this_machine_passes_by_the_proxy() {
    let (gateway, proxy) = (Server::numbering(), Server::saying(b""));
    let client = through(&format!("http://127.0.0.1:{}", proxy.port), &Authority::new());
    assert_eq!(text(&client, &write(&gateway.url("/"), b"a")), "0.0");
    assert_eq!(proxy.connections(), 0);
}

/// Runs the test `asked_by_another_process` in a process with that environment.
fn ask(setting: &str, gateway: &Server, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    // What the machine itself says of proxies is no part of the test.
    for (name, _) in std::env::vars().filter(|(name, _)| name.to_lowercase().ends_with("_proxy")) {
        command.env_remove(name);
    }
    let output = command
        .args(["--ignored", "--exact", "--nocapture", "proxy::asked_by_another_process"])
        .env("KOPECK_TEST_PROXY", setting)
        .env("KOPECK_TEST_URL", gateway.https("localhost"))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let answer = output.split("answer: ").nth(1).unwrap_or_else(|| panic!("{output}"));
    answer.lines().next().unwrap().to_owned()
}

#[test]
#[ignore = "run by other tests, in a process with another environment"]
fn asked_by_another_process() {
    let proxy = match std::env::var("KOPECK_TEST_PROXY").unwrap().as_str() {
        "none" => ProxySetting::None,
        _ => ProxySetting::Environment,
    };
    let settings = kopeck::https::TransportSettings { proxy, ..Default::default() };
    let answer = match Https::new(settings) {
        Err(error) => error.to_string(),
        Ok(client) => match client.send(&write(&std::env::var("KOPECK_TEST_URL").unwrap(), b"a")) {
            Ok(response) => response.status.to_string(),
            Err(error) => error.reason.to_owned(),
        },
    };
    println!("answer: {answer}");
}

#[test]
fn the_environment_is_heard_only_when_asked_for() {
    let gateway = gateway(&Authority::new(), false);
    let nobody = Nobody::new();
    let proxy = format!("http://127.0.0.1:{}", nobody.port());
    let dead = [("HTTP_PROXY", proxy.as_str()), ("HTTPS_PROXY", proxy.as_str())];
    // Reaching the gateway itself shows in that its certificate is not trusted.
    assert_eq!(ask("none", &gateway, &dead), "tls_untrusted");
    assert_eq!(ask("environment", &gateway, &dead), "proxy_failed");

    let exempt = [dead[1], ("NO_PROXY", "localhost")];
    assert_eq!(ask("environment", &gateway, &exempt), "tls_untrusted");

    let cgi = [dead[0], ("REQUEST_METHOD", "POST")];
    assert_eq!(ask("environment", &gateway, &cgi), "tls_untrusted");

    let bad = ask("environment", &gateway, &[("ALL_PROXY", "ftp://shop:hunter2@p")]);
    assert!(bad.starts_with("proxy: ") && bad.contains("ALL_PROXY"), "{bad}");
    assert!(!bad.contains("hunter2"), "{bad}");
}
