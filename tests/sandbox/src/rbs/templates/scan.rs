//! `/payment/sbp/<qrcId>` of a static QR code: the order is registered when the buyer pays.

use serde_json::json;

use super::static_codes::StaticCode;
use super::static_state::StaticState;
use super::typed_amount;
use crate::clock;
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::rbs::orders::Terms;
use crate::rbs::own_orders::{DONE, register};
use crate::rbs::page::words::{money, words};
use crate::rbs::page::{posted, return_address, unknown};
use crate::rbs::world::World;

/// The page of a static code that shows no order.
pub fn answer(world: &mut World, call: &Call, qrc_id: &str) -> Answer {
    let mut all = world.templates.codes.iter_mut();
    let Some((id, template)) = all.find(|(_, template)| template.qrc_id == qrc_id) else {
        return unknown();
    };
    template.life.pass(clock::now());
    let (id, template) = (id.clone(), template.clone());
    // A cash link without an order has nothing to pay.
    if template.life.state != StaticState::Active || template.is_cash_link() {
        return inactive();
    }
    if call.method != "POST" {
        return form(&template, false);
    }
    if posted(call, "do").as_deref() != Some("pay") {
        return Answer::redirect(DONE);
    }
    let typed = || posted(call, "amount").as_deref().and_then(typed_amount);
    match template.amount.or_else(typed) {
        Some(amount) => pay(world, &id, &template, amount),
        None => form(&template, true),
    }
}

fn pay(world: &mut World, id: &str, template: &StaticCode, amount: i64) -> Answer {
    let Some(merchant) = world.merchant(&template.merchant).cloned() else {
        return unknown();
    };
    let terms = Terms {
        amount,
        currency: "643".into(),
        description: template.purpose.clone().unwrap_or_default(),
        ..Terms::default()
    };
    let order_id = register(world, &merchant, terms);
    let way = if template.is_for_one_payment() { "" } else { "SBP_C2B" };
    let what = format!("SBP: static code {} paid", template.qrc_id);
    let paid = world.change(&order_id, &what, |order, now| order.accept_by(way, now));
    let (Ok(()), Some(order)) = (paid, world.orders.get(&order_id)) else {
        return unknown();
    };
    let answer = Answer::redirect(&return_address(&order.terms.return_url, order));
    if let Some(template) = world.templates.codes.get_mut(id) {
        template.used_at = Some(clock::now());
        if template.is_for_one_payment() {
            template.life.state = StaticState::Used;
        }
    }
    answer
}

fn form(template: &StaticCode, wrong: bool) -> Answer {
    let words = words("ru");
    let ask = json!([{"name": "amount", "label": words.get("amount"), "required": true}]);
    let button = |name: &str| json!({"name": name, "label": words.get(name)});
    render(
        "choice.html",
        &json!({"title": words.get("sbp"),
"language": "ru",
"amount": template.amount.map(|amount| money(amount, "643")),
"description": template.purpose,
"problem": wrong.then(|| words.get("fault_field")),
"fields": if template.amount.is_none() { ask } else { json!([]) },
"buttons": [button("pay"), button("refuse")],
"words": words}),
    )
}

/// What stands where a template cannot be paid now.
pub fn inactive() -> Answer {
    let words = words("ru");
    let context = json!({"language": "ru", "text": words.get("inactive"), "words": words});
    render("closed.html", &context).with_status(410)
}

/// `/payment/done.html`: where a buyer ends who came from no shop's site.
pub fn done() -> Answer {
    let words = words("ru");
    render("choice.html", &json!({"title": words.get("done"), "language": "ru", "words": words}))
}
