//! docs/gateways/rbs.md says what the code says: presets, spellings, codes, assumptions, settings,
//! sources, and every section that the code cites. `KOPECK_BLESS=1` writes the first three: read
//! the difference before committing it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::presets::PRESETS;
use super::{codes, dialect};
use crate::client::Client;
use crate::fields::Fields;
use crate::gateways::page::{Page, place, rows};
use crate::operation::COMMON;

fn page() -> Page {
    Page::read("docs/gateways/rbs.md")
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
        let start = page.text.find(&format!("\n{heading}\n")).unwrap();
        let start = start + page.text[start..].find("\n|").unwrap() + 1;
        let end = start + page.text[start..].find("\n\n").unwrap();
        page.replace(start, end, &expected, heading);
    }
}

#[test]
fn the_page_shows_every_assumption_as_describe_lists_it() {
    let page = page();
    let shown = rows(page.section("Assumptions"));
    let described = described(json!({}));
    let all = described["assumptions"].as_array().unwrap().iter();
    let (listed, fixed): (Vec<_>, Vec<_>) = all.partition(|row| row["setting"] == true);
    for row in fixed {
        let place = place(row);
        let (name, value) = (row["name"].as_str().unwrap(), row["value"].as_str().unwrap());
        let line = format!("| `{name}` | {value} | [{place}](#");
        assert!(page.section("Assumptions").contains(&line), "{line}");
    }
    assert_eq!(shown.len(), listed.len());
    for (shown, listed) in shown.iter().zip(listed) {
        let text = |name: &str| listed[name].as_str().unwrap();
        assert_eq!(shown[0], format!("`{}`", text("name")));
        assert_eq!(shown[1], format!("`{}`", listed["default"]), "{}", text("name"));
        assert_eq!(shown[2], text("mark"), "{}", text("name"));
        let place = place(listed);
        assert!(shown[3].starts_with(&format!("[{place}](#")), "{}: {place}", text("name"));
        assert!(!shown[4].is_empty());
    }
}

#[test]
fn the_page_names_every_setting() {
    page().names_settings(&client(json!({ "no_such_setting": 1 })).err().unwrap());
}

#[test]
fn the_page_names_every_source() {
    page().names_sources(dialect::ALL.iter().flat_map(|dialect| dialect.natives()));
}

#[test]
fn the_page_names_what_is_served_and_what_the_token_may_do() {
    let page = page();
    let served = page.section("What is served");
    for common in COMMON.iter().filter(|common| dialect::RBS.serves(common.name)) {
        assert!(served.contains(&format!("`{}`", common.name)), "{}", common.name);
    }
    let may = dialect::RBS.natives().filter(|native| native.token).map(|native| native.name);
    let missing: Vec<_> = may.filter(|name| !served.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_section_that_the_code_cites_is_there() {
    page().has_cited_sections(described(json!({}))["assumptions"].as_array().unwrap());
}
