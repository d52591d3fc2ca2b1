//! The portal's answer to a batch. Empty maps come as `[]`, and errors may come as a list without names: what
//! cannot be told for certain stands under `unknown`, and nothing is guessed.

use serde_json::{Value, json};

use super::super::{native, refusals};
use super::Command;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::http::Effect;

/// `{results, errors, not_run, unknown, unassigned, totals, nexts}`; an error's words may quote the URL, so
/// they go through `hide`.
pub fn read(
    result: &Value,
    commands: &[Command],
    halt: bool,
    effect: Effect,
    hide: &dyn Fn(&str) -> String,
) -> Result<Fields, Error> {
    let unusable = || native::unusable(effect, "the portal's answer to the batch is none");
    if !result.is_object() {
        return Err(unusable());
    }
    let map = |name: &str| map(result.get(name)).map_err(|()| unusable());
    let (told, totals, nexts) = (map("result")?, map("result_total")?, map("result_next")?);
    let (failed, unnamed) = errors(result.get("result_error")).map_err(|()| unusable())?;
    let (mut results, mut errors) = (Fields::new(), Fields::new());
    let (mut not_run, mut unknown) = (Vec::new(), Vec::new());
    let mut ended = false;
    for command in commands {
        let name = &command.name;
        if let Some(error) = failed.get(name) {
            errors.insert(name.clone(), one(error, command.effect, hide));
            ended = halt;
        } else if let Some(value) = told.get(name) {
            results.insert(name.clone(), value.clone());
        } else if ended {
            not_run.push(Value::from(name.as_str()));
        } else {
            unknown.push(Value::from(name.as_str()));
        }
    }
    // With no names given, any command that is not told of may be the failed one.
    let unassigned = unnamed.iter().map(|error| one(error, effect, hide)).collect::<Vec<_>>();
    let named = |all: Fields| {
        let ours = all.into_iter().filter(|(name, _)| commands.iter().any(|it| it.name == *name));
        Value::Object(ours.collect())
    };
    Ok(Fields::from_iter([
        ("results".to_owned(), Value::Object(results)),
        ("errors".to_owned(), Value::Object(errors)),
        ("not_run".to_owned(), Value::Array(not_run)),
        ("unknown".to_owned(), Value::Array(unknown)),
        ("unassigned".to_owned(), Value::Array(unassigned)),
        ("totals".to_owned(), named(totals)),
        ("nexts".to_owned(), named(nexts)),
    ]))
}

/// A map; PHP writes an empty one as `[]`. A list with something in it has lost its names.
fn map(value: Option<&Value>) -> Result<Fields, ()> {
    match value {
        None | Some(Value::Null) => Ok(Fields::new()),
        Some(Value::Object(fields)) => Ok(fields.clone()),
        // Nothing in it can be given to a command.
        Some(Value::Array(_)) => Ok(Fields::new()),
        Some(_) => Err(()),
    }
}

/// Errors by name, and those without one.
fn errors(value: Option<&Value>) -> Result<(Fields, Vec<Value>), ()> {
    match value {
        Some(Value::Array(list)) => Ok((Fields::new(), list.clone())),
        other => {
            let all = map(other)?;
            // A number is a place in a list that lost its names, not a command.
            let (numbered, named): (Fields, Fields) = all
                .into_iter()
                .partition(|(name, _)| name.bytes().all(|byte| byte.is_ascii_digit()));
            Ok((named, numbered.into_iter().map(|(_, error)| error).collect()))
        }
    }
}

/// `{kind, reason, may_have_happened, code, text}`. No HTTP status says whether a command that failed
/// with an unknown code did nothing.
fn one(error: &Value, effect: Effect, hide: &dyn Fn(&str) -> String) -> Value {
    let none = Fields::new();
    let (code, text) = refusals::words(error.as_object().unwrap_or(&none));
    let (code, text) = (hide(&code), text.map(|text| hide(&text)));
    let told = refusals::with_words(refusals::by_code(&code, 200, effect), &code, text);
    let in_doubt = effect == Effect::Write && told.reason == "code_unknown";
    let (kind, reason) = match in_doubt {
        true => (Kind::OutcomeUnknown, "unavailable"),
        false => (told.kind, told.reason),
    };
    json!({
        "kind": kind.name(), "reason": reason,
        "may_have_happened": told.may_have_happened || in_doubt,
        "code": told.code, "text": told.text,
    })
}
