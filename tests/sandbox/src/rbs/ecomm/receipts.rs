//! doReceipt, getReceiptStatus, retryReceipt.

use serde_json::{Map, Value, json};

use super::super::fiscal::receipts::{Kind, Outcome, Receipt, issue, ofd_lines};
use super::super::merchants::Merchant;
use super::super::orders::Order;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::cart;
use super::fields::Body;
use super::orders::named;

type Reply = Result<Map<String, Value>, Refusal>;

/// ofd/v1/doReceipt: a receipt by hand, of either kind.
pub fn make(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    if !merchant.settings.fiscal {
        return Err(Refusal::access_denied());
    }
    let id = named(world, merchant, body)?;
    let bundle = body.value("orderBundle");
    let returns =
        bundle.and_then(|bundle| bundle.get("receiptType")) == Some(&json!("sell_refund"));
    let kind = if returns { "sell_refund" } else { "sell" };
    let lines = cart::read(body, kind)?.unwrap_or_default();
    let planned = merchant.settings.receipt_outcome;
    let mut receipt = String::new();
    world.change(&id, "doReceipt", |order, _| {
        let amount = lines.iter().map(|line| line.amount).sum();
        // It moves no money, so it counts for nothing in what was captured and given back.
        issue(order, Kind::Close, amount, lines, planned);
        if let Some(made) = order.fiscal.receipts.last_mut() {
            made.returns = returns;
            receipt = made.uuid.clone();
        }
        Ok(Vec::new())
    })?;
    let mut reply = reply::success(&merchant.settings, body.language());
    reply.insert("receiptId".into(), json!(receipt));
    Ok(reply)
}

/// ofd/v1/getReceiptStatus. A look moves a waiting receipt on.
pub fn read(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let id = named(world, merchant, body)?;
    let order = world.orders.get_mut(&id).ok_or_else(Refusal::unknown_order)?;
    let mut reply = reply::success(&merchant.settings, body.language());
    reply.insert("orderId".into(), json!(order.id));
    reply.insert("orderNumber".into(), json!(order.terms.number));
    let mut rows = Vec::new();
    for receipt in order.fiscal.receipts.iter_mut().filter(|_| merchant.settings.fiscal) {
        rows.push(shown(receipt));
        if receipt.outcome == Outcome::Queued {
            receipt.outcome = Outcome::Delivered;
        }
    }
    reply.insert("receipt".into(), Value::Array(rows));
    Ok(reply)
}

/// ofd/v1/retryReceipt: failed receipts only; they end as the merchant's switch says by now.
pub fn retry(world: &mut World, merchant: &Merchant, body: &Body) -> Reply {
    let wanted = body.value("receiptIds").and_then(Value::as_array).cloned().unwrap_or_default();
    let planned = merchant.settings.receipt_outcome;
    for id in wanted.iter().filter_map(Value::as_str) {
        let own = |order: &&mut Order| order.terms.merchant == merchant.user_name;
        let mut orders = world.orders.values_mut().filter(own);
        let receipt = orders
            .find_map(|order| order.fiscal.receipts.iter_mut().find(|receipt| receipt.uuid == id));
        let receipt = receipt.ok_or_else(Refusal::unknown_order)?;
        if receipt.outcome != Outcome::Failed {
            return Err(Refusal::wrong_state());
        }
        receipt.outcome = planned;
    }
    Ok(reply::success(&merchant.settings, body.language()))
}

/// This platform counts otherwise than the form dialect: 1 waiting, 3 done, 4 refused.
fn shown(receipt: &Receipt) -> Value {
    let status = match receipt.outcome {
        Outcome::Queued => 1,
        Outcome::Delivered => 3,
        Outcome::Failed => 4,
    };
    let mut shown = json!({
        "receiptId": receipt.uuid,
        "receiptStatus": status,
        "receiptType": if receipt.returns { "sell_refund" } else { "sell" },
        "total": receipt.amount,
        "items": ofd_lines(&receipt.lines),
    });
    if let Some(object) = shown.as_object_mut() {
        if receipt.outcome == Outcome::Failed {
            object.insert("error".into(), json!({"recommendation": 1}));
        } else {
            object.insert("fn_number".into(), json!(receipt.storage));
            object.insert("fiscal_document_number".into(), json!(receipt.document));
            object.insert("fiscal_document_attribute".into(), json!(receipt.attribute));
        }
    }
    shown
}
