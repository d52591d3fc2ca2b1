//! A signal in the middle of an exchange: a worker that is stopped and goes on, a timer of a profiler.

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::server::{Received, Server, respond};
use crate::{plain_client, text, write};

/// On Linux a stopped process finds its reads interrupted when it goes on, without any handler.
#[test]
fn a_signal_neither_loses_a_write_nor_sends_it_twice() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let server = Server::new(move |_, mut stream| {
        while Received::from(&mut stream).is_some() {
            counted.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(600));
            respond(&mut stream, 200, "done");
        }
    });
    // Proves that a read was interrupted at all.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut silent = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let plain = std::thread::spawn(move || silent.read(&mut [0]).map_err(|error| error.kind()));

    let script = "for i in 1 2 3; do sleep 0.1; kill -STOP $0; sleep 0.02; kill -CONT $0; done";
    let own = std::process::id().to_string();
    let mut other = Command::new("sh").args(["-c", script, &own]).spawn().unwrap();
    assert_eq!(text(&plain_client(), &write(&server.url("/register.do"), b"amount=1")), "done");
    assert!(other.wait().unwrap().success());
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    assert_eq!(plain.join().unwrap(), Err(ErrorKind::Interrupted));
    drop(listener);
}
