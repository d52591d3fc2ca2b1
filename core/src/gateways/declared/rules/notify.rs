//! What a notification may decide. Only fields that every accepted signature covers are read for money;
//! what is not signed may pick the kind, never the outcome.
//!
//! A stranger writes unsigned things as he likes: a header, the shop's own query, a field outside the
//! signature. So they may lead to a kind that reads the outcome from signed fields, to one that is only
//! a hint for the status call, and to `check`, by which no money moves. A kind that is itself the
//! outcome (its status is a constant) must be told from every other kind of the same recipe by a signed
//! field: otherwise a genuine message of a failed payment would be sent again as one of a paid one.

use super::conditions::{self, At};
use super::recipes::{self, Use};
use super::{Findings, replies, usage};
use crate::gateways::declared::recipe::coverage::{self, covers};
use crate::gateways::declared::schema::{Condition, Descriptor, Notify, Pick, Place, Verify, Word};

/// Values of a notification that decide something.
const DECIDE: &[&str] =
    &["payment_id", "order_id", "amount", "currency", "status", "captured", "refunded", "test"];

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    for (at, kind) in descriptor.notify.iter().enumerate() {
        let path = format!("notify.{at}");
        written(descriptor, &path, kind, found);
        matched(descriptor, &path, kind, found);
        if kind.when.is_empty() && at + 1 < descriptor.notify.len() {
            let says = "takes every notification, so that the kinds behind it are never reached: add when, or \
                        put it last";
            found.problem(&path, says);
        }
        match (kind.verify, kind.signature.is_empty()) {
            (Verify::StatusCall, _) => hint(descriptor, &path, kind, found),
            (Verify::Signature, true) if words(descriptor, kind) == [Word::Check] => {}
            (Verify::Signature, true) => {
                let says = "anybody could send it: add signature = [{ recipe = \"...\", field = \"...\" }], or, where \
                            the gateway signs nothing, verify = \"status-call\" and a [[status]]";
                found.problem(&path, says);
            }
            (Verify::Signature, false) => signed(descriptor, &path, kind, found),
        }
        if kind.verify == Verify::Signature {
            told_apart(descriptor, at, kind, found);
            told_from_form(descriptor, &path, kind, found);
        }
    }
}

/// The sandbox sends `sample` beside the payment's own values.
fn sampled(path: &str, kind: &Notify, found: &mut Findings) {
    let own = ["payment_id", "order_id", "amount", "currency"].into_iter();
    let own = own.filter_map(|name| pick(kind, name)?.at.as_deref());
    let signatures = kind.signature.iter().filter_map(|place| place.field.as_deref());
    let own: Vec<&str> = own.chain(signatures).collect();
    for name in kind.sample.keys().filter(|name| own.contains(&name.as_str())) {
        let says = "is a value of the payment's own, or its signature: leave it out of the sample";
        found.warning(format!("{path}.sample.{name}"), says);
    }
}

/// What is wrong with a kind by itself.
fn written(descriptor: &Descriptor, path: &str, kind: &Notify, found: &mut Findings) {
    conditions::check(&format!("{path}.when"), &kind.when, At::Notification, found);
    for (at, case) in kind.case.iter().enumerate() {
        let path = format!("{path}.case.{at}");
        conditions::check(&format!("{path}.when"), &case.when, At::Notification, found);
        if case.when.is_empty() && (at + 1 < kind.case.len() || kind.fields.status.is_some()) {
            found.problem(&path, "always holds, so that what follows is never reached: add when");
        }
    }
    replies::no_whole(&format!("{path}.fields"), &kind.fields, found);
    sampled(path, kind, found);
    recipes::places(descriptor, &format!("{path}.signature"), &kind.signature, Use::Checked, found);
    match &kind.fields.status {
        Some(pick) => {
            replies::words(
                descriptor,
                &kind.status_map,
                &format!("{path}.fields.status"),
                pick,
                found,
            );
        }
        None if kind.case.is_empty() => {
            let says = "says not where the payment stands: add status = \"...\", or a constant, \
                        status = { value = \"paid\" }";
            found.problem(format!("{path}.fields"), says);
        }
        None => {}
    }
    let explained = kind.note.as_ref().is_some_and(|note| note.contains("event_id"));
    if kind.event_id.is_empty() && !explained && words(descriptor, kind) != [Word::Check] {
        let says = "event_id is null without it: add event_id = [...], the signed fields that tell one event \
                    from another, or say in note why there is no event_id";
        found.warning(path, says);
    }
}

