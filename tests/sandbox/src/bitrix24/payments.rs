//! `crm.item.payment.*`: payments of deals and smart invoices. What is refused has `error` 0, a number.

use serde_json::{Value, json};

use super::filter::{self, Class};
use super::kinds::{DEAL, INVOICE};
use super::money::Sum;
use super::outcome::{Failure, Outcome, bad, done, moment};
use super::params::{self, Params};
use super::portal::Portal;
use super::rows;
use super::shop::Row;
use crate::clock;

/// What `crm.item.payment.get` shows.
const SHOWN: [&str; 9] = [
    "id",
    "accountNumber",
    "paid",
    "datePaid",
    "empPaidId",
    "paySystemId",
    "sum",
    "currency",
    "paySystemName",
];

/// `crm.item.payment.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "get" => one(portal, asked, "id").and_then(|payment| done(Value::Object(brief(payment)))),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        "pay" => mark(portal, asked, true),
        "unpay" => mark(portal, asked, false),
        "delete" => delete(portal, asked),
        _ => return None,
    })
}

/// `crm.item.payment.product.<what>`.
pub fn products(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add_product(portal, asked),
        "list" => list_products(portal, asked),
        "delete" => delete_product(portal, asked),
        _ => return None,
    })
}

fn refused(text: &str) -> Failure {
    bad(0, text)
}

fn one<'a>(portal: &'a Portal, asked: &Params, name: &str) -> Result<&'a Row, Failure> {
    let id = params::id(asked, name)?;
    portal.shop.payments.get(&id).ok_or_else(|| refused("Payment has not been found"))
}

fn brief(payment: &Row) -> Row {
    let shown =
        SHOWN.iter().filter_map(|name| Some(((*name).to_owned(), payment.get(*name)?.clone())));
    shown.collect()
}

/// A payment of an order, with everything that `sale.payment.get` shows; tells its id.
pub fn make(portal: &mut Portal, order: i64, currency: &str) -> i64 {
    let id = portal.next_id("payment");
    let own = portal.shop.payments.values();
    let before =
        own.filter(|one| one.get("orderId").and_then(params::whole) == Some(order)).count();
    let mut payment = params::numbered(json!({
        "id": id, "accountNumber": format!("{order}/{}", before + 1), "orderId": order, "paid": "N",
        "datePaid": null, "empPaidId": null, "paySystemId": 0, "paySystemName": "", "sum": 0,
        "currency": currency, "xmlId": "", "comments": "", "isReturn": "N", "marked": "N",
    }));
    payment.insert("dateBill".into(), moment(clock::now()).into());
    for name in [
        "psStatus",
        "psStatusCode",
        "psStatusDescription",
        "psStatusMessage",
        "psSum",
        "psCurrency",
        "psInvoiceId",
    ] {
        payment.insert(name.into(), Value::Null);
    }
    portal.shop.payments.insert(id, payment);
    id
}

/// Something of a payment was saved.
pub fn saved(portal: &mut Portal, id: i64) {
    portal.tell("ONPAYMENTENTITYSAVED", &[("ID", id.to_string())]);
}

/// Marks a payment as paid, or takes that back.
pub fn set_paid(portal: &mut Portal, id: i64, paid: bool) {
    let Some(payment) = portal.shop.payments.get_mut(&id) else { return };
    let word = if paid { "Y" } else { "N" };
    if payment.get("paid").is_some_and(|before| before == word) {
        return;
    }
    payment.insert("paid".into(), word.into());
    let now = Value::from(moment(clock::now()));
    payment.insert("datePaid".into(), if paid { now } else { Value::Null });
    payment.insert("empPaidId".into(), if paid { 1.into() } else { Value::Null });
    saved(portal, id);
}

/// Gives a payment a pay system that the portal has.
pub fn set_pay_system(portal: &mut Portal, id: i64, given: &Value) -> Result<(), Failure> {
    let system = params::whole(given).and_then(|id| portal.shop.pay_systems.get(&id));
    let system = system.ok_or_else(|| refused("Pay system has not been found"))?;
    let name = system.get("NAME").cloned().unwrap_or_default();
    let number = system.get("ID").cloned().unwrap_or_default();
    if let Some(payment) = portal.shop.payments.get_mut(&id) {
        payment.insert("paySystemId".into(), number);
        payment.insert("paySystemName".into(), name);
    }
    Ok(())
}

