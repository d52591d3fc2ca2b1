//! The shop's end of notifications: takes what the sandbox sends, answers as told, and hands it on as
//! `parse_notification` wants it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Map, Value, json};

/// A listener of its own for a test.
pub struct Listener {
    /// For the cabinet, or for `notification_url`.
    pub url: String,
    received: Receiver<Value>,
}

impl Listener {
    /// Answers the first notifications with these statuses, all others with 200.
    pub fn new(statuses: &'static [u16]) -> Listener {
        let mut rest = statuses.iter();
        let answer = move |_: &Value| json!({ "status": rest.next().unwrap_or(&200), "body": "" });
        Listener::answering(answer)
    }

    /// Answers each notification as `answer` says: `{status, content_type?, body}`.
    pub fn answering(mut answer: impl FnMut(&Value) -> Value + Send + 'static) -> Listener {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/notify?shop=7", listener.local_addr().unwrap());
        let (sender, received) = mpsc::channel();
        std::thread::spawn(move || {
            loop {
                let (stream, _) = listener.accept().unwrap();
                // Whoever held this port before may have callers left: they are not waited for.
                stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
                let mut reader = BufReader::new(stream);
                let Some(request) = read(&mut reader) else { continue };
                let given = answer(&request);
                let (status, body) = (&given["status"], given["body"].as_str().unwrap());
                let kind = given["content_type"].as_str().unwrap_or("text/plain");
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
                     connection: close\r\n\r\n{body}"
                );
                // A sender that gave up hears nothing, and sends it again.
                let _ = reader.into_inner().write_all(answer.as_bytes());
                if sender.send(request).is_err() {
                    return;
                }
            }
        });
        Listener { url, received }
    }

    /// The next notification: `{method, query, headers, body}`.
    pub fn next(&self) -> Value {
        self.received.recv_timeout(Duration::from_secs(20)).expect("no notification came")
    }

    /// The next `count` of them.
    pub fn take(&self, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.next()).collect()
    }
}

fn read(reader: &mut BufReader<std::net::TcpStream>) -> Option<Value> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    if !target.starts_with("/notify") {
        return None;
    }
    let mut headers = Map::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().into());
    }
    let length = headers.get("content-length").and_then(Value::as_str);
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let body = String::from_utf8(body).ok()?;
    Some(json!({ "method": method, "query": query, "headers": headers, "body": body }))
}
