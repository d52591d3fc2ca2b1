//! Whether the shop's answer to a notification is the one that the descriptor says, byte for byte, and of
//! the content type that it names.

use serde_json::Value;

use super::file::{items, pairs, text};
use super::message::{Message, charset};
use super::orders::Notification;
use super::shops::Shop;
use super::{recipe, reply, template};
use crate::clock;
use crate::courier::Receipt;

/// What the record will say; the left side is an answer that does not count.
pub fn judge(shop: &Shop, sent: &Notification, receipt: &Receipt) -> Result<String, String> {
    let ok = items(&shop.descriptor, "notify")
        .get(sent.kind)
        .and_then(|kind| kind.pointer("/answer/ok"));
    let ok = ok.ok_or("the descriptor has no answer")?;
    let wanted = ok.get("status").and_then(Value::as_u64).unwrap_or(200);
    let body = String::from_utf8_lossy(&receipt.body);
    let said = format!("HTTP {}, {body:?}", receipt.status);
    if u64::from(receipt.status) != wanted {
        return Err(said);
    }
    let right =
        is_of_type(ok, &receipt.content_type).and_then(|()| is_right(shop, sent, ok, &body));
    match right {
        Ok(()) => Ok(said),
        Err(why) => Err(format!("{said}: {why}")),
    }
}

/// Plain text is taken under any name: most shops answer as `text/html` whatever they say.
fn is_of_type(ok: &Value, claimed: &str) -> Result<(), String> {
    let kind =
        |label: &str| label.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match text(ok, "type").map(kind) {
        Some(wanted) if wanted != "text/plain" && wanted != kind(claimed) => {
            Err(format!("its content type is {claimed:?}, not {wanted}"))
        }
        _ => Ok(()),
    }
}

fn received(shop: &Shop, sent: &Notification) -> Message {
    let kind = items(&shop.descriptor, "notify").get(sent.kind);
    let letters = charset(kind.and_then(|kind| text(kind, "charset")));
    let query = sent.url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let read = match sent.method {
        "GET" => Message::form(query.as_bytes(), letters),
        _ if sent.body.starts_with('{') => Message::json(sent.body.as_bytes()),
        _ if sent.body.starts_with('<') => Err(String::new()),
        _ => Message::form(sent.body.as_bytes(), letters),
    };
    let mut read = read.unwrap_or_default();
    // What stood in Base64 or XML is as it was before it was written.
    for (name, value) in &sent.fields {
        if !read.fields.contains_key(name) {
            read.fields.insert(name.clone(), value.clone());
        }
    }
    read
}

fn is_right(shop: &Shop, sent: &Notification, ok: &Value, body: &str) -> Result<(), String> {
    let mut message = received(shop, sent);
    let kind = text(ok, "type").unwrap_or("text/plain").to_ascii_lowercase();
    let write = |value: &str| match kind.as_str() {
        kind if kind.contains("json") => {
            let quoted = Value::from(value).to_string();
            quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned()
        }
        kind if kind.contains("xml") => reply::escaped(value),
        _ => value.chars().filter(|sign| !sign.is_control()).collect(),
    };
    // Fields of the answer; those that the shop makes up (the time) are read from what it said.
    let mut made_up = Vec::new();
    for (name, value) in pairs(ok, "fields") {
        let value = value.as_str().unwrap_or_default();
        let known = |name: &str| match name.strip_prefix("field.") {
            Some(field) => message.text(field),
            None => shop.known(name),
        };
        match template::fill(value, &known) {
            Some(value) => drop(message.fields.insert(name.to_owned(), Value::from(value))),
            None => {
                message.fields.shift_remove(name);
                made_up.push(name.to_owned());
            }
        }
    }
    let open = |name: &str| match name.strip_prefix("field.") {
        Some(field) if made_up.iter().any(|other| other == field) => None,
        Some(field) => Some(message.text(field).unwrap_or_default()),
        None => shop.known(name),
    };
    let wanted = text(ok, "body").unwrap_or_default();
    let found =
        template::unfill(wanted, &open, &write, body).ok_or("the body is not as it must be")?;
    let mut told = message.clone();
    for one in &found {
        if let Some(field) = one.name.strip_prefix("field.") {
            told.fields.insert(field.to_owned(), Value::from(one.text.as_str()));
        }
        let time =
            one.name == "gen.unix" || one.name.starts_with("field.") && one.name.contains("time");
        let now = clock::now() / 1000;
        if time && !one.text.parse().is_ok_and(|at: i64| (now - at).abs() < 600) {
            return Err(format!("{} is not the time", one.name));
        }
    }
    for one in &found {
        let Some(name) = one.name.strip_prefix("sign.") else { continue };
        let recipe = shop.descriptor.get("recipe").and_then(|all| all.get(name));
        let recipe = recipe.ok_or_else(|| format!("no recipe {name}"))?;
        if recipe::sign(recipe, &told, &|name| shop.known(name))? != one.text {
            return Err(format!("the signature {name} is wrong"));
        }
    }
    Ok(())
}
