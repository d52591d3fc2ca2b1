//! Time, handed in: a flow never asks the machine what time it is, nor sleeps by itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

use crate::error::Error;

/// A moment, in UTC.
pub type Time = OffsetDateTime;

/// What tells the time and waits. Python's waits in slices and looks for signals in between.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> Time;
    /// Waits; an error ends the flow that was waiting.
    fn sleep(&self, pause: Duration) -> Result<(), Error>;
}

/// The machine's own clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        OffsetDateTime::now_utc()
    }
    fn sleep(&self, pause: Duration) -> Result<(), Error> {
        std::thread::sleep(pause);
        Ok(())
    }
}

/// A clock that stands still but for what is slept: the setting `clock`, for tests and vectors.
pub struct FixedClock {
    start: Time,
    slept_ms: AtomicU64,
}

impl FixedClock {
    /// A clock that shows `start` until somebody sleeps.
    pub fn new(start: Time) -> FixedClock {
        FixedClock { start, slept_ms: AtomicU64::new(0) }
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Time {
        self.start + Duration::from_millis(self.slept_ms.load(Ordering::Relaxed))
    }
    fn sleep(&self, pause: Duration) -> Result<(), Error> {
        let ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX / 2);
        self.slept_ms.fetch_add(ms, Ordering::Relaxed);
        Ok(())
    }
}

/// How long something took, for a log line.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }
    pub(crate) fn ms(&self) -> u128 {
        self.0.elapsed().as_millis()
    }
}

/// Reads RFC 3339; the error completes "`field`: ...".
pub fn parse(text: &str) -> Result<Time, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .and_then(|time| time.checked_to_offset(time::UtcOffset::UTC))
        // Far enough from the end of the calendar for every time-out to be added.
        .filter(|time| (1970..9000).contains(&time.year()))
        .ok_or_else(|| "expected a time like \"2026-01-31T10:00:00Z\"".to_owned())
}

/// Reads the `Date` header of HTTP.
pub(crate) fn parse_http(text: &str) -> Option<Time> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

/// Writes RFC 3339 in UTC, without a fraction where there is none.
pub fn print(time: Time) -> String {
    time.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

/// A moment from Unix milliseconds, as gateways send it; none where no payment can have been.
pub fn from_unix_ms(ms: i128) -> Option<Time> {
    let time = OffsetDateTime::from_unix_timestamp_nanos(ms.checked_mul(1_000_000)?).ok()?;
    (1970..=9999).contains(&time.year()).then_some(time)
}
