//! What waits: plain, blocking, top to bottom. Everything is asked through the same door as a single
//! operation, and time comes from the caller's clock.

pub(crate) mod check_settings;
pub(crate) mod confirm;
pub(crate) mod settle;
pub(crate) mod wait;

use std::time::Duration;

use crate::error::Error;

/// A flow's time limit: a day at the most, since nobody waits longer in one call.
pub(crate) fn patience(timeout_ms: u64) -> Result<Duration, Error> {
    match timeout_ms {
        0..=86_400_000 => Ok(Duration::from_millis(timeout_ms)),
        _ => Err(Error::invalid("timeout_ms", "expected at most 86400000, which is a day")),
    }
}

/// Growing pauses: 1 s, then half as much again each time, 15 s at the most.
pub(crate) struct Pauses(Duration);

impl Pauses {
    pub(crate) fn new() -> Pauses {
        Pauses(Duration::from_secs(1))
    }

    /// The next pause, cut to what is left; at least `asked` if the gateway asked for a rest.
    pub(crate) fn next(&mut self, left: Duration, asked: Option<u64>) -> Duration {
        let pause = self.0.max(Duration::from_millis(asked.unwrap_or(0)));
        self.0 = (self.0 * 3 / 2).min(Duration::from_secs(15));
        pause.min(left)
    }
}
