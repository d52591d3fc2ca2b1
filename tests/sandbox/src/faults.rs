//! Faults on demand: what goes wrong with the next requests, and when.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::exchange::{Answer, Call};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Connection reset before the body is read; nothing is done.
    Refuse,
    /// Nothing is done, the connection is closed without an answer.
    DropBefore,
    /// Carried out, the connection is closed without an answer.
    DropAfter,
    /// Carried out, the connection is reset without an answer.
    ResetAfter,
    /// Carried out, the answer is held back for `hang_ms`.
    Hang,
    /// Carried out, half of the answer under its full content-length.
    Half,
    /// Carried out, half of the answer without any length, then a clean close.
    HalfUnframed,
    /// Carried out, half of the JSON as a whole HTTP answer.
    CutJson,
    /// Carried out, status 200 without a body.
    Empty,
    /// Carried out, status 200 with a maintenance page.
    Garbage,
    /// Carried out, bytes that are not HTTP.
    NotHttp,
    /// Carried out, the answer dribbles in over `hang_ms`.
    Slow,
    /// Carried out and answered, then the connection is closed without notice.
    CloseIdle,
    /// Not carried out, status 500.
    #[serde(rename = "status_500")]
    Status500,
    /// Not carried out, status 502.
    #[serde(rename = "status_502")]
    Status502,
    /// Not carried out, status 503.
    #[serde(rename = "status_503")]
    Status503,
    /// Not carried out, status 429 with `Retry-After: 2`.
    #[serde(rename = "status_429")]
    Status429,
    /// Not carried out, status 302 to another path.
    Redirect,
    /// Not carried out, status 302 to `to`: by default to the same path on `localhost`, where the
    /// sandbox answers too.
    Moved,
    /// Not carried out: Bitrix24's bucket is full.
    QueryLimit,
    /// Not carried out: the method's time at Bitrix24 is used up.
    OperationLimit,
    /// Carried out, then status 500 as Bitrix24 says it.
    InternalErrorAfter,
    /// No answer, and carried out only after `hang_ms`.
    CommitLate,
    /// Not carried out, `errorCode` 7 whatever the state of the order.
    SystemError,
}

impl Fault {
    /// The answer of a fault that keeps the request from being carried out.
    pub fn instead(self) -> Option<Answer> {
        let broken = |status: u16, text: &str| {
            Answer::page(
                status,
                format!(
                    "<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
                ),
            )
        };
        match self {
            Self::Status500 => Some(broken(500, "500 Internal Server Error")),
            Self::Status502 => Some(broken(502, "502 Bad Gateway")),
            Self::Status503 => Some(broken(503, "503 Service Unavailable")),
            Self::Status429 => {
                Some(Answer::text(429, "Too Many Requests").with("retry-after", "2"))
            }
            Self::SystemError => {
                Some(Answer::json(200, &json!({"errorCode": "7", "errorMessage": "System error"})))
            }
            Self::QueryLimit => Some(portal_s(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")),
            Self::OperationLimit => Some(portal_s(
                429,
                "OPERATION_TIME_LIMIT",
                "Method is blocked due to operation time limit.",
            )),
            Self::Redirect => Some(Answer::redirect("/payment/elsewhere")),
            _ => None,
        }
    }
}

fn portal_s(status: u16, code: &str, text: &str) -> Answer {
    Answer::json(status, &json!({"error": code, "error_description": text}))
}

/// What Bitrix24 says when it broke down.
pub fn internal_error() -> Answer {
    portal_s(500, "INTERNAL_SERVER_ERROR", "Internal server error")
}

/// The page that stands in for an answer during maintenance.
pub fn maintenance() -> Answer {
    Answer::page(
        200,
        "<!doctype html><html><body><h1>Ведутся технические работы</h1></body></html>",
    )
}

/// A fault with its aim.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Armed {
    /// A part of the path.
    #[serde(rename = "match")]
    pub path: String,
    /// A part of the decoded form body or query, so that parallel tests can tell their requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What goes wrong.
    pub fault: Fault,
    /// How many requests it waits for.
    #[serde(default = "once")]
    pub times: u32,
    /// Length of `hang` and `slow`.
    #[serde(default = "a_minute")]
    pub hang_ms: u64,
    /// Where `moved` leads: an address, in which `{target}` is the path with its query, or a path to put
    /// before the own one (`/moved/x`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl Armed {
    /// The answer of `moved`; `origin` is the sandbox's own.
    pub fn moved(&self, call: &Call, origin: &str) -> Answer {
        let elsewhere = origin.replace("127.0.0.1", "localhost");
        let target = call.target();
        let to = self.to.as_deref().unwrap_or_default();
        Answer::redirect(&match to.starts_with("http") {
            true => to.replace("{target}", &target),
            false => format!("{elsewhere}{to}{target}"),
        })
    }
}

fn once() -> u32 {
    1
}

fn a_minute() -> u64 {
    60_000
}

/// Faults that wait for their request, oldest first.
#[derive(Default)]
pub struct Faults {
    armed: Mutex<Vec<Armed>>,
}

impl Faults {
    /// Adds a fault and says how many requests will fail in all.
    pub fn arm(&self, fault: Armed) -> u64 {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.push(fault);
        armed.retain(|fault| fault.times > 0);
        armed.iter().map(|fault| u64::from(fault.times)).sum()
    }

