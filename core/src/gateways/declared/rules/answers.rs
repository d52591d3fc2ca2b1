//! An answer gives nothing away: a stranger's message must not come back signed.

use super::Findings;
use crate::gateways::declared::schema::{Answer, Descriptor};

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    for (at, kind) in descriptor.notify.iter().enumerate() {
        for (name, answer) in kind.answer.each() {
            let path = format!("notify.{at}.answer.{name}");
            if !(200..=599).contains(&answer.status) {
                found.problem(format!("{path}.status"), "expected an HTTP status from 200 to 599");
            }
            // By what `reject` signs for a stranger, he could sign a notification of his own. So does
            // every answer of a kind that has no signature itself.
            if signs(answer) && (name == "reject" || kind.signature.is_empty()) {
                let says = "{sign.*} would sign what a stranger sends: answer with a constant";
                found.problem(format!("{path}.body"), says);
            }
        }
    }
}

fn signs(answer: &Answer) -> bool {
    answer.body.names().any(|name| name.starts_with("sign."))
}
