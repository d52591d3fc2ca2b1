//! One method of the portal as Steps: the request, the redirect of a portal that was renamed, and its
//! envelope.

use std::sync::Arc;

use serde_json::Value;

use super::place::new_origin;
use super::reply::Reply;
use super::settings::Body;
use super::{Bitrix24, brackets};
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::Step;
use crate::http::{Effect, HttpRequest, HttpResponse, Patience};

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
pub fn start(portal: &Arc<Bitrix24>, method: &Method) -> Result<Step, Error> {
    let first = request(portal, method, portal.moved.get())?;
    let (portal, method) = (Arc::clone(portal), method.clone());
    let asked = first.url.clone();
    let next = move |response: HttpResponse| {
        let settings = &portal.settings;
        let home = settings.place()?.origin();
        let plain = settings.allow_plain_http;
        match new_origin(&response, &asked, home, &settings.portal_hosts, plain)? {
            None => Ok(Step::Done(Reply::read(&response, method.effect)?.into_fields())),
            Some(origin) => {
                portal.moved.set(&origin);
                let again = request(&portal, &method, Some(&origin))?;
                let next = move |response: HttpResponse| {
                    Ok(Step::Done(Reply::read(&response, method.effect)?.into_fields()))
                };
                Ok(Step::Send(again, Box::new(next)))
            }
        }
    };
    Ok(Step::Send(first, Box::new(next)))
}

fn request(portal: &Bitrix24, method: &Method, moved: Option<&str>) -> Result<HttpRequest, Error> {
    let settings = &portal.settings;
    let (url, shown) = settings.place()?.url(&method.name, moved);
    let mut parameters = method.parameters.clone();
    let field_names = parameters.keys().map(|name| name.clone().into()).collect();
    if let Some(oauth) = &settings.oauth {
        // In the body: a query is written to the logs of every server on the way.
        parameters.insert("auth".into(), oauth.access_token.expose().into());
    }
    let (content_type, body) = match settings.body {
        Body::Json => ("application/json", crate::native::json_body(&parameters)),
        Body::Form => ("application/x-www-form-urlencoded", brackets::encode(&parameters)),
    };
    crate::fields::wipe(&mut parameters);
    Ok(HttpRequest {
        method: "POST",
        url,
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
