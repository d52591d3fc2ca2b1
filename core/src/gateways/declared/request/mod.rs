//! A request as it leaves: fields, signatures, body, headers and URL. What is signed is what leaves.

mod body;
mod message;
mod multipart;
mod url;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

pub use self::url::rewritten;
use super::known::Known;
use super::recipe;
use super::schema::{Body, Method, Raw, Recipe, Request};
use super::template::Template;
use super::values::Values;
use crate::error::Error;
use crate::fields::{self, Fields};
use crate::http::{Effect, HttpRequest, Patience};

/// What a request is beside its own text.
#[derive(Clone, Copy)]
pub struct Manner {
    pub effect: Effect,
    pub patience: Patience,
    /// What the reply may be.
    pub accept: &'static str,
    /// Whether the caller's `extra` becomes fields of it: of the create call alone.
    pub extra: bool,
}

/// The request with what is known.
pub fn http(known: &mut Known, request: &Request, manner: Manner) -> Result<HttpRequest, Error> {
    known.next_request();
    let boundary = known.boundary();
    built(known, request, &known.values(), &boundary, manner)
}

/// Whether it can be made, once the calls before it have told `prev.*`: what is wrong with it is said
/// before anything leaves.
pub fn check(known: &mut Known, request: &Request, manner: Manner) -> Result<(), Error> {
    known.next_request();
    let mut values = known.values();
    let told = request.templates().flat_map(Template::names);
    for name in told.filter(|name| name.starts_with("prev.")) {
        values.set(name, "0");
    }
    built(known, request, &values, "0", manner).map(drop)
}

fn built(
    known: &Known,
    request: &Request,
    values: &Values<'_>,
    boundary: &str,
    manner: Manner,
) -> Result<HttpRequest, Error> {
    let (shop, none) = (&*known.shop, Fields::new());
    let extra = if manner.extra { &known.extra } else { &none };
    let (mut message, signed) = message::build(shop, request, values, extra)?;
    let mut url = url::build(shop, request, values)?;
    let mut headers = Vec::new();
    let in_query = request.method == Method::Get || request.body == Body::Query;
    if in_query {
        let query = body::form(&message, request.charset)?;
        url::add(&mut url, &query);
    } else {
        let (content_type, bytes) = body::write(request, &message, boundary)?;
        message.body = bytes;
        headers.push(("content-type".to_owned(), content_type));
    }
    for (place, made) in signed {
        let made = match made {
            Some(made) => made,
            None => recipe::sign(shop.recipe(&place.recipe)?, &message, values)?,
        };
        headers.push((place.header.clone().unwrap_or_default().to_lowercase(), made.to_string()));
    }
    let values = values.with(&message);
    for (name, template) in request.headers.iter() {
        let Some(value) = template.fill(&values)? else { continue };
        let name = name.to_lowercase();
        if !is_header_value(&value) {
            let from = template.names().next().map(|name| values.field_of(name));
            return Err(Error::invalid(from.unwrap_or(name), NOT_IN_HEADER));
        }
        headers.retain(|(given, _)| *given != name);
        headers.push((name, value.to_string()));
    }
    if let Some(basic) = &request.basic {
        let (user, password) = (basic.user.text(&values)?, basic.password.text(&values)?);
        let pair = Zeroizing::new(format!("{}:{}", user.as_str(), password.as_str()));
        headers.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(&*pair))));
    }
    if !headers.iter().any(|(name, _)| name == "accept") {
        headers.push(("accept".to_owned(), manner.accept.to_owned()));
    }
    let field_names = message.fields.keys().map(|name| name.clone().into()).collect();
    let body = std::mem::take(&mut message.body);
    fields::wipe(&mut message.fields);
    Ok(HttpRequest {
        method: match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        },
        url,
        shown: None,
        headers: headers.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        body,
        effect: manner.effect,
        patience: manner.patience,
        field_names,
    })
}

/// Whether it can stand in a header.
pub fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// What is wrong with a value that cannot.
pub const NOT_IN_HEADER: &str = "it leaves in a header: expected plain ASCII";

/// A page that the buyer's own browser opens.
pub struct Page {
    pub url: String,
    /// What is posted to it.
    pub fields: Fields,
    /// The same by GET.
    pub link: String,
}

/// The form or link of a payment that begins without a call.
pub fn page(known: &mut Known, request: &Request) -> Result<Page, Error> {
    known.next_request();
    let values = known.values();
    let (message, _) = message::build(&known.shop, request, &values, &known.extra)?;
    let url = url::build(&known.shop, request, &values)?;
    let mut link = url.clone();
    url::add(&mut link, &body::form(&message, request.charset)?);
    Ok(Page { url, fields: message.fields, link })
}

/// Whether it hashes the bytes of the body.
fn hashes_body(recipe: &Recipe) -> bool {
    let body = |raw: Option<Raw>| matches!(raw, Some(Raw::Body | Raw::BodyUrldecoded));
    recipe.parts.iter().any(|part| {
        body(part.raw) || part.nested.as_ref().is_some_and(|nested| hashes_body(nested))
    })
}
