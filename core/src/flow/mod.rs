//! What waits: plain, blocking, top to bottom. Everything is asked through the same door as a single
//! operation, and time comes from the caller's clock.

pub(crate) mod check_settings;
pub(crate) mod confirm;
pub(crate) mod create;
pub(crate) mod instalments;
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

/// Growing pauses: 1 s, then half as much again each time, 15 s at the most; or the caller's own.
pub(crate) struct Pauses {
    next: Duration,
    grow: bool,
}

impl Pauses {
    pub(crate) fn new() -> Pauses {
        Pauses { next: Duration::from_secs(1), grow: true }
    }

    /// Equal pauses, where the caller gave one: 100 ms at the least.
    pub(crate) fn of(pause_ms: Option<u64>) -> Result<Pauses, Error> {
        match pause_ms {
            None => Ok(Pauses::new()),
            Some(ms @ 100..=3_600_000) => {
                Ok(Pauses { next: Duration::from_millis(ms), grow: false })
            }
            Some(_) => Err(Error::invalid("pause_ms", "expected 100 to 3600000, which is an hour")),
        }
    }

    /// The next pause, cut to what is left; at least `asked` if the gateway asked for a rest.
    pub(crate) fn next(&mut self, left: Duration, asked: Option<u64>) -> Duration {
        let pause = self.next.max(Duration::from_millis(asked.unwrap_or(0)));
        if self.grow {
            self.next = (self.next * 3 / 2).min(Duration::from_secs(15));
        }
        pause.min(left)
    }
}
