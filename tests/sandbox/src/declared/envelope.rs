//! A notification's fields as it leaves: written, signed, addressed.

use serde_json::{Map, Value};

use super::conditions::Around;
use super::file::{flag, items, pairs, scalar, text};
use super::message::{self, Message, charset};
use super::orders::Notification;
use super::shops::Shop;
use super::tampering::broken;
use super::{brackets, recipe, reply};
use crate::base64;

/// How a kind is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Query,
    Form,
    Json,
    Xml,
}

/// How the kind is written.
pub fn form_of(kind: &Value) -> Written {
    match text(kind, "accept") {
        Some("query") => Written::Query,
        Some("form") => Written::Form,
        Some("json") => Written::Json,
        Some("xml") => Written::Xml,
        _ if kind.get("base64_field").is_some() => Written::Form,
        // A form has texts only.
        _ if pairs(kind, "sample").any(|(_, value)| !value.is_string() && !value.is_array()) => {
            Written::Json
        }
        _ => {
            let readings = pairs(kind, "fields").filter_map(|(_, spot)| reply::pick(spot).at);
            let deep =
                readings.chain(items(kind, "signature").iter().filter_map(|s| text(s, "field")));
            if deep.into_iter().any(|at| at.starts_with('/')) {
                Written::Json
            } else {
                Written::Form
            }
        }
    }
}

/// The body of fields.
pub fn bytes_of(kind: &Value, fields: &Map<String, Value>) -> Result<String, String> {
    let letters = charset(text(kind, "charset"));
    Ok(match form_of(kind) {
        Written::Json => Value::Object(fields.clone()).to_string(),
        Written::Xml => format!(
            "<?xml version=\"1.0\"?>\n<Notification>{}</Notification>",
            reply::xml(&Value::Object(fields.clone()))
        ),
        Written::Query | Written::Form => {
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
        Written::Query | Written::Form => {
            Message::form(body.as_bytes(), charset(text(kind, "charset")))
        }
        Written::Json => Message::json(body.as_bytes()),
        Written::Xml => Ok(Message { fields: fields.clone(), body: body.as_bytes().to_vec() }),
    }
}

/// The notification with its signature.
pub fn written(
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
            (Some(field), _) if field.starts_with('/') && form_of(kind) != Written::Json => {
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
    let query = form_of(kind) == Written::Query;
    if query {
        push_query(&mut url, &body);
    }
    let label = match form_of(kind) {
        Written::Json => "application/json",
        Written::Xml => "text/xml",
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
        if flag(place, "test") {
            return true;
        }
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

fn push_query(url: &mut String, more: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(more);
}
