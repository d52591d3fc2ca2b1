//! Paying with a token of a wallet: the order is registered and paid in one call. The sum may stand
//! only inside the token, so the status is read and held against what was asked for.

use std::sync::Arc;

use serde_json::Value;

use super::{Given, NAMES};
use crate::error::Error;
use crate::fields::Fields;
use crate::gateways::rbs::merchant::Merchant;
use crate::gateways::rbs::reply::Reply;
use crate::gateways::rbs::{Context, Step, paying};
use crate::native::{add_extra, in_common_words};
use crate::operation::CreatePayment;
use crate::payment::{Action, Payment, Status};

pub fn start(
    merchant: Arc<Merchant>,
    request: &CreatePayment,
    registered: Payment,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let Some(native) = (merchant.dialect().wallet)(request.method) else {
        return Err(Error::invalid("method", "not a way to pay in this dialect of the gateway"));
    };
    let amount = super::sum(request)?;
    let mut given = Given::new(native);
    given.order(request)?;
    given.hint("amount", Some(amount.minor));
    given.hint("currency", Some(amount.currency.digits()));
    given.hint("currencyCode", Some(amount.currency.digits()));
    given.hint("returnUrl", Some(request.return_url.as_str()));
    given.put("preAuth", request.hold.then_some(true))?;
    given.put("paymentToken", request.wallet_token.as_ref().map(|token| token.expose()))?;
    given.receipt(&merchant, request.receipt.as_deref(), &request.customer, amount)?;
    add_extra(native, &mut given.fields, request.extra.clone())?;
    let http =
        merchant.request(native, &given.fields).map_err(|error| in_common_words(error, NAMES))?;
    let expected = super::expected(request)?;
    let (number, now) = (request.order_number.clone(), context.now);
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        let id = match paying::accepted(native, &reply) {
            Ok(id) => id,
            Err(error) => return paying::explain(&merchant, error, &number, expected, now),
        };
        if let Some(action) = authentication(&merchant, &id, &reply)? {
            let mut payment = registered;
            payment.id = Some(id);
            payment.status = Status::ActionRequired;
            payment.raw = reply.raw();
            payment.action = Some(action);
            return Ok(Step::Done(merchant.reply(payment, false)));
        }
        paying::paid(&merchant, &id, expected)
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// Where the buyer must go for 3-D Secure, if he must: to his bank, by a form; where the browser
/// has to be looked at first, to the gateway, which leads on from there.
fn authentication(merchant: &Merchant, id: &str, reply: &Reply) -> Result<Option<Action>, Error> {
    let text = |name: &str| reply.text_at(&format!("data.{name}"));
    let mut fields = Fields::new();
    let url = match (text("acsUrl"), text("packedCReq"), text("paReq")) {
        (Some(url), Some(creq), _) => {
            fields.insert("creq".into(), creq.into());
            url
        }
        (Some(url), None, Some(request)) => {
            fields.insert("MD".into(), id.into());
            fields.insert("PaReq".into(), request.into());
            fields.insert("TermUrl".into(), text("termUrl").unwrap_or_default().into());
            url
        }
        // With a redirect it is over: the buyer was not asked.
        _ if reply.at("data.is3DSVer2") == Some(&Value::Bool(true))
            && text("redirectUrl").is_none() =>
        {
            let base_url = &merchant.settings.base_url;
            let url = format!("{base_url}/acsRedirect.do?orderId={}", crate::form::component(id));
            return Ok(Some(Action { r#type: "redirect", url: Some(url), ..Action::default() }));
        }
        _ => return Ok(None),
    };
    // The bank's page may stand anywhere; plain, only where the gateway itself is a sandbox.
    let plain = merchant.settings.base_url.starts_with("http://");
    let complete = fields.values().all(|value| value != "");
    let trusted = crate::native::is_url(&url) && (plain || url.starts_with("https://"));
    if !trusted || !complete {
        let says = "the bank's page is not https; the order was registered, and must not be shown";
        return Err(Error::outcome_unknown("page_not_trusted", says));
    }
    Ok(Some(Action { r#type: "form", url: Some(url), fields: Some(fields), ..Action::default() }))
}
