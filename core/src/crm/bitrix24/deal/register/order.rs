//! A payment of the shop's order: `sale.payment.add`, found again by `xmlId`, the only external key that
//! the portal's payments have.

use serde_json::{Value, json};

use super::{Registered, differs, in_doubt};
use crate::crm::bitrix24::checkout::portal_payment::PortalPayment;
use crate::crm::bitrix24::deal::item::as_number;
use crate::crm::bitrix24::deal::judgement::{NO_ORDER, PAYMENT_UNCLEAR, STILL_UNPAID};
use crate::crm::bitrix24::deal::portal_deal::DEAL;
use crate::crm::bitrix24::deal::rows::by_page;
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::reply::number;
use crate::crm::bitrix24::session::Session;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::money::Amount;

/// What is registered.
pub struct Wanted<'a> {
    /// The deal whose order it is.
    pub deal_id: u64,
    /// The portal's pay system.
    pub pay_system_id: u64,
    /// The payment's external key: that of the item.
    pub xml_id: &'a str,
    /// The gateway's id.
    pub id: Option<&'a str>,
    /// What was taken.
    pub taken: Amount,
    /// RFC 3339.
    pub paid_at: Option<&'a str>,
}

/// Registers it, once.
pub fn register(session: &Session<'_>, wanted: &Wanted<'_>) -> Result<Registered, Error> {
    let payment = match find(session, wanted)? {
        Ok(Some(payment)) => payment,
        Ok(None) => match order(session, wanted.deal_id)? {
            Ok(order_id) => return add(session, wanted, order_id),
            Err(why) => return Ok(Registered::unclear(why)),
        },
        Err(why) => return Ok(Registered::unclear(why)),
    };
    match (differs(&payment, wanted.taken), payment.paid) {
        (Some(why), _) => Ok(Registered::unclear(why)),
        (None, true) => Ok(Registered::done(payment.id, false)),
        (None, false) => pay(session, wanted, payment.id),
    }
}

/// The order of the deal; a word of the attention where there is not just one.
fn order(session: &Session<'_>, deal_id: u64) -> Result<Result<u64, &'static str>, Error> {
    let ask = json!({ "filter": { "ownerId": deal_id, "ownerTypeId": DEAL } });
    let rows = by_page(session, &Method::read("crm.orderentity.list", ask), "orderEntity")?;
    // The filter is asked for, the rows are believed.
    let is = |row: &Fields, name: &str, id| row.get(name).and_then(number) == Some(id);
    let own = rows.iter().filter(|row| is(row, "ownerId", deal_id) && is(row, "ownerTypeId", DEAL));
    let orders: Vec<u64> = own.filter_map(|row| row.get("orderId").and_then(number)).collect();
    Ok(match orders.as_slice() {
        [] => Err(NO_ORDER),
        [one] => Ok(*one),
        _ => Err(PAYMENT_UNCLEAR),
    })
}

/// The payment with exactly this key; a word of the attention where there are more, or one that cannot be
/// read: it is there all the same, and another must not be added.
fn find(
    session: &Session<'_>,
    wanted: &Wanted<'_>,
) -> Result<Result<Option<PortalPayment>, &'static str>, Error> {
    let ask = json!({
        "filter": { "xmlId": wanted.xml_id }, "order": { "id": "ASC" },
        "select": ["id", "orderId", "xmlId", "paid", "sum", "currency"],
    });
    let rows = by_page(session, &Method::read("sale.payment.list", ask), "payments")?;
    let ours =
        |row: &&Fields| row.get("xmlId").and_then(fields::text).as_deref() == Some(wanted.xml_id);
    let found: Result<Vec<PortalPayment>, Error> =
        rows.iter().filter(ours).map(PortalPayment::read).collect();
    let found = found.unwrap_or_default();
    Ok(match (found.first(), rows.iter().filter(ours).count()) {
        (None, 0) => Ok(None),
        (Some(one), 1) => Ok(Some(one.clone())),
        _ => Err(PAYMENT_UNCLEAR),
    })
}

fn add(session: &Session<'_>, wanted: &Wanted<'_>, order_id: u64) -> Result<Registered, Error> {
    let mut fields = paid(wanted);
    fields.insert("orderId".into(), order_id.into());
    fields.insert("sum".into(), as_number(wanted.taken));
    fields.insert("currency".into(), wanted.taken.currency.code.into());
    fields.insert("xmlId".into(), wanted.xml_id.into());
    let add = Method::write("sale.payment.add", json!({ "fields": fields }));
    finish(session, wanted, session.ask(&add).map(drop))
}

fn pay(session: &Session<'_>, wanted: &Wanted<'_>, id: u64) -> Result<Registered, Error> {
    let update = json!({ "id": id, "fields": paid(wanted) });
    let update = Method::write("sale.payment.update", update);
    finish(session, wanted, session.ask(&update).map(drop))
}

/// What says that it is paid, and how.
fn paid(wanted: &Wanted<'_>) -> Fields {
    let mut fields = Fields::new();
    fields.insert("paySystemId".into(), wanted.pay_system_id.into());
    fields.insert("paid".into(), "Y".into());
    fields.insert("psStatus".into(), "Y".into());
    fields.insert("psSum".into(), as_number(wanted.taken));
    fields.insert("psCurrency".into(), wanted.taken.currency.code.into());
    for (name, value) in [("psInvoiceId", wanted.id), ("datePaid", wanted.paid_at)] {
        if let Some(value) = value {
            fields.insert(name.into(), Value::from(value));
        }
    }
    fields
}

/// Looks at what became of the write, whatever it answered. What is not there may still be on its way:
/// nothing is added again in this call.
fn finish(
    session: &Session<'_>,
    wanted: &Wanted<'_>,
    outcome: Result<(), Error>,
) -> Result<Registered, Error> {
    match &outcome {
        Err(error) if !in_doubt(error) => return Err(error.clone()),
        _ => {}
    }
    // A look that failed leaves the write's outcome as unknown as it was.
    let found = match (find(session, wanted), &outcome) {
        (Ok(found), _) => found,
        (Err(_), Err(lost)) => return Err(lost.clone()),
        (Err(_), Ok(())) => {
            let says = "the portal answered, but its payment could not be read back";
            return Err(Error::outcome_unknown("not_read_back", says));
        }
    };
    match (found, outcome) {
        (Err(why), _) => Ok(Registered::unclear(why)),
        (Ok(Some(payment)), _) if payment.paid => match differs(&payment, wanted.taken) {
            Some(why) => Ok(Registered::unclear(why)),
            None => Ok(Registered::done(payment.id, true)),
        },
        (_, Err(error)) => Err(error),
        (Ok(Some(_)), Ok(())) => Ok(Registered::unclear(STILL_UNPAID)),
        (Ok(None), Ok(())) => {
            let says = "the portal took the payment, and does not list it";
            Err(Error::outcome_unknown("reply_unreadable", says))
        }
    }
}
