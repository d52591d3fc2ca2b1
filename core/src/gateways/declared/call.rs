//! A call to the gateway with those before it. The calls before it read a value that it needs; where one
//! of them fails, nothing was done.

use std::sync::Arc;

use super::Step;
use super::condition::Seen;
use super::known::Known;
use super::message::Message;
use super::request::{self, Manner};
use super::response;
use super::schema::{Descriptor, Kind, PreStep, Request, Response};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::{Effect, HttpResponse, Patience};

/// A call of the descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Create,
    /// The status call at this place.
    Status(usize),
    Cancel,
    Refund,
}

impl Call {
    /// What is sent.
    pub fn request(self, descriptor: &Descriptor) -> Result<&Request, Error> {
        let none = || Error::refused("not_supported", "this descriptor has no such call");
        match self {
            Call::Create => Some(&descriptor.create.request),
            Call::Status(at) => descriptor.status.get(at).map(|call| &call.request),
            Call::Cancel => descriptor.cancel.as_ref().map(|call| &call.request),
            Call::Refund => descriptor.refund.as_ref().map(|call| &call.request),
        }
        .ok_or_else(none)
    }

    /// What it answers.
    pub fn response(self, descriptor: &Descriptor) -> Result<&Response, Error> {
        let none = || Error::internal(false, "a call without its reply");
        match self {
            Call::Create => descriptor.create.response.as_ref(),
            Call::Status(at) => descriptor.status.get(at).map(|call| &call.response),
            Call::Cancel => descriptor.cancel.as_ref().map(|call| &call.response),
            Call::Refund => descriptor.refund.as_ref().map(|call| &call.response),
        }
        .ok_or_else(none)
    }

    fn before(self, descriptor: &Descriptor) -> &[PreStep] {
        match self {
            Call::Create => &descriptor.create.before,
            Call::Status(at) => descriptor.status.get(at).map_or(&[], |call| &call.before),
            Call::Cancel => descriptor.cancel.as_ref().map_or(&[], |call| &call.before),
            Call::Refund => descriptor.refund.as_ref().map_or(&[], |call| &call.before),
        }
    }

    /// Its place in the descriptor.
    pub fn section(self) -> String {
        match self {
            Call::Create => "create".to_owned(),
            Call::Status(at) => format!("status.{at}"),
            Call::Cancel => "cancel".to_owned(),
            Call::Refund => "refund".to_owned(),
        }
    }

    /// What carrying it out does.
    pub fn effect(self) -> Effect {
        match self {
            Call::Status(_) => Effect::Read,
            Call::Create | Call::Cancel | Call::Refund => Effect::Write,
        }
    }

    fn manner(self, descriptor: &Descriptor) -> Result<Manner, Error> {
        let patience = match self {
            Call::Create | Call::Status(_) => Patience::Usual,
            Call::Cancel | Call::Refund => Patience::Long,
        };
        let accept = match self.response(descriptor)?.kind {
            Kind::Json => "application/json",
            Kind::Xml => "application/xml, text/xml",
            Kind::Form | Kind::Text => "*/*",
        };
        Ok(Manner { effect: self.effect(), patience, accept, extra: self == Call::Create })
    }
}

/// Goes on with the reply.
pub type Then = Box<dyn FnOnce(Known, HttpResponse) -> Result<Step, Error> + Send>;

/// Sends it, after those before it.
pub fn send(mut known: Known, call: Call, then: Then) -> Result<Step, Error> {
    check(&mut known, call)?;
    go_on(known, call, 0, None, then)
}

/// The same after a write that is done or in doubt: where it fails, `otherwise` is the truth.
pub fn look(
    mut known: Known,
    call: Call,
    otherwise: Result<Fields, Error>,
    then: Then,
) -> Result<Step, Error> {
    match check(&mut known, call) {
        Ok(()) => go_on(known, call, 0, Some(otherwise), then),
        Err(_) => otherwise.map(Step::Done),
    }
}

