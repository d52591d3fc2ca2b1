//! createBindingNoPayment.do: a card is stored and nothing is charged.

use serde_json::{Map, Value, json};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::orders::CardEntry;
use super::super::super::payments::card_data;
use super::super::super::refusals::Refusal;
use super::super::super::world::World;

const STRENGTHS: &[&str] = &["TDS", "SSL", "TDS_SSL", "NO_PAYMENT"];

/// Stores a card. Every strength but the default needs the references of an earlier payment.
pub fn store(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    if !merchant.settings.direct_cards {
        return Err(Refusal::access_denied());
    }
    let needed = |name: &'static str| fields.get(name).ok_or_else(|| Refusal::bad_value(name));
    let (client, holder) = (needed("clientId")?, needed("cardholderName")?);
    let pan = card_data::number(fields, "pan")?;
    let expiry = Some(needed("expiryDate")?).filter(|text| card_data::month(text));
    let expiry = expiry.ok_or_else(|| Refusal::bad_value("expiryDate"))?;
    let strength = fields.get("bindingStrength").unwrap_or("NO_PAYMENT");
    if !STRENGTHS.contains(&strength) {
        return Err(Refusal::bad_value("bindingStrength"));
    }
    let more = fields.json("additionalParameters")?.unwrap_or_default();
    let referenced = ["initNetworkReferenceNumber", "networkReferenceNumber"];
    if strength != "NO_PAYMENT" && referenced.iter().any(|name| more.get(name).is_none()) {
        return Err(Refusal::bad_value("additionalParameters"));
    }
    let card = CardEntry { pan, expiration: expiry.to_owned(), holder: holder.to_owned() };
    let id = world.add_binding(&merchant.user_name, client, card, "CARD", "COMMON");
    world.tell(&id, None);
    let masked = world.binding(&merchant.user_name, &id)?.masked_pan.clone();
    let mut shown = Map::new();
    shown.insert("errorCode".into(), json!(0));
    shown.insert("errorMessage".into(), json!("Success"));
    shown.insert("error".into(), json!(false));
    shown.insert("bindingId".into(), json!(id));
    shown.insert("clientId".into(), json!(client));
    shown.insert("cardholderName".into(), json!(holder));
    shown.insert("expiryDate".into(), json!(expiry));
    shown.insert("maskedPan".into(), json!(masked));
    Ok(shown)
}
