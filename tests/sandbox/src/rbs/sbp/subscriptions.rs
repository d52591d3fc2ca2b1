//! Subscriptions of SBP (account bindings): made by a payment, listed, switched off, charged.

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Qr, QrState, Wish, banks, fresh_id, payload, qr};
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// One subscription.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Shown in lists and given to paymentOrderBinding.do.
    pub binding_id: String,
    /// Shop's customer.
    pub client_id: String,
    /// The buyer's bank.
    pub display_label: &'static str,
    /// The same as an id.
    pub member_id: &'static str,
    /// The bank's own id of the subscription.
    pub subscription_token: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_service_name: Option<String>,
    /// The shop's id of what it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_service_id: Option<String>,
    /// Login of its merchant.
    #[serde(skip)]
    pub merchant: String,
    /// Whether it may be charged.
    #[serde(skip)]
    pub enabled: bool,
}

/// Makes the subscription that a paid code wished for.
pub fn create(world: &mut World, order_id: &str, wish: &Wish) {
    let Some(order) = world.orders.get_mut(order_id) else {
        return;
    };
    let bank = banks::BUYERS_BANK;
    let binding_id = Uuid::new_v4().to_string();
    order.stored = Some(binding_id.clone());
    world.sbp.subscriptions.push(Subscription {
        binding_id,
        client_id: order.terms.client_id.clone().unwrap_or_default(),
        display_label: bank.russian,
        member_id: bank.id,
        subscription_token: fresh_id("SU"),
        subscription_service_name: wish.service_name.clone(),
        subscription_service_id: wish.service_id.clone(),
        merchant: order.terms.merchant.clone(),
        enabled: true,
    });
}

/// sbp/c2b/getBindings.do.
pub fn list(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let Some(client) = fields.get("clientId") else {
        // The list is there even when it cannot be read.
        let refusal = Refusal::bad_value("clientId");
        let mut reply = reply::refused(&merchant.settings, &refusal, fields.language());
        reply.insert("bindings".into(), json!([]));
        return Ok(reply);
    };
    let all = fields.flag("showDisabled")?;
    let wanted = fields.get("bindingId");
    let found = world.sbp.subscriptions.iter().filter(|one| {
        let own = one.merchant == merchant.user_name && one.client_id == client;
        own && (all || one.enabled) && wanted.is_none_or(|id| one.binding_id == id)
    });
    let found: Vec<&Subscription> = found.collect();
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("bindings".into(), json!(found));
    Ok(reply)
}

/// sbp/c2b/unBind.do. That it worked is told by errorCode 2.
pub fn unbind(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = fields.get("bindingId").unwrap_or_default();
    let mut subscriptions = world.sbp.subscriptions.iter_mut();
    let found = subscriptions
        .find(|one| one.binding_id == id && one.merchant == merchant.user_name && one.enabled);
    found.ok_or_else(|| Refusal::bad_value("bindingId"))?.enabled = false;
    Err(Refusal::new(2, "Binding is disabled", "Связка деактивирована"))
}

/// Whether a binding is a subscription of this merchant.
pub fn is_subscription(world: &World, merchant: &Merchant, binding_id: &str) -> bool {
    find(world, merchant, binding_id).is_some()
}

/// `bindingId` of the subscription that a bank knows by this token.
pub fn by_token(
    world: &World,
    merchant: &Merchant,
    token: &str,
    member_id: &str,
) -> Result<String, Refusal> {
    let mut all = world.sbp.subscriptions.iter();
    let found = all.find(|one| {
        let same = one.subscription_token == token && one.member_id == member_id;
        same && one.merchant == merchant.user_name
    });
    found.map(|one| one.binding_id.clone()).ok_or_else(Refusal::no_binding)
}

fn find<'a>(world: &'a World, merchant: &Merchant, id: &str) -> Option<&'a Subscription> {
    let mut all = world.sbp.subscriptions.iter();
    all.find(|one| one.binding_id == id && one.merchant == merchant.user_name)
}

/// Pays an order of the merchant from a subscription: `sbpC2bInfo` of paymentOrderBinding.do.
pub fn charge(
    world: &mut World,
    merchant: &Merchant,
    order_id: &str,
    binding_id: &str,
) -> Result<Value, Refusal> {
    let found = find(world, merchant, binding_id).filter(|one| one.enabled);
    let subscription = found.cloned().ok_or_else(Refusal::no_binding)?;
    let order = world.orders.get(order_id).ok_or_else(Refusal::unknown_order)?;
    match &order.terms.client_id {
        None => return Err(Refusal::new(5, "[clientId] is empty", "[clientId] не задан")),
        Some(client) if *client != subscription.client_id => return Err(Refusal::no_binding()),
        Some(_) => {}
    }
    if order.terms.amount == 0 {
        return Err(Refusal::bad_value("amount"));
    }
    qr::payable(order)?;
    world.change(order_id, &format!("SBP: subscription {binding_id} charged"), |order, now| {
        order.stored = Some(binding_id.to_owned());
        order.accept_by("SBP_C2B_BINDING", now)
    })?;
    let id = fresh_id("AD");
    let code = Qr {
        id: id.clone(),
        order_id: order_id.to_owned(),
        state: QrState::Accepted,
        redirect_url: None,
        fail_url: None,
        subscription: None,
        company: None,
    };
    let status = code.state.name();
    world.sbp.codes.insert(id.clone(), code);
    Ok(json!({"qrId": id, "payload": payload(&id), "status": status}))
}
