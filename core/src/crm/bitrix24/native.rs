//! The portal's own methods, checked by their tables. The reply has what the portal answered in `result`,
//! with `total` and `next` of a list.

use super::method::Method;
use super::session::Session;
use super::{NAME, tables};
use crate::error::Error;
use crate::fields::Fields;
use crate::native::Wire;
use crate::operation;

pub fn perform(session: &Session<'_>, name: &str, given: &Fields) -> Result<Fields, Error> {
    let Some(row) = tables::methods().find(|row| row.name == name) else {
        return Err(operation::unknown(&format!("{NAME}.{name}")));
    };
    let parameters = row.check_as(Wire::Json, given, false, &|_| None)?.into_fields();
    let method = Method { name: row.path.to_owned(), parameters, effect: row.effect };
    let mut reply = session.ask(&method)?.into_fields();
    reply.retain(|name, _| matches!(name.as_str(), "result" | "total" | "next"));
    Ok(reply)
}
