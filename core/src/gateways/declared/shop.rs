//! A descriptor with a shop's settings: `descriptor`, `config`, `secrets`, and `base_url` where something
//! stands before the gateway.

use serde::Deserialize;
use serde_json::Value;

use super::assumptions;
use super::keys;
use super::load::Source;
use super::rules;
use super::schema::{Call, Descriptor, Mark, Named, Recipe};
use super::values::Values;
use crate::error::Error;
use crate::fields;
use crate::fields::Fields;
use crate::payment::{Payment, Status};
use crate::secret::Secret;
use crate::settings::Common;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    descriptor: Value,
    #[serde(default)]
    config: Named<String>,
    #[serde(default)]
    secrets: Named<Secret>,
    base_url: Option<String>,
}

/// The descriptor and the shop's own values.
pub struct Shop {
    /// What the file says.
    pub descriptor: Descriptor,
    config: Named<String>,
    secrets: Named<Secret>,
    /// What stands in place of `https://` before the gateway's host: a proxy of the shop's own, or a
    /// stand-in for tests.
    pub base_url: Option<String>,
    /// Sections of the descriptor that the shop trusts though nobody confirmed them.
    assumptions: Named<bool>,
    /// Who the shop is, for the names of states.
    pub name: String,
    /// What `test_mode` says.
    pub test_mode: Option<bool>,
    /// How long a write may take.
    pub write_limit: std::time::Duration,
}

impl Shop {
    /// Reads the settings; the descriptor is read and checked first.
    pub fn open(common: &Common, own: &Fields) -> Result<Shop, Error> {
        let given: Given = fields::read(own)?;
        let source = Source::find(&given.descriptor)?;
        let descriptor = source.read().map_err(|fault| fault.error())?;
        if let Some(problem) = rules::check(&descriptor).problems.first() {
            return Err(source.fault(&problem.path, &problem.says).error());
        }
        Shop::of(descriptor, given, common)
    }

    /// The same of a descriptor that the rules refuse: what they keep out is harmless without them too.
    #[cfg(test)]
    pub fn unruled(common: &Common, own: &Fields) -> Result<Shop, Error> {
        let given: Given = fields::read(own)?;
        let read = Source::find(&given.descriptor)?.read();
        Shop::of(read.map_err(|fault| fault.error())?, given, common)
    }

    fn of(descriptor: Descriptor, given: Given, common: &Common) -> Result<Shop, Error> {
        let assumptions = assumptions::read(&descriptor, common)?;
        let base_url = match &given.base_url {
            Some(url) => Some(common.root_url("base_url", url)?),
            None => None,
        };
        let config = config(&descriptor, &given.config)?;
        secrets(&descriptor, &given.secrets)?;
        let mut shop = Shop {
            descriptor,
            config,
            secrets: given.secrets,
            base_url,
            assumptions,
            name: String::new(),
            test_mode: common.test_mode,
            write_limit: common.write_limit(),
        };
        keys::check(&shop.descriptor, &Values::of(&shop))?;
        if let Some(name) = &shop.descriptor.shop {
            shop.name = name.text(&Values::of(&shop))?.to_string();
        }
        Ok(shop)
    }

    /// A public setting of the shop.
    pub fn config(&self, name: &str) -> Option<&str> {
        self.config.get(name).map(String::as_str)
    }

    /// A secret of the shop.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }

    /// A recipe by its name. That it is there was checked when the descriptor was loaded.
    pub fn recipe(&self, name: &str) -> Result<&Recipe, Error> {
        let recipe = self.descriptor.recipe.get(name);
        recipe.ok_or_else(|| Error::internal(false, "a recipe that is not there"))
    }

    /// The facts that nobody confirmed, for `describe`.
    pub fn describe_assumptions(&self) -> Value {
        assumptions::describe(&self.descriptor, &self.assumptions)
    }

    /// Whether a section is confirmed, or the shop says that it is.
    pub fn believes(&self, section: &str, mark: Mark) -> bool {
        assumptions::is_sure(mark) || self.assumptions.get(section) == Some(&true)
    }

    /// Whether both sides name a payment by the order number: nothing is called to create it, or the
    /// call tells no id. The gateway's later id of the transaction then stays in `raw`.
    pub fn named_by_order(&self) -> bool {
        let response = self.descriptor.create.response.as_ref();
        response.is_none_or(|response| response.fields.payment_id.is_none())
    }

