//! The stages that a run may need: of the deal's pipeline and of the items'. Those that the caller names are
//! checked before anything is written.

use std::collections::BTreeMap;

use crate::crm::bitrix24::deal::asked::SettleDeal;
use crate::crm::bitrix24::deal::heard::{Heard, Outcome};
use crate::crm::bitrix24::deal::item::Item;
use crate::crm::bitrix24::deal::judgement::{Goal, NO_STAGE};
use crate::crm::bitrix24::deal::portal_deal::PortalDeal;
use crate::crm::bitrix24::deal::stages::{self, Meaning, Stage};
use crate::crm::bitrix24::session::Session;
use crate::error::Error;

/// The stages of one run.
pub struct Plan<'a> {
    session: &'a Session<'a>,
    request: &'a SettleDeal,
    pipeline: Option<u64>,
    of_deal: Vec<Stage>,
    deal_stage: Option<String>,
    of_items: BTreeMap<u64, Vec<Stage>>,
}

impl<'a> Plan<'a> {
    /// Reads the deal's stages where it may move, and checks each stage that the caller names.
    pub fn new(
        session: &'a Session<'a>,
        request: &'a SettleDeal,
        heard: &Heard,
        deal: Option<&PortalDeal>,
    ) -> Result<Plan<'a>, Error> {
        let (of_items, of_deal) = (BTreeMap::new(), Vec::new());
        let (pipeline, deal_stage) = (None, None);
        let mut plan = Plan { session, request, pipeline, of_deal, deal_stage, of_items };
        let goal = match heard.outcome {
            Outcome::Paid => Goal::Success,
            Outcome::Failed => Goal::Failure,
            Outcome::Held | Outcome::Refunded | Outcome::Waiting => return Ok(plan),
        };
        if let (Some(deal), false) = (deal, request.partial) {
            plan.read(deal)?;
            if let Some(pipeline) = plan.pipeline {
                let named = plan.named_deal(goal);
                let picked = stages::pick(&plan.of_deal, goal.meaning(), named);
                plan.deal_stage = match picked {
                    Err(_) if plan.elsewhere(pipeline, goal)? => None,
                    picked => picked?,
                };
            }
        }
        if let Some((field, stage)) = plan.named_item(goal) {
            let says = "expected a stage of the smart process, like \"DT1220_30:SUCCESS\"";
            let category = stages::category_of(stage).ok_or_else(|| Error::invalid(field, says))?;
            stages::pick(plan.of(category)?, goal.meaning(), Some((field, stage)))?;
        }
        Ok(plan)
    }

    /// The stages of the deal's pipeline; none where the portal does not say which it is.
    fn read(&mut self, deal: &PortalDeal) -> Result<(), Error> {
        self.pipeline = deal.category_id;
        self.of_deal = match deal.category_id {
            Some(pipeline) => stages::of_deal(self.session, pipeline)?,
            None => Vec::new(),
        };
        Ok(())
    }

    /// Whether the stage that the caller named is a fitting one of another pipeline than the deal's, which a
    /// person may have moved there since.
    fn elsewhere(&self, pipeline: u64, goal: Goal) -> Result<bool, Error> {
        let Some((_, stage)) = self.named_deal(goal) else { return Ok(false) };
        match stages::pipeline_of(stage).filter(|its| *its != pipeline) {
            Some(its) => {
                let all = stages::of_deal(self.session, its)?;
                Ok(stages::meaning(&all, stage) == goal.meaning())
            }
            None => Ok(false),
        }
    }

    /// The deal may have gone to another pipeline meanwhile, where a stage that the caller named is none.
    pub fn follow(&mut self, deal: &PortalDeal, goal: Goal) -> Result<(), Error> {
        if deal.category_id == self.pipeline {
            return Ok(());
        }
        self.read(deal)?;
        let picked = stages::pick(&self.of_deal, goal.meaning(), self.named_deal(goal));
        self.deal_stage = picked.unwrap_or_default();
        Ok(())
    }

    /// Where the deal goes.
    pub fn deal_stage(&self) -> Option<&str> {
        self.deal_stage.as_deref()
    }

    /// What a stage of the deal means.
    pub fn deal_meaning(&self, stage: &str) -> Meaning {
        stages::meaning(&self.of_deal, stage)
    }

    /// Where the item goes; none in a type without stages, or without such a one.
    pub fn item_stage(&mut self, item: &Item, goal: Goal) -> Result<Option<String>, Error> {
        let named = self.named_item(goal);
        let Some(category) = category(item) else { return Ok(None) };
        match named {
            // One of another pipeline than the item's leads nowhere.
            Some((_, stage)) => {
                Ok((stages::category_of(stage) == Some(category)).then(|| stage.to_owned()))
            }
            None => stages::pick(self.of(category)?, goal.meaning(), None),
        }
    }

    /// Stages of the items that were asked for elsewhere, by pipeline.
    pub fn know(&mut self, of_items: BTreeMap<u64, Vec<Stage>>) {
        self.of_items.extend(of_items);
    }

    /// What the item's stage means.
    pub fn meaning_of(&mut self, item: &Item) -> Result<Meaning, Error> {
        let (Some(category), Some(stage)) = (category(item), &item.stage_id) else {
            return Ok(Meaning::Unknown);
        };
        Ok(stages::meaning(self.of(category)?, stage))
    }

    /// The word of the attention where a stage is wanted that is not there.
    pub fn missing(
        &mut self,
        item: &Item,
        deal: Option<Goal>,
        of_item: Option<Goal>,
    ) -> Result<Option<&'static str>, Error> {
        let no_deal_stage = deal.is_some() && self.deal_stage.is_none();
        let no_item_stage = match of_item.filter(|_| item.stage_id.is_some()) {
            Some(goal) => self.item_stage(item, goal)?.is_none(),
            None => false,
        };
        Ok((no_deal_stage || no_item_stage).then_some(NO_STAGE))
    }

    fn of(&mut self, category: u64) -> Result<&[Stage], Error> {
        if !self.of_items.contains_key(&category) {
            let all = stages::of_type(self.session, self.request.entity_type_id, category)?;
            self.of_items.insert(category, all);
        }
        Ok(self.of_items.get(&category).map(Vec::as_slice).unwrap_or_default())
    }

    fn named_deal(&self, goal: Goal) -> Option<(&'static str, &'a str)> {
        let stages = &self.request.stages;
        match goal {
            Goal::Success => Some(("stages.deal_success", stages.deal_success.as_deref()?)),
            Goal::Failure => Some(("stages.deal_failure", stages.deal_failure.as_deref()?)),
        }
    }

    fn named_item(&self, goal: Goal) -> Option<(&'static str, &'a str)> {
        let stages = &self.request.stages;
        match goal {
            Goal::Success => Some(("stages.item_success", stages.item_success.as_deref()?)),
            Goal::Failure => Some(("stages.item_failure", stages.item_failure.as_deref()?)),
        }
    }
}

/// The pipeline of an item that has a stage: the one that the stage names, or the item's own word for it.
fn category(item: &Item) -> Option<u64> {
    let stage = item.stage_id.as_deref()?;
    stages::category_of(stage).or(item.category_id.filter(|id| *id > 0))
}
