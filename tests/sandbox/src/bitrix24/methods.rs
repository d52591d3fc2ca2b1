//! Which method does what.

use serde_json::json;

use super::outcome::{Failure, Outcome, done, moment};
use super::params::Params;
use super::portal::Portal;
use super::{
    comments, deals, events, items, orders, payments, paysystems, rows, sale, statuses, types,
};
use crate::clock;

/// Methods that a batch refuses.
pub const NOT_IN_BATCH: [&str; 2] = ["batch", "crm.item.payment.list"];

/// Carries a method out; its name is in small letters.
pub fn carry_out(portal: &mut Portal, method: &str, asked: &Params) -> Outcome {
    // The longer names first: `crm.item.payment.product.add` is no `crm.item.*`.
    let found = if let Some(what) = method.strip_prefix("crm.item.payment.product.") {
        payments::products(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("crm.item.payment.") {
        payments::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("crm.item.productrow.") {
        rows::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("crm.item.") {
        items::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("crm.type.") {
        types::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("crm.timeline.comment.") {
        comments::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("crm.orderentity.") {
        orders::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("sale.payment.") {
        sale::answer(portal, what, asked)
    } else if let Some(what) = method.strip_prefix("sale.paysystem.") {
        paysystems::answer(portal, what, asked)
    } else {
        other(portal, method, asked)
    };
    found.unwrap_or_else(|| Err(Failure::new(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")))
}

fn other(portal: &mut Portal, method: &str, asked: &Params) -> Option<Outcome> {
    Some(match method {
        "crm.status.list" => statuses::list(portal, asked),
        "crm.deal.update" => deals::update(portal, asked),
        "sale.persontype.list" => paysystems::person_types(),
        "server.time" => done(moment(clock::now()).into()),
        "profile" => done(json!({
            "ID": "1", "ADMIN": true, "NAME": "Anna", "LAST_NAME": "Admin",
            "PERSONAL_GENDER": "", "TIME_ZONE": "",
        })),
        "events" => {
            let mut names: Vec<String> =
                events::NAMES.iter().map(|one| (*one).to_owned()).collect();
            for kind in portal.kinds.keys().filter(|kind| **kind > 100) {
                for what in ["ADD", "UPDATE", "DELETE"] {
                    names.push(format!("ONCRMDYNAMICITEM{what}_{kind}"));
                }
            }
            done(json!(names))
        }
        _ => return None,
    })
}
