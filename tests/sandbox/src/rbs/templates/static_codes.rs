//! createTemplate.do, updateTemplate.do, getTemplateDetails.do: static QR codes of SBP.

use serde_json::{Map, Value, json};

use super::static_state::{Life, StaticState};
use super::{fresh_id, picture_size};
use crate::clock;
use crate::rbs::fields::Fields;
use crate::rbs::merchants::Merchant;
use crate::rbs::refusals::Refusal;
use crate::rbs::reply;
use crate::rbs::sbp::{self, Qr, QrState, qr};
use crate::rbs::world::World;

const KINDS: &[&str] = &["SBP_QR", "CASH_SBP_QR", "B2B_SBP_QR"];

/// A template.
#[derive(Clone, Debug)]
pub struct StaticCode {
    /// Login of its merchant.
    pub merchant: String,
    /// One of `KINDS`.
    pub kind: String,
    /// State and dates.
    pub life: Life,
    /// Minor units; none when the buyer chooses.
    pub amount: Option<i64>,
    /// What the buyer pays for.
    pub purpose: Option<String>,
    /// What NSPK calls the code.
    pub qrc_id: String,
    /// Last payment.
    pub used_at: Option<i64>,
    name: String,
    channel: Option<String>,
    size: Option<(usize, usize)>,
    take_tax: bool,
    total_tax: Option<i64>,
}

impl StaticCode {
    /// Whether it is over after one payment.
    pub fn is_for_one_payment(&self) -> bool {
        self.kind == "B2B_SBP_QR"
    }

    /// A cash link: it shows the order that the till put on it.
    pub fn is_cash_link(&self) -> bool {
        self.kind == "CASH_SBP_QR"
    }
}

fn bad(name: &str) -> Refusal {
    Refusal::new(1, format!("[{name}] is incorrect"), format!("Неверно указан [{name}]"))
}

fn missing(name: &str) -> Refusal {
    Refusal::new(2, format!("[{name}] is missing"), format!("Не указан [{name}]"))
}

/// createTemplate.do.
pub fn create(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let kind = fields.owned("type").ok_or_else(|| missing("type"))?;
    if !KINDS.contains(&kind.as_str()) {
        return Err(bad("type"));
    }
    let name = text(fields, "name", 140)?.ok_or_else(|| missing("name"))?;
    if fields.get("currency").is_some_and(|currency| currency != "RUB") {
        return Err(bad("currency"));
    }
    let now = clock::now();
    let start = date(fields, "startDate", merchant)?.unwrap_or(now);
    let end = date(fields, "endDate", merchant)?;
    if end.is_some_and(|end| end <= start.max(now)) {
        return Err(bad("endDate"));
    }
    let look = fields.json("qrTemplate").map_err(|_| bad("qrTemplate"))?;
    let inner = |name: &str| look.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let qrc_id = inner("qrcId").unwrap_or_else(|| sbp::fresh_id("AS"));
    if qrc_id.len() > 32 || world.templates.codes.values().any(|code| code.qrc_id == qrc_id) {
        return Err(bad("qrcId"));
    }
    let template = StaticCode {
        merchant: merchant.user_name.clone(),
        kind,
        life: Life::new(start, end, now),
        amount: positive(fields)?,
        purpose: fields.owned("paymentPurpose").or(inner("paymentPurpose")),
        qrc_id,
        used_at: None,
        name,
        channel: text(fields, "distributionChannel", 256)?,
        size: picture_size(look.as_ref()).map_err(|()| bad("qrTemplate"))?,
        take_tax: fields.flag("takeTax").map_err(|_| bad("takeTax"))?,
        total_tax: fields.minor_units("totalTaxAmount").map_err(|_| bad("totalTaxAmount"))?,
    };
    let id = fresh_id();
    let reply = shown(&id, &template, merchant, fields);
    world.templates.codes.insert(id, template);
    Ok(reply)
}

/// updateTemplate.do: what is not sent stays.
pub fn update(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let now = clock::now();
    let (id, mut template) = find(world, merchant, fields)?;
    let start = date(fields, "startDate", merchant)?.unwrap_or(template.life.start);
    let end = date(fields, "endDate", merchant)?.or(template.life.end);
    if end.is_some_and(|end| end <= start) {
        return Err(bad("endDate"));
    }
    let asked = match fields.get("status") {
        None => None,
        Some(name) => Some(StaticState::asked(name).ok_or_else(|| bad("status"))?),
    };
    if !template.life.change(start, end, asked, now) {
        return Err(bad("status"));
    }
    template.life.pass(now);
    template.name = text(fields, "name", 140)?.unwrap_or(template.name);
    template.channel = text(fields, "distributionChannel", 256)?.or(template.channel);
    template.purpose = fields.owned("paymentPurpose").or(template.purpose);
    let reply = shown(&id, &template, merchant, fields);
    world.templates.codes.insert(id, template);
    Ok(reply)
}

