//! The rarer parts of a status reply: receipts, bonuses, fees, partial authorisations.

use serde_json::{Map, Value, json};

use super::super::super::cards;
use super::super::super::fiscal::receipts::{Kind, ofd_lines};
use super::super::super::merchants::Settings;
use super::super::super::orders::{Order, State};

/// Adds what the order has of them.
pub fn add(order: &Order, settings: &Settings, reply: &mut Map<String, Value>) {
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            reply.insert(name.to_owned(), value);
        }
    };
    put("orderBundle", bundle(order));
    if settings.fiscal {
        let captured = order.fiscal.receipts.iter().rfind(|one| one.kind == Kind::Payment);
        let lines = captured.map_or(&order.terms.cart, |one| &one.lines);
        put("ofdOrderBundle", if lines.is_empty() { Value::Null } else { ofd_lines(lines) });
    }
    put("prepaymentMdOrder", json!(order.terms.prepayment));
    put("partialAuthorization", json!(partial(order)));
    if settings.loyalty_bonus > 0 && order.approved > 0 {
        put("loyaltyInfo", json!({"bonusAmountForDebit": settings.loyalty_bonus}));
    }
    if let Some(fee) = fee(order, settings) {
        put("totalAmount", json!(order.terms.amount.saturating_add(fee)));
    }
    if order.authorization.is_some() {
        put("originalActionCode", json!(order.bank_code()));
        put("feUtrnno", json!(feed_number(order)));
    }
    if order.state == State::Declined {
        put("displayErrorMessage", json!(cards::action_text(order.action_code)));
    }
    if let Some(card) = reply.get_mut("cardAuthInfo").and_then(Value::as_object_mut) {
        card.insert("productCategory".into(), json!("DEBIT"));
        card.insert("corporateCard".into(), json!("false"));
    }
}

/// The fee of the order, or the merchant's.
pub fn fee(order: &Order, settings: &Settings) -> Option<i64> {
    order.terms.fee.or((settings.fee_amount > 0).then_some(settings.fee_amount))
}

/// The cart as it was sent, and what was captured of each position.
fn bundle(order: &Order) -> Value {
    let mut bundle = json!(order.terms.order_bundle);
    let items = bundle.pointer_mut("/cartItems/items").and_then(Value::as_array_mut);
    for (item, line) in items.into_iter().flatten().zip(&order.terms.cart) {
        let parts = order.fiscal.receipts.iter().filter(|receipt| receipt.kind == Kind::Payment);
        let parts = parts.flat_map(|receipt| &receipt.lines);
        let captured: i64 =
            parts.filter(|part| part.position == line.position).map(|part| part.amount).sum();
        if let Some(item) = item.as_object_mut().filter(|_| captured > 0) {
            item.insert("depositedItemAmount".into(), json!(captured.to_string()));
        }
    }
    bundle
}

/// Told by the first success: later reversals lower the hold too, and are not this.
fn partial(order: &Order) -> Option<&'static str> {
    let first = order.operations.iter().find(|line| line.success)?;
    let agreed = matches!(first.kind, "PRE_AUTH" | "PURCHASE") && !order.has_feature("VERIFY");
    (agreed && first.amount < order.terms.amount).then_some("PARTIAL_AMOUNT")
}

/// A number of the processing centre, made of the reference.
fn feed_number(order: &Order) -> Option<i64> {
    order.authorization.as_ref()?.reference.parse().ok()
}
