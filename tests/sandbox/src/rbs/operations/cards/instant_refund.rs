//! instantRefund.do: money to a card without a payment before it.

use serde_json::{Map, Value, json};

use super::super::super::cards::{Behaviour, action_text};
use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::Instrument;
use super::super::super::payments::card_data::{self, PLAIN};
use super::super::super::refusals::Refusal;
use super::super::super::reply;
use super::super::super::world::World;
use super::{numbered, placed};

/// Credits a stored card, an encrypted one or a typed one.
pub fn credit(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    if !merchant.settings.instant_refunds {
        return Err(Refusal::access_denied());
    }
    let fields = card_data::opened(world, fields, &PLAIN, None)?;
    let instrument = match fields.get("bindingId") {
        Some(id) if fields.get("pan").is_none() => {
            let binding = world.usable_binding(&merchant.user_name, id)?;
            Instrument::stored(binding, card_data::code(&fields, "cvc")?)
        }
        _ => {
            // A credit asks for no code.
            let mut free = merchant.clone();
            free.settings.pay_without_cvc = true;
            card_data::typed(&free, &fields, &PLAIN, "CARD")?
        }
    };
    let fields = numbered(world, merchant, &fields.with("bindingId", ""));
    let id = placed(world, merchant, &fields, false)?;
    let refused = match instrument.behaviour {
        Behaviour::Refused(code) | Behaviour::RefusedForGood(code) => Some(code),
        Behaviour::Accepted | Behaviour::Challenge => None,
    };
    world.change(&id, "instant refund", |order, now| match refused {
        Some(code) => order.refuse(&instrument.card, code, true, now),
        None => order.credit(&instrument.card, now),
    })?;
    if let Some(code) = refused {
        let text = action_text(code);
        return Err(Refusal::new(7, text, text));
    }
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let authorization = order.authorization.as_ref().ok_or_else(Refusal::wrong_state)?;
    let mut shown = reply::success(&merchant.settings, fields.language());
    shown.insert("orderId".into(), json!(id));
    // The inner codes tell whether the look-up of the status went well, not the refund.
    shown.insert(
        "orderStatus".into(),
        json!({
            "approvalCode": authorization.approval_code,
            "rrn": authorization.reference,
            "ErrorCode": "0",
            "ErrorMessage": "Success",
        }),
    );
    Ok(shown)
}
