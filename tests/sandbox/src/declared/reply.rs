//! Replies as the descriptor reads them: values at their places, conditions met.

use indexmap::IndexMap;
use serde_json::{Map, Number, Value};

use super::asked::Wrong;
use super::conditions::{Around, break_it, holds, satisfy};
use super::file::{flag, items, pairs, scalar, text};
use super::format;
use super::message::{self, Message};
use super::orders::Order;
use super::recipe;
use super::shops::Shop;
use super::template;
use crate::exchange::Answer;

/// What a message can tell, by the names of a descriptor's readings.
pub type Told = IndexMap<&'static str, String>;

/// A place of a descriptor's readings.
pub struct Pick<'a> {
    /// Where it stands.
    pub at: Option<&'a str>,
    /// What it is made of.
    pub value: Option<&'a str>,
    /// Whole minor units.
    pub minor: bool,
}

/// Reads a place.
pub fn pick(place: &Value) -> Pick<'_> {
    match place {
        Value::String(at) => Pick { at: Some(at), value: None, minor: false },
        table => {
            Pick { at: text(table, "at"), value: text(table, "value"), minor: flag(table, "minor") }
        }
    }
}

/// Everything there is to tell of an order.
pub fn told(order: &Order, shop: &Shop) -> Told {
    let mut told = Told::new();
    told.insert("payment_id", order.id.clone());
    told.insert("order_id", order.number.clone());
    told.insert("url", order.page.clone());
    told.insert("amount", order.amount.clone());
    let digits = format::digits_of(&order.currency);
    let net: i128 = format::minor(&order.amount).parse().unwrap_or(0);
    let net = net - net / 50;
    told.insert("net", format::of_minor(&net.to_string(), digits).unwrap_or_default());
    told.insert("currency", order.currency.clone());
    told.insert("captured", order.captured.clone());
    told.insert("refunded", order.refunded.clone());
    told.insert("test", if shop.switches.test { "true" } else { "false" }.to_owned());
    if !matches!(order.status.as_str(), "created" | "cancelled" | "expired") {
        told.insert("method", "card".to_owned());
        told.insert("card", "411111******1111".to_owned());
        told.insert("rrn", "012345678901".to_owned());
    }
    if matches!(order.status.as_str(), "failed" | "declined") {
        told.insert("code", "51".to_owned());
        told.insert("text", "Insufficient funds".to_owned());
    }
    told
}

/// Whether a reading is an amount.
pub fn is_amount(name: &str) -> bool {
    matches!(name, "amount" | "net" | "captured" | "refunded")
}

/// An amount as the shop's switches write it.
pub fn amount_text(value: &str, minor: bool, shop: &Shop) -> String {
    if minor {
        return format::minor(value);
    }
    let formats = shop.switches.amount.as_deref();
    formats.and_then(|formats| format::write(formats, value)).unwrap_or_else(|| value.to_owned())
}

/// A text as a JSON number, its digits kept.
pub fn number(text: &str) -> Value {
    match serde_json::from_str::<Number>(text) {
        Ok(number) => Value::Number(number),
        Err(_) => Value::from(text),
    }
}

/// Sets a value where the descriptor reads it.
pub fn place(
    fields: &mut Map<String, Value>,
    around: &Around,
    name: &str,
    spot: &Value,
    value: &str,
    shop: &Shop,
) {
    // A value that only has to look like something stands there for another reading.
    if spot.get("matches").is_some() {
        return;
    }
    let pick = pick(spot);
    let mut value = value.to_owned();
    if is_amount(name) {
        value = amount_text(&value, pick.minor, shop);
    }
    let typed = |before: Option<&Value>| match before {
        Some(Value::String(text)) if name == "test" && matches!(text.as_str(), "0" | "1") => {
            Value::from(if value == "true" { "1" } else { "0" })
        }
        _ if around.flat && name == "test" => Value::from(if value == "true" { "1" } else { "0" }),
        _ if around.flat => Value::from(value.as_str()),
        Some(Value::Number(_)) => number(&value),
        Some(Value::Bool(_)) => Value::Bool(matches!(value.as_str(), "true" | "1")),
        Some(_) => Value::from(value.as_str()),
        None if is_amount(name) && (pick.minor || shop.switches.json_numbers) => number(&value),
        None if name == "test" => Value::Bool(value == "true"),
        None => Value::from(value.as_str()),
    };
    if let Some(at) = pick.at {
        let before = Message { fields: fields.clone(), body: Vec::new() }.at(at);
        if name == "test" && before.is_none() && value == "false" {
            return;
        }
        around.put(fields, at, typed(before.as_ref()));
    } else if let Some(made) = pick.value {
        let found = template::unfill(made, &|name| shop.known(name), &str::to_owned, &value);
        for one in found.into_iter().flatten() {
            if let Some(field) = one.name.strip_prefix("field.") {
                let digits = format::digits_of(&shop.currency);
                let back = format::read(&one.formats, &one.text, digits);
                let back = back.map_or(one.text.clone(), |(text, _)| text);
                around.put(fields, field, Value::from(back));
            }
        }
    }
}

