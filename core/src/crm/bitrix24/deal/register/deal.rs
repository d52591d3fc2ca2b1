//! A payment of the deal itself: `crm.item.payment.*`. It has no external key and no sum of its own: its id
//! is kept in a field of the item as soon as it is known, and its sum is that of its products.

use serde_json::json;

use super::{PortalPayment, Registered, in_doubt};
use crate::crm::bitrix24::deal::item::{self, Item, as_number};
use crate::crm::bitrix24::deal::judgement::PAYMENT_UNCLEAR;
use crate::crm::bitrix24::deal::portal_deal::DEAL;
use crate::crm::bitrix24::deal::rows::{by_page, unreadable};
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::number;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::money::Amount;

/// What is registered.
pub struct Wanted<'a> {
    /// The deal.
    pub deal_id: u64,
    /// The item's smart process.
    pub entity_type_id: u64,
    /// The item, with all its fields.
    pub item: &'a Item,
    /// Its field that keeps the id.
    pub field: &'a str,
    /// Of a product row where the deal has none.
    pub title: &'a str,
    /// The short key of the payment.
    pub key: &'a str,
    /// The portal's pay system.
    pub pay_system_id: u64,
    /// What was taken.
    pub taken: Amount,
    /// It is a part of the deal's sum.
    pub partial: bool,
}

/// Registers it, once.
pub fn register(session: &Session<'_>, wanted: &Wanted<'_>) -> Result<Registered, Error> {
    let stored = wanted.item.fields.get(wanted.field).and_then(number).filter(|id| *id > 0);
    let payment = match stored {
        Some(id) => get(session, id)?,
        None => match find_or_add(session, wanted.deal_id)? {
            None => return Ok(Registered::Unclear(PAYMENT_UNCLEAR)),
            Some(id) => {
                let keep = Fields::from_iter([(wanted.field.to_owned(), id.into())]);
                item::update(session, wanted.entity_type_id, wanted.item.id, &keep)?;
                get(session, id)?
            }
        },
    };
    let payment_id = payment.id;
    if payment.paid {
        return Ok(match payment.differs(wanted.taken) {
            Some(why) => Registered::Unclear(why),
            None => Registered::Done { payment_id, done_now: false },
        });
    }
    if payment.differs(wanted.taken).is_some() && !fill(session, wanted, payment_id)? {
        return Ok(Registered::Unclear(PAYMENT_UNCLEAR));
    }
    if let Some(why) = get(session, payment_id)?.differs(wanted.taken) {
        return Ok(Registered::Unclear(why));
    }
    pay(session, wanted, payment_id)
}

fn get(session: &Session<'_>, id: u64) -> Result<PortalPayment, Error> {
    let reply = session.ask(&Method::read("crm.item.payment.get", json!({ "id": id })))?;
    let payment = reply.result().as_object().and_then(PortalPayment::read);
    payment.filter(|payment| payment.id == id).ok_or_else(|| unreadable("it has no payment"))
}

/// The one payment without a sum and unpaid, which an earlier run made and could not keep; or a new one.
/// None where which it is cannot be told.
fn find_or_add(session: &Session<'_>, deal_id: u64) -> Result<Option<u64>, Error> {
    let before = list(session, deal_id)?;
    let empty =
        |payment: &&PortalPayment| !payment.paid && payment.sum.is_some_and(|sum| sum.minor == 0);
    let mut blank = before.iter().filter(empty);
    match (blank.next(), blank.next()) {
        (Some(one), None) => return Ok(Some(one.id)),
        (Some(_), Some(_)) => return Ok(None),
        (None, _) => {}
    }
    let ask = json!({ "entityId": deal_id, "entityTypeId": DEAL });
    let lost = match session.ask(&Method::write("crm.item.payment.add", ask)) {
        Ok(reply) => match number(reply.result()) {
            Some(id) => return Ok(Some(id)),
            None => Error::outcome_unknown("reply_unreadable", "the portal names no payment"),
        },
        Err(error) if in_doubt(&error) => error,
        Err(error) => return Err(error),
    };
    let known = |id| before.iter().any(|payment| payment.id == id);
    let after = list(session, deal_id)?;
    let new: Vec<u64> = after.iter().map(|payment| payment.id).filter(|id| !known(*id)).collect();
    match new.as_slice() {
        // It may still be on its way: a second one is never made here.
        [] => Err(lost),
        [one] => Ok(Some(*one)),
        _ => Ok(None),
    }
}

fn list(session: &Session<'_>, deal_id: u64) -> Result<Vec<PortalPayment>, Error> {
    let ask = json!({ "entityId": deal_id, "entityTypeId": DEAL, "filter": { ">id": 0 } });
    let rows = by_page(session, &Method::read("crm.item.payment.list", ask), "")?;
    let read = |row: &Fields| {
        PortalPayment::read(row).ok_or_else(|| unreadable("a payment without an id or a state"))
    };
    rows.iter().map(read).collect()
}