    /// Forgets every fault.
    pub fn clear(&self) {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What waits.
    pub fn list(&self) -> Value {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let total: u64 = armed.iter().map(|fault| u64::from(fault.times)).sum();
        json!({"armed": total, "faults": *armed})
    }

    /// Whether the request must be refused before its body is read; uses the fault up.
    pub fn refuses(&self, path: &str) -> bool {
        self.take(|fault| {
            fault.fault == Fault::Refuse && fault.body.is_none() && aimed_at(fault, path)
        })
        .is_some()
    }

    /// The fault for a request that was read; uses it up.
    pub fn strike(&self, call: &Call) -> Option<Armed> {
        self.take(|fault| {
            aimed_at(fault, &call.path)
                && fault.body.as_ref().is_none_or(|part| carries(call, part))
        })
    }

    fn take(&self, fits: impl Fn(&Armed) -> bool) -> Option<Armed> {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let place = armed.iter().position(fits)?;
        let fault = armed.get_mut(place)?;
        fault.times = fault.times.saturating_sub(1);
        let struck = fault.clone();
        if struck.times == 0 {
            armed.remove(place);
        }
        Some(struck)
    }
}

fn aimed_at(fault: &Armed, path: &str) -> bool {
    let own_ground = path.starts_with("/sandbox") || path.starts_with("/control/");
    let replayed = path.starts_with("/replay/") && !fault.path.starts_with("/replay/");
    !own_ground && !replayed && path.contains(&fault.path)
}

fn carries(call: &Call, part: &str) -> bool {
    let query = call.query.as_deref().unwrap_or_default();
    let mut pairs =
        form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(&call.body));
    // JSON as it would be without its spaces and escapes.
    let json = serde_json::from_slice::<Value>(&call.body).map(|json| json.to_string());
    pairs.any(|(name, value)| format!("{name}={value}").contains(part))
        || String::from_utf8_lossy(&call.body).contains(part)
        || json.is_ok_and(|json| json.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armed(json: &str) -> Armed {
        serde_json::from_str(json).unwrap()
    }

    fn call(path: &str, body: &str) -> Call {
        Call {
            method: "POST".into(),
            path: path.into(),
            query: None,
            headers: hyper::HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    #[test]
    fn faults_are_used_up() {
        let faults = Faults::default();
        let fault = armed(r#"{"match":"register.do","fault":"drop_after","times":2}"#);
        assert_eq!(faults.arm(fault), 2);
        let register = call("/payment/rest/register.do", "");
        assert!(faults.strike(&call("/payment/rest/refund.do", "")).is_none());
        assert!(faults.strike(&call("/sandbox/register.do", "")).is_none());
        assert!(faults.strike(&register).is_some());
        assert!(faults.strike(&register).is_some());
        assert!(faults.strike(&register).is_none());
    }

    #[test]
    fn a_body_narrows_the_aim() {
        let faults = Faults::default();
        faults.arm(armed(r#"{"match":"register.do","fault":"refuse","body":"orderNumber=A 1"}"#));
        assert!(!faults.refuses("/payment/rest/register.do"));
        assert!(faults.strike(&call("/payment/rest/register.do", "orderNumber=A-2")).is_none());
        assert!(faults.strike(&call("/payment/rest/register.do", "orderNumber=A+1")).is_some());
    }
}
