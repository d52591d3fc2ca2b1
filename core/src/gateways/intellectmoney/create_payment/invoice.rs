//! createInvoice: what every way to pay begins with.

use serde_json::Value;

use super::NAMES;
use crate::clock;
use crate::error::Error;
use crate::expect;
use crate::fields::Fields;
use crate::gateways::intellectmoney::merchant::Merchant;
use crate::gateways::intellectmoney::reply::Reply;
use crate::gateways::intellectmoney::settings::LONGEST_HOLD;
use crate::gateways::intellectmoney::tables::CREATE_INVOICE;
use crate::gateways::intellectmoney::{Context, NAME, receipt, refusals};
use crate::http::{HttpRequest, HttpResponse};
use crate::money::{Amount, Currency};
use crate::native::{add_extra, in_common_words};
use crate::operation::CreatePayment;
use crate::payment::{Payment, Status};

/// The longest life of an invoice: 4320 hours.
const LONGEST_LIFE_S: u64 = 4320 * 3600;

/// createInvoice, and the payment as it will stand once that is accepted.
pub fn request(
    merchant: &Merchant,
    request: &CreatePayment,
    preference: Option<&str>,
    context: &Context<'_>,
) -> Result<(HttpRequest, Payment), Error> {
    let amount = sum(request)?;
    let life = request.expires_in.unwrap_or(merchant.settings.assumptions.invoice_life_s);
    if !(1..=LONGEST_LIFE_S).contains(&life) {
        return Err(Error::invalid("expires_in", "expected 1 to 15552000 seconds"));
    }
    let expires_at = context.now + std::time::Duration::from_secs(life);
    check_extra(request)?;
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
    let usual = request.hold && !request.extra.contains_key("HoldTime");
    put("HoldTime", usual.then_some(hours.as_str()));
    put("Preference", preference);
    put("Language", request.language.as_deref());
    let receipt = request.receipt.as_deref();
    receipt::add(&mut given, merchant, receipt, &request.customer, amount, receipt::Kind::Sale)?;
    add_extra(&CREATE_INVOICE.native, &mut given, request.extra.clone())?;
    let http = merchant.request(&CREATE_INVOICE, &given);
    let http = http.map_err(|error| in_common_words(error, NAMES))?;
    let mut payment = Payment::new(NAME, Status::Created);
    payment.order_number = Some(request.order_number.clone());
    payment.amount = Some(amount);
    payment.currency = Some(amount.currency);
    payment.test = Some(amount.currency == Currency::TEST);
    payment.created_at = Some(clock::print(context.now));
    payment.expires_at = Some(clock::print(expires_at));
    Ok((http, payment))
}

/// What must not come in by the back door.
fn check_extra(request: &CreatePayment) -> Result<(), Error> {
    for (name, value) in request.extra.iter().filter(|(_, value)| !value.is_null()) {
        let refused = |says: &str| Err(Error::invalid(format!("extra.{name}"), says));
        let known = CREATE_INVOICE.native.fields.iter().map(|field| field.name);
        let mut alike = known.filter(|known| known.eq_ignore_ascii_case(name));
        match alike.next() {
            // The gateway reads names in any case: two of one field would be signed as one.
            Some(known) if known != name => return refused(&format!("expected the name {known}")),
            Some("FailUrl") => {
                return refused(
                    "expected none: the documents differ on whether it is signed; use fail_url",
                );
            }
            Some("HoldTime") if !request.hold => return refused("expected only with hold"),
            Some("HoldTime") if !is_hold_time(value) => {
                return refused("expected 0 to 119 hours");
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_hold_time(value: &Value) -> bool {
    let hours = crate::fields::text(value).and_then(|text| text.parse::<u64>().ok());
    hours.is_some_and(|hours| hours <= LONGEST_HOLD)
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
pub fn accepted(response: &HttpResponse) -> Result<String, Error> {
    let reply = Reply::read(response, CREATE_INVOICE.native.effect)?;
    refusals::check(&CREATE_INVOICE, &reply)?;
    let says = "the reply reports success, but holds no InvoiceId";
    reply.text("InvoiceId").ok_or_else(|| Error::outcome_unknown("reply_incomplete", says))
}
