//! A vector file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// The part of a vector that a gateway needs: the exchanges.
#[derive(Debug, Deserialize)]
pub struct Vector {
    /// In the order in which they must come.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
}

/// One request and its answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What must come.
    pub request: ExpectedRequest,
    /// What is answered; `null` closes the connection without an answer.
    pub response: Option<GivenResponse>,
}

/// A request to be matched.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRequest {
    /// Exact.
    pub method: String,
    /// Path from the gateway's root, with the query where there is one.
    pub path: String,
    /// Headers to compare; others may come too. `null` demands that one be absent.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    /// The body's text, compared as bytes.
    #[serde(default)]
    pub body: String,
}

/// A recorded answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body.
    #[serde(default)]
    pub body: String,
}

impl Vector {
    /// Reads a file; the error names it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}
