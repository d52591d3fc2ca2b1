//! sbp/c2b/qr/status.do: where a QR code and its payment stand.

use serde_json::{Map, Value, json};

use super::{Qr, QrState, payload};
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::operations::by_md_order;
use crate::rbs::orders::{Order, State};
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// The state of one code of one order.
pub fn read(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    let code = code_of(world, &order, fields)?;
    let state = shown(&code, &order);
    let mut reply = reply::success(&merchant.settings, fields.language());
    let of_template = world.templates.codes.values().any(|template| template.qrc_id == code.id);
    reply.insert("qrType".into(), json!(if of_template { "STATIC" } else { "DYNAMIC" }));
    reply.insert("qrStatus".into(), json!(state.name()));
    let transaction = match order.state {
        State::Created | State::Challenged | State::Pending => "CREATED",
        State::Declined => "DECLINED",
        _ => "DEPOSITED",
    };
    reply.insert("transactionState".into(), json!(transaction));
    let extension = match (state, order.state) {
        (QrState::Confirmed, _) => Some("SBP_C2B_CONFIRMED"),
        (QrState::Started, State::Pending) => Some("SBP_C2B_PENDING"),
        (QrState::Started, _) => Some("SBP_C2B_STARTED"),
        _ => None,
    };
    if let Some(extension) = extension {
        reply.insert("transactionStateExtension".into(), json!(extension));
    }
    reply.insert("payload".into(), json!(payload(&code.id)));
    Ok(reply)
}

/// The code that the call names; it must be of the order that the call names.
pub fn code_of(world: &World, order: &Order, fields: &Fields) -> Result<Qr, Refusal> {
    let id = fields.get("qrId").ok_or_else(|| Refusal::bad_value("qrId"))?;
    let code = world.sbp.codes.get(id).filter(|code| code.order_id == order.id);
    code.cloned().ok_or_else(unknown)
}

/// No such code.
pub fn unknown() -> Refusal {
    Refusal::new(6, "QR code not found", "QR-код не найден")
}

/// An open code of an order that nobody can pay any more is dead.
pub fn shown(code: &Qr, order: &Order) -> QrState {
    let over = !order.state.is_open() && order.state != State::Pending;
    if code.state.is_open() && over { QrState::Rejected } else { code.state }
}
