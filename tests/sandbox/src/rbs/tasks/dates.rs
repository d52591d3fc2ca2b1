//! Dates of recurring tasks: `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, as Java reads and writes it.

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const FORM: &[BorrowedFormatItem<'static>] = format_description!(
    "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3][offset_hour sign:mandatory][offset_minute]"
);

/// `2026-01-31T10:00:00.000+0000` from Unix milliseconds.
pub fn written(milliseconds: i64) -> String {
    let nanoseconds = i128::from(milliseconds) * 1_000_000;
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds);
    moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).format(FORM).unwrap_or_default()
}

/// Unix milliseconds; the zone is `+0300` or `Z`.
pub fn read(text: &str) -> Option<i64> {
    let text = match text.strip_suffix('Z') {
        Some(local) => format!("{local}+0000"),
        None => text.to_owned(),
    };
    let moment = OffsetDateTime::parse(&text, FORM).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(written(1_643_665_612_345), "2022-01-31T21:46:52.345+0000");
        assert_eq!(read("2022-01-31T21:46:52.345+0000"), Some(1_643_665_612_345));
        assert_eq!(read("2022-02-01T00:46:52.345+0300"), Some(1_643_665_612_345));
        assert_eq!(read("2022-01-31T21:46:52.345Z"), Some(1_643_665_612_345));
        for text in ["2022-01-31T21:46:52Z", "2022-01-31", "2022-01-31T21:46:52.345", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
