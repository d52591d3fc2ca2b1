//! A deal or an item goes to a stage. Going there twice is going there once.

use serde_json::{Value, json};

use super::item;
use super::rows::unreadable;
use super::written::after;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::fields;
use crate::flow::Pauses;

/// What became of the move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It stands in this stage now: the portal's own automation may have moved it on.
    To(String),
    /// It was seen in this stage, which it was not sent to, and the portal did not tell whether it was moved:
    /// a person's move, or the portal's own after ours.
    Elsewhere(String),
    /// The portal refused.
    Refused(Refusal),
}

/// What the portal refused after the money: nothing that may hide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `deal_stage`, `item_stage` or `register`.
    pub what: &'static str,
    /// The portal's code.
    pub code: Option<String>,
    /// Its words; never branch on them.
    pub text: Option<String>,
}

impl Refusal {
    /// From the error; none where it is about the whole client, or about us.
    pub fn of(what: &'static str, error: &Error) -> Option<Refusal> {
        let general = ["token_expired", "authentication_failed"].contains(&error.reason);
        let refusal = error.kind == Kind::Refused && !general;
        refusal.then(|| Refusal { what, code: error.code.clone(), text: error.text.clone() })
    }

    /// It was not done, and no code says why.
    pub fn silent(what: &'static str) -> Refusal {
        Refusal { what, code: None, text: None }
    }

    /// `{what, code, text}`
    pub fn to_value(&self) -> Value {
        json!({ "what": self.what, "code": self.code, "text": self.text })
    }
}

/// Moves it. After a lost answer it is read back: still in its old stage, it is sent again; anywhere else,
/// somebody moved it, and it is left there. An answer that tells no stage is read back too; one that shows
/// the old stage is a refusal without a code.
pub fn to_stage(
    session: &Session<'_>,
    what: &'static str,
    (entity_type_id, id): (u64, u64),
    from: Option<&str>,
    stage: &str,
) -> Result<Moved, Error> {
    let ask = json!({
        "entityTypeId": entity_type_id, "id": id, "fields": { "stageId": stage },
    });
    let stands = || {
        let now = item::get(session, entity_type_id, id).map_err(after)?;
        let gone = || after(unreadable("what was to move is gone"));
        Ok::<_, Error>(now.ok_or_else(gone)?.stage_id.filter(|now| Some(now.as_str()) != from))
    };
    let seen = |now: String| match now == stage {
        true => Moved::To(now),
        false => Moved::Elsewhere(now),
    };
    let (mut pauses, mut lost) = (Pauses::new(), false);
    loop {
        let error = match session.ask(&Method::write("crm.item.update", ask.clone())) {
            Ok(reply) => {
                let told = reply.object("item").and_then(|item| item.get("stageId"));
                let moved = match told.and_then(fields::text) {
                    Some(told) => (Some(told.as_str()) != from).then_some(Moved::To(told)),
                    None => stands()?.map(seen),
                };
                let refused = || Moved::Refused(Refusal::silent(what));
                return Ok(moved.unwrap_or_else(refused));
            }
            Err(error) => error,
        };
        if let Some(refusal) = Refusal::of(what, &error) {
            return Ok(Moved::Refused(refusal));
        }
        if error.kind != Kind::OutcomeUnknown {
            return Err(if lost { after(error) } else { error });
        }
        lost = true;
        if let Some(now) = stands()? {
            return Ok(seen(now));
        }
        if session.left().is_zero() {
            return Err(error);
        }
        session.call().clock.sleep(pauses.next(session.left(), None))?;
    }
}
