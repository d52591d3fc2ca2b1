//! The page of another way to pay, where a buyer pays or goes away.

use serde_json::json;

use super::super::orders::{CardEntry, State};
use super::super::world::World;
use super::words::{money, words};
use super::{accept, closed, order_of, posted, refuse, unknown};
use crate::exchange::{Answer, Call};
use crate::html::render;

/// `/payment/otherway.html?mdOrder=`.
pub fn show(world: &mut World, call: &Call) -> Answer {
    world.sweep();
    let Some(order) = order_of(world, call) else {
        return unknown();
    };
    if order.state != State::Created {
        return closed(&order);
    }
    if call.method != "POST" {
        let language = &order.terms.language;
        return render(
            "other_way.html",
            &json!({
                "words": words(language),
                "language": language,
                "way": order.way,
                "amount": money(order.terms.amount, &order.terms.currency),
                "number": order.terms.number,
            }),
        );
    }
    // No card pays here.
    let none = CardEntry::default();
    if posted(call, "cancel").is_some() {
        refuse(world, &order, call, &none, -102, true)
    } else {
        accept(world, &order, &none)
    }
}
