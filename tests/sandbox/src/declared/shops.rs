//! A shop at a gateway that a descriptor describes.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::file::{items, pairs, text};
use super::switches::Switches;
use super::template;

/// A shop with its settings.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its name in the control interface.
    pub id: String,
    /// The descriptor.
    pub descriptor: Value,
    /// Public settings.
    pub config: IndexMap<String, String>,
    /// Secrets.
    pub secrets: IndexMap<String, String>,
    /// Where notifications go if the order does not say.
    pub notification_url: Option<String>,
    /// The currency of orders that do not tell one.
    pub currency: String,
    /// What it does otherwise than described.
    pub switches: Switches,
}

/// Which request it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A call before another, by its name.
    Before(String),
    /// A payment begins.
    Create,
    /// Where it stands.
    Status,
    /// It is closed.
    Cancel,
    /// Money goes back.
    Refund,
}

/// A request that the gateway answers.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// What is sent.
    pub request: &'a Value,
    /// What is answered; none for a browser's form.
    pub response: Option<&'a Value>,
}

impl Shop {
    /// The gateway's name.
    pub fn gateway(&self) -> &str {
        text(&self.descriptor, "id").unwrap_or_default()
    }

    /// `config.*` and `secret.*`.
    pub fn known(&self, name: &str) -> Option<String> {
        match name.split_once('.')? {
            ("config", name) => self.config.get(name).cloned(),
            ("secret", name) => self.secrets.get(name).cloned(),
            _ => None,
        }
    }

    /// A template with the shop's own values.
    pub fn filled(&self, template: &str) -> Option<String> {
        template::fill(template, &|name| self.known(name))
    }

    /// Every request that the gateway answers, with what it is.
    pub fn operations(&self) -> Vec<(What, Parts<'_>)> {
        let mut all = Vec::new();
        let create = self.descriptor.get("create").map(|call| (What::Create, call));
        let status = items(&self.descriptor, "status").iter().map(|call| (What::Status, call));
        let cancel = self.descriptor.get("cancel").map(|call| (What::Cancel, call));
        let refund = self.descriptor.get("refund").map(|call| (What::Refund, call));
        for (what, call) in create.into_iter().chain(status).chain(cancel).chain(refund) {
            for step in items(call, "before") {
                if let Some(request) = step.get("request") {
                    let name = text(step, "name").unwrap_or_default().to_owned();
                    all.push((What::Before(name), Parts { request, response: Some(step) }));
                }
            }
            if let Some(request) = call.get("request") {
                all.push((what, Parts { request, response: call.get("response") }));
            }
        }
        all
    }

    /// Whether a payment begins in the buyer's browser: the order number is the payment's name then.
    pub fn by_form(&self) -> bool {
        self.descriptor.pointer("/create/response").is_none()
    }

    /// The host of the payment page: the first that a buyer may be sent to, or the form's own.
    pub fn page_host(&self) -> String {
        let listed = items(&self.descriptor, "redirect_hosts").iter().find_map(Value::as_str);
        let url = self.descriptor.pointer("/create/request/url").and_then(Value::as_str);
        let own = url.and_then(|url| url.strip_prefix("https://")?.split('/').next());
        listed.or(own).and_then(|host| self.filled(host)).unwrap_or_default()
    }

    /// The gateway's word for a status: of the nearest map that has one.
    pub fn word(&self, maps: &[&Value], status: &str) -> Option<String> {
        let own = maps.iter().flat_map(|table| pairs(table, "status_map"));
        // A map of the kind or the reply stands in place of the descriptor's for the words that it has.
        let taken: Vec<&str> = maps
            .iter()
            .flat_map(|table| pairs(table, "status_map"))
            .map(|(word, _)| word)
            .collect();
        let common =
            pairs(&self.descriptor, "status_map").filter(|(word, _)| !taken.contains(word));
        let mut all = own.chain(common);
        all.find(|(_, meant)| meant.as_str() == Some(status)).map(|(word, _)| word.to_owned())
    }

    /// Of several words for a status the one that is test money, or the one that is not, where the word
    /// itself tells that.
    pub fn word_of(&self, table: &Value, status: &str) -> Option<String> {
        let first = self.word(&[table], status)?;
        let spot = table.pointer("/fields/test");
        let pattern = spot.and_then(|spot| text(spot, "matches"));
        let Some(pattern) = pattern.and_then(|pattern| regex_lite::Regex::new(pattern).ok()) else {
            return Some(first);
        };
        let own = pairs(table, "status_map").chain(pairs(&self.descriptor, "status_map"));
        let mut all = own.filter(|(_, meant)| meant.as_str() == Some(status)).map(|(word, _)| word);
        let fit = all.find(|word| pattern.is_match(word) == self.switches.test);
        Some(fit.map_or(first, str::to_owned))
    }

    /// Whether the gateway has a word for a status anywhere.
    pub fn tells(&self, status: &str) -> bool {
        let kinds = items(&self.descriptor, "notify");
        let cases = kinds.iter().flat_map(|kind| items(kind, "case"));
        let by_case = cases.filter_map(|case| text(case, "status")).any(|word| word == status);
        let mut maps: Vec<&Value> = kinds.iter().collect();
        maps.extend(
            items(&self.descriptor, "status").iter().filter_map(|call| call.get("response")),
        );
        by_case || self.word(&maps, status).is_some()
    }

    /// As the control interface shows it: secrets by name only.
    pub fn shown(&self, origin: &str) -> Value {
        let operations: Vec<Value> = self
            .operations()
            .iter()
            .map(|(what, parts)| {
                json!({
                    "what": format!("{what:?}").to_lowercase(),
                    "method": text(parts.request, "method"),
                    "url": text(parts.request, "url"),
                })
            })
            .collect();
        json!({
            "id": self.id,
            "gateway": self.gateway(),
            "base_url": format!("{origin}/declared"),
            "config": self.config,
            "secrets": self.secrets.keys().collect::<Vec<_>>(),
            "notification_url": self.notification_url,
            "currency": self.currency,
            "switches": self.switches,
            "operations": operations,
        })
    }
}
