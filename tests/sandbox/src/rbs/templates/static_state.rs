//! States of a static QR template and how it gets from one to another (the gateway's documents).

/// `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaticState {
    /// May be paid.
    Active,
    /// Switched off by hand.
    Inactive,
    /// Starts later.
    Waiting,
    /// Its end has passed.
    Expired,
    /// Was for one payment, which was made.
    Used,
    /// Deleted in the merchant's cabinet.
    Deleted,
}

/// A state with the dates that move it, in Unix milliseconds.
#[derive(Clone, Debug)]
pub struct Life {
    /// Where it stands.
    pub state: StaticState,
    /// May be paid from here on.
    pub start: i64,
    /// And up to here, if ever.
    pub end: Option<i64>,
}

impl StaticState {
    /// As the gateway writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Waiting => "WAITING",
            Self::Expired => "EXPIRED",
            Self::Used => "USED",
            Self::Deleted => "DELETED",
        }
    }

    /// The states that updateTemplate.do may ask for.
    pub fn asked(name: &str) -> Option<Self> {
        [Self::Active, Self::Inactive, Self::Waiting].into_iter().find(|state| state.name() == name)
    }
}

impl Life {
    /// Waits when the start is ahead.
    pub fn new(start: i64, end: Option<i64>, now: i64) -> Self {
        let state = if start > now { StaticState::Waiting } else { StaticState::Active };
        Self { state, start, end }
    }

    /// What the clock did.
    pub fn pass(&mut self, now: i64) {
        if self.state == StaticState::Waiting && self.start <= now {
            self.state = StaticState::Active;
        }
        if self.state == StaticState::Active && self.end.is_some_and(|end| end <= now) {
            self.state = StaticState::Expired;
        }
    }

    /// New dates, and a state asked for by hand. False when there is no such move.
    pub fn change(
        &mut self,
        start: i64,
        end: Option<i64>,
        to: Option<StaticState>,
        now: i64,
    ) -> bool {
        use StaticState::{Active, Deleted, Expired, Inactive, Used, Waiting};
        let ahead = end.is_none_or(|end| end > now);
        let moved = match self.state {
            Used | Deleted => return false,
            // Nothing revives it but a later end, and then it is off until somebody turns it on.
            Expired if ahead => Inactive,
            Expired => return false,
            Active | Waiting if start > now => Waiting,
            Waiting => Active,
            other => other,
        };
        let end_state = match to {
            None => moved,
            Some(Waiting) if start > now => Waiting,
            Some(Active) if start <= now && ahead && self.state != Expired => Active,
            Some(Inactive) => Inactive,
            Some(_) => return false,
        };
        *self = Self { state: end_state, start, end };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::StaticState::{Active, Deleted, Expired, Inactive, Used, Waiting};
    use super::*;

    const NOW: i64 = 1000;

    #[test]
    fn the_clock_starts_and_ends_it() {
        let mut life = Life::new(2000, Some(3000), NOW);
        assert_eq!(life.state, Waiting);
        for (at, state) in [(1999, Waiting), (2000, Active), (2999, Active), (3000, Expired)] {
            life.pass(at);
            assert_eq!(life.state, state, "{at}");
        }
    }

    #[test]
    fn every_move_by_hand() {
        // From, start, end, asked for, where it ends; none for a refusal.
        for (from, start, end, to, expected) in [
            (Active, 0, None, Some(Inactive), Some(Inactive)),
            (Inactive, 0, None, Some(Active), Some(Active)),
            (Inactive, 0, None, None, Some(Inactive)),
            (Inactive, 2000, None, Some(Active), None),
            (Inactive, 2000, None, Some(Waiting), Some(Waiting)),
            (Active, 0, None, Some(Waiting), None),
            (Active, 2000, None, None, Some(Waiting)),
            (Waiting, 0, None, None, Some(Active)),
            (Expired, 0, Some(900), None, None),
            (Expired, 0, Some(2000), None, Some(Inactive)),
            (Expired, 0, Some(2000), Some(Active), None),
            (Used, 0, None, Some(Active), None),
            (Deleted, 0, None, Some(Active), None),
        ] {
            let mut life = Life { state: from, start: 0, end: None };
            let moved = life.change(start, end, to, NOW);
            assert_eq!(moved.then_some(life.state), expected, "{from:?} {start} {end:?} {to:?}");
        }
    }
}