/// getTemplateDetails.do: all of it.
pub fn details(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let (id, template) = find(world, merchant, fields)?;
    let mut reply = shown(&id, &template, merchant, fields);
    let zone = merchant.settings.time_zone_hours;
    for (name, value) in [
        ("useDate", json!(template.used_at.map(|at| clock::local(at, zone)))),
        ("amount", json!(template.amount)),
        ("currency", json!("RUB")),
        ("takeTax", json!(template.take_tax)),
        ("totalTaxAmount", json!(template.total_tax)),
        ("distributionChannel", json!(template.channel)),
        ("paymentPurpose", json!(template.purpose)),
    ] {
        sbp::put(&mut reply, name, value);
    }
    Ok(reply)
}

/// The merchant's cash link that may show an order now.
pub fn usable(
    world: &mut World,
    merchant: &Merchant,
    template_id: &str,
) -> Result<StaticCode, Refusal> {
    let known = template(world, merchant, template_id);
    let known =
        known.filter(|known| known.is_cash_link() && known.life.state == StaticState::Active);
    known.ok_or_else(|| Refusal::bad_value("sbpTemplateId"))
}

/// Puts an order onto a cash link, where the next buyer will pay it: `sbpC2bInfo` of
/// instantPayment.do with `sbpTemplateId`.
pub fn offer(
    world: &mut World,
    merchant: &Merchant,
    template_id: &str,
    order_id: &str,
) -> Result<Value, Refusal> {
    let known = usable(world, merchant, template_id)?;
    let order = world.orders.get(order_id).ok_or_else(Refusal::unknown_order)?;
    if order.terms.merchant != merchant.user_name {
        return Err(Refusal::access_denied());
    }
    qr::payable(order)?;
    let code = Qr {
        id: known.qrc_id.clone(),
        order_id: order_id.to_owned(),
        state: QrState::Started,
        redirect_url: None,
        fail_url: None,
        subscription: None,
        company: None,
    };
    world.sbp.codes.insert(known.qrc_id.clone(), code);
    if let Some(template) = world.templates.codes.get_mut(template_id) {
        template.used_at = Some(clock::now());
    }
    let payload = sbp::payload(&known.qrc_id);
    Ok(json!({"qrId": known.qrc_id, "payload": payload, "status": QrState::Started.name()}))
}

/// The cabinet's button.
pub fn delete(world: &mut World, template_id: &str) -> Value {
    if let Some(template) = world.templates.codes.get_mut(template_id) {
        template.life.state = StaticState::Deleted;
    }
    json!({"templateId": template_id, "status": StaticState::Deleted.name()})
}

/// A template of the merchant, as the clock has left it.
fn template(world: &mut World, merchant: &Merchant, id: &str) -> Option<StaticCode> {
    let template = world.templates.codes.get_mut(id)?;
    template.life.pass(clock::now());
    Some(template.clone()).filter(|template| template.merchant == merchant.user_name)
}

fn find(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<(String, StaticCode), Refusal> {
    let id = fields.owned("templateId").ok_or_else(|| missing("templateId"))?;
    let template = template(world, merchant, &id).ok_or_else(|| bad("templateId"))?;
    Ok((id, template))
}

fn shown(
    id: &str,
    template: &StaticCode,
    merchant: &Merchant,
    fields: &Fields,
) -> Map<String, Value> {
    let zone = merchant.settings.time_zone_hours;
    let payload = sbp::payload(&template.qrc_id);
    let mut look = Map::new();
    sbp::put(&mut look, "payload", json!(payload));
    sbp::put(&mut look, "qrcId", json!(template.qrc_id));
    if let Some(size) = template.size {
        sbp::put(&mut look, "renderedQr", sbp::rendered(&payload, size, false));
    }
    let mut reply = reply::success(&merchant.settings, fields.language());
    for (name, value) in [
        ("templateId", json!(id)),
        ("name", json!(template.name)),
        ("type", json!(template.kind)),
        ("status", json!(template.life.state.name())),
        ("startDate", json!(clock::local(template.life.start, zone))),
        ("endDate", json!(template.life.end.map(|end| clock::local(end, zone)))),
        ("qrTemplate", Value::Object(look)),
    ] {
        sbp::put(&mut reply, name, value);
    }
    reply
}

fn positive(fields: &Fields) -> Result<Option<i64>, Refusal> {
    match fields.minor_units("amount") {
        Ok(Some(0)) | Err(_) => Err(bad("amount")),
        Ok(amount) => Ok(amount),
    }
}

fn text(fields: &Fields, name: &str, longest: usize) -> Result<Option<String>, Refusal> {
    match fields.get(name) {
        Some(text) if text.chars().count() > longest => Err(bad(name)),
        other => Ok(other.map(str::to_owned)),
    }
}

/// On the installation's clock.
fn date(fields: &Fields, name: &str, merchant: &Merchant) -> Result<Option<i64>, Refusal> {
    let Some(text) = fields.get(name) else {
        return Ok(None);
    };
    let moment = clock::parse_local(text, merchant.settings.time_zone_hours);
    moment.map(Some).ok_or_else(|| bad(name))
}
