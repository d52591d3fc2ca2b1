//! `link_payment`: before any money, an item of a smart process that stands for the payment is tied to
//! the deal. The order of its calls; what it refuses stands in `guards`, how the item comes to the deal
//! in `tie`.

use serde_json::json;

use super::asked::LinkPayment;
use super::checked::{self, Checked};
use super::comment::{self, Mark, Timeline};
use super::item::{self, Item};
use super::kind::ItemKind;
use super::rivals::Standing;
use super::tie::Own;
use super::written::Written;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

/// Links the payment to the deal.
pub fn link_payment(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: LinkPayment = fields::read(given)?;
    let checked = Checked::new(&request, session.portal().settings.allow_plain_http)?;
    let session = session.patient(request.timeout_ms)?;
    let link = Link {
        session: &session,
        request: &request,
        checked: &checked,
        written: Written::default(),
    };
    link.run().map_err(|error| link.written.told(error))
}

/// One such call.
pub struct Link<'a> {
    /// The way to the portal.
    pub session: &'a Session<'a>,
    /// What was asked.
    pub request: &'a LinkPayment,
    /// The same, checked.
    pub checked: &'a Checked,
    /// What was written so far.
    pub written: Written,
}

impl Link<'_> {
    fn run(&self) -> Result<Fields, Error> {
        let deal = self.open_deal()?;
        let kind = self.item_kind()?;
        let standing = Standing::new(self.session, &kind, &self.request.fields);
        let found = item::find(self.session, kind.entity_type_id, &self.checked.xml_id)?;
        let others = standing.of_deal(deal.id, &self.checked.xml_id);
        let others = others.map_err(|error| self.without_relation(error))?;
        let tied = found.first().filter(|item| item.deal_id == Some(deal.id));
        self.alone(&deal, &kind, &others, tied.map(|item| item.id))?;
        self.all_fit(&standing, &kind, &found)?;
        let told = self.told_so_far()?;
        let own = self.tie(&kind, found)?;
        let own = self.converge(&standing, &deal, &kind, (others, &told), own)?;
        let item = self.read_back(&standing, &kind, &own)?;
        let item = self.store(&kind, item)?;
        let comment_id = self.comment(&item, &told)?;
        Ok(self.reply(&own, &item, comment_id))
    }

    /// Writes what the item does not say yet.
    fn store(&self, kind: &ItemKind, item: Item) -> Result<Item, Error> {
        let differing = item.differing(&self.checked.stored);
        if differing.is_empty() {
            return Ok(item);
        }
        let updated = item::update(self.session, kind.entity_type_id, item.id, &differing);
        match updated {
            // The portal took it and keeps what it had.
            Ok(now) if now.differing(&differing).len() == differing.len() => Ok(now),
            ended => self.written.did(ended),
        }
    }

    /// What the portal keeps otherwise than it was told, by our names.
    fn not_stored(&self, item: &Item) -> Vec<&'static str> {
        checked::among(&self.request.fields, &item.differing(&self.checked.stored))
    }

    /// Tells the deal, once for each state of the payment.
    fn comment(&self, item: &Item, told: &[(u64, Mark)]) -> Result<Option<u64>, Error> {
        let Some(mark) = &self.checked.mark else { return Ok(None) };
        let same = |all: &[(u64, Mark)]| {
            all.iter().find(|(_, other)| other.state_id == mark.state_id).map(|(id, _)| *id)
        };
        let timeline = Timeline::Deal(self.request.deal_id);
        let there = match same(told) {
            // Another run may have told it since.
            None => same(&comment::marks(self.session, &timeline, &mark.key)?),
            there => there,
        };
        if there.is_some() {
            return Ok(there);
        }
        let text = self.text(item.id);
        let (id, _) = self.written.did(comment::add(self.session, &timeline, mark, &text))?;
        Ok(Some(id))
    }

    fn text(&self, item_id: u64) -> String {
        let told = &self.request.payment;
        let amount = self.checked.amount;
        let part = if self.request.partial { ", a part of the deal's sum" } else { "" };
        let number = told.order_number.as_deref().unwrap_or(&self.checked.xml_id);
        let mut lines = vec![format!("Payment {number}: {amount} {}{part}", amount.currency.code)];
        if let Some(gateway) = &told.gateway {
            let id = told.id.as_ref().map(|id| format!(", id {id}")).unwrap_or_default();
            lines.push(format!("Gateway: {gateway}{id}"));
        }
        lines.extend(told.status.as_ref().map(|status| format!("Status: {status}")));
        if let Some(url) = &self.checked.url {
            // Brackets would be defused, and the link with them.
            lines.push(format!("Page: {}", url.replace('[', "%5B").replace(']', "%5D")));
        }
        lines.push(format!("Item: {item_id}"));
        if told.test == Some(true) {
            lines.push("Test: no real money".to_owned());
        }
        lines.join("\n")
    }

    fn reply(&self, own: &Own, item: &Item, comment_id: Option<u64>) -> Fields {
        let reply = json!({
            "deal_id": self.request.deal_id,
            "entity_type_id": self.request.entity_type_id,
            "item_id": item.id,
            "xml_id": self.checked.xml_id,
            "added": own.added(),
            "comment_id": comment_id,
            "changed": self.written.ever(),
            "duplicates": own.duplicates,
            "not_stored": self.not_stored(item),
            "item": {
                "id": item.id,
                "stage_id": item.stage_id,
                "category_id": item.category_id,
                "amount": item.amount,
                "currency": item.currency,
            },
        });
        reply.as_object().cloned().unwrap_or_default()
    }
}
