//! What a flow has written so far. An error after a write says so, whatever failed then.

use std::cell::Cell;

use crate::error::{Error, Kind};

/// Whether a flow has written.
#[derive(Default)]
pub struct Written {
    stands: Cell<bool>,
    ever: Cell<bool>,
}

impl Written {
    /// Notes a write by how it ended.
    pub fn did<T>(&self, ended: Result<T, Error>) -> Result<T, Error> {
        if ended.as_ref().map_or_else(|error| error.may_have_happened, |_| true) {
            self.stands.set(true);
            self.ever.set(true);
        }
        ended
    }

    /// Nothing of it stands any more.
    pub fn taken_back(&self) {
        self.stands.set(false);
    }

    /// Whether anything was written at all.
    pub fn ever(&self) -> bool {
        self.ever.get()
    }

    /// The error of the flow, whose repeat is safe.
    pub fn told(&self, error: Error) -> Error {
        if !self.stands.get() && !error.may_have_happened {
            return error;
        }
        let mut error = after(error);
        error.message = format!(
            "{}; something was or may have been written in the portal: \
             the same call may be repeated",
            error.message
        );
        error
    }
}

/// An error that came after a write: what was not done is only the rest.
pub fn after(mut error: Error) -> Error {
    error.may_have_happened = true;
    if error.kind == Kind::NotDone {
        error.kind = Kind::OutcomeUnknown;
    }
    if error.kind == Kind::OutcomeUnknown {
        error.advice = "repeat";
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_after_a_write_says_so() {
        let written = Written::default();
        assert!(!written.told(Error::not_done("timeout", "x")).may_have_happened);
        let refused = || written.did::<()>(Err(Error::refused("not_permitted", "x")));
        assert!(refused().is_err() && !written.ever());
        assert!(written.did(Ok(1)).is_ok() && written.ever());
        let error = written.told(Error::not_done("timeout", "x"));
        assert_eq!(
            (error.kind, error.reason, error.advice),
            (Kind::OutcomeUnknown, "timeout", "repeat")
        );
        assert!(error.may_have_happened && error.message.contains("may be repeated"));
        let error = written.told(Error::refused("token_expired", "x"));
        assert_eq!((error.kind, error.advice), (Kind::Refused, "fix_settings"));
        assert!(error.may_have_happened);
        written.taken_back();
        assert!(!written.told(Error::refused("deal_closed", "x")).may_have_happened);
        assert!(written.ever());
        let lost = written.did::<()>(Err(Error::outcome_unknown("timeout", "x")));
        assert!(lost.is_err_and(|error| written.told(error).may_have_happened));
    }
}
