//! A payment of the deal itself: `crm.item.payment.*`. It has no external key and no sum of its own: its id
//! is kept in a field of the item as soon as it is known, and its sum is that of its products.

use serde_json::json;

use super::{Registered, differs, in_doubt};
use crate::crm::bitrix24::checkout::portal_payment::PortalPayment;
use crate::crm::bitrix24::deal::item::{self, Item, as_number};
use crate::crm::bitrix24::deal::judgement::{PAYMENT_UNCLEAR, STILL_UNPAID};
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
    let unclear = || Ok(Registered::unclear(PAYMENT_UNCLEAR));
    let Some(before) = list(session, wanted.deal_id)? else { return unclear() };
    let payment = match stored {
        // A person may have written there what is no payment of this deal, or have deleted it.
        Some(id) => match before.into_iter().find(|payment| payment.id == id) {
            Some(payment) => payment,
            None => return unclear(),
        },
        None => match find_or_add(session, wanted, &before)? {
            None => return unclear(),
            Some(id) => {
                let keep = Fields::from_iter([(wanted.field.to_owned(), id.into())]);
                item::update(session, wanted.entity_type_id, wanted.item.id, &keep)?;
                get(session, id)?
            }
        },
    };
    let payment_id = payment.id;
    if payment.paid {
        return Ok(match differs(&payment, wanted.taken) {
            Some(why) => Registered::unclear(why),
            None => Registered::done(payment_id, false),
        });
    }
    if differs(&payment, wanted.taken).is_some() && !fill(session, wanted, payment_id)? {
        return unclear();
    }
    if let Some(why) = differs(&get(session, payment_id)?, wanted.taken) {
        return Ok(Registered::unclear(why));
    }
    pay(session, wanted, payment_id)
}

fn get(session: &Session<'_>, id: u64) -> Result<PortalPayment, Error> {
    let reply = session.ask(&Method::read("crm.item.payment.get", json!({ "id": id })))?;
    let payment = reply.result().as_object().ok_or_else(|| unreadable("it has no payment"))?;
    let payment = PortalPayment::read(payment)?;
    match payment.id == id {
        true => Ok(payment),
        false => Err(unreadable("it is another payment")),
    }
}

/// The one payment without a sum and unpaid, which an earlier run made and could not keep; or a new one.
/// None where which it is cannot be told.
fn find_or_add(
    session: &Session<'_>,
    wanted: &Wanted<'_>,
    before: &[PortalPayment],
) -> Result<Option<u64>, Error> {
    let deal_id = wanted.deal_id;
    let empty =
        |payment: &&PortalPayment| !payment.paid && payment.sum.is_some_and(|sum| sum.minor == 0);
    let mut blank = before.iter().filter(empty);
    match (blank.next(), blank.next()) {
        (Some(one), None) => return Ok(Some(one.id)),
        (Some(_), Some(_)) => return Ok(None),
        (None, _) => {}
    }
    // A payment of the deal that is neither kept nor blank may be ours, with its id wiped from the item, or
    // a person's for the same money.
    let other = match wanted.partial {
        false => !before.is_empty(),
        true => own_row(&rows(session, deal_id)?, wanted.key).is_some(),
    };
    if other {
        return Ok(None);
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
    let Ok(Some(after)) = list(session, deal_id) else { return Err(lost) };
    let new: Vec<u64> = after.iter().map(|payment| payment.id).filter(|id| !known(*id)).collect();
    match new.as_slice() {
        // It may still be on its way: a second one is never made here.
        [] => Err(lost),
        [one] => Ok(Some(*one)),
        _ => Ok(None),
    }
}

/// The payments of the deal; none where one of them cannot be read, which may be ours.
fn list(session: &Session<'_>, deal_id: u64) -> Result<Option<Vec<PortalPayment>>, Error> {
    let ask = json!({ "entityId": deal_id, "entityTypeId": DEAL, "filter": { ">id": 0 } });
    let rows = by_page(session, &Method::read("crm.item.payment.list", ask), "")?;
    Ok(rows.iter().map(|row| PortalPayment::read(row).ok()).collect())
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
            Err(error) if in_doubt(&error) => match products(session, payment_id) {
                Ok(now) if now.contains(&id) => there = now,
                _ => return Err(error),
            },
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

/// The row of this payment.
fn own_row(rows: &[Fields], key: &str) -> Option<Fields> {
    let mark = row_mark(key);
    rows.iter().find(|row| name(row).contains(&mark)).cloned()
}

fn row_mark(key: &str) -> String {
    format!("[kopeck:{key}]")
}

fn name(row: &Fields) -> String {
    row.get("productName").and_then(fields::text).unwrap_or_default()
}

/// Which rows of the deal are paid: ours; else all, where the payment is for all of the deal. A row of ours
/// is added only to a deal that has none but ours, whose sum it does not change: a part's row would, unless
/// the deal's sum is kept by hand.
fn rows_to_pay(session: &Session<'_>, wanted: &Wanted<'_>) -> Result<Option<Vec<Fields>>, Error> {
    let rows = rows(session, wanted.deal_id)?;
    if let Some(own) = own_row(&rows, wanted.key) {
        return Ok(Some(vec![own]));
    }
    if rows.iter().any(|row| !name(row).contains("[kopeck:")) {
        return Ok((!wanted.partial).then_some(rows));
    }
    if wanted.partial && !sum_by_hand(session, wanted.deal_id)? {
        return Ok(None);
    }
    let ask = json!({ "fields": {
        "ownerId": wanted.deal_id, "ownerType": "D", "price": as_number(wanted.taken), "quantity": 1,
        "productName": format!("{} {}", wanted.title, row_mark(wanted.key)),
    } });
    let lost = match session.ask(&Method::write("crm.item.productrow.add", ask)) {
        Ok(_) => None,
        Err(error) if in_doubt(&error) => Some(error),
        Err(error) => return Err(error),
    };
    let own = match self::rows(session, wanted.deal_id) {
        Ok(own) => own,
        Err(error) => return Err(lost.unwrap_or(error)),
    };
    match (own_row(&own, wanted.key), lost) {
        (Some(own), _) => Ok(Some(vec![own])),
        (None, Some(error)) => Err(error),
        (None, None) => Err(unreadable("the row just added is not listed")),
    }
}

/// Whether the deal's sum does not follow its rows.
fn sum_by_hand(session: &Session<'_>, deal_id: u64) -> Result<bool, Error> {
    let deal = item::get(session, DEAL, deal_id)?;
    let flag = deal.and_then(|deal| deal.fields.get("isManualOpportunity").and_then(fields::text));
    Ok(flag.as_deref() == Some("Y"))
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
    if let Err(error) = &outcome
        && !in_doubt(error)
    {
        return Err(error.clone());
    }
    // A look that failed leaves the call's outcome as unknown as it was.
    match (get(session, payment_id), outcome) {
        (Ok(payment), _) if payment.paid => Ok(Registered::done(payment_id, true)),
        (_, Err(error)) => Err(error),
        (Ok(_), Ok(_)) => Ok(Registered::unclear(STILL_UNPAID)),
        (Err(_), Ok(_)) => {
            let says = "the portal answered, but its payment could not be read back";
            Err(Error::outcome_unknown("not_read_back", says))
        }
    }
}
