//! The payment page of any gateway: Pay, Hold, Fail, Cancel, Leave.

use serde_json::json;

use super::gateway::closed;
use super::installation::Installation;
use super::orders::Order;
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::rbs::page::words::words;

/// The buttons with what they do, but for those that this gateway has no word for.
fn buttons(installation: &Installation, order: &Order) -> Vec<&'static str> {
    let shop = installation.shops.get(&order.shop);
    let holds = shop.is_some_and(|shop| shop.tells("authorized"));
    let all = ["pay", "hold", "fail", "cancel", "leave"];
    all.into_iter().filter(|name| *name != "hold" || holds).collect()
}

/// The page as the buyer sees it.
pub fn shown(installation: &Installation, id: &str) -> Answer {
    let Some(order) = installation.orders.get(id) else {
        return closed(404, "There is no such order.");
    };
    if !order.is_open() {
        return closed(410, &format!("The order is {}.", order.status));
    }
    let language = if order.told("order.language") == Some("ru") { "ru" } else { "en" };
    let words = words(language);
    let buttons: Vec<_> = buttons(installation, order)
        .into_iter()
        .map(|name| json!({"name": name, "label": words.get(name)}))
        .collect();
    render(
        "choice.html",
        &json!({
            "title": words.get("title"),
            "language": language,
            "amount": format!("{} {}", order.amount, order.currency),
            "number": order.number,
            "description": order.told("order.description"),
            "problem": (order.status == "failed").then(|| words.get("refused")),
            "buttons": buttons,
            "words": words,
        }),
    )
}

/// The button that was pressed, if this page has it.
pub fn pressed(installation: &Installation, id: &str, call: &Call) -> Option<&'static str> {
    let order = installation.orders.get(id)?;
    let fields: Vec<(String, String)> = form_urlencoded::parse(&call.body).into_owned().collect();
    let (_, wanted) = fields.iter().find(|(name, _)| name == "do")?;
    buttons(installation, order).into_iter().find(|name| name == wanted)
}

/// Back to the shop.
pub fn onward(installation: &Installation, id: &str, act: &str) -> Answer {
    let Some(order) = installation.orders.get(id) else {
        return closed(404, "There is no such order.");
    };
    let back = order.told("order.return_url");
    let failed = order.told("order.fail_url").or(back);
    let to = if matches!(act, "pay" | "hold") { back } else { failed };
    match to {
        Some(url) => Answer::redirect(url),
        None => closed(
            200,
            &format!("The order is {}. The request named no address to return to.", order.status),
        ),
    }
}
