//! closeOfdReceipt.do.

use serde_json::{Map, Value, json};

use super::super::fields::Fields;
use super::super::fiscal::buyer;
use super::super::fiscal::cart::{self, Basis};
use super::super::fiscal::receipts::{Kind, issue};
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find_md_order;

/// Makes the second receipt of a prepaid order. Its amount is free, and it may be repeated.
pub fn close(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find_md_order(world, merchant, fields)?;
    let amount = fields.minor_units("amount")?.filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| Refusal::bad_value("amount"))?;
    let bundle = fields.json("orderBundle")?;
    buyer::check(bundle.as_ref(), fields.json("additionalOfdParams")?.as_ref())?;
    let planned = merchant.settings.receipt_outcome;
    world.change(&id, &format!("closing receipt of {amount}"), |order, _| {
        let basis = Basis { currency: &order.terms.currency, sum: Some(amount), priced: true };
        let lines = match &bundle {
            Some(bundle) => cart::read(bundle, basis)?,
            None => order.terms.cart.clone(),
        };
        // A captured order; one that was refunded whole has nothing to close.
        if order.net() <= 0 {
            return Err(Refusal::wrong_state());
        }
        issue(order, Kind::Close, amount, lines, planned);
        Ok(Vec::new())
    })?;
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("success".into(), json!(true));
    Ok(reply)
}
