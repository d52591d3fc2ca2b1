//! Gateways that are described as data: any descriptor is played from its file, below
//! `/declared/HOST/PATH` for every `https://HOST/PATH` in it. The format is read here on its own
//! (docs/describe-a-gateway.md), by no code of the library.
//!
//! A request comes to [`gateway`], is read by [`asked`] and answered by [`reply`]. [`installation`] keeps
//! [`shops`] and [`orders`]; [`page`] is where a buyer pays. What then happens is a step of [`deliveries`]:
//! [`notify`] writes the notification, [`envelope`] signs and addresses it, [`answers`] judges what the
//! shop says to it. [`switches`] and [`tampering`] make a gateway that differs from its file.
//!
//! The format: [`file`] is the tree of a descriptor; [`template`], [`format`], [`conditions`] and
//! [`recipe`] (with [`digest`] and [`jsontext`]) are its small languages, which go backwards here too;
//! [`message`] is what is read and written by them, with [`brackets`] and [`multipart`].

mod answers;
mod asked;
pub mod brackets;
mod conditions;
pub mod deliveries;
mod digest;
mod envelope;
pub mod file;
mod format;
mod gateway;
pub mod installation;
mod jsontext;
mod message;
pub mod multipart;
pub mod notify;
pub mod orders;
mod page;
mod recipe;
#[cfg(test)]
mod recipe_tests;
mod reply;
pub mod shops;
pub mod switches;
pub mod tampering;
mod template;

use std::sync::Arc;

use crate::exchange::{Answer, Call};
use crate::sandbox::Sandbox;

/// What stands before every host.
pub const ROOT: &str = "/declared/";

/// Answers a request below [`ROOT`].
pub async fn answer(sandbox: &Arc<Sandbox>, target: &str, call: &Call) -> Answer {
    let page = gateway::page_of(&sandbox.declared(), target);
    let Some(id) = page else {
        let (answer, due) = gateway::answer(&mut sandbox.declared(), target, call);
        deliveries::send(sandbox, due).await;
        return answer;
    };
    if call.method != "POST" {
        return page::shown(&sandbox.declared(), &id);
    }
    let Some(act) = page::pressed(&sandbox.declared(), &id, call) else {
        return page::shown(&sandbox.declared(), &id);
    };
    if act == "leave" {
        return page::onward(&sandbox.declared(), &id, act);
    }
    match deliveries::act(sandbox, &id, act, None, &installation::Changes::new()).await {
        Ok(()) => {
            let installation = sandbox.declared();
            // A try that failed may be made again.
            let again = installation.orders.get(&id).is_some_and(|order| order.status == "failed");
            if again {
                page::shown(&installation, &id)
            } else {
                page::onward(&installation, &id, act)
            }
        }
        Err(says) => gateway::closed(410, &says),
    }
}
