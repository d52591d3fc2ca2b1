//! docs/gateways/bitrix24.md says what the code says: assumptions, settings, operations with their fields,
//! words of attention, sources, and every section that the code cites. `KOPECK_BLESS=1` writes the
//! assumptions: read the difference before committing it.

use serde_json::{Value, json};

use super::{OPERATIONS, tables};
use crate::client::Client;
use crate::fields::Fields;
use crate::gateways::page::{Page, rows};

fn page() -> Page {
    Page::read("docs/gateways/bitrix24.md")
}

fn client(change: Value) -> Result<Client, crate::error::Error> {
    let mut settings = json!({
        "service": "bitrix24", "webhook_url": "https://portal.bitrix24.ru/rest/1/abcdef0123456789/",
    });
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Client::new(settings.as_object().unwrap())
}

fn described() -> Fields {
    client(json!({})).unwrap().call("describe", &Fields::new()).unwrap()
}

fn assumptions() -> Vec<Value> {
    described()["assumptions"].as_array().unwrap().clone()
}

/// The text below a heading of the third level, or of the second.
fn part<'a>(page: &'a Page, heading: &str) -> &'a str {
    let third = page.text.split_once(&format!("\n### {heading}\n"));
    match third {
        Some((_, rest)) => rest.split("\n##").next().unwrap(),
        None => page.section(heading),
    }
}

#[test]
fn the_page_shows_every_assumption_as_describe_lists_it() {
    page().shows_assumptions(&assumptions(), include_str!("assumptions.rs"));
}

#[test]
fn the_page_names_every_setting() {
    page().names_settings(&client(json!({ "no_such_setting": 1 })).err().unwrap());
}

#[test]
fn the_page_names_every_operation_with_its_fields() {
    let page = page();
    let served = page.section("What is served");
    let described = described();
    for common in OPERATIONS {
        assert!(served.contains(&format!("`{}`", common.name)), "{}", common.name);
    }
    for (operation, heading) in [
        ("link_payment", "link_payment"),
        ("settle_deal", "settle_deal"),
        ("read_checkout", "read_checkout"),
        ("answer_checkout", "answer_checkout"),
        ("settle_checkout", "settle_checkout"),
    ] {
        let all = described["operations"].as_array().unwrap().iter();
        let row = all.clone().find(|row| row["name"] == operation).unwrap();
        let fields = row["fields"].as_array().unwrap();
        assert!(!fields.is_empty(), "{operation}");
        for name in fields.iter().map(|name| name.as_str().unwrap()) {
            // `method`, `query` and the rest of a request are those of every notification.
            let shown = part(&page, heading).contains(&format!("`{name}`"));
            assert!(shown || name.ends_with("_base64"), "{operation}: {name}");
        }
    }
}

#[test]
fn the_page_explains_every_word_of_attention() {
    let page = page();
    let told = rows(part(&page, "settle_deal").split_once("**Attention.**").unwrap().1);
    let source = include_str!("deal/judgement/mod.rs");
    let words =
        source.lines().filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1));
    let words: Vec<&str> = words.collect();
    assert!(words.len() > 15, "{words:?}");
    for word in words {
        let known = told.iter().any(|row| row[0].contains(&format!("`{word}`")));
        assert!(known, "{word}");
    }
}

#[test]
fn the_page_names_every_source() {
    let page = page();
    let rows = rows(page.section("Sources"));
    let known: Vec<&str> = rows.iter().flat_map(|row| row[0].split(", ")).collect();
    for native in tables::methods().chain([&super::refresh::ROW]) {
        assert!(!native.source.is_empty(), "{}", native.name);
        for source in native.source.split(", ") {
            let short = source.split(' ').next().unwrap();
            assert!(known.contains(&short), "{}: {source}", native.name);
        }
    }
}

#[test]
fn every_section_that_the_code_cites_is_there() {
    page().has_cited_sections(&assumptions());
}

#[test]
fn links_within_the_page_lead_somewhere() {
    page().links_lead_somewhere();
}
