//! A known signature, by which a shop proves its own file.

use serde::Deserialize;

use super::Named;
use crate::fields::Fields;

/// What goes in and what must come out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Its name.
    pub id: String,
    /// What is signed.
    pub what: String,
    /// `published` in the source, or `self-computed` from the recipe.
    pub kind: Origin,
    /// Where it was published.
    pub source: Option<String>,
    /// Anything that its reader should know.
    pub note: Option<String>,
    /// The recipe that it proves.
    pub recipe: String,
    /// The message's fields as they are signed.
    #[serde(default)]
    pub fields: Fields,
    /// The message's bytes, where they are signed or the fields are read from them.
    pub body: Option<String>,
    /// Public settings that the recipe reads.
    #[serde(default)]
    pub config: Named<String>,
    /// Sample secrets that the recipe reads. Never a real one.
    #[serde(default)]
    pub secrets: Named<String>,
    /// The exact text that is hashed, where it is known.
    pub message: Option<String>,
    /// The signature.
    pub expected: String,
}

/// Where a vector comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Origin {
    /// Printed in a source.
    #[serde(rename = "published")]
    Published,
    /// Ours: it guards against a change, not against a misunderstanding.
    #[serde(rename = "self-computed")]
    SelfComputed,
}
