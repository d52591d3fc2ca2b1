//! When the payments of a task are due.

use time::{Date, Month, OffsetDateTime};

/// `scheduleData`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// First payment, Unix milliseconds.
    pub since: i64,
    /// No payment after this.
    pub till: i64,
    /// How far one payment is from the next.
    pub pause: Pause,
}

/// Between two payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Nanoseconds.
    Time(i128),
    /// Calendar months.
    Months(i64),
    /// There is only one payment.
    Endless,
}

impl Pause {
    /// From `timeUnit` (NANOS ... FOREVER) and `value`.
    pub fn of(unit: &str, value: i64) -> Option<Self> {
        if value <= 0 {
            return None;
        }
        const SECOND: i128 = 1_000_000_000;
        let time = |one: i128| Some(Self::Time(one.saturating_mul(i128::from(value))));
        let months = |one: i64| Some(Self::Months(one.saturating_mul(value)));
        match unit.to_ascii_uppercase().replace('_', "").as_str() {
            "NANOS" => time(1),
            "MICROS" => time(1_000),
            "MILLIS" => time(1_000_000),
            "SECONDS" => time(SECOND),
            "MINUTES" => time(60 * SECOND),
            "HOURS" => time(3600 * SECOND),
            "HALFDAYS" => time(12 * 3600 * SECOND),
            "DAYS" => time(24 * 3600 * SECOND),
            "WEEKS" => time(7 * 24 * 3600 * SECOND),
            "MONTHS" => months(1),
            "YEARS" => months(12),
            "DECADES" => months(120),
            "CENTURIES" => months(1200),
            "MILLENNIA" => months(12_000),
            "ERAS" | "FOREVER" => Some(Self::Endless),
            _ => None,
        }
    }
}

impl Schedule {
    /// When payment `number` (from 1) is due; none after the end.
    pub fn moment(&self, number: u32) -> Option<i64> {
        let steps = i64::from(number.checked_sub(1)?);
        let at = match self.pause {
            _ if steps == 0 => self.since,
            Pause::Time(one) => {
                let far = one.checked_mul(i128::from(steps))? / 1_000_000;
                self.since.checked_add(i64::try_from(far).ok()?)?
            }
            Pause::Months(one) => later(self.since, one.checked_mul(steps)?)?,
            Pause::Endless => return None,
        };
        Some(at).filter(|at| *at <= self.till)
    }
}

/// The same day some months later, or the last day of a shorter month.
fn later(milliseconds: i64, months: i64) -> Option<i64> {
    let seconds = milliseconds.div_euclid(1000);
    let start = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let whole = i64::from(start.year())
        .checked_mul(12)?
        .checked_add(i64::from(u8::from(start.month())) - 1)?
        .checked_add(months)?;
    let year = i32::try_from(whole.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(whole.rem_euclid(12) + 1).ok()?).ok()?;
    let day = start.day().min(month.length(year));
    let date = Date::from_calendar_date(year, month, day).ok()?;
    let moment = start.replace_date(date).unix_timestamp();
    moment.checked_mul(1000)?.checked_add(milliseconds.rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::super::dates::{read, written};
    use super::*;

    fn days(unit: &str, value: i64) -> Vec<String> {
        let schedule = Schedule {
            since: read("2024-01-31T10:00:00.500Z").unwrap(),
            till: read("2024-04-30T10:00:00.500Z").unwrap(),
            pause: Pause::of(unit, value).unwrap(),
        };
        let moments = (1..10).map_while(|number| schedule.moment(number));
        moments.map(|at| written(at).chars().take(10).collect()).collect()
    }

    #[test]
    fn payments_follow_the_calendar() {
        assert_eq!(days("MONTHS", 1), ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]);
        assert_eq!(days("DAYS", 40), ["2024-01-31", "2024-03-11", "2024-04-20"]);
        assert_eq!(days("Weeks", 8), ["2024-01-31", "2024-03-27"]);
        assert_eq!(days("FOREVER", 1), ["2024-01-31"]);
        assert_eq!(days("MILLENNIA", i64::MAX), ["2024-01-31"]);
        assert_eq!(Pause::of("HALF_DAYS", 1), Pause::of("HOURS", 12));
        assert_eq!(Pause::of("FORTNIGHTS", 1), None);
        assert_eq!(Pause::of("DAYS", 0), None);
    }
}
