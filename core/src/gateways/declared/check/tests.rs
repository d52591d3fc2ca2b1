//! `descriptor_check` over built-in descriptors, over broken ones, and the engine's own promises.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::fields::Fields;
use crate::gateways::declared::built_in;
use crate::{Client, Kind};

fn check(descriptor: Value) -> Fields {
    let client = Client::new(&Fields::new()).unwrap();
    client
        .call("descriptor_check", &Fields::from_iter([("descriptor".into(), descriptor)]))
        .unwrap()
}

#[test]
fn every_built_in_descriptor_is_without_a_flaw() {
    for id in built_in::names() {
        let reply = check(id.into());
        assert_eq!(reply["problems"], json!([]), "{id}");
        assert_eq!((&reply["ok"], &reply["id"]), (&json!(true), &json!(id)));
        let vectors = reply["vectors"].as_array().unwrap();
        assert!(!vectors.is_empty(), "{id} proves none of its recipes");
        assert!(vectors.iter().all(|vector| vector["ok"] == true), "{id}: {vectors:#?}");
    }
}

#[test]
fn what_the_file_tells_its_reader_stands_in_the_reply() {
    let reply = check("freekassa".into());
    let notes = reply["notes"].as_array().unwrap();
    let says = |path: &str| {
        let note = notes.iter().find(|note| note["path"] == path);
        note.unwrap_or_else(|| panic!("{path}: {notes:#?}"))["says"].as_str().unwrap()
    };
    assert!(says("note").starts_with("Secret word 1 signs the link"));
    assert!(says("recipe.form_old.note").starts_with("The scheme without"));
    assert!(says("notify.0.addresses").starts_with("168.119.157.136, 168.119.60.227"));
    assert!(says("vector.0.note").starts_with("The README's own link"));

    let text = built_in::find("examplepay").unwrap();
    let reply = check(text.into());
    let line = text.lines().position(|line| line.starts_with("retry_hint")).map(|at| at + 1);
    let notes = reply["notes"].as_array().unwrap();
    let hint = notes.iter().find(|note| note["path"] == "notify.0.retry_hint").unwrap();
    assert_eq!(hint["line"], json!(line));
}

#[test]
fn a_vector_says_what_it_made() {
    let text = built_in::find("examplepay").unwrap();
    let made = "958f154116e00dcb5d758b8c943dd7d6f77711419292c4c08fa9f959f6732857";
    let message = "amount=100.00&currency=RUB&deal_id=662&id=sp_1&status=paid";
    let line = |text: &str, part: &str| {
        text.lines().position(|line| line.starts_with(part)).map(|at| at + 1).unwrap()
    };

    let reply = check(text.into());
    let vector = json!({
        "id": "S23", "what": "notification", "kind": "self-computed", "recipe": "webhook", "ok": true,
        "expected": made, "made": made, "message": message,
    });
    assert_eq!(reply["vectors"], json!([vector]));

    let other = text.replace(&format!("expected = \"{made}"), "expected = \"00");
    let reply = check(other.clone().into());
    assert_eq!((&reply["ok"], &reply["vectors"][0]["ok"]), (&json!(false), &json!(false)));
    let says = format!("S23: the recipe makes {made}");
    let path = "vector.0.expected";
    let problem = json!({ "path": path, "line": line(&other, "expected = \"00"), "says": says });
    assert_eq!(reply["problems"], json!([problem]));

    let other = text.replace("&status=paid\"", "&state=paid\"");
    let reply = check(other.clone().into());
    let says = "S23: from letter 52 on the recipe makes \"us=paid\", not \"e=paid\"";
    let path = "vector.0.message";
    let problem = json!({ "path": path, "line": line(&other, "message = "), "says": says });
    assert_eq!(reply["problems"], json!([problem]));
}

#[test]
fn what_cannot_be_read_is_a_problem_with_its_line() {
    for (text, path, line, says) in [
        ("schema = 1\nid = \n", "", json!(2), "string values must be quoted"),
        ("{\"schema\": 1,\n \"id\": }", "", json!(2), "expected JSON"),
        ("{\"schema\": 1,\n \"colour\": 3}", "colour", json!(2), "no such field"),
        ("schema = 1\ncolour = 3", "colour", json!(2), "no such field"),
    ] {
        let reply = check(text.into());
        assert_eq!((&reply["ok"], &reply["id"]), (&json!(false), &Value::Null));
        let problem = &reply["problems"][0];
        assert_eq!(
            (&problem["path"], &problem["line"]),
            (&json!(path), &line),
            "{text}: {problem}"
        );
        assert!(problem["says"].as_str().unwrap().contains(says), "{problem}");
    }
    let reply = check(json!({ "schema": 1, "colour": 3 }));
    assert_eq!(reply["problems"][0]["line"], Value::Null);
}

#[test]
fn what_is_not_there_is_the_callers_mistake() {
    let client = Client::new(&Fields::new()).unwrap();
    for (fields, field, says) in [
        (json!({}), "descriptor", "required"),
        (json!({ "descriptor": "nobody" }), "descriptor", "no built-in descriptor"),
        (json!({ "descriptor": "./nobody.toml" }), "descriptor", "cannot be read"),
        (json!({ "descriptor": 5 }), "descriptor", "expected a name"),
        (json!({ "descriptor": "examplepay", "x": 1 }), "x", "no such field"),
    ] {
        let error = client.call("descriptor_check", fields.as_object().unwrap()).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidRequest, Some(field)));
        assert!(error.message.contains(says), "{}", error.message);
    }
    let operations = client.call("operations", &Fields::new()).unwrap();
    let row = json!({ "name": "descriptor_check", "effect": "read", "repeat": "always" });
    assert!(operations["operations"].as_array().unwrap().contains(&row), "{operations:?}");
}

/// The engine knows no gateway: what it knows stands in the descriptors.
#[test]
fn no_gateway_is_named_in_the_engine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gateways/declared");
    let mut names = Vec::new();
    for id in built_in::names() {
        let reply = check(id.into());
        let title = reply["title"].as_str().unwrap();
        let title = title.split(['(', '/', ',']).next().unwrap_or_default().trim();
        names.extend([id.to_lowercase(), title.to_lowercase()]);
    }
    let files = files(&folder);
    assert!(files.len() > 20, "{files:?}");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for name in &names {
            let words = text.split(|sign: char| !sign.is_alphanumeric() && sign != '-');
            let named = words.clone().any(|word| word == name)
                || (name.contains(' ') && text.contains(name.as_str()));
            assert!(!named, "{} names {name}", path.display());
        }
    }
}

/// The list of descriptors, and files of tests alone.
const NO_ENGINE: &[&str] = &["built_in.rs", "tests.rs", "documented.rs"];

/// The engine's files, without its tests and the list of descriptors.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["tests", "documented"].contains(&name) {
            found.extend(files(&path));
        } else if name.ends_with(".rs") && !NO_ENGINE.contains(&name) {
            found.push(path);
        }
    }
    found
}
