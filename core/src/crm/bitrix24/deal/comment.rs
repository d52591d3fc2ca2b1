//! Comments on a timeline, each with a mark that says which state of which payment it tells of. The mark
//! is the record of what was decided: who finds it does not comment again.

use serde_json::{Value, json};

use super::rows;
use super::stages::SMART_INVOICE;
use super::written::after;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::number;
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::fields;
use crate::flow::Pauses;

/// Whose timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeline {
    /// Of a deal.
    Deal(u64),
    /// Of an item of a smart process.
    Item {
        /// The smart process.
        entity_type_id: u64,
        /// The item.
        id: u64,
    },
}

/// What a comment tells of: `[kopeck:<state_id>:<key>:<status>:<attention>]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The payment's state.
    pub state_id: String,
    /// Whose payment it is.
    pub key: String,
    /// The status, in Kopeck's words.
    pub status: String,
    /// Why a person must look, in Kopeck's words; empty where nobody must.
    pub attention: Vec<String>,
}

const BEGIN: &str = "[kopeck:";

impl Mark {
    /// Whether the words can stand in a mark: letters, digits, `_`, `-` and `.`.
    pub fn fits(word: &str) -> bool {
        let sign = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        !word.is_empty() && word.len() <= 100 && word.chars().all(sign)
    }

    /// As it stands in a comment.
    pub fn text(&self) -> String {
        let Mark { state_id, key, status, attention } = self;
        format!("{BEGIN}{state_id}:{key}:{status}:{}]", attention.join("+"))
    }

    /// The marks in a comment.
    pub fn read(comment: &str) -> Vec<Mark> {
        comment
            .split(BEGIN)
            .skip(1)
            .filter_map(|rest| Mark::inside(rest.split_once(']')?.0))
            .collect()
    }

    fn inside(text: &str) -> Option<Mark> {
        let mut parts = text.split(':');
        let mut word = || parts.next().filter(|word| Mark::fits(word)).map(str::to_owned);
        let (state_id, key, status) = (word()?, word()?, word()?);
        let attention = parts.next()?;
        let attention: Vec<String> = match attention {
            "" => Vec::new(),
            words => words.split('+').map(str::to_owned).collect(),
        };
        let good = parts.next().is_none() && attention.iter().all(|word| Mark::fits(word));
        good.then_some(Mark { state_id, key, status, attention })
    }

    /// Whether both tell of the same state of the same payment.
    fn same(&self, other: &Mark) -> bool {
        self.state_id == other.state_id && self.key == other.key
    }
}

/// The marks of this payment on a timeline with the ids of their comments, the lowest id first.
pub fn marks(
    session: &Session<'_>,
    timeline: &Timeline,
    key: &str,
) -> Result<Vec<(u64, Mark)>, Error> {
    let (entity_type, entity_id) = timeline.place();
    let ask = json!({
        "filter": { "ENTITY_ID": entity_id, "ENTITY_TYPE": entity_type },
        "order": { "ID": "ASC" }, "select": ["ID", "COMMENT"],
    });
    let rows = rows::by_page(session, &Method::read("crm.timeline.comment.list", ask), "")?;
    let mut marks = Vec::new();
    for row in rows {
        let id = row.get("ID").and_then(number);
        let id = id.ok_or_else(|| rows::unreadable("a comment without an id"))?;
        let text = row.get("COMMENT").and_then(fields::text).unwrap_or_default();
        marks.extend(
            Mark::read(&text).into_iter().filter(|mark| mark.key == key).map(|mark| (id, mark)),
        );
    }
    marks.sort_by_key(|(id, _)| *id);
    marks.dedup_by_key(|(id, mark)| (*id, mark.state_id.clone()));
    Ok(marks)
}

