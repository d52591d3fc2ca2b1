//! What a descriptor tells its reader, so that nobody has to open the file for it: its notes, the
//! addresses that notifications come from, when they come again.

use crate::gateways::declared::schema::{Descriptor, Recipe};

/// Each with the path where it stands, in the order of the file's reference.
pub fn of(descriptor: &Descriptor) -> Vec<(String, String)> {
    let mut notes = Notes(Vec::new());
    notes.add("note", descriptor.note.as_ref());
    for (name, recipe) in descriptor.recipe.iter() {
        notes.recipe(&format!("recipe.{name}"), recipe);
    }
    notes.add("create.note", descriptor.create.note.as_ref());
    for (at, kind) in descriptor.notify.iter().enumerate() {
        notes.add(&format!("notify.{at}.note"), kind.note.as_ref());
        let addresses = Some(kind.addresses.join(", ")).filter(|list| !list.is_empty());
        notes.add(&format!("notify.{at}.addresses"), addresses.as_ref());
        notes.add(&format!("notify.{at}.retry_hint"), kind.retry_hint.as_ref());
    }
    for (at, call) in descriptor.status.iter().enumerate() {
        notes.add(&format!("status.{at}.note"), call.note.as_ref());
    }
    for (name, call) in [("cancel", &descriptor.cancel), ("refund", &descriptor.refund)] {
        notes.add(&format!("{name}.note"), call.as_ref().and_then(|call| call.note.as_ref()));
    }
    for (at, vector) in descriptor.vector.iter().enumerate() {
        notes.add(&format!("vector.{at}.note"), vector.note.as_ref());
    }
    notes.0
}

struct Notes(Vec<(String, String)>);

impl Notes {
    fn add(&mut self, path: &str, says: Option<&String>) {
        self.0.extend(says.map(|says| (path.to_owned(), says.clone())));
    }

    fn recipe(&mut self, path: &str, recipe: &Recipe) {
        self.add(&format!("{path}.note"), recipe.note.as_ref());
        for (at, part) in recipe.parts.iter().enumerate() {
            if let Some(nested) = &part.nested {
                self.recipe(&format!("{path}.parts.{at}.nested"), nested);
            }
        }
    }
}
