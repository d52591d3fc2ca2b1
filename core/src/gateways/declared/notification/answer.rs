//! What a notification is answered: templates over what was received, each value written so that it
//! stays one value of its content type.
//!
//! Our signature stands only under what the gateway signed: who sends a forged notification could
//! otherwise choose the text that we sign, and send it back as the next notification.

use serde_json::{Value, json};

use crate::clock::Time;
use crate::fields::Fields;
use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::{Answer, Answers, Named};
use crate::gateways::declared::shop::Shop;
use crate::gateways::declared::template::Template;
use crate::gateways::declared::values::Values;

const PLAIN: &str = "text/plain; charset=utf-8";

/// What the answers may be made of.
pub enum Over<'a> {
    /// Nothing was read.
    Nothing,
    /// What somebody sent: it may be written, never signed.
    Unproved(&'a Message),
    /// The part of it that the gateway's signature covers.
    Proved(&'a Message),
}

/// `{ok, retry, reject}`, as [`Answer`](crate::notification::Answer) prints them.
pub fn computed(shop: &Shop, answers: &Answers, over: &Over<'_>, now: Option<Time>) -> Value {
    let retry = || plain(503, "try again");
    let make = |answer: &Answer| made(shop, answer, over, now);
    let given = |answer: &Option<Answer>| answer.as_ref().and_then(make);
    json!({
        // An answer that cannot be made is no consent.
        "ok": make(&answers.ok).unwrap_or_else(retry),
        "retry": given(&answers.retry).unwrap_or_else(retry),
        "reject": given(&answers.reject).unwrap_or_else(|| plain(403, "not accepted")),
    })
}

fn plain(status: u32, body: &str) -> Value {
    json!({ "status": status, "content_type": PLAIN, "body": body })
}

/// The answer; none where it cannot be made.
fn made(shop: &Shop, answer: &Answer, over: &Over<'_>, now: Option<Time>) -> Option<Value> {
    let signs = |name: &str| name.starts_with("sign.");
    let own = answer.fields.iter().map(|(_, template)| template);
    let signed = own.chain([&answer.body]).any(|template| template.names().any(signs));
    let (message, may_sign) = match over {
        Over::Nothing => (None, false),
        Over::Unproved(message) => (Some(*message), false),
        Over::Proved(message) => (Some(*message), true),
    };
    if signed && !may_sign {
        return None;
    }
    let mut values = Values::of(shop);
    if let Some(now) = now {
        values.set("gen.unix", now.unix_timestamp().to_string());
        values.set("gen.unix_ms", (now.unix_timestamp_nanos() / 1_000_000).to_string());
    }
    let fields = message.map(|message| message.fields.clone()).unwrap_or_default();
    let message = Message::of(with_own(fields, &answer.fields, &values)?);
    let content_type = answer.r#type.as_deref().unwrap_or(PLAIN);
    let body = fill(&answer.body, &values.with(&message), Style::of(content_type))?;
    Some(json!({ "status": answer.status, "content_type": content_type, "body": body }))
}

/// The fields with the answer's own, which stand in place of those received.
fn with_own(mut fields: Fields, own: &Named<Template>, values: &Values<'_>) -> Option<Fields> {
    for (name, template) in own.iter() {
        let message = Message::of(fields);
        let value = fill(template, &values.with(&message), Style::AsItIs)?;
        fields = message.fields;
        fields.insert(name.to_owned(), value.into());
    }
    Some(fields)
}

/// The template; that of a missing value is empty, that of one which cannot be written none.
fn fill(template: &Template, values: &Values<'_>, style: Style) -> Option<String> {
    let mut known = values.clone();
    for name in template.names() {
        if values.get(name).ok()?.is_none() {
            known.set(name, "");
        }
    }
    let text = template.fill_with(&known, |before, value| style.write(before, value)).ok()??;
    Some(text.to_string())
}

/// How values stand in a content type.
#[derive(Clone, Copy)]
enum Style {
    AsItIs,
    Text,
    Json,
    Xml,
}

impl Style {
    fn of(content_type: &str) -> Style {
        let name = content_type.split(';').next().unwrap_or_default().to_ascii_lowercase();
        match name {
            _ if name.contains("json") => Style::Json,
            _ if name.contains("xml") || name.contains("html") => Style::Xml,
            _ => Style::Text,
        }
    }

    /// The value behind what stands before it.
    fn write(self, before: &str, value: &str) -> String {
        match self {
            Style::AsItIs => value.to_owned(),
            Style::Text => value.chars().filter(|sign| !sign.is_control()).collect(),
            Style::Json => in_json(before, value),
            Style::Xml => in_xml(value),
        }
    }
}

/// Inside quotes the letters of a text; outside of them a number or a word of JSON, else a whole text.
fn in_json(before: &str, value: &str) -> String {
    let text = Value::from(value).to_string();
    if is_in_quotes(before) {
        return text.get(1..text.len() - 1).unwrap_or_default().to_owned();
    }
    match serde_json::from_str(value) {
        Ok(Value::Number(_) | Value::Bool(_) | Value::Null) => value.trim().to_owned(),
        _ => text,
    }
}

fn is_in_quotes(json: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

fn in_xml(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for sign in value.chars() {
        match sign {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign.is_control() => {}
            sign => text.push(sign),
        }
    }
    text
}
