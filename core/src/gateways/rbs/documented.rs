//! docs/gateways/rbs.md says what the code says: presets, spellings, codes, assumptions, settings,
//! sources, and every section that the code cites. `KOPECK_BLESS=1` writes the first three: read
//! the difference before committing it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::presets::PRESETS;
use super::{codes, dialect};
use crate::client::Client;
use crate::fields::Fields;
use crate::operation::COMMON;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

const PAGE: &str = "docs/gateways/rbs.md";

fn page() -> String {
    std::fs::read_to_string(repository().join(PAGE)).unwrap()
}

/// The text below a heading of the second level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// The rows of the first table in a section, without its head.
fn rows(section: &str) -> Vec<Vec<&str>> {
    let table = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let lines = table.take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn client(change: Value) -> Result<Client, crate::error::Error> {
    let mut settings = json!({
        "gateway": "rbs", "base_url": "https://gateway.example/payment",
        "user_name": "u", "password": "p",
    });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Client::new(settings.as_object().unwrap())
}

fn described(change: Value) -> Fields {
    client(change).unwrap().call("describe", &Fields::new()).unwrap()
}

fn presets() -> Vec<String> {
    let mut lines = vec![
        "| `preset` | Root | `dialect` | Zone | National root |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    lines.extend(PRESETS.iter().map(|preset| {
        format!(
            "| `{}` | `{}` | `{}` | {} | {} |",
            preset.name,
            preset.base_url,
            preset.dialect.name,
            preset.time_zone.unwrap_or("-"),
            if preset.russian_root { "yes" } else { "-" },
        )
    }));
    lines
}

fn spellings() -> Vec<String> {
    let mut all: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for preset in PRESETS {
        for (name, spelling) in preset.spellings {
            all.entry((name, spelling)).or_default().push(preset.name);
        }
    }
    let mut lines =
        vec!["| Name in the tables | Sent as | Presets |".to_owned(), "|---|---|---|".to_owned()];
    lines.extend(all.iter().map(|((name, spelling), presets)| {
        format!("| `{name}` | `{spelling}` | `{}` |", presets.join("`, `"))
    }));
    lines
}

#[test]
fn the_page_shows_every_row_of_the_tables() {
    let mut page = page();
    let own = [("## Hosts", presets()), ("## Spellings", spellings())];
    for (heading, expected) in own.into_iter().chain(codes::documented::tables()) {
        let start = page.find(&format!("\n{heading}\n")).unwrap();
        let start = start + page[start..].find("\n|").unwrap() + 1;
        let end = start + page[start..].find("\n\n").unwrap();
        if std::env::var_os("KOPECK_BLESS").is_some() {
            page.replace_range(start..end, &expected.join("\n"));
        } else {
            let shown: Vec<&str> = page[start..end].lines().collect();
            assert_eq!(shown, expected, "{heading}: make bless");
        }
    }
    if std::env::var_os("KOPECK_BLESS").is_some() {
        // At once: other tests read it in this moment.
        let path = repository().join(PAGE);
        std::fs::write(path.with_extension("new"), page).unwrap();
        std::fs::rename(path.with_extension("new"), path).unwrap();
    }
}

#[test]
fn the_page_shows_every_assumption_as_describe_lists_it() {
    let page = page();
    let shown = rows(section(&page, "Assumptions"));
    let described = described(json!({}));
    let all = described["assumptions"].as_array().unwrap().iter();
    let (listed, fixed): (Vec<_>, Vec<_>) = all.partition(|row| row["setting"] == true);
    for row in fixed {
        let (_, place) = row["source"].as_str().unwrap().rsplit_once(", ").unwrap();
        let (name, value) = (row["name"].as_str().unwrap(), row["value"].as_str().unwrap());
        let line = format!("| `{name}` | {value} | [{place}](#");
        assert!(section(&page, "Assumptions").contains(&line), "{line}");
    }
    assert_eq!(shown.len(), listed.len());
    for (shown, listed) in shown.iter().zip(listed) {
        let text = |name: &str| listed[name].as_str().unwrap();
        assert_eq!(shown[0], format!("`{}`", text("name")));
        assert_eq!(shown[1], format!("`{}`", listed["default"]), "{}", text("name"));
        assert_eq!(shown[2], text("mark"), "{}", text("name"));
        let place = text("source").rsplit_once(", ").unwrap().1;
        assert!(shown[3].starts_with(&format!("[{place}](#")), "{}: {place}", text("name"));
        assert!(!shown[4].is_empty());
    }
}

#[test]
fn the_page_names_every_setting() {
    let page = page();
    let error = client(json!({ "no_such_setting": 1 })).err().unwrap();
    let (_, names) = error.message.split_once("expected one of ").unwrap();
    assert!(names.contains("base_url"), "{error}");
    let section = section(&page, "Settings");
    for name in names.split(", ") {
        assert!(section.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_page_names_what_is_served_what_the_token_may_do_and_every_source() {
    let page = page();
    let served = section(&page, "What is served");
    for common in COMMON.iter().filter(|common| dialect::RBS.serves(common.name)) {
        assert!(served.contains(&format!("`{}`", common.name)), "{}", common.name);
    }
    let may = dialect::RBS.natives().filter(|native| native.token).map(|native| native.name);
    let missing: Vec<_> = may.filter(|name| !served.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let known: Vec<&str> =
        rows(section(&page, "Sources")).iter().map(|row| row[0].trim_matches('*')).collect();
    for native in dialect::ALL.iter().flat_map(|dialect| dialect.natives()) {
        for source in native.source.split(", ") {
            assert!(known.contains(&source), "{}: {source}", native.name);
        }
    }
}

/// Sections by their names in Rust comments and in the assumptions.
fn cited(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cited(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, _) in text.match_indices("docs/gateways/rbs.md, \"") {
                let name = text[at..].split('"').nth(1).unwrap();
                found.push((path.clone(), name.to_owned()));
            }
        }
    }
}

#[test]
fn every_section_that_the_code_cites_is_there() {
    let page = page();
    let mut found = Vec::new();
    cited(&repository().join("core/src"), &mut found);
    assert!(found.len() > 15, "{found:?}");
    let listed = described(json!({}));
    for row in listed["assumptions"].as_array().unwrap() {
        let place = row["source"].as_str().unwrap().rsplit_once(", ").unwrap().1;
        found.push((PathBuf::from("assumptions"), place.to_owned()));
    }
    for (path, name) in found {
        let heading = |line: &str| line.trim_start_matches('#').trim_start() == name;
        let there = page.lines().any(|line| line.starts_with("##") && heading(line));
        assert!(there, "{}: no section {name:?}", path.display());
    }
}
