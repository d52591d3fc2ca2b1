//! `bitrix24.list` of a portal that takes its time: the caller's own time ends it, and what was read stays.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::Arc;
use std::time::Duration;

use kopeck::clock::{Clock, FixedClock};
use kopeck::http::{HttpRequest, HttpResponse, SendError, Transport};
use kopeck::{Client, Fields, Host};
use serde_json::{Value, json};

/// An endless list; each page takes ten seconds.
struct Slow(Arc<FixedClock>);

impl Transport for Slow {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendError> {
        self.0.sleep(Duration::from_secs(10)).unwrap();
        let asked: Value = serde_json::from_slice(&request.body).unwrap();
        let start = asked["start"].as_u64();
        let from = start.unwrap_or_else(|| asked["filter"][">id"].as_u64().unwrap());
        let rows: Vec<Value> = (from + 1..=from + 50).map(|id| json!({ "id": id })).collect();
        let mut reply = json!({ "result": { "items": rows } });
        if start.is_some() {
            reply["next"] = json!(from + 50);
        }
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: reply.to_string().into_bytes() })
    }
}

fn list(mode: &str) -> Fields {
    let settings =
        json!({ "service": "bitrix24", "webhook_url": "https://p.test/rest/1/abcdef0123456789/" });
    let clock = Arc::new(FixedClock::new(kopeck::clock::parse("2026-01-31T10:00:00Z").unwrap()));
    let slow = Box::new(Slow(Arc::clone(&clock)));
    let client = Client::over(settings.as_object().unwrap(), slow).unwrap();
    let given = json!({ "method": "crm.item.list", "parameters": { "entityTypeId": 2 },
                        "mode": mode, "timeout_ms": 25_000 });
    let host = Host { clock: &*clock, log: None };
    client.call_in(&host, "bitrix24.list", given.as_object().unwrap()).unwrap()
}

#[test]
fn the_callers_time_ends_a_list_of_a_slow_portal() {
    for mode in ["pages", "fast"] {
        let reply = list(mode);
        assert_eq!(reply["rows"].as_array().unwrap().len(), 150, "{mode}");
        assert_eq!((&reply["complete"], &reply["next"]), (&json!(false), &json!(150)), "{mode}");
    }
}
