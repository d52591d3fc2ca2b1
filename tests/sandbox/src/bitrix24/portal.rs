//! One portal: a world of its own, with its own secret.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::events::Hook;
use super::kinds::{DEAL, INVOICE, Kind};
use super::limits::Limits;
use super::outcome::{Failure, bad};
use super::shop::Shop;
use crate::clock;

/// An item or a deal.
pub type Item = Map<String, Value>;

/// How many calls are kept.
const KEPT: usize = 5000;

/// A comment of a timeline.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Whose timeline.
    pub owner: (i64, i64),
    /// As the list shows it.
    pub row: Map<String, Value>,
}

/// A refusal on demand.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The method, in any case; `*` is each.
    pub method: String,
    /// HTTP status.
    pub status: u16,
    /// `error`: text or a number.
    pub error: Value,
    /// `error_description`.
    #[serde(default)]
    pub description: String,
    /// How many calls.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether the call is carried out all the same.
    #[serde(default)]
    pub after: bool,
}

fn once() -> u32 {
    1
}

/// What waits for calls.
#[derive(Clone, Debug, Default)]
pub struct Pauses {
    /// Before each call.
    pub each_ms: u64,
    /// Before a method is carried out, by its name in small letters.
    pub methods: HashMap<String, u64>,
}

/// A portal.
#[derive(Debug)]
pub struct Portal {
    /// What tests call it.
    pub name: String,
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    /// The webhook's secret.
    pub secret: String,
    /// What events are known by.
    pub application_token: String,
    /// The portal's own number.
    pub member: String,
    /// Types by `entityTypeId`, deals and smart invoices among them.
    pub kinds: BTreeMap<i64, Kind>,
    /// Items by type and id.
    pub items: BTreeMap<i64, BTreeMap<i64, Item>>,
    /// What others still see of an item, and until when.
    pub veiled: HashMap<(i64, i64), (i64, Option<Item>)>,
    /// Comments by id.
    pub comments: BTreeMap<i64, Comment>,
    /// Payments and what belongs to them.
    pub shop: Shop,
    /// What was called.
    pub calls: Vec<Value>,
    /// Limits of requests and of time.
    pub limits: Limits,
    /// Where calls wait.
    pub pauses: Pauses,
    /// Refusals on demand.
    pub refusals: Vec<Refusal>,
    /// Who hears of changes, and what was sent.
    pub hook: Hook,
    /// `both`, `plain` (SEMANTICS) or `extra` (EXTRA.SEMANTICS).
    pub semantics: String,
    counters: BTreeMap<&'static str, i64>,
}

impl Portal {
    /// A portal with deals and smart invoices.
    pub fn new(name: &str, origin: &str) -> Self {
        let secret = || uuid::Uuid::new_v4().simple().to_string();
        let mut deal = Kind::new(0, DEAL, "Deal");
        deal.add_category(0, None);
        let mut invoice = Kind::new(0, INVOICE, "Invoice");
        invoice.add_category(3, None);
        invoice.parents.push(DEAL);
        Self {
            name: name.to_owned(),
            origin: origin.to_owned(),
            secret: secret(),
            application_token: secret(),
            member: secret(),
            kinds: [(DEAL, deal), (INVOICE, invoice)].into(),
            items: BTreeMap::new(),
            veiled: HashMap::new(),
            comments: BTreeMap::new(),
            shop: Shop::default(),
            calls: Vec::new(),
            limits: Limits::default(),
            pauses: Pauses::default(),
            refusals: Vec::new(),
            hook: Hook::default(),
            semantics: "both".to_owned(),
            counters: BTreeMap::new(),
        }
    }

    /// The next id of its kind. The first are those of the documents.
    pub fn next_id(&mut self, of: &'static str) -> i64 {
        let first = match of {
            "deal" => 662,
            "item" => 24,
            "category" => 30,
            "comment" => 999,
            "row" => 11,
            "payment" => 1033,
            "product" => 1193,
            "order" => 3653,
            "type" => 16,
            "entity_type" => 1220,
            _ => 1,
        };
        let next = self.counters.entry(of).or_insert(first);
        let step = if of == "entity_type" { 2 } else { 1 };
        let id = *next;
        *next += step;
        id
    }

    /// A type, or the portal's refusal.
    pub fn kind(&self, entity_type: i64) -> Result<&Kind, Failure> {
        if entity_type == 0 {
            return Err(bad("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported"));
        }
        self.kinds.get(&entity_type).ok_or_else(|| bad("NOT_FOUND", "Smart process not found"))
    }

    /// What a reader sees of an item now.
    pub fn seen(&self, entity_type: i64, id: i64) -> Option<&Item> {
        match self.veiled.get(&(entity_type, id)) {
            Some((until, before)) if clock::now() < *until => before.as_ref(),
            _ => self.items.get(&entity_type)?.get(&id),
        }
    }

    /// All items of a type that a reader sees now.
    pub fn all_seen(&self, entity_type: i64) -> Vec<Item> {
        let ids = self.items.get(&entity_type).into_iter().flat_map(BTreeMap::keys);
        ids.filter_map(|id| self.seen(entity_type, *id)).cloned().collect()
    }

    /// Keeps an item; others may see the old one for a while. With nothing it is deleted.
    pub fn keep(&mut self, entity_type: i64, id: i64, item: Option<Item>) {
        let all = self.items.entry(entity_type).or_default();
        let before = match item {
            Some(item) => all.insert(id, item),
            None => all.remove(&id),
        };
        if self.hook.visible_after_ms > 0 {
            let until = clock::now() + i64::try_from(self.hook.visible_after_ms).unwrap_or(0);
            self.veiled.insert((entity_type, id), (until, before));
        }
    }

    /// Notes a call and tells its place.
    pub fn note(&mut self, method: &str, params: &Value, in_batch: bool) -> usize {
        if self.calls.len() < KEPT {
            self.calls.push(json!({
                "at": clock::rfc3339(clock::now()),
                "method": method,
                "params": params,
                "batch": in_batch,
                "error": null,
            }));
        }
        self.calls.len().saturating_sub(1)
    }

    /// Notes how a call ended.
    pub fn note_end(&mut self, place: usize, error: Option<&Failure>) {
        let call = self.calls.get_mut(place).and_then(Value::as_object_mut);
        if let (Some(call), Some(failure)) = (call, error) {
            call.insert("error".into(), failure.shown());
        }
    }

    /// Takes a refusal that waits for this method.
    pub fn refused(&mut self, method: &str, after: bool) -> Option<Failure> {
        let fits = |one: &Refusal| {
            one.after == after && (one.method == "*" || one.method.eq_ignore_ascii_case(method))
        };
        let place = self.refusals.iter().position(fits)?;
        let one = self.refusals.get_mut(place)?;
        one.times = one.times.saturating_sub(1);
        let (failure, used_up) =
            (Failure::new(one.status, one.error.clone(), one.description.clone()), one.times == 0);
        if used_up {
            self.refusals.remove(place);
        }
        Some(failure)
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        self.origin.trim_start_matches("http://")
    }
}
