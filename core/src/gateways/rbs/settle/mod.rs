//! What became of a write whose outcome is unknown: the recipes, without waiting. Each ends in a
//! verdict; `Pending` leaves the waiting to the flow (docs/gateways/rbs.md, "Recipes").

mod create;
mod order;

use std::sync::Arc;

use super::{Context, Merchant, Step};
use crate::error::Error;
use crate::expect::Expected;
use crate::operation::{Settle, Unsettled};
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
        Unsettled::ChargeSavedCard => create::charge(merchant, request, sent_at, grace_over),
        Unsettled::Cancel => order::cancel(&merchant, &request, grace_over),
        Unsettled::Capture => order::capture(&merchant, &request, grace_over),
        Unsettled::Refund => order::refund(&merchant, &request, grace_over),
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
