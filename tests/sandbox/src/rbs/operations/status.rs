//! getOrderStatusExtended.do.

use serde_json::{Map, Value, json};

use super::super::cards;
use super::super::fields::Fields;
use super::super::merchants::{Merchant, Settings};
use super::super::orders::{Order, State};
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find;
use crate::clock;

mod details;
pub mod versions;

/// The state of an order, in the merchant's version of the reply.
pub fn read(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    // A public token must not let anyone walk through order numbers.
    if fields.get("token").is_some() && fields.get("orderId").is_none() {
        return Err(Refusal::access_denied());
    }
    let id = find(world, merchant, fields, Refusal::order_expected())?;
    let order = world.seen(&id).ok_or_else(Refusal::unknown_order)?;
    let mut reply = reply::success(&merchant.settings, fields.language());
    describe(&order, &merchant.settings, &mut reply);
    Ok(reply)
}

/// Writes an order in the merchant's version of the reply.
pub fn describe(order: &Order, settings: &Settings, reply: &mut Map<String, Value>) {
    describe_whole(order, settings, reply);
    versions::prune(reply, versions::STATUS, settings.status_version);
}

/// Writes an order with every field that there is.
pub fn describe_whole(order: &Order, settings: &Settings, reply: &mut Map<String, Value>) {
    let terms = &order.terms;
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            reply.insert(name.to_owned(), value);
        }
    };
    let paid = !matches!(order.state, State::Created | State::Challenged | State::Declined)
        && order.authorization.is_some();
    put("orderNumber", json!(terms.number));
    put("orderStatus", json!(order.state.number()));
    put("actionCode", json!(order.action_code));
    put("actionCodeDescription", json!(cards::action_text(order.action_code)));
    put("amount", json!(terms.amount));
    put("currency", json!(currency(order, settings)));
    put("date", json!(order.registered_at));
    put("orderDescription", json!(terms.description));
    put("ip", json!(terms.ip.as_deref().unwrap_or("127.0.0.1")));
    put("merchantOrderParams", named(&terms.json_params));
    put("transactionAttributes", json!([]));
    put("attributes", json!([{"name": "mdOrder", "value": order.id}]));
    put("cardAuthInfo", card(order));
    if let Some(client) = &terms.client_id {
        let stored = order.stored.as_ref();
        put(
            "bindingInfo",
            match stored {
                Some(id) => json!({"clientId": client, "bindingId": id}),
                None => json!({"clientId": client}),
            },
        );
    }
    put("terminalId", json!("123456"));
    if let Some(authorization) = &order.authorization {
        put("authDateTime", json!(authorization.at));
        put("authRefNum", json!(authorization.reference));
        put("paymentWay", Some(order.way).filter(|way| !way.is_empty()).into());
    }
    put("paymentAmountInfo", amounts(order, settings));
    put("bankInfo", bank(paid));
    put("payerData", payer(order));
    put("depositedDate", json!(order.deposited_at));
    put("refundedDate", json!(order.refunded_at));
    put("reversedDate", json!(order.reversed_at));
    put("refunds", refunds(order));
    put("operations", operations(order, settings));
    put("tii", json!(order.tii.as_deref().and_then(tii)));
    put("chargeback", json!(false));
    details::add(order, settings, reply);
}

/// The currency as the merchant's bank answers it.
pub fn currency<'a>(order: &'a Order, settings: &'a Settings) -> &'a str {
    if settings.currency_answer == "810" && order.in_roubles() {
        "810"
    } else {
        &order.terms.currency
    }
}

