//! `charge_saved_card`: recurrentPayment, which registers and pays in one call, then the status.

use std::sync::Arc;

use super::create_payment::{Given, NAMES};
use super::merchant::Merchant;
use super::reply::Reply;
use super::{Context, Step, paying, positive};
use crate::error::Error;
use crate::expect::{Expect, Expected};
use crate::native::{add_extra, in_common_words};
use crate::operation::ChargeSavedCard;

pub fn start(
    merchant: Arc<Merchant>,
    request: &ChargeSavedCard,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let Some(native) = merchant.dialect().recurrent else {
        return Err(super::not_in_dialect());
    };
    merchant.check_acts(native)?;
    let amount = positive(&request.amount, &request.currency)?;
    if request.order_number.is_empty() {
        return Err(Error::invalid("order_number", "expected a number, got an empty text"));
    }
    let mut given = Given::new(native);
    given.put("orderNumber", Some(request.order_number.as_str()))?;
    given.put("amount", Some(amount.minor))?;
    given.put("currency", Some(amount.currency.digits()))?;
    given.put("bindingId", Some(request.card_id.expose()))?;
    given.put("description", request.description.as_deref())?;
    given.put("dynamicCallbackUrl", request.notification_url.as_deref())?;
    given.hint("language", request.language.as_deref());
    given.hint("clientId", request.customer.id.as_deref());
    given.hint("email", request.customer.email.as_deref());
    given.hint("phone", request.customer.phone.as_deref());
    given.hint("ip", request.customer.ip.as_deref());
    given.put("preAuth", request.hold.then_some(true))?;
    given.receipt(&merchant, request.receipt.as_deref(), &request.customer, amount)?;
    add_extra(native, &mut given.fields, request.extra.clone())?;
    let http =
        merchant.request(native, &given.fields).map_err(|error| in_common_words(error, NAMES))?;
    let expected = expected(request)?;
    let (number, now) = (request.order_number.clone(), context.now);
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        match paying::accepted(native, &reply) {
            Ok(id) => paying::paid(&merchant, &id, expected),
            Err(error) => paying::explain(&merchant, error, &number, expected, now),
        }
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// What the status must say of it.
pub fn expected(request: &ChargeSavedCard) -> Result<Expected, Error> {
    let expect = Expect {
        order_number: Some(request.order_number.clone()),
        amount: Some(request.amount.clone()),
        currency: Some(request.currency.clone()),
        hold: Some(request.hold),
        strict: true,
        ..Expect::default()
    };
    expect.read(None)
}
