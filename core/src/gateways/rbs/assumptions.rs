//! Facts that the documents leave open or contradict. Each may be corrected in the setting
//! `assumptions`, and `describe` lists it (docs/gateways/rbs.md, "Assumptions").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::presets::Preset;
use crate::error::Error;
use crate::gateways::assumptions::{self, Fact};
use crate::settings::Common;

/// The facts, as settings and preset have them.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// `depositedAmount` goes down with refunds.
    pub deposited_is_net: bool,
    /// The payment page's URL with `{id}`, for an order whose formUrl was lost.
    pub page_template: Option<String>,
    /// Hosts of payment pages beside those of the gateway's own site.
    pub page_hosts: Vec<String>,
    /// Hosts that a link of SBP may lead to.
    pub sbp_hosts: Vec<String>,
    /// What methods outside the root (`/recurrent/...`) stand below, where it is not the host alone.
    pub origin: Option<String>,
    /// Names that differ from the tables': `method.field`, or `method` for its path.
    pub spellings: BTreeMap<String, String>,
    /// The most characters that a refund's id keeps: what is cut off could not be found again.
    pub refund_id_max: usize,
    /// How far two clocks may be apart, in seconds, before an order is held for an older one of the
    /// same number.
    pub clocks_apart_s: u32,
    /// The action code of a reversed order whose hold was too old.
    pub hold_lapsed_code: String,
    /// What the API user's login has behind the merchant's own (`-api`); none until it is said.
    pub api_login_suffix: String,
    /// How long the gateway's key for card data is kept at the most, in seconds.
    pub card_key_kept_s: u32,
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        Assumptions {
            deposited_is_net: true,
            page_template: None,
            page_hosts: Vec::new(),
            sbp_hosts: vec!["qr.nspk.ru".into()],
            origin: None,
            spellings: BTreeMap::new(),
            refund_id_max: 32,
            clocks_apart_s: 600,
            hold_lapsed_code: "87".into(),
            api_login_suffix: String::new(),
            card_key_kept_s: 3600,
        }
    }
}

/// Name, mark, and section of docs/gateways/rbs.md.
const ROWS: [Fact; 11] = [
    ("deposited_is_net", "confirmed at BPC, contradicted elsewhere", "Amounts"),
    ("page_template", "inferred", "Payment page"),
    ("page_hosts", "inferred", "Payment page"),
    ("sbp_hosts", "confirmed in samples", "SBP"),
    ("origin", "inferred where a host serves several banks", "Hosts"),
    ("spellings", "confirmed as contradictions", "Spellings"),
    ("refund_id_max", "confirmed: 32 at BPC, 36 at Alfa", "Orders"),
    ("clocks_apart_s", "inferred", "Recipes"),
    ("hold_lapsed_code", "inferred", "Status"),
    (
        "api_login_suffix",
        "confirmed that such logins end in -api, inferred what stands before",
        "Settings",
    ),
    ("card_key_kept_s", "inferred", "Encrypted card data"),
];

/// What is inferred and cannot be set, since another value would be another program: name, value,
/// and section.
const FIXED: [Fact; 12] = [
    ("page_site", "the last two labels of a host; three below co.uk and its like", "Payment page"),
    ("newer_api_takes_a_number_once", "no: asked before it is registered again", "Recipes"),
    ("newer_api_codes", "read as those of the older one", "Sberbank's newer API"),
    ("newer_api_sbp", "qrType and sbp.scenario ask, externalParams.sbpPayload answers", "SBP"),
    ("newer_api_notifications", "never authentic: the status is asked for", "Callbacks"),
    ("notification_text", "decoded values, UTF-8, empty ones kept", "Callbacks"),
    ("sbp_holds", "no: hold is refused", "SBP"),
    ("sbp_code_asked_twice", "harmless: a code belongs to one order", "SBP"),
    ("wallet_browser_check", "acsRedirect.do leads on from it", "Wallets"),
    ("refund_without_answer", "151018, 998 and -1 may still be done: pending", "Status"),
    ("verification_paid_zero", "a check for nothing that ends as taken has passed", "Status"),
    ("currency_digits", "those of ISO 4217", "Amounts"),
];

impl Assumptions {
    pub fn read(common: &Common, preset: Option<&Preset>) -> Result<Assumptions, Error> {
        let mut read: Assumptions = assumptions::read(common)?;
        if let Some(template) = &read.page_template {
            if !template.contains("{id}") {
                let says = "expected a URL with {id} in it";
                return Err(Error::invalid("assumptions.page_template", says));
            }
            common.check_url("assumptions.page_template", &template.replace("{id}", "id"))?;
        }
        if let Some(origin) = &read.origin {
            common.check_url("assumptions.origin", origin)?;
        }
        for (name, spelling) in preset.map(|preset| preset.spellings).unwrap_or_default() {
            read.spellings.entry((*name).into()).or_insert_with(|| (*spelling).into());
        }
        Ok(read)
    }

    /// What `describe` lists.
    pub fn describe(&self) -> Value {
        assumptions::describe("docs/gateways/rbs.md", &ROWS, self, &FIXED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_listed_with_its_default() {
        let settings = crate::fields::parse(b"{}").unwrap();
        let (common, _) = Common::split(&settings).unwrap();
        let names_of_settings = crate::fields::names::<Assumptions>();
        let described = Assumptions::read(&common, None).unwrap().describe();
        for row in described.as_array().unwrap() {
            assert_eq!(row["value"], row["default"], "{row}");
            let may_be_none = ["page_template", "origin"];
            if row["setting"] == false {
                assert!(!names_of_settings.contains(&row["name"].as_str().unwrap()), "{row}");
                continue;
            }
            let none = may_be_none.iter().any(|name| row["name"] == *name);
            assert_eq!(row["value"].is_null(), none, "{row}");
        }
        assert_eq!(names_of_settings, ROWS.map(|(name, _, _)| name));
    }
}
