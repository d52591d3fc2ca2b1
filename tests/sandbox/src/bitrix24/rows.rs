//! `crm.item.productrow.*`: what is sold. The sum of a deal follows, unless it is kept by hand.

use serde_json::{Value, json};

use super::filter::{self, Class};
use super::kinds::Kind;
use super::money::Sum;
use super::outcome::{Failure, Outcome, bad, done};
use super::params::{self, Params};
use super::portal::Portal;
use super::shop::Row;

/// `crm.item.productrow.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "add" => add(portal, asked),
        "get" => get(portal, asked),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        "delete" => delete(portal, asked),
        "set" => set(portal, asked),
        _ => return None,
    })
}

fn not_found() -> Failure {
    bad("NOT_FOUND", "Item not found")
}

/// The owner that is named by a short code and an id.
fn owner(portal: &Portal, fields: &Params) -> Result<(i64, i64), Failure> {
    let id = params::id(fields, "ownerId")?;
    let code = params::text_of(fields, "ownerType");
    if code.is_empty() {
        return Err(params::missing("ownerType"));
    }
    let fits = |kind: &&Kind| kind.short_code() == code;
    let kind = portal.kinds.values().find(fits);
    let kind =
        kind.ok_or_else(|| bad("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported"))?;
    match portal.seen(kind.entity_type, id) {
        Some(_) => Ok((kind.entity_type, id)),
        None => Err(bad("OWNER_NOT_FOUND", "Owner was not found")),
    }
}

/// Short code and id, as rows keep their owner.
fn owned_by(portal: &Portal, owner: (i64, i64)) -> (String, i64) {
    let code = portal.kinds.get(&owner.0).map(Kind::short_code);
    (code.unwrap_or_default(), owner.1)
}

/// The ids of an owner's rows.
pub fn ids_of(portal: &Portal, owner: (i64, i64)) -> Vec<i64> {
    let (code, id) = owned_by(portal, owner);
    let own = |row: &Row| {
        params::text_of(row, "ownerType") == code
            && row.get("ownerId").and_then(params::whole) == Some(id)
    };
    portal.shop.rows.iter().filter(|(_, row)| own(row)).map(|(id, _)| *id).collect()
}

fn write(row: &mut Row, fields: &Params) -> Result<(), Failure> {
    for name in ["price", "quantity"] {
        if let Some(value) = fields.get(name) {
            let sum = Sum::read(value).filter(|sum| sum.0 >= 0);
            let wrong = || {
                bad("CRM_FIELD_ERROR_VALUE_NOT_VALID", format!("Invalid value of field \"{name}\""))
            };
            row.insert(name.into(), sum.ok_or_else(wrong)?.shown());
        }
    }
    for name in ["productName", "taxIncluded", "measureName", "xmlId"] {
        if let Some(value) = fields.get(name) {
            row.insert(name.into(), params::text(value).into());
        }
    }
    for name in ["productId", "sort", "taxRate", "measureCode"] {
        if let Some(value) = fields.get(name) {
            row.insert(name.into(), params::whole(value).map_or(Value::Null, Value::from));
        }
    }
    Ok(())
}

fn make(portal: &mut Portal, owner: (i64, i64), fields: &Params) -> Result<Row, Failure> {
    let (code, id) = owned_by(portal, owner);
    let mut row = params::numbered(json!({
        "id": 0, "ownerId": id, "ownerType": code, "productId": 0, "productName": "", "price": 0,
        "quantity": 1, "discountTypeId": 2, "discountRate": 0, "discountSum": 0, "taxRate": null,
        "taxIncluded": "N", "measureCode": 796, "measureName": "шт", "sort": 10, "xmlId": "",
    }));
    write(&mut row, fields)?;
    let number = portal.next_id("row");
    row.insert("id".into(), number.into());
    portal.shop.rows.insert(number, row.clone());
    Ok(row)
}

/// The owner's sum follows its rows.
fn resum(portal: &mut Portal, owner: (i64, i64)) {
    let product = |row: &Row| {
        let read = |name: &str| row.get(name).and_then(Sum::read).unwrap_or_default();
        read("price").times(read("quantity")).0
    };
    let ids = ids_of(portal, owner);
    let sum = Sum(ids.iter().filter_map(|id| portal.shop.rows.get(id)).map(product).sum());
    let Some(mut item) = portal.items.get(&owner.0).and_then(|all| all.get(&owner.1)).cloned()
    else {
        return;
    };
    let by_hand = item.get("isManualOpportunity").is_some_and(|flag| flag == "Y");
    if by_hand || item.get("opportunity").and_then(Sum::read) == Some(sum) {
        return;
    }
    item.insert("opportunity".into(), sum.shown());
    portal.keep(owner.0, owner.1, Some(item));
    portal.tell_of_item("UPDATE", owner.0, owner.1);
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let fields = params::required(asked, "fields")?;
    let owner = owner(portal, &fields)?;
    let row = make(portal, owner, &fields)?;
    resum(portal, owner);
    done(json!({"productRow": row}))
}

fn get(portal: &Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    done(json!({"productRow": portal.shop.rows.get(&id).ok_or_else(not_found)?}))
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let filter = params::map(asked, "filter");
    for name in ["ownerType", "ownerId"] {
        if !filter.keys().any(|key| key.trim_start_matches('=') == name) {
            return Err(params::missing(name));
        }
    }
    let known = |name: &str| {
        let class = match name {
            "id" | "ownerId" | "productId" | "price" | "quantity" | "sort" => Class::Number,
            "ownerType" | "productName" | "xmlId" => Class::Text,
            _ => return None,
        };
        Some((name.to_owned(), class))
    };
    let rows = portal.shop.rows.values().cloned().collect();
    filter::page(rows, asked, &known, true, |rows| json!({"productRows": rows}))
}

fn owner_of(portal: &Portal, row: &Row) -> Result<(i64, i64), Failure> {
    owner(portal, row)
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    let fields = params::required(asked, "fields")?;
    let mut row = portal.shop.rows.get(&id).cloned().ok_or_else(not_found)?;
    write(&mut row, &fields)?;
    portal.shop.rows.insert(id, row.clone());
    let owner = owner_of(portal, &row)?;
    resum(portal, owner);
    done(json!({"productRow": row}))
}

fn delete(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = params::id(asked, "id")?;
    let row = portal.shop.rows.remove(&id).ok_or_else(not_found)?;
    let owner = owner_of(portal, &row)?;
    resum(portal, owner);
    done(Value::Null)
}

fn set(portal: &mut Portal, asked: &Params) -> Outcome {
    let owner = owner(portal, asked)?;
    let given = params::items(asked.get("productRows"));
    for id in ids_of(portal, owner) {
        portal.shop.rows.remove(&id);
    }
    let mut rows = Vec::new();
    for one in given {
        rows.push(Value::Object(make(portal, owner, &params::numbered(one))?));
    }
    resum(portal, owner);
    done(json!({"productRows": rows}))
}
