//! Asks the portal within one operation: obeys its bucket, and repeats what was certainly not carried out
//! for as long as the flow may take. A write that may have been carried out is never repeated here.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::limit::Bucket;
use super::method::{self, Method};
use super::reply::Reply;
use super::{Bitrix24, refusals};
use crate::client::Call;
use crate::clock::Time;
use crate::error::{Error, Kind};
use crate::flow::{self, Pauses};
use crate::http::Effect;

/// How long a flow may take if the caller does not say: a notification's sender waits about as long.
const USUAL_MS: u64 = 30_000;

/// How long one call waits for its place in the bucket.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// One operation on its way to the portal.
pub struct Session<'a> {
    call: &'a Call<'a>,
    portal: &'a Arc<Bitrix24>,
    bucket: Arc<Bucket>,
    /// Until when it repeats; none where it does not.
    deadline: Option<Time>,
    /// How many writes were or may have been done.
    writes: Cell<u32>,
}

impl<'a> Session<'a> {
    /// Sends each call once.
    pub fn new(call: &'a Call<'a>, portal: &'a Arc<Bitrix24>) -> Session<'a> {
        let bucket = match portal.paced {
            true => Arc::clone(&portal.bucket),
            // A clock that stands still in every call would fill the client's bucket for ever.
            false => Arc::new(Bucket::new(portal.settings.request_limit)),
        };
        Session { call, portal, bucket, deadline: None, writes: Cell::new(0) }
    }

    /// The same for a flow, which repeats what was not done until this time is over.
    pub fn patient(&self, timeout_ms: Option<u64>) -> Result<Session<'a>, Error> {
        let patience = flow::patience(timeout_ms.unwrap_or(USUAL_MS))?;
        let deadline = Some(self.call.clock.now() + patience);
        let bucket = Arc::clone(&self.bucket);
        let (call, portal, writes) = (self.call, self.portal, Cell::new(0));
        Ok(Session { call, portal, bucket, deadline, writes })
    }

    /// How many writes were or may have been done so far.
    pub fn writes(&self) -> u32 {
        self.writes.get()
    }

    /// The portal's settings.
    pub fn portal(&self) -> &Bitrix24 {
        self.portal
    }

    /// What the caller lent.
    pub fn call(&self) -> &'a Call<'a> {
        self.call
    }

