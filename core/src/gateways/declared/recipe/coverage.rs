//! Which fields of a message a signature covers: what it does not cover, a stranger may write.
//!
//! The name must be written as the recipe writes it. `params[sum]` and `/params/sum` are one field to
//! people, but a forged form can hold both with two values (`params[sum]=999&params[sum][]=100`), so
//! that one is signed and the other read. A single name that is signed (`sum`) may be read as `/sum`:
//! where the two differ, the second is no text.

use super::group;
use crate::gateways::declared::schema::{Notify, Part, Recipe};

/// Whether the recipe, as the signature of such a notification, covers the field that is read of it.
pub fn of_kind(recipe: &Recipe, kind: &Notify, name: &str) -> bool {
    match &kind.base64_field {
        // All that stands in the one field that is signed.
        Some(outer) => covers(recipe, outer),
        None => covers(recipe, name) && !kind.signature.iter().any(|place| place.is_at(name)),
    }
}

/// Whether the text that is hashed has one reading: where it holds values without their names, or runs them
/// into each other, a stranger may rename a field of a genuine message or hide it in another.
pub fn is_exact(recipe: &Recipe, kind: &Notify) -> bool {
    let exact = |part: &Part| {
        let named = part.element.as_deref() == Some("{k}={v}") && part.format.escapes();
        part.raw.is_some() || (part.json.is_some() && !part.stringify) || named
    };
    // Every field of a list has its own place in it.
    let placed = |part: &Part| part.group.is_none() && part.optional.is_none();
    let listed = !recipe.join.is_empty() && recipe.parts.iter().all(placed);
    kind.base64_field.is_some() || listed || recipe.parts.iter().any(exact)
}

/// Whether the recipe covers the field.
pub fn covers(recipe: &Recipe, name: &str) -> bool {
    recipe.parts.iter().any(|part| part_covers(part, name))
}

fn part_covers(part: &Part, name: &str) -> bool {
    if let Some(nested) = &part.nested {
        return covers(nested, name);
    }
    if part.raw.is_some() {
        return true;
    }
    if part.format.loses() {
        return false;
    }
    if let Some(field) = &part.field {
        return field == name || top(name) == Some(field);
    }
    if part.json.is_some() {
        // The text holds every level by its own name, and forms with their brackets opened.
        let first = match name.strip_prefix('/') {
            Some(path) => path.split('/').next().unwrap_or_default(),
            None => name,
        };
        let bracketed = !name.starts_with('/') && name.contains('[');
        return !bracketed && !part.without.iter().any(|other| other == first);
    }
    if part.group.is_none() {
        return false;
    }
    let element = part.element.as_deref().is_none_or(|element| element.contains("{v}"));
    let inner = match &part.over {
        None if name.starts_with('/') => top(name),
        None => Some(name),
        Some(over) => name.strip_prefix(over.as_str()).and_then(top),
    };
    // What stands deeper is hashed without its names, which could then be exchanged.
    element && inner.is_some_and(|name| group::covers(part, name))
}

/// The name of a pointer with one level.
fn top(pointer: &str) -> Option<&str> {
    pointer.strip_prefix('/').filter(|name| !name.contains(['/', '~', '[']))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fields;

    fn covered(part: Value, names: &[&str]) -> Vec<bool> {
        let recipe = json!({ "digest": "md5", "parts": [part, { "secret": "key" }] });
        let recipe: Recipe = fields::read(recipe.as_object().unwrap()).unwrap();
        names.iter().map(|name| covers(&recipe, name)).collect()
    }

    #[test]
    fn a_part_covers_what_it_hashes_by_the_name_that_it_has_there() {
        for (part, names, expected) in [
            (json!({ "field": "a" }), ["a", "/a", "A"], [true, true, false]),
            (json!({ "field": "/a/b" }), ["/a/b", "a[b]", "/a"], [true, false, false]),
            (json!({ "field": "a", "format": "dec(2)" }), ["a", "b", ""], [true, false, false]),
            (json!({ "field": "a", "format": "minor" }), ["a", "/a", ""], [false, false, false]),
            (json!({ "raw": "body" }), ["a", "/a/b", "a[b]"], [true, true, true]),
            (json!({ "lit": "a" }), ["a", "/a", "key"], [false, false, false]),
            (
                json!({ "group": "sorted", "exclude": ["b"] }),
                ["a", "b", "/a/c"],
                [true, false, false],
            ),
            (
                json!({ "group": "sorted", "over": "/p", "include": "^s" }),
                ["/p/sum", "/p/a", "sum"],
                [true, false, false],
            ),
            (
                json!({ "group": "sorted", "element": "{k}" }),
                ["a", "/a", "b"],
                [false, false, false],
            ),
            (
                json!({ "json": "as-is", "without": ["b"] }),
                ["/a/c", "b", "/b/c"],
                [true, false, false],
            ),
            (
                json!({ "nested": { "digest": "md5", "parts": [{ "field": "a" }] } }),
                ["a", "b", ""],
                [true, false, false],
            ),
        ] {
            assert_eq!(covered(part.clone(), &names), expected, "{part}");
        }
    }
}