/// Whether it can be sent with what is known: what is wrong is told before anything leaves.
pub fn check(known: &mut Known, call: Call) -> Result<(), Error> {
    let shop = Arc::clone(&known.shop);
    let manner = call.manner(&shop.descriptor)?;
    key(known, call)?;
    match call.before(&shop.descriptor).is_empty() {
        true => Ok(()),
        false => request::check(known, call.request(&shop.descriptor)?, manner),
    }
}

/// The header by which the gateway knows a repeat of the create call: the number of the attempt.
fn key(known: &Known, call: Call) -> Result<Option<(String, String)>, Error> {
    let create = &known.shop.descriptor.create;
    let header = create.idempotency.as_ref().and_then(|key| key.header.as_ref());
    let (Call::Create, Some(header), Some(number)) = (call, header, known.get("order.id")) else {
        return Ok(None);
    };
    match request::is_header_value(number) {
        true => Ok(Some((header.to_lowercase(), number.to_owned()))),
        false => Err(Error::invalid("order_number", request::NOT_IN_HEADER)),
    }
}

fn go_on(
    mut known: Known,
    call: Call,
    at: usize,
    otherwise: Option<Result<Fields, Error>>,
    then: Then,
) -> Result<Step, Error> {
    let shop = Arc::clone(&known.shop);
    let Some(step) = call.before(&shop.descriptor).get(at) else {
        let manner = call.manner(&shop.descriptor)?;
        let made = request::http(&mut known, call.request(&shop.descriptor)?, manner);
        let made = made.and_then(|mut http| {
            let key = key(&known, call)?;
            http.headers.extend(key.map(|(name, value)| (name.into(), value)));
            Ok(http)
        });
        let next = Box::new(move |response| then(known, response));
        return match (made, otherwise) {
            (Ok(http), None) => Ok(Step::Send(http, next)),
            (Ok(http), Some(otherwise)) => Ok(Step::Look(http, next, Box::new(otherwise))),
            (Err(_), Some(otherwise)) => otherwise.map(Step::Done),
            (Err(error), None) => Err(error),
        };
    };
    let manner = Manner {
        effect: Effect::Read,
        patience: Patience::Usual,
        accept: "application/json",
        extra: false,
    };
    let made = request::http(&mut known, &step.request, manner);
    let fallback = otherwise.clone();
    let next = move |response: HttpResponse| {
        let shop = Arc::clone(&known.shop);
        let step = call.before(&shop.descriptor).get(at);
        let taken = step.map_or(Ok(()), |step| take(&mut known, step, &response));
        match (taken, fallback) {
            (Err(_), Some(otherwise)) => otherwise.map(Step::Done),
            (Err(error), None) => Err(error),
            (Ok(()), otherwise) => go_on(known, call, at + 1, otherwise, then),
        }
    };
    match (made, otherwise) {
        (Ok(http), None) => Ok(Step::Send(http, Box::new(next))),
        (Ok(http), Some(otherwise)) => Ok(Step::Look(http, Box::new(next), Box::new(otherwise))),
        (Err(_), Some(otherwise)) => otherwise.map(Step::Done),
        (Err(error), None) => Err(error),
    }
}

/// Takes the values that the reply of a call before tells.
fn take(known: &mut Known, step: &PreStep, response: &HttpResponse) -> Result<(), Error> {
    let message = match response.status {
        200..=299 => response::message(detect(&response.body), &response.body).ok(),
        _ => None,
    };
    let Some(message) = message else { return Err(response.unusable(Effect::Read)) };
    for (name, place) in step.values.iter() {
        let Some(value) = message.text(place).filter(|text| !text.is_empty()) else {
            let says = format!("the call before ({}) answers without {name}", step.name);
            return Err(Error::not_done("reply_incomplete", says));
        };
        known.set(&format!("prev.{}.{name}", step.name), value);
    }
    Ok(())
}

/// By its first byte that is not blank.
fn detect(body: &[u8]) -> Kind {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => Kind::Json,
        Some(b'<') => Kind::Xml,
        _ => Kind::Form,
    }
}

/// What conditions of a reply look at.
pub fn seen<'a>(message: &'a Message, response: &'a HttpResponse) -> Seen<'a> {
    Seen { message, headers: &response.headers, query: None, http: Some(response.status) }
}
