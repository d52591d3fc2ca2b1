//! A condition looks at one place and asks one thing.

use super::Findings;
use crate::gateways::declared::schema::Condition;

/// Where a condition stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// In a reply: it has an HTTP status.
    Reply,
    /// In a notification: it has a query of the shop's own.
    Notification,
}

pub fn check(path: &str, conditions: &[Condition], at: At, found: &mut Findings) {
    for (index, condition) in conditions.iter().enumerate() {
        if let Err(says) = one(condition, at) {
            found.problem(format!("{path}.{index}"), says);
        }
    }
}

fn one(condition: &Condition, at: At) -> Result<(), &'static str> {
    let Condition { at: field, header, query, http, is, not, one_of, exists, matches } = condition;
    match [field.is_some(), header.is_some(), query.is_some(), *http]
        .iter()
        .filter(|it| **it)
        .count()
    {
        1 => {}
        0 => return Err("says not where to look: add one of at, header, query, http = true"),
        _ => return Err("looks at two places at once: write two conditions"),
    }
    let tests =
        [is.is_some(), not.is_some(), !one_of.is_empty(), exists.is_some(), matches.is_some()];
    match tests.iter().filter(|it| **it).count() {
        1 => {}
        0 => return Err("asks nothing: add one of is, not, one_of, exists, matches"),
        _ => return Err("asks two things at once: write two conditions"),
    }
    match at {
        At::Reply if query.is_some() => Err("a reply has no query: use at, header or http"),
        At::Notification if *http => {
            Err("a notification has no HTTP status: use at, header or query")
        }
        _ => Ok(()),
    }
}
