//! What comes back from a call can be told apart: done, refused, not there.

use super::Findings;
use super::conditions::{self, At};
use super::recipes::{self, Use};
use crate::gateways::declared::schema::{
    Call, Descriptor, Kind, Named, Pick, REASONS, Reading, Response, Word,
};

/// The calls after create, with their paths.
pub fn calls(descriptor: &Descriptor) -> Vec<(String, &Call)> {
    let status = descriptor.status.iter().enumerate();
    let mut calls: Vec<(String, &Call)> =
        status.map(|(at, call)| (format!("status.{at}"), call)).collect();
    for (name, call) in [("cancel", &descriptor.cancel), ("refund", &descriptor.refund)] {
        calls.extend(call.as_ref().map(|call| (name.to_owned(), call)));
    }
    calls
}

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    if let Some(reply) = &descriptor.create.response {
        listed("create.response", reply, found);
        response(descriptor, "create.response", reply, found);
    }
    for (path, call) in calls(descriptor) {
        let reply = &call.response;
        let path = format!("{path}.response");
        if path.starts_with("status.") && reply.fields.status.is_none() {
            let says = "a status call that tells no status: add status = \"...\"";
            found.problem(format!("{path}.fields"), says);
        }
        listed(&path, reply, found);
        response(descriptor, &path, reply, found);
    }
}

/// Only a question is answered with a list, and only in one may a value stand beside it.
fn listed(path: &str, reply: &Response, found: &mut Findings) {
    if reply.each.is_some() && !path.starts_with("status.") {
        let says = "a list of payments is read of a status call alone: leave it out";
        found.problem(format!("{path}.each"), says);
    } else if reply.each.is_some() && reply.kind != Kind::Json {
        found.problem(format!("{path}.each"), "lists are read in JSON alone: leave it out");
    }
    if reply.each.is_none() {
        no_whole(&format!("{path}.fields"), &reply.fields, found);
    }
}

/// Where nothing is listed there is nothing but the whole.
pub fn no_whole(path: &str, reading: &Reading, found: &mut Findings) {
    for (name, _) in reading.picks().filter(|(_, pick)| pick.whole) {
        let says = "only a reply with each has a whole beside its entries: leave whole out";
        found.problem(format!("{path}.{name}"), says);
    }
}

fn response(descriptor: &Descriptor, path: &str, reply: &Response, found: &mut Findings) {
    conditions::check(&format!("{path}.ok"), &reply.ok, At::Reply, found);
    conditions::check(&format!("{path}.not_found"), &reply.not_found, At::Reply, found);
    for (at, _) in reply.not_found.iter().enumerate().filter(|(_, condition)| condition.http) {
        let says = "a proxy or a firewall may answer so too: ask for a field of the gateway's error, \
                    { at = \"/error/code\", is = \"...\" }";
        found.warning(format!("{path}.not_found.{at}"), says);
    }
    recipes::places(
        descriptor,
        &format!("{path}.signature"),
        &reply.signature,
        Use::Checked,
        found,
    );
    if let Some(pick) = &reply.fields.status {
        let path = format!("{path}.fields.status");
        words(descriptor, &reply.status_map, &path, pick, found);
    }
    if let Some((word, _)) = reply.status_map.iter().find(|(_, word)| **word == Word::Check) {
        let says = "check is a word of notifications: a reply tells where a payment stands";
        found.problem(format!("{path}.status_map.{word}"), says);
    }
    let Some(refusal) = &reply.error else { return };
    let path = format!("{path}.error");
    if refusal.when.is_empty() {
        found.problem(format!("{path}.when"), "never holds: add what an error looks like");
    }
    conditions::check(&format!("{path}.when"), &refusal.when, At::Reply, found);
    for (code, word) in refusal.reasons.iter() {
        if !REASONS.contains(&word.as_str()) {
            let says = format!("no reason {word:?}; expected one of {}", REASONS.join(", "));
            found.problem(format!("{path}.reasons.{code}"), says);
        }
    }
    if !refusal.reasons.is_empty() && refusal.code.is_none() {
        found.problem(format!("{path}.reasons"), "no code to look them up by: add code = \"...\"");
    }
}

/// There are words for what a status says.
pub fn words(
    descriptor: &Descriptor,
    own: &Named<Word>,
    path: &str,
    pick: &Pick,
    found: &mut Findings,
) {
    match pick.value.as_ref().and_then(|value| value.constant()) {
        Some(word) if own.get(word).or(descriptor.status_map.get(word)).is_none() => {
            let says = format!(
                "{word:?} is no word of [status_map]: add {word} = \"paid\", or what it means"
            );
            found.problem(path, says);
        }
        Some(_) => {}
        None if own.is_empty() && descriptor.status_map.is_empty() => {
            let says = "there is no [status_map], so that every word of the gateway would be unknown: add it";
            found.problem(path, says);
        }
        None => {}
    }
}
