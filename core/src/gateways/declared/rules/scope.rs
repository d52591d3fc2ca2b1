//! Templates name only what there is in their place.

use super::Findings;
use super::slots::{self, Scope};
use crate::gateways::declared::schema::Descriptor;

/// What is made for a request.
const MADE: &[&str] = &["unix", "unix_ms", "uuid", "random"];

/// What a refund is told.
const REFUND: &[&str] = &["id", "amount", "currency"];

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    for slot in slots::all(descriptor) {
        for name in slot.template.names() {
            if let Err(says) = known(descriptor, &slot.scope, name) {
                found.problem(slot.path.clone(), format!("{{{name}}}: {says}"));
            }
        }
    }
}

fn known(descriptor: &Descriptor, scope: &Scope<'_>, name: &str) -> Result<(), String> {
    let (space, inner) = name.split_once('.').unwrap_or((name, ""));
    let here = match space {
        "config" => return declared("config", inner, &descriptor.config.names()),
        "secret" if scope.secret => {
            return declared("secrets", inner, &descriptor.secrets.names());
        }
        "sign" if scope.sign => return sign(descriptor, inner),
        "prev" if !scope.before.is_empty() => return before(scope, inner),
        "order" => !scope.order.is_empty(),
        "payment" => scope.payment,
        "refund" => scope.refund,
        "gen" => scope.made,
        "extra" => scope.extra,
        "field" => scope.field,
        _ => false,
    };
    if !here {
        return Err(format!("there is none here; there are {}", listed(scope)));
    }
    match space {
        "order" => one_of(inner, scope.order),
        "payment" => one_of(inner, &["id"]),
        "refund" => one_of(inner, REFUND),
        "gen" => one_of(inner, MADE),
        _ if inner.is_empty() => Err("expected a name behind the point".into()),
        _ => Ok(()),
    }
}

fn sign(descriptor: &Descriptor, name: &str) -> Result<(), String> {
    match descriptor.recipe.get(name) {
        Some(recipe) if recipe.rsa.is_some() => {
            Err("a recipe with rsa only checks: the key that makes it is the gateway's".into())
        }
        _ => declared("recipe", name, &descriptor.recipe.names()),
    }
}

fn one_of(name: &str, names: &[&str]) -> Result<(), String> {
    match names.contains(&name) {
        true => Ok(()),
        false => Err(format!("no such value here; expected one of {}", names.join(", "))),
    }
}

/// A name that the descriptor gives itself.
fn declared(table: &str, name: &str, names: &[&str]) -> Result<(), String> {
    match names {
        _ if names.contains(&name) => Ok(()),
        [] => Err(format!("add it to [{table}]: there is nothing there")),
        _ => Err(format!("add it to [{table}], which has {}", names.join(", "))),
    }
}

fn before(scope: &Scope<'_>, inner: &str) -> Result<(), String> {
    let (step, value) = inner.split_once('.').unwrap_or((inner, ""));
    let names: Vec<&str> = scope.before.iter().map(|step| step.name.as_str()).collect();
    match scope.before.iter().find(|other| other.name == step) {
        Some(step) => one_of(value, &step.values.names()),
        None => Err(format!("no call of this name before; there are {}", names.join(", "))),
    }
}

/// The names of what there is, for an error.
fn listed(scope: &Scope<'_>) -> String {
    let all = [
        ("config", true),
        ("secret", scope.secret),
        ("order", !scope.order.is_empty()),
        ("payment", scope.payment),
        ("refund", scope.refund),
        ("extra", scope.extra),
        ("gen", scope.made),
        ("prev", !scope.before.is_empty()),
        ("field", scope.field),
        ("sign", scope.sign),
    ];
    let here = all.iter().filter(|(_, here)| *here).map(|(name, _)| format!("{name}.*"));
    here.collect::<Vec<_>>().join(", ")
}
