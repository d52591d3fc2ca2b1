//! docs/descriptor-reference.md is made from the structs and their comments, so that no key and no word
//! stands there that the engine does not read, and none is left out. `make bless` writes it.

mod source;

use std::fmt::Write;
use std::path::PathBuf;

use serde::de::DeserializeOwned;

use super::request::Basic;
use super::{
    Answer, Answers, Call, Case, Condition, Config, Create, Descriptor, Idempotency, Notify, Order,
    Part, Place, PreStep, Reading, Recipe, Refusal, Request, Response, Vector,
};
use crate::fields;
use source::{BY_HAND, Item, Source};

/// A table of the descriptor: its heading, its struct, the fields that serde says it reads (none for
/// those that are read by hand), and what stands above its rows.
type Section = (&'static str, &'static str, &'static [&'static str], &'static str);

fn read_by<T: DeserializeOwned>() -> &'static [&'static str] {
    fields::names::<T>()
}

fn sections() -> Vec<Section> {
    vec![
        ("The file itself", "Descriptor", read_by::<Descriptor>(), ""),
        ("`[config]`", "Config", read_by::<Config>(), "`shop_id = { doc = \"...\" }`"),
        ("`[order]`", "Order", read_by::<Order>(), ""),
        ("`[create]`", "Create", read_by::<Create>(), ""),
        ("`idempotency`", "Idempotency", read_by::<Idempotency>(), "One of `header` and `field`."),
        ("`[[status]]`, `[cancel]`, `[refund]`", "Call", read_by::<Call>(), ""),
        ("`before`", "PreStep", read_by::<PreStep>(), ""),
        ("`request`", "Request", read_by::<Request>(), ""),
        ("`basic`", "Basic", read_by::<Basic>(), ""),
        ("A field of `request.fields`", "FieldValue", &[], "A template alone is its `value`."),
        ("`response`", "Response", read_by::<Response>(), ""),
        ("`error`", "Refusal", read_by::<Refusal>(), ""),
        ("`fields` of a reply or a notification", "Reading", read_by::<Reading>(), ""),
        (
            "A value of `fields`",
            "Pick",
            &[],
            "A text alone is its `at`; of `at` and `value` exactly one is given.",
        ),
        ("A condition", "Condition", read_by::<Condition>(), ""),
        ("`[[notify]]`", "Notify", read_by::<Notify>(), ""),
        ("`[[notify.case]]`", "Case", read_by::<Case>(), ""),
        ("`[notify.answer]`", "Answers", read_by::<Answers>(), ""),
        ("An answer", "Answer", read_by::<Answer>(), ""),
        ("`[recipe.<name>]`", "Recipe", read_by::<Recipe>(), ""),
        ("A part of a recipe", "Part", read_by::<Part>(), ""),
        ("`sign` and `signature`", "Place", read_by::<Place>(), ""),
        ("`[[vector]]`", "Vector", read_by::<Vector>(), ""),
    ]
}

/// The lists of words, with their headings.
const WORDS: &[(&str, &str)] = &[
    ("Marks", "Mark"),
    ("Where a payment stands: the words of `status_map` and `case`", "Word"),
    ("Bodies of requests", "Body"),
    ("Types of fields in JSON", "Type"),
    ("Methods", "Method"),
    ("Kinds of replies", "Kind"),
    ("How a notification is written", "Accept"),
    ("What makes a notification true", "Verify"),
    ("What is missing", "Missing"),
    ("Groups", "Group"),
    ("Raw bytes", "Raw"),
    ("JSON text", "Json"),
    ("Digests", "DigestName"),
    ("Encodings", "Encoding"),
    ("Comparison", "Compare"),
    ("Charsets", "Charset"),
    ("Origins of a vector", "Origin"),
];

const HEAD: &str = "\
# What may stand in a descriptor

