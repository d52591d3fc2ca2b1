//! What became of a write whose outcome is unknown: the recipes, without waiting. Each ends in a
//! verdict; `Pending` leaves the waiting to the flow (docs/gateways/rbs.md, "Recipes").

mod create;
mod order;

use std::sync::Arc;
use std::time::Duration;

use super::{Context, Merchant, Step};
use crate::clock::{self, Time};
use crate::error::Error;
use crate::expect::Expected;
use crate::operation::{Settle, Unsettled};
use crate::payment::Payment;
use crate::settled::Settled;

pub fn start(
    merchant: Arc<Merchant>,
    request: Settle,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let sent_at = clock::parse(&request.sent_at).map_err(|says| Error::invalid("sent_at", says))?;
    if sent_at > context.now + Duration::from_secs(3600) {
        return Err(Error::invalid("sent_at", "expected the time of the write, got one to come"));
    }
    let grace_over = is_over(&merchant, sent_at, context.now);
    match request.operation {
        Unsettled::CreatePayment => create::start(merchant, request, sent_at, grace_over, context),
        Unsettled::ChargeSavedCard => create::charge(merchant, request, sent_at, grace_over),
        Unsettled::Cancel => order::cancel(&merchant, &request, grace_over),
        Unsettled::Capture => order::capture(&merchant, &request, grace_over),
        Unsettled::Refund => order::refund(&merchant, &request, grace_over),
    }
}

/// Whether a request sent then has arrived by now or never will: twice the time that a write may
/// take, and 120 s at least.
fn is_over(merchant: &Merchant, sent_at: Time, now: Time) -> bool {
    let grace = (merchant.write_limit * 2).max(Duration::from_secs(120));
    now - sent_at >= grace
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