fn named(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// `depositedAmount`, which goes down with refunds at most banks.
pub fn net_or_gross(order: &Order, settings: &Settings) -> i64 {
    if settings.deposited_is_net { order.net() } else { order.captured }
}

fn amounts(order: &Order, settings: &Settings) -> Value {
    let deposited = net_or_gross(order, settings);
    let mut amounts = json!({
        "paymentState": order.state.payment_state(),
        "approvedAmount": order.approved,
        "depositedAmount": deposited,
        "refundedAmount": order.refunded,
    });
    if let Some(fee) = details::fee(order, settings)
        && let Some(object) = amounts.as_object_mut()
    {
        let total = order.terms.amount.saturating_add(fee);
        object.insert("feeAmount".into(), json!(fee));
        object.insert("totalAmount".into(), json!(total));
    }
    amounts
}

fn bank(paid: bool) -> Value {
    if paid {
        json!({"bankName": "TEST CARD", "bankCountryCode": "RU", "bankCountryName": "Russian Federation"})
    } else {
        json!({"bankCountryCode": "UNKNOWN", "bankCountryName": "<Unknown>"})
    }
}

fn card(order: &Order) -> Value {
    let Some(authorization) = order.authorization.as_ref().filter(|one| !one.masked_pan.is_empty())
    else {
        return Value::Null;
    };
    let mut card = json!({
        "maskedPan": authorization.masked_pan,
        "expiration": authorization.expiration,
        "cardholderName": authorization.holder,
        "pan": authorization.masked_pan,
        "paymentSystem": authorization.system,
        "product": "TEST",
        "secureAuthInfo": {"eci": order.eci},
    });
    if let (Some(code), Some(object)) = (&authorization.approval_code, card.as_object_mut()) {
        object.insert("approvalCode".into(), json!(code));
    }
    card
}

fn payer(order: &Order) -> Value {
    let terms = &order.terms;
    let given =
        [("email", &terms.email), ("phone", &terms.phone), ("postAddress", &terms.post_address)];
    let payer: Map<String, Value> = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?))))
        .collect();
    if payer.is_empty() { Value::Null } else { Value::Object(payer) }
}

/// Inside `refunds[]` date and actionCode are texts (the gateway's documents).
fn refunds(order: &Order) -> Value {
    if order.refunds.is_empty() {
        return Value::Null;
    }
    let lines = order.refunds.iter().map(|refund| {
        let mut line = json!({
            "date": clock::rfc3339(refund.at),
            "amount": refund.amount,
            "approvalCode": refund.approval_code,
            "actionCode": "0",
            "referenceNumber": refund.reference,
        });
        if let (Some(id), Some(object)) = (&refund.external_id, line.as_object_mut()) {
            object.insert("externalRefundId".into(), json!(id));
        }
        line
    });
    lines.collect()
}

fn operations(order: &Order, settings: &Settings) -> Value {
    if order.operations.is_empty() {
        return Value::Null;
    }
    let lines = order.operations.iter().map(|operation| {
        json!({
            "operationType": operation.kind,
            "amount": operation.amount,
            "currencyCode": currency(order, settings),
            "operationDate": operation.at,
            "referenceNumber": operation.reference,
            "success": operation.success,
            "pan": order.authorization.as_ref().map(|card| card.masked_pan.as_str()),
            "cardHolder": order.authorization.as_ref().map(|card| card.holder.as_str()),
            "authCode": order.authorization.as_ref().and_then(|card| card.approval_code.clone()),
            "terminalId": "123456",
        })
    });
    lines.collect()
}

/// The initiator's name in a reply.
fn tii(sent: &str) -> Option<&'static str> {
    Some(match sent {
        "CI" => "INITIAL",
        "F" => "FILE_CREDENTIAL",
        "U" => "UNSCHEDULED",
        "RI" => "RECURRENT_INITIAL",
        "R" => "RECURRENT",
        "II" => "INSTALLMENT_INITIAL",
        "I" => "INSTALLMENT",
        "IPI" => "INCREMENTAL_MIT",
        "IPS" => "RESUBMISSION_MIT",
        "IPD" => "DELAYED_CHARGES_MIT",
        "IPA" => "REAUTHORIZATION_MIT",
        "IPN" => "NO_SHOW_MIT",
        _ => return None,
    })
}
