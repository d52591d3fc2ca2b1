//! finish3dsPayment.do, finish3dsVer2Payment.do, 3ds/continue.do: a payment goes on after 3-D Secure.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::three_ds::{self, Stage};
use super::super::super::payments::{self, card_data, form};
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::super::find;

type Reply = Result<Map<String, Value>, Refusal>;

/// Version 1: the merchant's own page received `PaRes`.
pub fn first(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let named = fields.renamed("mdOrder", "orderId");
    let id = find(world, merchant, &named, Refusal::bad_value("mdOrder"))?;
    let answer = fields.get("paRes").ok_or_else(|| Refusal::bad_value("paRes"))?;
    check_answer(world, &id, answer)?;
    let outcome = three_ds::finish(world, &id)?;
    Ok(form::reply(world, &id, outcome, fields.language()))
}

/// Refuses a `PaRes` that the issuer's page has not given.
pub fn check_answer(world: &World, id: &str, answer: &str) -> Result<(), Refusal> {
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    let session = order.three_ds.as_ref().ok_or_else(Refusal::wrong_state)?;
    let answered = matches!(session.stage, Stage::Answered { .. });
    if session.version == 1 && answered && session.answer == answer {
        Ok(())
    } else {
        Err(Refusal::bad_value("paRes"))
    }
}

/// Version 2: the browser came back to the merchant's own page.
pub fn second(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let trans_id = fields.get("threeDSServerTransId");
    let trans_id = trans_id.ok_or_else(|| Refusal::bad_value("threeDSServerTransId"))?;
    let id = match fields.get("threeDSVer2MdOrder") {
        Some(id) => find(world, merchant, &fields.with("orderId", id), Refusal::unknown_order())?,
        None => three_ds::order_of(world, trans_id)
            .filter(|id| belongs(world, id, merchant))
            .ok_or_else(|| Refusal::bad_value("threeDSServerTransId"))?,
    };
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let session = order.three_ds.as_ref().ok_or_else(Refusal::wrong_state)?;
    if session.trans_id != trans_id {
        return Err(Refusal::bad_value("threeDSServerTransId"));
    }
    let outcome = three_ds::finish(world, &id)?;
    let mut shown = form::reply(world, &id, outcome, fields.language());
    shown.insert("is3DSVer2".into(), json!(true));
    Ok(shown)
}

fn belongs(world: &World, id: &str, merchant: &Merchant) -> bool {
    world.orders.get(id).is_some_and(|order| order.terms.merchant == merchant.user_name)
}

/// The method URLs have been called.
pub fn go_on(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let named = fields.renamed("mdOrder", "orderId");
    let id = find(world, merchant, &named, Refusal::bad_value("mdOrder"))?;
    let outcome = payments::go_on(world, &id, &card_data::leg(fields)?)?;
    Ok(form::reply(world, &id, outcome, fields.language()))
}
