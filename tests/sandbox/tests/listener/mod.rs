//! A shop that listens to notifications and answers what it is told to.

#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A notification as it arrived.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Request line and headers.
    pub head: String,
    /// What stands after `?`.
    pub query: String,
    /// The body.
    pub body: String,
}

impl Heard {
    /// A field of the form, the query or the JSON; a header where there is none.
    pub fn get(&self, name: &str) -> String {
        if let Ok(json) = serde_json::from_str::<Value>(&self.body) {
            return match &json[name] {
                Value::String(text) => text.clone(),
                Value::Null => self.header(name),
                other => other.to_string(),
            };
        }
        let pairs = form_urlencoded::parse(self.body.as_bytes());
        let mut all = pairs.chain(form_urlencoded::parse(self.query.as_bytes()));
        let found = all.find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        found.unwrap_or_else(|| self.header(name))
    }

    /// A header.
    pub fn header(&self, name: &str) -> String {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    }

    /// The fields of the form or the query, sorted by their names.
    pub fn sorted(&self) -> Vec<(String, String)> {
        let text = if self.body.is_empty() { &self.query } else { &self.body };
        let mut all: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        all.sort();
        all
    }
}

/// The shop's end.
pub struct Listener {
    /// Where notifications go.
    pub url: String,
    heard: mpsc::Receiver<Heard>,
}

impl Listener {
    /// Answers each notification with the next of `STATUS body`, the last for ever; JSON and XML are
    /// labelled as such.
    pub fn new(answers: &[&str]) -> Self {
        let answers: Vec<String> = answers.iter().map(|one| (*one).to_owned()).collect();
        Self::answering(move |at, _| answers.get(at).or(answers.last()).unwrap().clone())
    }

    /// Answers by a rule.
    pub fn answering(answer: impl Fn(usize, &Heard) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        let (sender, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for at in 0.. {
                let Ok((stream, _)) = listener.accept() else { return };
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
                let target = head.split(' ').nth(1).unwrap_or_default();
                let query = target.split_once('?').map(|(_, query)| query).unwrap_or_default();
                let query = query.to_owned();
                let heard = Heard { head, query, body: String::from_utf8(content).unwrap() };
                let answer = answer(at, &heard);
                let (status, body) = answer.split_once(' ').unwrap();
                let length = body.len();
                let label = match body.chars().next() {
                    Some('{') => "application/json",
                    Some('<') => "text/xml; charset=utf-8",
                    _ => "text/html",
                };
                let reply = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: {label}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let _ = sender.send(heard);
                let _ = reader.into_inner().write_all(reply.as_bytes());
            }
        });
        Self { url, heard }
    }

    /// The next notification.
    pub fn next(&self) -> Heard {
        self.heard.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// Whether nothing comes for a while.
    pub fn is_quiet(&self) -> bool {
        self.heard.recv_timeout(Duration::from_millis(300)).is_err()
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
