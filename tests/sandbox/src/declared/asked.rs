//! A request, read by what the descriptor says of it and checked as strictly as a gateway would.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::file::{flag, items, pairs, scalar, text};
use super::message::{self, Message, charset};
use super::shops::{Parts, Shop};
use super::template::{self, Found};
use super::{format, jsontext, multipart, recipe};
use crate::base64;
use crate::clock;
use crate::exchange::Call;

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// How far the request came: of several refusals the last is told.
    pub depth: u8,
    /// A reason of the format, or `bad_request`.
    pub reason: &'static str,
    /// What is wrong.
    pub says: String,
}

impl Wrong {
    /// A refusal.
    pub fn new(depth: u8, reason: &'static str, says: impl Into<String>) -> Self {
        Self { depth, reason, says: says.into() }
    }
}

/// What a request tells.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Values by the names of templates.
    pub values: IndexMap<String, String>,
    /// Fields of the caller's own.
    pub extra: Map<String, Value>,
    /// The fields as they came.
    pub sent: Value,
    /// The idempotency key.
    pub key: Option<String>,
}

const BODY: u8 = 1;
const FIELD: u8 = 2;
const AUTH: u8 = 3;
const SIGN: u8 = 4;

/// Whether the URL is this request's: what its template has in the path.
pub fn at_url(target: &str, request: &Value, shop: &Shop) -> Option<Vec<Found>> {
    let url = text(request, "url")?.strip_prefix("https://")?;
    let path = url.split('?').next()?;
    template::unfill(path, &|name| shop.known(name), &str::to_owned, target).map(|mut found| {
        for one in &mut found {
            let text = percent_encoding::percent_decode_str(&one.text);
            one.text = text.decode_utf8_lossy().into_owned();
        }
        found
    })
}

/// Whether the method is this request's.
pub fn by_method(call: &Call, parts: Parts<'_>, link: bool) -> bool {
    let wanted = text(parts.request, "method").unwrap_or("POST");
    call.method == wanted || (call.method == "GET" && link && parts.response.is_none())
}

/// Reads and checks a request. `at_url` has found that it is this one.
pub fn read(
    call: &Call,
    mut found: Vec<Found>,
    parts: Parts<'_>,
    shop: &Shop,
) -> Result<Asked, Wrong> {
    let request = parts.request;
    let (mut message, json) =
        body(call, request).map_err(|says| Wrong::new(BODY, "bad_request", says))?;
    message.body = call.body.to_vec();
    let outer = message.clone();
    open(&mut message, request).map_err(|says| Wrong::new(BODY, "bad_request", says))?;
    let mut asked = Asked { sent: Value::Object(message.fields.clone()), ..Asked::default() };
    let known = |name: &str| shop.known(name);

    found.extend(of_fields(&message, request, json, shop)?);
    if !shop.switches.bare {
        own_fields(&mut asked, &message, parts, call, shop)?;
        found.extend(of_headers(call, request, shop)?);
    }
    let currency =
        found.iter().find(|one| one.name == "order.currency" || one.name == "refund.currency");
    let currency = currency.map_or(shop.currency.clone(), |one| one.text.clone());
    settle(&mut asked, &found, format::digits_of(&currency))?;

    let signed = if request.get("base64_field").is_some() { outer } else { message };
    for (place, sign) in items(request, "sign").iter().enumerate() {
        let mut covered = signed.clone();
        for later in items(request, "sign").iter().skip(place) {
            if let Some(field) = text(later, "field") {
                message::remove(&mut covered.fields, field);
            }
        }
        let given = match (text(sign, "field"), text(sign, "header")) {
            (Some(field), _) => signed.text(field),
            (_, Some(header)) => call.header(header).map(str::to_owned),
            _ => None,
        };
        let name = text(sign, "recipe").unwrap_or_default();
        let recipe = shop.descriptor.get("recipe").and_then(|all| all.get(name));
        let recipe =
            recipe.ok_or_else(|| Wrong::new(SIGN, "bad_request", format!("no recipe {name}")))?;
        let made = recipe::sign(recipe, &covered, &known)
            .map_err(|says| Wrong::new(SIGN, "authentication_failed", says))?;
        let same = match text(recipe, "compare") {
            Some("ci") => given.as_ref().is_some_and(|given| given.eq_ignore_ascii_case(&made)),
            _ => given.as_deref() == Some(made.as_str()),
        };
        if !same {
            let says = match given {
                None => format!("the signature {name} is missing"),
                Some(_) => format!("the signature {name} is wrong"),
            };
            return Err(Wrong::new(SIGN, "authentication_failed", says));
        }
    }
    Ok(asked)
}

