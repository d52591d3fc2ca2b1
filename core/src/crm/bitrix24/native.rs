//! The portal's own methods, checked by their tables. The reply has what the portal answered in `result`,
//! with `total` and `next` of a list.

use serde_json::Value;

use super::method::Method;
use super::reply::Reply;
use super::session::Session;
use super::tables::mistakes;
use super::{NAME, batch, call, list, tables};
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::Effect;
use crate::native::{Native, Wire};
use crate::operation;

pub fn perform(session: &Session<'_>, name: &str, given: &Fields) -> Result<Fields, Error> {
    match name {
        "call" => return call::perform(session, given),
        "batch" => return batch::perform(session, given),
        "list" => return list::perform(session, given),
        _ => {}
    }
    let Some(row) = tables::methods().find(|row| row.name == name && !row.path.is_empty()) else {
        return Err(operation::unknown(&format!("{NAME}.{name}")));
    };
    let parameters = checked(row, given)?;
    call::application_only(session, name, "operation")?;
    mistakes::look(name, &parameters, "")?;
    let method = Method { name: row.path.to_owned(), parameters, effect: row.effect };
    let reply = session.ask(&method)?.into_fields();
    promised(row, &reply)?;
    Ok(shown(Reply::of(reply)))
}

/// What the caller gave, checked by its row.
pub fn checked(row: &Native, given: &Fields) -> Result<Fields, Error> {
    Ok(row.check_as(Wire::Json, given, false, &|_| None)?.into_fields())
}

/// An object of the caller's; PHP has one kind of list, so an empty one will do.
pub fn object(asked: &Fields, field: &str) -> Result<Fields, Error> {
    match asked.get(field) {
        None | Some(Value::Null) => Ok(Fields::new()),
        Some(Value::Object(fields)) => Ok(fields.clone()),
        Some(Value::Array(list)) if list.is_empty() => Ok(Fields::new()),
        Some(other) => {
            Err(Error::invalid(field, format!("expected an object, got {}", fields::kind(other))))
        }
    }
}

/// What the caller sees of an envelope: it asked for it, so nothing is masked.
pub fn shown(reply: Reply) -> Fields {
    let mut fields = reply.into_fields();
    fields.retain(|name, _| matches!(name.as_str(), "result" | "total" | "next"));
    fields
}

/// A success without what the documents promise is no success.
fn promised(row: &Native, reply: &Fields) -> Result<(), Error> {
    for told in row.reply.iter().filter(|told| told.always) {
        let mut parts = told.name.split('.');
        let start = parts.next().and_then(|name| reply.get(name));
        let value = parts.fold(start, |value, name| value?.get(name));
        if value.is_none_or(|value| value.is_null() || *value == Value::Bool(false)) {
            return Err(unusable(row.effect, &format!("the portal's answer has no {}", told.name)));
        }
    }
    Ok(())
}

/// An answer that is none.
pub fn unusable(effect: Effect, says: &str) -> Error {
    match effect {
        Effect::Read => Error::not_done("reply_unreadable", says),
        Effect::Write => Error::outcome_unknown("reply_unreadable", says),
    }
}
