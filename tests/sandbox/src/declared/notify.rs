//! Notifications, written from the descriptor's kinds and signed by its recipes.

use serde_json::{Map, Value};

use super::conditions::{Around, break_it, holds, satisfy};
use super::envelope::{Written, form_of, written};
use super::file::{items, pairs, scalar, text};
use super::message::Message;
use super::orders::{Notification, Order};
use super::recipe;
use super::reply::{self, place};
use super::shops::Shop;

/// The notification of a status; none where the gateway has no kind that tells it.
pub fn compose(
    shop: &Shop,
    order: &Order,
    status: &str,
    number: usize,
) -> Result<Option<Notification>, String> {
    let url = order
        .told("order.notification_url")
        .map(str::to_owned)
        .or_else(|| shop.notification_url.clone());
    let Some(url) = url else { return Ok(None) };
    let kinds = items(&shop.descriptor, "notify");
    for (at, kind) in kinds.iter().enumerate() {
        let Some((fields, around)) = fields(shop, order, kind, status, number) else { continue };
        let earlier = kinds.iter().take(at).any(|other| applies(other, &fields, &around));
        if earlier || !applies(kind, &fields, &around) {
            continue;
        }
        return written(shop, kind, at, status, fields, &around, &url).map(Some);
    }
    Ok(None)
}

fn applies(kind: &Value, fields: &Map<String, Value>, around: &Around) -> bool {
    items(kind, "when").iter().all(|condition| holds(condition, fields, around))
}

fn flattened(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = Map::new();
    for (name, value) in fields {
        flatten(name, value, &mut flat);
    }
    flat
}

fn flatten(name: &str, value: &Value, into: &mut Map<String, Value>) {
    match value {
        Value::Object(inner) => {
            inner.iter().for_each(|(key, value)| flatten(&format!("{name}[{key}]"), value, into));
        }
        Value::Array(_) if name.ends_with("[]") => {
            drop(into.insert(name.to_owned(), value.clone()))
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                flatten(&format!("{name}[{at}]"), value, into);
            }
        }
        other => drop(into.insert(name.to_owned(), Value::from(scalar(other).unwrap_or_default()))),
    }
}

/// The fields of a kind that tells the status.
fn fields(
    shop: &Shop,
    order: &Order,
    kind: &Value,
    status: &str,
    number: usize,
) -> Option<(Map<String, Value>, Around)> {
    let form = form_of(kind);
    let flat = matches!(form, Written::Query | Written::Form) && kind.get("base64_field").is_none();
    let mut around = Around::of(200, flat);
    let sample = kind.get("sample").and_then(Value::as_object).cloned().unwrap_or_default();
    let sample = if flat { flattened(&sample) } else { sample };
    let mut fields = sample.clone();

    // Who says where it stands: a case, or a word.
    let cases = items(kind, "case");
    let case = cases.iter().position(|case| text(case, "status") == Some(status));
    let told_by_word = kind.pointer("/fields/status");
    let constant = told_by_word.map(reply::pick).filter(|pick| pick.at.is_none());
    let word = shop.word_of(kind, status);
    let constant_says = constant.as_ref().and_then(|pick| shop.filled(pick.value?));
    let by_word = match &constant_says {
        Some(says) => word.is_some() && meant(shop, kind, says) == Some(status),
        None => told_by_word.is_some() && word.is_some(),
    };
    if case.is_none() && !by_word {
        return None;
    }

    for condition in items(kind, "when") {
        satisfy(condition, &mut fields, &mut around);
    }
    let mut told = reply::told(order, shop);
    if status == "check" {
        for name in ["captured", "refunded", "rrn"] {
            told.shift_remove(name);
        }
    }
    if by_word && let Some(word) = word {
        told.insert("status", word);
    }
    if let Some(letters) = told.get("currency").cloned()
        && let Some(at) = kind.pointer("/fields/currency").and_then(|spot| reply::pick(spot).at)
        && (Message { fields: fields.clone(), body: Vec::new() })
            .text(at)
            .is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    {
        told.insert("currency", numeric(&letters).to_owned());
    }
    let reads: Vec<(&str, &Value)> = pairs(kind, "fields").collect();
    let shared = |name: &str, at: Option<&str>| {
        reads
            .iter()
            .any(|(other, spot)| *other != name && at.is_some() && reply::pick(spot).at == at)
    };
    for (name, spot) in &reads {
        // A field that tells several things tells the weightier.
        let weak = !matches!(*name, "order_id" | "amount" | "currency" | "status" | "payment_id");
        if weak && shared(name, reply::pick(spot).at) {
            continue;
        }
        if let Some(value) = told.get(name).filter(|value| !value.is_empty()) {
            place(&mut fields, &around, name, spot, value, shop);
        }
    }
    for (name, value) in pairs(kind, "equals") {
        if let Some(value) = value.as_str().and_then(|value| shop.filled(value)) {
            around.put(&mut fields, name, Value::from(value));
        }
    }
    for (name, value) in &order.extra {
        fields.insert(name.clone(), value.clone());
    }
    named_fields(shop, kind, order, &mut fields, &around, number);
    for (at, one) in cases.iter().enumerate() {
        if Some(at) == case {
            items(one, "when")
                .iter()
                .for_each(|condition| satisfy(condition, &mut fields, &mut around));
            break;
        }
        let all = items(one, "when").iter().all(|condition| holds(condition, &fields, &around));
        if all && let Some(condition) = items(one, "when").first() {
            break_it(condition, &mut fields, &mut around);
        }
    }
    if shop.switches.omit_optional {
        fields.retain(|name, _| !sample.contains_key(name) || needed(shop, kind, name));
    }
    fields.extend(shop.switches.extra_fields.clone());
    Some((fields, around))
}