/// The body by its kind, and whether it is JSON.
fn body(call: &Call, request: &Value) -> Result<(Message, bool), String> {
    let kind = text(request, "body").unwrap_or("form");
    let letters = charset(text(request, "charset"));
    if call.method == "GET" || kind == "query" {
        let query = call.query.as_deref().unwrap_or_default();
        return Ok((Message::form(query.as_bytes(), letters)?, false));
    }
    let label = call.header("content-type").unwrap_or_default();
    let essence = label.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // What reads PHP's array reads any body.
    let any = kind == "multipart";
    let (mut message, json) = match essence.as_str() {
        "application/x-www-form-urlencoded" if any || kind == "form" => {
            (Message::form(&call.body, letters)?, false)
        }
        "multipart/form-data" if any => (multipart::read(label, &call.body)?, false),
        "application/json" if any || kind == "json" => (Message::json(&call.body)?, true),
        _ => return Err(format!("the content type {essence:?} is not for a body of kind {kind}")),
    };
    // The URL's own parameters stand beside the body.
    let url = text(request, "url").unwrap_or_default();
    if let Some(query) = call.query.as_deref().filter(|_| url.contains('?')) {
        message.fields.extend(Message::form(query.as_bytes(), letters)?.fields);
    }
    Ok((message, json))
}

/// Opens the envelope and the Base64 of a field.
fn open(message: &mut Message, request: &Value) -> Result<(), String> {
    if let Some(name) = text(request, "base64_field") {
        let packed = message.text(name).ok_or_else(|| format!("{name} is missing"))?;
        let bytes = base64::decode(&packed).ok_or_else(|| format!("{name} is no Base64"))?;
        message.fields = Message::json(&bytes)?.fields;
    }
    if let Some(name) = text(request, "envelope") {
        if message.fields.len() != 1 {
            return Err(format!("expected {name} and nothing else"));
        }
        match message.fields.shift_remove(name) {
            Some(Value::Object(inner)) => message.fields = inner,
            _ => return Err(format!("{name} is no object")),
        }
    }
    Ok(())
}

/// A field's template with what else the descriptor says of it.
fn described(field: &Value) -> (&str, &str, bool) {
    let value = field.as_str().or_else(|| text(field, "value")).unwrap_or_default();
    (value, text(field, "type").unwrap_or("text"), flag(field, "required"))
}

fn of_fields(
    message: &Message,
    request: &Value,
    json: bool,
    shop: &Shop,
) -> Result<Vec<Found>, Wrong> {
    let mut found = Vec::new();
    let json = json || request.get("base64_field").is_some();
    let url = text(request, "url").unwrap_or_default();
    let of_url: Vec<(String, Value)> = match url.split_once('?') {
        Some((_, query)) => query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect(),
        None => Vec::new(),
    };
    let fields = pairs(request, "fields").map(|(name, field)| (name.to_owned(), field.clone()));
    for (name, field) in fields.chain(of_url) {
        let (value, kind, required) = described(&field);
        let Some(given) = message.at(&name) else {
            let optional = template::names(value).iter().any(|name| {
                let must = ["order.id", "order.amount", "payment.id", "refund.amount", "refund.id"];
                (name.starts_with("order.")
                    || name.starts_with("refund.")
                    || name.starts_with("extra."))
                    && !must.contains(&name.as_str())
            });
            if required || !(optional || shop.switches.bare) {
                return Err(Wrong::new(FIELD, "bad_request", format!("{name} is missing")));
            }
            continue;
        };
        let wrong = |says: &str| Wrong::new(FIELD, "bad_request", format!("{name}: {says}"));
        let written = match (&given, json) {
            (Value::Array(items), false) if items.len() == 1 => {
                items.first().and_then(scalar).unwrap_or_default()
            }
            (value, false) => scalar(value).ok_or_else(|| wrong("expected one value"))?,
            (value, true) => {
                let fits = match kind {
                    "number" => value.is_number(),
                    "bool" => value.is_boolean(),
                    "json" => true,
                    _ => value.is_string(),
                };
                // A body that is JSON where PHP's array is described has whatever PHP had.
                let loose = text(request, "body") == Some("multipart");
                if !fits && !loose {
                    return Err(wrong(&format!("expected JSON of type {kind}, got {value}")));
                }
                match kind {
                    "json" => jsontext::write(value, &Value::Null, 0),
                    _ => scalar(value).ok_or_else(|| wrong("expected one value"))?,
                }
            }
        };
        let blank = written.is_empty() && text(&field, "missing") == Some("empty") && !required;
        if blank {
            continue;
        }
        if kind == "json" {
            // Templates inside JSON may have been written with other spaces: only whole values are read.
            let compact: String = value.split_whitespace().collect();
            let fit =
                template::unfill(&compact, &|name| shop.known(name), &str::to_owned, &written);
            found.extend(fit.unwrap_or_default());
            continue;
        }
        let known = |name: &str| match name.strip_prefix("field.") {
            Some(field) => message.text(field),
            None => shop.known(name),
        };
        match template::unfill(value, &known, &str::to_owned, &written) {
            Some(more) => found.extend(more),
            None if value.contains("{secret.") => {
                return Err(Wrong::new(AUTH, "authentication_failed", format!("{name} is wrong")));
            }
            None => return Err(wrong("not what the descriptor sends")),
        }
    }
    Ok(found)
}

