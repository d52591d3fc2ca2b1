//! sbp/c2b/qr/dynamic/get.do and sbp/b2b/qr/dynamic/get.do: a QR code for an order.

use serde_json::{Map, Value, json};

use super::{Qr, QrState, Wish, b2b, fresh_id, payload, put, rendered, size};
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::operations::by_md_order;
use crate::rbs::orders::{Order, State};
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// A code that a person pays.
pub fn for_person(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    get(world, merchant, fields, &order, None)
}

/// A code that a company pays.
pub fn for_company(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    let terms = b2b::Terms::of(fields)?;
    get(world, merchant, fields, &order, Some(terms))
}

fn get(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    order: &Order,
    company: Option<b2b::Terms>,
) -> Result<Map<String, Value>, Refusal> {
    payable(order)?;
    let as_matrix = match fields.get("qrFormat") {
        None | Some("image") => false,
        Some("matrix") => true,
        Some(_) => return Err(Refusal::bad_value("qrFormat")),
    };
    let size = size(fields)?;
    let wish = subscription(fields, order)?;
    if wish.is_some() && company.is_some() {
        return Err(Refusal::bad_value("createSubscription"));
    }
    let id = open_code(world, &order.id, company.is_some())
        .unwrap_or_else(|| fresh_id(if company.is_some() { "BD" } else { "AD" }));
    let code = world.sbp.codes.entry(id.clone()).or_insert_with(|| Qr {
        id: id.clone(),
        order_id: order.id.clone(),
        state: QrState::Started,
        redirect_url: None,
        fail_url: None,
        subscription: None,
        company: None,
    });
    code.redirect_url = fields.owned("redirectUrl");
    code.subscription = wish;
    code.company = company;
    let state = code.state.name();
    let text = payload(&id);
    let mut reply = reply::success(&merchant.settings, fields.language());
    put(&mut reply, "qrId", json!(id));
    put(&mut reply, "payload", json!(text));
    if let Some(size) = size {
        put(&mut reply, "renderedQr", rendered(&text, size, as_matrix));
    }
    put(&mut reply, &merchant.settings.qr_status_name, json!(state));
    Ok(reply)
}

/// SBP knows no holds and no money but roubles.
pub fn payable(order: &Order) -> Result<(), Refusal> {
    if order.terms.two_phase || !order.in_roubles() {
        return Err(Refusal::no_privilege());
    }
    if order.state != State::Created {
        return Err(Refusal::wrong_state());
    }
    Ok(())
}

/// The order's code that may still be paid: asking again does not make a second one.
pub fn open_code(world: &World, order_id: &str, for_company: bool) -> Option<String> {
    let mut codes = world.sbp.codes.values();
    let open = codes.find(|code| {
        let same = code.order_id == order_id && code.company.is_some() == for_company;
        same && code.state.is_open()
    });
    open.map(|code| code.id.clone())
}

/// A zero amount is only for subscribing, and a subscription needs its client.
fn subscription(fields: &Fields, order: &Order) -> Result<Option<Wish>, Refusal> {
    let asked = fields.flag("createSubscription")?;
    if order.terms.amount == 0 && !asked {
        return Err(Refusal::bad_value("createSubscription"));
    }
    if !asked && !order.has_feature("SBP_BINDING") {
        return Ok(None);
    }
    if order.terms.client_id.is_none() {
        return Err(Refusal::bad_value("clientId"));
    }
    Ok(Some(Wish {
        service_name: fields.owned("subscriptionServiceName"),
        service_id: fields.owned("subscriptionServiceId"),
    }))
}
