//! `/payment/link/<templateId>`: opening a payment link registers an order and leads to its payment
//! page; what the template leaves open is asked first.

use serde_json::{Value, json};

use super::links::Link;
use super::{scan, typed_amount, whole};
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::rbs::orders::Terms;
use crate::rbs::own_orders::register;
use crate::rbs::page::words::{money, words};
use crate::rbs::page::{form_address, posted, unknown};
use crate::rbs::world::World;

/// A question of the template to the buyer.
struct Question {
    name: String,
    label: String,
    placeholder: String,
    value: String,
    pattern: String,
    required: bool,
    visible: bool,
}

/// The questions, or the payment page of a fresh order.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    let id = call.path.strip_prefix("/payment/link/").unwrap_or_default();
    let Some(link) = world.templates.links.get(id).cloned() else {
        return unknown();
    };
    let Some(merchant) = world.merchant(&link.merchant).cloned() else {
        return unknown();
    };
    if !link.is_open(world, merchant.settings.time_zone_hours) {
        return scan::inactive();
    }
    let fixed = link.terms.get("amount").and_then(whole);
    let questions = questions(&link);
    let asks = fixed.is_none() || questions.iter().any(|question| question.visible);
    // Looking at the head of the page registers nothing.
    if (asks && call.method != "POST") || call.method == "HEAD" {
        return form(&link, fixed, &questions, false);
    }
    let typed = || posted(call, "amount").as_deref().and_then(typed_amount);
    let Some(amount) = fixed.or_else(typed) else {
        return form(&link, fixed, &questions, true);
    };
    let mut json_params = Vec::new();
    for question in &questions {
        let typed = posted(call, &format!("param_{}", question.name));
        let value = typed.filter(|_| question.visible).unwrap_or_else(|| question.value.clone());
        if question.required && value.trim().is_empty() {
            return form(&link, fixed, &questions, true);
        }
        json_params.push((question.name.clone(), value));
    }
    let terms = Terms {
        amount,
        currency: currency(&link),
        two_phase: link.terms.get("preAuth") == Some(&json!(true)),
        description: text(&link, "description"),
        json_params,
        ..Terms::default()
    };
    let order_id = register(world, &merchant, terms);
    if let Some(link) = world.templates.links.get_mut(id) {
        link.orders.push(order_id.clone());
    }
    match world.orders.get(&order_id) {
        Some(order) => Answer::redirect(&form_address(order)),
        None => unknown(),
    }
}

fn text(link: &Link, name: &str) -> String {
    link.terms.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Templates say `RUB`, orders say 643.
fn currency(link: &Link) -> String {
    match text(link, "currency").as_str() {
        "" | "RUB" => "643".into(),
        code => code.to_owned(),
    }
}

fn questions(link: &Link) -> Vec<Question> {
    let params = link.terms.get("additionalParams").and_then(Value::as_array);
    let question = |param: &Value| {
        let text = |name: &str| param.get(name).and_then(Value::as_str).unwrap_or_default();
        Question {
            name: text("name").to_owned(),
            label: text("label").to_owned(),
            placeholder: text("placeholder").to_owned(),
            value: text("value").to_owned(),
            pattern: text("regexp").to_owned(),
            required: param.get("required") == Some(&json!(true)),
            visible: param.get("visible") != Some(&json!(false)),
        }
    };
    params.into_iter().flatten().map(question).collect()
}

fn form(link: &Link, fixed: Option<i64>, questions: &[Question], wrong: bool) -> Answer {
    let words = words("ru");
    let mut fields = Vec::new();
    if fixed.is_none() {
        fields.push(json!({"name": "amount", "label": words.get("amount"), "required": true}));
    }
    for question in questions.iter().filter(|question| question.visible) {
        fields.push(json!({
            "name": format!("param_{}", question.name),
            "label": question.label,
            "placeholder": question.placeholder,
            "value": question.value,
            "pattern": question.pattern,
            "required": question.required,
        }));
    }
    render(
        "choice.html",
        &json!({"title": text(link, "nameForClient"),
"language": "ru",
"amount": fixed.map(|amount| money(amount, &currency(link))),
"description": text(link, "descriptionForClient"),
"problem": wrong.then(|| words.get("fault_field")),
"fields": fields,
"buttons": [{"name": "pay", "label": words.get("pay")}],
"words": words}),
    )
}
