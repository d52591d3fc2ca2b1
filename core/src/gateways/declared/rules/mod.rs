//! The rules that a descriptor keeps before anything is sent by it or believed: each says what is wrong,
//! where, and what to do. They do not ask whether the gateway is told right, only whether what the file
//! says can be carried out without harm.
//!
//! A file for each part of a descriptor ([`facts`] is its head); [`slots`] lists every template with
//! what it may name, [`scope`] holds it to that, [`usage`] finds what nobody uses and what is used twice.

mod answers;
mod conditions;
mod create;
mod facts;
mod notify;
mod recipes;
mod replies;
mod requests;
mod scope;
mod slots;
mod url;
mod usage;
mod vectors;

#[cfg(test)]
pub use self::slots::ORDER;
use super::schema::Descriptor;

/// What stands out in a descriptor, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The dotted path, without `descriptor.`.
    pub path: String,
    /// What is wrong and what to do.
    pub says: String,
}

/// Everything that stands out.
#[derive(Default)]
pub struct Findings {
    /// A descriptor that has any is refused.
    pub problems: Vec<Finding>,
    /// What is allowed, but seldom meant.
    pub warnings: Vec<Finding>,
}

impl Findings {
    fn problem(&mut self, path: impl Into<String>, says: impl Into<String>) {
        self.problems.push(Finding { path: path.into(), says: says.into() });
    }

    fn warning(&mut self, path: impl Into<String>, says: impl Into<String>) {
        self.warnings.push(Finding { path: path.into(), says: says.into() });
    }
}

/// All that the rules find, problems of the smaller parts before those of the whole.
pub fn check(descriptor: &Descriptor) -> Findings {
    let mut found = Findings::default();
    facts::check(descriptor, &mut found);
    recipes::check(descriptor, &mut found);
    requests::check(descriptor, &mut found);
    scope::check(descriptor, &mut found);
    replies::check(descriptor, &mut found);
    create::check(descriptor, &mut found);
    notify::check(descriptor, &mut found);
    answers::check(descriptor, &mut found);
    vectors::check(descriptor, &mut found);
    usage::check(descriptor, &mut found);
    found
}

/// A name that can stand in a template behind a point.
fn is_simple(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !name.is_empty() && name.bytes().all(inner)
}

#[cfg(test)]
mod tests;
