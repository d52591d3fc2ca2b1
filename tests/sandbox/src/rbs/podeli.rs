//! Instalments of Podeli: the schedule, the application, and the lender's page
//! (the gateway's documents).

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fields::Fields;
use super::merchants::Merchant;
use super::operations::by_md_order;
use super::orders::{Order, State};
use super::page::words::{money, words};
use super::page::{closed, posted, return_address, unknown};
use super::refusals::Refusal;
use super::reply;
use super::world::World;
use crate::clock;
use crate::exchange::{Answer, Call};
use crate::html::render;

const WAY: &str = "PODELI";
const PARTS: i64 = 4;
/// Action code of a lender's refusal.
const REFUSED: i64 = 116;
const TWO_WEEKS: i64 = 14 * 24 * 3_600_000;

/// podeli/api/calculate.do: four parts, two weeks apart, the first one today.
pub fn calculate(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = payable(world, merchant, fields)?;
    let mut reply = reply::success(&merchant.settings, fields.language());
    let lines = schedule(order.terms.amount).map(|(number, date, amount)| {
        json!({"paymentNumber": number, "paymentDate": date, "paymentAmount": amount})
    });
    reply.insert("paymentSchedule".into(), lines.collect());
    Ok(reply)
}

/// podeli/api/init.do: where the buyer applies. Asking again leads to the same application.
pub fn init(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = payable(world, merchant, fields)?;
    let known = world.applications.iter().find(|(_, of)| **of == order.id);
    let id = known.map_or_else(|| Uuid::new_v4().to_string(), |(id, _)| id.clone());
    let mut reply = reply::success(&merchant.settings, fields.language());
    let address = format!("{}/payment/podeli/{id}", world.base_url);
    reply.insert("redirectTo".into(), json!(address));
    reply.insert("amount".into(), json!(order.terms.amount));
    world.applications.insert(id, order.id);
    Ok(reply)
}

fn payable(world: &World, merchant: &Merchant, fields: &Fields) -> Result<Order, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    if order.terms.two_phase || !order.in_roubles() || order.terms.amount < PARTS {
        return Err(Refusal::no_privilege());
    }
    if order.state != State::Created {
        return Err(Refusal::wrong_state());
    }
    Ok(order)
}

/// Number, date and minor units of each part; the first takes what does not divide.
fn schedule(amount: i64) -> impl Iterator<Item = (i64, String, i64)> {
    let today = clock::now();
    (1..=PARTS).map(move |number| {
        let date = clock::rfc3339(today.saturating_add((number - 1) * TWO_WEEKS));
        let day = date.chars().take(10).collect();
        let rest = if number == 1 { amount % PARTS } else { 0 };
        (number, day, amount / PARTS + rest)
    })
}

/// `/payment/podeli/<application>`: the lender asks, and approves or refuses.
pub fn page(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let id = call.path.strip_prefix("/payment/podeli/").unwrap_or_default();
    let order = world.applications.get(id).and_then(|order| world.orders.get(order)).cloned();
    let Some(order) = order else {
        return unknown();
    };
    if order.state != State::Created {
        return closed(&order);
    }
    let pressed = posted(call, "do").filter(|_| call.method == "POST");
    let terms = &order.terms;
    match pressed.as_deref() {
        Some("approve") => {
            let paid =
                world.change(&order.id, "Podeli: approved", |order, now| order.accept_by(WAY, now));
            match paid {
                Ok(()) => Answer::redirect(&return_address(&terms.return_url, &order)),
                Err(_) => closed(&order),
            }
        }
        Some("refuse") => {
            let told = world.change(&order.id, "Podeli: refused", |order, now| {
                order.refuse_by(WAY, REFUSED, false, now)
            });
            let url = terms.fail_url.as_ref().unwrap_or(&terms.return_url);
            match told {
                Ok(()) => Answer::redirect(&return_address(url, &order)),
                Err(_) => closed(&order),
            }
        }
        _ => shown(&order),
    }
}

fn shown(order: &Order) -> Answer {
    let words = words(&order.terms.language);
    let currency = &order.terms.currency;
    let rows = schedule(order.terms.amount)
        .map(|(_, date, amount)| json!({"date": date, "amount": money(amount, currency)}));
    let rows: Vec<Value> = rows.collect();
    let button = |name: &str| json!({"name": name, "label": words.get(name)});
    render(
        "choice.html",
        &json!({"title": words.get("podeli"),
"language": order.terms.language,
"amount": money(order.terms.amount, currency),
"number": order.terms.number,
"description": order.terms.description,
"rows": rows,
"buttons": [button("approve"), button("refuse")],
"words": words}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up() {
        for amount in [4, 1000, 1003, 99_999] {
            let parts: Vec<_> = schedule(amount).collect();
            assert_eq!(parts.iter().map(|(_, _, part)| part).sum::<i64>(), amount);
            assert_eq!((parts.len(), parts[3].0, parts[0].1.len()), (4, 4, 10));
        }
    }
}
