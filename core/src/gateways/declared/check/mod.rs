//! The operation `descriptor_check`: the rules over a descriptor, and its vectors. It needs no gateway
//! and no settings, and sends nothing.

mod notes;
mod vectors;

use serde_json::{Value, json};

use super::load::{Fault, Source};
use super::rules;
use crate::error::Error;
use crate::fields::Fields;
use crate::operation::DescriptorCheck;

/// The reply: `{ok, id, title, problems: [{path, line, says}], warnings, notes, vectors}`. A vector that
/// fails is a problem too. `line` is null for a descriptor that is given as an object.
pub fn run(request: &DescriptorCheck) -> Result<Fields, Error> {
    let source = Source::find(&request.descriptor)?;
    let descriptor = match source.read() {
        Ok(descriptor) => descriptor,
        Err(fault) => return Ok(reply(None, Found { problems: vec![fault], ..Found::default() })),
    };
    let found = rules::check(&descriptor);
    let placed = |found: Vec<rules::Finding>| -> Vec<Fault> {
        found.iter().map(|it| source.fault(&it.path, &it.says)).collect()
    };
    let notes = notes::of(&descriptor);
    let mut found = Found {
        problems: placed(found.problems),
        warnings: placed(found.warnings),
        notes: notes.iter().map(|(path, says)| source.fault(path, says)).collect(),
        vectors: Vec::new(),
    };
    for (at, vector) in descriptor.vector.iter().enumerate() {
        let outcome = vectors::run(&descriptor, vector);
        if let Some((key, says)) = outcome.fault {
            let says = format!("{}: {says}", vector.id);
            found.problems.push(source.fault(&format!("vector.{at}.{key}"), &says));
        }
        found.vectors.push(outcome.row);
    }
    Ok(reply(Some((&descriptor.id, &descriptor.title)), found))
}

/// What a reply lists.
#[derive(Default)]
struct Found {
    problems: Vec<Fault>,
    warnings: Vec<Fault>,
    notes: Vec<Fault>,
    vectors: Vec<Value>,
}

fn reply(name: Option<(&str, &str)>, found: Found) -> Fields {
    let rows = |faults: &[Fault]| -> Value {
        let row =
            |fault: &Fault| json!({ "path": fault.path, "line": fault.line, "says": fault.says });
        faults.iter().map(row).collect()
    };
    let mut reply = Fields::new();
    reply.insert("ok".into(), found.problems.is_empty().into());
    reply.insert("id".into(), name.map(|(id, _)| id).into());
    reply.insert("title".into(), name.map(|(_, title)| title).into());
    reply.insert("problems".into(), rows(&found.problems));
    reply.insert("warnings".into(), rows(&found.warnings));
    reply.insert("notes".into(), rows(&found.notes));
    reply.insert("vectors".into(), Value::Array(found.vectors));
    reply
}

#[cfg(test)]
mod tests;
