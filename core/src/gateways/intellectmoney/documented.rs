//! docs/gateways/intellectmoney.md says what the code says: assumptions, settings, sources, and every
//! section that the code cites. `KOPECK_BLESS=1` writes the assumptions: read the difference before
//! committing it.

use serde_json::{Value, json};

use super::tables;
use crate::client::Client;
use crate::fields::Fields;
use crate::gateways::page::{Page, place};

fn page() -> Page {
    Page::read("docs/gateways/intellectmoney.md")
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
    let mut page = page();
    for (head, expected) in
        [("\n| Setting in `assumptions` |", settable()), ("\n| Fact | Taken |", fixed())]
    {
        let start = page.text.find(head).unwrap() + 1;
        let end = page.text[start..].find("\n\n").map_or(page.text.len(), |end| start + end);
        page.replace(start, end, &expected, head);
    }
}

#[test]
fn the_page_names_every_setting() {
    page().names_settings(&client(json!({ "no_such_setting": 1 })).err().unwrap());
}

#[test]
fn the_page_names_every_source() {
    page().names_sources(tables::methods().map(|method| &method.native));
}

#[test]
fn every_section_that_the_code_cites_is_there() {
    page().has_cited_sections(&assumptions());
}

#[test]
fn links_within_the_page_lead_somewhere() {
    let page = page();
    let headings: Vec<String> = page.headings().map(link).collect();
    for (at, _) in page.text.match_indices("](#") {
        let anchor = page.text[at + 2..].split(')').next().unwrap();
        let known = headings.iter().any(|heading| heading.ends_with(&format!("({anchor})")));
        assert!(known, "{anchor}");
    }
}