/// Puts products into the payment: the deal's own rows, or one of ours where it has none. False where that
/// cannot be told.
fn fill(session: &Session<'_>, wanted: &Wanted<'_>, payment_id: u64) -> Result<bool, Error> {
    let Some(rows) = rows_to_pay(session, wanted)? else { return Ok(false) };
    let mut there = products(session, payment_id)?;
    for row in rows {
        let id = row.get("id").and_then(number).ok_or_else(|| unreadable("a row without an id"))?;
        if there.contains(&id) {
            continue;
        }
        let quantity = row.get("quantity").cloned().unwrap_or_else(|| 1.into());
        let ask = json!({ "paymentId": payment_id, "rowId": id, "quantity": quantity });
        match session.ask(&Method::write("crm.item.payment.product.add", ask)) {
            Ok(_) => {}
            Err(error) if in_doubt(&error) => {
                there = products(session, payment_id)?;
                if !there.contains(&id) {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// The rows in the payment.
fn products(session: &Session<'_>, payment_id: u64) -> Result<Vec<u64>, Error> {
    let ask = json!({ "paymentId": payment_id, "filter": { ">id": 0 } });
    let rows = by_page(session, &Method::read("crm.item.payment.product.list", ask), "")?;
    let row = |row: &Fields| row.get("rowId").and_then(number);
    rows.iter()
        .map(|product| row(product).ok_or_else(|| unreadable("a product without a row")))
        .collect()
}

/// Which rows of the deal are paid: ours; else all, where the payment is for all of the deal. A row of ours
/// is added only to a deal that has none but ours, whose sum it does not change.
fn rows_to_pay(session: &Session<'_>, wanted: &Wanted<'_>) -> Result<Option<Vec<Fields>>, Error> {
    let rows = rows(session, wanted.deal_id)?;
    let mark = format!("[kopeck:{}]", wanted.key);
    let name = |row: &Fields| row.get("productName").and_then(fields::text).unwrap_or_default();
    if let Some(own) = rows.iter().find(|row| name(row).contains(&mark)) {
        return Ok(Some(vec![own.clone()]));
    }
    if rows.iter().any(|row| !name(row).contains("[kopeck:")) {
        return Ok((!wanted.partial).then_some(rows));
    }
    let ask = json!({ "fields": {
        "ownerId": wanted.deal_id, "ownerType": "D", "price": as_number(wanted.taken), "quantity": 1,
        "productName": format!("{} {mark}", wanted.title),
    } });
    let lost = match session.ask(&Method::write("crm.item.productrow.add", ask)) {
        Ok(_) => None,
        Err(error) if in_doubt(&error) => Some(error),
        Err(error) => return Err(error),
    };
    let own = self::rows(session, wanted.deal_id)?;
    match (own.into_iter().find(|row| name(row).contains(&mark)), lost) {
        (Some(own), _) => Ok(Some(vec![own])),
        (None, Some(error)) => Err(error),
        (None, None) => Err(unreadable("the row just added is not listed")),
    }
}

fn rows(session: &Session<'_>, deal_id: u64) -> Result<Vec<Fields>, Error> {
    let ask = json!({
        "filter": { "=ownerType": "D", "=ownerId": deal_id }, "order": { "id": "ASC" },
    });
    let mut rows = by_page(session, &Method::read("crm.item.productrow.list", ask), "productRows")?;
    rows.retain(|row| row.get("ownerId").and_then(number).is_none_or(|id| id == deal_id));
    Ok(rows)
}

fn pay(session: &Session<'_>, wanted: &Wanted<'_>, payment_id: u64) -> Result<Registered, Error> {
    let system = json!({ "id": payment_id, "fields": { "paySystemId": wanted.pay_system_id } });
    let system = Method::write("crm.item.payment.update", system);
    match session.ask(&system) {
        // Setting it twice is setting it once.
        Err(error) if in_doubt(&error) => session.ask(&system)?,
        outcome => outcome?,
    };
    let outcome = session.ask(&Method::write("crm.item.payment.pay", json!({ "id": payment_id })));
    match outcome {
        Err(error) if !in_doubt(&error) => Err(error),
        outcome => match (get(session, payment_id)?.paid, outcome) {
            (true, _) => Ok(Registered::Done { payment_id, done_now: true }),
            (false, Err(error)) => Err(error),
            (false, Ok(_)) => {
                let says = "the portal took the payment for paid, and still shows it unpaid";
                Err(Error::outcome_unknown("reply_unreadable", says))
            }
        },
    }
}
