//! What an item of a smart process has: the link to a deal, stages, a sum, fields of its own. It is
//! asked once in ten minutes for each type; a cache is lost without harm.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::item::PARENT;
use super::portal_deal::DEAL;
use super::rows::unreadable;
use crate::clock::Time;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::number;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::per_process::PerProcess;

/// A smart process as `crm.item.fields` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemKind {
    /// The `entityTypeId`.
    pub entity_type_id: u64,
    /// Its items have a deal for a parent. Without it the portal takes the link and drops it silently.
    pub has_deal: bool,
    /// Its items move through stages.
    pub has_stages: bool,
    /// Its items have a sum and a currency.
    pub has_sum: bool,
    /// The fields of its own (`ufCrm...`).
    pub own: BTreeMap<String, OwnField>,
}

/// A field of a portal's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnField {
    /// `string`, `url`, `integer`
    pub kind: String,
    /// It takes one value, and may be written.
    pub plain: bool,
}

/// The types that were asked for so far: kept by each process for itself.
pub struct Kinds(PerProcess<Mutex<ByType>>);

/// Each with when it was asked for.
type ByType = BTreeMap<u64, (Time, Arc<ItemKind>)>;

/// How long a type is believed: somebody may change it.
const BELIEVED: Duration = Duration::from_secs(600);

impl Default for Kinds {
    fn default() -> Kinds {
        Kinds(PerProcess::new(Mutex::default()))
    }
}

impl Kinds {
    fn get(&self, entity_type_id: u64, now: Time) -> Option<Arc<ItemKind>> {
        let all = self.0.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, kind) = all.get(&entity_type_id)?;
        // A clock that was set back makes nothing younger.
        let young = *asked <= now && now - *asked < BELIEVED;
        young.then(|| Arc::clone(kind))
    }

    fn set(&self, kind: &Arc<ItemKind>, now: Time) {
        let mut all = self.0.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(kind.entity_type_id, (now, Arc::clone(kind)));
    }
}

/// The type. What is kept is enough where it has the link: without it, it is asked again.
pub fn kind(session: &Session<'_>, entity_type_id: u64) -> Result<Arc<ItemKind>, Error> {
    match session.portal().kinds.get(entity_type_id, session.call().clock.now()) {
        Some(kind) if kind.has_deal => Ok(kind),
        _ => fresh(session, entity_type_id),
    }
}

/// The type, asked now.
pub fn fresh(session: &Session<'_>, entity_type_id: u64) -> Result<Arc<ItemKind>, Error> {
    let ask = json!({ "entityTypeId": entity_type_id });
    let reply = session.ask(&Method::read("crm.item.fields", ask))?;
    let fields = reply.object("fields").filter(|fields| fields.contains_key("id"));
    let fields = fields.ok_or_else(|| unreadable("it has no fields"))?;
    let kind = Arc::new(read(entity_type_id, fields));
    session.portal().kinds.set(&kind, session.call().clock.now());
    Ok(kind)
}

fn read(entity_type_id: u64, fields: &Fields) -> ItemKind {
    let is_deal = |field: &Value| {
        let parent = field.get("settings").and_then(|it| it.get("parentEntityTypeId"));
        parent.is_none_or(|parent| number(parent) == Some(DEAL))
    };
    let own = fields.iter().filter(|(name, _)| name.starts_with("ufCrm"));
    let own = own.map(|(name, field)| {
        let flag = |name: &str| field.get(name).is_some_and(|value| *value == Value::Bool(true));
        let kind = field.get("type").and_then(fields::text).unwrap_or_default();
        let plain = !["isMultiple", "isReadOnly", "isImmutable"].iter().any(|name| flag(name));
        (name.clone(), OwnField { kind, plain })
    });
    ItemKind {
        entity_type_id,
        has_deal: fields.get(PARENT).is_some_and(is_deal),
        has_stages: fields.contains_key("stageId"),
        has_sum: fields.contains_key("opportunity") && fields.contains_key("currencyId"),
        own: own.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_believed_for_ten_minutes() {
        let kinds = Kinds::default();
        let start = crate::clock::parse("2026-05-14T08:26:33Z").unwrap();
        kinds.set(&Arc::new(read(128, &Fields::new())), start);
        let second = Duration::from_secs(1);
        let cases = [
            (start, true),
            (start + BELIEVED - second, true),
            (start + BELIEVED, false),
            (start - second, false),
        ];
        for (now, kept) in cases {
            assert_eq!(kinds.get(128, now).is_some(), kept, "{now}");
        }
        assert!(kinds.get(130, start).is_none());
    }

    #[test]
    fn a_type_is_what_its_fields_say() {
        let of = |fields: Value| read(128, fields.as_object().unwrap());
        let bare = of(json!({ "id": { "type": "integer" }, "parentId1": {} }));
        assert!(!bare.has_deal && !bare.has_stages && !bare.has_sum && bare.own.is_empty());
        let full = of(json!({
            "id": {}, "stageId": {}, "opportunity": {}, "currencyId": {},
            "parentId2": { "settings": { "parentEntityTypeId": 2 } },
            "ufCrm5Payment": { "type": "string", "isMultiple": false },
            "ufCrm5Many": { "type": "string", "isMultiple": true },
        }));
        assert!(full.has_deal && full.has_stages && full.has_sum);
        assert!(full.own["ufCrm5Payment"].plain && !full.own["ufCrm5Many"].plain);
        let other = of(json!({ "parentId2": { "settings": { "parentEntityTypeId": 3 } } }));
        assert!(!other.has_deal);
        assert!(!of(json!({ "opportunity": {} })).has_sum, "a sum without its currency is none");
    }
}
