//! processRawSumRefund.do and processRawPositionRefund.do: refunds of a free sum with data of their
//! own for the receipt. Each kind shuts out the kinds that are finer than itself.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::fiscal::cart::{Line, whole};
use super::super::fiscal::{RawLock, buyer};
use super::super::merchants::Merchant;
use super::super::orders::Order;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::find;

/// processRawSumRefund.do: any sum, described by `ofdParams`.
pub fn of_sum(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let described = fields.json("ofdParams")?;
    let line = described.as_ref().map(described_line).transpose()?;
    refund(world, merchant, fields, RawLock::Sum, |_, amount| {
        Ok(line.map(|line| Line { amount, price: Some(amount), ..line }))
    })
}

/// processRawPositionRefund.do: any sum against one position of the registered cart.
pub fn of_position(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let position = fields.get("positionId").ok_or_else(|| Refusal::bad_value("positionId"))?;
    refund(world, merchant, fields, RawLock::Position, |order, amount| {
        let known = order.terms.cart.iter().find(|line| line.position == position);
        let known = known.ok_or_else(|| Refusal::bad_value("positionId"))?;
        Ok(Some(Line { amount, price: Some(amount), quantity: 1000, ..known.clone() }))
    })
}

fn refund(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    lock: RawLock,
    line: impl FnOnce(&Order, i64) -> Result<Option<Line>, Refusal>,
) -> Result<Map<String, Value>, Refusal> {
    if !merchant.settings.raw_refunds {
        return Err(Refusal::access_denied());
    }
    let id = find(world, merchant, fields, Refusal::bad_value("orderId"))?;
    let amount = fields.minor_units("amount")?.filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| Refusal::bad_value("amount"))?;
    buyer::check(None, fields.json("additionalOfdParams")?.as_ref())?;
    world.change(&id, &format!("free refund of {amount}"), |order, now| {
        if order.fiscal.raw_lock == RawLock::Sum && lock != RawLock::Sum {
            return Err(Refusal::wrong_state());
        }
        order.fiscal.chosen = line(order, amount)?.map(|line| vec![line]);
        let events = order.refund(amount, None, now)?;
        order.fiscal.raw_lock = lock;
        Ok(events)
    })?;
    Ok(reply::success(&merchant.settings, fields.language()))
}

/// `{name, itemCode, taxType}`.
fn described_line(described: &Value) -> Result<Line, Refusal> {
    let wrong = |name: &str| Refusal::bad_value(&format!("ofdParams.{name}"));
    let text = |name: &str, limit: usize| {
        let value = described.get(name).and_then(Value::as_str);
        let good = value.filter(|value| (1..=limit).contains(&value.chars().count()));
        good.map(str::to_owned).ok_or_else(|| wrong(name))
    };
    let tax = described.get("taxType").and_then(whole).ok_or_else(|| wrong("taxType"))?;
    let (name, code) = (text("name", 255)?, text("itemCode", 100)?);
    Ok(Line { name, code, tax, quantity: 1000, ..Line::default() })
}
