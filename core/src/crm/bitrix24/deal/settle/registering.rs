//! The portal's own payment, in the way that the caller chose.

use super::Settling;
use super::reply::Done;
use crate::crm::bitrix24::checkout::settle::Pay;
use crate::crm::bitrix24::deal::asked::{Register, SettleDeal, Way};
use crate::crm::bitrix24::deal::item::Item;
use crate::crm::bitrix24::deal::judgement;
use crate::crm::bitrix24::deal::moves::Refusal;
use crate::crm::bitrix24::deal::payment::Told;
use crate::crm::bitrix24::deal::register::{self, Registered};
use crate::crm::bitrix24::deal::written::after;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::money::Amount;

impl Settling<'_> {
    /// Registers the payment where the caller asked for it and nothing keeps it.
    pub fn register(&self, item: &Item, late: bool, done: &mut Done) -> Result<(), Error> {
        let Some(wanted) = &self.request.register else { return Ok(()) };
        let on_deal = wanted.way == Way::Deal;
        // What an earlier run noted of it is found out anew.
        let earlier = |word: &String| judgement::REGISTERING.contains(&&**word);
        let rest: Vec<String> =
            done.attention.iter().filter(|word| !earlier(word)).cloned().collect();
        if !judgement::registers(self.heard, late, &rest, on_deal) {
            return Ok(());
        }
        let paid = Paid { told: self.told, taken: self.heard.sum(), item, names: self.names };
        let before = self.session.writes();
        let outcome = run(self.session, self.request, wanted, &paid);
        // Also one that is unclear or refused may have left something.
        done.wrote |= self.session.writes() > before;
        done.attention = rest;
        match outcome {
            Ok(Registered::Done { payment_id, done_now, noted }) => {
                done.registered = Some((wanted.way, payment_id, done_now));
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
}

/// Refuses what cannot be registered, before anything is sent.
pub fn check(request: &SettleDeal) -> Result<(), Error> {
    let Some(register) = &request.register else { return Ok(()) };
    if !request.locked {
        let says = "only under the caller's lock: two at once would register two payments; give \
                    locked: true if you hold it";
        return Err(Error::invalid("register", says));
    }
    let field = request.fields.portal_payment_id.as_deref().unwrap_or_default();
    if register.way == Way::Deal && field.is_empty() {
        let says = "required to register a payment on a deal: the portal gives it no key of ours";
        return Err(Error::invalid("fields.portal_payment_id", says));
    }
    if register.way == Way::PaySystem && register.payment_id.is_none() {
        return Err(Error::invalid("register.payment_id", "required, but not given"));
    }
    Ok(())
}

/// Registers what was taken.
fn run(
    session: &Session<'_>,
    request: &SettleDeal,
    register: &Register,
    paid: &Paid<'_>,
) -> Result<Registered, Error> {
    let Paid { told, item, names, taken } = *paid;
    let pay_system_id = register.pay_system_id;
    match register.way {
        Way::PaySystem => {
            let payment_id = register.payment_id.unwrap_or_default();
            let wanted = Pay { payment_id, pay_system_id, captured: taken, locked: request.locked };
            register::pay_system::mark_paid(session, &wanted, told)
        }
        Way::Order => {
            let wanted = register::order::Wanted {
                deal_id: request.deal_id,
                pay_system_id,
                xml_id: names.xml_id,
                id: told.id.as_deref(),
                taken,
                paid_at: told.paid_at.as_deref(),
            };
            register::order::register(session, &wanted)
        }
        Way::Deal => {
            let wanted = register::deal::Wanted {
                deal_id: request.deal_id,
                entity_type_id: request.entity_type_id,
                item,
                field: request.fields.portal_payment_id.as_deref().unwrap_or_default(),
                title: names.title,
                key: names.key,
                pay_system_id,
                taken,
                partial: request.partial,
            };
            register::deal::register(session, &wanted)
        }
    }
}

/// The payment whose money is in.
struct Paid<'a> {
    /// As the caller told it.
    pub told: &'a Told,
    /// What was taken.
    pub taken: Amount,
    /// The item that stands for it, with all its fields.
    pub item: &'a Item,
    /// What it is called.
    pub names: Names<'a>,
}

/// What the payment is called.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The item's external key.
    pub xml_id: &'a str,
    /// The short key of the marks.
    pub key: &'a str,
    /// The item's title.
    pub title: &'a str,
}
