//! getOrderStatusExtended.do: states 0 to 6, operations of its own spelling, attributes as an object.

use serde_json::{Map, Value, json};

use super::super::merchants::Merchant;
use super::super::operations::status;
use super::super::orders::{Operation, Order, State};
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::fields::Body;
use super::orders;

/// The state of an order.
pub fn read(
    world: &mut World,
    merchant: &Merchant,
    body: &Body,
) -> Result<Map<String, Value>, Refusal> {
    let id = orders::named(world, merchant, body)?;
    let order = world.seen(&id).ok_or_else(Refusal::unknown_order)?;
    let mut reply = reply::success(&merchant.settings, body.language());
    describe(&order, merchant, &mut reply);
    Ok(reply)
}

/// Writes an order in this dialect.
pub fn describe(order: &Order, merchant: &Merchant, reply: &mut Map<String, Value>) {
    status::describe_whole(order, &merchant.settings, reply);
    // The platform tells of refunds in `operations` alone.
    for other in ["refunds", "transactionAttributes", "partialAuthorization", "tii", "feUtrnno"] {
        reply.shift_remove(other);
    }
    reply.insert("orderStatus".into(), json!(number(order.state)));
    reply.insert("attributes".into(), attributes(order));
    let bonus = merchant.settings.loyalty_bonus;
    let lines = order.operations.iter().map(|line| operation(order, line, bonus));
    reply.insert("operations".into(), lines.collect());
    if let Some(amounts) = reply.get_mut("paymentAmountInfo").and_then(Value::as_object_mut) {
        amounts.entry("feeAmount").or_insert(json!(0));
    }
}

/// This platform has no words for what the bank has not decided, or has done by halves.
fn number(state: State) -> u8 {
    match state {
        State::Pending => State::Created.number(),
        State::PartlyDeposited => State::Approved.number(),
        known => known.number(),
    }
}

fn attributes(order: &Order) -> Value {
    let mut attributes = json!({"mdOrder": order.id});
    let (Some(object), Some(side)) = (attributes.as_object_mut(), &order.ecomm) else {
        return attributes;
    };
    if let Some(qrc) = &side.qrc {
        object.insert("qrcId".into(), json!(qrc));
    }
    if let Some(made) = &side.subscription {
        object.insert("subscriptionId".into(), json!(made.id));
        object.insert("memberId".into(), json!(made.member));
    }
    attributes
}

fn operation(order: &Order, line: &Operation, bonus: i64) -> Value {
    let refund = order.refunds.iter().find(|refund| refund.reference == line.reference);
    let authorization = order.authorization.as_ref();
    let code = match refund {
        Some(refund) => Some(refund.approval_code.clone()),
        None => authorization.and_then(|agreed| agreed.approval_code.clone()),
    };
    let mut shown = json!({
        "date": line.at,
        "type": kind(line.kind),
        "amount": line.amount,
        "referenceNumber": line.reference,
        "actionCode": line.action_code,
    });
    let Some(object) = shown.as_object_mut() else {
        return shown;
    };
    if let Some(code) = code.filter(|_| line.success) {
        object.insert("approvalCode".into(), json!(code));
    }
    if let Some(id) = refund.and_then(|refund| refund.external_id.as_ref()) {
        object.insert("externalRefundId".into(), json!(id));
    }
    if bonus > 0 && matches!(line.kind, "PURCHASE" | "PRE_AUTH") {
        object.insert("amountBonus".into(), json!(bonus));
    }
    shown
}

fn kind(kind: &str) -> &'static str {
    match kind {
        "PRE_AUTH" => "PREAUTHORIZATION",
        "COMPLETION" => "COMPLETION",
        "REFUND" => "REFUND",
        reversal if reversal.starts_with("REVERSAL") => "REVERSAL",
        _ => "AUTHORIZATION",
    }
}
