//! `bitrix24.batch`: many methods as one request. The portal answers 200 even where commands fail: that is a
//! reply. A batch with a write in it leaves once, whatever happens.
//! Facts: docs/gateways/bitrix24.md, "Batch".

mod answer;
mod commands;
mod references;

use serde_json::{Value, json};

use self::commands::Command;
use super::method::Method;
use super::session::Session;
use super::{call, native, tables};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::Effect;

/// As many as the portal takes.
const MOST: usize = 50;

pub fn perform(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let asked = native::checked(&tables::BATCH, given)?;
    let halt = asked.get("halt").and_then(Value::as_bool).unwrap_or(true);
    let commands = commands::read(&asked, halt)?;
    for command in &commands {
        call::application_only(session, &command.method, &command.at("method"))?;
    }
    let said = call::effect(&asked)?;
    for command in &commands {
        let effect = said.unwrap_or(Effect::Write);
        call::known_write(&command.method, effect, "effect")?;
    }
    let effect = said.unwrap_or_else(|| of_all(&commands));
    let texts = commands.iter().map(|command| Ok((command.name.clone(), command.text()?.into())));
    let texts = texts.collect::<Result<Fields, Error>>()?;
    let parameters = Fields::from_iter([
        ("halt".to_owned(), json!(u8::from(halt))),
        ("cmd".to_owned(), Value::Object(texts)),
    ]);
    let reply = session.ask(&Method { name: "batch".to_owned(), parameters, effect })?;
    let hide = |text: &str| session.portal().settings.hide(text);
    answer::read(reply.result(), &commands, halt, effect, &hide)
}

/// A read if the tables know every one of them as a read.
fn of_all(commands: &[Command]) -> Effect {
    match commands.iter().all(|command| command.effect == Effect::Read) {
        true => Effect::Read,
        false => Effect::Write,
    }
}
