//! `sale.payment.*`: payments as the shop module sees them, found by `xmlId`.

use serde_json::{Value, json};

use super::filter::{self, Class};
use super::money::Sum;
use super::outcome::{Failure, Outcome, bad, done};
use super::params::{self, Params};
use super::payments;
use super::portal::Portal;

/// The code of a payment that is not there.
const NOT_THERE: i64 = 200_040_400_001;

const TEXTS: [&str; 11] = [
    "xmlId",
    "comments",
    "psStatus",
    "psStatusCode",
    "psStatusDescription",
    "psStatusMessage",
    "psCurrency",
    "psInvoiceId",
    "isReturn",
    "marked",
    "payVoucherNum",
];
const NUMBERS: [&str; 5] = ["id", "orderId", "paySystemId", "sum", "psSum"];

/// `sale.payment.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "get" => get(portal, asked),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        _ => return None,
    })
}

fn id(portal: &Portal, asked: &Params) -> Result<i64, Failure> {
    let id = params::id(asked, "id")?;
    let known = portal.shop.payments.contains_key(&id);
    known.then_some(id).ok_or_else(|| bad(NOT_THERE, "payment is not exists"))
}

fn shown(portal: &Portal, id: i64) -> Outcome {
    done(json!({"payment": portal.shop.payments.get(&id)}))
}

fn get(portal: &Portal, asked: &Params) -> Outcome {
    shown(portal, id(portal, asked)?)
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let fields = params::required(asked, "fields")?;
    for name in ["orderId", "paySystemId"] {
        if fields.get(name).and_then(params::whole).is_none() {
            return Err(bad(0, format!("Required fields: {name}")));
        }
    }
    let order = params::id(&fields, "orderId")?;
    let known = portal.shop.orders.get(&order).ok_or_else(|| bad(0, "Order is not exists"))?;
    let currency = params::text_of(known, "currency");
    check(portal, &fields)?;
    let id = payments::make(portal, order, &currency);
    write(portal, id, &fields)?;
    shown(portal, id)
}

/// Everything that may be wrong, before anything is written.
fn check(portal: &Portal, fields: &Params) -> Result<(), Failure> {
    for name in ["sum", "psSum"] {
        if fields.get(name).is_some_and(|value| Sum::read(value).is_none()) {
            return Err(bad(0, format!("{name} is no number")));
        }
    }
    let system = fields.get("paySystemId").map(params::whole);
    let known = |id: Option<i64>| id.is_some_and(|id| portal.shop.pay_systems.contains_key(&id));
    if system.is_some_and(|id| !known(id)) {
        return Err(bad(0, "Pay system has not been found"));
    }
    Ok(())
}

/// Writes what may be written; another order is ignored.
fn write(portal: &mut Portal, id: i64, fields: &Params) -> Result<(), Failure> {
    if let Some(system) = fields.get("paySystemId") {
        payments::set_pay_system(portal, id, system)?;
    }
    if let Some(payment) = portal.shop.payments.get_mut(&id) {
        for name in TEXTS {
            if let Some(value) = fields.get(name) {
                payment.insert(name.into(), params::text(value).into());
            }
        }
        for name in ["sum", "psSum"] {
            if let Some(sum) = fields.get(name).and_then(Sum::read) {
                payment.insert(name.into(), sum.shown());
            }
        }
    }
    match params::text_of(fields, "paid").as_str() {
        "Y" => payments::set_paid(portal, id, true),
        "N" => payments::set_paid(portal, id, false),
        _ => payments::saved(portal, id),
    }
    Ok(())
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = id(portal, asked)?;
    let fields = params::required(asked, "fields")?;
    check(portal, &fields)?;
    write(portal, id, &fields)?;
    shown(portal, id)
}

/// A filter field that it does not know is ignored: rows are to be looked at.
fn list(portal: &Portal, asked: &Params) -> Outcome {
    let known = |name: &str| {
        let class = match name {
            _ if NUMBERS.contains(&name) => Class::Number,
            "datePaid" | "dateBill" => Class::Moment,
            "paid" | "currency" | "accountNumber" | "paySystemName" | "empPaidId" => Class::Text,
            _ if TEXTS.contains(&name) => Class::Text,
            _ => return None,
        };
        Some((name.to_owned(), class))
    };
    let rows = portal.shop.payments.values().cloned().collect();
    filter::page(rows, asked, &known, false, |rows| json!({"payments": Value::Array(rows)}))
}
