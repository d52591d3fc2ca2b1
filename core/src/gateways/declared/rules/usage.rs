//! What is named is used, and a secret has one use.

use std::collections::BTreeSet;

use super::{Findings, slots};
use crate::gateways::declared::schema::{Descriptor, Place, Recipe};

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    let slots = slots::all(descriptor);
    let mut used: BTreeSet<String> =
        slots.iter().flat_map(|slot| slot.template.names()).map(str::to_owned).collect();
    for (_, recipe) in descriptor.recipe.iter() {
        used.extend(secrets(recipe).map(|name| format!("secret.{name}")));
    }
    let made = made(descriptor);
    let replies = super::replies::calls(descriptor).into_iter().map(|(_, call)| &call.response);
    let replies: BTreeSet<&str> = replies
        .chain(&descriptor.create.response)
        .flat_map(|reply| names(&reply.signature))
        .collect();
    let notified: BTreeSet<&str> =
        descriptor.notify.iter().flat_map(|kind| names(&kind.signature)).collect();
    // A recipe that is only proved is kept for its readers: the gateway's older one, say.
    let proved: BTreeSet<&str> =
        descriptor.vector.iter().map(|vector| vector.recipe.as_str()).collect();
    let all = made.iter().chain(&replies).chain(&notified).chain(&proved);
    used.extend(all.map(|name| format!("sign.{name}")));
    for (table, space, names) in [
        ("config", "config", descriptor.config.names()),
        ("secrets", "secret", descriptor.secrets.names()),
        ("recipe", "sign", descriptor.recipe.names()),
    ] {
        for name in names.into_iter().filter(|name| !used.contains(&format!("{space}.{name}"))) {
            found.warning(format!("{table}.{name}"), "nothing uses it: leave it out");
        }
    }
    shared(descriptor, &made, &notified, found);
}

/// A secret that signs requests and notifications alike.
fn shared(
    descriptor: &Descriptor,
    made: &BTreeSet<&str>,
    checked: &BTreeSet<&str>,
    found: &mut Findings,
) {
    let of = |names: &BTreeSet<&str>| -> BTreeSet<String> {
        let recipes = names.iter().filter_map(|name| descriptor.recipe.get(name));
        recipes.flat_map(secrets).collect()
    };
    let both: BTreeSet<String> = of(made).intersection(&of(checked)).cloned().collect();
    for name in &both {
        if !descriptor.shared_secrets.contains(name) {
            let says = "signs requests and notifications: give each its own name, or, where the gateway has \
                        only one, add it to shared_secrets";
            found.warning(format!("secrets.{name}"), says);
        }
    }
    for (at, name) in descriptor.shared_secrets.iter().enumerate() {
        if !both.contains(name) {
            let says = "does not sign requests and notifications: leave it out";
            found.warning(format!("shared_secrets.{at}"), says);
        }
    }
}

/// The secrets of a recipe.
pub fn secrets(recipe: &Recipe) -> impl Iterator<Item = String> {
    let mut names: Vec<String> = Vec::new();
    for key in recipe.hmac.iter().chain(&recipe.rsa) {
        names
            .extend(key.names().filter_map(|name| name.strip_prefix("secret.")).map(str::to_owned));
    }
    for part in &recipe.parts {
        names.extend(part.secret.clone());
        names.extend(part.insert.iter().map(|(_, secret)| secret.clone()));
        if let Some(nested) = &part.nested {
            names.extend(secrets(nested).collect::<Vec<_>>());
        }
    }
    names.into_iter()
}

/// The recipes by which requests are signed.
fn made(descriptor: &Descriptor) -> BTreeSet<&str> {
    let create = &descriptor.create;
    let calls = super::replies::calls(descriptor);
    let steps = calls.iter().flat_map(|(_, call)| call.before.iter()).chain(&create.before);
    let requests = calls.iter().map(|(_, call)| &call.request);
    let requests = requests.chain(steps.map(|step| &step.request)).chain([&create.request]);
    let mut names = BTreeSet::new();
    for request in requests {
        names.extend(request.sign.iter().map(|place| place.recipe.as_str()));
        for (_, header) in request.headers.iter() {
            names.extend(header.names().filter_map(|name| name.strip_prefix("sign.")));
        }
    }
    names
}

/// The recipes of signatures in their places.
fn names(places: &[Place]) -> impl Iterator<Item = &str> {
    places.iter().map(|place| place.recipe.as_str())
}
