//! industryPractice/paymentOrder.do: what a merchant may charge after an earlier payment
//! (the gateway's documents).

use serde_json::{Map, Value};

use super::super::super::fields::Fields;
use super::super::super::merchants::Merchant;
use super::super::super::orders::State;
use super::super::super::payments::three_ds::Leg;
use super::super::super::payments::{self, Instrument};
use super::super::super::refusals::Refusal;
use super::super::super::world::World;
use super::super::{find, wallets};
use super::placed;
use crate::clock;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A kind of follow-up payment.
struct Practice {
    tii: &'static str,
    /// After so many days it is too late.
    days: i64,
    /// Whether it repeats the original amount, which may then not be sent.
    same_amount: bool,
    /// Whether it works once.
    once: bool,
}

const PRACTICES: &[Practice] = &[
    Practice { tii: "IPI", days: 1, same_amount: false, once: false },
    Practice { tii: "IPS", days: 30, same_amount: true, once: true },
    Practice { tii: "IPD", days: 90, same_amount: false, once: false },
    Practice { tii: "IPA", days: 90, same_amount: true, once: true },
    Practice { tii: "IPN", days: 365, same_amount: false, once: false },
];

/// Charges the card of the original order once more.
pub fn pay(
    world: &mut World,
    merchant: &Merchant,
    fields: &Fields,
) -> Result<Map<String, Value>, Refusal> {
    let practice = PRACTICES.iter().find(|known| fields.get("tii") == Some(known.tii));
    let practice = practice.ok_or_else(|| Refusal::bad_value("tii"))?;
    let named = fields.get("originalMdOrder").unwrap_or_default();
    let named = fields.with("orderNumber", "").with("orderId", named);
    let original = find(world, merchant, &named, Refusal::bad_value("originalMdOrder"))?;
    let order = world.orders.get(&original).ok_or_else(Refusal::unknown_order)?;
    if fields.get("amount").is_some() == practice.same_amount {
        return Err(Refusal::bad_value("amount"));
    }
    let too_late = clock::now() - order.registered_at > practice.days * DAY_MS;
    let another = order.practices.iter().any(|known| known != practice.tii);
    let again = practice.once && !order.practices.is_empty();
    // Only what was refused is submitted again; the others follow from money that moved.
    let fits = (order.state == State::Declined) == (practice.tii == "IPS");
    let card = order.card.clone().filter(|_| fits && !too_late && !another && !again);
    let card = card.ok_or_else(Refusal::wrong_state)?;
    let mut fields = fields.renamed("params", "jsonParams");
    fields = fields.with("currency", order.terms.currency.clone());
    if practice.same_amount {
        fields = fields.with("amount", order.terms.amount.to_string());
    }
    let mut instrument = Instrument::agreed(card, "CARD").unasked();
    instrument.tii = Some(practice.tii.to_owned());
    let id = placed(world, merchant, &fields, false)?;
    if let Some(order) = world.orders.get_mut(&original) {
        order.practices.push(practice.tii.to_owned());
    }
    payments::pay(world, &id, &instrument, &Leg::default())?;
    Ok(wallets::told(world, merchant, &id))
}
