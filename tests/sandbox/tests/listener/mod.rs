//! A shop that listens to notifications and answers what it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The shop's end.
pub struct Listener {
    /// Where notifications go.
    pub url: String,
    heard: mpsc::Receiver<String>,
}

impl Listener {
    /// Answers each notification with the next of `STATUS body`, the last for ever.
    pub fn new(answers: &[&str]) -> Self {
        let answers: Vec<String> = answers.iter().map(|one| (*one).to_owned()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        let (sender, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for at in 0.. {
                let Ok((stream, _)) = listener.accept() else { return };
                let answer = answers.get(at).or(answers.last()).unwrap();
                let (status, body) = answer.split_once(' ').unwrap();
                let mut reader = BufReader::new(stream);
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                    head.push_str(&line);
                }
                let mut content = vec![0; length];
                reader.read_exact(&mut content).unwrap();
                let _ = sender.send(format!("{head}\n{}", String::from_utf8_lossy(&content)));
                let length = body.len();
                let reply = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let _ = reader.into_inner().write_all(reply.as_bytes());
            }
        });
        Self { url, heard }
    }

    /// The next notification: its head, an empty line, its body.
    pub fn next(&self) -> String {
        self.heard.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// Looks until there is something.
    pub fn until<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < end, "waited in vain");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
