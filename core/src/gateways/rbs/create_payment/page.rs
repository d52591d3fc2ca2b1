//! Registering an order that is paid on the gateway's page (register, or registerPreAuth for a hold),
//! or by the QR code that is made for it.

use std::sync::Arc;

use super::{Given, NAMES, sbp};
use crate::error::Error;
use crate::gateways::rbs::merchant::Merchant;
use crate::gateways::rbs::reply::Reply;
use crate::gateways::rbs::{Step, refusals};
use crate::hosts;
use crate::http::HttpRequest;
use crate::native::Native;
use crate::native::{add_extra, in_common_words};
use crate::operation::{CreatePayment, Method};
use crate::payment::{Action, Payment};

pub fn start(
    merchant: Arc<Merchant>,
    request: &CreatePayment,
    registered: Payment,
) -> Result<Step, Error> {
    let (native, http) = register(&merchant, request)?;
    let request = request.clone();
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        refusals::check(native, &reply)?;
        let payment = done(&merchant, &reply, registered)?;
        show(&merchant, &request, &reply, payment, |merchant, payment| {
            Ok(Step::Done(merchant.reply(payment, false)))
        })
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The registered payment as the buyer is to see it: its page, or a QR code that is made now.
pub fn show(
    merchant: &Arc<Merchant>,
    request: &CreatePayment,
    reply: &Reply,
    payment: Payment,
    then: impl FnOnce(&Arc<Merchant>, Payment) -> Result<Step, Error> + Send + 'static,
) -> Result<Step, Error> {
    match request.method {
        Method::Sbp => sbp::qr(merchant, request, reply, payment, then),
        _ => then(merchant, payment),
    }
}

/// The registration as it leaves; byte for byte the same for the same request.
pub fn register(
    merchant: &Merchant,
    request: &CreatePayment,
) -> Result<(&'static Native, HttpRequest), Error> {
    let dialect = merchant.dialect();
    let native = if request.hold { dialect.register_pre_auth } else { dialect.register };
    let amount = super::sum(request)?;
    let mut given = Given::new(native);
    given.order(request)?;
    given.put("amount", Some(amount.minor))?;
    given.put("currency", Some(amount.currency.digits()))?;
    given.put("returnUrl", Some(request.return_url.as_str()))?;
    given.put("bindingId", request.card_id.as_ref().map(|id| id.expose()))?;
    if request.method == Method::Sbp {
        sbp::check(request)?;
        sbp::ask(merchant, &mut given)?;
    }
    given.receipt(merchant, request.receipt.as_deref(), &request.customer, amount)?;
    add_extra(native, &mut given.fields, request.extra.clone())?;
    let http = merchant.request(native, &given.fields);
    Ok((native, http.map_err(|error| in_common_words(error, NAMES))?))
}

/// The payment as registered, with its page.
pub fn done(merchant: &Merchant, reply: &Reply, mut registered: Payment) -> Result<Payment, Error> {
    let (Some(id), Some(url)) = (reply.order_id(), reply.text("formUrl")) else {
        return Err(Error::internal(true, "a registration without its page was taken as whole"));
    };
    if !on_gateway(merchant, &url) {
        let message = "the payment page is not https on a host of the gateway's (its site, or \
                       assumptions.page_hosts); it was registered, and must not be shown";
        return Err(Error::outcome_unknown("page_not_trusted", message));
    }
    registered.id = Some(id);
    registered.raw = reply.raw();
    registered.action = Some(Action {
        r#type: "redirect",
        url: Some(url),
        expires_at: registered.expires_at.clone(),
        ..Action::default()
    });
    Ok(registered)
}

/// Whether a buyer may be sent there: https on the gateway's own site (`pay.bank.ru` for
/// `api.bank.ru`). A gateway that is itself reached plainly is a sandbox on this machine.
fn on_gateway(merchant: &Merchant, url: &str) -> bool {
    let base_url = &merchant.settings.base_url;
    if base_url.starts_with("http://") {
        return crate::native::is_url(url);
    }
    let Some(page) = hosts::https(url) else { return false };
    let listed = merchant.settings.assumptions.page_hosts.iter();
    hosts::same_site(&page, base_url)
        || listed.map(String::as_str).any(|host| page.host_str() == Some(host))
}
