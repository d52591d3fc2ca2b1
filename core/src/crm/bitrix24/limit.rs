//! The portal's leaky bucket, obeyed on our side: so many requests at once, and so many a second after
//! that. Others behind the same address share it, so the portal may still say no.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::settings::RequestLimit;
use crate::clock::Time;

/// When the bucket would be empty, in Unix milliseconds. One number, so no lock; a forked child goes on
/// with its parent's, and from then on each counts for itself.
pub struct Bucket {
    limit: RequestLimit,
    empty_at: AtomicI64,
}

/// How long a queue may get, in milliseconds. Who comes later is told to come back; and what lies
/// further ahead was written before the machine's clock was set back.
const QUEUE: i64 = 60_000;

impl RequestLimit {
    /// The requests at once, and the milliseconds that each takes to drain. A tenth less at once than
    /// the portal takes: requests arrive in their own time, not in the rhythm in which they left.
    fn numbers(self) -> Option<(i64, i64)> {
        match self {
            RequestLimit::Standard => Some((45, 500)),
            RequestLimit::Enterprise => Some((225, 200)),
            RequestLimit::None => None,
        }
    }
}

impl Bucket {
    /// An empty one.
    pub fn new(limit: RequestLimit) -> Bucket {
        Bucket { limit, empty_at: AtomicI64::new(0) }
    }

    /// Takes a place, and says how long to wait for it: each in its turn. With more than `most` to wait
    /// no place is taken, and the wait is an error.
    pub fn take(&self, now: Time, most: Duration) -> Result<Duration, Duration> {
        let Some((burst, drain)) = self.limit.numbers() else {
            return Ok(Duration::ZERO);
        };
        let now = unix_ms(now);
        let full = now + burst * drain;
        let mut wait = 0;
        let place = |empty_at: i64| {
            // A clock that was set back must not make anybody wait for a day.
            let known = if empty_at > full + QUEUE { full } else { empty_at.max(now) };
            wait = (known + drain - full).max(0);
            let taken = wait <= QUEUE && u128::from(wait.unsigned_abs()) <= most.as_millis();
            taken.then_some(known + drain)
        };
        let taken = self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, place);
        let wait = Duration::from_millis(wait.unsigned_abs());
        taken.map(|_| wait).map_err(|_| wait)
    }

    /// The portal says that its bucket is full: others behind this address use it too. Whoever comes now
    /// waits for the next drop.
    pub fn overflowed(&self, now: Time) {
        if let Some((burst, drain)) = self.limit.numbers() {
            self.empty_at.fetch_max(unix_ms(now) + burst * drain, Ordering::Relaxed);
        }
    }
}

fn unix_ms(time: Time) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::OffsetDateTime;

    const SECOND: Duration = Duration::from_secs(1);

    fn start() -> Time {
        OffsetDateTime::UNIX_EPOCH + 1_000_000 * SECOND
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn used_up(limit: RequestLimit, burst: usize) -> Bucket {
        let bucket = Bucket::new(limit);
        for _ in 0..burst {
            assert_eq!(bucket.take(start(), SECOND), Ok(Duration::ZERO));
        }
        bucket
    }

    #[test]
    fn so_many_leave_at_once_and_then_so_many_a_second() {
        for (limit, burst, drain) in
            [(RequestLimit::Standard, 45, 500), (RequestLimit::Enterprise, 225, 200)]
        {
            let bucket = used_up(limit, burst);
            assert_eq!(bucket.take(start(), SECOND), Ok(ms(drain)));
            assert_eq!(bucket.take(start(), SECOND), Ok(ms(2 * drain)));
            // Who does not wait takes no place.
            for _ in 0..2 {
                assert_eq!(bucket.take(start(), ms(drain)), Err(ms(3 * drain)));
            }
            let drained = start() + ms(drain * (burst as u64 + 2));
            for _ in 0..burst {
                assert_eq!(bucket.take(drained, Duration::ZERO), Ok(Duration::ZERO));
            }
            assert!(bucket.take(drained, Duration::ZERO).is_err());
        }
        used_up(RequestLimit::None, 10_000);
    }

    /// As the portal counts: `counter = max(0, counter - 2 dt) + 1`, refused above 50; and every request
    /// is up to two seconds on its way.
    #[test]
    fn a_portal_never_refuses_what_was_taken_in_turn() {
        let bucket = Bucket::new(RequestLimit::Standard);
        let mut now = start();
        let mut arrivals: Vec<Time> = (0..2_000_u64)
            .map(|step| {
                // A little faster than it drains, with a rest now and then.
                now += ms(step * 7919 % 900 + if step % 200 == 0 { 10_000 } else { 0 });
                let left = now + bucket.take(now, 60 * SECOND).unwrap();
                left + ms(step * 104_729 % 2_000)
            })
            .collect();
        arrivals.sort();
        let (mut counter, mut last) = (0.0_f64, start());
        for arrival in arrivals {
            counter = (counter - 2.0 * (arrival - last).as_seconds_f64()).max(0.0) + 1.0;
            last = arrival;
            assert!(counter <= 50.0, "{counter}");
        }
    }

    #[test]
    fn a_clock_that_is_set_does_not_keep_anybody_waiting() {
        let bucket = used_up(RequestLimit::Standard, 45);
        assert_eq!(bucket.take(start() - 86_400 * SECOND, SECOND), Ok(ms(500)));
        assert_eq!(bucket.take(start() + 86_400 * SECOND, SECOND), Ok(Duration::ZERO));
        let bucket = used_up(RequestLimit::Standard, 45);
        assert_eq!(bucket.take(start() - 10 * SECOND, 11 * SECOND), Ok(ms(10_500)));
    }

    #[test]
    fn a_queue_has_an_end() {
        let bucket = used_up(RequestLimit::Standard, 45);
        for place in 1..=120 {
            assert_eq!(bucket.take(start(), 3600 * SECOND), Ok(ms(500 * place)));
        }
        assert_eq!(bucket.take(start(), 3600 * SECOND), Err(ms(60_500)));
        assert_eq!(bucket.take(start() + SECOND, 3600 * SECOND), Ok(ms(59_500)));
    }

    #[test]
    fn a_full_bucket_at_the_portal_slows_everybody_down() {
        let bucket = Bucket::new(RequestLimit::Standard);
        bucket.overflowed(start());
        assert_eq!(bucket.take(start(), SECOND), Ok(ms(500)));
        // And never speeds up.
        bucket.overflowed(start() - 10 * SECOND);
        assert_eq!(bucket.take(start(), SECOND), Ok(ms(1000)));
    }

    #[test]
    fn fifty_threads_get_a_place_each() {
        let bucket = used_up(RequestLimit::Standard, 45);
        let mut waits: Vec<Duration> = std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..50).map(|_| scope.spawn(|| bucket.take(start(), 60 * SECOND))).collect();
            all.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
        });
        waits.sort();
        assert_eq!(waits, (1..=50).map(|place| ms(500 * place)).collect::<Vec<_>>());
    }
}
