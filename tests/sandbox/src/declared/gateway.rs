//! `/declared/HOST/PATH`: finds the request that the descriptor means and answers it.

use serde_json::Value;

use super::asked::{self, Wrong};
use super::file::{flag, text};
use super::installation::{Due, Installation};
use super::message::Message;
use super::reply;
use super::shops::{Parts, Shop, What};
use super::template;
use crate::exchange::{Answer, Call};
use crate::html::render;
use crate::rbs::page::words::words;

/// Answers a request; `target` is HOST/PATH.
pub fn answer(installation: &mut Installation, target: &str, call: &Call) -> (Answer, Due) {
    let shops: Vec<Shop> = installation.shops.values().cloned().collect();
    let mut last: Option<(Wrong, Option<Value>, Shop)> = None;
    let mut known_url = false;
    // The newest first: a shop that was registered again stands before its older self.
    for shop in shops.iter().rev() {
        let link = shop.descriptor.get("create").is_some_and(|create| flag(create, "link"));
        for (what, parts) in shop.operations() {
            let Some(found) = asked::at_url(target, parts.request, shop) else { continue };
            known_url = true;
            if !asked::by_method(call, parts, link && what == What::Create) {
                continue;
            }
            let read = asked::read(call, found, parts, shop);
            let done = read.and_then(|asked| {
                installation.was_issued(shop, &asked)?;
                carried_out(installation, shop, &what, parts, asked)
            });
            match done {
                Ok(done) => return done,
                Err(wrong) => {
                    let better = last.as_ref().is_none_or(|(known, ..)| wrong.depth > known.depth);
                    if better {
                        last = Some((wrong, parts.response.cloned(), shop.clone()));
                    }
                }
            }
        }
    }
    let answer = match last {
        Some((wrong, Some(response), shop)) => reply::refusal(&response, &wrong, &shop),
        Some((wrong, None, _)) => closed(400, &wrong.says),
        None if known_url => Answer::text(405, "Method Not Allowed"),
        None => Answer::text(404, "no descriptor has this address"),
    };
    (answer, Due::default())
}

fn carried_out(
    installation: &mut Installation,
    shop: &Shop,
    what: &What,
    parts: Parts<'_>,
    asked: asked::Asked,
) -> Result<(Answer, Due), Wrong> {
    let mut due = Due::default();
    let id = match what {
        What::Before(step) => {
            let table = parts.response.cloned().unwrap_or_default();
            let values = installation.issue(shop, step, &table);
            return Ok((reply::values(&table, &values, shop), due));
        }
        What::Create => installation.create(shop, asked)?,
        What::Status => installation.named(shop, &asked)?,
        What::Cancel => {
            let id = installation.named(shop, &asked)?;
            due = installation
                .act(&id, "cancel", None, &shop.switches)
                .map_err(|says| Wrong::new(9, "wrong_state", says))?;
            id
        }
        What::Refund => {
            let id = installation.named(shop, &asked)?;
            due = installation.refund(&id, &asked, &shop.switches)?;
            id
        }
    };
    let Some(order) = installation.orders.get(&id) else {
        return Err(Wrong::new(9, "order_not_found", "there is no such payment"));
    };
    let answer = match parts.response {
        Some(response) => reply::success(response, order, shop),
        // The buyer's browser goes on to the page.
        None => Answer::redirect(&order.page),
    };
    Ok((answer, due))
}

/// The order whose page an address is: `HOST/pay/ID`, or what a template of the reply's URL makes.
pub fn page_of(installation: &Installation, target: &str) -> Option<String> {
    if let Some((_, id)) = target.rsplit_once("/pay/")
        && let Some(order) = installation.orders.get(id)
        && order.page.ends_with(&format!("/declared/{target}"))
    {
        return Some(id.to_owned());
    }
    for order in installation.orders.values().rev() {
        let Some(shop) = installation.shops.get(&order.shop) else { continue };
        let made = shop.descriptor.pointer("/create/response/fields/url");
        let Some(made) = made.and_then(|url| text(url, "value")) else { continue };
        let id = template::names(made)
            .into_iter()
            .find_map(|name| name.strip_prefix("field.").map(str::to_owned));
        let message = Message::default();
        let known = |name: &str| match (name.strip_prefix("field."), &id) {
            (Some(field), Some(known)) if field == known => Some(order.id.clone()),
            (Some(field), _) => message.text(field),
            _ => shop.known(name),
        };
        let url = template::fill(made, &known).unwrap_or_default();
        if url
            .strip_prefix("https://")
            .is_some_and(|url| url.trim_end_matches('/') == target.trim_end_matches('/'))
        {
            return Some(order.id.clone());
        }
    }
    None
}

/// A page without buttons.
pub fn closed(status: u16, says: &str) -> Answer {
    let words = words("en");
    let context = serde_json::json!({"words": words, "language": "en", "text": says});
    render("closed.html", &context).with_status(status)
}