Made from the engine's own structs (`make bless`). How they are put together: [describe-a-gateway.md](describe-a-gateway.md), which
also has the [formats](describe-a-gateway.md#formats) and the [names of values](describe-a-gateway.md#values) in templates. A key that is not
here is refused. A key without a default must be given, unless it is optional. Pointers are those of JSON: `/data/id` is `id` in `data`.
";

fn reference() -> String {
    let source = Source::read();
    let sections = sections();
    let mut text = HEAD.to_owned();
    for (heading, name, known, note) in &sections {
        let table = source.item(name);
        let names: Vec<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
        if !known.is_empty() {
            assert_eq!(names, *known, "{name}");
        }
        write!(text, "\n## {heading}\n\n{}\n", table.doc).unwrap();
        if !note.is_empty() {
            write!(text, "\n{note}\n").unwrap();
        }
        text.push_str("\n| Key | Holds | Without it | Means |\n|---|---|---|---|\n");
        for row in &table.rows {
            let holds = holds(&row.kind, &sections);
            writeln!(text, "| `{}` | {holds} | {} | {} |", row.name, row.missing, row.doc).unwrap();
        }
    }
    for (heading, name) in WORDS {
        write!(text, "\n## {heading}\n\n| Word | Means |\n|---|---|\n").unwrap();
        for row in &source.item(name).rows {
            writeln!(text, "| `{}` | {} |", row.name, row.doc).unwrap();
        }
    }
    text
}

/// A heading as a page's own address.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A section's name in a cell.
fn shown(heading: &str) -> String {
    match heading.strip_prefix("A") {
        Some(rest) => format!("a{rest}"),
        None => heading.to_owned(),
    }
}

/// What a key holds, in words.
fn holds(kind: &str, sections: &[Section]) -> String {
    for (wrapper, words) in
        [("Option<", ""), ("Box<", ""), ("Vec<", "list: "), ("Named<", "table: ")]
    {
        if let Some(inner) = kind.strip_prefix(wrapper).and_then(|rest| rest.strip_suffix('>')) {
            return format!("{words}{}", holds(inner, sections));
        }
    }
    let linked = |heading: &str, shown: &str| format!("[{shown}](#{})", anchor(heading));
    match kind {
        "u32" => "number".to_owned(),
        "String" => "text".to_owned(),
        "bool" => "true or false".to_owned(),
        "Fields" => "any values".to_owned(),
        "Reference" => linked("`[recipe.<name>]`", "a recipe's name"),
        "Template" => "[template](describe-a-gateway.md#values)".to_owned(),
        "Formats" => "[formats](describe-a-gateway.md#formats)".to_owned(),
        "Pattern" => "pattern".to_owned(),
        _ => match sections.iter().find(|(_, name, _, _)| *name == kind) {
            Some((heading, ..)) => linked(heading, &shown(heading)),
            None => {
                let words = WORDS.iter().find(|(_, name)| *name == kind);
                let (heading, _) = words.unwrap_or_else(|| panic!("{kind} has no section"));
                linked(heading, "word")
            }
        },
    }
}

#[test]
fn the_reference_is_complete() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/descriptor-reference.md");
    let made = reference();
    if std::env::var_os("KOPECK_BLESS").is_some() {
        std::fs::write(path, made).unwrap();
        return;
    }
    let shown = std::fs::read_to_string(path).unwrap();
    let differs = made.lines().zip(shown.lines()).find(|(made, shown)| made != shown);
    assert_eq!(differs, None, "docs/descriptor-reference.md: make bless");
    assert_eq!(made.len(), shown.len(), "docs/descriptor-reference.md: make bless");
}

#[test]
fn every_struct_and_every_list_of_words_has_its_place() {
    let source = Source::read();
    let known: Vec<&str> = sections().iter().map(|section| section.1).collect();
    for Item { name, public, .. } in &source.items {
        let placed = known.contains(&name.as_str()) || WORDS.iter().any(|word| word.1 == name);
        assert!(placed || !public || name == "Named", "{name}");
    }
}

/// Those that are read by hand say their fields twice.
#[test]
fn what_is_read_by_hand_has_the_same_keys() {
    let source = Source::read();
    for (shown, read) in BY_HAND {
        let names = |name| {
            let rows = &source.item(name).rows;
            rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(shown), names(read));
    }
}
