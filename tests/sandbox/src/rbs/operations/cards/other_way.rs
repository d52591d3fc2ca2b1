//! paymentotherway.do: the buyer leaves for another way to pay.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::orders::State;
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::super::find;

/// Ways that a stand-in page plays, as far as their names fit into the parameter.
const WAYS: &[&str] = &["ALFA_ALFACLICK", "ALFAPAY", "PODELI", "SBRF_SBOL", "TCB_TPAY", "UPOP"];

/// Answers where the way's own page is.
pub fn start(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let named = fields.renamed("MDORDER", "orderId");
    let id = find(world, merchant, &named, Refusal::bad_value("MDORDER"))?;
    let way = WAYS.iter().find(|way| fields.get("paymentWay") == Some(**way));
    let way = way.ok_or_else(|| Refusal::bad_value("paymentWay"))?;
    let order = world.orders.get_mut(&id).ok_or_else(Refusal::unknown_order)?;
    if order.state != State::Created {
        return Err(Refusal::wrong_state());
    }
    order.way = way;
    order.note(crate::clock::now(), format!("left for {way}"));
    let mut shown = Map::new();
    shown.insert("errorCode".into(), json!(0));
    shown.insert("info".into(), json!("Redirecting..."));
    let page = format!("{}/payment/otherway.html?mdOrder={id}", world.base_url);
    shown.insert("redirect".into(), json!(page));
    Ok(shown)
}
