//! What `settle_deal` answers.

use serde_json::{Value, json};

use crate::crm::bitrix24::deal::asked::{SettleDeal, Way};
use crate::crm::bitrix24::deal::heard::Heard;
use crate::crm::bitrix24::deal::judgement::STAGE_REFUSED;
use crate::crm::bitrix24::deal::moves::Refusal;
use crate::crm::bitrix24::deal::portal_deal::PortalDeal;
use crate::crm::bitrix24::deal::stages::Meaning;
use crate::fields::Fields;

/// What the flow found and did.
#[derive(Default)]
pub struct Done {
    /// Whether there is a deal.
    pub deal_found: bool,
    /// Its stage at the end.
    pub deal_stage: Option<String>,
    /// What that stage means.
    pub deal_meaning: Option<Meaning>,
    /// By this call.
    pub deal_moved: bool,
    /// The item.
    pub item_id: Option<u64>,
    /// By this call.
    pub item_added: bool,
    /// Its stage at the end.
    pub item_stage: Option<String>,
    /// By this call.
    pub item_moved: bool,
    /// The comment with this state's mark.
    pub comment_id: Option<u64>,
    /// The portal's own payment, and whether this call registered it.
    pub registered: Option<(Way, u64, bool)>,
    /// What a person must look at.
    pub attention: Vec<String>,
    /// Deal and type were found: what is missing from now on was deleted meanwhile.
    pub looked: bool,
    /// Whether anything was written.
    pub wrote: bool,
    /// Other items of the same key.
    pub duplicates: Vec<u64>,
    /// What the portal keeps otherwise than it was told, by our names.
    pub not_stored: Vec<&'static str>,
    /// What the portal refused.
    pub refusals: Vec<Refusal>,
}

impl Done {
    /// Adds words of the attention, each once.
    pub fn note(&mut self, words: impl IntoIterator<Item = impl Into<String>>) {
        for word in words.into_iter().map(Into::into) {
            if !self.attention.contains(&word) {
                self.attention.push(word);
            }
        }
    }

    /// How the deal stands.
    pub fn saw(&mut self, deal: Option<&PortalDeal>) {
        self.deal_found = deal.is_some();
        self.deal_stage = deal.and_then(|deal| deal.stage_id.clone());
        self.deal_meaning = deal.map(|deal| deal.meaning);
    }

    /// The portal refused to move something.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
        self.note([STAGE_REFUSED]);
    }

    /// The reply.
    pub fn into_fields(self, request: &SettleDeal, heard: &Heard, xml_id: &str) -> Fields {
        let meaning = self.deal_meaning.map(|meaning| match meaning {
            Meaning::Open => "open",
            Meaning::Won => "won",
            Meaning::Lost => "lost",
            Meaning::Unknown => "unknown",
        });
        let registered = self.registered.map(|(way, payment_id, done_now)| {
            let way = match way {
                Way::Order => "order",
                Way::Deal => "deal",
                Way::PaySystem => "pay_system",
            };
            json!({ "way": way, "payment_id": payment_id, "done_now": done_now })
        });
        let refusals: Vec<Value> = self.refusals.iter().map(Refusal::to_value).collect();
        let reply = json!({
            "deal_id": request.deal_id,
            "entity_type_id": request.entity_type_id,
            "item_id": self.item_id,
            "xml_id": xml_id,
            "outcome": heard.outcome.name(),
            "deal": {
                "found": self.deal_found, "stage_id": self.deal_stage, "moved": self.deal_moved,
                "meaning": meaning,
            },
            "item": {
                "added": self.item_added, "stage_id": self.item_stage, "moved": self.item_moved,
            },
            "comment_id": self.comment_id,
            "registered": registered,
            "needs_attention": !self.attention.is_empty(),
            "attention": self.attention,
            "repeated": !self.wrote,
            "duplicates": self.duplicates,
            "not_stored": self.not_stored,
            "refusals": refusals,
        });
        match reply {
            Value::Object(reply) => reply,
            _ => Fields::new(),
        }
    }
}
