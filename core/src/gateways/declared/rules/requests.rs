//! What leaves goes to the gateway's own host over https, and its secrets stay out of URLs and browsers.

use super::recipes::{self, Use};
use super::url::{self, Part};
use super::{Findings, is_simple, replies};
use crate::gateways::declared::schema::{Body, Descriptor, Method, PreStep, Request};

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    let create = &descriptor.create;
    steps(descriptor, "create", &create.before, found);
    request(descriptor, "create.request", &create.request, create.response.is_none(), found);
    for (path, call) in replies::calls(descriptor) {
        steps(descriptor, &path, &call.before, found);
        request(descriptor, &format!("{path}.request"), &call.request, false, found);
    }
}

fn steps(descriptor: &Descriptor, path: &str, steps: &[PreStep], found: &mut Findings) {
    for (at, step) in steps.iter().enumerate() {
        let path = format!("{path}.before.{at}");
        if !is_simple(&step.name) {
            let says = "expected letters, digits, _ and -: it stands in templates";
            found.problem(format!("{path}.name"), says);
        }
        if steps.iter().take(at).any(|other| other.name == step.name) {
            found.problem(format!("{path}.name"), "stands twice: each call has its own name");
        }
        if step.values.is_empty() {
            found.problem(format!("{path}.values"), "expected the values for which it is asked");
        }
        request(descriptor, &format!("{path}.request"), &step.request, false, found);
    }
}

fn request(descriptor: &Descriptor, path: &str, it: &Request, browser: bool, found: &mut Findings) {
    if let Err(says) = url::check(&it.url) {
        found.problem(format!("{path}.url"), says);
    }
    recipes::places(descriptor, &format!("{path}.sign"), &it.sign, Use::Made, found);
    written(path, it, found);
    match browser {
        true => in_browser(path, it, found),
        false => secrets_in_url(path, it, found),
    }
}

/// How the fields leave.
fn written(path: &str, it: &Request, found: &mut Findings) {
    if it.envelope.is_some() && it.body != Body::Json {
        found.problem(format!("{path}.envelope"), "belongs to body = \"json\"");
    }
    if it.base64_field.is_some() && matches!(it.body, Body::Json | Body::Multipart) {
        found.problem(
            format!("{path}.base64_field"),
            "is a field of a form: body = \"form\" or \"query\"",
        );
    }
    if it.method == Method::Get && matches!(it.body, Body::Json | Body::Multipart) {
        found.problem(format!("{path}.body"), "GET has no body: leave it out, or use POST");
    }
}

/// Whether the fields stand in the URL.
fn in_query(it: &Request) -> bool {
    it.method == Method::Get || it.body == Body::Query
}

fn is_secret(name: &str) -> bool {
    name.starts_with("secret.")
}

/// A URL stands in logs on its whole way.
fn secrets_in_url(path: &str, it: &Request, found: &mut Findings) {
    let mut in_url = false;
    for (part, name) in url::values(&it.url).into_iter().filter(|(_, name)| is_secret(name)) {
        match part {
            Part::Query => in_url = true,
            Part::Host | Part::Path => {
                let says = format!(
                    "{{{name}}} in a path stands in every log: only behind ? it may be allowed"
                );
                found.problem(format!("{path}.url"), says);
            }
        }
    }
    let mut field = None;
    if in_query(it) {
        let fields = it.fields.iter();
        field = fields
            .map(|(name, field)| (name, field.value.names().any(is_secret)))
            .find(|(_, is)| *is);
    }
    let place = match field {
        Some((name, _)) => format!("{path}.fields.{name}"),
        None => format!("{path}.url"),
    };
    if (in_url || field.is_some()) && !it.secret_in_url {
        let says = "a secret leaves in the URL, which logs keep: move it to a header or to the body, or, where \
                    the gateway has no other place for it, add secret_in_url = true to the request";
        found.problem(place, says);
    } else if it.secret_in_url && !in_url && field.is_none() {
        found.warning(format!("{path}.secret_in_url"), "no secret leaves in the URL: leave it out");
    }
}

/// The buyer's browser shows all that it carries.
fn in_browser(path: &str, it: &Request, found: &mut Findings) {
    let says = "the buyer's browser would carry this secret: sign the fields by a recipe instead";
    if it.url.names().any(is_secret) {
        found.problem(format!("{path}.url"), says);
    }
    for (name, field) in it.fields.iter() {
        if field.value.names().any(is_secret) {
            found.problem(format!("{path}.fields.{name}"), says);
        }
    }
    let says = "a browser sends no header of ours: without create.response nothing is called";
    if !it.headers.is_empty() {
        found.problem(format!("{path}.headers"), says);
    }
    if it.basic.is_some() {
        found.problem(format!("{path}.basic"), says);
    }
    if let Some(at) = it.sign.iter().position(|place| place.header.is_some()) {
        found.problem(format!("{path}.sign.{at}"), says);
    }
    if it.secret_in_url {
        found.problem(
            format!("{path}.secret_in_url"),
            "a browser never carries a secret: leave it out",
        );
    }
    if it.method == Method::Put {
        found.problem(format!("{path}.method"), "a browser sends a form by GET or POST");
    }
    if matches!(it.body, Body::Json | Body::Multipart) {
        found.problem(format!("{path}.body"), "a browser's form is \"form\", its link \"query\"");
    }
}
