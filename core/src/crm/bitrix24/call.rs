//! `bitrix24.call`: any method of the portal. What the tables know is not checked here but for the mistakes
//! that are known; whether it is a write is what the caller says, and a write if he says nothing.

use super::method::Method;
use super::native::shown;
use super::session::Session;
use super::tables::{self, mistakes};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::Effect;

pub fn perform(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let asked = super::native::checked(&tables::CALL, given)?;
    let name = name(&asked, "method")?;
    if name.eq_ignore_ascii_case("batch") {
        return Err(Error::invalid("method", "many at once are the operation bitrix24.batch"));
    }
    let parameters = super::native::object(&asked, "parameters")?;
    application_only(session, &name, "method")?;
    mistakes::look(&name, &parameters, "parameters.")?;
    let effect = effect(&asked)?.unwrap_or(Effect::Write);
    known_write(&name, effect, "effect")?;
    Ok(shown(session.ask(&Method { name, parameters, effect })?))
}

/// A method's name that is safe in a URL. A suffix would change the answer's format.
pub fn name(asked: &Fields, field: &str) -> Result<String, Error> {
    let name = asked.get(field).and_then(|name| name.as_str()).unwrap_or_default();
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts || !name.split('.').all(part) || name.len() > 100 {
        return Err(Error::invalid(field, "expected a method like \"crm.item.get\""));
    }
    let format = name.rsplit('.').next().unwrap_or_default();
    if ["json", "xml"].iter().any(|word| format.eq_ignore_ascii_case(word)) {
        return Err(Error::invalid(field, "expected the method without .json or .xml"));
    }
    Ok(name.to_owned())
}

/// What the caller says about it.
pub fn effect(asked: &Fields) -> Result<Option<Effect>, Error> {
    match asked.get("effect").and_then(|effect| effect.as_str()) {
        None => Ok(None),
        Some("read") => Ok(Some(Effect::Read)),
        Some("write") => Ok(Some(Effect::Write)),
        Some(_) => Err(Error::invalid("effect", "expected read or write")),
    }
}

/// Last words of methods that change something, alone (`crm.deal.add`) or in front of another word
/// (`crm.activity.todo.updateDeadline`).
const WRITES: [&str; 30] = [
    "add", "approve", "attach", "bind", "cancel", "clear", "complete", "delegate", "delete",
    "detach", "execute", "finish", "import", "install", "merge", "move", "pay", "register",
    "remove", "renew", "restore", "save", "send", "set", "start", "stop", "unbind", "unpay",
    "update", "upload",
];

fn writes_by_name(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    WRITES.iter().any(|verb| {
        let next = last.strip_prefix(verb).and_then(|rest| rest.chars().next());
        last.eq_ignore_ascii_case(verb) || next.is_some_and(|c| c.is_ascii_uppercase())
    })
}

/// Nobody may call a write a read: it would be repeated.
pub fn known_write(name: &str, effect: Effect, field: &str) -> Result<(), Error> {
    let writes = tables::of(name).map_or(writes_by_name(name), |row| row.effect == Effect::Write);
    match writes && effect == Effect::Read {
        true => Err(Error::invalid(field, format!("{name} is known as a write"))),
        false => Ok(()),
    }
}

/// Methods that a webhook may not call.
pub fn application_only(session: &Session<'_>, name: &str, field: &str) -> Result<(), Error> {
    let name = name.to_ascii_lowercase();
    let theirs = name == "events"
        || ["event.", "placement.", "crm.automation.trigger."]
            .iter()
            .any(|it| name.starts_with(it));
    if theirs && session.portal().settings.oauth.is_none() {
        let says = "an application's alone: the settings need oauth, not webhook_url";
        return Err(Error::invalid(field, says));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_known_by_its_name() {
        for name in [
            "crm.deal.add",
            "CRM.DEAL.ADD",
            "crm.deal.productrows.set",
            "crm.activity.todo.updateDeadline",
            "sale.paysystem.pay.payment",
        ] {
            assert!(known_write(name, Effect::Read, "effect").is_err(), "{name}");
        }
        for name in ["crm.deal.list", "crm.address.fields", "user.current", "crm.x.settings"] {
            assert!(known_write(name, Effect::Read, "effect").is_ok(), "{name}");
            assert!(known_write(name, Effect::Write, "effect").is_ok(), "{name}");
        }
    }
}
