//! Facts that the documents leave open or contradict. Each may be corrected in the setting
//! `assumptions`, and `describe` lists it (docs/gateways/rbs.md, "Assumptions").

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::presets::Preset;
use crate::error::Error;
use crate::fields;
use crate::settings::Common;

/// The facts, as settings and preset have them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumptions {
    /// `depositedAmount` goes down with refunds.
    #[serde(default = "yes")]
    pub deposited_is_net: bool,
    /// The payment page's URL with `{id}`, for an order whose formUrl was lost.
    pub page_template: Option<String>,
    /// Hosts of payment pages beside those of the gateway's own site.
    #[serde(default)]
    pub page_hosts: Vec<String>,
    /// Hosts that a link of SBP may lead to.
    #[serde(default = "nspk")]
    pub sbp_hosts: Vec<String>,
    /// What methods outside the root (`/recurrent/...`) stand below, where it is not the host alone.
    pub origin: Option<String>,
    /// Names that differ from the tables': `method.field`, or `method` for its path.
    #[serde(default)]
    pub spellings: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

fn nspk() -> Vec<String> {
    vec!["qr.nspk.ru".into()]
}

impl Assumptions {
    pub fn read(common: &Common, preset: Option<&Preset>) -> Result<Assumptions, Error> {
        let mut read: Assumptions = fields::read(&common.assumptions).map_err(|error| {
            let name = error.field.clone().unwrap_or_default();
            let says = error.message.strip_prefix(&format!("{name}: ")).unwrap_or(&error.message);
            Error::invalid(format!("assumptions.{name}"), says)
        })?;
        if read.page_template.as_ref().is_some_and(|text| !text.contains("{id}")) {
            let says = "expected a URL with {id} in it";
            return Err(Error::invalid("assumptions.page_template", says));
        }
        if let Some(origin) = &read.origin {
            common.check_url("assumptions.origin", origin)?;
        }
        for (name, spelling) in preset.map(|preset| preset.spellings).unwrap_or_default() {
            read.spellings.entry((*name).into()).or_insert_with(|| (*spelling).into());
        }
        Ok(read)
    }

    /// Each `{name, value, default, mark, source}`.
    pub fn describe(&self) -> Value {
        let row = |name: &str, value: Value, default: Value, mark: &str, place: &str| {
            let source = format!("docs/gateways/rbs.md, {place}");
            json!({
                "name": name, "value": value, "default": default, "mark": mark, "source": source,
            })
        };
        json!([
            row(
                "deposited_is_net",
                self.deposited_is_net.into(),
                true.into(),
                "confirmed at BPC, contradicted elsewhere",
                "Amounts",
            ),
            row("page_hosts", json!(self.page_hosts), json!([]), "inferred", "Payment page"),
            row(
                "page_template",
                json!(self.page_template),
                Value::Null,
                "inferred",
                "Payment page",
            ),
            row("sbp_hosts", json!(self.sbp_hosts), json!(nspk()), "confirmed in samples", "SBP"),
            row("origin", json!(self.origin), Value::Null, "inferred", "Hosts"),
            row(
                "spellings",
                json!(self.spellings),
                json!({}),
                "confirmed as a contradiction",
                "Spellings",
            ),
        ])
    }
}
