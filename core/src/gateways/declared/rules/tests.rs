//! Every rule, by one descriptor that breaks it.

mod doubts;
mod messages;
mod notices;
mod parts;

use serde_json::Value;

use super::check;
use crate::gateways::declared::load::{Fault, Source};

/// A small descriptor that breaks no rule: a call to create, a signed notification, a status.
const CALLED: &str = include_str!("tests/called.toml");

/// Another whose payment begins in the buyer's browser.
const BROWSER: &str = include_str!("tests/browser.toml");

/// What the descriptor is told: problems, then warnings.
fn told(text: &str) -> (Vec<Fault>, Vec<Fault>) {
    let source = Source::find(&Value::from(text)).unwrap();
    let descriptor = match source.read() {
        Ok(descriptor) => descriptor,
        Err(fault) => return (vec![fault], Vec::new()),
    };
    let found = check(&descriptor);
    let faults = |found: Vec<super::Finding>| {
        found.iter().map(|finding| source.fault(&finding.path, &finding.says)).collect()
    };
    (faults(found.problems), faults(found.warnings))
}

/// A change to the good descriptor, and the path, the line and a part of what it is told first.
type Row = (&'static str, &'static str, &'static str, usize, &'static str);

/// Each row alone is the whole of what is wrong.
fn problems(good: &str, rows: &[Row]) {
    for (from, to, path, line, says) in rows {
        let (problems, _) = told(&changed(good, from, to));
        let first = problems.first().unwrap_or_else(|| panic!("{to:?} is no problem"));
        assert_eq!(
            (first.path.as_str(), first.line),
            (*path, Some(*line)),
            "{to:?}: {problems:#?}"
        );
        assert!(first.says.contains(says), "{to:?}: {}", first.says);
    }
}

fn warnings(good: &str, rows: &[Row]) {
    for (from, to, path, line, says) in rows {
        let (problems, warnings) = told(&changed(good, from, to));
        assert_eq!(problems, [], "{to:?}");
        let [only] = warnings.as_slice() else { panic!("{to:?}: {warnings:#?}") };
        assert_eq!((only.path.as_str(), only.line), (*path, Some(*line)), "{to:?}");
        assert!(only.says.contains(says), "{to:?}: {}", only.says);
    }
}

fn changed(good: &str, from: &str, to: &str) -> String {
    assert_eq!(good.matches(from).count(), 1, "{from:?} must stand once");
    good.replacen(from, to, 1)
}

#[test]
fn the_good_ones_break_no_rule() {
    for good in [CALLED, BROWSER] {
        assert_eq!(told(good), (Vec::new(), Vec::new()));
    }
}
