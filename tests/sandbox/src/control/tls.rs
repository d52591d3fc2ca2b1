//! `/sandbox/tls`: what the HTTPS listener saw, and how it treats its connections.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{body, error};
use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;
use crate::tls::Tls;

/// What may be changed; what is absent stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    idle_ms: Option<u64>,
    sessions: Option<bool>,
}

/// Answers below `/sandbox/tls`.
pub fn answer(sandbox: &Sandbox, call: &Call) -> Answer {
    let Some(tls) = &sandbox.tls else {
        return error(404, "the sandbox was started without --tls");
    };
    match call.method.as_str() {
        "GET" => {}
        "DELETE" => {
            for counter in tls.counts.all() {
                counter.store(0, Ordering::SeqCst);
            }
        }
        "POST" => match body::<Change>(call) {
            Ok(change) => apply(tls, &change),
            Err(answer) => return answer,
        },
        method => return error(404, &format!("nothing answers {method} {}", call.path)),
    }
    Answer::json(200, &shown(tls))
}

fn apply(tls: &Tls, change: &Change) {
    if let Some(idle) = change.idle_ms {
        tls.idle.send_replace((idle > 0).then(|| Duration::from_millis(idle)));
    }
    if let Some(sessions) = change.sessions {
        tls.sessions.store(sessions, Ordering::SeqCst);
    }
}

fn shown(tls: &Tls) -> Value {
    let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
    let counts = &tls.counts;
    json!({
        "connections": read(&counts.connections),
        "handshakes": {
            "full": read(&counts.full),
            "resumed": read(&counts.resumed),
            "failed": read(&counts.failed),
        },
        "requests": read(&counts.requests),
    })
}
