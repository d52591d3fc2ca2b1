//! Vectors name a recipe that there is, and settings that the descriptor has.

use super::Findings;
use crate::gateways::declared::schema::{Descriptor, Origin};

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    for (at, vector) in descriptor.vector.iter().enumerate() {
        let path = format!("vector.{at}");
        if descriptor.vector.iter().take(at).any(|other| other.id == vector.id) {
            found.problem(format!("{path}.id"), "stands twice: each vector has its own");
        }
        if descriptor.recipe.get(&vector.recipe).is_none() {
            let says = format!(
                "no recipe {:?}; there are {}",
                vector.recipe,
                descriptor.recipe.names().join(", ")
            );
            found.problem(format!("{path}.recipe"), says);
        }
        if vector.kind == Origin::Published && vector.source.is_none() {
            found.problem(&path, "add source: where it was published");
        }
        if vector.expected.is_empty() {
            found.problem(format!("{path}.expected"), "expected a signature");
        }
        for (name, secret) in vector.secrets.iter() {
            if secret.is_empty() {
                found.problem(
                    format!("{path}.secrets.{name}"),
                    "expected a sample, got an empty text",
                );
            }
        }
        let tables = [
            ("config", vector.config.names(), descriptor.config.names()),
            ("secrets", vector.secrets.names(), descriptor.secrets.names()),
        ];
        for (table, given, known) in tables {
            for name in given.into_iter().filter(|name| !known.contains(name)) {
                let says = format!("no such name in [{table}] of the descriptor");
                found.problem(format!("{path}.{table}.{name}"), says);
            }
        }
    }
}
