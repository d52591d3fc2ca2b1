//! yandex/payment.do pays a registered order; yandex/instantPayment.do and yandex/paymentDirect.do
//! register it themselves.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::{self, card_data};
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::super::cards::instant::second_leg;
use super::super::find;
use super::{instrument, register_and_pay, shown, token};

const WAY: &str = "YANDEX_PAY_CARD";

type Reply = Result<Map<String, Value>, Refusal>;

/// yandex/payment.do.
pub fn pay(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let id = find(world, merchant, fields, Refusal::missing("orderId"))?;
    let leg = card_data::leg(fields)?;
    let outcome = if leg.trans_id.is_some() {
        payments::go_on(world, &id, &leg)?
    } else {
        let instrument = instrument(&token(fields, "yandex")?, WAY);
        payments::pay(world, &id, &instrument, &leg)?
    };
    Ok(identified(shown(world, merchant, fields, &id, outcome)?))
}

/// yandex/instantPayment.do and yandex/paymentDirect.do.
pub fn register(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    if let Some((id, outcome)) = second_leg(world, merchant, fields)? {
        return Ok(identified(shown(world, merchant, fields, &id, outcome)?));
    }
    if fields.get("returnUrl").is_none() {
        return Err(Refusal::missing("returnUrl"));
    }
    let token = token(fields, "yandex")?;
    let instrument = instrument(&token, WAY);
    let (id, outcome) = register_and_pay(world, merchant, fields, &token, instrument)?;
    Ok(identified(shown(world, merchant, fields, &id, outcome)?))
}

/// `transactionId` on success, one more text on failure.
fn identified(mut reply: Map<String, Value>) -> Map<String, Value> {
    if let Some(data) = reply.get_mut("data").and_then(Value::as_object_mut)
        && let Some(id) = data.get("orderId").cloned()
    {
        data.insert("transactionId".into(), id);
    }
    if let Some(error) = reply.get_mut("error").and_then(Value::as_object_mut) {
        let text = error.get("message").cloned().unwrap_or_else(|| json!(""));
        error.insert("displayErrorMessage".into(), text);
    }
    reply
}
