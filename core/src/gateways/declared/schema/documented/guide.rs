//! docs/describe-a-gateway.md shows what is so: its example is the built-in one, its pieces fit into it,
//! and its tables name what there is.

use serde_json::Value;
use toml::de::DeTable;

use crate::fields::Fields;
use crate::gateways::declared::load::Source;
use crate::gateways::declared::{built_in, line};
use crate::gateways::page::{Page, rows};

fn guide() -> Page {
    Page::read("docs/describe-a-gateway.md")
}

/// The pieces of TOML in some text.
fn pieces(text: &str) -> Vec<&str> {
    let blocks = text.split("\n```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

fn toml(text: &str) -> Fields {
    line::object(DeTable::parse(text).unwrap().get_ref()).unwrap()
}

/// Puts a piece over a descriptor: tables into tables, the rest in place of what was there.
fn put(over: &mut Fields, piece: Fields) {
    for (name, value) in piece {
        match (over.get_mut(&name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => put(old, new),
            (_, value) => {
                over.insert(name, value);
            }
        }
    }
}

#[test]
fn the_example_is_the_built_in_one() {
    let guide = guide();
    let (example, _) = guide.text.split_once("\n## Other shapes\n").unwrap();
    let mut shown = toml(&pieces(example).concat());
    let mut built_in = toml(built_in::find("examplepay").unwrap());
    for facts in ["note", "sources"] {
        shown.shift_remove(facts);
        built_in.shift_remove(facts);
    }
    assert_eq!(Value::Object(shown), Value::Object(built_in));
}

#[test]
fn the_other_shapes_fit_into_the_example() {
    let guide = guide();
    let pieces = pieces(guide.section("Other shapes"));
    assert_eq!(pieces.len(), 5);
    for piece in pieces {
        let mut whole = toml(built_in::find("examplepay").unwrap());
        put(&mut whole, toml(piece));
        let read = Source::find(&Value::Object(whole)).unwrap().read();
        assert!(read.is_ok(), "{piece}\n{:?}", read.err().unwrap());
    }
}

#[test]
fn the_parts_in_the_table_of_recipes_are_parts() {
    let guide = guide();
    let rows = rows(guide.section("Recipes"));
    assert!(rows.len() > 10);
    for row in rows {
        let pieces = row[1].split('`').skip(1).step_by(2);
        let mut recipe = "digest = \"sha256\"\nparts = []\n".to_owned();
        for piece in pieces {
            let line = match piece.starts_with('[') {
                true => format!("parts = {piece}"),
                false if piece.starts_with("include") || piece.starts_with("drop_empty") => {
                    format!("parts = [{{ group = \"sorted\", {piece} }}]")
                }
                false if piece.starts_with("optional") => {
                    format!("parts = [{{ field = \"x\", {piece} }}]")
                }
                false if piece.contains(" = ") => piece.to_owned(),
                false => continue,
            };
            let key = line.split(' ').next().unwrap().to_owned();
            let rest: Vec<&str> =
                recipe.lines().filter(|old| !old.starts_with(&format!("{key} "))).collect();
            recipe = format!("{}\n{line}\n", rest.join("\n"));
        }
        let mut whole = toml(built_in::find("examplepay").unwrap());
        put(&mut whole, toml(&format!("[recipe.webhook]\n{recipe}")));
        let read = Source::find(&Value::Object(whole)).unwrap().read();
        assert!(read.is_ok(), "{}: {:?}", row[0], read.err().unwrap());
    }
}

#[test]
fn the_formats_are_those_that_there_are() {
    use crate::gateways::declared::format::Formats;
    let guide = guide();
    let rows = rows(guide.section("Formats"));
    let shown = rows.iter().flat_map(|row| row[0].split(", ")).map(|name| name.trim_matches('`'));
    let says = Formats::parse("none such").unwrap_err();
    let (_, known) = says.split_once("expected ").unwrap();
    let known = known.replace(" or ", ", ");
    let mut known: Vec<&str> = known.split(", ").collect();
    let mut shown: Vec<&str> = shown.collect();
    known.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, known);
}

#[test]
fn links_lead_somewhere() {
    let guide = guide();
    let reference = Page::read("docs/descriptor-reference.md");
    let anchors: Vec<String> = guide.headings().map(super::anchor).collect();
    for text in [&guide.text, &reference.text] {
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for link in links.filter(|link| !link.contains("README")) {
            if let Some((page, anchor)) = link.split_once('#') {
                let own = page.is_empty() && text == &reference.text;
                let there = match own {
                    true => reference.headings().any(|heading| super::anchor(heading) == anchor),
                    false => anchors.iter().any(|known| known == anchor),
                };
                assert!(there, "{link}");
            }
        }
    }
}