/// Names that nobody described are the caller's own, or an error.
fn own_fields(
    asked: &mut Asked,
    message: &Message,
    parts: Parts<'_>,
    call: &Call,
    shop: &Shop,
) -> Result<(), Wrong> {
    let request = parts.request;
    let create = shop.descriptor.get("create").cloned().unwrap_or_default();
    let own = text(&create, "extra").and_then(|pattern| regex_lite::Regex::new(pattern).ok());
    let url = text(request, "url").unwrap_or_default();
    let mut listed: Vec<String> = pairs(request, "fields").map(|(name, _)| head(name)).collect();
    listed.extend(items(request, "sign").iter().filter_map(|sign| text(sign, "field")).map(head));
    if let Some((_, query)) = url.split_once('?') {
        listed.extend(query.split('&').filter_map(|pair| Some(pair.split_once('=')?.0.to_owned())));
    }
    for (name, value) in &message.fields {
        if listed.contains(name) {
            continue;
        }
        match &own {
            Some(pattern) if pattern.is_match(name) => {
                asked.extra.insert(name.clone(), value.clone());
            }
            _ => return Err(Wrong::new(FIELD, "bad_request", format!("{name} is not known"))),
        }
    }
    if call.method == "GET" && !call.body.is_empty() {
        return Err(Wrong::new(BODY, "bad_request", "GET has a body"));
    }
    if let Some(idempotency) =
        create.get("idempotency").filter(|_| create.get("request") == Some(request))
    {
        let header =
            text(idempotency, "header").and_then(|name| call.header(name)).map(str::to_owned);
        let field = text(idempotency, "field").and_then(|name| message.text(name));
        asked.key =
            Some(header.or(field).filter(|key| !key.is_empty()).ok_or_else(|| {
                Wrong::new(FIELD, "bad_request", "the idempotency key is missing")
            })?);
    }
    Ok(())
}

fn head(name: &str) -> String {
    match name.strip_prefix('/') {
        Some(path) => path.split('/').next().unwrap_or_default().to_owned(),
        None => name.to_owned(),
    }
}

fn of_headers(call: &Call, request: &Value, shop: &Shop) -> Result<Vec<Found>, Wrong> {
    let mut found = Vec::new();
    for (name, value) in pairs(request, "headers") {
        let value = value.as_str().unwrap_or_default();
        let given = call.header(name);
        let fit = given.and_then(|given| {
            template::unfill(value, &|name| shop.known(name), &str::to_owned, given)
        });
        match fit {
            Some(more) => found.extend(more),
            None => {
                let says = format!("the header {name} is missing or wrong");
                return Err(Wrong::new(AUTH, "authentication_failed", says));
            }
        }
    }
    if let Some(basic) = request.get("basic") {
        let part = |name: &str| text(basic, name).and_then(|value| shop.filled(value));
        let wanted =
            part("user").zip(part("password")).map(|(user, password)| format!("{user}:{password}"));
        let given = call.header("authorization").and_then(|value| value.strip_prefix("Basic "));
        let given = given.and_then(base64::decode).and_then(|bytes| String::from_utf8(bytes).ok());
        if given.is_none() || given != wanted {
            return Err(Wrong::new(AUTH, "authentication_failed", "user and password are wrong"));
        }
    }
    Ok(found)
}

/// The values behind what was written; one value written twice must be the same.
fn settle(asked: &mut Asked, found: &[Found], digits: usize) -> Result<(), Wrong> {
    for Found { name, formats, text: written } in found {
        let wrong = |says: &str| {
            Wrong::new(
                FIELD,
                "bad_request",
                format!("{name} as {formats}: {says}, got {written:?}"),
            )
        };
        let (mut value, whole) =
            format::read(formats, written, digits).ok_or_else(|| wrong("cannot be"))?;
        match name.as_str() {
            "order.amount" | "refund.amount" => {
                let exact = format::amount(&value, digits).ok_or_else(|| wrong("no amount"))?;
                if formats == "raw" && exact != value {
                    return Err(wrong("not all digits of the currency"));
                }
                if format::minor(&exact) == "0" {
                    return Err(wrong("nothing to pay"));
                }
                value = exact;
            }
            "gen.unix" | "gen.unix_ms" => {
                let now = if name == "gen.unix" { clock::now() / 1000 } else { clock::now() };
                let apart = value.parse().map(|at: i64| (now - at).abs()).unwrap_or(i64::MAX);
                if apart > 600_000 {
                    return Err(wrong("not the time"));
                }
            }
            _ if value.is_empty() && (name == "order.id" || name == "payment.id") => {
                return Err(wrong("empty"));
            }
            _ => {}
        }
        match asked.values.get(name) {
            Some(known) if whole && *known != value && !name.starts_with("gen.") => {
                return Err(wrong("another than elsewhere in the request"));
            }
            Some(_) => {}
            None => drop(asked.values.insert(name.clone(), value)),
        }
    }
    Ok(())
}
