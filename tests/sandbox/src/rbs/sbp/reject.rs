//! sbp/c2b/qr/dynamic/reject.do: the merchant gives a QR code up; the order stays payable.

use serde_json::{Map, Value, json};

use super::QrState;
use super::state::{code_of, shown};
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::operations::by_md_order;
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// `rejected` is false for a code that was paid, given up, or is being paid.
pub fn give_up(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    let code = code_of(world, &order, fields)?;
    let rejected = shown(&code, &order) == QrState::Started;
    if rejected && let Some(code) = world.sbp.codes.get_mut(&code.id) {
        code.state = QrState::RejectedByUser;
    }
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("rejected".into(), json!(rejected));
    Ok(reply)
}
