//! The call that begins to pay an invoice without card data, and the look at what came of it. From
//! here on the invoice's number is never lost: every error carries the payment.

use std::sync::Arc;

use super::NAMES;
use crate::error::{Error, Kind};
use crate::fields::Fields;
use crate::gateways::intellectmoney::merchant::Merchant;
use crate::gateways::intellectmoney::reply::Reply;
use crate::gateways::intellectmoney::tables::{BNPL_PAYMENT, Method, STATE};
use crate::gateways::intellectmoney::{Step, action, payment_status, refusals};
use crate::http::{HttpRequest, HttpResponse};
use crate::native::in_common_words;
use crate::operation::{CreatePayment, Instalments};
use crate::payment::{ACTION_PENDING, Payment, Status, UNTOUCHED};

/// The request. `urls` are where the buyer comes back to, and where after a failure.
pub fn request(
    merchant: &Merchant,
    method: &'static Method,
    id: &str,
    urls: (&str, Option<&str>),
) -> Result<HttpRequest, Error> {
    let given = [
        ("InvoiceId", id),
        ("SuccessUrl", urls.0),
        ("FailUrl", urls.1.unwrap_or(urls.0)),
        ("IpAddress", merchant.settings.site_ip()?),
    ];
    let given = given.map(|(name, value)| (name.to_owned(), value.into()));
    let http = merchant.request(method, &Fields::from_iter(given));
    http.map_err(|error| in_common_words(error, NAMES))
}

/// Begins to pay the invoice that was just made, and looks at what the buyer must do.
pub fn start(
    merchant: &Arc<Merchant>,
    method: &'static Method,
    id: String,
    create: &CreatePayment,
    mut payment: Payment,
) -> Result<Step, Error> {
    let urls = (create.return_url.as_str(), create.fail_url.as_deref());
    let http = request(merchant, method, &id, urls);
    payment.id = Some(id);
    let doubt =
        |says: &str| known(merchant, Error::outcome_unknown("begin_unknown", says), &payment);
    let Ok(http) = http else { return Err(doubt("its number has a form of its own")) };
    let lost = doubt("the call's answer was lost");
    let merchant = Arc::clone(merchant);
    let next = move |response| match begun(method, &response) {
        Ok(reply) => look(&merchant, &reply, payment),
        Err(error) => Err(known(&merchant, error, &payment)),
    };
    Ok(Step::Look(http, Box::new(next), Box::new(Err(lost))))
}

fn begun(method: &Method, response: &HttpResponse) -> Result<Reply, Error> {
    let reply = Reply::read(response, method.native.effect)?;
    refusals::check(method, &reply)?;
    Ok(reply)
}

/// An error after the invoice was made: it says so, and carries it. The number is taken by now, so the
/// request is never to be corrected and sent again.
fn known(merchant: &Merchant, mut error: Error, payment: &Payment) -> Error {
    let mut payment = payment.clone();
    let says = match error.kind {
        Kind::Refused => "refused to begin its payment, and nobody has seen it",
        _ => {
            // Not carried out, but an invoice is there all the same.
            error.kind = Kind::OutcomeUnknown;
            (payment.status, payment.reason) = (Status::Pending, Some(UNTOUCHED));
            "not known whether its payment was begun"
        }
    };
    if error.advice != "fix_settings" {
        error.advice = "ask_status";
    }
    error.may_have_happened = true;
    error.message = format!("the invoice is made, {says}: {}", error.message);
    error.with_payment(merchant.reply(payment, false))
}

/// What the buyer must do: said at once by a wallet with links, else told by the state.
fn look(merchant: &Arc<Merchant>, reply: &Reply, mut payment: Payment) -> Result<Step, Error> {
    if let Some(link) = reply.text("UniversalLink") {
        let deep_link = reply.text("DeepLink");
        payment.status = Status::ActionRequired;
        match action::app(&merchant.settings, &link, deep_link.as_deref()) {
            Ok(action) => payment.action = Some(action),
            Err(reason) => payment.reason = Some(reason),
        }
        return Ok(Step::Done(merchant.reply(valid_as_long(payment), false)));
    }
    let id = payment.id.clone().unwrap_or_default();
    (payment.status, payment.reason) = (Status::Pending, Some(ACTION_PENDING));
    let unseen = merchant.reply(payment.clone(), false);
    let Ok(http) = payment_status::ask(merchant, &id) else { return Ok(Step::Done(unseen)) };
    let merchant = Arc::clone(merchant);
    let otherwise = unseen.clone();
    let next = move |response: HttpResponse| {
        let state = Reply::read(&response, STATE.native.effect)
            .and_then(|reply| refusals::check(&STATE, &reply).map(|()| reply));
        let Ok(state) = state else { return Ok(Step::Done(unseen)) };
        let seen = payment_status::read(&merchant, &state, &id);
        payment.raw = seen.raw;
        // Just begun: what it looked like before is no news.
        if !payment_status::is_underway(seen.status, seen.reason) {
            (payment.status, payment.reason) = (seen.status, seen.reason);
            (payment.action, payment.last_attempt) = (seen.action, seen.last_attempt);
            payment.rrn = seen.rrn;
        }
        Ok(Step::Done(merchant.reply(valid_as_long(payment), false)))
    };
    Ok(Step::Look(http, Box::new(next), Box::new(Ok(otherwise))))
}

/// An action is good as long as its invoice lives, unless it says less.
fn valid_as_long(mut payment: Payment) -> Payment {
    if let Some(action) = &mut payment.action {
        action.expires_at = payment.expires_at.clone();
    }
    payment
}

/// bnplPayment for an invoice that is there: the flow `instalments` asks the state around it.
pub fn instalments(merchant: Arc<Merchant>, given: &Instalments) -> Result<Step, Error> {
    let Some(return_url) = given.return_url.as_deref() else {
        return Err(Error::internal(false, "instalments begun without return_url"));
    };
    let urls = (return_url, given.fail_url.as_deref());
    let http = request(&merchant, &BNPL_PAYMENT, &given.id, urls)?;
    let id = given.id.clone();
    let next = move |response: HttpResponse| {
        begun(&BNPL_PAYMENT, &response)?;
        Ok(Step::Done(merchant.reply(merchant.payment(Status::Pending, &id), false)))
    };
    Ok(Step::Send(http, Box::new(next)))
}
