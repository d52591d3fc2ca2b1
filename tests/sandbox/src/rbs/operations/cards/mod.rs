//! Payments with card data, and what belongs to them.

pub mod enrolment;
pub mod finish;
pub mod industry_practice;
pub mod instant;
pub mod instant_refund;
pub mod other_way;
pub mod payment_order;

use super::super::fields::Fields;
use super::super::merchants::Merchant;
use super::super::payments::Instrument;
use super::super::refusals::Refusal;
use super::super::world::World;
use super::register;

/// An order that is registered and paid in one call: nobody will come back to its page, so that the
/// first refusal is the last.
pub fn placed(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
    two_phase: bool,
) -> Result<String, Refusal> {
    let place = |world: &mut World, fields: &Fields| {
        register::place(world, merchant, fields, two_phase).map_err(Refusal::outside_registration)
    };
    let id = if fields.get("returnUrl").is_some() {
        place(world, fields)?
    } else {
        let url =
            format!("{}/payment/merchants/{}/finish.html", world.base_url, merchant.user_name);
        place(world, &fields.with("returnUrl", url))?
    };
    if let Some(order) = world.orders.get_mut(&id) {
        order.attempts_left = 1;
    }
    Ok(id)
}

/// The same, with a number of the gateway's where the merchant gave none.
pub fn numbered(world: &World, merchant: &Merchant, fields: &Fields) -> Fields {
    if fields.get("orderNumber").is_some() {
        fields.clone()
    } else {
        fields.with("orderNumber", register::unused_number(world, merchant))
    }
}

/// Whether the card of a payment is to be stored: it is where the order has a client, unless the
/// request says otherwise.
pub fn storing(
    world: &World,
    id: &str,
    fields: &Fields,
    instrument: &mut Instrument,
) -> Result<(), Refusal> {
    let client = world.orders.get(id).is_some_and(|order| order.terms.client_id.is_some());
    instrument.wants_storing = client && !fields.flag("bindingNotNeeded")?;
    Ok(())
}
