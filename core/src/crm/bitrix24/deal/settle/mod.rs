//! `settle_deal`: what became of the payment, told to the portal. Each step finds what an earlier run did,
//! so that it may stop anywhere and be called again: the deal is read, then the item is found or added,
//! then the marks of earlier comments are read; the fields of the item, the portal's own payment and the
//! comment with its mark, which records what was decided, are written before anything moves; then the
//! deal moves, and the item last.

mod plan;
mod registering;
mod reply;

use std::sync::Arc;

use self::plan::Plan;
use self::registering::{Names, Paid};
use self::reply::Done;
use super::asked::SettleDeal;
use super::comment::{self, Mark, Timeline};
use super::heard::{self, Heard, Outcome};
use super::item::{self, Item, PARENT, Wanted};
use super::judgement::{self, Asked, Before, Goal, ItemSeen, Seen};
use super::kind::{self, ItemKind};
use super::moves::{self, Moved, Refusal};
use super::payment::{Told, key};
use super::portal_deal::{self, DEAL, PortalDeal};
use super::register::Registered;
use super::stages::Meaning;
use super::wording;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

/// Runs the flow. Its fields: [`SettleDeal`]; its reply: docs/gateways/bitrix24.md, "settle_deal".
pub fn settle_deal(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: SettleDeal = fields::read(given)?;
    registering::check(&request)?;
    let (told, heard) = heard::read(&request)?;
    let xml_id = told.xml_id(request.xml_id.as_deref())?;
    let number = told.order_number.as_deref().filter(|number| !number.is_empty());
    let title = request.title.clone();
    let title = title.unwrap_or_else(|| format!("Payment {}", number.unwrap_or(&xml_id)));
    let key = key(&xml_id);
    let session = session.patient(request.timeout_ms)?;
    let settling = Settling {
        session: &session,
        request: &request,
        told: &told,
        heard: &heard,
        names: Names { xml_id: &xml_id, key: &key, title: &title },
        asked: Asked {
            deal_id: request.deal_id,
            partial: request.partial,
            keep: request.on_failure == super::asked::OnFailure::Keep,
            accept_test: request.accept_test,
        },
    };
    Ok(settling.run()?.into_fields(&request, &heard, &xml_id))
}

/// One run.
struct Settling<'a> {
    session: &'a Session<'a>,
    request: &'a SettleDeal,
    told: &'a Told,
    heard: &'a Heard,
    names: Names<'a>,
    asked: Asked,
}

