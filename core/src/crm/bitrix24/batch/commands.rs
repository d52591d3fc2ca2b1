//! The commands as the caller gives them, and as the portal reads them: a method with its parameters as a
//! query. A form codes that text once more, as it does any value.

use serde_json::Value;

use super::super::{brackets, call, native, tables};
use super::{MOST, references};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::Effect;

/// Does not go into a batch, though the documents do not say so: the portal answers
/// ERROR_BATCH_METHOD_NOT_ALLOWED.
const ALONE: [&str; 1] = ["crm.item.payment.list"];

/// One command.
pub struct Command {
    /// The caller's name of it.
    pub name: String,
    /// The portal's method.
    pub method: String,
    parameters: Fields,
    /// As the tables know it; a write where they do not.
    pub effect: Effect,
}

impl Command {
    /// Where something of it stands in the request.
    pub fn at(&self, field: &str) -> String {
        format!("commands.{}.{field}", self.name)
    }

    /// `crm.item.list?entityTypeId=1220&select[0]=id`
    pub fn text(&self) -> Result<String, Error> {
        let query = brackets::encode(&self.parameters);
        if brackets::too_many(&query) {
            let most = brackets::MOST_PAIRS;
            let says = format!("expected at most {most} values: PHP drops what is more");
            return Err(Error::invalid(self.at("parameters"), says));
        }
        let query = String::from_utf8(query).unwrap_or_default();
        Ok(match query.is_empty() {
            true => self.method.clone(),
            false => format!("{}?{query}", self.method),
        })
    }
}

/// Reads them in their order. References may only lead back, and only where a failure ends the batch: the
/// portal fills in nothing, or half of it, where there is no such value, and goes on.
pub fn read(asked: &Fields, halt: bool) -> Result<Vec<Command>, Error> {
    let given = native::object(asked, "commands")?;
    if given.is_empty() || given.len() > MOST {
        let says = format!("expected 1 to {MOST} commands, got {}", given.len());
        return Err(Error::invalid("commands", says));
    }
    let mut commands: Vec<Command> = Vec::with_capacity(given.len());
    for (name, value) in &given {
        check_name(name, &commands)?;
        let command = one(name, value)?;
        references::check(&command.parameters, &command.at("parameters"), &commands, halt)?;
        let path = command.at("parameters.");
        tables::mistakes::look(&command.method, &command.parameters, &path)?;
        commands.push(command);
    }
    Ok(commands)
}

/// Names of digits are counted anew by PHP, so that an error would be another command's; and the portal
/// finds references by name in any case.
fn check_name(name: &str, above: &[Command]) -> Result<(), Error> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !starts || !plain || name.len() > 64 {
        let says = "expected names of letters, digits and _, a letter first, 64 at the most";
        return Err(Error::invalid("commands", says));
    }
    if above.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
        let says = "expected a name of its own, in whatever case";
        return Err(Error::invalid(format!("commands.{name}"), says));
    }
    Ok(())
}

fn one(name: &str, value: &Value) -> Result<Command, Error> {
    let at = |field: &str| format!("commands.{name}.{field}");
    let Value::Object(given) = value else {
        let says = format!("expected an object, got {}", fields::kind(value));
        return Err(Error::invalid(format!("commands.{name}"), says));
    };
    if let Some(other) = given.keys().find(|it| !matches!(it.as_str(), "method" | "parameters")) {
        return Err(Error::invalid(at(other), "no such field; expected method, parameters"));
    }
    let placed = |field: &str, mut error: Error| {
        error.field = Some(at(field));
        error
    };
    let method = call::name(given, "method").map_err(|error| placed("method", error))?;
    if method.eq_ignore_ascii_case("batch") {
        return Err(Error::invalid(at("method"), "no batch in a batch"));
    }
    if ALONE.iter().any(|it| it.eq_ignore_ascii_case(&method)) {
        return Err(Error::invalid(
            at("method"),
            "the portal takes this method alone, in no batch",
        ));
    }
    let parameters =
        native::object(given, "parameters").map_err(|error| placed("parameters", error))?;
    let effect = tables::of(&method).map_or(Effect::Write, |row| row.effect);
    Ok(Command { name: name.to_owned(), method, parameters, effect })
}