    /// Calls a method. What was certainly not done is repeated until the time is over, each time in
    /// its turn: the portal counts the requests that it refuses, too.
    pub fn ask(&self, method: &Method) -> Result<Reply, Error> {
        let mut pauses = Pauses::new();
        loop {
            let error = match self.once(method) {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let passing = error.kind == Kind::NotDone && error.advice != "fix_settings";
            let left = self.left();
            // Nothing is gained by waiting for what comes after the end.
            let too_late = error.retry_after_ms.is_some_and(|ms| u128::from(ms) > left.as_millis());
            if !passing || left.is_zero() || too_late {
                return Err(error);
            }
            self.call.clock.sleep(pauses.next(left, error.retry_after_ms))?;
        }
    }

    /// How long it may still repeat.
    pub fn left(&self) -> Duration {
        let left = self.deadline.map(|deadline| deadline - self.call.clock.now());
        left.filter(|left| left.is_positive()).map_or(Duration::ZERO, |left| left.unsigned_abs())
    }

    fn once(&self, method: &Method) -> Result<Reply, Error> {
        let most = self.deadline.map_or(LONGEST_WAIT, |_| self.left());
        match self.bucket.take(self.call.clock.now(), most) {
            Ok(wait) if wait.is_zero() => {}
            Ok(wait) => self.call.clock.sleep(wait)?,
            Err(wait) => {
                let says = "too many requests to the portal are waiting here";
                let mut error = Error::not_done("rate_limited", says);
                error.retry_after_ms = u64::try_from(wait.as_millis()).ok();
                return Err(error);
            }
        }
        let now = self.call.clock.now();
        let outcome = self.call.carry(method::start(self.portal, method, now)?);
        if let Err(error) = &outcome {
            if refusals::is_overflow(error) {
                self.bucket.overflowed(self.call.clock.now());
            }
            // Not the portal's words, or those of a portal that knows us not.
            if error.code.is_none() || error.reason == "authentication_failed" {
                self.portal.moved.forget();
            }
        }
        let done = outcome.as_ref().map_or_else(|error| error.may_have_happened, |_| true);
        if method.effect == Effect::Write && done {
            self.writes.set(self.writes.get() + 1);
        }
        outcome.map(Reply::of)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::json;

    use super::*;
    use crate::Client;
    use crate::clock::{self, Clock, FixedClock};
    use crate::fields::Fields;
    use crate::http::{HttpRequest, HttpResponse, SendError, Transport};

    /// Answers one after the other, the last one for ever.
    struct Script(Mutex<Vec<(u16, String)>>, Arc<Mutex<usize>>);

    impl Transport for Script {
        fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SendError> {
            *self.1.lock().unwrap() += 1;
            let mut left = self.0.lock().unwrap();
            let (status, body) = if left.len() > 1 { left.remove(0) } else { left[0].clone() };
            Ok(HttpResponse { status, headers: Vec::new(), body: body.into_bytes() })
        }
    }

    fn settings(more: serde_json::Value) -> Fields {
        let mut settings = json!({
            "service": "bitrix24", "webhook_url": "https://a.bitrix24.ru/rest/1/abcdef0123456789/",
        });
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        settings.as_object().unwrap().clone()
    }

    fn portal(settings: &Fields) -> Arc<Bitrix24> {
        let (common, own) = crate::settings::Common::split(settings).unwrap();
        Arc::new(Bitrix24::open(&common, &own).unwrap())
    }

    fn limited(more: &str) -> (u16, String) {
        (503, format!(r#"{{"error":"QUERY_LIMIT_EXCEEDED"{more}}}"#))
    }

    const DONE: &str = r#"{"result":true}"#;

    /// The outcome, the requests that left, and the milliseconds that were waited.
    fn run(
        answers: &[(u16, String)],
        portal: &Arc<Bitrix24>,
        settings: &Fields,
        timeout_ms: Option<u64>,
        method: &Method,
    ) -> (Result<Reply, Error>, usize, i128) {
        let sent = Arc::new(Mutex::new(0));
        let script = Script(Mutex::new(answers.to_vec()), Arc::clone(&sent));
        let client = Client::over(settings, Box::new(script)).unwrap();
        let start = clock::parse("2026-01-31T10:00:00Z").unwrap();
        let fixed = FixedClock::new(start);
        let outcome = client.lend(&fixed, |call| {
            let session = Session::new(call, portal);
            match timeout_ms {
                None => session.ask(method),
                some => session.patient(some).unwrap().ask(method),
            }
        });
        let waited = (fixed.now() - start).whole_milliseconds();
        let sent = *sent.lock().unwrap();
        (outcome, sent, waited)
    }

    fn write() -> Method {
        Method::write("crm.item.add", json!({}))
    }

    #[test]
    fn what_was_not_done_is_repeated_within_the_time_a_write_too() {
        let settings = settings(json!({}));
        let busy = [limited(""), limited(""), (200, DONE.to_owned())];
        let (outcome, sent, waited) =
            run(&busy, &portal(&settings), &settings, Some(10_000), &write());
        assert!(outcome.is_ok());
        // 1 s and 1.5 s, after which the bucket has room again.
        assert_eq!((sent, waited), (3, 2_500));
        // Without a flow each call leaves once.
        let (outcome, sent, waited) = run(&busy, &portal(&settings), &settings, None, &write());
        assert_eq!((outcome.err().unwrap().kind, sent, waited), (Kind::NotDone, 1, 0));
    }

    #[test]
    fn waiting_ends_with_the_time_of_the_flow() {
        let settings = settings(json!({}));
        for timeout in [0, 1, 700, 3_000, 30_000] {
            let portal = portal(&settings);
            let (outcome, sent, waited) =
                run(&[limited("")], &portal, &settings, Some(timeout), &write());
            assert_eq!(outcome.err().unwrap().reason, "rate_limited");
            assert!(waited <= i128::from(timeout), "{waited} of {timeout}");
            assert!((1..10).contains(&sent), "{sent}");
        }
    }

    #[test]
    fn nobody_waits_for_what_comes_after_the_end() {
        let settings = settings(json!({}));
        let time = r#","time":{"finish":1000.5,"operating_reset_at":1060}"#;
        let limit = (429, format!(r#"{{"error":"OPERATION_TIME_LIMIT"{time}}}"#));
        let answers = [limit, (200, DONE.to_owned())];
        let (outcome, sent, waited) =
            run(&answers, &portal(&settings), &settings, Some(30_000), &write());
        let error = outcome.err().unwrap();
        assert_eq!((error.retry_after_ms, sent, waited), (Some(59_500), 1, 0));
        let (outcome, sent, waited) =
            run(&answers, &portal(&settings), &settings, Some(60_000), &write());
        assert!(outcome.is_ok());
        assert_eq!((sent, waited), (2, 59_500));
    }

    #[test]
    fn what_may_have_been_done_and_what_would_fail_again_leaves_once() {
        let settings = settings(json!({}));
        for (status, body) in [
            (500, r#"{"error":"INTERNAL_SERVER_ERROR"}"#),
            (503, "<html>"),
            (200, "<html>"),
            (401, r#"{"error":"expired_token"}"#),
            (400, r#"{"error":0}"#),
            (302, ""),
            (403, "<html>"),
        ] {
            let answers = [(status, body.to_owned()), (200, DONE.to_owned())];
            let portal = portal(&settings);
            let (outcome, sent, waited) = run(&answers, &portal, &settings, Some(30_000), &write());
            assert!(outcome.is_err(), "{body}");
            assert_eq!((sent, waited), (1, 0), "{status} {body}");
        }
    }

    #[test]
    fn a_full_bucket_is_known_to_the_next_caller() {
        let settings = settings(json!({}));
        let portal = portal(&settings);
        run(&[limited("")], &portal, &settings, None, &write()).0.err().unwrap();
        let (outcome, sent, waited) =
            run(&[(200, DONE.to_owned())], &portal, &settings, None, &write());
        assert!(outcome.is_ok());
        assert_eq!((sent, waited), (1, 500));
    }

    #[test]
    fn a_queue_that_is_too_long_sends_nothing() {
        let settings = settings(json!({}));
        let portal = portal(&settings);
        let now = clock::parse("2026-01-31T10:00:00Z").unwrap();
        while portal.bucket.take(now, LONGEST_WAIT).is_ok() {}
        let (outcome, sent, waited) =
            run(&[(200, DONE.to_owned())], &portal, &settings, None, &write());
        let error = outcome.err().unwrap();
        assert_eq!((error.kind, error.reason), (Kind::NotDone, "rate_limited"));
        assert_eq!((error.retry_after_ms, sent, waited), (Some(30_500), 0, 0));
        // A flow with more time waits for its turn.
        let (outcome, sent, waited) =
            run(&[(200, DONE.to_owned())], &portal, &settings, Some(40_000), &write());
        assert!(outcome.is_ok());
        assert_eq!((sent, waited), (1, 30_500));
    }

    #[test]
    fn a_clock_that_stands_still_fills_no_bucket() {
        let settings = settings(json!({ "clock": "2026-01-31T10:00:00Z" }));
        let portal = portal(&settings);
        for _ in 0..300 {
            let (outcome, ..) = run(&[(200, DONE.to_owned())], &portal, &settings, None, &write());
            assert!(outcome.is_ok());
        }
    }
}
