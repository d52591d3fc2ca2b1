//! Asks the portal within one operation: obeys its bucket, and repeats what was certainly not carried out
//! for as long as the flow may take. A write that may have been carried out is never repeated here.

use std::sync::Arc;
use std::time::Duration;

use super::Bitrix24;
use super::method::{self, Method};
use super::reply::Reply;
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
    /// Until when it repeats; none where it does not.
    deadline: Option<Time>,
}

impl<'a> Session<'a> {
    /// Sends each call once.
    pub fn new(call: &'a Call<'a>, portal: &'a Arc<Bitrix24>) -> Session<'a> {
        Session { call, portal, deadline: None }
    }

    /// The same for a flow, which repeats what was not done until this time is over.
    pub fn patient(&self, timeout_ms: Option<u64>) -> Result<Session<'a>, Error> {
        let patience = flow::patience(timeout_ms.unwrap_or(USUAL_MS))?;
        let deadline = Some(self.call.clock.now() + patience);
        Ok(Session { call: self.call, portal: self.portal, deadline })
    }

    /// The portal's settings.
    pub fn portal(&self) -> &Bitrix24 {
        self.portal
    }

    /// What the caller lent.
    pub fn call(&self) -> &'a Call<'a> {
        self.call
    }

    /// Calls a method.
    pub fn ask(&self, method: &Method) -> Result<Reply, Error> {
        let mut pauses = Pauses::new();
        loop {
            let error = match self.once(method) {
                Ok(reply) => return Ok(reply),
                Err(error) if error.kind == Kind::NotDone && error.advice != "fix_settings" => {
                    error
                }
                Err(error) => return Err(error),
            };
            let left = self.left();
            if left.is_zero() {
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
        match self.portal.bucket.take(self.call.clock.now(), most) {
            Ok(wait) if wait.is_zero() => {}
            Ok(wait) => self.call.clock.sleep(wait)?,
            Err(wait) => {
                let says = "too many requests to the portal are waiting here";
                let mut error = Error::not_done("rate_limited", says);
                error.retry_after_ms = u64::try_from(wait.as_millis()).ok();
                return Err(error);
            }
        }
        Ok(Reply::of(self.call.carry(method::start(self.portal, method)?)?))
    }
}
