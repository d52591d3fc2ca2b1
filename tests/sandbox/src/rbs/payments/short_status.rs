//! The `orderStatus` block of instantPayment, in the old names of getOrderStatus.do.

use serde_json::{Map, Value, json};

use super::super::orders::{Order, State};

/// The block of an order as it stands.
pub fn block(order: &Order) -> Value {
    // The short status knows no 5: an open authentication is still an unpaid order.
    let status = if order.state == State::Challenged { 0 } else { order.state.number() };
    let mut block = Map::new();
    let mut put = |name: &str, value: Value| {
        block.insert(name.to_owned(), value);
    };
    put("ErrorCode", json!("0"));
    put("ErrorMessage", json!("Success"));
    put("OrderStatus", json!(status));
    put("OrderNumber", json!(order.terms.number));
    put("Amount", json!(order.terms.amount));
    put("approvedAmount", json!(order.approved));
    put("depositAmount", json!(order.net()));
    put("currency", json!(order.terms.currency));
    put("authCode", json!(2));
    put("Ip", json!(order.terms.ip.as_deref().unwrap_or("127.0.0.1")));
    if let Some(code) = order.bank_code() {
        put("originalActionCode", json!(code));
    }
    if let Some(authorization) = &order.authorization {
        put("Pan", json!(authorization.masked_pan));
        put("expiration", json!(authorization.expiration));
        put("cardholderName", json!(authorization.holder));
        put("rrn", json!(authorization.reference));
        put("paymentNetRefNum", json!(authorization.reference));
        if let Some(code) = &authorization.approval_code {
            put("approvalCode", json!(code));
        }
    }
    Value::Object(block)
}
