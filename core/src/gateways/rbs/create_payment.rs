//! `create_payment`: register, or registerPreAuth for a hold.

use std::sync::Arc;

use serde_json::{Value, json};

use super::reply::Reply;
use super::{Context, Merchant, NAME, Step, add_extra, in_common_words, refusals};
use crate::clock;
use crate::error::Error;
use crate::expect::{self, Purpose};
use crate::fields::Fields;
use crate::http::HttpRequest;
use crate::money::Amount;
use crate::native::Native;
use crate::operation::CreatePayment;
use crate::payment::{Action, Payment, Status};

/// The table's names beside the common ones, for errors.
const NAMES: &[(&str, &str)] = &[
    ("orderNumber", "order_number"),
    ("returnUrl", "return_url"),
    ("failUrl", "fail_url"),
    ("dynamicCallbackUrl", "notification_url"),
    ("sessionTimeoutSecs", "expires_in"),
    ("clientId", "customer.id"),
    ("email", "customer.email"),
    ("ip", "customer.ip"),
    ("cardholderName", "customer.name"),
    ("orderPayerData", "customer.phone"),
];

pub fn start(
    merchant: Arc<Merchant>,
    request: &CreatePayment,
    context: &Context,
) -> Result<Step, Error> {
    let (native, http) = register(&merchant, request)?;
    let registered = registered(request, context)?;
    let next = move |response| {
        let reply = Reply::read(&response, native)?;
        refusals::check(native, &reply)?;
        Ok(Step::Done(merchant.reply(done(&merchant, &reply, registered)?, false)))
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// The registration as it leaves; byte for byte the same for the same request.
pub fn register(
    merchant: &Merchant,
    request: &CreatePayment,
) -> Result<(&'static Native, HttpRequest), Error> {
    if let Some(method) = request.method.as_deref().filter(|method| *method != "page") {
        return Err(Error::invalid("method", format!("expected page, got {method:?}")));
    }
    if request.order_number.is_empty() {
        return Err(Error::invalid("order_number", "expected a number, got an empty text"));
    }
    let native: &'static Native = if request.hold {
        merchant.dialect().register_pre_auth
    } else {
        merchant.dialect().register
    };
    let amount = sum(request)?;
    let mut given = Fields::new();
    let mut put = |name: &str, value: Option<Value>| {
        given.extend(value.map(|value| (name.to_owned(), value)));
    };
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    put("orderNumber", Some(request.order_number.as_str().into()));
    put("amount", Some(amount.minor.into()));
    put("currency", Some(amount.currency.digits().into()));
    put("returnUrl", Some(request.return_url.as_str().into()));
    put("failUrl", text(&request.fail_url));
    put("dynamicCallbackUrl", text(&request.notification_url));
    put("description", text(&request.description));
    put("language", text(&request.language));
    put("sessionTimeoutSecs", request.expires_in.map(Value::from));
    put("clientId", text(&request.customer.id));
    put("email", text(&request.customer.email));
    put("ip", text(&request.customer.ip));
    put("cardholderName", text(&request.customer.name));
    let phone = request.customer.phone.as_ref();
    put("orderPayerData", phone.map(|phone| json!({ "mobilePhone": phone })));
    put("features", request.purpose.map(|Purpose::Verification| "VERIFY".into()));
    add_extra(native, &mut given, request.extra.clone())?;
    let http = merchant.request(native, &given);
    Ok((native, http.map_err(|error| in_common_words(error, NAMES))?))
}

fn sum(request: &CreatePayment) -> Result<Amount, Error> {
    let currency = expect::currency("currency", &request.currency)?;
    let amount =
        Amount::parse(&request.amount, currency).map_err(|says| Error::invalid("amount", says))?;
    match (amount.minor, request.purpose) {
        (0, None) => {
            Err(Error::invalid("amount", "expected more than zero (or purpose verification)"))
        }
        _ => Ok(amount),
    }
}

/// What is known of the payment from the request alone.
pub fn registered(request: &CreatePayment, context: &Context) -> Result<Payment, Error> {
    let amount = sum(request)?;
    let mut payment = Payment::new(NAME, Status::Created);
    payment.order_number = Some(request.order_number.clone());
    payment.amount = Some(amount);
    payment.currency = Some(amount.currency);
    payment.created_at = Some(clock::print(context.now));
    let life = request.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    payment.expires_at = life
        .and_then(|seconds| context.now.checked_add(time::Duration::seconds(seconds)))
        .map(clock::print);
    Ok(payment)
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
    let (Ok(page), Ok(gateway)) = (url::Url::parse(url), url::Url::parse(base_url)) else {
        return false;
    };
    let (Some(page_host), Some(gateway_host)) = (page.host_str(), gateway.host_str()) else {
        return false;
    };
    let listed = merchant.settings.assumptions.page_hosts.iter().any(|host| host == page_host);
    page.scheme() == "https" && (listed || site(page_host) == site(gateway_host))
}

/// The last two labels of a name; an address is its own site.
fn site(host: &str) -> &str {
    if host.starts_with('[') || host.split('.').all(|label| label.parse::<u8>().is_ok()) {
        return host;
    }
    match host.rmatch_indices('.').nth(1) {
        Some((dot, _)) => host.get(dot + 1..).unwrap_or(host),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::site;

    #[test]
    fn a_bank_is_one_site_and_an_address_its_own() {
        assert_eq!(site("pay.alfabank.ru"), site("payment.alfabank.ru"));
        assert_ne!(site("pay.alfabank.ru.evil.example"), site("payment.alfabank.ru"));
        assert_ne!(site("192.0.2.1"), site("198.51.2.1"));
        assert_eq!(site("localhost"), "localhost");
    }
}
