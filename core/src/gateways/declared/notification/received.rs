//! A notification as a message: of its body or its query, in one of the ways to write it. What could be
//! read in two ways is refused, and so is what cannot be read: nothing is proved of it yet.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::gateways::declared::message::Message;
use crate::gateways::declared::schema::{Accept, Notify};
use crate::notification::Received;

/// The most fields that are read.
const MOST: usize = 10_000;

/// Gateways differ in whether they pad.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a kind of notification makes of the request.
pub struct Messages {
    /// What is signed.
    pub signed: Message,
    /// What is read, where it is not the same.
    inner: Option<Message>,
    /// The parameters of the URL, for the conditions that look at them.
    pub query: Option<Message>,
}

impl Messages {
    /// Reads it as this kind is written.
    pub fn read(kind: &Notify, received: &Received) -> Result<Messages, &'static str> {
        let blank = received.body.iter().all(u8::is_ascii_whitespace);
        let signed = match blank {
            // A server that hands over the query and one that hands over the body would differ.
            false if received.method != "POST" => return Err("a body that came by GET"),
            false => body(kind, &received.body)?,
            true if matches!(kind.accept, Accept::Json | Accept::Xml) => {
                return Err("no body");
            }
            true => Message::form(&received.query, kind.charset)?,
        };
        sound(&signed)?;
        let inner = match &kind.base64_field {
            Some(name) => Some(coded(&signed, name)?),
            None => None,
        };
        // Where a body is read the query is not signed: a broken one is nobody's loss.
        let query = Message::form(&received.query, kind.charset).ok();
        Ok(Messages { signed, inner, query })
    }

    /// What is read.
    pub fn told(&self) -> &Message {
        self.inner.as_ref().unwrap_or(&self.signed)
    }
}

/// Whether both kinds read the same request as the same.
pub fn alike(one: &Notify, other: &Notify) -> bool {
    (one.accept, one.charset, &one.base64_field)
        == (other.accept, other.charset, &other.base64_field)
}

fn body(kind: &Notify, bytes: &[u8]) -> Result<Message, &'static str> {
    match kind.accept {
        Accept::Query => Err("a body where only a query is read"),
        Accept::Form => Message::form(bytes, kind.charset),
        Accept::Json => Message::json(bytes),
        Accept::Xml => Message::xml(bytes),
        Accept::Auto => match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Message::json(bytes),
            Some(b'<') => Message::xml(bytes),
            _ => Message::form(bytes, kind.charset),
        },
    }
}

/// The JSON in a field of the message. Lines may be wrapped; a space is the `+` that a form read.
fn coded(outer: &Message, name: &str) -> Result<Message, &'static str> {
    let text = outer.text(name).ok_or("no field with the coded values")?;
    let plain: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n' | b'\t'))
        .map(|byte| if byte == b' ' { b'+' } else { byte })
        .collect();
    let bytes = BASE64.decode(plain).map_err(|_| "a field that is no base64")?;
    let message = Message::json(&bytes)?;
    sound(&message)?;
    Ok(message)
}

/// A name that is a value and opens brackets too (`a=1&a[b]=2`) could be read one way here and another
/// way there.
fn sound(message: &Message) -> Result<(), &'static str> {
    if message.fields.len() > MOST {
        return Err("more fields than any notification has");
    }
    if !message.fields.keys().any(|name| name.contains('[')) {
        return Ok(());
    }
    let flat: usize = message.fields.values().map(leaves).sum();
    match flat == leaves(&message.whole()) {
        true => Ok(()),
        false => Err("a field that stands twice"),
    }
}

/// How many values stand in it; nothing in a list or an object is one.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(list) if !list.is_empty() => list.iter().map(leaves).sum(),
        Value::Object(fields) if !fields.is_empty() => fields.values().map(leaves).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fields;

    /// The field `a` of a notification with this body and query.
    fn read(accept: &str, body: &str, query: &str) -> Result<Option<String>, &'static str> {
        let kind = json!({ "mark": "ours", "accept": accept, "fields": {}, "answer": { "ok": { "body": "" } } });
        let kind: Notify = fields::read(kind.as_object().unwrap()).unwrap();
        let received = Received {
            method: "POST".to_owned(),
            query: query.into(),
            headers: Vec::new(),
            body: body.into(),
        };
        Messages::read(&kind, &received).map(|messages| messages.told().text("a"))
    }

    #[test]
    fn a_message_is_read_as_its_kind_is_written() {
        let (form, json, xml) = ("a=1", r#"{"a":1}"#, "<r><a>1</a></r>");
        for (accept, taken) in [
            ("form", [true, false, false]),
            ("json", [false, true, false]),
            ("xml", [false, false, true]),
            ("auto", [true, true, true]),
            ("query", [false, false, false]),
        ] {
            for (body, taken) in [form, json, xml].into_iter().zip(taken) {
                let read = read(accept, body, "a=2").ok().flatten();
                assert_eq!(read.as_deref() == Some("1"), taken, "{accept} {body}");
            }
            // Without a body the query is the message, where it can be one.
            let told = !matches!(accept, "json" | "xml");
            assert_eq!(read(accept, " \n", "a=2").ok(), told.then(|| Some("2".into())), "{accept}");
        }
    }
}
