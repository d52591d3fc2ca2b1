//! Every known signature goes through the engine: those of the built-in descriptors, and those of
//! tests/vectors/descriptors, whose gateways are not shipped.

use std::path::PathBuf;

use super::load::Source;
use super::message::Message;
use super::recipe;
use super::schema::{Descriptor, Vector};
use super::values::Values;
use super::{built_in, charset::Charset};

/// What a vector's message is: its fields, its bytes, or the fields that stand in its bytes.
fn message(vector: &Vector) -> Message {
    let Some(body) = &vector.body else { return Message::of(vector.fields.clone()) };
    let bytes = body.as_bytes();
    let mut message = match body.trim_start().chars().next() {
        Some('{') => Message::json(bytes).unwrap(),
        Some('<') => Message::xml(bytes).unwrap(),
        _ => Message::form(bytes, Charset::Utf8).unwrap(),
    };
    if !vector.fields.is_empty() {
        message.fields = vector.fields.clone();
    }
    message
}

fn prove(descriptor: &Descriptor, vector: &Vector) {
    let name = format!("{} {}", descriptor.id, vector.id);
    let mut values = Values::default();
    for (key, rule) in descriptor.config.iter() {
        values.set_given(&format!("config.{key}"), rule.default.clone());
    }
    vector.config.iter().for_each(|(key, value)| values.set(&format!("config.{key}"), value));
    vector.secrets.iter().for_each(|(key, value)| values.set(&format!("secret.{key}"), value));
    let known = descriptor.recipe.get(&vector.recipe);
    let recipe = known.unwrap_or_else(|| panic!("{name}: no recipe {}", vector.recipe));
    let message = message(vector);
    let hashed = recipe::bytes(recipe, &message, &values).unwrap();
    if let Some(expected) = &vector.message {
        let expected = recipe.charset.encode(expected).unwrap();
        let (hashed, expected) =
            (String::from_utf8_lossy(&hashed), String::from_utf8_lossy(&expected));
        assert_eq!(hashed, expected, "{name}");
    }
    let right = |given: &str| recipe::matches(recipe, &message, &values, given).unwrap();
    if recipe.rsa.is_none() && recipe.digest_by_length.is_empty() {
        let made = recipe::sign(recipe, &message, &values).unwrap();
        assert_eq!(*made, vector.expected, "{name}");
    }
    assert!(right(&vector.expected), "{name}");
    assert!(!right(""), "{name}");
    let other = vector.expected.replace(['0', 'A', 'a'], "1");
    assert!(other == vector.expected || !right(&other), "{name}");
}

fn prove_all(descriptors: &[Descriptor]) -> Vec<String> {
    let mut ids = Vec::new();
    for descriptor in descriptors {
        for vector in &descriptor.vector {
            prove(descriptor, vector);
            ids.push(vector.id.clone());
        }
    }
    ids
}

#[test]
fn the_built_in_descriptors_sign_as_their_gateways_do() {
    let read =
        |id| Source::find(&id).unwrap().read().unwrap_or_else(|fault| panic!("{}", fault.error()));
    let descriptors: Vec<Descriptor> = built_in::names().map(|id| read(id.into())).collect();
    for (descriptor, id) in descriptors.iter().zip(built_in::names()) {
        assert_eq!(descriptor.id, id);
        for (name, _) in descriptor.recipe.iter() {
            let proved = descriptor.vector.iter().any(|vector| vector.recipe == name);
            assert!(proved, "{id}: nothing proves {name}");
        }
    }
    prove_all(&descriptors);
}

/// The vectors of a file of tests/vectors/descriptors.
fn of_file(name: &str) -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/descriptors");
    let path = root.join(name).to_str().unwrap().to_owned();
    let descriptor = Source::find(&path.into())
        .unwrap()
        .read()
        .unwrap_or_else(|fault| panic!("{}", fault.error()));
    prove_all(&[descriptor])
}

#[test]
fn published_signatures_of_other_gateways_come_out() {
    let all = [
        "L3", "L4", "L2-json", "EP1", "DP1", "EK1", "EK2", "U1", "U3", "WP1", "WP2", "PF1", "A1",
        "MP1", "IP1", "PI1", "PR1", "QP1", "PD1",
    ];
    assert_eq!(of_file("published.toml"), all);
}

#[test]
fn recipes_of_other_gateways_come_out_as_computed_beside_the_engine() {
    let all = [
        "S8",
        "S16",
        "S17",
        "S18",
        "S19",
        "S22",
        "QI-1",
        "RK-md5",
        "RK-sha512",
        "MP-notify",
        "RX-1",
        "W1-1",
        "CB-1",
        "PG-1",
        "AA-1",
        "AP-1",
        "PK-1",
        "BT-1",
        "PF-pass",
        "EN-1",
        "RM-1",
        "RSA-1",
    ];
    assert_eq!(of_file("computed.toml"), all);
}