    /// Whether states are named by the order number: where the gateway is asked by it and does not tell its
    /// own id, one payment would else have two states, and a shop that asks both ways would ship twice.
    pub fn states_by_number(&self) -> bool {
        let untold = |call: &Call| {
            !call.request.names("payment.id") && call.response.fields.payment_id.is_none()
        };
        !self.named_by_order() && self.descriptor.status.iter().any(untold)
    }

    /// What a section (`status.0`, `notify.1`) says of money counts only if the section is confirmed, or
    /// the shop says that it is: a guess alone never yields paid or refunded.
    pub fn doubt(&self, section: &str, mark: Mark, payment: &mut Payment) {
        if self.believes(section, mark) {
            return;
        }
        (payment.authorized, payment.captured, payment.refunded) = (None, None, None);
        if payment.status.moved_money() {
            payment.status = Status::Unknown;
            payment.reason = Some("unconfirmed");
        }
    }

    /// Whether it serves a common operation.
    pub fn serves(&self, operation: &str) -> bool {
        let descriptor = &self.descriptor;
        match operation {
            "create_payment" | "settle" => true,
            "payment_status" | "wait" | "check_settings" => !descriptor.status.is_empty(),
            "parse_notification" => !descriptor.notify.is_empty(),
            "confirm" => !descriptor.notify.is_empty() || !descriptor.status.is_empty(),
            "cancel" => descriptor.cancel.is_some(),
            "refund" => descriptor.refund.is_some(),
            _ => false,
        }
    }
}

#[cfg(test)]
impl Shop {
    /// A shop at an invented gateway.
    pub fn sample(base_url: Option<&str>) -> Shop {
        let descriptor = serde_json::json!({
            "schema": 1, "id": "sample", "title": "Sample", "date": "2026-11-22",
            "sources": ["invented"], "redirect_hosts": ["pay.sample.example"],
            "secrets": { "key": "the key" },
            "create": {
                "mark": "ours", "unsettleable": true,
                "request": {
                    "method": "POST", "url": "https://api.sample.example/create",
                    "fields": { "number": "{order.id}", "sum": "{order.amount}" },
                },
                "response": { "fields": { "payment_id": "/id", "url": "/url" } },
            },
            "recipe": { "told": {
                "mark": "ours", "digest": "sha256", "hmac": "{secret.key}", "join": "&",
                "parts": [{ "group": "sorted", "exclude": ["sign"], "element": "{k}={v}" }],
            } },
        });
        let mut settings = serde_json::json!({
            "gateway": "declared", "descriptor": descriptor, "secrets": { "key": "w" },
        });
        if let Some(url) = base_url {
            settings["base_url"] = url.into();
        }
        let Value::Object(settings) = settings else { unreachable!() };
        let (common, own) = Common::split(&settings).unwrap();
        Shop::open(&common, &own).unwrap()
    }
}

/// The public settings with their defaults; what the descriptor does not know is refused.
fn config(descriptor: &Descriptor, given: &Named<String>) -> Result<Named<String>, Error> {
    known("config", given.names(), &descriptor.config.names())?;
    let mut values = Vec::new();
    for (name, rule) in descriptor.config.iter() {
        let field = format!("config.{name}");
        let Some(value) = given.get(name).or(rule.default.as_ref()) else {
            return Err(Error::invalid(field, format!("required: {}", rule.doc)));
        };
        let fits = rule.pattern.as_ref().is_none_or(|pattern| pattern.matches(value));
        if !rule.one_of.is_empty() && !rule.one_of.contains(value) {
            let says = format!("expected one of {}", rule.one_of.join(", "));
            return Err(Error::invalid(field, says));
        }
        if !fits {
            return Err(Error::invalid(field, format!("does not look like one: {}", rule.doc)));
        }
        values.push((name.to_owned(), value.clone()));
    }
    Ok(values.into_iter().collect())
}

fn secrets(descriptor: &Descriptor, given: &Named<Secret>) -> Result<(), Error> {
    known("secrets", given.names(), &descriptor.secrets.names())?;
    for (name, place) in descriptor.secrets.iter() {
        if given.get(name).is_none_or(Secret::is_empty) {
            return Err(Error::invalid(format!("secrets.{name}"), format!("required: {place}")));
        }
    }
    Ok(())
}

fn known(setting: &str, given: Vec<&str>, known: &[&str]) -> Result<(), Error> {
    match given.into_iter().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let says = match known.is_empty() {
                true => "this descriptor has none".to_owned(),
                false => format!("no such setting; expected one of {}", known.join(", ")),
            };
            Err(Error::invalid(format!("{setting}.{name}"), says))
        }
    }
}