fn entity(asked: &Params) -> Result<(i64, i64), Failure> {
    Ok((params::id(asked, "entityTypeId")?, params::id(asked, "entityId")?))
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let (kind, id) = entity(asked)?;
    if !matches!(kind, DEAL | INVOICE) {
        return Err(refused("Entity type is not supported"));
    }
    let currency = portal.seen(kind, id).map(|item| params::text_of(item, "currencyId"));
    let currency = currency.ok_or_else(|| refused("Entity has not been found"))?;
    let known = portal.shop.owners.iter().find(|(_, owner)| **owner == (kind, id));
    let order = known.map(|(order, _)| *order).unwrap_or_else(|| {
        let order = portal.next_id("order");
        let row = params::numbered(json!({"id": order, "currency": currency}));
        portal.shop.orders.insert(order, row);
        portal.shop.owners.insert(order, (kind, id));
        order
    });
    let id = make(portal, order, &currency);
    saved(portal, id);
    done(id.into())
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let owner = entity(asked)?;
    let orders = &portal.shop.owners;
    let own = |payment: &&Row| {
        let order = payment.get("orderId").and_then(params::whole);
        order.and_then(|order| orders.get(&order)) == Some(&owner)
    };
    let rows = portal.shop.payments.values().filter(own).map(brief).collect();
    let known = |name: &str| {
        let class = match name {
            "id" | "paySystemId" | "sum" | "empPaidId" => Class::Number,
            "datePaid" => Class::Moment,
            other if SHOWN.contains(&other) => Class::Text,
            _ => return None,
        };
        Some((name.to_owned(), class))
    };
    let mut page = filter::page(rows, asked, &known, false, Value::Array)?;
    (page.total, page.next) = (None, None);
    Ok(page)
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    one(portal, asked, "id")?;
    let id = params::id(asked, "id")?;
    let fields = params::required(asked, "fields")?;
    if let Some(system) = fields.get("paySystemId") {
        set_pay_system(portal, id, system)?;
    }
    match params::text_of(&fields, "paid").as_str() {
        "" => saved(portal, id),
        word => set_paid(portal, id, word == "Y"),
    }
    done(true.into())
}

fn mark(portal: &mut Portal, asked: &Params, paid: bool) -> Outcome {
    one(portal, asked, "id")?;
    set_paid(portal, params::id(asked, "id")?, paid);
    done(true.into())
}

fn delete(portal: &mut Portal, asked: &Params) -> Outcome {
    if one(portal, asked, "id")?.get("paid").is_some_and(|paid| paid == "Y") {
        return Err(refused("Payment is paid"));
    }
    let id = params::id(asked, "id")?;
    portal.shop.payments.remove(&id);
    portal.shop.products.retain(|_, row| row.get("paymentId").and_then(params::whole) != Some(id));
    done(true.into())
}

fn add_product(portal: &mut Portal, asked: &Params) -> Outcome {
    let payment = one(portal, asked, "paymentId")?;
    let order = payment.get("orderId").and_then(params::whole).unwrap_or(0);
    let (id, row) = (params::id(asked, "paymentId")?, params::id(asked, "rowId")?);
    let quantity = asked.get("quantity").ok_or_else(|| params::missing("quantity"))?;
    let quantity = Sum::read(quantity).filter(|quantity| quantity.0 > 0);
    let quantity = quantity.ok_or_else(|| refused("Quantity is wrong"))?;
    let owner = portal.shop.owners.get(&order).copied();
    let own = owner.is_some_and(|owner| rows::ids_of(portal, owner).contains(&row));
    let known = portal.shop.rows.get(&row).filter(|_| own);
    let known = known.ok_or_else(|| refused("Product row has not been found"))?;
    let read = |row: &Row| row.get("quantity").and_then(Sum::read).unwrap_or_default().0;
    let taken: i128 = portal
        .shop
        .products
        .values()
        .filter(|one| one.get("rowId").and_then(params::whole) == Some(row))
        .map(read)
        .sum();
    if taken + quantity.0 > read(known) {
        return Err(refused("Quantity is more than is left"));
    }
    let number = portal.next_id("product");
    let product =
        json!({"id": number, "paymentId": id, "quantity": quantity.shown(), "rowId": row});
    portal.shop.products.insert(number, params::numbered(product));
    resum(portal, id);
    done(number.into())
}

/// A payment's sum follows its products.
fn resum(portal: &mut Portal, payment: i64) {
    let shop = &mut portal.shop;
    let own = shop
        .products
        .values()
        .filter(|one| one.get("paymentId").and_then(params::whole) == Some(payment));
    let read = |row: &Row, name: &str| row.get(name).and_then(Sum::read).unwrap_or_default();
    let sum = own
        .filter_map(|one| {
            let row = shop.rows.get(&one.get("rowId").and_then(params::whole)?)?;
            Some(read(row, "price").times(read(one, "quantity")).0)
        })
        .sum();
    if let Some(payment) = shop.payments.get_mut(&payment) {
        payment.insert("sum".into(), Sum(sum).shown());
    }
    saved(portal, payment);
}

fn list_products(portal: &Portal, asked: &Params) -> Outcome {
    one(portal, asked, "paymentId")?;
    let id = params::id(asked, "paymentId")?;
    let own = portal.shop.products.values();
    let own = own.filter(|one| one.get("paymentId").and_then(params::whole) == Some(id));
    let known = |name: &str| {
        let numbers = ["id", "paymentId", "quantity", "rowId"];
        numbers.contains(&name).then(|| (name.to_owned(), Class::Number))
    };
    let mut page = filter::page(own.cloned().collect(), asked, &known, false, Value::Array)?;
    (page.total, page.next) = (None, None);
    Ok(page)
}

fn delete_product(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    let gone = portal.shop.products.remove(&id);
    let gone = gone.ok_or_else(|| refused("Payment item has not been found"))?;
    resum(portal, gone.get("paymentId").and_then(params::whole).unwrap_or(0));
    done(true.into())
}
