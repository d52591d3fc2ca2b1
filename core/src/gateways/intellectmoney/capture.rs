//! `capture`: purchaseToPaid, which takes all that is held. For less the hold is made smaller first.

use std::sync::Arc;

use super::merchant::Merchant;
use super::tables::{PURCHASE_TO_PAID, PURCHASE_TO_REFUND};
use super::write::{self, After, Order, positive};
use super::{Step, history};
use crate::clock::Time;
use crate::error::Error;
use crate::http::HttpRequest;
use crate::money::Amount;
use crate::operation::Capture;
use crate::payment::{Payment, Status};

pub fn start(merchant: Arc<Merchant>, request: Capture, now: Time) -> Result<Step, Error> {
    let amount = positive(&request.amount, &request.currency)?;
    if request.partial {
        let says = "this gateway takes a hold in one piece";
        return Err(Error::refused("not_supported", says));
    }
    if request.receipt.is_some() {
        let says =
            "expected none: no document has a receipt beside a capture; the invoice's is printed";
        return Err(Error::invalid("receipt", says));
    }
    let order = Order::read(&request.id, request.order_number.as_deref())?;
    let stored = match &request.authorized {
        Some(text) => Some(
            Amount::parse(text, amount.currency)
                .map_err(|says| Error::invalid("authorized", says))?,
        ),
        None if history::is_open(&merchant) => None,
        None => return Err(Error::invalid("authorized", NEEDED)),
    };
    // What cannot be sent is found before anything is.
    let take = write::request(&merchant, &PURCHASE_TO_PAID, &order, None, None, &request.extra)?;
    let known = order.clone();
    write::first_look(merchant, &known, Some(true), now, move |merchant, payment| {
        let held = held(&merchant, payment, stored, amount)?;
        if amount.minor > held.minor {
            let says = format!("{held} are held");
            return Err(Error::refused("amount_exceeded", says));
        }
        let after =
            After { order, hold: Some(true), now, shows: Box::new(move |p| taken(p, amount)) };
        match held.minor - amount.minor {
            0 => write::send(merchant, &PURCHASE_TO_PAID, take, after),
            rest => reduce(merchant, take, after, Amount { minor: rest, ..held }, amount),
        }
    })
}

const NEEDED: &str = "required without login and password: what is held, since all of it is taken";

/// What is held, by the history, or else as the caller stored it.
fn held(
    merchant: &Merchant,
    payment: Option<Payment>,
    stored: Option<Amount>,
    amount: Amount,
) -> Result<Amount, Error> {
    let needed = || Error::invalid("authorized", NEEDED);
    let Some(payment) = payment else { return stored.ok_or_else(needed) };
    write::same_currency(&payment, amount)?;
    match (payment.status, payment.authorized, stored) {
        // A word that we don't know: what the caller knows may be more. Of sums that are not clear the
        // word is known, and a part of what was paid must not go back as if it were held.
        (Status::Unknown, _, Some(stored)) if payment.reason == Some(history::UNKNOWN_STATE) => {
            Ok(stored)
        }
        (Status::Authorized, Some(held), Some(stored)) if held != stored => {
            let says = format!("{held} are held, not {stored}: something else moved since");
            let error = Error::refused("wrong_state", says);
            Err(error.with_payment(merchant.reply(payment, true)))
        }
        (Status::Authorized, Some(held), _) => Ok(held),
        (Status::Authorized, None, stored) => stored.ok_or_else(needed),
        _ => Err(write::wrong_state(merchant, payment, "nothing to capture")),
    }
}

fn taken(payment: &mut Payment, amount: Amount) -> bool {
    payment.status.moved_money() && payment.captured == Some(amount)
}

/// Releases `rest` of the hold, and takes what is left. Once the first is done nothing may hide it.
fn reduce(
    merchant: Arc<Merchant>,
    take: HttpRequest,
    after: After,
    rest: Amount,
    amount: Amount,
) -> Result<Step, Error> {
    write::may_be_part(&merchant)?;
    let none = crate::fields::Fields::new();
    let http =
        write::request(&merchant, &PURCHASE_TO_REFUND, &after.order, Some(rest), None, &none)?;
    let next = move |response| {
        write::accepted(&PURCHASE_TO_REFUND, &response)?;
        let mut payment = merchant.payment(Status::Unknown, &after.order.id);
        payment.reason = Some("reduced_not_captured");
        payment.order_number = Some(after.order.number.clone());
        let says = format!(
            "the hold was reduced to {amount}; whether that was captured is not known: capture it \
             with authorized {amount} once the state shows that it is still held"
        );
        let doubt = Error::outcome_unknown("reduced_not_captured", says)
            .with_payment(merchant.reply(payment, true));
        let otherwise = doubt.clone();
        let next = move |response| match write::accepted(&PURCHASE_TO_PAID, &response) {
            Ok(()) => write::done(merchant, after),
            Err(error) => {
                let code = error.code.clone().unwrap_or_default();
                Err(doubt.with_code(code, error.text.clone()))
            }
        };
        // A write, and yet a look: a request that does not leave must say what was done before it.
        Ok(Step::Look(take, Box::new(next), Box::new(Err(otherwise))))
    };
    Ok(Step::Send(http, Box::new(next)))
}
