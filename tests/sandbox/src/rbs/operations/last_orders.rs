//! getLastOrdersForMerchants.do.

use serde_json::{Map, Value, json};

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::orders::Order;
use super::super::refusals::Refusal;
use super::super::reply;
use super::super::world::World;
use super::status;
use crate::clock;

const STATES: &[&str] = &["CREATED", "APPROVED", "DEPOSITED", "DECLINED", "REVERSED", "REFUNDED"];
/// Rows on a page: at most, and when nothing is said.
const MOST: i64 = 200;
const USUAL: i64 = 100;

/// Orders of a time, oldest first, page by page.
pub fn list(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let zone = merchant.settings.time_zone_hours;
    let moment = |name: &str| {
        let moment = fields.get(name).and_then(|text| clock::parse_compact(text, zone));
        moment.ok_or_else(|| Refusal::bad_value(name))
    };
    let (from, to) = (moment("from")?, moment("to")?);
    let states = fields.get("transactionStates").map(|text| text.split(',').collect::<Vec<_>>());
    let states = states.filter(|states| states.iter().all(|state| STATES.contains(state)));
    let states = states.ok_or_else(|| Refusal::bad_value("transactionStates"))?;
    let by_creation = match fields.get("searchByCreatedDate") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Refusal::bad_value("searchByCreatedDate")),
    };
    let size = fields.minor_units("size")?.unwrap_or(USUAL);
    let page = fields.minor_units("page")?.unwrap_or(0);
    let visible = |login: &str| login == merchant.user_name;
    let named = fields.get("merchants").unwrap_or_default();
    if size > MOST || named.split(',').any(|login| !login.is_empty() && !visible(login)) {
        return Err(not_allowed());
    }
    if size == 0 {
        return Err(Refusal::bad_value("size"));
    }
    let wanted = |order: &&Order| {
        let at = if by_creation { Some(order.registered_at) } else { paid_at(order) };
        visible(&order.terms.merchant)
            && states.contains(&order.state.payment_state())
            && at.is_some_and(|at| (from..=to).contains(&at))
    };
    let found: Vec<&Order> = world.orders.values().filter(wanted).collect();
    let skipped = usize::try_from(page.saturating_mul(size)).unwrap_or(usize::MAX);
    let taken = usize::try_from(size).unwrap_or(usize::MAX);
    let rows = found.iter().skip(skipped).take(taken).map(|order| {
        let mut row = reply::success(&merchant.settings, fields.language());
        status::describe(order, &merchant.settings, &mut row);
        Value::Object(row)
    });
    let rows: Vec<Value> = rows.collect();
    let mut reply = Map::new();
    // A number here, whatever the other methods say.
    reply.insert("errorCode".into(), json!(0));
    reply.insert("errorMessage".into(), json!(""));
    reply.insert("orderStatuses".into(), Value::Array(rows));
    reply.insert("totalCount".into(), json!(found.len()));
    reply.insert("page".into(), json!(page));
    reply.insert("pageSize".into(), json!(size));
    Ok(reply)
}

/// A page that is too long, or a merchant that one may not see.
fn not_allowed() -> Refusal {
    Refusal::new(10, "Page size or merchants are not allowed", "Недопустимый размер или мерчант")
}

/// When the bank agreed; an order that nobody paid has no such moment.
fn paid_at(order: &Order) -> Option<i64> {
    let agreed = order.authorization.as_ref().filter(|agreed| agreed.approval_code.is_some());
    agreed.map(|agreed| agreed.at)
}
