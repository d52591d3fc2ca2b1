//! Facts that the documents leave open, as `describe` lists them (docs/gateways/bitrix24.md,
//! "Assumptions").

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateways::assumptions::{self, Fact};

/// The facts that the settings may correct.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// `bitrix24.refresh_token` asks by the documented GET, whose URL carries the secrets. If not set, by
    /// POST with a form.
    pub refresh_by_get: bool,
}

/// Name, mark, and section of docs/gateways/bitrix24.md.
const ROWS: [Fact; 1] =
    [("refresh_by_get", "POST is undocumented, and seen to work by an official client", "OAuth")];

/// What is inferred and cannot be set, since another value would be another program: name, value,
/// and section.
const FIXED: &[Fact] = &[
    (
        "refused_means_not_run",
        "an error with a code of its own, under a status below 500: the method changed nothing",
        "Errors",
    ),
    (
        "five_hundred_in_doubt",
        "a status from 500 on without a known code: a write may have been done",
        "Errors",
    ),
    (
        "moved_means_not_run",
        "301, 307 and 308 as 302: the method was not run, and is asked for at the new host; 303 is in doubt",
        "Transport",
    ),
    (
        "one_site",
        "a portal may move within its own site, such as bitrix24.ru; elsewhere portal_hosts decides",
        "Transport",
    ),
    (
        "access_token_in_the_body",
        "the parameter auth is taken from the body, a form's too",
        "Transport",
    ),
    (
        "reset_by_their_clock",
        "operating_reset_at is counted from time.finish, or from the header Date",
        "Limits",
    ),
    (
        "refusals_count",
        "a request that the bucket refuses may count in it: each repeat takes a place",
        "Limits",
    ),
];

/// Each `{name, value, default, mark, source, setting}`.
pub fn describe(given: &Assumptions) -> Value {
    assumptions::describe("docs/gateways/bitrix24.md", &ROWS, given, FIXED)
}
