//! How a payment begins: a call whose answer is lost can be settled, or the file says that it cannot.

use super::{Findings, slots};
use crate::gateways::declared::schema::{Call, Create, Descriptor, Idempotency, Method, Response};

pub fn check(descriptor: &Descriptor, found: &mut Findings) {
    let create = &descriptor.create;
    for (name, what) in [("order.id", "order's number"), ("order.amount", "amount")] {
        if !carries(descriptor, name) {
            let says = format!("nothing carries the {what}: add a field with {{{name}}}");
            found.problem("create.request", says);
        }
    }
    match &create.response {
        Some(response) => called(descriptor, create, response, found),
        None => by_browser(create, found),
    }
}

/// Whether the request (or a call before it) tells that value.
fn carries(descriptor: &Descriptor, name: &str) -> bool {
    let slots = slots::all(descriptor);
    let mut created = slots.iter().filter(|slot| slot.path.starts_with("create."));
    created.any(|slot| slot.template.names().any(|given| given == name))
}

fn called(descriptor: &Descriptor, create: &Create, response: &Response, found: &mut Findings) {
    if create.link {
        found.problem(
            "create.link",
            "belongs to a browser's form: with create.response the page is the gateway's",
        );
    }
    if descriptor.redirect_hosts.is_empty() {
        let says =
            "add redirect_hosts = [\"pay.example.com\"]: a reply must not send the buyer anywhere";
        found.problem("create.response", says);
    }
    if response.fields.payment_id.is_none() {
        found.problem(
            "create.response.fields",
            "add payment_id = \"...\": where the gateway's id stands",
        );
    }
    if response.fields.url.is_none() {
        found.problem(
            "create.response.fields",
            "add url = \"...\": where the page's address stands",
        );
    }
    let by_number = descriptor.status.iter().any(|call| !needs_id(call));
    if let Some(key) = &create.idempotency {
        idempotency(create, key, found);
    }
    match (create.idempotency.is_some() || by_number, create.unsettleable) {
        (false, false) => found.problem(
            "create",
            "if the answer is lost, nobody could find out whether there is a payment. Add one of three: \
             idempotency = { field = \"...\" } or { header = \"...\" }, if the gateway makes no second payment \
             with the same key; a [[status]] by {order.id}; or unsettleable = true, if there is neither",
        ),
        (true, true) => {
            found.warning("create.unsettleable", "it can be settled: leave it out");
        }
        _ => {}
    }
}

/// Whether a call asks by the gateway's id, which a lost answer leaves unknown.
fn needs_id(call: &Call) -> bool {
    call.templates().any(|template| template.names().any(|name| name == "payment.id"))
}

fn idempotency(create: &Create, key: &Idempotency, found: &mut Findings) {
    let path = "create.idempotency";
    if key.valid_s == Some(0) {
        found.problem(
            format!("{path}.valid_s"),
            "expected how many seconds the gateway remembers it",
        );
    }
    let value = match (&key.field, &key.header) {
        (Some(field), None) => match create.request.fields.get(field) {
            Some(value) => Some(&value.value),
            None => {
                let says = format!(
                    "the request has no field {field:?}: add {field} = \"{{order.id}}\" to its fields"
                );
                return found.problem(format!("{path}.field"), says);
            }
        },
        (None, Some(header)) => create.request.headers.get(header),
        _ => return found.problem(path, "expected one of field and header: what carries the key"),
    };
    if value.is_some_and(|value| value.only() != Some("order.id")) {
        let says = "expected {order.id} and nothing else: the key is the number of the attempt";
        found.problem(path, says);
    }
}

fn by_browser(create: &Create, found: &mut Findings) {
    if !create.before.is_empty() {
        let says = "without create.response nothing is called: leave the calls before it out";
        found.problem("create.before", says);
    }
    if create.idempotency.is_some() {
        found.warning(
            "create.idempotency",
            "nothing is called that could be repeated: leave it out",
        );
    }
    if create.unsettleable {
        found.warning(
            "create.unsettleable",
            "nothing is called whose answer could be lost: leave it out",
        );
    }
    if create.link && create.request.method == Method::Get {
        found.warning("create.link", "GET is a link already: leave it out");
    }
}
