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
use self::registering::Names;
use self::reply::Done;
use super::asked::SettleDeal;
use super::checked;
use super::comment::{self, Mark, Timeline};
use super::heard::{self, Heard, Outcome};
use super::item::{self, Item, PARENT, Wanted};
use super::judgement::{self, Asked, Before, Goal, ItemSeen, Seen};
use super::kind::{self, ItemKind};
use super::payment::{Told, key};
use super::portal_deal::{self, PortalDeal};
use super::rivals::{self, Standing};
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

/// Marks, each with its comment's id.
type Marks = Vec<(u64, Mark)>;

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
        let mut kind = self.kind()?;
        let mut plan = Plan::new(self.session, self.request, self.heard, deal.as_ref())?;
        done.saw(deal.as_ref());
        done.looked = true;
        let item = self.item(&kind, deal.as_ref(), done)?;
        let (here, marks) = self.marks(deal.as_ref(), item.as_ref(), done)?;
        let own = here.into_iter().find(|(_, mark)| self.is_own(mark));
        let before = self.before(&marks);
        let superseded = self.superseded(&marks);
        let others = match self.others(&kind, deal.as_ref(), &mut plan) {
            // What the portal says of a filter by a link that is no more.
            Err(error) if error.reason == "bad_value" => {
                kind = kind::fresh(self.session, self.request.entity_type_id)?;
                if kind.has_deal {
                    return Err(error);
                }
                false
            }
            others => others?,
        };
        let seen = Seen {
            deal: deal.as_ref(),
            relation: kind.has_deal,
            item: item.as_ref().map(|item| ItemSeen {
                deal_id: item.deal_id,
                has_sum: kind.has_sum,
                amount: item.amount,
                another: self.is_another(item),
            }),
            before: &before,
            others,
        };
        let late = judgement::is_late(self.heard, &seen);
        match &own {
            Some((id, mark)) => {
                done.comment_id = Some(*id);
                // Whether a stage is wanting is found out anew.
                done.note(mark.attention.iter().filter(|word| *word != judgement::NO_STAGE));
                done.note(judgement::another(&seen));
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
        let stores = !late && !superseded;
        if stores {
            item = self.store(&kind, deal.as_ref(), item, done)?;
        }
        // The portal drops a link silently where the relation is gone by now.
        let links = done.item_added || stores;
        let dropped = links && kind.has_deal && deal.is_some() && item.deal_id.is_none();
        if dropped && own.is_none() && self.heard.outcome != Outcome::Waiting {
            done.note([judgement::NO_DEAL_RELATION]);
        }
        self.register(&item, late, done)?;
        if own.is_none() && self.heard.outcome != Outcome::Waiting {
            self.comment(deal.as_ref(), &item, done)?;
        }
        let other_route = before.iter().any(|one| one.moved && one.word == self.heard.word);
        let own = own.map(|(_, mark)| mark.attention);
        let decided = Decided { own, other_route, late, others, item_words };
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
        let plain = self.session.portal().settings.allow_plain_http;
        // A page that nobody may open is no reason to hide what became of the money.
        let url = checked::page(self.told, plain).unwrap_or_default();
        let (word, state_id) = (Some(self.heard.word.clone()), Some(self.heard.state_id.clone()));
        checked::stored(&self.request.fields, [&self.told.id, &url, &word, &state_id])
    }

    /// Whether the item stands for a payment with another id.
    fn is_another(&self, item: &Item) -> bool {
        let theirs = rivals::told(item, &self.request.fields.payment_id).unwrap_or_default();
        let own = self.told.id.as_deref().unwrap_or_default().trim();
        !own.is_empty() && !theirs.trim().is_empty() && own != theirs.trim()
    }

    /// Writes what the item does not say yet. An item that was added when the deal was missing is linked.
    fn store(
        &self,
        kind: &ItemKind,
        deal: Option<&PortalDeal>,
        item: Item,
        done: &mut Done,
    ) -> Result<Item, Error> {
        let mut wanted = match self.is_another(&item) {
            true => Fields::new(),
            false => self.stored(),
        };
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

    /// The marks where the comments stand now; and with them those on an item that has no deal yet, which
    /// tell what came while the deal was missing.
    fn marks(
        &self,
        deal: Option<&PortalDeal>,
        item: Option<&Item>,
        done: &Done,
    ) -> Result<(Marks, Marks), Error> {
        let read = |timeline| comment::marks(self.session, &timeline, self.names.key);
        let here = timeline(self.request, deal, item).map(read).transpose()?.unwrap_or_default();
        let apart = |item: &&Item| deal.is_some() && item.deal_id.is_none() && !done.item_added;
        let mut all = here.clone();
        if let Some(item) = item.filter(apart) {
            all.extend(
                timeline(self.request, None, Some(item)).map(read).transpose()?.unwrap_or_default(),
            );
            all.sort_by_key(|(id, _)| *id);
        }
        Ok((here, all))
    }

    fn is_own(&self, mark: &Mark) -> bool {
        mark.state_id == self.heard.state_id
    }

    /// What was written down of the payment's other states.
    fn before(&self, marks: &[(u64, Mark)]) -> Vec<Before> {
        let before = marks.iter().filter(|(_, mark)| !self.is_own(mark)).map(|(_, mark)| Before {
            word: mark.status.clone(),
            moved: !judgement::holds_deal(&mark.attention),
        });
        before.collect()
    }

    /// Whether a state that is no earlier one was written down after this one: what the item keeps is that.
    fn superseded(&self, marks: &[(u64, Mark)]) -> bool {
        let since = marks.iter().skip_while(|(_, mark)| !self.is_own(mark));
        since
            .filter(|(_, mark)| !self.is_own(mark))
            .any(|(_, mark)| heard::rank(&mark.status) >= heard::rank(&self.heard.word))
    }

    /// Whether another payment of the deal is live or won.
    fn others(
        &self,
        kind: &ItemKind,
        deal: Option<&PortalDeal>,
        plan: &mut Plan<'_>,
    ) -> Result<bool, Error> {
        let (Outcome::Failed, Some(deal), true) = (self.heard.outcome, deal, kind.has_deal) else {
            return Ok(false);
        };
        let standing = Standing::new(self.session, kind, &self.request.fields);
        let items = standing.of_deal(deal.id, self.names.xml_id)?;
        plan.know(standing.asked());
        Ok(!items.live.is_empty() || !items.paid.is_empty())
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
