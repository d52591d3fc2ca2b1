//! `settle_deal`: what became of the payment, told to the portal. Each step finds what an earlier run did,
//! so that it may stop anywhere and be called again: the deal is read, then the item is found or added,
//! then the marks of earlier comments are read; the fields of the item, the portal's own payment and the
//! comment with its mark, which records what was decided, are written before anything moves; then the
//! deal moves, and the item last.

mod moving;
mod plan;
mod registering;
mod reply;

use std::sync::Arc;

use self::moving::Decided;
use self::plan::Plan;
use self::registering::{Names, Paid};
use self::reply::Done;
use super::asked::SettleDeal;
use super::checked;
use super::comment::{self, Mark, Timeline};
use super::heard::{self, Heard, Outcome};
use super::item::{self, Item, PARENT, Wanted};
use super::judgement::{self, Asked, Before, Goal, ItemSeen, Seen};
use super::kind::{self, ItemKind};
use super::moves::Refusal;
use super::payment::{Told, key};
use super::portal_deal::{self, PortalDeal};
use super::register::Registered;
use super::stages::Meaning;
use super::wording;
use super::written::after;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};

/// Runs the flow. Its fields: [`SettleDeal`]; its reply: docs/gateways/bitrix24.md, "settle_deal".
pub fn settle_deal(session: &Session<'_>, given: &Fields) -> Result<Fields, Error> {
    let request: SettleDeal = fields::read(given)?;
    checked::deal_and_type(request.deal_id, request.entity_type_id)?;
    checked::own_names(&request.fields)?;
    if let Some(title) = &request.title {
        checked::title(title)?;
    }
    registering::check(&request)?;
    let (told, heard) = heard::read(&request)?;
    let xml_id = told.xml_id(request.xml_id.as_deref())?;
    let number = told.order_number.as_deref().filter(|number| !number.is_empty());
    let title = request.title.clone();
    let title = title
        .unwrap_or_else(|| wording::short(&format!("Payment {}", number.unwrap_or(&xml_id)), 300));
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
    let mut done = Done::default();
    match settling.run(&mut done) {
        Ok(()) => Ok(done.into_fields(&request, &heard, &xml_id)),
        Err(error) => Err(honest(error, &done)),
    }
}

