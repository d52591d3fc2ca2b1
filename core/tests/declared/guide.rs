//! docs/describe-a-gateway.md shows what is so: its example is the built-in one, its pieces fit into it,
//! and its tables name what there is.

use std::path::PathBuf;

use kopeck::{Client, Fields};
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

fn file(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

fn guide() -> String {
    file("docs/describe-a-gateway.md")
}

fn example() -> Fields {
    toml(&file("core/src/gateways/declared/descriptors/examplepay.toml"))
}

/// The text below a heading of the second level.
fn section(text: &str, heading: &str) -> String {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap().to_owned()
}

/// The rows of a section's table, without its head.
fn rows(section: &str) -> Vec<Vec<String>> {
    let table = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let lines = table.take_while(|line| line.starts_with('|'));
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    lines.map(cells).collect()
}

/// What stands between backticks.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The pieces of TOML in some text.
fn pieces(text: &str) -> Vec<&str> {
    let blocks = text.split("\n```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

fn toml(text: &str) -> Fields {
    match plain(&DeValue::Table(DeTable::parse(text).unwrap().into_inner())) {
        Value::Object(fields) => fields,
        _ => unreachable!(),
    }
}

fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Array(list) => list.iter().map(|item| plain(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let pairs = table.iter();
            pairs
                .map(|(name, value)| (name.get_ref().to_string(), plain(value.get_ref())))
                .collect()
        }
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Datetime(moment) => Value::from(moment.to_string()),
        DeValue::Float(_) => panic!("no number of a descriptor has a point"),
    }
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

/// What `descriptor_check` says of it.
fn check(descriptor: Fields) -> Fields {
    let fields = Fields::from_iter([("descriptor".to_owned(), Value::Object(descriptor))]);
    Client::new(&Fields::new()).unwrap().call("descriptor_check", &fields).unwrap()
}

#[test]
fn the_example_is_the_built_in_one() {
    let guide = guide();
    let (text, _) = guide.split_once("\n## Other shapes\n").unwrap();
    let (mut shown, mut built_in) = (toml(&pieces(text).concat()), example());
    assert_eq!(check(shown.clone())["problems"], json!([]));
    for facts in ["note", "sources"] {
        shown.shift_remove(facts);
        built_in.shift_remove(facts);
    }
    assert_eq!(Value::Object(shown), Value::Object(built_in));
}

#[test]
fn the_other_shapes_fit_into_the_example() {
    let other = section(&guide(), "Other shapes");
    let pieces = pieces(&other);
    assert_eq!(pieces.len(), 6);
    for piece in pieces {
        let mut whole = example();
        put(&mut whole, toml(piece));
        assert_eq!(check(whole)["problems"], json!([]), "{piece}");
    }
}

#[test]
fn the_parts_in_the_table_of_recipes_are_parts() {
    let rows = rows(&section(&guide(), "Recipes"));
    assert!(rows.len() > 10);
    for row in rows {
        let mut recipe = json!({ "digest": "sha256", "parts": [] }).as_object().unwrap().clone();
        for piece in code(&row[1]).filter(|piece| piece.contains([' ', '['])) {
            let line = match piece.split_once(" = ") {
                _ if piece.starts_with('[') => format!("parts = {piece}"),
                Some(("include" | "drop_empty", _)) => {
                    format!("parts = [{{ group = \"sorted\", {piece} }}]")
                }
                Some(("optional", _)) => format!("parts = [{{ field = \"x\", {piece} }}]"),
                Some(_) => piece.to_owned(),
                None => continue,
            };
            put(&mut recipe, toml(&line));
        }
        let mut whole = example();
        whole["recipe"]["webhook"] = Value::Object(recipe);
        // What cannot be read has no name; whether it is safe is not asked here.
        let report = check(whole);
        assert_eq!(report["id"], "examplepay", "{}: {}", row[0], report["problems"]);
    }
}

#[test]
fn the_formats_are_those_that_there_are() {
    let mut whole = example();
    whole["create"]["request"]["fields"]["amount"] = "{order.amount|none}".into();
    let report = check(whole);
    let says = report["problems"][0]["says"].as_str().unwrap();
    let (_, known) = says.split_once("expected ").unwrap();
    let known = known.replace(" or ", ", ");
    let mut known: Vec<&str> = known.split(", ").collect();
    let rows = rows(&section(&guide(), "Formats"));
    let mut shown: Vec<&str> = rows.iter().flat_map(|row| code(&row[0])).collect();
    known.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, known);
}

/// Each value that is shown is known somewhere, and each that is known is shown.
#[test]
fn the_values_are_those_that_there_are() {
    let rows = rows(&section(&guide(), "Values"));
    let shown: Vec<&str> = rows.iter().flat_map(|row| code(&row[0])).collect();
    for (space, place) in [("order", "create"), ("gen", "create"), ("refund", "refund")] {
        let mut whole = example();
        whole.insert("refund".into(), whole["status"][0].clone());
        whole[place]["request"]["fields"]["x"] = format!("{{{space}.none}}").into();
        let report = check(whole);
        let all = report["problems"].as_array().unwrap();
        let says = all.iter().filter_map(|problem| problem["says"].as_str());
        let says: Vec<&str> = says.filter(|says| says.contains(".none}")).collect();
        let (_, known) = says[0].split_once("expected one of ").unwrap();
        for name in known.split(", ") {
            assert!(shown.contains(&format!("{space}.{name}").as_str()), "{space}.{name}");
        }
        let own = shown.iter().filter_map(|name| name.strip_prefix(space)?.strip_prefix('.'));
        for name in own {
            assert!(known.split(", ").any(|known| known == name), "{space}.{name}");
        }
    }
}

/// What the guide says of an error stands in one.
#[test]
fn the_errors_are_said_by_the_rules() {
    let folder = "core/src/gateways/declared";
    let mut said = file(&format!("{folder}/shop.rs"));
    let rules = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/gateways/declared/rules");
    for entry in std::fs::read_dir(rules).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            said.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    // A text that goes on in the next line of the source.
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\ ", "");
    for row in rows(&section(&guide(), "Safety rules")) {
        for phrase in code(&row[0]).filter(|phrase| *phrase != "secrets.x") {
            assert!(said.contains(phrase), "{phrase}");
        }
    }
}

/// A heading as a page's own address.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let (guide, reference) = (guide(), file("docs/descriptor-reference.md"));
    for text in [&guide, &reference] {
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for link in links {
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let page = if path.is_empty() { text.clone() } else { file(&format!("docs/{path}")) };
            let mut headings = page.lines().filter(|line| line.starts_with('#'));
            assert!(place.is_empty() || headings.any(|it| anchor(it) == place), "{link}");
        }
    }
}
