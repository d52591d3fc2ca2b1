//! The library starts no thread. Alone in its process, because it counts all threads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use kopeck::http::{Effect, HttpRequest, Patience, Transport};
use kopeck::https::{Https, TransportSettings};

/// Threads are numbered as they are started, those that have ended included.
fn next_thread() -> u64 {
    let id = thread::spawn(|| thread::current().id()).join().unwrap();
    let digits: String = format!("{id:?}").chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn alive() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

#[test]
fn no_thread_is_started_by_look_ups_time_limits_or_calls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while stream.read(&mut [0; 4096]).is_ok_and(|amount| amount > 0) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
            }
        }
    });

    let (first, alive_before) = (next_thread(), alive());
    for keep_alive in [true, false] {
        let total = Some(Duration::from_secs(5));
        let settings = TransportSettings { total, keep_alive, ..TransportSettings::default() };
        let client = Https::new(settings).unwrap();
        for effect in [Effect::Write, Effect::Read] {
            let request = HttpRequest {
                method: "POST",
                url: url.clone(),
                shown: None,
                headers: vec![],
                body: b"a".to_vec(),
                effect,
                patience: Patience::Usual,
                field_names: vec![],
            };
            assert_eq!(client.send(&request).unwrap().status, 200);
        }
    }
    assert_eq!(alive(), alive_before);
    assert_eq!(next_thread(), first + 1);
}
