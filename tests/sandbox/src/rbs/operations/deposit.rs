//! deposit.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::fiscal::positions::{Direction, chosen};
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::transitions::DepositType;
use super::super::world::World;
use super::{cart_matches, find, same_currency};

/// Captures a hold, whole or in parts.
pub fn capture(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let amount = fields.minor_units("amount")?.ok_or_else(|| Refusal::bad_value("amount"))?;
    let kind = match fields.get("depositType") {
        None | Some("0") => DepositType::Ordinary,
        Some("1") => DepositType::Intermediate,
        Some("2") => DepositType::Final,
        Some(_) => return Err(Refusal::bad_value("depositType")),
    };
    if kind != DepositType::Ordinary && !merchant.settings.multi_completion {
        return Err(Refusal::wrong_state());
    }
    cart_matches(fields, "depositItems", amount)?;
    same_currency(world, &id, fields)?;
    let fiscal = merchant.settings.fiscal;
    world.change(&id, &format!("deposit of {amount}"), |order, now| {
        let items = chosen(order, fields, "depositItems", amount, Direction::Capture, fiscal)?;
        order.fiscal.chosen = items;
        order.deposit(amount, kind, now)
    })?;
    Ok(reply::success(&merchant.settings, fields.language()))
}
