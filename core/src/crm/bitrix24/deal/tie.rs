//! How the payment's item comes to the deal, and how it is taken away again where another payment was
//! first.

use serde_json::Value;

use super::comment::{self, Mark, Timeline};
use super::item::{self, Item, PARENT, Wanted};
use super::kind::ItemKind;
use super::link::Link;
use super::payment::key;
use super::portal_deal::PortalDeal;
use super::rivals::{self, Items, Standing};
use super::written::after;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::flow::Pauses;

/// How the item came to the deal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It was there.
    Before,
    /// It is an old one that this call tied to the deal.
    Tied,
    /// This call added it.
    Added,
    /// This call or another run of it added it just now: nobody can tell, so nobody takes it back.
    Somehow,
}

/// The payment's item at the deal.
pub struct Own {
    item: Item,
    came: Came,
    /// Others with the same key, which another run left.
    pub duplicates: Vec<u64>,
}

impl Own {
    /// Whether it is certain that this very call added it.
    pub fn added(&self) -> bool {
        self.came == Came::Added
    }
}

impl Link<'_> {
    /// The item that is there, tied to the deal now if it was not; or a new one.
    pub fn tie(&self, kind: &ItemKind, found: Vec<Item>) -> Result<Own, Error> {
        let mut found = found.into_iter();
        if let Some(item) = found.next() {
            let duplicates = found.map(|item| item.id).collect();
            if item.deal_id.is_some() {
                return Ok(Own { item, came: Came::Before, duplicates });
            }
            let deal_id = self.request.deal_id;
            let item = self.written.did(self.set_parent(kind, item.id, deal_id.into()))?;
            return Ok(Own { item, came: Came::Tied, duplicates });
        }
        let wanted = Wanted {
            entity_type_id: kind.entity_type_id,
            xml_id: &self.checked.xml_id,
            deal_id: Some(self.request.deal_id),
            title: &self.checked.title,
            amount: self.checked.amount,
            category_id: self.request.category_id,
            stored: self.checked.stored.clone(),
        };
        let item::Found { item, added, duplicates } =
            self.written.did(item::add(self.session, kind, &wanted))?;
        let came = if added { Came::Added } else { Came::Somehow };
        Ok(Own { item, came, duplicates })
    }

    fn set_parent(&self, kind: &ItemKind, id: u64, parent: Value) -> Result<Item, Error> {
        let fields = Fields::from_iter([(PARENT.to_owned(), parent)]);
        item::update(self.session, kind.entity_type_id, id, &fields)
    }

    /// Looks again once our item is at the deal: of two that came at once at least one sees the other.
    /// `seen` was at the deal beside an item that was there, `told` is what its timeline tells of ours.
    pub fn converge(
        &self,
        standing: &Standing<'_>,
        deal: &PortalDeal,
        kind: &ItemKind,
        (seen, told): (Items, &[(u64, Mark)]),
        mut own: Own,
    ) -> Result<Own, Error> {
        let before = own.came == Came::Before;
        // An earlier run looked to the end: whoever came later gives way. The item's fields do not say
        // that much, for it is added with them.
        if before && !told.is_empty() {
            return Ok(own);
        }
        let mut seen = Some(seen).filter(|_| before);
        // What is left serves to take it back.
        let enough = self.session.left() / 2;
        let mut pauses = Pauses::new();
        let others = loop {
            let looked = seen.take().map(Ok);
            let others = looked.unwrap_or_else(|| standing.of_deal(deal.id, &self.checked.xml_id));
            let others = match others {
                Ok(others) => others,
                Err(error) if error.kind == Kind::Refused => {
                    let error = self.without_relation(error);
                    return Err(self.take_back(standing, kind, &own, error));
                }
                Err(error) => return Err(error),
            };
            // An old item has a low id for another reason than being first at the deal.
            let first = others.own.first().map_or(own.item.id, |first| first.id.min(own.item.id));
            let ours = Some(first).filter(|_| own.came != Came::Tied);
            if let Err(error) = self.alone(deal, kind, &others, ours) {
                return Err(self.take_back(standing, kind, &own, error));
            }
            // One that came after ours gives way; until it has, nothing says that it did not look
            // before ours could be seen.
            let Some(rival) = others.live.first() else { break others };
            let left = self.session.left();
            if left <= enough {
                let error = self.live(deal, rival);
                return Err(self.take_back(standing, kind, &own, error));
            }
            self.session.call().clock.sleep(pauses.next(left - enough, None))?;
        };
        let first = others.own.into_iter().find(|item| item.id < own.item.id);
        if let (Some(first), Came::Added) = (first, own.came) {
            self.written.did(item::delete(self.session, kind.entity_type_id, own.item.id))?;
            self.written.taken_back();
            (own.item, own.came) = (first, Came::Somehow);
        }
        Ok(own)
    }

    /// The item as it stands. The portal may have dropped the link without a word.
    pub fn read_back(
        &self,
        standing: &Standing<'_>,
        kind: &ItemKind,
        own: &Own,
    ) -> Result<Item, Error> {
        let id = own.item.id;
        let item = item::get(self.session, kind.entity_type_id, id)?;
        let Some(item) = item else {
            let says = format!("item {id} is gone: somebody else deleted it meanwhile");
            return Err(Error::outcome_unknown("item_gone", says));
        };
        let stands = self.fits(standing, kind, &item).and_then(|()| {
            if item.deal_id == Some(self.request.deal_id) && item.xml_id == self.checked.xml_id {
                return Ok(());
            }
            let says = format!(
                "the portal took item {id} and dropped its link to deal {}: see that smart process \
                 {} still has its relation to deals",
                self.request.deal_id, kind.entity_type_id
            );
            Err(Error::refused("link_dropped", says))
        });
        match stands {
            Ok(()) => Ok(item),
            Err(error) => Err(self.take_back(standing, kind, own, error)),
        }
    }

    /// Undoes what this very call did to the item; the error says what is left.
    fn take_back(
        &self,
        standing: &Standing<'_>,
        kind: &ItemKind,
        own: &Own,
        mut error: Error,
    ) -> Error {
        let id = own.item.id;
        if own.came == Came::Before {
            return error;
        }
        let undone = match (own.came, self.taken_on(standing, kind, id)) {
            (_, Err(problem)) => Err(problem),
            (Came::Added, Ok(false)) => item::delete(self.session, kind.entity_type_id, id),
            (Came::Tied, Ok(false)) => self.set_parent(kind, id, Value::Null).map(|_| ()),
            _ => {
                error.message = format!("{}; item {id} of this payment stays", error.message);
                return after(error);
            }
        };
        match undone {
            Ok(()) => {
                self.written.taken_back();
                error
            }
            Err(problem) => {
                error.message = format!(
                    "{}; item {id} of this payment could not be taken back ({})",
                    error.message, problem.message
                );
                after(error)
            }
        }
    }

    /// Whether another run of this payment went on with the item while this one was under way: then the
    /// buyer may have its page, or have paid, and the item is not this call's any more.
    fn taken_on(&self, standing: &Standing<'_>, kind: &ItemKind, id: u64) -> Result<bool, Error> {
        let Some(item) = item::get(self.session, kind.entity_type_id, id)? else {
            return Ok(false);
        };
        let told = |name: &Option<String>| rivals::told(&item, name).filter(|it| !it.is_empty());
        let fields = &self.request.fields;
        let names = [&fields.payment_id, &fields.payment_url, &fields.status, &fields.state_id];
        let written = |name: &&Option<String>| {
            let own = name.as_ref().and_then(|name| self.checked.stored.get(name));
            told(name).is_some_and(|it| own.is_none_or(|own| *own != it))
        };
        if kind.has_stages && standing.meaning(&item)?.is_final() || names.iter().any(written) {
            return Ok(true);
        }
        let timeline = Timeline::Deal(self.request.deal_id);
        let marks = comment::marks(self.session, &timeline, &key(&self.checked.xml_id))?;
        Ok(!marks.is_empty())
    }
}
