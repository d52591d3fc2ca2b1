//! A native operation: the gateway's own method, checked by its table; its own reply in `raw`.

use std::sync::Arc;

use super::merchant::Merchant;
use super::reply::Reply;
use super::tables::se_token::SE_TOKEN;
use super::{Context, NAME, Step, codes, refusals, se_token};
use crate::decline;
use crate::error::Error;
use crate::fields::Fields;
use crate::payment::{Payment, Status};

pub fn start(
    merchant: Arc<Merchant>,
    name: &str,
    fields: &Fields,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let Some(native) = merchant.dialect().natives().find(|native| native.name == name) else {
        return Err(crate::operation::unknown(&format!("{NAME}.{name}")));
    };
    if !merchant.may_native(native) {
        return Err(Error::refused("not_supported", "the public token may not do this"));
    }
    if native.name == SE_TOKEN.name {
        return se_token::start(merchant, native, fields, context);
    }
    let request = merchant.request(native, fields)?;
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        refusals::check(native, &reply)?;
        declined_inside(&merchant, &reply)?;
        let mut fields = Fields::new();
        fields.extend(reply.order_id().map(|id| ("id".to_owned(), id.into())));
        fields.extend(reply.text("orderNumber").map(|n| ("order_number".to_owned(), n.into())));
        if native.name == merchant.dialect().receipt_status.name {
            let fiscal = serde_json::to_value((merchant.dialect().receipts.status)(&reply));
            fields.extend(fiscal.ok().map(|fiscal| ("receipt".to_owned(), fiscal)));
        }
        fields.insert("raw".into(), reply.raw());
        Ok(Step::Done(fields))
    };
    Ok(Step::Send(request, Box::new(next)))
}

/// A call that pays may succeed and tell inside of an order that is declined: that is a decline.
fn declined_inside(merchant: &Merchant, reply: &Reply) -> Result<(), Error> {
    let order = reply.block("orderStatus");
    if order.text("orderStatus").as_deref() != Some("6") {
        return Ok(());
    }
    let code = order.text("actionCode").or_else(|| reply.text("actionCode")).unwrap_or_default();
    let reason = codes::reason_in(reply).unwrap_or(decline::DECLINED);
    let (status, error) = match decline::is_final(reason) {
        true => {
            let says = "the call was accepted, and the payment declined";
            (Status::Declined, Error::declined(reason, says))
        }
        // The bank may have taken it, whatever the status says.
        false => {
            let says = "the call was accepted, and the bank has not answered";
            (Status::Pending, Error::outcome_unknown(reason, says))
        }
    };
    let mut payment = Payment::new(NAME, status);
    payment.id = reply.order_id();
    payment.order_number = reply.text("orderNumber").or_else(|| order.text("orderNumber"));
    payment.reason = Some(reason);
    payment.raw = reply.raw();
    Err(error.with_code(code, reply.error_text()).with_payment(merchant.reply(payment, false)))
}
