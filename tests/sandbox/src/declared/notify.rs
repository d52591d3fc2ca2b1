//! Notifications, written from the descriptor's kinds and signed by its recipes.

use serde_json::{Map, Value};

use super::conditions::{Around, break_it, holds, satisfy};
use super::file::{items, pairs, scalar, text};
use super::message::{self, Message, charset};
use super::orders::{Notification, Order};
use super::reply::{self, is_amount, place};
use super::shops::Shop;
use super::{brackets, recipe};
use crate::base64;

/// How a kind is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Query,
    Form,
    Json,
    Xml,
}

fn form_of(kind: &Value) -> Form {
    match text(kind, "accept") {
        Some("query") => Form::Query,
        Some("form") => Form::Form,
        Some("json") => Form::Json,
        Some("xml") => Form::Xml,
        _ if kind.get("base64_field").is_some() => Form::Form,
        _ => {
            let readings = pairs(kind, "fields").filter_map(|(_, spot)| reply::pick(spot).at);
            let deep =
                readings.chain(items(kind, "signature").iter().filter_map(|s| text(s, "field")));
            if deep.into_iter().any(|at| at.starts_with('/')) { Form::Json } else { Form::Form }
        }
    }
}

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
    let flat = matches!(form, Form::Query | Form::Form) && kind.get("base64_field").is_none();
    let mut around = Around::of(200, flat);
    let sample = kind.get("sample").and_then(Value::as_object).cloned().unwrap_or_default();
    let sample = if flat { flattened(&sample) } else { sample };
    let mut fields = sample.clone();

    // Who says where it stands: a case, or a word.
    let cases = items(kind, "case");
    let case = cases.iter().position(|case| text(case, "status") == Some(status));
    let told_by_word = kind.pointer("/fields/status");
    let constant = told_by_word.map(reply::pick).filter(|pick| pick.at.is_none());
    let word = shop.word(&[kind], status);
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
    named_fields(shop, kind, &sample, &mut fields, &around, number);
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
    sample: &Map<String, Value>,
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
    for name in items(kind, "event_id").iter().filter_map(Value::as_str) {
        if !there(fields, name) {
            around.put(fields, name, Value::from(format!("e{number}")));
        } else if !read.contains(&name) && sample.contains_key(name) {
            let text = sample.get(name).and_then(scalar).unwrap_or_default();
            // Numbers of events count; other samples stay what they are.
            if let Ok(count) = text.parse::<u64>() {
                let next = count.saturating_add(u64::try_from(number).unwrap_or(0)).to_string();
                let number = sample.get(name).is_some_and(Value::is_number);
                let value = if number { reply::number(&next) } else { Value::from(next) };
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

fn bytes_of(kind: &Value, fields: &Map<String, Value>) -> Result<String, String> {
    let letters = charset(text(kind, "charset"));
    Ok(match form_of(kind) {
        Form::Json => Value::Object(fields.clone()).to_string(),
        Form::Xml => format!(
            "<?xml version=\"1.0\"?>\n<Notification>{}</Notification>",
            reply::xml(&Value::Object(fields.clone()))
        ),
        Form::Query | Form::Form => {
            let encode = |text: &str| -> Result<String, String> {
                let (bytes, _, lacks) = letters.encode(text);
                if lacks {
                    return Err("a letter that the charset lacks".to_owned());
                }
                Ok(form_urlencoded::byte_serialize(&bytes).collect())
            };
            let mut form = Vec::new();
            for (name, value) in fields {
                let values = match value {
                    Value::Array(items) => items.iter().filter_map(scalar).collect(),
                    other => vec![scalar(other).unwrap_or_default()],
                };
                for value in values {
                    form.push(format!("{}={}", encode(name)?, encode(&value)?));
                }
            }
            form.join("&")
        }
    })
}

/// The body of fields once more, read as the shop will read it.
fn read_back(kind: &Value, body: &str, fields: &Map<String, Value>) -> Result<Message, String> {
    match form_of(kind) {
        Form::Query | Form::Form => Message::form(body.as_bytes(), charset(text(kind, "charset"))),
        Form::Json => Message::json(body.as_bytes()),
        Form::Xml => Ok(Message { fields: fields.clone(), body: body.as_bytes().to_vec() }),
    }
}

fn written(
    shop: &Shop,
    kind: &Value,
    at: usize,
    status: &str,
    mut fields: Map<String, Value>,
    around: &Around,
    url: &str,
) -> Result<Notification, String> {
    let told = fields.clone();
    if let Some(name) = text(kind, "base64_field") {
        let packed = base64::encode(Value::Object(fields).to_string().as_bytes());
        fields = Map::new();
        fields.insert(name.to_owned(), Value::from(packed));
    }
    let mut headers = around.headers.clone();
    let places = items(kind, "signature");
    if let Some(place) = chosen(shop, places)
        && !shop.switches.unsigned
    {
        for other in places {
            if let Some(field) = text(other, "field") {
                message::remove(&mut fields, field);
            }
        }
        let message = read_back(kind, &bytes_of(kind, &fields)?, &fields)?;
        let signed = signature(shop, place, &message)?;
        match (text(place, "field"), text(place, "header")) {
            (Some(field), _) if field.starts_with('/') && form_of(kind) != Form::Json => {
                fields.insert(brackets::flat_name(field), Value::from(signed));
            }
            (Some(field), _) => message::set(&mut fields, field, Value::from(signed)),
            (_, Some(header)) => headers.push((header.to_owned(), signed)),
            _ => {}
        }
    }
    let body = bytes_of(kind, &fields)?;
    let mut url = url.to_owned();
    for (name, value) in &around.query {
        push_query(&mut url, &format!("{name}={value}"));
    }
    let query = form_of(kind) == Form::Query;
    if query {
        push_query(&mut url, &body);
    }
    let label = match form_of(kind) {
        Form::Json => "application/json",
        Form::Xml => "text/xml",
        _ => "application/x-www-form-urlencoded",
    };
    let content_type = shop.switches.content_type.clone().unwrap_or_else(|| label.to_owned());
    Ok(Notification {
        status: status.to_owned(),
        kind: at,
        method: if query { "GET" } else { "POST" },
        url,
        content_type,
        headers,
        body: if query { String::new() } else { body },
        fields: if kind.get("base64_field").is_some() { told } else { fields },
        delivered: false,
        attempts: Vec::new(),
    })
}

/// The place whose signature is made.
fn chosen<'a>(shop: &Shop, places: &'a [Value]) -> Option<&'a Value> {
    let is_test = |place: &&Value| {
        let recipe =
            text(place, "recipe").and_then(|name| shop.descriptor.get("recipe")?.get(name));
        recipe.is_some_and(|recipe| recipe::named(recipe).1.iter().any(|key| key.contains("test")))
    };
    if shop.switches.test_key {
        return places.iter().find(is_test).or(places.last());
    }
    places.get(shop.switches.signature).or(places.first())
}

fn signature(shop: &Shop, place: &Value, message: &Message) -> Result<String, String> {
    let name = text(place, "recipe").unwrap_or_default();
    let recipe = shop.descriptor.get("recipe").and_then(|all| all.get(name));
    let recipe = recipe.ok_or_else(|| format!("no recipe {name}"))?;
    let mut signed = recipe::sign(recipe, message, &|name| shop.known(name))?;
    match shop.switches.hex.as_deref() {
        Some("upper") => signed = signed.to_uppercase(),
        Some("lower") => signed = signed.to_lowercase(),
        _ => {}
    }
    if shop.switches.wrong_signature {
        signed = broken(&signed);
    }
    Ok(signed)
}

/// The text with another sign in the middle.
pub fn broken(text: &str) -> String {
    let middle = text.len() / 2;
    text.char_indices()
        .map(|(at, sign)| match sign {
            '0' if at == middle => '1',
            _ if at == middle => '0',
            other => other,
        })
        .collect()
}

fn push_query(url: &mut String, more: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(more);
}

/// The notification changed after it was signed: `amount`, `order_id`, `currency`, `status`,
/// `payment_id` (where the kind reads them), `signature`, `unsigned`.
pub fn tampered(shop: &Shop, sent: &Notification, what: &str) -> Option<Notification> {
    let kind = items(&shop.descriptor, "notify").get(sent.kind)?;
    let mut forged = sent.clone();
    let mut places: Vec<String> = Vec::new();
    match what {
        "signature" | "unsigned" => {
            let listed = items(kind, "signature");
            if what == "unsigned" {
                forged.headers.retain(|(name, _)| {
                    !listed.iter().any(|place| text(place, "header") == Some(name))
                });
            } else {
                for (_, value) in &mut forged.headers {
                    *value = broken(value);
                }
            }
            places
                .extend(listed.iter().filter_map(|place| text(place, "field")).map(str::to_owned));
        }
        reading => {
            let spot = kind.get("fields")?.get(reading)?;
            places.push(reply::pick(spot).at?.to_owned());
        }
    }
    if kind.get("base64_field").is_some() {
        return None;
    }
    for place in places {
        let Some(before) =
            (Message { fields: forged.fields.clone(), body: Vec::new() }).text(&place)
        else {
            continue;
        };
        let flat = matches!(form_of(kind), Form::Form | Form::Query);
        let around = Around::of(200, flat);
        let after = match what {
            "unsigned" => {
                let name = if flat { recipe::flat_name(&place) } else { place.clone() };
                message::remove(&mut forged.fields, &name);
                continue;
            }
            "signature" => broken(&before),
            "status" => other_word(shop, kind, &before)?,
            name if is_amount(name) => format!("9{before}"),
            "currency" => if before == "USD" { "EUR" } else { "USD" }.to_owned(),
            _ => format!("{before}1"),
        };
        around.put(&mut forged.fields, &place, Value::from(after));
    }
    let body = bytes_of(kind, &forged.fields).ok()?;
    if form_of(kind) == Form::Query {
        let (root, _) = forged.url.split_once('?')?;
        forged.url = format!("{root}?{body}");
    } else {
        forged.body = body;
    }
    Some(forged)
}

fn other_word(shop: &Shop, kind: &Value, word: &str) -> Option<String> {
    let paid = shop.word(&[kind], "paid").filter(|paid| paid != word);
    paid.or_else(|| {
        let mut all = pairs(kind, "status_map").chain(pairs(&shop.descriptor, "status_map"));
        all.find(|(other, _)| *other != word).map(|(other, _)| other.to_owned())
    })
}
