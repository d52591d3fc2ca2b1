//! The tables of docs/gateways/rbs.md, "Codes", are those of the code, row by row.
//! `KOPECK_BLESS=1` writes them: read the difference before committing it.

use std::path::PathBuf;

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

#[test]
fn the_page_shows_every_row() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/gateways/rbs.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let tables = [
        ("### Reasons", reasons()),
        ("### Action codes", codes(action::CODES)),
        ("### Bank codes", codes(bank::CODES)),
    ];
    for (heading, expected) in tables {
        let section = page.find(&format!("{heading}\n")).unwrap();
        let start = section + page[section..].find("\n|").unwrap() + 1;
        let end = start + page[start..].find("\n\n").unwrap();
        if std::env::var_os("KOPECK_BLESS").is_some() {
            page.replace_range(start..end, &expected.join("\n"));
        } else {
            let shown: Vec<&str> = page[start..end].lines().collect();
            assert_eq!(shown, expected, "{heading}");
        }
    }
    if std::env::var_os("KOPECK_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
}
