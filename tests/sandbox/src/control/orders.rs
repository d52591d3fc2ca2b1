//! Orders as tests and people see them.

use serde_json::{Value, json};

use super::error;
use crate::clock;
use crate::exchange::Answer;
use crate::html::render;
use crate::rbs::orders::Order;
use crate::sandbox::Sandbox;

/// Everything about an order, its real state even where status reads lag behind.
pub fn shown(order: &Order, origin: &str) -> Value {
    let terms = &order.terms;
    json!({
        "order_id": order.id,
        "order_number": terms.number,
        "merchant": terms.merchant,
        "two_phase": terms.two_phase,
        "status": order.state.number(),
        "payment_state": order.state.payment_state(),
        "action_code": order.action_code,
        "amount": terms.amount,
        "currency": terms.currency,
        "approved": order.approved,
        "captured": order.captured,
        "refunded": order.refunded,
        "attempts_left": order.attempts_left,
        "payment_way": order.way,
        "binding_id": order.stored,
        "description": terms.description,
        "return_url": terms.return_url,
        "fail_url": terms.fail_url,
        "form_url": format!(
            "{origin}/payment/merchants/{}/{}payment_{}.html?mdOrder={}",
            terms.merchant, terms.page_prefix, terms.language, order.id
        ),
        "registered_at": clock::rfc3339(order.registered_at),
        "expires_at": clock::rfc3339(terms.expires_at),
        "refunds": order.refunds,
        "history": order.history,
        "notifications": order.notifications,
    })
}

fn all(sandbox: &Sandbox) -> Vec<Value> {
    let world = sandbox.world();
    world.orders.values().map(|order| shown(order, &sandbox.base_url)).collect()
}

/// `GET /sandbox/orders`, oldest first.
pub fn list(sandbox: &Sandbox) -> Answer {
    Answer::json(200, &json!({"orders": all(sandbox)}))
}

/// `GET /sandbox/orders/<mdOrder>`.
pub fn one(sandbox: &Sandbox, id: &str) -> Answer {
    match sandbox.world().orders.get(id) {
        Some(order) => Answer::json(200, &shown(order, &sandbox.base_url)),
        None => error(404, "there is no such order"),
    }
}

/// `GET /sandbox/orders.html`, newest first.
pub fn page(sandbox: &Sandbox) -> Answer {
    let mut orders = all(sandbox);
    orders.reverse();
    render(
        "orders.html",
        &json!({"orders": orders,
"language": "en"}),
    )
}
