//! `create_payment`: an invoice (createInvoice) and, but for the page, the call that begins to pay it.

use std::sync::Arc;

use serde_json::Value;

use super::merchant::Merchant;
use super::receipt;
use super::reply::Reply;
use super::tables::{BNPL_PAYMENT, CREATE_INVOICE};
use super::{Context, Step, refusals};
use crate::clock;
use crate::error::Error;
use crate::expect;
use crate::fields::Fields;
use crate::http::HttpRequest;
use crate::money::{Amount, Currency};
use crate::native::{add_extra, in_common_words};
use crate::operation::{CreatePayment, Instalments, Method};
use crate::payment::{Action, Payment, Status};

/// The table's names beside the common ones, for errors.
const NAMES: &[(&str, &str)] = &[
    ("OrderId", "order_number"),
    ("ServiceName", "description"),
    ("RecipientAmount", "amount"),
    ("RecipientCurrency", "currency"),
    ("UserName", "customer.name"),
    ("Email", "customer.email"),
    ("SuccessUrl", "return_url"),
    ("BackUrl", "fail_url"),
    ("FailUrl", "fail_url"),
    ("ResultUrl", "notification_url"),
    ("Language", "language"),
    ("InvoiceId", "id"),
    ("IpAddress", "site_ip"),
    ("MerchantReceipt", "receipt"),
];

/// The longest life of an invoice: 4320 hours.
const LONGEST_LIFE_S: u64 = 4320 * 3600;

pub fn start(
    merchant: Arc<Merchant>,
    request: CreatePayment,
    context: &Context<'_>,
) -> Result<Step, Error> {
    let (http, registered) = invoice(&merchant, &request, context)?;
    let next = move |response| {
        let id = accepted(&response)?;
        Ok(Step::Done(merchant.reply(on_page(&merchant, id, registered), request.hold)))
    };
    Ok(Step::Send(http, Box::new(next)))
}

/// createInvoice, and the payment as it will stand once that is accepted.
fn invoice(
    merchant: &Merchant,
    request: &CreatePayment,
    context: &Context<'_>,
) -> Result<(HttpRequest, Payment), Error> {
    let amount = sum(request)?;
    let life = request.expires_in.unwrap_or(merchant.settings.assumptions.invoice_life_s);
    if !(1..=LONGEST_LIFE_S).contains(&life) {
        return Err(Error::invalid("expires_in", "expected 1 to 15552000 seconds"));
    }
    let expires_at = context.now + std::time::Duration::from_secs(life);
    let mut given = Fields::new();
    let mut put = |name: &str, value: Option<&str>| {
        given.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    };
    put("OrderId", Some(&request.order_number));
    put("ServiceName", request.description.as_deref());
    put("RecipientAmount", Some(&amount.to_string()));
    put("RecipientCurrency", Some(amount.currency.code));
    put("UserName", request.customer.name.as_deref());
    put("Email", request.customer.email.as_deref());
    put("SuccessUrl", Some(&request.return_url));
    // FailUrl is disputed: never sent.
    put("BackUrl", request.fail_url.as_deref());
    put("ResultUrl", request.notification_url.as_deref());
    put("ExpireDate", Some(&merchant.settings.written(expires_at)));
    put("HoldMode", Some(if request.hold { "1" } else { "0" }));
    let hours = merchant.settings.hold_hours.to_string();
    put("HoldTime", request.hold.then_some(hours.as_str()));
    put("Preference", preference(request.method));
    put("Language", request.language.as_deref());
    let receipt = request.receipt.as_deref();
    receipt::add(&mut given, merchant, receipt, &request.customer, amount, receipt::Kind::Sale)?;
    let native = &CREATE_INVOICE.native;
    add_extra(native, &mut given, request.extra.clone())?;
    let http = merchant.request(&CREATE_INVOICE, &given);
    let http = http.map_err(|error| in_common_words(error, NAMES))?;
    let mut payment = Payment::new(super::NAME, Status::Created);
    payment.order_number = Some(request.order_number.clone());
    payment.amount = Some(amount);
    payment.currency = Some(amount.currency);
    payment.test = Some(amount.currency == Currency::TEST);
    payment.created_at = Some(clock::print(context.now));
    payment.expires_at = Some(clock::print(expires_at));
    Ok((http, payment))
}

/// The ways to pay that an invoice is limited to; none leaves all of the shop's.
fn preference(method: Method) -> Option<&'static str> {
    match method {
        Method::Instalments => Some("BNPL"),
        _ => None,
    }
}

fn sum(request: &CreatePayment) -> Result<Amount, Error> {
    let currency = expect::currency("currency", &request.currency)?;
    if !matches!(currency.code, "RUB" | "USD" | "EUR" | "TST") {
        return Err(Error::invalid("currency", "expected RUB, USD, EUR or, for tests, TST"));
    }
    let amount = Amount::parse(&request.amount, currency);
    let amount = amount.map_err(|says| Error::invalid("amount", says))?;
    match amount.minor < 100 {
        true => Err(Error::invalid("amount", "expected 1.00 or more")),
        false => Ok(amount),
    }
}

/// The invoice's number, where the gateway made it.
fn accepted(response: &crate::http::HttpResponse) -> Result<String, Error> {
    let reply = Reply::read(response, CREATE_INVOICE.native.effect)?;
    refusals::check(&CREATE_INVOICE, &reply)?;
    let says = "the reply reports success, but holds no InvoiceId";
    reply.text("InvoiceId").ok_or_else(|| Error::outcome_unknown("reply_incomplete", says))
}

/// The payment with the gateway's own page, which offers what the invoice is limited to.
fn on_page(merchant: &Merchant, id: String, mut payment: Payment) -> Payment {
    payment.action = Some(Action {
        r#type: "redirect",
        url: Some(format!("{}/?InvoiceId={id}", merchant.settings.page_url)),
        expires_at: payment.expires_at.clone(),
        ..Action::default()
    });
    payment.id = Some(id);
    payment
}

/// bnplPayment for an invoice that is there.
pub fn instalments(merchant: Arc<Merchant>, request: &Instalments) -> Result<Step, Error> {
    let mut given = Fields::new();
    given.insert("InvoiceId".into(), request.id.as_str().into());
    given.extend(request.return_url.as_deref().map(|url| ("SuccessUrl".to_owned(), url.into())));
    let fail_url = request.fail_url.as_deref().or(request.return_url.as_deref());
    given.extend(fail_url.map(|url| ("FailUrl".to_owned(), url.into())));
    given.insert("IpAddress".into(), merchant.settings.site_ip()?.into());
    let http = merchant.request(&BNPL_PAYMENT, &given);
    let http = http.map_err(|error| in_common_words(error, NAMES))?;
    let id = request.id.clone();
    let next = move |response| {
        let reply = Reply::read(&response, BNPL_PAYMENT.native.effect)?;
        refusals::check(&BNPL_PAYMENT, &reply)?;
        Ok(Step::Done(merchant.reply(merchant.payment(Status::Pending, &id), false)))
    };
    Ok(Step::Send(http, Box::new(next)))
}
