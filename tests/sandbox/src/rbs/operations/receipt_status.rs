//! getReceiptStatus.do.

use serde_json::{Map, Value, json};

use super::super::fields::Fields;
use super::super::fiscal::receipts::{Outcome, shown};
use super::super::merchants::Merchant;
use super::super::orders::Order;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find;
use super::status::versions::{RECEIPT, prune};

/// Every receipt of an order, or the one with this `uuid`. A look moves a queued receipt on.
pub fn read(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let settings = &merchant.settings;
    let named = fields.get("orderId").is_some() || fields.get("orderNumber").is_some();
    let uuid = fields.get("uuid");
    let id = match uuid.filter(|_| !named) {
        None => find(world, merchant, fields, Refusal::order_expected())?,
        Some(uuid) => {
            let has = |order: &&Order| {
                order.terms.merchant == merchant.user_name
                    && order.fiscal.receipts.iter().any(|receipt| receipt.uuid == uuid)
            };
            let found = world.orders.values().find(has).ok_or_else(Refusal::unknown_order)?;
            found.id.clone()
        }
    };
    let order = world.orders.get_mut(&id).ok_or_else(Refusal::unknown_order)?;
    let mut reply = reply::success(settings, fields.language());
    reply.insert("orderNumber".into(), json!(order.terms.number));
    reply.insert("orderId".into(), json!(order.id));
    let mut receipts = Vec::new();
    for receipt in order.fiscal.receipts.iter_mut().filter(|_| settings.fiscal) {
        // An order's id brings all of its receipts, a `uuid` beside it changes nothing.
        if named || uuid == Some(receipt.uuid.as_str()) {
            receipts.push(shown(receipt, settings));
            if receipt.outcome == Outcome::Queued {
                receipt.outcome = Outcome::Delivered;
            }
        }
    }
    reply.insert("receipt".into(), Value::Array(receipts));
    prune(&mut reply, RECEIPT, settings.receipt_version);
    Ok(reply)
}
