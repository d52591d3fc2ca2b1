//! What a method comes to, and the envelope around it.

use serde_json::{Map, Value, json};

use crate::clock;
use crate::exchange::Answer;

/// What a method did.
pub type Outcome = Result<Done, Failure>;

/// A success.
#[derive(Clone, Debug)]
pub struct Done {
    /// `result`.
    pub result: Value,
    /// `total` of a list.
    pub total: Option<usize>,
    /// `next` of a list that goes on.
    pub next: Option<usize>,
}

/// A success without paging.
pub fn done(result: Value) -> Outcome {
    Ok(Done { result, total: None, next: None })
}

/// A refusal. Its code is text, or a number where the portal writes one.
#[derive(Clone, Debug)]
pub struct Failure {
    /// HTTP status, which nobody sees inside a batch.
    pub status: u16,
    /// `error`.
    pub error: Value,
    /// `error_description`.
    pub description: String,
}

impl Failure {
    /// A refusal with a status of its own.
    pub fn new(status: u16, error: impl Into<Value>, description: impl Into<String>) -> Self {
        Self { status, error: error.into(), description: description.into() }
    }

    /// `{error, error_description}`.
    pub fn shown(&self) -> Value {
        json!({"error": self.error, "error_description": self.description})
    }
}

/// A refusal with status 400.
pub fn bad(error: impl Into<Value>, description: impl Into<String>) -> Failure {
    Failure::new(400, error, description)
}

/// How long a call took, and what it used up.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Unix milliseconds.
    pub start: i64,
    /// Seconds of the method in the window, and when its oldest minute leaves (Unix seconds); nothing on-premise.
    pub operating: Option<(f64, i64)>,
}

impl Timing {
    /// The `time` block.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of today fit")]
    pub fn shown(self) -> Value {
        let finish = clock::now().max(self.start + 1);
        let seconds = |ms: i64| ms as f64 / 1000.0;
        let mut time = json!({
            "start": seconds(self.start),
            "finish": seconds(finish),
            "duration": seconds(finish - self.start),
            "processing": seconds(finish - self.start) / 2.0,
            "date_start": moment(self.start),
            "date_finish": moment(finish),
        });
        if let (Some((operating, reset)), Some(time)) = (self.operating, time.as_object_mut()) {
            time.insert("operating_reset_at".into(), reset.into());
            time.insert("operating".into(), operating.into());
        }
        time
    }
}

/// `2026-05-14T10:26:32+03:00`.
pub fn moment(ms: i64) -> String {
    format!("{}+03:00", clock::local(ms, 3))
}

/// The whole answer.
pub fn answer(outcome: &Outcome, timing: Timing) -> Answer {
    match outcome {
        Ok(done) => {
            let mut body = Map::new();
            body.insert("result".into(), done.result.clone());
            if let Some(next) = done.next {
                body.insert("next".into(), next.into());
            }
            if let Some(total) = done.total {
                body.insert("total".into(), total.into());
            }
            body.insert("time".into(), timing.shown());
            json_answer(200, &Value::Object(body))
        }
        Err(failure) => json_answer(failure.status, &failure.shown()),
    }
}

/// JSON on one line, labelled as the portal does it.
pub fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, "application/json; charset=utf-8", body.to_string())
}
