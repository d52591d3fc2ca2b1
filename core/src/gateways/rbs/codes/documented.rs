//! The tables of docs/gateways/rbs.md, "Codes", row by row.

use super::{Code, Source, action, bank};
use crate::decline::REASONS;

fn reasons() -> Vec<String> {
    let row = |reason: &crate::decline::Reason| {
        let retry = reason.retry.map_or("-".to_owned(), |retry| format!("`{retry}`"));
        format!("| `{}` | {} | {retry} | {} |", reason.word, reason.meaning, reason.buyer_text.en)
    };
    let head =
        ["| Reason | Meaning, for the shop | `retry` | `buyer_text.en` |", "|---|---|---|---|"];
    head.map(str::to_owned).into_iter().chain(REASONS.iter().map(row)).collect()
}

fn codes(table: &[Code]) -> Vec<String> {
    let row = |row: &Code| {
        let reason = row.reason.map_or("-".to_owned(), |word| format!("`{word}`"));
        let mark = match row.source {
            Source::Bpc => "[C]",
            Source::Old => "[C] old",
        };
        format!("| {} | {} | {reason} | {mark} |", row.code, row.meaning)
    };
    let head = ["| Code | Meaning | Reason | Mark |", "|---|---|---|---|"];
    head.map(str::to_owned).into_iter().chain(table.iter().map(row)).collect()
}

/// Each with the heading that it stands under.
pub fn tables() -> [(&'static str, Vec<String>); 3] {
    [
        ("### Reasons", reasons()),
        ("### Action codes", codes(action::CODES)),
        ("### Bank codes", codes(bank::CODES)),
    ]
}
