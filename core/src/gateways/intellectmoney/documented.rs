//! docs/gateways/intellectmoney.md says what the code says: assumptions, settings, sources, and every
//! section that the code cites. `KOPECK_BLESS=1` writes the assumptions: read the difference before
//! committing it.

use serde_json::{Value, json};

use super::tables;
use crate::client::Client;
use crate::fields::Fields;
use crate::gateways::page::Page;

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

#[test]
fn the_page_shows_every_assumption_as_describe_lists_it() {
    page().shows_assumptions(&assumptions(), include_str!("assumptions.rs"));
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
    page().links_lead_somewhere();
}
