//! What each method of the gateway does.

pub mod add_params;
pub mod bindings;
pub mod cards;
pub mod close_receipt;
pub mod decline;
pub mod deposit;
pub mod external_receipt;
mod features;
pub mod last_orders;
pub mod legacy_status;
pub mod raw_refund;
pub mod receipt_status;
pub mod refund;
pub mod register;
pub mod reverse;
pub mod status;
pub mod wallets;

use super::fields::Fields;
use super::merchants::Merchant;
use super::orders::Order;
use super::refusals::Refusal;
use super::world::World;

/// `mdOrder` of the order that the call names; `orderId` wins over `orderNumber`.
fn find(
    world: &World,
    merchant: &Merchant,
    fields: &Fields,
    unnamed: Refusal,
) -> Result<String, Refusal> {
    if let Some(id) = fields.get("orderId") {
        let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
        if order.terms.merchant != merchant.user_name {
            return Err(Refusal::access_denied());
        }
        return Ok(order.id.clone());
    }
    let number = fields.get("orderNumber").ok_or(unnamed)?;
    world.id_of(&merchant.user_name, number).ok_or_else(Refusal::unknown_order)
}

/// The same where the id is called `mdOrder`.
fn find_md_order(world: &World, merchant: &Merchant, fields: &Fields) -> Result<String, Refusal> {
    match fields.get("mdOrder") {
        None => find(world, merchant, fields, Refusal::bad_value("mdOrder")),
        Some(id) => match world.orders.get(id) {
            None => Err(Refusal::unknown_order()),
            Some(order) if order.terms.merchant != merchant.user_name => {
                Err(Refusal::access_denied())
            }
            Some(order) => Ok(order.id.clone()),
        },
    }
}

/// The merchant's own order that `mdOrder` names.
pub fn by_md_order(world: &World, merchant: &Merchant, fields: &Fields) -> Result<Order, Refusal> {
    let id = fields.get("mdOrder").ok_or_else(|| Refusal::bad_value("mdOrder"))?;
    let order = world.orders.get(id).ok_or_else(Refusal::unknown_order)?;
    if order.terms.merchant != merchant.user_name {
        return Err(Refusal::access_denied());
    }
    Ok(order.clone())
}

/// A currency, where a method takes one, must be the order's; 643 and 810 are the same money.
fn same_currency(world: &World, id: &str, fields: &Fields) -> Result<(), Refusal> {
    let (Some(given), Some(order)) = (fields.get("currency"), world.orders.get(id)) else {
        return Ok(());
    };
    let roubles = |code: &str| matches!(code, "643" | "810");
    if given == order.terms.currency || (roubles(given) && order.in_roubles()) {
        Ok(())
    } else {
        Err(Refusal::wrong_amount("The currency is not the currency of the order"))
    }
}

/// Sum of `itemAmount` of a cart, given as an object with `items` or as a bare array.
fn sum_of_items(fields: &Fields, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(cart) = fields.json(name)? else {
        return Ok(None);
    };
    let items = cart.get("items").unwrap_or(&cart);
    let items = items.as_array().ok_or_else(|| Refusal::bad_value(name))?;
    let mut sum: i64 = 0;
    for item in items {
        let Some(amount) = item.get("itemAmount") else {
            return Ok(None);
        };
        let amount = match amount {
            serde_json::Value::String(text) => text.parse().ok(),
            other => other.as_i64(),
        };
        let amount: i64 = amount.ok_or_else(|| Refusal::bad_value(name))?;
        sum = sum.checked_add(amount).ok_or_else(|| Refusal::bad_value(name))?;
    }
    Ok(Some(sum))
}

/// The cart of a capture or refund must add up to its amount.
fn cart_matches(fields: &Fields, name: &str, amount: i64) -> Result<(), Refusal> {
    match sum_of_items(fields, name)? {
        Some(sum) if amount != 0 && sum != amount => Err(Refusal::bad_value(name)),
        _ => Ok(()),
    }
}
