//! The keys that card data is encrypted to. Sources and marks:
//! docs/gateways/rbs.md, "Encrypted card data".

use super::D1_READ;
use crate::native::{Native, Wire, told};

pub const SE_KEYS: Native = Native {
    name: "seKeys",
    path: "se/keys.do",
    wire: Wire::Query,
    token: true,
    source: "BPC-SE",
    doc: "the public keys for seToken; use the first that has not expired",
    fields: &[],
    reply: &[
        told("keys", "list of keys, each with:"),
        told("keys.keyValue", "PEM on one line"),
        told("keys.protocolVersion", "RSA; RSA-4096 at all2pay"),
        told("keys.keyExpiration", "Unix milliseconds; seconds at all2pay"),
    ],
    ..D1_READ
};

/// All of them.
pub const NATIVES: &[&Native] = &[&SE_KEYS];
