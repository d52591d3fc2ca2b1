//! The other payments of a deal: those that may still bring money, and those that did.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::asked::Stored;
use super::item::{self, Item};
use super::kind::ItemKind;
use super::stages::{self, Meaning, Stage};
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields;

/// Where the items of one type stand; each pipeline is asked for once in a call.
pub struct Standing<'a> {
    session: &'a Session<'a>,
    kind: &'a ItemKind,
    stored: &'a Stored,
    pipelines: RefCell<BTreeMap<u64, Vec<Stage>>>,
}

/// The items of a deal.
#[derive(Default)]
pub struct Items {
    /// Of this payment.
    pub own: Vec<Item>,
    /// Other payments that are not over, or of which nobody can say it.
    pub live: Vec<Item>,
    /// Other payments whose money came.
    pub paid: Vec<Item>,
}

impl<'a> Standing<'a> {
    /// For the items of this type.
    pub fn new(session: &'a Session<'a>, kind: &'a ItemKind, stored: &'a Stored) -> Standing<'a> {
        Standing { session, kind, stored, pipelines: RefCell::default() }
    }

    /// The stages that were asked for, by pipeline.
    pub fn asked(self) -> BTreeMap<u64, Vec<Stage>> {
        self.pipelines.into_inner()
    }

    /// All items of the deal.
    pub fn of_deal(&self, deal_id: u64, xml_id: &str) -> Result<Items, Error> {
        let own = [&self.stored.status, &self.stored.payment_id];
        let own: Vec<&str> = own.into_iter().flatten().map(String::as_str).collect();
        let mut items = Items::default();
        for item in item::of_deal(self.session, self.kind.entity_type_id, deal_id, &own)? {
            if item.xml_id == xml_id {
                items.own.push(item);
                continue;
            }
            match self.meaning(&item)? {
                Meaning::Won => items.paid.push(item),
                Meaning::Lost => {}
                Meaning::Open | Meaning::Unknown if self.is_payment(&item) => items.live.push(item),
                Meaning::Open | Meaning::Unknown => {}
            }
        }
        Ok(items)
    }

    /// Where an item stands: by its stage; in a type without stages by the status that is stored in it.
    pub fn meaning(&self, item: &Item) -> Result<Meaning, Error> {
        if !self.kind.has_stages {
            return Ok(self.by_status(item));
        }
        let Some(stage) = &item.stage_id else { return Ok(Meaning::Unknown) };
        let Some(category) = stages::category_of(stage).or(item.category_id.filter(|id| *id > 0))
        else {
            return Ok(Meaning::Unknown);
        };
        let known = self.pipelines.borrow().get(&category).map(|list| stages::meaning(list, stage));
        if let Some(meaning) = known {
            return Ok(meaning);
        }
        let list = stages::of_type(self.session, self.kind.entity_type_id, category)?;
        let meaning = stages::meaning(&list, stage);
        self.pipelines.borrow_mut().insert(category, list);
        Ok(meaning)
    }

    fn by_status(&self, item: &Item) -> Meaning {
        match told(item, &self.stored.status).as_deref() {
            Some("paid" | "partially_refunded") => Meaning::Won,
            Some("declined" | "expired" | "cancelled" | "refunded") => Meaning::Lost,
            _ => Meaning::Unknown,
        }
    }

    /// With stages, every item of the deal is one: a person may keep payments there too. Without, an item
    /// with no key and no payment in it is something else.
    fn is_payment(&self, item: &Item) -> bool {
        self.kind.has_stages
            || !item.xml_id.is_empty()
            || told(item, &self.stored.payment_id).is_some()
    }
}

/// What an own field of the item says.
pub fn told(item: &Item, name: &Option<String>) -> Option<String> {
    item.fields.get(name.as_deref()?).and_then(fields::text)
}
