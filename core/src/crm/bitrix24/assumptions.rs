//! Facts that the documents leave open, as `describe` lists them (docs/gateways/bitrix24.md,
//! "Assumptions").

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateways::assumptions::{self, Fact};

/// The facts that the settings may correct.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// `bitrix24.refresh_token` asks by the documented GET, whose URL carries the secrets; if not, by POST
    /// with a form.
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
        "an error with a code of its own, under a 4xx: the method changed nothing",
        "Errors",
    ),
    (
        "five_hundred_in_doubt",
        "a status from 500 on without a known code: a write may have been done",
        "Errors",
    ),
    (
        "unknown_code_in_doubt",
        "a code that is not known, under a 2xx or inside of a batch: a write may have been done",
        "Errors",
    ),
    (
        "page_is_no_word",
        "a page without a code leaves a write in doubt, whatever its status",
        "Errors",
    ),
    (
        "promised_or_nothing",
        "a success without what the documents promise: a write may have been done",
        "Envelope",
    ),
    ("methods_in_any_case", "crm.Item.List is crm.item.list", "Transport"),
    (
        "moved_means_not_run",
        "301, 307 and 308 as 302: the method was not run, and is asked for at the new host; 303 is in doubt",
        "A renamed portal",
    ),
    (
        "one_site",
        "a portal may move within its own site, such as bitrix24.ru; elsewhere portal_hosts decides",
        "A renamed portal",
    ),
    (
        "access_token_in_the_body",
        "the parameter auth is taken from the body, a form's too",
        "Transport",
    ),
    (
        "values_of_a_query",
        "PHP drops those after the first 1000: a form or a command of a batch with more is refused",
        "Brackets",
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
    (
        "relation_shows_in_fields",
        "crm.item.fields has parentId2 only where the type's items can be tied to deals; without it parentId2 is dropped without a word",
        "Linking",
    ),
    (
        "missing_parent_is_taken",
        "an item may be tied to a deal that is not there: the deal is asked for first, the item read back",
        "Linking",
    ),
    (
        "nothing_unique",
        "two calls make two objects: after a lost answer one looks by xmlId, or by the mark of a comment",
        "Tasks",
    ),
    (
        "closed_and_semantics",
        "a deal whose two words contradict each other is not open; one that has neither is what its stage means",
        "Tasks",
    ),
    (
        "foreign_stage_is_taken",
        "a stage of another pipeline may not be refused: stages are looked up before",
        "Tasks",
    ),
    ("timeline_of_invoices", "smart_invoice", "Identifiers"),
    ("seen_at_once", "an item shows in lists as soon as crm.item.add has answered", "link_payment"),
    ("comments_seen_at_once", "the same of comments", "settle_deal"),
    (
        "blank_payment",
        "the one unpaid payment of a deal with the sum 0 is what an earlier run made; two are none",
        "settle_deal",
    ),
    (
        "pay_may_count_twice",
        "sale.paysystem.pay.payment may: sent again once, under the caller's lock, after two looks",
        "settle_checkout",
    ),
    (
        "pay_keys",
        "PS_... of sale.paysystem.pay.payment may be ignored: the flows send none",
        "Payments",
    ),
    (
        "checkout_is_unproven",
        "sum and currency of a CHECKOUT request are compared with the portal's, never taken",
        "Pay-system handler",
    ),
    (
        "checkout_sum",
        "a float as PHP prints it; one with more digits than its currency has is no sum",
        "read_checkout",
    ),
    (
        "zero_is_no_payment",
        "the code 0 of crm.item.payment.get, where sale.payment.get refuses too: no such payment",
        "read_checkout",
    ),
    ("type_in_the_name", "what an event's name and its data say of the type must agree", "Events"),
    ("public_url_is_a_write", "salescenter.payment.getPublicUrl may make something", "Payments"),
];

/// Each `{name, value, default, mark, source, setting}`.
pub fn describe(given: &Assumptions) -> Value {
    assumptions::describe("docs/gateways/bitrix24.md", &ROWS, given, FIXED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_listed_with_its_default() {
        let described = describe(&Assumptions::default());
        for row in described.as_array().unwrap() {
            assert_eq!(row["value"], row["default"], "{row}");
            assert!(!row["value"].is_null(), "{row}");
        }
        assert_eq!(crate::fields::names::<Assumptions>(), ROWS.map(|(name, _, _)| name));
    }
}
