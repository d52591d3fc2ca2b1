//! docs/gateways/intellectmoney.md says what the code says: assumptions, settings, sources, and every
//! section that the code cites. `KOPECK_BLESS=1` writes the assumptions: read the difference before
//! committing it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::tables;
use crate::client::Client;
use crate::fields::Fields;

const PAGE: &str = "docs/gateways/intellectmoney.md";

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    std::fs::read_to_string(repository().join(PAGE)).unwrap()
}

/// The text below a heading of the second level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// The first cells of the first table in a section, without its head.
fn words(section: &str) -> Vec<&str> {
    let table = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let lines = table.take_while(|line| line.starts_with('|'));
    lines.map(|line| line.split('|').nth(1).unwrap().trim().trim_matches('*')).collect()
}

fn client(change: Value) -> Result<Client, crate::error::Error> {
    let mut settings = json!({
        "gateway": "intellectmoney", "eshop_id": "450001", "secret_key": "s",
        "bearer_token": "b", "sign_secret_key": "k",
    });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Client::new(settings.as_object().unwrap())
}

fn assumptions() -> Vec<Value> {
    let described = client(json!({})).unwrap().call("describe", &Fields::new()).unwrap();
    described["assumptions"].as_array().unwrap().clone()
}

/// The section that an assumption stands in.
fn place(row: &Value) -> &str {
    row["source"].as_str().unwrap().strip_prefix(PAGE).unwrap().trim_start_matches(", ")
}

/// A link to a section of the page, as its headings are linked to.
fn link(section: &str) -> String {
    let anchor = section.to_lowercase().replace(' ', "-").replace([',', '\'', '.'], "");
    format!("[{section}](#{anchor})")
}

/// What the code's own comment says of an assumption.
fn meaning(source: &str, name: &str) -> String {
    let (before, _) = source.split_once(&format!("\n    pub {name}: ")).unwrap();
    let comment = before.lines().rev().map_while(|line| line.trim().strip_prefix("/// "));
    let lines: Vec<&str> = comment.collect();
    assert!(!lines.is_empty(), "{name} has no comment");
    lines.into_iter().rev().collect::<Vec<_>>().join(" ")
}

fn settable() -> Vec<String> {
    let source = include_str!("assumptions.rs");
    let head = "| Setting in `assumptions` | Default | Mark | Section | Meaning |";
    let mut lines = vec![head.to_owned(), "|---|---|---|---|---|".to_owned()];
    for row in assumptions().iter().filter(|row| row["setting"] == true) {
        let name = row["name"].as_str().unwrap();
        lines.push(format!(
            "| `{name}` | `{}` | {} | {} | {} |",
            row["default"],
            row["mark"].as_str().unwrap(),
            link(place(row)),
            meaning(source, name)
        ));
    }
    lines
}

fn fixed() -> Vec<String> {
    let mut lines = vec!["| Fact | Taken | Section |".to_owned(), "|---|---|---|".to_owned()];
    for row in assumptions().iter().filter(|row| row["setting"] == false) {
        let text = |name: &str| row[name].as_str().unwrap();
        lines.push(format!("| `{}` | {} | {} |", text("name"), text("value"), link(place(row))));
    }
    lines
}

#[test]
fn the_page_shows_every_assumption_as_describe_lists_it() {
    let bless = std::env::var_os("KOPECK_BLESS").is_some();
    let mut page = page();
    for (head, expected) in
        [("\n| Setting in `assumptions` |", settable()), ("\n| Fact | Taken |", fixed())]
    {
        let start = page.find(head).unwrap() + 1;
        let end = page[start..].find("\n\n").map_or(page.len(), |end| start + end);
        if bless {
            page.replace_range(start..end, &expected.join("\n"));
        } else {
            let shown: Vec<&str> = page[start..end].lines().collect();
            assert_eq!(shown, expected, "make bless");
        }
    }
    if bless {
        // At once: other tests read it in this moment.
        let path = repository().join(PAGE);
        std::fs::write(path.with_extension("new"), page).unwrap();
        std::fs::rename(path.with_extension("new"), path).unwrap();
    }
}

#[test]
fn the_page_names_every_setting() {
    let page = page();
    let error = client(json!({ "no_such_setting": 1 })).err().unwrap();
    let (_, names) = error.message.split_once("expected one of ").unwrap();
    assert!(names.contains("eshop_id"), "{error}");
    let section = section(&page, "Settings");
    for name in names.split(", ") {
        assert!(section.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_page_names_every_source() {
    let page = page();
    let known = words(section(&page, "Sources"));
    for method in tables::methods() {
        assert!(!method.native.source.is_empty(), "{}", method.native.name);
        for source in method.native.source.split(", ") {
            assert!(known.contains(&source), "{}: {source}", method.native.name);
        }
    }
}

/// Sections by their names in Rust comments, behind the page: one, or several with commas.
fn cited(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cited(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // What breaks a line of a comment is left out.
            let text =
                text.replace("\n//! ", " ").replace("\n/// ", " ").replace("\n    /// ", " ");
            for (at, known) in text.match_indices("docs/gateways/intellectmoney.md, \"") {
                let mut rest = &text[at + known.len() - 1..];
                while let Some((name, after)) =
                    rest.strip_prefix('"').and_then(|rest| rest.split_once('"'))
                {
                    found.push((path.clone(), name.to_owned()));
                    rest = after.trim_start_matches(", ").trim_start_matches(" and ");
                }
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
    found.extend(assumptions().iter().map(|row| ("assumptions".into(), place(row).to_owned())));
    for (path, name) in found {
        assert!(headings(&page).any(|known| known == name), "{}: no {name:?}", path.display());
    }
}

/// Of the second level and below.
fn headings(page: &str) -> impl Iterator<Item = &str> {
    let lines = page.lines().filter(|line| line.starts_with("##"));
    lines.map(|line| line.trim_start_matches('#').trim_start())
}

#[test]
fn links_within_the_page_lead_somewhere() {
    let page = page();
    let headings: Vec<String> = headings(&page).map(link).collect();
    for (at, _) in page.match_indices("](#") {
        let anchor = page[at + 2..].split(')').next().unwrap();
        let known = headings.iter().any(|heading| heading.ends_with(&format!("({anchor})")));
        assert!(known, "{anchor}");
    }
}
