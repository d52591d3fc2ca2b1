//! The moves: the deal, then the item.

use super::Settling;
use super::plan::Plan;
use super::reply::Done;
use crate::crm::bitrix24::deal::item::Item;
use crate::crm::bitrix24::deal::judgement::{self, Goal};
use crate::crm::bitrix24::deal::moves::{self, Moved, Refusal};
use crate::crm::bitrix24::deal::portal_deal::{self, DEAL, PortalDeal};
use crate::crm::bitrix24::deal::stages::Meaning;
use crate::error::Error;

/// What the moves depend on, beside what was written down.
pub struct Decided {
    /// What was written down of this state before this run; none where nothing was.
    pub own: Option<Vec<String>>,
    /// The same by the other route was written down.
    pub other_route: bool,
    /// It was heard of after a later one.
    pub late: bool,
    /// Another payment of the deal is live or won.
    pub others: bool,
    /// What the item has against a move, as it stands now.
    pub item_words: Vec<&'static str>,
}

impl Settling<'_> {
    /// Moves the deal, then the item. An item that is where it belongs says that the deal was moved before:
    /// whoever opened that deal again meant it. An item that has nowhere to go says nothing, and its deal is
    /// moved again: a run that was killed before the move looks the same, and its money is not left behind.
    pub fn go(
        &self,
        decided: &Decided,
        plan: &mut Plan<'_>,
        deal: Option<&PortalDeal>,
        item: &Item,
        done: &mut Done,
    ) -> Result<(), Error> {
        let own = decided.own.as_deref().unwrap_or_default();
        let told = decided.own.is_some() || decided.other_route;
        let goals = |done: &Done| {
            let (late, others) = (decided.late, decided.others);
            let goal = judgement::item_goal(self.heard, late, &done.attention)?;
            let of_deal =
                judgement::deal_goal(self.heard, late, &done.attention, others, &self.asked);
            Some((goal, of_deal.is_some()))
        };
        let Some((goal, moves_deal)) = goals(done) else { return Ok(()) };
        let stands = plan.meaning_of(item)?;
        let there = stands == goal.meaning();
        // What kept the deal may be mended since: the item went where it belongs without it.
        let mended = judgement::holds_deal(own) && !judgement::holds_deal(&done.attention);
        if told && there && !mended {
            if !moves_deal {
                return Ok(());
            }
            self.look(deal, goal, done)?;
            // A person moved the item: whether the deal was ever moved is not known.
            let lacking = own.iter().any(|word| word == judgement::NO_STAGE);
            let open = lacking && done.deal_meaning == Some(Meaning::Open);
            done.note(open.then_some(judgement::NO_STAGE));
            return Ok(());
        }
        if told {
            // What the mark says was decided before the item was what it is now.
            done.note(decided.item_words.iter().copied());
        }
        let Some((goal, moves_deal)) = goals(done) else { return Ok(()) };
        if moves_deal && !self.move_deal(plan, goal, done)? {
            return Ok(());
        }
        // What was won otherwise is not lost by a payment that died.
        let won = goal == Goal::Failure && stands == Meaning::Won;
        if there || won {
            return Ok(());
        }
        let Some(stage) = plan.item_stage(item, goal)? else {
            done.note(item.stage_id.is_some().then_some(judgement::NO_STAGE));
            return Ok(());
        };
        let place = (self.request.entity_type_id, item.id);
        match moves::to_stage(self.session, "item_stage", place, item.stage_id.as_deref(), &stage)?
        {
            Moved::To(stage) => {
                (done.item_stage, done.item_moved, done.wrote) = (Some(stage), true, true);
            }
            Moved::Elsewhere(stage) => (done.item_stage, done.wrote) = (Some(stage), true),
            Moved::Refused(refusal) => done.refuse(refusal),
        }
        Ok(())
    }

    /// Money for a deal that is not won stays to be looked at, however often it is told.
    fn look(&self, deal: Option<&PortalDeal>, goal: Goal, done: &mut Done) -> Result<(), Error> {
        // It was read before its item, and another run may have moved both since.
        let again = match deal.is_some_and(|deal| deal.meaning == Meaning::Open) {
            true => {
                let again = portal_deal::find(self.session, self.request.deal_id)?;
                done.saw(again.as_ref());
                again
            }
            false => deal.cloned(),
        };
        if goal == Goal::Success {
            done.note(judgement::changed(self.heard, again.as_ref(), goal));
        }
        Ok(())
    }

    /// Moves the deal if it still is what was decided about; false where it is still to move, and the
    /// item has to wait for it.
    fn move_deal(&self, plan: &mut Plan<'_>, goal: Goal, done: &mut Done) -> Result<bool, Error> {
        let deal = portal_deal::find(self.session, self.request.deal_id)?;
        done.saw(deal.as_ref());
        done.note(judgement::changed(self.heard, deal.as_ref(), goal));
        let open = deal.as_ref().filter(|deal| deal.meaning == Meaning::Open);
        let Some(deal) = open.filter(|_| !judgement::holds_deal(&done.attention)) else {
            return Ok(true);
        };
        plan.follow(deal, goal)?;
        let Some(stage) = plan.deal_stage() else {
            done.note([judgement::NO_STAGE]);
            return Ok(false);
        };
        let from = deal.stage_id.as_deref();
        match moves::to_stage(self.session, "deal_stage", (DEAL, deal.id), from, stage)? {
            Moved::To(stage) => {
                let meaning = plan.deal_meaning(&stage);
                let otherwise = meaning.is_final() && meaning != goal.meaning();
                done.note(otherwise.then_some(judgement::DEAL_CLOSED));
                done.deal_meaning = Some(meaning);
                (done.deal_stage, done.deal_moved, done.wrote) = (Some(stage), !otherwise, true);
                Ok(true)
            }
            Moved::Elsewhere(stage) => {
                let meaning = plan.deal_meaning(&stage);
                done.deal_meaning = Some(meaning);
                (done.deal_stage, done.wrote) = (Some(stage), true);
                done.deal_moved = meaning == goal.meaning();
                if !meaning.is_final() {
                    // It may be open yet: the next run looks.
                    done.refuse(Refusal::silent("deal_stage"));
                    return Ok(false);
                }
                done.note((!done.deal_moved).then_some(judgement::DEAL_CLOSED));
                Ok(true)
            }
            Moved::Refused(refusal) => {
                done.refuse(refusal);
                Ok(false)
            }
        }
    }
}
