//! The gateway's codes in the words of [`decline`]. Its codes are ambiguous and its texts vary: a
//! reason says no more than the code proves (docs/gateways/rbs.md, "Codes").

pub mod action;
pub mod bank;
#[cfg(test)]
pub mod documented;

use std::fmt;

use super::reply::Reply;
use crate::decline::{self, DECLINED};

/// One code.
pub struct Code {
    /// As the gateway writes it.
    pub code: &'static str,
    /// Our word; none where the code refuses nothing.
    pub reason: Option<&'static str>,
    /// Who documents it.
    pub source: Source,
    /// What it means.
    pub meaning: &'static str,
}

/// Who documents a code.
#[derive(Clone, Copy)]
pub enum Source {
    /// BPC's page of action codes.
    Bpc,
    /// Only the manual of a bank with an old release (Credibanco).
    Old,
}

const fn bpc(code: &'static str, reason: &'static str, meaning: &'static str) -> Code {
    Code { code, reason: Some(reason), source: Source::Bpc, meaning }
}

const fn old(code: &'static str, reason: &'static str, meaning: &'static str) -> Code {
    Code { code, reason: Some(reason), source: Source::Old, meaning }
}

/// A code that refuses nothing.
const fn fine(code: &'static str, source: Source, meaning: &'static str) -> Code {
    Code { code, reason: None, source, meaning }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.meaning)?;
        match self.source {
            Source::Bpc => Ok(()),
            Source::Old => f.write_str(" in old releases"),
        }
    }
}

fn find(sorted: &'static [Code], code: &str) -> Option<&'static Code> {
    let position = sorted.binary_search_by(|row| row.code.cmp(code)).ok()?;
    sorted.get(position)
}

/// Why the try that the reply tells of was refused, or is not over; none where nothing was refused.
/// The action code decides; where it says no more than "declined", the bank's own code may say it.
pub fn reason_in(reply: &Reply) -> Option<&'static str> {
    let reason = match told(reply, ACTION) {
        Some(code) => action::reason(&code)?,
        None => DECLINED,
    };
    if reason != DECLINED {
        return Some(reason);
    }
    let by_bank = told(reply, BANK).and_then(|code| bank::reason(&code));
    let more = by_bank.filter(|word| decline::is_final(word) && *word != DECLINED);
    more.or_else(|| three_ds(reply)).or(Some(DECLINED))
}

/// What the codes of the reply mean, for a person: ` (116: not enough funds)`.
pub fn explain(reply: &Reply) -> String {
    let rows = [(ACTION, action::CODES), (BANK, bank::CODES)];
    let one = |(name, table): (&str, &'static [Code])| {
        let code = told(reply, name)?;
        Some(match find(table, &code) {
            Some(row) => format!(" ({row})"),
            // What is longer is no code, and may be anything.
            None if code.len() > 8 => String::new(),
            None => format!(" ({code}: not documented)"),
        })
    };
    rows.into_iter().filter_map(one).collect()
}

const ACTION: &str = "actionCode";
const BANK: &str = "originalActionCode";

/// A code of the reply, or of the order's status that comes along with it.
fn told(reply: &Reply, name: &str) -> Option<String> {
    reply.text(name).or_else(|| reply.block("orderStatus").text(name))
}

/// Why a try was refused that certainly was.
pub fn refusal_in(reply: &Reply) -> &'static str {
    reason_in(reply).filter(|word| decline::is_final(word)).unwrap_or(DECLINED)
}

/// The types of an error that prove something; the others are too general.
fn three_ds(reply: &Reply) -> Option<&'static str> {
    let is = |name, word| reply.text(name).is_some_and(|text| text == word);
    let failed = is("errorTypeName", "TDS_UNKNOWN_ARES_STATUS")
        || is("processingErrorType", "MANDATORY_3DSECURE");
    failed.then_some("three_ds_failed")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::gateways::rbs::tables;
    use crate::http::HttpResponse;

    fn reply(fields: Value) -> Reply {
        let response =
            HttpResponse { status: 200, headers: Vec::new(), body: fields.to_string().into() };
        Reply::read(&response, &tables::orders::STATUS).unwrap()
    }

    #[test]
    fn every_row_has_a_known_word_and_its_place() {
        for table in [action::CODES, bank::CODES] {
            assert!(table.is_sorted_by(|a, b| a.code < b.code));
            for row in table {
                assert!(
                    row.reason.is_none_or(|word| decline::of(word).word == word),
                    "{}",
                    row.code
                );
                assert!(std::ptr::eq(find(table, row.code).unwrap(), row));
                assert!(!row.meaning.is_empty() && !row.meaning.contains('|'));
            }
        }
    }

    #[test]
    fn every_reason_has_a_code() {
        for reason in decline::REASONS {
            let mut rows = action::CODES.iter().chain(bank::CODES);
            assert!(rows.any(|row| row.reason == Some(reason.word)), "{}", reason.word);
        }
    }

    #[test]
    fn the_bank_speaks_only_where_the_gateway_says_no_more_than_no() {
        for (fields, reason) in [
            (json!({"actionCode": 116}), Some("insufficient_funds")),
            (json!({"actionCode": "5", "originalActionCode": "51"}), Some("insufficient_funds")),
            (json!({"actionCode": 5, "originalActionCode": 91}), Some("issuer_unavailable")),
            (json!({"actionCode": 101, "originalActionCode": "51"}), Some("card_expired")),
            (json!({"actionCode": 5, "originalActionCode": "00"}), Some("declined")),
            (json!({"actionCode": 5, "originalActionCode": "AE"}), Some("declined")),
            (json!({"actionCode": 5, "originalActionCode": "05"}), Some("declined")),
            (json!({"actionCode": 424242}), Some("declined")),
            (json!({"actionCode": 0, "originalActionCode": "51"}), None),
            (json!({"actionCode": -100}), None),
            (json!({"actionCode": 151019, "originalActionCode": "51"}), Some("outcome_unknown")),
            (
                json!({"errorCode": 0, "orderStatus": {"originalActionCode": "F1"}}),
                Some("fraud_suspected"),
            ),
            (
                json!({"errorCode": 0, "processingErrorType": "MANDATORY_3DSECURE"}),
                Some("three_ds_failed"),
            ),
            (json!({"errorCode": 0, "processingErrorType": "CLIENT_ERROR"}), Some("declined")),
        ] {
            assert_eq!(reason_in(&reply(fields.clone())), reason, "{fields}");
        }
        assert_eq!(refusal_in(&reply(json!({"actionCode": 1120}))), "declined");
        assert_eq!(refusal_in(&reply(json!({"actionCode": 0}))), "declined");
        let both = reply(json!({"actionCode": 107, "originalActionCode": "51"}));
        assert_eq!(
            explain(&both),
            " (107: call the issuer in old releases) (51: not enough funds)"
        );
        let new = json!({"actionCode": 424242, "originalActionCode": "card 4111111111111111"});
        assert_eq!(explain(&reply(new)), " (424242: not documented)");
    }
}
