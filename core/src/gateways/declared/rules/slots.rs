//! Every template of a descriptor with its path and with what there is to fill it.

use crate::gateways::declared::schema::{
    Answer, Create, Descriptor, Notify, Part, PreStep, Reading, Recipe, Request,
};
use crate::gateways::declared::template::Template;

/// A template in its place.
pub struct Slot<'a> {
    /// Its path.
    pub path: String,
    /// The template.
    pub template: &'a Template,
    /// What it may name.
    pub scope: Scope<'a>,
}

/// What a template may name: `config.*` always, and these.
#[derive(Clone, Copy, Default)]
pub struct Scope<'a> {
    /// Of `order.*`.
    pub order: &'static [&'static str],
    /// `payment.id`
    pub payment: bool,
    /// `refund.id`, `refund.amount`, `refund.currency`
    pub refund: bool,
    /// `secret.*`
    pub secret: bool,
    /// `extra.*`
    pub extra: bool,
    /// `gen.*`
    pub made: bool,
    /// `field.*`
    pub field: bool,
    /// `sign.*`
    pub sign: bool,
    /// The calls before it.
    pub before: &'a [PreStep],
}

/// All that is known of an order when a payment begins.
pub const ORDER: &[&str] = &[
    "id",
    "amount",
    "currency",
    "description",
    "return_url",
    "fail_url",
    "notification_url",
    "language",
    "email",
    "phone",
    "name",
    "ip",
    "customer_id",
    "expires_in",
    "expires_at",
    "hold",
];

/// What a later call is told of it.
const NUMBER: &[&str] = &["id"];

/// All templates, in the order of the schema.
pub fn all(descriptor: &Descriptor) -> Vec<Slot<'_>> {
    let mut slots = Slots(Vec::new());
    let settings = Scope::default();
    if let Some(shop) = &descriptor.shop {
        slots.add("shop".into(), shop, settings);
    }
    for (at, host) in descriptor.redirect_hosts.iter().enumerate() {
        slots.add(format!("redirect_hosts.{at}"), host, settings);
    }
    for (at, currency) in descriptor.order.currencies.iter().enumerate() {
        slots.add(format!("order.currencies.{at}"), currency, settings);
    }
    for (name, recipe) in descriptor.recipe.iter() {
        slots.recipe(&format!("recipe.{name}"), recipe);
    }
    slots.create(&descriptor.create);
    for (at, kind) in descriptor.notify.iter().enumerate() {
        slots.notify(&format!("notify.{at}"), kind);
    }
    let later = Scope { order: NUMBER, payment: true, secret: true, made: true, ..settings };
    let calls = super::replies::calls(descriptor);
    for (path, call) in calls {
        let scope = Scope { refund: path == "refund", ..later };
        slots.steps(&path, &call.before, scope);
        slots.request(
            &format!("{path}.request"),
            &call.request,
            Scope { before: &call.before, ..scope },
        );
        slots.reading(&format!("{path}.response.fields"), &call.response.fields);
    }
    slots.0
}

struct Slots<'a>(Vec<Slot<'a>>);

impl<'a> Slots<'a> {
    fn add(&mut self, path: String, template: &'a Template, scope: Scope<'a>) {
        self.0.push(Slot { path, template, scope });
    }

    fn recipe(&mut self, path: &str, recipe: &'a Recipe) {
        let settings = Scope::default();
        self.add(format!("{path}.digest"), &recipe.digest, settings);
        let key = Scope { secret: true, ..settings };
        for (name, template) in [("hmac", &recipe.hmac), ("rsa", &recipe.rsa)] {
            if let Some(template) = template {
                self.add(format!("{path}.{name}"), template, key);
            }
        }
        for (at, part) in recipe.parts.iter().enumerate() {
            let path = format!("{path}.parts.{at}");
            let Part { lit, nested, .. } = part;
            if let Some(text) = lit {
                self.add(format!("{path}.lit"), text, settings);
            }
            if let Some(nested) = nested {
                self.recipe(&format!("{path}.nested"), nested);
            }
        }
    }

    fn create(&mut self, create: &'a Create) {
        let scope =
            Scope { order: ORDER, secret: true, extra: true, made: true, ..Scope::default() };
        self.steps("create", &create.before, scope);
        let scope = Scope { before: &create.before, ..scope };
        self.request("create.request", &create.request, scope);
        if let Some(response) = &create.response {
            self.reading("create.response.fields", &response.fields);
        }
    }

    fn steps(&mut self, path: &str, steps: &'a [PreStep], scope: Scope<'a>) {
        for (at, step) in steps.iter().enumerate() {
            let before = steps.get(..at).unwrap_or_default();
            let scope = Scope { before, ..scope };
            self.request(&format!("{path}.before.{at}.request"), &step.request, scope);
        }
    }

    fn request(&mut self, path: &str, request: &'a Request, scope: Scope<'a>) {
        self.add(format!("{path}.url"), &request.url, scope);
        for (name, template) in request.headers.iter() {
            // The fields are there by then, so a header may be signed over them.
            self.add(format!("{path}.headers.{name}"), template, Scope { sign: true, ..scope });
        }
        if let Some(basic) = &request.basic {
            self.add(format!("{path}.basic.user"), &basic.user, scope);
            self.add(format!("{path}.basic.password"), &basic.password, scope);
        }
        for (name, field) in request.fields.iter() {
            self.add(format!("{path}.fields.{name}"), &field.value, scope);
        }
    }

    fn reading(&mut self, path: &str, reading: &'a Reading) {
        for (name, pick) in reading.picks() {
            if let Some(value) = &pick.value {
                let scope = Scope { field: true, ..Scope::default() };
                self.add(format!("{path}.{name}"), value, scope);
            }
        }
    }

    fn notify(&mut self, path: &str, kind: &'a Notify) {
        self.reading(&format!("{path}.fields"), &kind.fields);
        for (name, value) in kind.equals.iter() {
            self.add(format!("{path}.equals.{name}"), value, Scope::default());
        }
        for (name, answer) in kind.answer.each() {
            self.answer(&format!("{path}.answer.{name}"), answer);
        }
    }

    fn answer(&mut self, path: &str, answer: &'a Answer) {
        let scope = Scope { field: true, made: true, sign: true, ..Scope::default() };
        self.add(format!("{path}.body"), &answer.body, scope);
        for (name, value) in answer.fields.iter() {
            let scope = Scope { sign: false, ..scope };
            self.add(format!("{path}.fields.{name}"), value, scope);
        }
    }
}
