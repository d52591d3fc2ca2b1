//! A gateway that answers as it is told, and notes what reaches it.

use std::sync::{Arc, Mutex};

use kopeck::Client;
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use serde_json::Value;

/// A request that reached it.
pub struct Seen {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(given, _)| given == name)?;
        Some(value)
    }
}

/// All that reached it.
pub type Sent = Arc<Mutex<Vec<Seen>>>;

struct Gateway {
    replies: Vec<String>,
    sent: Sent,
}

impl Transport for Gateway {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        let mut sent = self.sent.lock().unwrap();
        let reply = self.replies.get(sent.len()).unwrap_or_else(|| panic!("{}", request.url));
        let headers = request.headers.iter();
        sent.push(Seen {
            method: request.method,
            url: request.url.clone(),
            headers: headers.map(|(name, value)| (name.to_string(), value.clone())).collect(),
            body: String::from_utf8(request.body.clone()).unwrap(),
        });
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: reply.clone().into_bytes() })
    }
}

/// A client of the shop's that gets these replies in their order, and no more.
pub fn client(settings: &Value, replies: &[&str]) -> (Client, Sent) {
    let mut settings = settings.clone();
    settings["gateway"] = "declared".into();
    let sent = Sent::default();
    let replies = replies.iter().map(|reply| (*reply).to_owned()).collect();
    let gateway = Gateway { replies, sent: Arc::clone(&sent) };
    (Client::over(settings.as_object().unwrap(), Box::new(gateway)).unwrap(), sent)
}
