//! Sections of a descriptor that nobody confirmed. A status call or a kind of notification among them
//! yields no money until the shop says, by the setting `assumptions {"status.0": true}`, that its own
//! gateway proved it right.

use serde_json::{Value, json};

use super::schema::{Descriptor, Mark, Named};
use crate::error::Error;
use crate::fields;
use crate::settings::Common;

/// Whether a section of that mark may say that money moved.
pub fn is_sure(mark: Mark) -> bool {
    matches!(mark, Mark::Confirmed | Mark::Ours)
}

/// Reads the setting `assumptions`: sections by their path, each true or false.
pub fn read(descriptor: &Descriptor, common: &Common) -> Result<Named<bool>, Error> {
    let given: Named<bool> = fields::read(&common.assumptions).map_err(|error| {
        let name = error.field.clone().unwrap_or_default();
        let says = error.message.strip_prefix(&format!("{name}: ")).unwrap_or(&error.message);
        Error::invalid(format!("assumptions.{name}"), says)
    })?;
    let known: Vec<String> = settable(descriptor).into_iter().map(|(name, _)| name).collect();
    match given.names().into_iter().find(|name| !known.iter().any(|other| other == name)) {
        None => Ok(given),
        Some(name) => {
            let says = match known.is_empty() {
                true => "this descriptor leaves nothing to assume".to_owned(),
                false => format!("no such section to assume; expected one of {}", known.join(", ")),
            };
            Err(Error::invalid(format!("assumptions.{name}"), says))
        }
    }
}

/// Each `{name, value, default, mark, source, setting}`; what signs or sends is fixed, since it is right
/// or the gateway refuses it.
pub fn describe(descriptor: &Descriptor, given: &Named<bool>) -> Value {
    let source = descriptor.sources.join("; ");
    let row = |name: String, value: Value, default: Value, mark: Mark, setting: bool| {
        json!({
            "name": name, "value": value, "default": default, "mark": mark.name(),
            "source": source, "setting": setting,
        })
    };
    let settable = settable(descriptor).into_iter().map(|(name, mark)| {
        let value = given.get(&name).copied().unwrap_or_default();
        row(name, value.into(), false.into(), mark, true)
    });
    let create = [("create".to_owned(), Some(descriptor.create.mark))].into_iter();
    let calls = [("cancel", &descriptor.cancel), ("refund", &descriptor.refund)].into_iter();
    let calls = calls.map(|(name, call)| (name.to_owned(), call.as_ref().map(|call| call.mark)));
    let recipes =
        descriptor.recipe.iter().map(|(name, recipe)| (format!("recipe.{name}"), recipe.mark));
    let fixed = create.chain(calls).chain(recipes);
    let fixed = fixed.filter_map(|(name, mark)| Some((name, mark.filter(|mark| !is_sure(*mark))?)));
    let written = || Value::from("as written");
    settable.chain(fixed.map(|(name, mark)| row(name, written(), written(), mark, false))).collect()
}

/// The sections that say where money is, and are not sure.
fn settable(descriptor: &Descriptor) -> Vec<(String, Mark)> {
    let statuses = descriptor.status.iter().enumerate();
    let statuses = statuses.map(|(at, call)| (format!("status.{at}"), call.mark));
    let kinds = descriptor.notify.iter().enumerate();
    let kinds = kinds.map(|(at, kind)| (format!("notify.{at}"), kind.mark));
    statuses.chain(kinds).filter(|(_, mark)| !is_sure(*mark)).collect()
}