/// The reply to a request that was carried out.
pub fn success(response: &Value, order: &Order, shop: &Shop) -> Answer {
    let mut fields = Map::new();
    let mut around = Around::of(200, false);
    if text(response, "kind") != Some("form") && text(response, "kind") != Some("text") {
        fields.extend(shop.switches.extra_fields.clone());
    }
    match text(response, "each") {
        None => tell(response, order, shop, &|_| true, &mut fields, &around),
        Some(list) => {
            let whole = |spot: &Value| flag(spot, "whole");
            tell(response, order, shop, &whole, &mut fields, &around);
            let entries = listed(order, shop).into_iter().map(|order| {
                let mut entry = Map::new();
                tell(response, &order, shop, &|spot| !whole(spot), &mut entry, &around);
                Value::Object(entry)
            });
            let entries = Value::Array(entries.collect());
            around.put(&mut fields, list, entries);
        }
    }
    // A URL that is made of a field: the field is the payment's id, and the URL leads to its page.
    let made = response.pointer("/fields/url/value").and_then(Value::as_str).unwrap_or_default();
    for name in template::names(made) {
        if let Some(field) = name.strip_prefix("field.")
            && (Message { fields: fields.clone(), body: Vec::new() }).at(field).is_none()
        {
            around.put(&mut fields, field, Value::from(order.id.as_str()));
        }
    }
    for condition in items(response, "ok") {
        satisfy(condition, &mut fields, &mut around);
    }
    let refusals = response.get("error").map(|error| items(error, "when")).unwrap_or_default();
    for condition in refusals.iter().chain(items(response, "not_found")) {
        break_it(condition, &mut fields, &mut around);
    }
    written(response, fields, &around, shop)
}

/// The order, and before it what the switches list under its number beside it.
fn listed(order: &Order, shop: &Shop) -> Vec<Order> {
    let other = |(at, status): (usize, &String)| {
        let mut other = order.clone();
        other.id = format!("{}-{}", order.id, at + 1);
        other.status.clone_from(status);
        other.captured = if status == "paid" { order.amount.clone() } else { String::new() };
        other.refunded = String::new();
        other
    };
    let mut all: Vec<Order> = shop.switches.tries.iter().enumerate().map(other).collect();
    all.push(order.clone());
    all
}

/// Sets what there is to tell of an order in those places that are `meant`.
fn tell(
    response: &Value,
    order: &Order,
    shop: &Shop,
    meant: &dyn Fn(&Value) -> bool,
    fields: &mut Map<String, Value>,
    around: &Around,
) {
    let mut told = told(order, shop);
    if let Some(word) = status_word(response, &order.status, shop) {
        told.insert("status", word);
    }
    for (name, spot) in pairs(response, "fields").filter(|(_, spot)| meant(spot)) {
        if let Some(value) = told.get(name).filter(|value| !value.is_empty()) {
            place(fields, around, name, spot, value, shop);
        }
    }
}

/// The gateway's word for where an order stands, or for the nearest that it has.
pub fn status_word(table: &Value, status: &str, shop: &Shop) -> Option<String> {
    let near: &[&str] = match status {
        "created" => &["pending"],
        "pending" => &["created"],
        "failed" => &["declined", "created"],
        "declined" => &["failed", "expired", "cancelled"],
        "expired" => &["cancelled", "declined"],
        "cancelled" => &["declined", "expired", "refunded"],
        "partially_refunded" => &["refunded"],
        "disputed" => &["refunded"],
        _ => &[],
    };
    std::iter::once(&status).chain(near).find_map(|word| shop.word_of(table, word))
}

/// The values that a call before another hands out.
pub fn values(step: &Value, issued: &IndexMap<String, String>, shop: &Shop) -> Answer {
    let mut fields = Map::new();
    let around = Around::of(200, false);
    for (name, at) in pairs(step, "values") {
        let value = issued.get(name).map(String::as_str).unwrap_or_default();
        around.put(&mut fields, at.as_str().unwrap_or(name), Value::from(value));
    }
    written(&Value::Null, fields, &around, shop)
}

