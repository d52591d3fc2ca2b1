//! getOrderStatus.do: the short status of old installations, names in capitals here and there.

use serde_json::{Map, Value, json};

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::orders::State;
use super::super::refusals::Refusal;
use super::super::world::World;
use super::find;
use super::status::{currency, net_or_gross};

/// The method's name.
pub const NAME: &str = "getOrderStatus.do";

/// The state of an order. `ErrorCode` 2 tells of a decline.
pub fn read(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    if fields.get("orderId").is_none() {
        return Err(Refusal::bad_value("orderId"));
    }
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let order = world.seen(&id).ok_or_else(Refusal::unknown_order)?;
    let settings = &merchant.settings;
    let declined = order.state == State::Declined && order.authorization.is_some();
    let english = fields.language() == "en";
    let text = match (declined, english) {
        (true, true) => "Payment is declined",
        (true, false) => "Платёж отклонён",
        (false, true) => "Success",
        (false, false) => "Успешно",
    };
    let mut reply = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            reply.insert(name.to_owned(), value);
        }
    };
    put("ErrorCode", json!(if declined { "2" } else { "0" }));
    put("ErrorMessage", json!(text));
    put("OrderStatus", json!(order.state.number()));
    put("OrderNumber", json!(order.terms.number));
    if let Some(authorization) = &order.authorization {
        put("Pan", json!(authorization.masked_pan));
        put("expiration", json!(authorization.expiration));
        put("cardholderName", json!(authorization.holder));
        put("approvalCode", json!(authorization.approval_code));
        put("rrn", json!(authorization.reference));
        put("originalActionCode", json!(order.bank_code()));
    }
    put("Amount", json!(order.terms.amount));
    put("depositAmount", json!(net_or_gross(&order, settings)));
    put("currency", json!(currency(&order, settings)));
    put("authCode", json!(2));
    put("Ip", json!(order.terms.ip));
    put("clientId", json!(order.terms.client_id));
    put("OrderBundle", json!(order.terms.order_bundle));
    Ok(reply)
}

/// A refusal under this method's names.
pub fn refused(refusal: &Refusal, language: &str) -> Map<String, Value> {
    let mut reply = Map::new();
    reply.insert("ErrorCode".into(), json!(refusal.code.to_string()));
    reply.insert("ErrorMessage".into(), json!(refusal.text(language)));
    reply
}
