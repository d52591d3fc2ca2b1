//! `sale.paysystem.*`: handlers, pay systems with their settings, and the word that a payment is paid.

use serde_json::{Map, Value, json};

use super::filter::{self, Class};
use super::outcome::{Failure, Outcome, bad, done, moment};
use super::params::{self, Params};
use super::payments;
use super::portal::Portal;
use super::shop::Row;
use crate::clock;

/// Kinds of payers: one for people, one for companies.
const PERSON_TYPES: [i64; 2] = [3, 4];

/// `sale.paysystem.<what>`.
pub fn answer(portal: &mut Portal, what: &str, asked: &Params) -> Option<Outcome> {
    Some(match what {
        "handler.add" => add_handler(portal, asked),
        "handler.list" => done(handlers(portal)),
        "handler.update" => update_handler(portal, asked),
        "handler.delete" => delete_handler(portal, asked),
        "add" => add(portal, asked),
        "list" => list(portal, asked),
        "update" => update(portal, asked),
        "delete" => delete(portal, asked),
        "settings.get" => settings(portal, asked),
        "settings.update" => update_settings(portal, asked),
        "pay.payment" => pay(portal, asked),
        _ => return None,
    })
}

/// `sale.persontype.list`.
pub fn person_types() -> Outcome {
    let all: Vec<Value> = PERSON_TYPES
        .iter()
        .zip(["CRM_CONTACT", "CRM_COMPANY"])
        .map(|(id, code)| {
            json!({"id": id, "lid": "s1", "name": code, "code": code, "sort": 100, "active": "Y",
                "entityRegistryType": "ORDER", "xmlId": ""})
        })
        .collect();
    let total = all.len();
    done(json!({"personTypes": all})).map(|mut done| {
        done.total = Some(total);
        done
    })
}

fn failed(text: impl Into<String>) -> Failure {
    bad("ERROR_CHECK_FAILURE", text)
}

fn needed(asked: &Params, name: &str) -> Result<String, Failure> {
    let text = params::text_of(asked, name);
    let given = asked.get(name).is_some_and(|value| value.is_object() || value.is_array());
    if text.is_empty() && !given {
        return Err(failed(format!("Parameter {name} is not defined")));
    }
    Ok(text)
}

fn number(asked: &Params, name: &str) -> Result<i64, Failure> {
    needed(asked, name)?;
    asked
        .get(name)
        .and_then(params::whole)
        .ok_or_else(|| failed(format!("Parameter {name} is wrong")))
}

/// A handler has a way to pay, and each way an address.
fn check_settings(settings: &Params) -> Result<(), Failure> {
    let ways = ["FORM_DATA", "CHECKOUT_DATA", "IFRAME_DATA"];
    let ways: Vec<&Value> = ways.iter().filter_map(|way| settings.get(*way)).collect();
    let addressed =
        |way: &&Value| way.get("ACTION_URI").map(params::text).is_some_and(|uri| !uri.is_empty());
    if ways.is_empty() || !ways.iter().all(addressed) {
        return Err(failed(
            "FORM_DATA, CHECKOUT_DATA or IFRAME_DATA with ACTION_URI is not defined",
        ));
    }
    if params::map(settings, "CODES").is_empty() {
        return Err(failed("CODES is not defined"));
    }
    Ok(())
}

fn add_handler(portal: &mut Portal, asked: &Params) -> Outcome {
    let (name, code) = (needed(asked, "NAME")?, needed(asked, "CODE")?);
    needed(asked, "SETTINGS")?;
    let settings = params::map(asked, "SETTINGS");
    check_settings(&settings)?;
    if portal.shop.handlers.values().any(|one| params::text_of(one, "CODE") == code) {
        return Err(bad("ERROR_HANDLER_ALREADY_EXIST", "Handler already exists!"));
    }
    let id = portal.next_id("handler");
    let sort = asked.get("SORT").map_or_else(|| "100".to_owned(), params::text);
    let row = json!({"ID": id.to_string(), "NAME": name, "CODE": code, "SORT": sort, "SETTINGS": settings});
    portal.shop.handlers.insert(id, params::numbered(row));
    done(id.into())
}

fn handlers(portal: &Portal) -> Value {
    json!(portal.shop.handlers.values().collect::<Vec<_>>())
}

fn update_handler(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = number(asked, "ID")?;
    needed(asked, "FIELDS")?;
    let fields = params::map(asked, "FIELDS");
    if fields.contains_key("SETTINGS") {
        check_settings(&params::map(&fields, "SETTINGS"))?;
    }
    let row = portal.shop.handlers.get_mut(&id);
    let row = row.ok_or_else(|| bad("ERROR_HANDLER_NOT_FOUND", "Handler not found"))?;
    for name in ["NAME", "CODE", "SORT"] {
        if let Some(value) = fields.get(name) {
            row.insert(name.into(), params::text(value).into());
        }
    }
    if fields.contains_key("SETTINGS") {
        row.insert("SETTINGS".into(), Value::Object(params::map(&fields, "SETTINGS")));
    }
    done(true.into())
}

fn delete_handler(portal: &mut Portal, asked: &Params) -> Outcome {
    let id = number(asked, "ID")?;
    let row = portal.shop.handlers.get(&id);
    let row = row.ok_or_else(|| bad("ERROR_HANDLER_NOT_FOUND", "Handler not found"))?;
    let code = params::text_of(row, "CODE");
    if portal.shop.pay_systems.values().any(|one| params::text_of(one, "ACTION_FILE") == code) {
        return Err(bad("ERROR_HANDLER_DELETE", "There are pay systems with this handler"));
    }
    portal.shop.handlers.remove(&id);
    done(true.into())
}