/// What must agree with the order is there.
fn matched(descriptor: &Descriptor, path: &str, kind: &Notify, found: &mut Findings) {
    let fields = &kind.fields;
    if let Some(names) = &kind.must_match {
        for (at, name) in names.iter().enumerate() {
            let path = format!("{path}.must_match.{at}");
            match name.as_str() {
                "order_id" | "amount" | "currency" if pick(kind, name).is_none() => {
                    let says =
                        format!("fields says not where {name} stands: add {name} = \"...\" to it");
                    found.problem(path, says);
                }
                "order_id" | "amount" | "currency" => {}
                _ => found.problem(
                    path,
                    format!("no value {name:?}; expected order_id, amount, currency"),
                ),
            }
        }
    }
    if kind.verify == Verify::StatusCall || words(descriptor, kind) == [Word::Check] {
        return;
    }
    let must =
        |name: &str| kind.must_match.as_ref().is_none_or(|all| all.iter().any(|it| it == name));
    if fields.order_id.is_none() || !must("order_id") {
        let says = "must tell the order: add order_id = \"...\" to fields (and to must_match, where that is given)";
        found.problem(format!("{path}.fields"), says);
    }
    let proves =
        words(descriptor, kind).iter().any(|word| matches!(word, Word::Paid | Word::Authorized));
    let both = fields.amount.is_some() && must("amount");
    if proves && !both {
        let says = "must tell the amount that was paid: add amount = \"...\" to fields (and to must_match, where \
                    that is given), or verify = \"status-call\"";
        found.problem(format!("{path}.fields"), says);
    } else if !both && kind.must_match.is_none() {
        let says = "add amount = \"...\" to fields, or must_match = [\"order_id\"]: no money comes by this kind";
        found.problem(format!("{path}.fields"), says);
    }
}

fn pick<'a>(kind: &'a Notify, name: &str) -> Option<&'a Pick> {
    kind.fields.picks().find(|(given, _)| *given == name).map(|(_, pick)| pick)
}

/// A kind that proves nothing: there is a call that does.
fn hint(descriptor: &Descriptor, path: &str, kind: &Notify, found: &mut Findings) {
    if descriptor.status.is_empty() {
        let says = "there is no call to ask by: add a [[status]]";
        found.problem(format!("{path}.verify"), says);
    }
    if kind.fields.order_id.is_none() && kind.fields.payment_id.is_none() {
        let says = "says not which payment to ask for: add order_id or payment_id";
        found.problem(format!("{path}.fields"), says);
    }
}

/// What a kind's signatures must cover, each alone: any of them may be the one that is right.
fn signed(descriptor: &Descriptor, path: &str, kind: &Notify, found: &mut Findings) {
    for (at, place) in kind.signature.iter().enumerate() {
        let Some(recipe) = descriptor.recipe.get(&place.recipe) else { continue };
        let by = format!("the recipe {:?}", place.recipe);
        if let Some(field) = place.field.as_ref().filter(|field| covers(recipe, field)) {
            let says = format!(
                "{by} covers {field:?}, where the signature itself stands: exclude it there"
            );
            found.problem(format!("{path}.signature.{at}"), says);
        }
        let mut open = |path: String, names: Vec<&str>, what: &str| {
            for name in names.into_iter().filter(|name| !coverage::of_kind(recipe, kind, name)) {
                let says = format!(
                    "{by} does not cover {name:?}, so that anybody could change {what}: read what is signed \
                     (written as the recipe writes it), or leave it out, or verify = \"status-call\""
                );
                found.problem(path.clone(), says);
            }
        };
        for (name, pick) in kind.fields.picks().filter(|(name, _)| DECIDE.contains(name)) {
            open(format!("{path}.fields.{name}"), read(pick), name);
        }
        for (name, _) in kind.equals.iter() {
            open(format!("{path}.equals.{name}"), vec![name], "whose notification it is");
        }
        for (index, name) in kind.event_id.iter().enumerate() {
            open(format!("{path}.event_id.{index}"), vec![name], "which event it is");
        }
        for (path, condition) in conditions_of(path, kind) {
            open(path, condition.at.as_deref().into_iter().collect(), "the outcome");
        }
    }
    let unsigned = conditions_of(path, kind).filter(|(_, condition)| condition.at.is_none());
    for (path, _) in unsigned {
        let says = "is not signed, so that anybody could change the outcome: a case may only ask a field that the \
                    signature covers";
        found.problem(path, says);
    }
}

/// The conditions of a kind's cases, with their paths.
fn conditions_of<'a>(
    path: &'a str,
    kind: &'a Notify,
) -> impl Iterator<Item = (String, &'a Condition)> {
    kind.case.iter().enumerate().flat_map(move |(case, it)| {
        let place = move |at: usize| format!("{path}.case.{case}.when.{at}");
        it.when.iter().enumerate().map(move |(at, condition)| (place(at), condition))
    })
}

/// The fields that a value is read from.
fn read(pick: &Pick) -> Vec<&str> {
    let names = pick.value.iter().flat_map(|value| value.names());
    let names = names.filter_map(|name| name.strip_prefix("field."));
    names.chain(pick.at.as_deref()).collect()
}

