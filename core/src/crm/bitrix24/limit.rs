//! The portal's leaky bucket, obeyed on our side: so many requests at once, and so many a second after
//! that. Others behind the same address share it, so the portal may still say no.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::settings::RequestLimit;
use crate::clock::Time;

/// When the bucket would be empty, in Unix milliseconds. One number, so no lock; a forked child goes on
/// with its parent's.
pub struct Bucket {
    limit: RequestLimit,
    empty_at: AtomicI64,
}

impl RequestLimit {
    /// The requests at once, and the milliseconds that each takes to drain.
    fn numbers(self) -> Option<(i64, i64)> {
        match self {
            RequestLimit::Standard => Some((50, 500)),
            RequestLimit::Enterprise => Some((250, 200)),
            RequestLimit::None => None,
        }
    }
}

impl Bucket {
    /// An empty one.
    pub fn new(limit: RequestLimit) -> Bucket {
        Bucket { limit, empty_at: AtomicI64::new(0) }
    }

    /// Takes a place, and says how long to wait for it. With more than `most` to wait no place is taken,
    /// and the wait is an error.
    pub fn take(&self, now: Time, most: Duration) -> Result<Duration, Duration> {
        let Some((burst, drain)) = self.limit.numbers() else {
            return Ok(Duration::ZERO);
        };
        let now = i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
        let mut wait = Duration::ZERO;
        let place = |empty_at: i64| {
            // A clock that was set back must not make anybody wait for hours.
            let filled = empty_at.clamp(now, now + burst * drain * 10) + drain;
            let ms = (filled - now - burst * drain).max(0);
            wait = Duration::from_millis(ms.unsigned_abs());
            (wait <= most).then_some(filled)
        };
        match self.empty_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, place) {
            Ok(_) => Ok(wait),
            Err(_) => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::OffsetDateTime;

    #[test]
    fn fifty_leave_at_once_and_then_two_a_second() {
        let bucket = Bucket::new(RequestLimit::Standard);
        let start = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let most = Duration::from_secs(1);
        for _ in 0..50 {
            assert_eq!(bucket.take(start, most), Ok(Duration::ZERO));
        }
        assert_eq!(bucket.take(start, most), Ok(Duration::from_millis(500)));
        assert_eq!(bucket.take(start, most), Ok(Duration::from_millis(1000)));
        // Who does not wait takes no place.
        assert_eq!(bucket.take(start, most), Err(Duration::from_millis(1500)));
        assert_eq!(bucket.take(start, most), Err(Duration::from_millis(1500)));
        let later = start + Duration::from_secs(26);
        for _ in 0..50 {
            assert_eq!(bucket.take(later, most), Ok(Duration::ZERO));
        }
        let back = start - Duration::from_secs(86_400);
        assert!(bucket.take(back, most).is_err_and(|wait| wait < Duration::from_secs(300)));
    }
}