fn add(portal: &mut Portal, asked: &Params) -> Outcome {
    let name = needed(asked, "NAME")?;
    let person = number(asked, "PERSON_TYPE_ID")?;
    let code = needed(asked, "BX_REST_HANDLER")?;
    let registry = needed(asked, "ENTITY_REGISTRY_TYPE")?;
    if !["ORDER", "CRM_INVOICE", "CRM_QUOTE"].contains(&registry.as_str()) {
        return Err(failed("Parameter ENTITY_REGISTRY_TYPE is wrong"));
    }
    if !portal.shop.handlers.values().any(|one| params::text_of(one, "CODE") == code) {
        return Err(bad("ERROR_HANDLER_NOT_FOUND", "Handler not found"));
    }
    if !PERSON_TYPES.contains(&person) {
        return Err(bad("ERROR_PERSON_TYPE_NOT_FOUND", "Person type not found"));
    }
    let id = portal.next_id("pay_system");
    let active = asked.get("ACTIVE").map_or_else(|| "Y".to_owned(), params::text);
    let mut row = params::numbered(json!({
        "NAME": name, "PSA_NAME": name, "DESCRIPTION": params::text_of(asked, "DESCRIPTION"),
        "ACTION_FILE": code, "NEW_WINDOW": "N", "ACTIVE": active, "ENTITY_REGISTRY_TYPE": registry,
        "XML_ID": params::text_of(asked, "XML_ID"), "ID": id, "PERSON_TYPE_ID": person, "SORT": 100,
    }));
    row.insert("SETTINGS".into(), Value::Object(params::map(asked, "SETTINGS")));
    portal.shop.pay_systems.insert(id, row);
    done(id.into())
}

/// Without its settings, which have a method of their own.
fn bare(row: &Row) -> Row {
    row.iter()
        .filter(|(name, _)| *name != "SETTINGS")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn list(portal: &Portal, asked: &Params) -> Outcome {
    let known = |name: &str| {
        let class = match name {
            "ID" | "PERSON_TYPE_ID" | "SORT" => Class::Number,
            "NAME" | "PSA_NAME" | "ACTION_FILE" | "ACTIVE" | "ENTITY_REGISTRY_TYPE" | "XML_ID" => {
                Class::Text
            }
            "DESCRIPTION" | "NEW_WINDOW" => Class::Text,
            _ => return None,
        };
        Some((name.to_owned(), class))
    };
    let rows = portal.shop.pay_systems.values().map(bare).collect();
    let mut page = filter::page(rows, asked, &known, false, Value::Array)?;
    (page.total, page.next) = (None, None);
    Ok(page)
}

fn system<'a>(portal: &'a mut Portal, asked: &Params, name: &str) -> Result<&'a mut Row, Failure> {
    let id = number(asked, name)?;
    portal.shop.pay_systems.get_mut(&id).ok_or_else(|| failed("Pay system not found"))
}

fn update(portal: &mut Portal, asked: &Params) -> Outcome {
    needed(asked, "FIELDS")?;
    let fields = params::map(asked, "FIELDS");
    let row = system(portal, asked, "ID")?;
    for name in ["NAME", "DESCRIPTION", "ACTIVE", "XML_ID", "NEW_WINDOW"] {
        if let Some(value) = fields.get(name) {
            row.insert(name.into(), params::text(value).into());
        }
    }
    done(true.into())
}

fn delete(portal: &mut Portal, asked: &Params) -> Outcome {
    system(portal, asked, "ID")?;
    portal.shop.pay_systems.remove(&number(asked, "ID")?);
    done(true.into())
}

/// The values of a pay system's settings: an empty map is a list, as PHP writes it.
fn settings(portal: &mut Portal, asked: &Params) -> Outcome {
    number(asked, "PERSON_TYPE_ID")?;
    let row = system(portal, asked, "ID")?;
    let own = params::map(row, "SETTINGS");
    let values: Map<String, Value> = own
        .iter()
        .map(|(code, one)| (code.clone(), one.get("VALUE").cloned().unwrap_or_default()))
        .collect();
    done(if values.is_empty() { json!([]) } else { Value::Object(values) })
}

fn update_settings(portal: &mut Portal, asked: &Params) -> Outcome {
    number(asked, "PERSON_TYPE_ID")?;
    needed(asked, "SETTINGS")?;
    let given = params::map(asked, "SETTINGS");
    let row = system(portal, asked, "ID")?;
    let mut own = params::map(row, "SETTINGS");
    own.extend(given);
    row.insert("SETTINGS".into(), Value::Object(own));
    done(true.into())
}

/// `sale.paysystem.pay.payment`: the handler's word that the payment is paid.
fn pay(portal: &mut Portal, asked: &Params) -> Outcome {
    let payment = number(asked, "PAYMENT_ID")?;
    if !portal.shop.payments.contains_key(&payment) {
        number(asked, "PAY_SYSTEM_ID")?;
        return Err(failed("Payment not found"));
    }
    system(portal, asked, "PAY_SYSTEM_ID")?;
    let row = portal.shop.payments.get_mut(&payment).ok_or_else(|| failed("Payment not found"))?;
    for (given, kept) in [
        ("PS_INVOICE_ID", "psInvoiceId"),
        ("PS_STATUS_CODE", "psStatusCode"),
        ("PS_STATUS_DESCRIPTION", "psStatusDescription"),
        ("PS_STATUS_MESSAGE", "psStatusMessage"),
        ("PS_SUM", "psSum"),
        ("PS_CURRENCY", "psCurrency"),
    ] {
        if let Some(value) = asked.get(given) {
            row.insert(kept.into(), value.clone());
        }
    }
    row.insert("psStatus".into(), "Y".into());
    row.insert("psResponseDate".into(), moment(clock::now()).into());
    payments::set_paid(portal, payment, true);
    done(true.into())
}
