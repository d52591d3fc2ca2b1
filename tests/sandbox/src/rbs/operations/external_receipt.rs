//! `/fes-nspk-proxy/externalReceipt`: a receipt that the shop's own cash register made, for an
//! order paid with an electronic certificate.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::fiscal::cart::whole;
use super::super::fiscal::receipts::{Kind, Outcome, issue};
use super::super::merchants::Merchant;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find_md_order;
use crate::clock;

/// Files the receipt with its order.
pub fn take(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = find_md_order(world, merchant, fields)?;
    let wrong = |name: &str| Refusal::bad_value(&format!("receipt.{name}"));
    let receipt = fields.json("receipt")?.ok_or_else(|| Refusal::bad_value("receipt"))?;
    let number = |name: &str| receipt.get(name).and_then(whole).ok_or_else(|| wrong(name));
    let (kind, payment) = (number("type")?, number("paymentType")?);
    if !matches!((kind, payment), (0, 1) | (1, 3)) {
        return Err(wrong("type"));
    }
    let (storage, document) = (number("fn_number")?, number("fiscal_document_number")?);
    let attribute = number("fiscal_document_attribute")?;
    let amount = number("amount_total")?;
    let at = receipt.get("receipt_date_time").and_then(Value::as_str);
    let zone = merchant.settings.time_zone_hours;
    let at = at.and_then(|text| clock::parse_receipt_date(text, zone));
    let at = at.ok_or_else(|| wrong("receipt_date_time"))?;
    let params = fields.json("jsonParams")?.unwrap_or_default();
    for name in ["cashboxId", "basketId"] {
        if params.get(name).is_none() {
            return Err(Refusal::bad_value(&format!("jsonParams.{name}")));
        }
    }
    world.change(&id, "external receipt", |order, _| {
        issue(order, Kind::External, amount, Vec::new(), Outcome::Delivered);
        if let Some(filed) = order.fiscal.receipts.last_mut() {
            filed.returns = kind == 1;
            filed.at = at;
            filed.storage = storage.to_string();
            filed.document = document.to_string();
            filed.attribute = attribute.to_string();
        }
        Ok(Vec::new())
    })?;
    Ok(reply::success(&merchant.settings, fields.language()))
}
