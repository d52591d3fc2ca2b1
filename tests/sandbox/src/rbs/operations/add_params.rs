//! addParams.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find;

/// Attaches further parameters to an order that nobody has paid. A known name takes the new value.
pub fn add(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let wrong = || Refusal::bad_value("params");
    let params = fields.json("params")?.ok_or_else(wrong)?;
    let params = params.as_object().filter(|params| !params.is_empty()).ok_or_else(wrong)?;
    let mut pairs = Vec::new();
    for (name, value) in params {
        let value = value.as_str().filter(|text| name.len() <= 255 && text.len() <= 1024);
        pairs.push((name.clone(), value.ok_or_else(wrong)?.to_owned()));
    }
    world.change(&id, "addParams", |order, _| {
        if !order.state.is_open() {
            return Err(Refusal::wrong_state());
        }
        let known = &mut order.terms.json_params;
        known.retain(|(name, _)| !pairs.iter().any(|(added, _)| added == name));
        known.extend(pairs);
        Ok(Vec::new())
    })?;
    Ok(reply::success(&merchant.settings, fields.language()))
}