/// What a repeat finds and does is told by the error: after a write, and where something was deleted
/// while this run was under way.
fn honest(error: Error, done: &Done) -> Error {
    let mut error = match done.wrote || error.may_have_happened {
        true => after(error),
        false => error,
    };
    if done.looked && portal_deal::is_missing(&error) {
        error.advice = "repeat";
    }
    error
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
    fn run(&self, done: &mut Done) -> Result<(), Error> {
        let deal = portal_deal::find(self.session, self.request.deal_id)?;
        let kind = self.kind()?;
        let mut plan = Plan::new(self.session, self.request, self.heard, deal.as_ref())?;
        done.saw(deal.as_ref());
        done.looked = true;
        let item = self.item(&kind, deal.as_ref(), done)?;
        let marks = match timeline(self.request, deal.as_ref(), item.as_ref()) {
            Some(timeline) => comment::marks(self.session, &timeline, self.names.key)?,
            None => Vec::new(),
        };
        let (own, before) = self.split(&marks);
        let superseded = self.superseded(&marks);
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
                // Whoever may comment can write a mark: it takes nothing away from what the payment says.
                done.note(judgement::certain(self.heard, &self.asked));
                let open = deal.as_ref().is_some_and(|deal| deal.meaning == Meaning::Open);
                if late && open {
                    done.note(judgement::undone(self.heard, &done.attention, &self.asked));
                }
            }
            None => done.note(judgement::attention(self.heard, &seen, &self.asked)),
        }
        let Some(mut item) = item else { return Ok(()) };
        if own.is_none() {
            // A person says that this money came: the payment's death is not the last word.
            let dies =
                judgement::item_goal(self.heard, late, &done.attention) == Some(Goal::Failure);
            if dies && !done.item_added && plan.meaning_of(&item)? == Meaning::Won {
                done.note([judgement::ALREADY_PAID]);
            }
            let deal_goal =
                judgement::deal_goal(self.heard, late, &done.attention, others, &self.asked);
            let item_goal = judgement::item_goal(self.heard, late, &done.attention);
            done.note(plan.missing(&item, deal_goal, item_goal)?);
        }
        let item_words = judgement::of_item(self.heard, &seen, &self.asked);
        if !late && !superseded {
            item = self.store(&kind, deal.as_ref(), item, done)?;
        }
        // The portal drops a link silently where the relation is gone by now.
        let dropped = kind.has_deal && deal.is_some() && item.deal_id.is_none();
        if dropped && own.is_none() && self.heard.outcome != Outcome::Waiting {
            done.note([judgement::NO_DEAL_RELATION]);
        }
        self.register(&item, late, done)?;
        if own.is_none() && self.heard.outcome != Outcome::Waiting {
            self.comment(deal.as_ref(), &item, done)?;
        }
        let other_route = before.iter().any(|one| one.moved && one.word == self.heard.word);
        let decided = Decided { told: own.is_some() || other_route, late, others, item_words };
        self.go(&decided, &mut plan, deal.as_ref(), &item, done)
    }

    /// The type. A field of its own may be newer than what is kept of it.
    fn kind(&self) -> Result<Arc<ItemKind>, Error> {
        let kind = kind::kind(self.session, self.request.entity_type_id)?;
        if checked::own_fields(&self.request.fields, &kind).is_ok() {
            return Ok(kind);
        }
        let kind = kind::fresh(self.session, self.request.entity_type_id)?;
        checked::own_fields(&self.request.fields, &kind)?;
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
        let differing = item.differing(&wanted);
        if differing.is_empty() {
            return Ok(item);
        }
        let written = item::update(self.session, self.request.entity_type_id, item.id, &wanted)?;
        // The portal may take a change and keep what it had.
        let kept = written.differing(&differing);
        done.wrote |= kept.len() < differing.len();
        done.not_stored = checked::among(&self.request.fields, &kept);
        Ok(written)
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

    /// Whether a state that is no earlier one was written down after this one: what the item keeps is that.
    fn superseded(&self, marks: &[(u64, Mark)]) -> bool {
        let own = |mark: &Mark| mark.state_id == self.heard.state_id;
        let since = marks.iter().skip_while(|(_, mark)| !own(mark));
        since
            .filter(|(_, mark)| !own(mark))
            .any(|(_, mark)| heard::rank(&mark.status) >= heard::rank(&self.heard.word))
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
            Ok(Registered::Done { payment_id, done_now, noted }) => {
                done.registered = Some((register.way, payment_id, done_now));
                done.wrote |= done_now;
                done.note(noted);
            }
            Ok(Registered::Unclear(why)) => done.note(why),
            Err(error) => match Refusal::of("register", &error) {
                Some(refusal) => {
                    done.refusals.push(refusal);
                    done.note([judgement::REGISTER_REFUSED]);
                }
                // What of it was written is not known here.
                None => return Err(after(error)),
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
        let add = |mark: &Mark, timeline: &Timeline| {
            let text = wording::comment(self.told, self.heard, self.names.xml_id, &mark.attention);
            comment::add(self.session, timeline, mark, &text)
        };
        let added = match add(&mark, &timeline) {
            Err(error) if deal.is_some() && portal_deal::is_missing(&error) => {
                self.comment_on_item(item, mark, error, add, done)
            }
            added => added,
        };
        let (id, mark) = added?;
        done.comment_id = Some(id);
        done.attention = mark.attention;
        done.note(judgement::certain(self.heard, &self.asked));
        done.wrote = true;
        Ok(())
    }

    /// The deal was deleted in the middle: then it stands on the item.
    fn comment_on_item(
        &self,
        item: &Item,
        mut mark: Mark,
        error: Error,
        add: impl Fn(&Mark, &Timeline) -> Result<(u64, Mark), Error>,
        done: &mut Done,
    ) -> Result<(u64, Mark), Error> {
        if portal_deal::find(self.session, self.request.deal_id)?.is_some() {
            return Err(error);
        }
        done.saw(None);
        done.note([judgement::DEAL_MISSING]);
        mark.attention.clone_from(&done.attention);
        let entity_type_id = self.request.entity_type_id;
        add(&mark, &Timeline::Item { entity_type_id, id: item.id })
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
