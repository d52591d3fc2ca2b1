//! Asks the portal within one operation: obeys its bucket, and repeats what was certainly not carried out
//! for as long as the flow may take. A write that may have been carried out is never repeated here.

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
}

impl<'a> Session<'a> {
    /// Sends each call once.
    pub fn new(call: &'a Call<'a>, portal: &'a Arc<Bitrix24>) -> Session<'a> {
        let bucket = match portal.paced {
            true => Arc::clone(&portal.bucket),
            // A clock that stands still in every call would fill the client's bucket for ever.
            false => Arc::new(Bucket::new(portal.settings.request_limit)),
        };
        Session { call, portal, bucket, deadline: None }
    }

    /// The same for a flow, which repeats what was not done until this time is over.
    pub fn patient(&self, timeout_ms: Option<u64>) -> Result<Session<'a>, Error> {
        let patience = flow::patience(timeout_ms.unwrap_or(USUAL_MS))?;
        let deadline = Some(self.call.clock.now() + patience);
        let bucket = Arc::clone(&self.bucket);
        Ok(Session { call: self.call, portal: self.portal, bucket, deadline })
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
        if outcome.as_ref().is_err_and(refusals::is_overflow) {
            self.bucket.overflowed(self.call.clock.now());
        }
        outcome.map(Reply::of)
    }
}
