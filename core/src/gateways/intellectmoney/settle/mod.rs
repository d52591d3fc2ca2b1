//! What became of a write whose outcome is unknown: the recipes, without waiting. Each ends in a
//! verdict; `Pending` leaves the waiting to the flow (docs/gateways/intellectmoney.md, "Recipes").

mod create;
mod order;

use std::sync::Arc;

use super::merchant::Merchant;
use super::{Context, Step};
use crate::error::Error;
use crate::expect::Expected;
use crate::operation::{Notified, Settle, Unsettled};
use crate::payment::Payment;
use crate::settled::{self, Settled};

pub fn start(
    merchant: Arc<Merchant>,
    request: Settle,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let sent_at = request.sent_at(context.now)?;
    let grace_over = settled::is_over(sent_at, context.now, merchant.write_limit);
    match request.operation {
        Unsettled::CreatePayment => create::start(merchant, request, sent_at, grace_over, context),
        Unsettled::ChargeSavedCard => {
            Err(Error::refused("not_supported", "this gateway has nothing that does this"))
        }
        Unsettled::Cancel => order::cancel(merchant, request, grace_over, context.now),
        Unsettled::Capture => order::capture(merchant, request, grace_over, context.now),
        Unsettled::Refund => order::refund(merchant, request, grace_over, context.now),
    }
}

/// The verdict, with the payment as `expected` of this order reads it.
fn conclude(
    merchant: &Merchant,
    expected: &Expected,
    mut payment: Payment,
    verdict: Settled,
    why: &str,
) -> Result<Step, Error> {
    expected.apply(&mut payment);
    let payment = merchant.reply(payment, expected.hold == Some(true));
    Ok(Step::Done(verdict.reply(why, payment)))
}

/// A webhook is about this order if the number that it signs is ours, and if it names no other invoice
/// than the stored one: two may have one number.
fn about(
    merchant: &Merchant,
    told: &Notified,
    number: &str,
    id: Option<&str>,
) -> Result<(), Error> {
    let payment = &told.payment;
    let (reason, says) = if payment.order_number.as_deref() != Some(number) {
        ("order_number", "notification: it is authentic, and about another order")
    } else if id.zip(payment.id.as_deref()).is_some_and(|(stored, told)| stored != told) {
        ("id", "notification: it is authentic, and about another invoice of this number")
    } else {
        return Ok(());
    };
    let payment = merchant.reply((**payment).clone(), false);
    Err(Error::mismatch(reason, says).with_payment(payment))
}