/// Comments. Who added the same at once converges with us: the lowest id stays, and its mark is what
/// holds. After a lost answer the mark is looked for, for as long as there is time.
pub fn add(
    session: &Session<'_>,
    timeline: &Timeline,
    mark: &Mark,
    text: &str,
) -> Result<(u64, Mark), Error> {
    let (entity_type, entity_id) = timeline.place();
    let comment = format!("{}\n{}", defused(text), mark.text());
    let ask = json!({
        "fields": { "ENTITY_ID": entity_id, "ENTITY_TYPE": entity_type, "COMMENT": comment },
    });
    let first = |session| -> Result<Option<(u64, Mark)>, Error> {
        let marks = marks(session, timeline, &mark.key)?;
        Ok(marks.into_iter().find(|(_, other)| other.same(mark)))
    };
    let lost = match session.ask(&Method::write("crm.timeline.comment.add", ask)) {
        Ok(reply) => match number(reply.result()) {
            Some(own) => {
                let winner = first(session).map_err(after)?.filter(|(id, _)| *id < own);
                if winner.is_some() {
                    delete(session, timeline, own).map_err(after)?;
                }
                return Ok(winner.unwrap_or_else(|| (own, mark.clone())));
            }
            None => Error::outcome_unknown("reply_unreadable", "the portal names no comment"),
        },
        Err(error) if error.kind == Kind::OutcomeUnknown => error,
        Err(error) => return Err(error),
    };
    let mut pauses = Pauses::new();
    loop {
        match first(session) {
            Ok(Some(found)) => return Ok(found),
            _ if session.left().is_zero() => return Err(lost),
            _ => session.call().clock.sleep(pauses.next(session.left(), None))?,
        }
    }
}

/// Takes back a comment of this very call. That it is gone already is as good.
fn delete(session: &Session<'_>, timeline: &Timeline, id: u64) -> Result<(), Error> {
    let (owner_type_id, owner_id) = match *timeline {
        Timeline::Deal(id) => (super::portal_deal::DEAL, id),
        Timeline::Item { entity_type_id, id } => (entity_type_id, id),
    };
    let ask = json!({ "id": id, "ownerTypeId": owner_type_id, "ownerId": owner_id });
    let mut pauses = Pauses::new();
    loop {
        let error = match session.ask(&Method::write("crm.timeline.comment.delete", ask.clone())) {
            Ok(_) => return Ok(()),
            Err(error) if super::portal_deal::is_missing(&error) => return Ok(()),
            Err(error) => error,
        };
        if error.kind != Kind::OutcomeUnknown || session.left().is_zero() {
            return Err(error);
        }
        session.call().clock.sleep(pauses.next(session.left(), None))?;
    }
}

impl Timeline {
    fn place(&self) -> (Value, u64) {
        match *self {
            Timeline::Deal(id) => ("deal".into(), id),
            Timeline::Item { entity_type_id: SMART_INVOICE, id } => ("smart_invoice".into(), id),
            Timeline::Item { entity_type_id, id } => {
                (format!("dynamic_{entity_type_id}").into(), id)
            }
        }
    }
}

/// Brackets in what others wrote could be BBCode, or a mark.
fn defused(text: &str) -> String {
    let plain = |c: char| match c {
        '[' => '(',
        ']' => ')',
        '\n' => '\n',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(attention: &[&str]) -> Mark {
        Mark {
            state_id: "5f1c".into(),
            key: "0123456789ab".into(),
            status: "created".into(),
            attention: attention.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    #[test]
    fn a_mark_reads_as_it_was_written() {
        for mark in [mark(&[]), mark(&["amount"]), mark(&["amount", "deal_closed"])] {
            let comment = format!("Some words.\n{}", mark.text());
            assert_eq!(Mark::read(&comment), [mark]);
        }
        assert_eq!(mark(&["a", "b"]).text(), "[kopeck:5f1c:0123456789ab:created:a+b]");
        for broken in [
            "[kopeck:5f1c:0123456789ab:created:",
            "[kopeck:5f1c:0123456789ab:created]",
            "[kopeck:5f1c::created:]",
            "[kopeck:5f1c:0123456789ab:created::]",
            "[kopeck:5f1c:0123456789ab:created:a b]",
            "(kopeck:5f1c:0123456789ab:created:)",
        ] {
            assert_eq!(Mark::read(broken), [], "{broken}");
        }
    }

    #[test]
    fn foreign_words_are_no_mark_and_no_bbcode() {
        let text = defused("[url=https://evil.example]pay[/url]\u{7} [kopeck:a:b:c:]\nx");
        assert_eq!(text, "(url=https://evil.example)pay(/url)  (kopeck:a:b:c:)\nx");
        assert_eq!(Mark::read(&text), []);
    }
}
