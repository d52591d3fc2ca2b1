//! What became of a write whose outcome is unknown: the recipes, without waiting. Each ends in a
//! verdict; `Pending` leaves the waiting to the flow (docs/gateways/declared.md).

mod create;
mod order;

use std::sync::Arc;

use super::create_payment::reply;
use super::shop::Shop;
use super::{Context, Step};
use crate::error::Error;
use crate::expect::Expected;
use crate::operation::{Notified, Settle, Unsettled};
use crate::payment::Payment;
use crate::settled::{self, Settled};

pub fn start(shop: Arc<Shop>, request: Settle, context: &Context<'_>) -> Result<Step, Error> {
    let sent_at = request.sent_at(context.now)?;
    let grace_over = settled::is_over(sent_at, context.now, shop.write_limit);
    match request.operation {
        Unsettled::CreatePayment => create::start(shop, request, sent_at, context),
        Unsettled::Cancel => order::cancel(shop, request, grace_over, context),
        Unsettled::Refund => order::refund(shop, request, grace_over, context),
        Unsettled::ChargeSavedCard | Unsettled::Capture => {
            Err(Error::refused("not_supported", "this descriptor has nothing that does this"))
        }
    }
}

/// The verdict, with the payment as it stands.
fn conclude(
    shop: &Shop,
    expected: &Expected,
    payment: Payment,
    verdict: Settled,
    why: &str,
) -> Result<Step, Error> {
    let payment = reply(shop, payment, expected.hold == Some(true));
    Ok(Step::Done(verdict.reply(why, payment)))
}

/// A notification tells of this order only if the number that it signs is ours, and if it names no other
/// payment than the stored one.
fn about(shop: &Shop, told: &Notified, number: &str, id: Option<&str>) -> Result<(), Error> {
    let payment = &told.payment;
    let (reason, says) = if payment.order_number.as_deref() != Some(number) {
        ("order_number", "notification: it is authentic, and about another order")
    } else if id.zip(payment.id.as_deref()).is_some_and(|(stored, told)| stored != told) {
        ("id", "notification: it is authentic, and about another payment of this number")
    } else {
        return Ok(());
    };
    let payment = reply(shop, (**payment).clone(), false);
    Err(Error::mismatch(reason, says).with_payment(payment))
}
