//! verifyEnrollment.do and updateSSLCardList.do: what 3-D Secure does with a card.

use serde_json::{Map, Value, json};

use super::super::super::cards::{Authentication, authentication};
use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::payments::card_data;
use super::super::super::refusals::Refusal;
use super::super::super::reply;
use super::super::super::world::World;
use super::super::find;

/// Whether a number is enrolled, and in which version.
pub fn read(
    _: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let pan = card_data::number(fields, "pan")?;
    let (enrolled, second) = match authentication(&pan) {
        Authentication::None => ("N", false),
        Authentication::Version1 => ("Y", false),
        Authentication::Attempt => ("U", true),
        Authentication::Challenge | Authentication::Frictionless => ("Y", true),
    };
    let mut shown = reply::success(&merchant.settings, fields.language());
    shown.insert("enrolled".into(), json!(enrolled));
    shown.insert("emitterName".into(), json!("TEST CARD"));
    shown.insert("emitterCountryCode".into(), json!("RU"));
    shown.insert("is3DSVer2".into(), json!(second));
    Ok(shown)
}

/// Lets the card of a paid order pay without 3-D Secure from now on.
pub fn trust(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let named = fields.renamed("mdorder", "orderId");
    let id = find(world, merchant, &named, Refusal::bad_value("mdorder"))?;
    let order = world.orders.get(&id).ok_or_else(Refusal::unknown_order)?;
    let paid = order.approved > 0;
    let card = order.card.as_ref().filter(|_| paid).ok_or_else(Refusal::wrong_state)?;
    let fresh = world.ssl_cards.insert((merchant.user_name.clone(), card.pan.clone()));
    if fresh {
        Ok(reply::success(&merchant.settings, fields.language()))
    } else {
        Err(Refusal::new(6, "The card is already in the list", "Карта уже в списке"))
    }
}
