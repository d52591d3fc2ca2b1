//! How often and how long a portal may be called: the leaky bucket, and the time of a method.

use std::collections::HashMap;
use std::collections::VecDeque;

use serde::Deserialize;

use super::outcome::Failure;
use crate::clock;

/// Limits; both are off unless given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The bucket holds so many requests: 50, enterprise 250.
    pub requests: Option<f64>,
    /// And loses so many in a second: 2, enterprise 5.
    pub per_second: Option<f64>,
    /// A method's seconds in the window: 480.
    pub operating_seconds: Option<f64>,
    /// The window: 600, of ten parts.
    pub window_seconds: Option<f64>,
    /// What a call counts as; otherwise next to nothing.
    pub call_seconds: Option<f64>,
    /// No `operating` in `time`, as on premises.
    pub on_premise: bool,
    #[serde(skip)]
    level: f64,
    #[serde(skip)]
    looked: i64,
    #[serde(skip)]
    used: HashMap<String, VecDeque<(i64, f64)>>,
}

impl Limits {
    /// Counts a request, or refuses it.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds between two calls fit")]
    pub fn request(&mut self) -> Result<(), Failure> {
        let Some(size) = self.requests else { return Ok(()) };
        let now = clock::now();
        let passed = (now - self.looked).max(0) as f64 / 1000.0;
        self.looked = now;
        let drained = self.level - self.per_second.unwrap_or(2.0) * passed;
        self.level = drained.max(0.0) + 1.0;
        if self.level > size {
            return Err(too_many());
        }
        Ok(())
    }

    fn part_ms(&self) -> i64 {
        let window = self.window_seconds.unwrap_or(600.0).max(0.01);
        #[allow(clippy::cast_possible_truncation, reason = "seconds of a window")]
        let part = (window * 100.0) as i64;
        part.max(1)
    }

    /// Whether a method has time left.
    pub fn has_time(&mut self, method: &str) -> Result<(), Failure> {
        let limit = self.operating_seconds.unwrap_or(f64::MAX);
        if self.operating(method).is_some_and(|(used, _)| used > limit) {
            return Err(blocked());
        }
        Ok(())
    }

    /// A method was run.
    pub fn spend(&mut self, method: &str) {
        let part = self.part_ms();
        let now = clock::now() / part * part;
        let cost = self.call_seconds.unwrap_or(0.01);
        let parts = self.used.entry(method.to_owned()).or_default();
        match parts.back_mut() {
            Some((start, sum)) if *start == now => *sum += cost,
            _ => parts.push_back((now, cost)),
        }
    }

    /// Seconds in the window, and when its oldest part leaves (Unix seconds).
    pub fn operating(&mut self, method: &str) -> Option<(f64, i64)> {
        if self.on_premise && self.operating_seconds.is_none() {
            return None;
        }
        let part = self.part_ms();
        let now = clock::now();
        let parts = self.used.entry(method.to_owned()).or_default();
        while parts.front().is_some_and(|(start, _)| start + part * 10 <= now) {
            parts.pop_front();
        }
        let oldest = parts.front().map_or(now, |(start, _)| *start);
        let reset = (oldest + part * 10 + 999) / 1000;
        Some((parts.iter().fold(0.0, |all, (_, sum)| all + sum), reset))
    }
}

/// The bucket is full.
pub fn too_many() -> Failure {
    Failure::new(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
}

/// The method's time is used up.
pub fn blocked() -> Failure {
    let text = "Method is blocked due to operation time limit.";
    Failure::new(429, "OPERATION_TIME_LIMIT", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_runs_over_and_drains() {
        let mut limits = Limits { requests: Some(3.0), per_second: Some(2.0), ..Limits::default() };
        for _ in 0..3 {
            limits.request().unwrap();
        }
        assert_eq!(limits.request().unwrap_err().status, 503);
        limits.looked -= 2000;
        limits.request().unwrap();
        assert!(Limits::default().request().is_ok());
    }

    #[test]
    fn a_method_is_blocked_until_its_window_moves() {
        let mut limits =
            Limits { operating_seconds: Some(1.0), call_seconds: Some(0.6), ..Limits::default() };
        for _ in 0..2 {
            limits.has_time("crm.item.add").unwrap();
            limits.spend("crm.item.add");
        }
        let failure = limits.has_time("crm.item.add").unwrap_err();
        assert_eq!((failure.status, failure.error), (429, "OPERATION_TIME_LIMIT".into()));
        limits.has_time("crm.item.list").unwrap();
        let (used, reset) = limits.operating("crm.item.add").unwrap();
        assert!(used > 1.1 && reset * 1000 > clock::now());
        for parts in limits.used.values_mut() {
            parts.iter_mut().for_each(|(start, _)| *start -= 600_000);
        }
        limits.has_time("crm.item.add").unwrap();
    }
}
