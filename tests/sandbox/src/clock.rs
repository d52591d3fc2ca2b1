//! Time in the gateway's forms, and its random numbers.

use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use uuid::Uuid;

/// Unix milliseconds.
pub fn now() -> i64 {
    i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn moment(milliseconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `2026-01-01T00:00:00.000Z`, for the sandbox's own pages.
pub fn rfc3339(milliseconds: i64) -> String {
    moment(milliseconds).format(&Rfc3339).unwrap_or_default()
}

/// `Mon Jan 31 21:46:52 UTC 2022`, as `callbackCreationDate`.
pub fn callback_date(milliseconds: i64) -> String {
    let form = format_description!(
        "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]"
    );
    moment(milliseconds).format(form).unwrap_or_default()
}

/// Reads `yyyy-MM-ddTHH:mm:ss`, a date without a zone, on a clock that is `zone_hours` ahead of UTC.
pub fn parse_local(text: &str, zone_hours: i64) -> Option<i64> {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    parse(text, form, zone_hours)
}

/// Reads `yyyyMMddHHmmss` of reports, on a clock that is `zone_hours` ahead of UTC.
pub fn parse_compact(text: &str, zone_hours: i64) -> Option<i64> {
    let form = format_description!("[year][month][day][hour][minute][second]");
    parse(text, form, zone_hours)
}

/// Reads `yyyy:MM:dd HH:mm:ss` of external receipts, on a clock that is `zone_hours` ahead of UTC.
pub fn parse_receipt_date(text: &str, zone_hours: i64) -> Option<i64> {
    let form = format_description!("[year]:[month]:[day] [hour]:[minute]:[second]");
    parse(text, form, zone_hours)
}

/// The day, on a clock that is `zone_hours` ahead of UTC, in days since 1970.
pub fn day(milliseconds: i64, zone_hours: i64) -> i64 {
    milliseconds.saturating_add(zone_hours.saturating_mul(3_600_000)).div_euclid(86_400_000)
}

fn parse(text: &str, form: &[BorrowedFormatItem<'_>], zone_hours: i64) -> Option<i64> {
    let date = PrimitiveDateTime::parse(text, form).ok()?;
    let seconds = date.assume_utc().unix_timestamp().checked_sub(zone_hours.checked_mul(3600)?)?;
    seconds.checked_mul(1000)
}

/// `yyyy-MM-ddTHH:mm:ss` on a clock that is `zone_hours` ahead of UTC.
pub fn local(milliseconds: i64, zone_hours: i64) -> String {
    let shifted = milliseconds.saturating_add(zone_hours.saturating_mul(3_600_000));
    rfc3339(shifted).chars().take(19).collect()
}

/// So many random decimal digits, 18 at most.
pub fn digits(count: u32) -> String {
    let modulus = 10u128.pow(count.min(18));
    let width = usize::try_from(count.min(18)).unwrap_or(18);
    format!("{:0width$}", Uuid::new_v4().as_u128() % modulus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_documented_forms() {
        assert_eq!(callback_date(1_643_665_612_000), "Mon Jan 31 21:46:52 UTC 2022");
        assert_eq!(parse_local("2022-01-31T21:46:52", 0), Some(1_643_665_612_000));
        assert_eq!(parse_local("2022-02-01T00:46:52", 3), Some(1_643_665_612_000));
        assert_eq!(local(1_643_665_612_000, 3), "2022-02-01T00:46:52");
        assert_eq!(parse_local("2022-02-01 00:46:52", 3), None);
        assert_eq!(parse_compact("20220201004652", 3), Some(1_643_665_612_000));
        assert_eq!(parse_receipt_date("2022:01:31 21:46:52", 0), Some(1_643_665_612_000));
        // 21:46 UTC is past midnight in Moscow.
        assert_eq!(day(1_643_665_612_000, 3), day(1_643_665_612_000, 0) + 1);
        assert_eq!(digits(6).len(), 6);
    }
}
