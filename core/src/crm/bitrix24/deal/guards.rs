//! What `link_payment` refuses: before money, doubt is a reason to stop.

use std::sync::Arc;

use super::checked;
use super::comment::{self, Mark, Timeline};
use super::item::Item;
use super::kind::{self, ItemKind};
use super::link::Link;
use super::payment::key;
use super::portal_deal::{self, PortalDeal, is_missing};
use super::rivals::{Items, Standing, told};
use super::stages::Meaning;
use crate::error::Error;
use crate::money::Amount;

impl Link<'_> {
    /// The deal, if it waits for this payment.
    pub fn open_deal(&self) -> Result<PortalDeal, Error> {
        let id = self.request.deal_id;
        let amount = self.checked.amount;
        let deal = portal_deal::find(self.session, id)?
            .ok_or_else(|| Error::refused("deal_not_found", format!("there is no deal {id}")))?;
        let closed = match deal.meaning {
            Meaning::Open => None,
            Meaning::Won => Some("is won"),
            Meaning::Lost => Some("is lost"),
            Meaning::Unknown => Some("does not tell whether it is open"),
        };
        if let Some(how) = closed {
            let says = format!("deal {id} {how}: a payment is linked to an open deal only");
            return Err(Error::refused("deal_closed", says));
        }
        let code = amount.currency.code;
        if deal.currency != Some(amount.currency) {
            let other = deal.currency.map_or("no currency that is known", |other| other.code);
            let says = format!("deal {id} is in {other}, the payment in {code}");
            return Err(Error::refused("deal_currency", says));
        }
        let Some(sum) = deal.amount else {
            let says =
                format!("the sum of deal {id} cannot be read, the payment is of {amount} {code}");
            return Err(Error::refused("deal_amount", says));
        };
        let (fits, most) = match self.request.partial {
            true => (amount.minor <= sum.minor, "at the most "),
            false => (amount == sum, ""),
        };
        if !fits {
            let says = format!(
                "the payment is of {amount} {code}, for deal {id} it must be {most}{sum} {code}"
            );
            return Err(Error::refused("deal_amount", says));
        }
        Ok(deal)
    }

    /// The type, if its items can be tied to a deal and have the fields that are named.
    pub fn item_kind(&self) -> Result<Arc<ItemKind>, Error> {
        let id = self.request.entity_type_id;
        let missing = |error: Error| match is_missing(&error) {
            true => {
                let says = format!("there is no smart process with the entityTypeId {id}");
                Error::refused("type_not_found", says)
            }
            false => error,
        };
        let mut kind = kind::kind(self.session, id).map_err(missing)?;
        let stored = &self.request.fields;
        if kind.has_deal && checked::own_fields(stored, &kind).is_err() {
            // They may have been made since.
            kind = kind::fresh(self.session, id).map_err(missing)?;
        }
        if !kind.has_deal {
            return Err(no_relation(id));
        }
        checked::own_fields(stored, &kind)?;
        Ok(kind)
    }

    /// What the portal says of a filter by a link that is no more: the relation was kept in mind here, and
    /// somebody took it away.
    pub fn without_relation(&self, error: Error) -> Error {
        let id = self.request.entity_type_id;
        match error.reason {
            "bad_value" => match kind::fresh(self.session, id) {
                Ok(kind) if !kind.has_deal => no_relation(id),
                _ => error,
            },
            _ => error,
        }
    }

    /// Refuses a deal that another payment may pay, or has paid. `tied` is our item, where it is at the
    /// deal: of two the lower id stays.
    pub fn alone(
        &self,
        deal: &PortalDeal,
        kind: &ItemKind,
        others: &Items,
        tied: Option<u64>,
    ) -> Result<(), Error> {
        let before = |item: &&Item| tied.is_none_or(|own| item.id < own);
        if let Some(item) = others.live.iter().find(before) {
            return Err(self.live(deal, item));
        }
        if let (Some(item), false) = (others.paid.first(), self.request.partial) {
            let says = format!(
                "deal {} is paid already, by item {}{}: a further payment needs partial",
                deal.id,
                item.id,
                keyed(item)
            );
            return Err(Error::refused("deal_already_paid", says));
        }
        match kind.has_sum {
            true => self.within(deal, &others.paid),
            // Without sums on the items nobody can add them up.
            false => Ok(()),
        }
    }

    /// The refusal.
    pub fn live(&self, deal: &PortalDeal, item: &Item) -> Error {
        let says = format!(
            "deal {} has another payment that is not over: item {}{}; settle or cancel that payment \
             first, or, if there is none behind it, move the item to a final stage or delete it",
            deal.id,
            item.id,
            keyed(item)
        );
        Error::refused("deal_has_live_payment", says)
    }

    /// Whether the parts that are paid leave room for this one.
    fn within(&self, deal: &PortalDeal, paid: &[Item]) -> Result<(), Error> {
        let amount = self.checked.amount;
        let mut sum = amount;
        for item in paid {
            let part = item.amount.filter(|part| part.currency == amount.currency);
            sum = part.and_then(|part| sum.plus(part)).ok_or_else(|| {
                let says = format!("the sum of item {}, a paid part, cannot be read", item.id);
                Error::refused("deal_amount", says)
            })?;
        }
        match deal.amount {
            Some(whole) if sum.minor <= whole.minor => Ok(()),
            _ => Err(Error::refused(
                "deal_amount",
                format!(
                    "with the parts that are paid this payment makes {sum} {}, deal {} is of {}",
                    amount.currency.code, deal.id, deal.opportunity
                ),
            )),
        }
    }

    /// The deal's comments on this payment. One that tells of money, or of its end, stands also where no
    /// stage and no field says so.
    pub fn told_so_far(&self, found: &[Item]) -> Result<Vec<(u64, Mark)>, Error> {
        let on_deal = self.told_on(&Timeline::Deal(self.request.deal_id), "the deal")?;
        // What came while the deal was missing stands on the item.
        let entity_type_id = self.request.entity_type_id;
        for item in found.iter().filter(|item| item.deal_id.is_none()) {
            self.told_on(&Timeline::Item { entity_type_id, id: item.id }, "the item")?;
        }
        Ok(on_deal)
    }

    fn told_on(&self, timeline: &Timeline, whose: &str) -> Result<Vec<(u64, Mark)>, Error> {
        let marks = comment::marks(self.session, timeline, &key(&self.checked.xml_id))?;
        match marks.iter().find(|(_, mark)| !checked::waits(&mark.status)) {
            None => Ok(marks),
            Some((id, mark)) => {
                let says = format!(
                    "the payment has money in it or is over: comment {id} of {whose} says {}",
                    mark.status
                );
                Err(Error::refused("payment_closed", says))
            }
        }
    }

    /// Whether all items with our key are this payment's. A further one may be put aside, in a failure
    /// stage, instead of being deleted.
    pub fn all_fit(
        &self,
        standing: &Standing<'_>,
        kind: &ItemKind,
        found: &[Item],
    ) -> Result<(), Error> {
        for (place, item) in found.iter().enumerate() {
            if place == 0 || standing.meaning(item)? != Meaning::Lost {
                self.fits(standing, kind, item)?;
            }
        }
        Ok(())
    }

    /// Whether an item with our key is this payment's, and still waits for it.
    pub fn fits(&self, standing: &Standing<'_>, kind: &ItemKind, item: &Item) -> Result<(), Error> {
        let id = item.id;
        if let Some(other) = item.deal_id.filter(|other| *other != self.request.deal_id) {
            let says = format!(
                "item {id} with this payment's key is linked to deal {other}, not to deal {}",
                self.request.deal_id
            );
            return Err(Error::refused("item_of_another_deal", says));
        }
        self.same_sum(kind, item)?;
        let stored = &self.request.fields;
        let theirs = told(item, &stored.payment_id).filter(|theirs| !theirs.is_empty());
        if let (Some(own), Some(theirs)) = (&self.request.payment.id, theirs)
            && *own != theirs
        {
            let says = format!(
                "item {id} with this payment's key stands for another payment, {theirs}: each payment \
                 needs a key of its own"
            );
            return Err(Error::refused("item_of_another_payment", says));
        }
        let status = told(item, &stored.status).filter(|status| !status.is_empty());
        let over = |how: String| {
            let says = format!("the payment of item {id} has money in it or is over: {how}");
            Err(Error::refused("payment_closed", says))
        };
        if standing.meaning(item)?.is_final() {
            return over("it stands in a final stage".to_owned());
        }
        match status {
            Some(status) if !checked::waits(&status) => over(format!("its status is {status}")),
            _ => Ok(()),
        }
    }

    fn same_sum(&self, kind: &ItemKind, item: &Item) -> Result<(), Error> {
        let amount = self.checked.amount;
        if !kind.has_sum || item.amount == Some(amount) {
            return Ok(());
        }
        let shown = |sum: Amount| format!("{sum} {}", sum.currency.code);
        let other = item.amount.map_or_else(|| "a sum that cannot be read".to_owned(), shown);
        let says = format!("item {} is of {other}, the payment of {}", item.id, shown(amount));
        Err(Error::refused("item_amount", says))
    }
}

fn no_relation(id: u64) -> Error {
    let says = format!(
        "smart process {id} has no relation to deals, and the portal would drop the link \
                 silently: bind it to deals in its settings, or by crm.type.update with the whole \
                 relations block (it is replaced as a whole: give those that are there too) and \
                 {{\"entityTypeId\": 2, \"isChildrenListEnabled\": \"true\"}} in relations.parent"
    );
    Error::refused("no_deal_relation", says)
}

/// For a message: the key, if the item has one.
fn keyed(item: &Item) -> String {
    match item.xml_id.is_empty() {
        true => String::new(),
        false => format!(" with the key {}", item.xml_id),
    }
}
