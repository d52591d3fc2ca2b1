//! Servers that do exactly what a test says, each connection on a thread of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub struct Server {
    pub port: u16,
    connections: Arc<AtomicUsize>,
}

pub type TlsStream = StreamOwned<ServerConnection, TcpStream>;

impl Server {
    /// `serve` is given the number of the connection, from 0.
    pub fn new(serve: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let (serve, counter) = (Arc::new(serve), Arc::clone(&connections));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let number = counter.fetch_add(1, Ordering::SeqCst);
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(number, stream.unwrap()));
            }
        });
        Server { port, connections }
    }

    pub fn tls(
        config: Arc<ServerConfig>,
        serve: impl Fn(usize, TlsStream) + Send + Sync + 'static,
    ) -> Server {
        Server::new(move |number, stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            serve(number, StreamOwned::new(connection, stream));
        })
    }

    /// Answers every request with `C.R`: the numbers of the connection and of the request on it.
    pub fn numbering() -> Server {
        Server::new(|number, mut stream| {
            let mut request = 0;
            while Received::from(&mut stream).is_some() {
                respond(&mut stream, 200, &format!("{number}.{request}"));
                request += 1;
            }
        })
    }

    /// Reads one request and answers with these bytes, then closes.
    pub fn saying(reply: impl AsRef<[u8]> + Send + Sync + 'static) -> Server {
        Server::new(move |_, mut stream| {
            if Received::from(&mut stream).is_some() {
                let _ = stream.write_all(reply.as_ref());
            }
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn https(&self, host: &str) -> String {
        format!("https://{host}:{}/pay", self.port)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
}

impl Received {
    /// `None` when the client has closed the connection or it broke.
    pub fn from(stream: &mut impl Read) -> Option<Received> {
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
                let body = bytes[end + 4..].to_vec();
                let length =
                    header(&head, "content-length").map_or(0, |text| text.parse().unwrap());
                if body.len() >= length {
                    return Some(Received { head, body });
                }
            }
            match stream.read(&mut chunk) {
                Ok(amount) if amount > 0 => bytes.extend_from_slice(&chunk[..amount]),
                _ => return None,
            }
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(given, _)| given.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

pub fn respond(stream: &mut impl Write, status: u16, body: &str) {
    let length = body.len();
    let _ = write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}");
    let _ = stream.flush();
}