fn meant<'a>(shop: &'a Shop, kind: &'a Value, word: &str) -> Option<&'a str> {
    let own = pairs(kind, "status_map").find(|(known, _)| *known == word);
    own.or_else(|| pairs(&shop.descriptor, "status_map").find(|(known, _)| *known == word))
        .and_then(|(_, meant)| meant.as_str())
}

fn recipes<'a>(shop: &'a Shop, kind: &'a Value) -> impl Iterator<Item = &'a Value> {
    items(kind, "signature")
        .iter()
        .filter_map(|sign| shop.descriptor.get("recipe")?.get(text(sign, "recipe")?))
}

/// What is signed by name, and what tells events apart, is there; the number makes each event its own.
fn named_fields(
    shop: &Shop,
    kind: &Value,
    order: &Order,
    fields: &mut Map<String, Value>,
    around: &Around,
    number: usize,
) {
    let read: Vec<&str> =
        pairs(kind, "fields").filter_map(|(_, spot)| reply::pick(spot).at).collect();
    let there = |fields: &Map<String, Value>, name: &str| {
        (Message { fields: fields.clone(), body: Vec::new() }).at(name).is_some()
    };
    let signs: Vec<&str> =
        items(kind, "signature").iter().filter_map(|sign| text(sign, "field")).collect();
    let of_answer: Vec<&str> = ["ok", "retry", "reject"]
        .iter()
        .filter_map(|name| kind.get("answer")?.get(name))
        .flat_map(|answer| pairs(answer, "fields").map(|(name, _)| name))
        .collect();
    for recipe in recipes(shop, kind) {
        for (name, optional) in recipe::named(recipe).0 {
            let skip =
                optional || signs.contains(&name.as_str()) || of_answer.contains(&name.as_str());
            if !skip && !there(fields, &name) {
                around.put(fields, &name, Value::from(""));
            }
        }
    }
    let alone = items(kind, "event_id").len() == 1;
    let own = if alone { format!("{}{number}", order.id) } else { order.id.clone() };
    for name in items(kind, "event_id").iter().filter_map(Value::as_str) {
        if !there(fields, name) {
            around.put(fields, name, Value::from(format!("e{number}")));
        } else if !read.contains(&name) {
            let sample = (Message { fields: fields.clone(), body: Vec::new() }).at(name);
            // Numbers of transactions are each order's own; other samples stay what they are.
            if let Some(sample) = sample.filter(|value| {
                scalar(value).is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            }) {
                let value = if sample.is_number() {
                    reply::number(&own)
                } else {
                    Value::from(own.as_str())
                };
                around.put(fields, name, value);
            }
        }
    }
}

/// Whether a sample's field is read, compared or signed by name.
fn needed(shop: &Shop, kind: &Value, name: &str) -> bool {
    let same = |at: &str| {
        at == name || recipe::flat_name(at) == name || at.strip_prefix('/') == Some(name)
    };
    let asked = ["when", "case"].iter().flat_map(|list| items(kind, list)).any(|one| {
        text(one, "at").is_some_and(same)
            || items(one, "when").iter().any(|inner| text(inner, "at").is_some_and(same))
    });
    asked
        || pairs(kind, "fields").any(|(reading, spot)| {
            !matches!(reading, "method" | "card" | "rrn" | "net")
                && reply::pick(spot).at.is_some_and(same)
        })
        || items(kind, "event_id").iter().filter_map(Value::as_str).any(same)
        || recipes(shop, kind).any(|recipe| recipe::named(recipe).0.iter().any(|(at, _)| same(at)))
}

/// Digits of a currency.
fn numeric(letters: &str) -> &str {
    match letters {
        "RUB" => "643",
        "USD" => "840",
        "EUR" => "978",
        "UAH" => "980",
        "KZT" => "398",
        "BYN" => "933",
        "JPY" => "392",
        other => other,
    }
}
