//! refund.do.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::fiscal::RawLock;
use super::super::fiscal::positions::{Direction, chosen};
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::{cart_matches, find, same_currency};

/// Gives captured money back. A known `externalRefundId` is answered as before and moves nothing.
pub fn give_back(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let amount = fields.minor_units("amount")?.ok_or_else(|| Refusal::bad_value("amount"))?;
    let expected = fields.minor_units("expectedDepositedAmount")?;
    let external_id = fields.owned("externalRefundId");
    let slowly = merchant.settings.slow_refunds;
    cart_matches(fields, "refundItems", amount)?;
    same_currency(world, &id, fields)?;
    let fiscal = merchant.settings.fiscal;
    world.change(&id, &format!("refund of {amount}"), |order, now| {
        // The key comes first: a repeat must succeed although its lock is out of date by then.
        let repeated = external_id.is_some()
            && order.refunds.iter().any(|refund| refund.external_id == external_id);
        if !repeated && expected.is_some_and(|expected| expected != order.net()) {
            return Err(Refusal::wrong_amount("Deposited amount is not as expected"));
        }
        if order.fiscal.raw_lock != RawLock::Open {
            return Err(Refusal::wrong_state());
        }
        if !repeated {
            let items = chosen(order, fields, "refundItems", amount, Direction::Refund, fiscal)?;
            order.fiscal.chosen = items;
        }
        order.begin_refund(amount, external_id, now, slowly)
    })?;
    Ok(reply::success(&merchant.settings, fields.language()))
}