/// The reply that refuses.
pub fn refusal(response: &Value, wrong: &Wrong, shop: &Shop) -> Answer {
    let error = response.get("error");
    let absent = items(response, "not_found");
    let mut fields = Map::new();
    let mut around = Around::of(200, false);
    // Who tells by the HTTP status that there is no payment tells other errors by it too.
    let calls = items(&shop.descriptor, "status").iter().filter_map(|call| call.get("response"));
    let rest = calls
        .flat_map(|response| items(response, "not_found"))
        .any(|condition| flag(condition, "http"));
    let absence = absent.first().filter(|_| wrong.reason == "order_not_found");
    if rest && absence.is_none() {
        around.http = match wrong.reason {
            "authentication_failed" => 401,
            "duplicate_order" | "wrong_state" => 409,
            _ => 400,
        };
    }
    let Some(error) = error else {
        if let Some(condition) = absence {
            satisfy(condition, &mut fields, &mut around);
            return written(response, fields, &around, shop);
        }
        return Answer::text(
            if around.http == 200 { 400 } else { around.http },
            wrong.says.as_str(),
        );
    };
    if let Some(status) = shop.switches.error_status {
        around.http = status;
    }
    let mapped = pairs(error, "reasons").find(|(_, word)| word.as_str() == Some(wrong.reason));
    let numbers = pairs(error, "reasons").any(|(code, _)| code.parse::<i64>().is_ok());
    let unmapped = if numbers { "9999" } else { wrong.reason };
    let code = mapped.map_or(unmapped, |(code, _)| code);
    let code_at = text(error, "code");
    if let Some(at) = code_at {
        around.put(&mut fields, at, Value::from(code));
    }
    if let Some(at) = text(error, "text") {
        around.put(&mut fields, at, Value::from(wrong.says.as_str()));
    }
    let whens = items(error, "when");
    if !whens.iter().any(|condition| holds(condition, &fields, &around))
        && let Some(condition) = whens.first()
    {
        satisfy(condition, &mut fields, &mut around);
    }
    if let Some(condition) = absence {
        satisfy(condition, &mut fields, &mut around);
    }
    written(response, fields, &around, shop)
}

fn written(response: &Value, fields: Map<String, Value>, around: &Around, shop: &Shop) -> Answer {
    let mut message = Message { fields, body: Vec::new() };
    let mut headers = around.headers.clone();
    if let Some(sign) = items(response, "signature").first() {
        let name = text(sign, "recipe").unwrap_or_default();
        let recipe = shop.descriptor.get("recipe").and_then(|all| all.get(name)).cloned();
        message.body = Value::Object(message.fields.clone()).to_string().into_bytes();
        let made = recipe::sign(&recipe.unwrap_or_default(), &message, &|name| shop.known(name));
        match (made, text(sign, "field"), text(sign, "header")) {
            (Ok(made), Some(field), _) => {
                message::set(&mut message.fields, field, Value::from(made))
            }
            (Ok(made), _, Some(header)) => headers.push((header.to_owned(), made)),
            (Err(says), ..) => return Answer::text(500, says),
            _ => {}
        }
    }
    let fields = message.fields;
    let mut answer = match text(response, "kind") {
        Some("xml") => {
            let inner = xml(&Value::Object(fields));
            let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
            let text =
                format!("{head}<Response xmlns=\"http://sandbox.invalid/\">{inner}</Response>");
            Answer::new(around.http, "text/xml; charset=utf-8", text)
        }
        Some("form") => {
            Answer::new(around.http, "application/x-www-form-urlencoded", form(&fields))
        }
        Some("text") => {
            let text = fields.get("text").and_then(scalar).unwrap_or_default();
            Answer::text(around.http, text)
        }
        _ => Answer::new(around.http, "application/json", Value::Object(fields).to_string()),
    };
    for (name, value) in headers {
        answer = answer.with(&name, &value);
    }
    answer
}

/// Flat fields as a form.
pub fn form(fields: &Map<String, Value>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        match value {
            Value::Array(items) => {
                for item in items {
                    form.append_pair(name, &scalar(item).unwrap_or_default());
                }
            }
            other => drop(form.append_pair(name, &scalar(other).unwrap_or_default())),
        }
    }
    form.finish()
}

/// The inside of an XML element.
pub fn xml(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let inner = fields.iter().map(|(name, value)| match value {
                Value::Array(items) => {
                    items.iter().map(|item| format!("<{name}>{}</{name}>", xml(item))).collect()
                }
                value => format!("<{name}>{}</{name}>", xml(value)),
            });
            inner.collect()
        }
        other => escaped(&scalar(other).unwrap_or_default()),
    }
}

/// A text for XML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
