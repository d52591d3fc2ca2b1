//! recurrentPayment.do and installmentPayment.do: the merchant charges a stored card by itself.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::three_ds::Leg;
use super::super::super::payments::{self, Instrument};
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::super::{cards, wallets};

type Reply = Result<Map<String, Value>, Refusal>;

/// `{success, data, orderStatus}`. A declined payment is told by its status: the call went well.
pub fn recurrent(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    let id = charged(world, merchant, fields, "R")?;
    Ok(wallets::told(world, merchant, &id))
}

/// `{errorCode, orderId, orderStatus, error}`.
pub fn instalment(world: &mut World, merchant: &Merchant, fields: &Fields) -> Reply {
    if !fields.has("preAuth") {
        return Err(Refusal::bad_value("preAuth"));
    }
    let id = charged(world, merchant, fields, "I")?;
    let mut shown = Map::new();
    shown.insert("errorCode".into(), json!("0"));
    shown.insert("errorMessage".into(), json!("Success"));
    shown.insert("orderId".into(), json!(id));
    shown.insert("orderStatus".into(), wallets::status(world, merchant, &id));
    shown.insert("error".into(), json!(false));
    Ok(shown)
}

fn charged(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    tii: &str,
) -> Result<String, Refusal> {
    for name in ["orderNumber", "bindingId", "amount"] {
        if fields.get(name).is_none() {
            return Err(Refusal::bad_value(name));
        }
    }
    let id = fields.get("bindingId").unwrap_or_default();
    let binding = world.usable_binding(&merchant.user_name, id)?;
    let mut instrument = Instrument::stored(binding, None).unasked();
    instrument.tii = Some(tii.to_owned());
    let fields = fields.renamed("additionalParameters", "jsonParams");
    let id = cards::placed(world, merchant, &fields, fields.flag("preAuth")?)?;
    payments::pay(world, &id, &instrument, &Leg::default())?;
    Ok(id)
}
