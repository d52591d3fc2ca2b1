//! The machine's clock, but a flow that sleeps by it can be ended with Ctrl-C.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kopeck::Error;
use kopeck::clock::{Clock, SystemClock, Time};
use pyo3::prelude::*;

/// How long a signal may wait for its handler.
const SLICE: Duration = Duration::from_millis(100);

/// Sleeps in slices and lets Python's signal handlers run in between. An exception of theirs is kept
/// aside: it is no error of the payment, and goes to the caller as it is.
#[derive(Default)]
pub struct SignalClock {
    raised: Mutex<Option<PyErr>>,
}

impl SignalClock {
    /// What a signal handler raised, if one did.
    pub fn into_raised(self) -> Option<PyErr> {
        self.raised.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SignalClock {
    fn now(&self) -> Time {
        SystemClock.now()
    }

    fn sleep(&self, pause: Duration) -> Result<(), Error> {
        let start = Instant::now();
        loop {
            let left = pause.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(SLICE));
            // An interpreter that is shutting down runs no handlers.
            if let Some(Err(raised)) = Python::try_attach(|py| py.check_signals()) {
                let mut kept = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
                *kept = Some(raised);
                return Err(Error::internal(false, "ended by a signal"));
            }
        }
    }
}
