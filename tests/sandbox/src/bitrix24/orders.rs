//! `crm.orderentity.*`: whose an order is. An order has one owner.

use serde_json::{Value, json};

use super::filter::{self, Class};
use super::outcome::{Outcome, bad, done};
use super::params::{self, Params};
use super::portal::Portal;

/// The code of a link that is there already: text, though it is a number.
const DUPLICATE: &str = "201650000001";

/// `crm.orderentity.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "list" => list(portal, asked),
        _ => return None,
    })
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let fields = params::required(asked, "fields")?;
    let order = params::id(&fields, "orderId")?;
    let owner = (params::id(&fields, "ownerTypeId")?, params::id(&fields, "ownerId")?);
    if !portal.shop.orders.contains_key(&order) {
        return Err(bad(0, "Order has not been found"));
    }
    if portal.shop.owners.get(&order) == Some(&owner) {
        return Err(bad(DUPLICATE, "Duplicate entry for key [orderId, ownerId, ownerTypeId]"));
    }
    portal.shop.owners.insert(order, owner);
    done(json!({"dealOrder": {"orderId": order, "ownerId": owner.1, "ownerTypeId": owner.0}}))
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let known = |name: &str| {
        let numbers = ["orderId", "ownerId", "ownerTypeId"];
        numbers.contains(&name).then(|| (name.to_owned(), Class::Number))
    };
    let links = portal.shop.owners.iter();
    let links: Vec<_> = links
        .map(|(order, (kind, id))| {
            params::numbered(json!({"orderId": order, "ownerId": id, "ownerTypeId": kind}))
        })
        .collect();
    filter::page(links, asked, &known, false, |rows| json!({"orderEntity": Value::Array(rows)}))
}
