//! A payment that the portal made itself, for its own page of payment, is marked as paid through our pay
//! system: `sale.paysystem.pay.payment`.

use serde_json::json;

use super::{PortalPayment, Registered, in_doubt};
use crate::crm::bitrix24::method::Method;
use crate::crm::bitrix24::session::Session;
use crate::error::{Error, Kind};
use crate::money::Amount;

/// Marks the portal's payment as paid, once, if its sum is the one that was taken.
pub fn mark_paid(
    session: &Session<'_>,
    payment_id: u64,
    pay_system_id: u64,
    taken: Amount,
) -> Result<Registered, Error> {
    let before = read(session, payment_id)?;
    if let Some(why) = before.differs(taken) {
        return Ok(Registered::Unclear(why));
    }
    if before.paid {
        return Ok(Registered::Done { payment_id, done_now: false });
    }
    // Of what its code takes beside these (PS_SUM, PS_INVOICE_ID and others) no document tells.
    let ids = json!({ "PAYMENT_ID": payment_id, "PAY_SYSTEM_ID": pay_system_id });
    let outcome = session.ask(&Method::write("sale.paysystem.pay.payment", ids));
    match outcome {
        Err(error) if !in_doubt(&error) => Err(error),
        outcome => match (read(session, payment_id)?.paid, outcome) {
            (true, _) => Ok(Registered::Done { payment_id, done_now: true }),
            (false, Err(error)) => Err(error),
            (false, Ok(_)) => {
                let says = "the portal took the payment for paid, and still shows it unpaid";
                Err(Error::outcome_unknown("reply_unreadable", says))
            }
        },
    }
}

/// The portal's payment, by either of the two methods that know it: which of them may be called depends on
/// the scopes of the webhook.
pub fn read(session: &Session<'_>, payment_id: u64) -> Result<PortalPayment, Error> {
    let ask = json!({ "id": payment_id });
    let first = match session.ask(&Method::read("crm.item.payment.get", ask.clone())) {
        Ok(reply) => return of(payment_id, reply.result().as_object()),
        Err(error) if may_be_elsewhere(&error) => error,
        Err(error) => return Err(error),
    };
    match session.ask(&Method::read("sale.payment.get", ask)) {
        Ok(reply) => of(payment_id, reply.object("payment")),
        // What the first one said is what the caller can do something about.
        Err(error) if error.kind == Kind::Refused => Err(first),
        Err(error) => Err(error),
    }
}

/// Its refusals carry the code 0 for everything but a missing scope.
fn may_be_elsewhere(error: &Error) -> bool {
    let known = ["token_expired", "authentication_failed"];
    error.kind == Kind::Refused && !known.contains(&error.reason)
}

fn of(payment_id: u64, row: Option<&crate::fields::Fields>) -> Result<PortalPayment, Error> {
    row.and_then(PortalPayment::read).filter(|payment| payment.id == payment_id).ok_or_else(|| {
        Error::not_done("reply_unreadable", "the portal's payment could not be read")
    })
}
