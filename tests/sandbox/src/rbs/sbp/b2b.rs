//! SBP between companies: what a code says (sbp/b2b/getPayload.do) and its payment
//! (sbp/b2b/perform.do, JSON).

use serde_json::{Map, Value, json};

use super::payment::{Step, act};
use super::{banks, put, qr, state};
use crate::clock;
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::operations::by_md_order;
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::world::World;

/// What a code for a company adds to its order.
#[derive(Clone, Debug)]
pub struct Terms {
    take_tax: bool,
    total_tax: Option<i64>,
    purpose: Option<String>,
    account: Option<String>,
}

impl Terms {
    /// A sum of tax comes with tax only, and tax only with its sum.
    pub fn of(fields: &Fields) -> Result<Self, Refusal> {
        let take_tax = fields.flag("takeTax")?;
        let total_tax = fields.minor_units("totalTaxAmount")?;
        if take_tax != total_tax.is_some() {
            return Err(Refusal::bad_value("totalTaxAmount"));
        }
        let purpose = fields.owned("paymentPurpose");
        Ok(Self { take_tax, total_tax, purpose, account: fields.owned("account") })
    }
}

/// What the payer's bank reads in the code.
pub fn payload(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let id = fields.get("qrcId").or(fields.get("qrId"));
    let id = id.ok_or_else(|| Refusal::bad_value("qrcId"))?;
    let code = world.sbp.codes.get(id).ok_or_else(state::unknown)?;
    let order = world.orders.get(&code.order_id).ok_or_else(Refusal::unknown_order)?;
    if order.terms.merchant != merchant.user_name {
        return Err(Refusal::access_denied());
    }
    let terms = code.company.as_ref().ok_or_else(state::unknown)?;
    let mut data = Map::new();
    put(&mut data, "qrcId", json!(id));
    // 02: for one payment.
    put(&mut data, "qrcType", json!("02"));
    put(&mut data, "amount", json!(order.terms.amount));
    put(&mut data, "legalName", json!(format!("ООО \"{}\"", merchant.user_name)));
    put(&mut data, "inn", json!("7700000000"));
    let account = terms.account.as_deref().unwrap_or("40702810000000000001");
    put(&mut data, "receiverAccount", json!(account));
    put(&mut data, "memberId", json!(banks::BUYERS_BANK.id));
    let purpose = terms.purpose.as_deref().unwrap_or(&order.terms.description);
    put(&mut data, "paymentPurpose", json!(purpose));
    put(&mut data, "takeTax", json!(terms.take_tax));
    put(&mut data, "totalTaxAmount", json!(terms.total_tax));
    put(&mut data, "uip", json!(id));
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("data".into(), Value::Object(data));
    reply.insert("feeInfo".into(), json!({"amount": 0, "take": false}));
    Ok(reply)
}

/// Pays the order's open code from a company's account.
pub fn perform(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let order = by_md_order(world, merchant, fields)?;
    fields.minor_units("nds")?;
    named(fields, "sbpSenderParams", &["account"])?;
    named(fields, "sbpRecipientParams", &["bankId", "paymentId"])?;
    qr::payable(&order)?;
    let code = qr::open_code(world, &order.id, true).ok_or_else(state::unknown)?;
    act(world, &code, Step::Pay)?;
    let mut reply = reply::success(&merchant.settings, fields.language());
    reply.insert("fpMessageId".into(), json!(format!("B{}", clock::digits(18))));
    Ok(reply)
}

/// An object with these texts in it.
fn named(fields: &Fields, object: &str, names: &[&str]) -> Result<(), Refusal> {
    let wrong = || Refusal::bad_value(object);
    let value = fields.json(object)?.ok_or_else(wrong)?;
    let filled =
        |name: &&str| value.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if names.iter().all(filled) { Ok(()) } else { Err(wrong()) }
}