/// Whether the condition asks what every signature of the kind covers.
fn is_signed(descriptor: &Descriptor, kind: &Notify, condition: &Condition) -> bool {
    let Some(name) = &condition.at else { return false };
    let mut recipes = kind.signature.iter().map(|place| descriptor.recipe.get(&place.recipe));
    recipes.all(|recipe| recipe.is_some_and(|recipe| coverage::of_kind(recipe, kind, name)))
}

/// A kind that is itself the outcome is not told from its like by what a stranger may write.
fn told_apart(descriptor: &Descriptor, at: usize, kind: &Notify, found: &mut Findings) {
    let asks = |condition: &Condition| tells(condition) && is_signed(descriptor, kind, condition);
    if kind.when.iter().any(asks) || !is_outcome(descriptor, kind) {
        return;
    }
    for (other_at, other) in descriptor.notify.iter().enumerate().filter(|(other, _)| *other != at)
    {
        let recipe = |name: &str| kind.signature.iter().any(|place| place.recipe == name);
        let Some(place) = other.signature.iter().find(|place| recipe(&place.recipe)) else {
            continue;
        };
        let exact = kind.signature.iter().all(|place| {
            let recipe = descriptor.recipe.get(&place.recipe);
            recipe.is_some_and(|recipe| coverage::is_exact(recipe, other))
        });
        let taken_before = other_at < at
            && exact
            && !other.when.is_empty()
            && other.when.iter().all(|condition| is_signed(descriptor, other, condition));
        if !taken_before {
            let says = format!(
                "its status is a constant, and nothing signed tells it from notify.{other_at}, which has the same \
                 recipe {:?}: a genuine message of that kind could be sent again as this one. Read the status from a \
                 signed field, ask in when for the value of a signed field, or verify = \"status-call\"",
                place.recipe
            );
            return found.problem(format!("notify.{at}"), says);
        }
    }
}

/// The signed form of a payment goes through the buyer's browser: where the same secret makes it and a
/// notification without a status, what the buyer was given could be sent back as proof that he paid.
fn told_from_form(descriptor: &Descriptor, path: &str, kind: &Notify, found: &mut Findings) {
    let create = &descriptor.create;
    if create.response.is_some() || !is_outcome(descriptor, kind) {
        return;
    }
    let secrets = |places: &[Place]| -> Vec<String> {
        let recipes = places.iter().filter_map(|place| descriptor.recipe.get(&place.recipe));
        recipes.flat_map(usage::secrets).collect()
    };
    let shown = secrets(&create.request.sign);
    if !secrets(&kind.signature).iter().any(|secret| shown.contains(secret)) {
        return;
    }
    let asked = kind.when.iter().any(|condition| {
        let there = condition.is.iter().chain(&condition.one_of).any(|value| !value.is_empty())
            && !condition.one_of.iter().any(String::is_empty)
            || condition.matches.as_ref().is_some_and(|pattern| !pattern.matches(""));
        let in_form =
            condition.at.as_ref().is_some_and(|at| create.request.fields.get(at).is_some());
        there && !in_form && is_signed(descriptor, kind, condition)
    });
    if !asked {
        let says = "its status is a constant, and its secret also signs the form that the buyer's browser carries: \
                    the form could be sent back as this notification. Ask in when for a signed field that the form \
                    lacks and that is never empty, { at = \"payment_id\", matches = \".\" }";
        found.problem(path, says);
    }
}

/// Whether the kind alone says that money moved.
fn is_outcome(descriptor: &Descriptor, kind: &Notify) -> bool {
    let moves = |word: &Word| {
        use Word::{Authorized, Disputed, Paid, PartiallyRefunded, Refunded};
        matches!(word, Paid | Authorized | Refunded | PartiallyRefunded | Disputed)
    };
    let status = constant(descriptor, kind).is_some_and(|word| moves(&word));
    status || kind.case.iter().any(|case| moves(&case.status) && !case.when.iter().any(tells))
}

/// Whether a condition asks for a value of its own: a field that is merely there, or is not something
/// else, tells no outcome.
fn tells(condition: &Condition) -> bool {
    condition.is.is_some() || !condition.one_of.is_empty() || condition.matches.is_some()
}

/// The word of a constant status.
fn constant(descriptor: &Descriptor, kind: &Notify) -> Option<Word> {
    let word = kind.fields.status.as_ref()?.value.as_ref()?.constant()?;
    kind.status_map.get(word).or(descriptor.status_map.get(word)).copied()
}

/// Every word that the kind may come to.
fn words(descriptor: &Descriptor, kind: &Notify) -> Vec<Word> {
    let mut words: Vec<Word> = kind.case.iter().map(|case| case.status).collect();
    if let Some(pick) = &kind.fields.status {
        match pick.value.as_ref().and_then(|value| value.constant()) {
            Some(_) => words.push(constant(descriptor, kind).unwrap_or(Word::Unknown)),
            None => {
                let maps = kind.status_map.iter().chain(descriptor.status_map.iter());
                words.extend(maps.map(|(_, word)| *word));
                words.push(Word::Unknown);
            }
        }
    }
    words
}