impl Settling<'_> {
    fn run(&self) -> Result<Done, Error> {
        let mut done = Done::default();
        let deal = portal_deal::find(self.session, self.request.deal_id)?;
        let kind = self.kind()?;
        let mut plan = Plan::new(self.session, self.request, self.heard, deal.as_ref())?;
        done.saw(deal.as_ref());
        let item = self.item(&kind, deal.as_ref(), &mut done)?;
        let marks = match timeline(self.request, deal.as_ref(), item.as_ref()) {
            Some(timeline) => comment::marks(self.session, &timeline, self.names.key)?,
            None => Vec::new(),
        };
        let (own, before) = self.split(&marks);
        let others = self.others(&kind, deal.as_ref(), item.as_ref(), &mut plan)?;
        let seen = Seen {
            deal: deal.as_ref(),
            relation: kind.has_deal,
            item: item.as_ref().map(|item| ItemSeen {
                deal_id: item.deal_id,
                has_sum: kind.has_sum,
                amount: item.amount,
            }),
            before: &before,
            others,
        };
        let late = judgement::is_late(self.heard, &seen);
        match &own {
            Some((id, mark)) => {
                done.comment_id = Some(*id);
                done.note(&mark.attention);
                let open = deal.as_ref().is_some_and(|deal| deal.meaning == Meaning::Open);
                if late && open {
                    done.note(judgement::undone(self.heard, &done.attention, &self.asked));
                }
            }
            None => done.note(judgement::attention(self.heard, &seen, &self.asked)),
        }
        let Some(mut item) = item else { return Ok(done) };
        if own.is_none() {
            let deal_goal =
                judgement::deal_goal(self.heard, late, &done.attention, others, &self.asked);
            let item_goal = judgement::item_goal(self.heard, late, &done.attention);
            done.note(plan.missing(&item, deal_goal, item_goal)?);
        }
        if !late {
            item = self.store(&kind, deal.as_ref(), item, &mut done)?;
        }
        self.register(&item, late, &mut done)?;
        if own.is_none() && self.heard.outcome != Outcome::Waiting {
            self.comment(deal.as_ref(), &item, &mut done)?;
        }
        self.go(own.is_some(), late, others, &mut plan, &item, &mut done)?;
        Ok(done)
    }

    /// The type. A field of its own may be newer than what is kept of it.
    fn kind(&self) -> Result<Arc<ItemKind>, Error> {
        let kind = kind::kind(self.session, self.request.entity_type_id)?;
        if plan::check_fields(&kind, &self.request.fields).is_ok() {
            return Ok(kind);
        }
        let kind = kind::fresh(self.session, self.request.entity_type_id)?;
        plan::check_fields(&kind, &self.request.fields)?;
        Ok(kind)
    }

    /// The item; one is added where money is, or where there is a deal that a dead payment may lose.
    fn item(
        &self,
        kind: &ItemKind,
        deal: Option<&PortalDeal>,
        done: &mut Done,
    ) -> Result<Option<Item>, Error> {
        let (entity_type_id, xml_id) = (self.request.entity_type_id, self.names.xml_id);
        let add = match self.heard.outcome {
            Outcome::Waiting => false,
            Outcome::Failed => deal.is_some(),
            Outcome::Paid | Outcome::Held | Outcome::Refunded => true,
        };
        let found = if add {
            let wanted = Wanted {
                entity_type_id,
                xml_id,
                deal_id: deal.filter(|_| kind.has_deal).map(|deal| deal.id),
                title: self.names.title,
                amount: self.heard.amount,
                category_id: self.request.category_id,
                stored: self.stored(),
            };
            let found = item::find_or_add(self.session, kind, &wanted)?;
            (done.item_added, done.wrote) = (found.added, found.added);
            done.duplicates = found.duplicates;
            found.item
        } else {
            let mut all = item::find(self.session, entity_type_id, xml_id)?.into_iter();
            let Some(first) = all.next() else { return Ok(None) };
            done.duplicates = all.map(|item| item.id).collect();
            first
        };
        // A list tells less of an item than its id does.
        let whole = item::get(self.session, entity_type_id, found.id)?.unwrap_or(found);
        done.item_id = Some(whole.id);
        done.item_stage = whole.stage_id.clone();
        Ok(Some(whole))
    }

    /// What is kept in the item's own fields.
    fn stored(&self) -> Fields {
        let url = self.told.action.as_ref().and_then(|action| action.url.clone());
        let names = &self.request.fields;
        let values = [
            (&names.payment_id, self.told.id.clone()),
            (&names.payment_url, url),
            (&names.status, Some(self.heard.word.clone())),
            (&names.state_id, Some(self.heard.state_id.clone())),
        ];
        let given = values.into_iter().filter_map(|(name, value)| Some((name.clone()?, value?)));
        given.map(|(name, value)| (name, value.into())).collect()
    }

    /// Writes what the item does not say yet. An item that was added when the deal was missing is linked.
    fn store(
        &self,
        kind: &ItemKind,
        deal: Option<&PortalDeal>,
        item: Item,
        done: &mut Done,
    ) -> Result<Item, Error> {
        let mut wanted = self.stored();
        if let (None, Some(deal), true) = (item.deal_id, deal, kind.has_deal) {
            wanted.insert(PARENT.into(), deal.id.into());
        }
        if item.differing(&wanted).is_empty() {
            return Ok(item);
        }
        done.wrote = true;
        item::update(self.session, self.request.entity_type_id, item.id, &wanted)
    }

    /// This state's own mark, and the earlier ones of the payment.
    fn split(&self, marks: &[(u64, Mark)]) -> (Option<(u64, Mark)>, Vec<Before>) {
        let own = |mark: &Mark| mark.state_id == self.heard.state_id;
        let before = marks.iter().filter(|(_, mark)| !own(mark)).map(|(_, mark)| Before {
            word: mark.status.clone(),
            moved: !judgement::holds_deal(&mark.attention),
        });
        (marks.iter().find(|(_, mark)| own(mark)).cloned(), before.collect())
    }

    /// Whether another payment of the deal is live or won.
    fn others(
        &self,
        kind: &ItemKind,
        deal: Option<&PortalDeal>,
        item: Option<&Item>,
        plan: &mut Plan<'_>,
    ) -> Result<bool, Error> {
        let (Outcome::Failed, Some(deal), true) = (self.heard.outcome, deal, kind.has_deal) else {
            return Ok(false);
        };
        let all = item::of_deal(self.session, self.request.entity_type_id, deal.id, &[])?;
        for other in all.iter().filter(|other| {
            Some(other.id) != item.map(|item| item.id) && other.xml_id != self.names.xml_id
        }) {
            // One of which it is not known to be dead may be live.
            if plan.meaning_of(other)? != Meaning::Lost {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn register(&self, item: &Item, late: bool, done: &mut Done) -> Result<(), Error> {
        let Some(register) = &self.request.register else { return Ok(()) };
        let on_deal = register.way == super::asked::Way::Deal;
        // What an earlier run noted of it is found out anew.
        let earlier = |word: &String| judgement::REGISTERING.contains(&&**word);
        let rest: Vec<String> =
            done.attention.iter().filter(|word| !earlier(word)).cloned().collect();
        if !judgement::registers(self.heard, late, &rest, on_deal) {
            return Ok(());
        }
        let paid = Paid { told: self.told, taken: self.heard.sum(), item, names: self.names };
        let outcome = registering::run(self.session, self.request, register, &paid);
        done.attention = rest;
        match outcome {
            Ok(Registered::Done { payment_id, done_now }) => {
                done.registered = Some((register.way, payment_id, done_now));
                done.wrote |= done_now;
            }
            Ok(Registered::Unclear(why)) => done.note([why]),
            Err(error) => match Refusal::of("register", &error) {
                Some(refusal) => {
                    done.refusals.push(refusal);
                    done.note([judgement::REGISTER_REFUSED]);
                }
                None => return Err(error),
            },
        }
        Ok(())
    }

    /// Writes down what was decided, before anything moves. Of two that decide at once one decision holds.
    fn comment(
        &self,
        deal: Option<&PortalDeal>,
        item: &Item,
        done: &mut Done,
    ) -> Result<(), Error> {
        let Some(timeline) = timeline(self.request, deal, Some(item)) else { return Ok(()) };
        let mark = Mark {
            state_id: self.heard.state_id.clone(),
            key: self.names.key.to_owned(),
            status: self.heard.word.clone(),
            attention: done.attention.clone(),
        };
        let text = wording::comment(self.told, self.heard, self.names.xml_id, &mark.attention);
        let (id, mark) = comment::add(self.session, &timeline, &mark, &text)?;
        done.comment_id = Some(id);
        done.attention = mark.attention;
        done.wrote = true;
        Ok(())
    }

    /// Moves the deal, then the item. An item that is where it belongs says that the deal was moved before:
    /// whoever opened that deal again meant it.
    fn go(
        &self,
        repeated: bool,
        late: bool,
        others: bool,
        plan: &mut Plan<'_>,
        item: &Item,
        done: &mut Done,
    ) -> Result<(), Error> {
        let Some(goal) = judgement::item_goal(self.heard, late, &done.attention) else {
            return Ok(());
        };
        let stands = plan.meaning_of(item)?;
        let there = stands == goal.meaning();
        let deal_goal =
            judgement::deal_goal(self.heard, late, &done.attention, others, &self.asked);
        let moves = deal_goal.is_some() && !(repeated && there);
        if moves && !self.move_deal(plan, goal, done)? {
            return Ok(());
        }
        // What was won otherwise is not lost by a payment that died.
        let won = goal == Goal::Failure && stands == Meaning::Won;
        let (Some(stage), false) = (plan.item_stage(item, goal)?, there || won) else {
            return Ok(());
        };
        let place = (self.request.entity_type_id, item.id);
        match moves::to_stage(self.session, "item_stage", place, item.stage_id.as_deref(), &stage)?
        {
            Moved::To(stage) => {
                (done.item_stage, done.item_moved, done.wrote) = (Some(stage), true, true);
            }
            Moved::Refused(refusal) => done.refuse(refusal),
        }
        Ok(())
    }

    /// Moves the deal if it still is what was decided about; false where the portal refused, and the item
    /// has to wait for it.
    fn move_deal(&self, plan: &Plan<'_>, goal: Goal, done: &mut Done) -> Result<bool, Error> {
        let Some(stage) = plan.deal_stage() else { return Ok(true) };
        let deal = portal_deal::find(self.session, self.request.deal_id)?;
        done.saw(deal.as_ref());
        done.note(judgement::changed(self.heard, deal.as_ref(), goal));
        let open = deal.as_ref().filter(|deal| deal.meaning == Meaning::Open);
        let Some(deal) = open.filter(|_| !judgement::holds_deal(&done.attention)) else {
            return Ok(true);
        };
        let from = deal.stage_id.as_deref();
        match moves::to_stage(self.session, "deal_stage", (DEAL, deal.id), from, stage)? {
            Moved::To(stage) => {
                done.deal_meaning = Some(plan.deal_meaning(&stage));
                (done.deal_stage, done.deal_moved, done.wrote) = (Some(stage), true, true);
                Ok(true)
            }
            Moved::Refused(refusal) => {
                done.refuse(refusal);
                Ok(false)
            }
        }
    }
}

/// Where the comments stand: on the deal, or on the item of a deal that is missing.
fn timeline(
    request: &SettleDeal,
    deal: Option<&PortalDeal>,
    item: Option<&Item>,
) -> Option<Timeline> {
    let entity_type_id = request.entity_type_id;
    match (deal, item) {
        (Some(deal), _) => Some(Timeline::Deal(deal.id)),
        (None, Some(item)) => Some(Timeline::Item { entity_type_id, id: item.id }),
        (None, None) => None,
    }
}
