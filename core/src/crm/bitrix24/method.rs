//! One method of the portal as Steps: the request, the redirect of a portal that was renamed, and its
//! envelope.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::place::new_origin;
use super::reply::Reply;
use super::settings::Body;
use super::{Bitrix24, brackets};
use crate::clock::Time;
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::Step;
use crate::http::{Effect, HttpRequest, HttpResponse, Patience};
use crate::secret::Secret;

/// A method with its parameters, ready to leave.
#[derive(Clone)]
pub struct Method {
    /// `crm.item.add`
    pub name: String,
    /// As the portal takes them.
    pub parameters: Fields,
    /// Whether it changes anything in the portal.
    pub effect: Effect,
}

impl Method {
    /// A method that changes nothing.
    pub fn read(name: &str, parameters: Value) -> Method {
        Method::new(name, parameters, Effect::Read)
    }

    /// A method that changes something.
    pub fn write(name: &str, parameters: Value) -> Method {
        Method::new(name, parameters, Effect::Write)
    }

    fn new(name: &str, parameters: Value, effect: Effect) -> Method {
        let parameters = match parameters {
            Value::Object(parameters) => parameters,
            _ => Fields::new(),
        };
        Method { name: name.to_owned(), parameters, effect }
    }
}

/// The exchange: a redirect is followed here, once, by the same POST at the new place (the portal did not
/// run it). The last step's fields are the envelope.
pub fn start(portal: &Arc<Bitrix24>, method: &Method, now: Time) -> Result<Step, Error> {
    let first = request(portal, method, portal.moved.get().as_deref())?;
    let asked = Secret::new(first.url.clone());
    let (portal, method) = (Arc::clone(portal), method.clone());
    let next = move |response: HttpResponse| {
        let settings = &portal.settings;
        let home = settings.place()?.origin();
        let plain = settings.allow_plain_http;
        match new_origin(&response, asked.expose(), home, &settings.portal_hosts, plain)? {
            None => read(&portal, &response, method.effect, now).map(done),
            Some(origin) => {
                let again = request(&portal, &method, Some(&origin))?;
                let next = move |response: HttpResponse| {
                    if is_redirect(&response) {
                        return Err(twice(&response));
                    }
                    let reply = read(&portal, &response, method.effect, now);
                    // Kept once a portal is seen there: its envelope, or its refusal.
                    if reply.as_ref().err().is_none_or(|error| error.code.is_some()) {
                        portal.moved.set(origin);
                    }
                    reply.map(done)
                };
                Ok(Step::Send(again, Box::new(next)))
            }
        }
    };
    Ok(Step::Send(first, Box::new(next)))
}

fn read(
    portal: &Bitrix24,
    response: &HttpResponse,
    effect: Effect,
    now: Time,
) -> Result<Reply, Error> {
    portal.read(response, |response| Reply::read(response, effect, now))
}

fn done(reply: Reply) -> Step {
    Step::Done(reply.into_fields())
}

fn is_redirect(response: &HttpResponse) -> bool {
    matches!(response.status, 301 | 302 | 307 | 308)
}

fn twice(response: &HttpResponse) -> Error {
    let says = "the portal answers with a redirect, and so does the place it leads to";
    let mut error = Error::not_done("redirected", says);
    error.http_status = Some(response.status);
    error
}

/// A parameter's name as the log shows it; `bitrix24.call` takes any.
fn logged(name: &str) -> Cow<'static, str> {
    match name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        true => name.to_owned().into(),
        false => "?".into(),
    }
}

fn request(portal: &Bitrix24, method: &Method, moved: Option<&str>) -> Result<HttpRequest, Error> {
    let settings = &portal.settings;
    let (url, shown) = settings.place()?.url(&method.name, moved);
    let mut parameters = method.parameters.clone();
    let field_names = parameters.keys().map(|name| logged(name)).collect();
    if let Some(oauth) = &settings.oauth {
        // In the body: a query is written to the logs of every server on the way.
        parameters.insert("auth".into(), oauth.access_token.expose().into());
    }
    let (content_type, body) = match settings.body {
        Body::Json => ("application/json", crate::native::json_body(&parameters)),
        Body::Form => ("application/x-www-form-urlencoded", brackets::encode(&parameters)),
    };
    crate::fields::wipe(&mut parameters);
    if settings.body == Body::Form && brackets::too_many(&body) {
        let most = brackets::MOST_PAIRS;
        let says = format!("expected \"json\" for more than {most} values: PHP drops what is more");
        return Err(Error::invalid("body", says));
    }
    Ok(HttpRequest {
        method: "POST",
        url: url.expose().to_owned(),
        shown: Some(shown),
        headers: vec![("content-type".into(), content_type.to_owned())],
        body,
        effect: method.effect,
        // The portal itself cuts a call off after 60 s.
        patience: match method.effect {
            Effect::Read => Patience::Usual,
            Effect::Write => Patience::Long,
        },
        field_names,
    })
}
