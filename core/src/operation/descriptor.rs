//! A gateway's descriptor, looked at.

use serde::Deserialize;
use serde_json::Value;

/// Checks a descriptor against the rules that it must keep, and runs its vectors. Sends nothing, and
/// needs no gateway in the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DescriptorCheck {
    /// As the setting `descriptor`: the id of a built-in one, a path, TOML or JSON text, or the
    /// descriptor as an object.
    pub descriptor: Value,
}
