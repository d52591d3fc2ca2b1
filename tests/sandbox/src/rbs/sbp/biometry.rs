//! sbp/c2b/bio/getUrl.do (JSON): payment by biometry, which is a page with a QR code behind it.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Qr, QrState, fresh_id, qr};
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::operations::by_md_order;
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// The address of the page for this order.
pub fn url(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    qr::payable(&order)?;
    let required = |name: &str| fields.owned(name).ok_or_else(|| Refusal::bad_value(name));
    let (success, fail) = (required("successUrl")?, required("failUrl")?);
    let metadata = fields.json("metadata")?;
    if metadata.is_some_and(|metadata| !metadata.is_object()) {
        return Err(Refusal::bad_value("metadata"));
    }
    let id = qr::open_code(world, &order.id, false).unwrap_or_else(|| fresh_id("AD"));
    let code = Qr {
        id: id.clone(),
        order_id: order.id,
        state: QrState::Started,
        redirect_url: Some(success),
        fail_url: Some(fail),
        subscription: None,
        company: None,
    };
    world.sbp.codes.insert(id.clone(), code);
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("location".into(), json!(format!("{}/payment/sbp/{id}", world.base_url)));
    reply.insert("qrId".into(), json!(id));
    reply.insert("sessionId".into(), json!(Uuid::new_v4().to_string()));
    Ok(reply)
}
